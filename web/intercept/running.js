/*
 * Remembers what goes on after the call that began it: sockets, requests, workers, connections
 * to peers, sound, open databases. When the service of its address is withdrawn, it is ended.
 */
import { apply, attempt, free, list, reads, removeAttribute, weakGet, weakSet, WeakMap, WeakRef, deref } from '../safe/builtins.js';

/** An address at a port that every browser blocks (https://fetch.spec.whatwg.org/#port-blocking). */
const nowhere = 'http://localhost:1/';

/** Returns a function that calls a method, or does nothing in a browser that lacks it. @param {string} kind the constructor's name @param {string} method @returns {(object: any) => void} */
const caller = (kind, method) => {
  const original = /** @type {any} */ (window)[kind]?.prototype[method];
  return (object) => original && apply(original, object, []);
};

const abort = caller('XMLHttpRequest', 'abort');
const open = free(XMLHttpRequest.prototype.open);
const readyState = reads(XMLHttpRequest.prototype, 'readyState');
const load = caller('HTMLMediaElement', 'load');

/** Ends a thing of each kind; throws if it cannot be ended. @type {Record<string, (object: any) => void>} */
const ends = {
  __proto__: /** @type {any} */ (null),
  WebSocket: caller('WebSocket', 'close'),
  WebSocketStream: caller('WebSocketStream', 'close'),
  EventSource: caller('EventSource', 'close'),
  WebTransport: caller('WebTransport', 'close'),
  Worker: caller('Worker', 'terminate'),
  RTCPeerConnection: caller('RTCPeerConnection', 'close'),
  AbortController: caller('AbortController', 'abort'),
  XMLHttpRequest(request) {
    abort(request);
    // "abort" does nothing to a request that is opened and not sent yet.
    if (readyState(request) === 1) open(request, 'GET', nowhere);
  },
  Database: caller('IDBDatabase', 'close'),
  Audio(element) {
    removeAttribute(element, 'src');
    load(element); // without this, the sound goes on
  },
};

/** @typedef {{ kind: string, weak: WeakRef<object>, address: string }} Running a thing that goes on; the address of a database is its name, and "" is of no service */

/** @type {List<Running>} */
const all = list();
/** @type {WeakMap<object, Running>} */
const known = new WeakMap();
/** The length of the list at which the entries without an object are removed. */
let most = 64;

/**
 * Removes the entries that fail a test, and those whose object is gone. The others stay in order.
 *
 * @param {(entry: Running, object: object) => boolean} test
 */
const filter = (test) => {
  let n = 0;
  for (let i = 0; i < all.length; i++) {
    const object = deref(all[i].weak);
    if (object && test(all[i], object)) all[n++] = all[i];
  }
  all.length = n;
};

/**
 * Notes that an object goes on, and its address now.
 *
 * @template {object} T
 * @param {string} kind a key of "ends"; a thing of another kind can end only with the page
 * @param {T} object a connection to peers may have several addresses; any other object has the
 * address that was noted last
 * @param {string} address as a script has given it, "" for none that could be denied
 * @returns {T} the object
 */
export const running = (kind, object, address) => {
  const before = kind === 'RTCPeerConnection' ? undefined : weakGet(known, object);
  if (before) before.address = address;
  else if (address) {
    const entry = { kind, weak: new WeakRef(object), address };
    weakSet(known, object, entry);
    if (all.length >= most) {
      filter(() => true);
      most = 2 * all.length + 64;
    }
    all[all.length] = entry;
  }
  return object;
};

/**
 * Ends what has a denied address.
 *
 * @param {(address: string, kind: string) => boolean} holds whether an address is denied
 * @param {(address: string) => void} onRunning called with the address of what could not be ended
 */
export const endShut = (holds, onRunning) =>
  filter((entry, object) => {
    const { kind, address } = entry;
    if (address && holds(address, kind)) {
      if (ends[kind] && attempt(() => (ends[kind](object), true))) entry.address = '';
      else onRunning(address);
    }
    return true;
  });
