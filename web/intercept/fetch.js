/*
 * What a script asks for by the Fetch standard: fetch, fetchLater, beacons, caches that are
 * filled, fetches in the background.
 */
import { apply, attempt, requestURL } from '../safe/builtins.js';
import { address, each, failed, instead, isSequence, nowhere, sequence } from './values.js';
import { wrap } from './wrap.js';

/** @typedef {import('./requests.js').Realm} Realm */

/** Returns the address inside a Request of any realm, which its own properties may hide; nothing for other values. @param {any} input @returns {string | undefined} */
const addressOfRequest = (input) => (input && typeof input === 'object' ? attempt(() => requestURL(input)) : undefined);

/**
 * Whether the address in one argument of a call is held. An argument that is no Request
 * becomes an address in place, so that the browser gets the address that was judged.
 *
 * @param {Realm} realm
 * @param {any[]} args
 * @param {number} at the index of the argument
 */
const isHeld = ({ ask, view }, args, at) => {
  const inside = addressOfRequest(args[at]);
  if (inside === undefined) args[at] = address(view, args[at]);
  return ask.held(view, inside ?? args[at]);
};

/** Whether any address in a sequence is held. The sequence is read once. @type {typeof isHeld} */
const isAnyHeld = (realm, args, at) => {
  let held = false;
  const inputs = each(args[at], (input) => {
    const one = [input];
    held = isHeld(realm, one, 0) || held;
    return one[0];
  });
  args[at] = sequence(inputs);
  return held;
};

/** Whether a background fetch asks for an address that is held, or shows a picture from one. @type {typeof isHeld} */
const isBackgroundHeld = (realm, args, at) => {
  const { ask, view } = realm;
  let held = (isSequence(args[at]) ? isAnyHeld : isHeld)(realm, args, at);
  const icons = args[at + 1]?.icons;
  if (icons !== undefined) {
    const judged = each(icons, (icon) => {
      const src = icon?.src;
      if (src === undefined) return icon;
      const href = address(view, src);
      held = ask.held(view, href) || held;
      return instead(icon, 'src', href);
    });
    args[at + 1] = instead(args[at + 1], 'icons', sequence(judged));
  }
  return held;
};

/**
 * Hooks a method that returns a promise. The promise is rejected if an address is held, and
 * also with what the page's own values throw while they are read, as the original's is.
 *
 * @param {Realm} realm
 * @param {any} object
 * @param {string} name
 * @param {number} at the index of the argument that has addresses
 * @param {typeof isHeld} judge
 */
const hookPromised = (realm, object, name, at, judge) => {
  const failure = failed(realm.view);
  wrap(object, name, 'value', (original) => ({
    hook(...args) {
      if (args.length > at) {
        try {
          if (judge(realm, args, at)) return realm.rejected(failure());
        } catch (error) {
          return realm.rejected(error);
        }
      }
      return apply(original, this, args);
    },
  }));
};

/** @param {Realm} realm */
export const hookFetches = (realm) => {
  const { view } = realm;
  hookPromised(realm, view, 'fetch', 0, isHeld);
  hookPromised(realm, view.Cache?.prototype, 'add', 0, isHeld);
  hookPromised(realm, view.Cache?.prototype, 'addAll', 0, isAnyHeld);
  hookPromised(realm, view.BackgroundFetchManager?.prototype, 'fetch', 1, isBackgroundHeld);
  wrap(view, 'fetchLater', 'value', (original) => ({
    hook(...args) {
      if (args.length && isHeld(realm, args, 0)) args[0] = nowhere;
      return apply(original, this, args);
    },
  }));
  wrap(view.Navigator.prototype, 'sendBeacon', 'value', (original) => ({
    hook(...args) {
      return (args.length > 0 && isHeld(realm, [(args[0] = address(view, args[0]))], 0)) || apply(original, this, args);
    },
  }));
};
