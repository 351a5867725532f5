/*
 * What a script asks for by HTTP: fetch, fetchLater, XMLHttpRequest, beacons, caches that
 * are filled, fetches in the background.
 */
import { WeakMap, apply, attempt, requestURL, weakGet, weakSet } from '../safe/builtins.js';
import { running } from './running.js';
import { address, each, failed, instead, isSequence, nowhere, rejects, sequence } from './values.js';

/**
 * What is asked for, as the browser will: of a Request, of any realm and whatever it says
 * of itself, the address that it has within.
 *
 * @param {any} view
 * @param {any} input
 * @returns {string | undefined} nothing where it is no Request
 */
const requested = (view, input) => (input && typeof input === 'object' ? attempt(() => requestURL(input)) : undefined);

/** @param {import('./values.js').Ask} ask @returns {import('./hooks.js').Hooks} */
export const fetches = (ask) => (view, wrap) => {
  const rejected = rejects(view);
  const failure = failed(view);

  /** Whether one of a call's arguments is shut; what is no Request is converted where it stands. @param {any[]} args @param {number} at */
  const shut = (args, at) => {
    const own = requested(view, args[at]);
    if (own === undefined) args[at] = address(view, args[at]);
    return ask.held(view, own ?? args[at]);
  };
  /** The same of several, which are then read once. @param {any[]} args @param {number} at */
  const anyShut = (args, at) => {
    let held = false;
    const all = each(args[at], (input) => {
      const one = [input];
      held = shut(one, 0) || held;
      return one[0];
    });
    args[at] = sequence(all);
    return held;
  };

  /**
   * A method that returns a promise: what is shut fails, and what the page's own values
   * throw is told as the original would.
   *
   * @param {any} object
   * @param {string} name
   * @param {number} at
   * @param {typeof shut} judge
   */
  const promised = (object, name, at, judge) =>
    wrap(object, name, 'value', (original) => ({
      hook(...args) {
        if (args.length > at) {
          try {
            if (judge(args, at)) return rejected(failure());
          } catch (error) {
            return rejected(error);
          }
        }
        return apply(original, this, args);
      },
    }));

  promised(view, 'fetch', 0, shut);
  promised(view.Cache?.prototype, 'add', 0, shut);
  promised(view.Cache?.prototype, 'addAll', 0, anyShut);
  promised(view.BackgroundFetchManager?.prototype, 'fetch', 1, (args, at) => {
    const sets = isSequence(args[at]) ? anyShut : shut;
    let held = sets(args, at);
    const icons = args[at + 1]?.icons;
    if (icons !== undefined) {
      const kept = each(icons, (icon) => {
        const src = icon?.src;
        if (src === undefined) return icon;
        const own = address(view, src);
        held = ask.held(view, own) || held;
        return instead(icon, 'src', own);
      });
      args[at + 1] = instead(args[at + 1], 'icons', sequence(kept));
    }
    return held;
  });

  wrap(view, 'fetchLater', 'value', (original) => ({
    hook(...args) {
      if (args.length && shut(args, 0)) args[0] = nowhere;
      return apply(original, this, args);
    },
  }));

  wrap(view.Navigator.prototype, 'sendBeacon', 'value', (original) => ({
    hook(...args) {
      return (args.length > 0 && shut([(args[0] = address(view, args[0]))], 0)) || apply(original, this, args);
    },
  }));

  /** What requests were opened with. @type {WeakMap<object, any[]>} */
  const opened = new WeakMap();
  /** @type {Function} */
  let open;
  const { prototype } = view.XMLHttpRequest;
  wrap(prototype, 'open', 'value', (original) => {
    open = original;
    return {
      hook(...args) {
        if (args.length < 2) return apply(original, this, args);
        args[0] = `${args[0]}`;
        const own = (args[1] = address(view, args[1]));
        const held = ask.held(view, own);
        if (held) args[1] = nowhere;
        const result = apply(original, this, args);
        weakSet(opened, this, [args[0], own, args.length < 3 || !!args[2]]);
        running('XMLHttpRequest', this, held ? '' : own);
        return result;
      },
    };
  });
  // It may be sent long after it was opened: then what was open may be shut.
  wrap(prototype, 'send', 'value', (original) => ({
    hook(...args) {
      const known = weakGet(opened, this);
      if (known && ask.held(view, known[1])) apply(open, this, [known[0], nowhere, known[2]]);
      return apply(original, this, args);
    },
  }));
};
