/*
 * Notices what the visitor does: comes to the page, uses or leaves it, and opens the second layer.
 */
import { apply, attempt, indexOf, visit } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import { isOpener } from '../ui/openers.js';
import { preferences } from './api.js';
import { machine, want } from './engine.js';
import { tables } from './policies.js';
import { cookies, recheck, recordName } from './stores.js';
import { soon, watch } from './survey.js';

const { replaceState } = History.prototype;

/** Tells the engine that the visitor is here. */
const tellHere = () => recheck('here');
/** When the engine was last told of an input, in Unix milliseconds. */
let active = 0;
/** Tells the engine of an input, at most once in 15,000 ms. */
const onInput = () => {
  if (Date.now() - active < 15000) return;
  active = Date.now();
  tellHere();
};
/** Follows what another tab has stored. @param {StorageEvent} event */
const onStored = ({ key }) => {
  if (key === recordName || key === null) recheck();
  else watch();
};
/** The record's cookie among those that have changed. @param {{ length: number, [at: number]: { name?: string, value?: string } }} cookies */
const recordIn = (cookies) => {
  for (let i = 0; i < cookies.length; i++) if (cookies[i].name === recordName) return cookies[i];
};
/** What the record's cookie is now, by the last event; "" where it is gone. */
let told = '';
/** Whether the record is going to be read again. */
let waits = false;
/** Reads the record, and again while document.cookie lags behind what was told, as WebKit's does by milliseconds. @param {number} [tries] */
const follow = (tries = 20) => {
  // Looked for first: a cookie that comes in between is read again, not missed.
  const here = indexOf(cookies(), `${recordName}=${told}`) >= 0;
  recheck();
  if (waits || !tries || here === (told !== '')) return;
  waits = true;
  setTimeout(() => {
    waits = false;
    follow(tries - 1);
  }, 50);
};
/** Follows changed cookies: the record's may be another host's, whose storage events do not come here. @param {any} event */
export const onCookies = ({ changed, deleted }) => {
  const record = recordIn(changed);
  if (record || recordIn(deleted)) {
    told = record?.value || '';
    follow();
  }
  soon();
};
/** Follows a page that history has brought back. @param {PageTransitionEvent} event */
const onShown = ({ persisted }) => void (persisted && tellHere());
const tellGone = () => recheck('gone');
const tellVisibility = () => recheck(document.hidden ? 'hidden' : 'here');
/** Opens the second layer for a click on an opener. Listens in the capture phase, before the page's listeners, which may stop the event. @param {Event} event */
export const clicked = (event) => {
  const { ctrlKey, metaKey, shiftKey, altKey } = /** @type {MouseEvent} */ (event);
  // Leaves a click with a modifier to the browser: it opens a tab or saves a file. Before the engine
  // is there, the link leads to #octroi, where `arrive` finds it.
  if ((!machine && !COMPILED) || ctrlKey || metaKey || shiftKey || altKey || !event.composedPath().some((node) => node instanceof Element && isOpener(node)))
    return;
  event.preventDefault();
  preferences();
};

/** Returns an address without its fragment. @param {string} address */
const withoutFragment = (address) => address.replace(/#.*/, '');

/** Opens the second layer if the page's address ends in #octroi, and puts the address back. @param {any} [event] the navigation that has changed the address */
export const arrive = (event) => {
  if (location.hash !== '#octroi') return;
  if (!machine) return want();
  const old = attempt(() => event.oldURL || event.from.url) || '';
  const page = withoutFragment(location.href);
  attempt(() => apply(replaceState, history, [history.state, '', withoutFragment(old) === page ? old : page]));
  preferences();
};

/** Adds the listeners; called again for a document that was opened anew (document.open), which has lost them. */
export const attendVisitor = () => {
  addEventListener('storage', onStored);
  addEventListener('pageshow', onShown);
  addEventListener('pagehide', tellGone);
  addEventListener('focus', tellHere);
  visit(['pointerdown', 'keydown', 'wheel', 'touchmove'], (event) => addEventListener(event, onInput, { capture: true, passive: true }));
  document.addEventListener('visibilitychange', tellVisibility);
  document.addEventListener('DOMContentLoaded', tables);
  addEventListener('click', clicked, true);
  addEventListener('hashchange', arrive, true);
};
