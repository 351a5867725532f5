/*
 * Events of a loaded page that a gated script has missed, such as load. If the script listens
 * to one while it runs, Octroi calls the listener once, when all scripts have run that were
 * granted together. A script that reads document.readyState knows that the page has loaded,
 * so Octroi calls none of its listeners.
 */
import { shared } from './shared.js';
import { apply, attempt, exec, hasOwn, knows, learn, list, setTimeout, WeakSet, defineProperty, bare, free } from '../safe/builtins.js';
import { wrap } from './wrap.js';

const { Event, document, performance } = window;
const getEntriesByType = free(Performance.prototype.getEntriesByType);
const timing = /** @type {any} */ (getEntriesByType(performance, 'navigation')[0]);
/** The events in their order, each with the entry of PerformanceNavigationTiming that is not 0 once it has fired. @type {Record<string, string>} */
const times = bare({ DOMContentLoaded: 'domContentLoadedEventEnd', readystatechange: 'domComplete', load: 'loadEventStart', pageshow: 'loadEventEnd' });
/** The events that have a property for their listener, such as onload. */
const withProperty = list(['load', 'pageshow', 'readystatechange']);

/**
 * @typedef {object} Pending a listener that is to be called
 * @property {string} type
 * @property {any} target
 * @property {any} listener
 * @property {boolean} capture
 * @property {any} options
 * @property {any} script
 * @property {() => boolean} listens tells whether the listener has not been removed
 */

/** @type {List<Pending>} */
let pending = list();
let isScheduled = false;
/** Scripts that have read document.readyState. */
const aware = new WeakSet();

/** Returns the gated script that runs now. */
const runningScript = () => shared.tags.writing.current();

/** @param {string} type */
const hasFired = (type) => !!timing && timing[times[type]] > 0;
/** @param {any} options */
const captures = (options) => !!(typeof options === 'object' ? options && options.capture : options);

/** Finds the index of a listener that is to be called; -1 if there is none. @param {any} target @param {string} type @param {any} listener @param {boolean} capture */
const indexOfPending = (target, type, listener, capture) => {
  for (let i = 0; i < pending.length; i++) {
    const one = pending[i];
    if (one.target === target && one.type === type && one.listener === listener && one.capture === capture) return i;
  }
  return -1;
};

/** Calls a listener as the browser would have called it. @param {Pending} one */
const call = (one) => {
  const { type, target, listener, options, script } = one;
  if (knows(aware, script) || !one.listens() || options?.signal?.aborted) return;
  if (options?.once) target.removeEventListener(type, listener, one.capture);
  const event = new Event(type, { bubbles: type === 'DOMContentLoaded' });
  const define = (/** @type {string} */ name, /** @type {any} */ value) => defineProperty(event, name, bare({ value, configurable: true }));
  define('target', document);
  define('currentTarget', target);
  if (type === 'pageshow') define('persisted', false);
  if (typeof listener === 'function') apply(listener, target, [event]);
  else listener.handleEvent(event);
};

/** Calls all listeners in the order of their events, unless other scripts still wait to run. */
const flush = () => {
  isScheduled = false;
  if (shared.gates.busy()) return;
  const all = pending;
  pending = list();
  for (const type in times) for (let i = 0; i < all.length; i++) if (all[i].type === type) setTimeout(call, 0, all[i]);
};

/** Calls all listeners after this turn. */
const schedule = () => {
  if (isScheduled || !pending.length) return;
  isScheduled = true;
  setTimeout(flush, 0);
};

/** Notes a listener, if a gated script adds it to an event that has fired. @param {any} target @param {string} type @param {any} listener @param {any} options @param {() => boolean} [listens] */
const note = (target, type, listener, options, listens) => {
  const isWindow = target === window;
  if (!listener || !(isWindow ? type !== 'readystatechange' : target === document && exec(/^[Dr]/, type))) return;
  const script = runningScript();
  if (!script || !hasFired(type)) return;
  const capture = captures(options);
  if (indexOfPending(target, type, listener, capture) >= 0) return;
  pending[pending.length] = { type, target, listener, capture, options, script, listens: listens || (() => true) };
  schedule();
};

/** Hooks addEventListener and removeEventListener. @param {any} view */
const hookListeners = (view) => {
  wrap(view.EventTarget.prototype, 'addEventListener', 'value', (original) => ({
    hook(type, listener, options) {
      const result = apply(original, this, arguments);
      if (typeof type === 'string' && hasOwn(times, type)) attempt(() => note(this ?? window, type, listener, options));
      return result;
    },
  }));
  wrap(view.EventTarget.prototype, 'removeEventListener', 'value', (original) => ({
    hook(type, listener, options) {
      const result = apply(original, this, arguments);
      if (pending.length) {
        const at = indexOfPending(this ?? window, type, listener, captures(options));
        if (at >= 0) pending[at].listens = () => false;
      }
      return result;
    },
  }));
};

/** Hooks document.readyState, to know the scripts that read it. @param {any} view */
const hookReadyState = (view) =>
  wrap(view.Document.prototype, 'readyState', 'get', (original) => ({
    hook() {
      const script = runningScript();
      if (script) learn(aware, script);
      return apply(original, this, arguments);
    },
  }));

/** Hooks a property such as onload. @param {any} holder the object that has the property @param {string} type */
const hookProperty = (holder, type) => {
  const name = 'on' + type;
  const target = type === 'readystatechange' ? document : window;
  wrap(holder, name, 'set', (original) => ({
    hook(value) {
      apply(original, this, arguments);
      if (typeof value === 'function') attempt(() => note(target, type, value, undefined, () => /** @type {any} */ (target)[name] === value));
    },
  }));
  // A script that sets its own listener may call the one before it, which has run already.
  wrap(holder, name, 'get', (original) => ({
    hook() {
      const value = apply(original, this, arguments);
      if (!value || !runningScript() || !hasFired(type)) return value;
      for (let i = 0; i < pending.length; i++) if (pending[i].listener === value) return value;
      return null;
    },
  }));
};

export const passed = () => ({
  schedule,
  /** @type {import('./hooks.js').Hooks} */
  hook(view) {
    if (view !== window) return;
    hookListeners(view);
    hookReadyState(view);
    for (let i = 0; i < withProperty.length; i++) {
      const type = withProperty[i];
      if (type === 'readystatechange') hookProperty(view.Document.prototype, type);
      else {
        hookProperty(view, type);
        hookProperty(view.HTMLBodyElement.prototype, type);
      }
    }
  },
});
