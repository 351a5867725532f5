/*
 * Reads and writes the stores that hold the record, and tells the engine what they hold and
 * whether the visitor is on the page.
 */
import { attempt, hasOwn, indexOf, slice as cut } from '../safe/builtins.js';
import { native } from '../safe/native.js';
import * as kinds from '../../jsbridge/kinds.js';
import { learn, machine, tell, wantNow, whenRunning } from './engine.js';
import { framed } from './framed.js';
import { whenDrawn } from './interface.js';

/** The name of the record's cookie and mirror; none until the engine has told it. @type {string | undefined} */
export let recordName;
/** What the next reading of the stores tells of the page: that it has started, or that history has brought it back. */
let lifecycle = /** @type {any} */ (performance.getEntriesByType('navigation')[0])?.type === 'back_forward' ? 'restored' : 'start';
/** Follows the record's name in the storage key by which a page tells itself why it was reloaded. */
const reloading = ':reload';
/** When the browser requested the page, in Unix milliseconds. */
const navigationStart = Math.floor(Date.now() - performance.now());

/** Returns what document.cookie holds; "" if the page is denied cookies. */
export const cookies = () => attempt(native.cookies) || '';

/** Returns what a storage holds under the record's name. @param {0 | 1} which local or session storage */
export const readStored = (which) => (recordName !== undefined && attempt(() => native.read(which, /** @type {string} */ (recordName)))) || '';

/** Tells the engine of an action in the interface. @param {string} action @param {string} from "page" if the page's code acts, else "" @param {string} [ids] of an embed @param {string} [token] of that embed */
export const act = (action, from, ids = '', token = '') => {
  if (COMPILED && from && !machine) wantNow();
  const told = () => tell(kinds.act({ cookies: cookies(), mirror: readStored(0), action, from, ids, token }));
  whenRunning(COMPILED && !from ? () => whenDrawn(told) : told);
};

/** Tells the engine what the stores hold. @param {string} [sign] what was seen of the visitor; see docs/protocol.md, StoresRead @param {string} [before] the ids for which the page was reloaded */
export const recheck = (sign = '', before = '') => {
  if (recordName !== undefined)
    tell(kinds.storesRead({ cookies: cookies(), mirror: readStored(0), sign, mark: readStored(1), born: navigationStart, depth: history.length, before }));
};

/**
 * Saves the choice that was made in this frame in the page around it. That page judges the writes
 * of its frames, too, and lets none of them write a record: it cannot know who wrote.
 */
const saveInParent = () => {
  const { octroi } = /** @type {any} */ (parent);
  const mine = learn(kinds.state());
  const theirs = octroi.state();
  /** @type {Record<string, boolean | 'visit'>} */
  const selection = {};
  let changed = false;
  /** @param {string} id @param {boolean} on @param {boolean} same whether the page around has chosen the same @param {boolean} [visit] */
  const pick = (id, on, same, visit) => {
    selection[id] = visit ? 'visit' : on;
    changed ||= !same;
  };
  if (mine.decided) for (const id in mine.services) if (hasOwn(theirs.services, id)) pick(id, mine.services[id], mine.services[id] === theirs.services[id]);
  for (const id in mine.categories) {
    const { required, decided, granted, visit } = mine.categories[id];
    const other = theirs.categories[id];
    // Leaves out a category that is granted in part: its services have told that.
    if (!required && decided && other && (granted || !mine.decided)) pick(id, granted, !!other.decided && granted === other.granted, visit);
  }
  if (changed || (mine.decided && !theirs.decided)) octroi.save(selection);
};

/** Reads the record for the engine. @type {kinds.Effects[typeof kinds.READ]} */
export const readRecord = (record) => {
  recordName = record;
  const sign = lifecycle;
  let before = '';
  lifecycle = '';
  if (sign) {
    attempt(() => {
      before = native.read(1, record + reloading) || '';
      native.drop(1, record + reloading);
    });
  }
  recheck(sign, before);
};

/** Writes the record's cookie and its mirror; of several mirrors, the first that fits into storage. @type {kinds.Effects[typeof kinds.STORE]} */
export const storeRecord = (record, cookie, ...mirrors) => {
  attempt(() => native.assign(cookie));
  if (framed && indexOf(cookies(), cut(cookie, 0, indexOf(cookie, ';'))) < 0) attempt(saveInParent);
  // Removes the older mirror if none was written: it would contradict the cookie.
  let taken;
  for (let i = 0; i < mirrors.length && !taken; i++) taken = mirrors[i] && attempt(() => (native.keep(0, record, mirrors[i]), true));
  if (!taken) attempt(() => native.drop(0, record));
};

/** Reloads the page and leaves the ids for which it does so. @type {kinds.Effects[typeof kinds.RELOAD]} */
export const reload = (record, ids) => {
  attempt(() => native.keep(1, record + reloading, ids));
  location.reload();
};
