/*
 * Puts hooks in the place of a realm's methods, accessors and constructors. A hook has the name,
 * length, prototype and source text of its original, because pages compare them.
 */
import {
  apply,
  attempt,
  bare,
  defineProperty,
  exec,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  Proxy,
  setPrototypeOf,
  sourceOf,
  weakGet,
  WeakMap,
  weakSet,
} from '../safe/builtins.js';

/**
 * @callback Wrap
 * @param {any} object what has the method or accessor; nothing happens if it lacks them
 * @param {string} name
 * @param {'value' | 'get' | 'set'} half "value" for a method, else the half of an accessor
 * @param {(original: Function) => { hook(...args: any[]): any }} make returns the hook as a
 * method, because a method has no prototype and cannot be constructed, like its original
 * @returns {void}
 */

/**
 * @callback WrapConstructor
 * @param {any} view a window
 * @param {string} name of the constructor; nothing happens if the window lacks it
 * @param {(target: Function, args: any[], as: Function) => object} make constructs the object
 * @returns {void}
 */

/** The original of each hook. @type {WeakMap<object, Function>} */
const originals = new WeakMap();

/** The names of methods that the page had replaced before Octroi started. @type {string[]} */
export const replaced = [];
let started = false;

/** Ends the list of what was replaced: what the page replaces from now on calls the hooks. */
export const setStarted = () => void (started = true);

/** @param {any} to @param {any} from @param {string} key */
const copyProperty = (to, from, key) => {
  const descriptor = getOwnPropertyDescriptor(from, key);
  if (descriptor) defineProperty(to, key, bare(descriptor));
};

/** Puts a hook in the place of a method, or of one half of an accessor. @type {Wrap} */
export const wrap = (object, name, half, make) => {
  const descriptor = object && getOwnPropertyDescriptor(object, name);
  const original = descriptor && descriptor[half];
  if (!original || !descriptor.configurable) return;
  if (!started && !weakGet(originals, original) && exec(/\[native code]/, sourceOf(original)) === null) replaced.push(name);
  const { hook } = make(original);
  weakSet(originals, hook, original);
  copyProperty(hook, original, 'name');
  copyProperty(hook, original, 'length');
  // A frame's functions inherit from the frame's Function.prototype.
  setPrototypeOf(hook, getPrototypeOf(original));
  defineProperty(object, name, bare({ ...descriptor, [half]: hook }));
};

/** Puts a proxy in the place of a constructor. @type {WrapConstructor} */
export const wrapConstructor = (view, name, make) => {
  const original = view[name];
  if (!original) return;
  const hook = new Proxy(original, bare({ construct: make }));
  weakSet(originals, hook, original);
  defineProperty(view, name, bare({ .../** @type {any} */ (getOwnPropertyDescriptor(view, name)), value: hook }));
  const { prototype } = original;
  const descriptor = /** @type {any} */ (getOwnPropertyDescriptor(prototype, 'constructor'));
  // The prototypes of Audio and Image have another constructor.
  if (descriptor.value === original) defineProperty(prototype, 'constructor', bare({ ...descriptor, value: hook }));
};

/** Makes the text of a hook that of its original. @param {any} view */
export const hookToString = (view) =>
  wrap(view.Function.prototype, 'toString', 'value', (original) => ({
    hook() {
      /** @type {any} */
      let written = this;
      for (let inner; (inner = attempt(() => weakGet(originals, written)));) written = inner;
      return apply(original, written, arguments);
    },
  }));
