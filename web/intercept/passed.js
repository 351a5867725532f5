/*
 * What a gated script waits for that has passed: the events of a page that has loaded. What
 * it listens to them with while it runs is called once, when all scripts have run that were
 * granted with it. One that reads document.readyState knows by itself, and is left alone.
 */
import { apply, attempt, exec, hasOwn, knows, learn, list, setTimeout, WeakSet, defineProperty, bare, free } from '../safe/builtins.js';

const { Event, document, performance } = window;
const entries = free(Performance.prototype.getEntriesByType);
const first = /** @type {any} */ (entries(performance, 'navigation')[0]);
/** The events in their order, and when each has passed. @type {Record<string, string>} */
const when = bare({ DOMContentLoaded: 'domContentLoadedEventEnd', readystatechange: 'domComplete', load: 'loadEventStart', pageshow: 'loadEventEnd' });
/** Properties that listen to them. */
const properties = list(['load', 'pageshow', 'readystatechange']);

/**
 * @typedef {object} Pending
 * @property {string} type
 * @property {any} target
 * @property {any} listener
 * @property {boolean} capture
 * @property {any} options
 * @property {any} script
 * @property {() => boolean} stands whether it still listens
 */

/**
 * @param {() => any} standing the gated script that runs now
 * @param {() => boolean} busy whether others are still to run
 */
export const passed = (standing, busy) => {
  /** @type {Pending[]} */
  let pending = list();
  const aware = new WeakSet();
  let due = false;

  /** @param {string} type */
  const gone = (type) => !!first && first[when[type]] > 0;
  /** @param {any} options */
  const captures = (options) => !!(typeof options === 'object' ? options && options.capture : options);
  /** @param {Pending} one @param {any[]} other */
  const same = (one, [target, type, listener, capture]) => one.target === target && one.type === type && one.listener === listener && one.capture === capture;

  /** @param {Pending} one */
  const call = (one) => {
    const { type, target, listener, options, script } = one;
    if (knows(aware, script) || !one.stands() || options?.signal?.aborted) return;
    if (options?.once) target.removeEventListener(type, listener, one.capture);
    const event = new Event(type, { bubbles: type === 'DOMContentLoaded' });
    const own = (/** @type {string} */ name, /** @type {any} */ value) => defineProperty(event, name, bare({ value, configurable: true }));
    own('target', document);
    own('currentTarget', target);
    if (type === 'pageshow') own('persisted', false);
    if (typeof listener === 'function') apply(listener, target, [event]);
    else listener.handleEvent(event);
  };

  /** Calls all, unless other scripts are still to run. */
  const flush = () => {
    due = false;
    if (busy()) return;
    const all = pending;
    pending = list();
    for (const type in when) for (let i = 0; i < all.length; i++) if (all[i].type === type) setTimeout(call, 0, all[i]);
  };
  const soon = () => {
    if (due || !pending.length) return;
    due = true;
    setTimeout(flush, 0);
  };

  /** @param {any} target @param {string} type @param {any} listener @param {any} options @param {() => boolean} [stands] */
  const note = (target, type, listener, options, stands) => {
    const isWindow = target === window;
    if (!listener || !(isWindow ? type !== 'readystatechange' : target === document && exec(/^[Dr]/, type))) return;
    const script = standing();
    if (!script || !gone(type)) return;
    const capture = captures(options);
    for (let i = 0; i < pending.length; i++) if (same(pending[i], [target, type, listener, capture])) return;
    pending[pending.length] = { type, target, listener, capture, options, script, stands: stands || (() => true) };
    soon();
  };

  return {
    soon,
    /** @type {import('./hooks.js').Hooks} */
    hook(view, wrap) {
      if (view !== window) return;
      wrap(view.EventTarget.prototype, 'addEventListener', 'value', (original) => ({
        hook(type, listener, options) {
          const result = apply(original, this, arguments);
          if (typeof type === 'string' && hasOwn(when, type)) attempt(() => note(this ?? window, type, listener, options));
          return result;
        },
      }));
      wrap(view.EventTarget.prototype, 'removeEventListener', 'value', (original) => ({
        hook(type, listener, options) {
          const result = apply(original, this, arguments);
          if (pending.length) {
            const self = this ?? window;
            for (let i = 0; i < pending.length; i++) if (same(pending[i], [self, type, listener, captures(options)])) pending[i].stands = () => false;
          }
          return result;
        },
      }));
      wrap(view.Document.prototype, 'readyState', 'get', (original) => ({
        hook() {
          const script = standing();
          if (script) learn(aware, script);
          return apply(original, this, arguments);
        },
      }));
      for (let i = 0; i < properties.length; i++) {
        const type = properties[i];
        const name = 'on' + type;
        const target = type === 'readystatechange' ? document : window;
        const holders = list(target === document ? [view.Document.prototype] : [view, view.HTMLBodyElement.prototype]);
        for (let k = 0; k < holders.length; k++) {
          wrap(holders[k], name, 'set', (original) => ({
            hook(value) {
              apply(original, this, arguments);
              if (typeof value === 'function') attempt(() => note(target, type, value, undefined, () => /** @type {any} */ (target)[name] === value));
            },
          }));
          // Who calls what was there before would call it twice: it has been called.
          wrap(holders[k], name, 'get', (original) => ({
            hook() {
              const value = apply(original, this, arguments);
              if (!value || !standing() || !gone(type)) return value;
              for (let n = 0; n < pending.length; n++) if (pending[n].listener === value) return value;
              return null;
            },
          }));
        }
      }
    },
  };
};
