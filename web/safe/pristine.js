/*
 * Built-ins as they were when octroi.js started. Modules of octroi.hold.js, which comes later,
 * save from here what they would save from the page: cmd/dev/pack/divide.go sees to that, and
 * lists what they name.
 */
import { globals, interfaces, statics } from 'octroi:taken';
import { attempt, bare, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, ownKeys, split, visit } from './language.js';

const { create } = Object;

/** Copies an object's own members, and those of its prototypes. @param {any} object @returns {any} */
const copy = (object) => {
  if (!object || object === Object.prototype || object === Function.prototype) return null;
  const made = create(copy(getPrototypeOf(object)));
  const names = ownKeys(object);
  for (let i = 0; i < names.length; i++) defineProperty(made, names[i], bare(/** @type {any} */ (getOwnPropertyDescriptor(object, names[i]))));
  return made;
};

/** Copies some members of an object, wherever its prototypes have them. @param {any} object @param {List<string>} names from the second on */
const copySome = (object, names) => {
  const made = bare({});
  for (let i = 1; i < names.length; i++) {
    let holder = object;
    while (holder && !hasOwn(holder, names[i])) holder = getPrototypeOf(holder);
    if (holder) defineProperty(made, names[i], bare(/** @type {any} */ (getOwnPropertyDescriptor(holder, names[i]))));
  }
  return made;
};

/** Copies of prototypes, by interface. @type {Record<string, any>} */
export const prototypes = bare({});
/** The window's own members, and copies of objects that have functions. @type {Record<string, any>} */
export const taken = bare({});

/** Saves what there is now. */
export const save = () => {
  const { WebAssembly, window } = /** @type {any} */ (globalThis);
  visit(split(interfaces, ','), (kind) => {
    const names = split(kind, ' ');
    const prototype = (window[names[0]] || WebAssembly?.[names[0]])?.prototype;
    if (prototype) prototypes[names[0]] = names[1] === '*' ? copy(prototype) : copySome(prototype, names);
  });
  visit(split(globals, ' '), (name) => void (taken[name] = attempt(() => window[name])));
  visit(split(statics, ','), (kind) => {
    const names = split(kind, ' ');
    taken[names[0]] = copySome(window[names[0]], names);
  });
};
