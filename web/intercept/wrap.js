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
  hasOwn,
  list,
  Proxy,
  setPrototypeOf,
  sourceOf,
  weakGet,
  WeakMap,
  weakSet,
} from '../safe/reading.js';

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

/** The methods that were there before Octroi started, each with its name. @type {List<[name: string, original: Function]>} */
const first = list();
let started = false;

/** Ends the list of what was there: what the page replaces from now on calls the hooks. */
export const setStarted = () => void (started = true);

/** Returns the names of methods that the page had replaced before Octroi started. @returns {string[]} */
export const replaced = () => {
  const names = [];
  for (let i = 0; i < first.length; i++) if (exec(/\[native code]/, sourceOf(first[i][1])) === null) names.push(first[i][0]);
  return names;
};

/**
 * What waits for a hook. A latch is there before the hook, and calls it once it has come.
 *
 * @typedef {object} Place
 * @property {Function} original
 * @property {Function} [hook]
 */

/** The places of an object's members, by half and name. @type {WeakMap<object, Record<string, Place>>} */
const places = new WeakMap();

/** Returns what stands for an object's realm and kind: a frame's window is the same object in each of its realms. @param {any} object @returns {object} */
const keyOf = (object) => (hasOwn(object, 'document') && hasOwn(object, 'window') ? object.Window.prototype : object);

/** Makes the place of a member. @param {any} object @param {string} name @param {string} half @param {Function} original @returns {Place} */
export const makePlace = (object, name, half, original) => {
  const all = weakGet(places, keyOf(object)) || bare({});
  weakSet(places, keyOf(object), all);
  return (all[half + name] = bare({ original, hook: undefined }));
};

/** Puts a hook into its place, if it has one. @param {any} object @param {string} name @param {string} half @param {(original: Function) => Function} make */
const fillPlace = (object, name, half, make) => {
  const place = COMPILED && object && weakGet(places, keyOf(object))?.[half + name];
  if (place) place.hook = make(place.hook || place.original);
  return place;
};

/** Returns the browser's own function behind a hook or a latch, and any other as it is. @param {any} hook @returns {Function} */
export const nativeOf = (hook) => {
  for (let inner; (inner = weakGet(originals, hook));) hook = inner;
  return hook;
};

/** @param {any} to @param {any} from @param {string} key */
const copyProperty = (to, from, key) => {
  const descriptor = getOwnPropertyDescriptor(from, key);
  if (descriptor) defineProperty(to, key, bare(descriptor));
};

/** Puts a hook in the place of a method, or of one half of an accessor. @type {Wrap} */
export const wrap = (object, name, half, make) => {
  if (fillPlace(object, name, half, (original) => make(original).hook)) return;
  const descriptor = object && getOwnPropertyDescriptor(object, name);
  const original = descriptor && descriptor[half];
  if (!original || !descriptor.configurable) return;
  if (!started && !weakGet(originals, original)) first[first.length] = [name, original];
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
  if (!original || fillPlace(view, name, 'new', () => make)) return;
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
