/*
 * Built-ins as they were when octroi.js started. Modules of octroi.hold.js, which comes later,
 * save from here what they would save from the page: cmd/dev/pack/divide.go sees to that, and
 * lists what they name.
 */
import { globals, interfaces, statics } from 'octroi:taken';
import { attempt, bare, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, ownKeys, weakGet, WeakMap, weakSet } from './language.js';

const { create } = Object;
/** @type {WeakMap<object, any>} */
const copies = new WeakMap();

/** Copies an object's own members, and those of its prototypes. @param {any} object */
const copy = (object) => {
  if (!object || object === Object.prototype || object === Function.prototype) return null;
  let made = weakGet(copies, object);
  if (made) return made;
  made = create(copy(getPrototypeOf(object)));
  const names = ownKeys(object);
  for (let i = 0; i < names.length; i++) defineProperty(made, names[i], bare(/** @type {any} */ (getOwnPropertyDescriptor(object, names[i]))));
  weakSet(copies, object, made);
  return made;
};

/** Copies of prototypes, by interface. @type {Record<string, any>} */
export const prototypes = bare({});
/** The window's own members, and copies of objects that have functions. @type {Record<string, any>} */
export const taken = bare({});

/** Saves what there is now. */
export const save = () => {
  const { WebAssembly, window } = /** @type {any} */ (globalThis);
  for (const name of interfaces.split(' ')) prototypes[name] = copy((window[name] || WebAssembly?.[name])?.prototype);
  for (const name of globals.split(' ')) taken[name] = attempt(() => window[name]);
  for (const name of statics.split(' ')) if (hasOwn(window, name)) taken[name] = copy(window[name]);
};
