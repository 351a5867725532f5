/*
 * What goes on once it has begun: sockets, requests, workers, connections to peers, sound.
 * Each is known weakly, by the address that it has; where that shuts, it is ended.
 */
import { apply, attempt, free, list, reads, removeAttribute, weakGet, weakSet, WeakMap, WeakRef, deref } from '../safe/builtins.js';

/** A port that every browser refuses (Fetch, section 2.9). */
const nowhere = 'http://localhost:1/';

/** @param {string} kind a constructor's name @param {string} method @returns {(object: any) => void} does nothing where there is none */
const by = (kind, method) => {
  const original = /** @type {any} */ (window)[kind]?.prototype[method];
  return (object) => original && apply(original, object, []);
};

const abort = by('XMLHttpRequest', 'abort');
const open = free(XMLHttpRequest.prototype.open);
const readyState = reads(XMLHttpRequest.prototype, 'readyState');
const load = by('HTMLMediaElement', 'load');

/** How each kind is ended; what cannot be throws. @type {Record<string, (object: any) => void>} */
const ends = {
  __proto__: /** @type {any} */ (null),
  WebSocket: by('WebSocket', 'close'),
  WebSocketStream: by('WebSocketStream', 'close'),
  EventSource: by('EventSource', 'close'),
  WebTransport: by('WebTransport', 'close'),
  Worker: by('Worker', 'terminate'),
  RTCPeerConnection: by('RTCPeerConnection', 'close'),
  AbortController: by('AbortController', 'abort'),
  XMLHttpRequest(request) {
    abort(request);
    // What was opened and not sent yet stays so.
    if (readyState(request) === 1) open(request, 'GET', nowhere);
  },
  Database: by('IDBDatabase', 'close'),
  Audio(element) {
    removeAttribute(element, 'src');
    load(element); // else it plays on
  },
};

/** @typedef {{ kind: string, weak: WeakRef<object>, address: string }} Going a database's address is its name */

/** @type {Going[]} */
const all = list();
/** @type {WeakMap<object, Going>} */
const known = new WeakMap();
/** How many there may be before those are looked for that have gone. */
let most = 64;

/**
 * Keeps those of a test; in the order in which they began.
 *
 * @param {(going: Going, object: object) => boolean} test
 */
const keep = (test) => {
  let n = 0;
  for (let i = 0; i < all.length; i++) {
    const object = deref(all[i].weak);
    if (object && test(all[i], object)) all[n++] = all[i];
  }
  all.length = n;
};

/**
 * Notes what goes on, by its address as it is now.
 *
 * @template {object} T
 * @param {string} kind one of ends; what is none of them ends with the page
 * @param {T} object one of several addresses is noted once for each, a connection to peers; others have their last
 * @param {string} address as a script has given it, "" for none that could shut
 * @returns {T} object
 */
export const running = (kind, object, address) => {
  const before = kind === 'RTCPeerConnection' ? undefined : weakGet(known, object);
  if (before) before.address = address;
  else if (address) {
    const going = { kind, weak: new WeakRef(object), address };
    weakSet(known, object, going);
    if (all.length >= most) {
      keep(() => true);
      most = 2 * all.length + 64;
    }
    all[all.length] = going;
  }
  return object;
};

/**
 * Ends what has an address that is shut.
 *
 * @param {(address: string, kind: string) => boolean} holds
 * @param {(address: string) => void} still told of what could not be ended
 */
export const endShut = (holds, still) =>
  keep((going, object) => {
    const { kind, address } = going;
    if (address && holds(address, kind)) {
      if (ends[kind] && attempt(() => (ends[kind](object), true))) going.address = '';
      else still(address);
    }
    return true;
  });
