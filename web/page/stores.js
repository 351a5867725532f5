/*
 * The stores that the record is kept in, and what is told to the engine of them and of the
 * visitor's coming and going.
 */
import { attempt, hasOwn, indexOf, slice as cut } from '../safe/builtins.js';
import { native } from '../safe/native.js';
import * as kinds from '../../jsbridge/kinds.js';
import { learn, tell } from './engine.js';

/** Whether the page around this one is the site's too, and asks. Another origin's throws. */
export const framed = parent !== window && attempt(() => Object.hasOwn(parent, 'octroi'));
/** The name of the record's cookie and mirror, once the engine has told it. @type {string | undefined} */
export let recordName;
/** What the next reading of the stores tells of the page: it has started, or was come back to. */
let lifecycle = /** @type {any} */ (performance.getEntriesByType('navigation')[0])?.type === 'back_forward' ? 'restored' : 'start';
/** Behind the record's name: what the page is to know once it is loaded again. */
const reloading = ':reload';
/** When the page was asked for, in Unix milliseconds. */
const navigationStart = Math.floor(Date.now() - performance.now());

export const cookies = () => attempt(native.cookies) || '';

/** What a storage holds under the record's name. @param {0 | 1} which */
export const kept = (which) => (recordName !== undefined && attempt(() => native.read(which, /** @type {string} */ (recordName)))) || '';

/** @param {string} action @param {string} from @param {string} [ids] @param {string} [token] */
export const act = (action, from, ids = '', token = '') => {
  tell(kinds.act({ cookies: cookies(), mirror: kept(0), action, from, ids, token }));
};

/** Tells what the stores hold, and what was seen of the visitor. */
export const recheck = (sign = '', before = '') => {
  if (recordName !== undefined)
    tell(kinds.storesRead({ cookies: cookies(), mirror: kept(0), sign, mark: kept(1), born: navigationStart, depth: history.length, before }));
};

/**
 * Has the page around decide as it was decided here. It judges what its frames write, too,
 * and lets none write a record: who is in a frame cannot be told for sure.
 */
const pass = () => {
  const { octroi } = /** @type {any} */ (parent);
  const mine = learn(kinds.state());
  const theirs = octroi.state();
  /** @type {Record<string, boolean | 'visit'>} */
  const selection = {};
  let news = false;
  /** @param {string} id @param {boolean} on @param {boolean} same @param {boolean} [visit] */
  const pick = (id, on, same, visit) => {
    selection[id] = visit ? 'visit' : on;
    news ||= !same;
  };
  if (mine.decided) for (const id in mine.services) if (hasOwn(theirs.services, id)) pick(id, mine.services[id], mine.services[id] === theirs.services[id]);
  for (const id in mine.categories) {
    const { required, decided, granted, visit } = mine.categories[id];
    const other = theirs.categories[id];
    // What was granted in part has been told by its services.
    if (!required && decided && other && (granted || !mine.decided)) pick(id, granted, !!other.decided && granted === other.granted, visit);
  }
  if (news || (mine.decided && !theirs.decided)) octroi.save(selection);
};

/** Reads the record for the engine. @type {kinds.Effects[typeof kinds.READ]} */
export const readRecord = (record) => {
  recordName = record;
  const what = lifecycle;
  let before = '';
  lifecycle = '';
  if (what) {
    attempt(() => {
      before = native.read(1, record + reloading) || '';
      native.drop(1, record + reloading);
    });
  }
  recheck(what, before);
};

/** Writes the record. @type {kinds.Effects[typeof kinds.STORE]} */
export const storeRecord = (record, cookie, ...mirrors) => {
  attempt(() => native.assign(cookie));
  if (framed && indexOf(cookies(), cut(cookie, 0, indexOf(cookie, ';'))) < 0) attempt(pass);
  // What storage does not take must not leave an older copy there.
  let taken;
  for (let i = 0; i < mirrors.length && !taken; i++) taken = mirrors[i] && attempt(() => (native.keep(0, record, mirrors[i]), true));
  if (!taken) attempt(() => native.drop(0, record));
};

/** Loads the page anew, which then knows why. @type {kinds.Effects[typeof kinds.RELOAD]} */
export const reload = (record, ids) => {
  attempt(() => native.keep(1, record + reloading, ids));
  location.reload();
};
