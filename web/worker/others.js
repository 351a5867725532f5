/*
 * The site's own listeners to what pages ask for, in a worker that runs octroi.worker.js besides.
 * What is open for everybody they hear from the browser. What was open only once the record was
 * read they hear from here: the browser has moved on by then.
 */
import { scope } from './scope.js';

/** The site's own listeners. @type {Set<any>} */
const listeners = new Set();

const { addEventListener, removeEventListener } = scope;

/** Notes which listeners the site's worker adds. */
export const noteListeners = () => {
  scope.addEventListener = (/** @type {any[]} */ ...args) => {
    if (args[0] === 'fetch' && args[1]) listeners.add(args[1]);
    return Reflect.apply(addEventListener, scope, args);
  };
  scope.removeEventListener = (/** @type {any[]} */ ...args) => {
    if (args[0] === 'fetch') listeners.delete(args[1]);
    return Reflect.apply(removeEventListener, scope, args);
  };
};

/** Adds a listener of Octroi's. @param {string} type @param {(event: any) => void} listener */
export const listen = (type, listener) => Reflect.apply(addEventListener, scope, [type, listener]);

/** Answers a request as the site's worker would, else as the network does. @param {any} event @returns {Promise<Response>} */
export const answer = (event) => {
  /** @type {Promise<Response> | undefined} */
  let response;
  const asHeard = new Proxy(event, {
    get(target, name) {
      if (name === 'respondWith')
        return (/** @type {Response | Promise<Response>} */ answered) => {
          if (response) throw new DOMException('It was answered before.', 'InvalidStateError');
          response = Promise.resolve(answered);
        };
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  for (const listener of [...listeners, scope.onfetch]) {
    if (!listener || response) continue;
    try {
      if (typeof listener === 'function') Reflect.apply(listener, scope, [asHeard]);
      else listener.handleEvent(asHeard);
    } catch (error) {
      scope.reportError(error);
    }
  }
  return response ?? fetch(event.request);
};
