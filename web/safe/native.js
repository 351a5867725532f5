/*
 * The browser's own functions by which Octroi itself stores and fetches. They are saved before
 * a page can replace them and before the hooks are in place, so that Octroi does not ask itself.
 * In a document without an origin, the functions for cookies and storage throw.
 */
import { apply, getOwnPropertyDescriptor } from './reading.js';

const cookie = /** @type {any} */ (getOwnPropertyDescriptor(Document.prototype, 'cookie'));
const { getItem, setItem, removeItem } = Storage.prototype;
const stores = ['localStorage', 'sessionStorage'].map((name) => getOwnPropertyDescriptor(window, name)?.get);

const { fetch } = window;
const { sendBeacon } = navigator;
/** Missing in a document that is denied databases, or a browser without them. */
const open = window.IDBFactory?.prototype.open;

export const native = {
  /** @type {typeof window.fetch} */
  fetch: (...args) => apply(fetch, window, args),
  /** @param {string} url @param {string} text */
  beacon: (url, text) => apply(sendBeacon, navigator, [url, text]),
  /** @param {string} name @param {number} version @returns {IDBOpenDBRequest} */
  database: (name, version) => apply(open, indexedDB, [name, version]),
  /** @returns {string} */
  cookies: () => apply(cookie.get, document, []),
  /** @param {string} assignment */
  assign: (assignment) => apply(cookie.set, document, [assignment]),
  /** @param {0 | 1} which 0 for local storage, 1 for session storage @returns {Storage} */
  storage: (which) => apply(/** @type {any} */ (stores[which]), window, []),
  /** @param {0 | 1} which @param {string} key @param {string} value */
  keep: (which, key, value) => apply(setItem, native.storage(which), [key, value]),
  /** @param {0 | 1} which @param {string} key @returns {string | null} */
  read: (which, key) => apply(getItem, native.storage(which), [key]),
  /** @param {0 | 1} which @param {string} key */
  drop: (which, key) => apply(removeItem, native.storage(which), [key]),
};
