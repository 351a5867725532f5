/*
 * Built-ins that are there without a document too, as they were when the drop-in came. A
 * page may replace any of them later, and what decides must not ask a page's own: whatever
 * leads to a verdict uses these, index loops in place of iterators, and objects without a
 * prototype.
 */

const { freeze, hasOwn, setPrototypeOf } = Object;

export const { apply, construct, defineProperty, get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, set } = Reflect;
export { freeze, hasOwn, setPrototypeOf };

/** @typedef {(self: any, ...args: any[]) => any} Free a method as a function of its object */

/** A method as a function of its object: its own call may be a page's. @param {any} method @returns {Free} */
export const free =
  (method) =>
  (self, ...args) =>
    apply(method, self, args);

/** The half of an accessor that reads; browsers have some a prototype further up. @param {any} prototype @param {string} name @returns {Free} */
export const reads = (prototype, name) => {
  while (prototype && !hasOwn(prototype, name)) prototype = getPrototypeOf(prototype);
  const read = /** @type {any} */ (getOwnPropertyDescriptor(prototype || {}, name)?.get);
  return (self) => apply(read, self, none);
};
/** @type {any[]} */
const none = [];

/** The half of an accessor that writes. @param {any} prototype @param {string} name @returns {Free} */
export const writes = (prototype, name) => free(/** @type {any} */ (getOwnPropertyDescriptor(prototype, name)).set);

/**
 * A list without a prototype: what is put into it meets no setter of the page's.
 *
 * @template T
 * @param {T[]} [items]
 * @returns {T[]}
 */
export const list = (items = []) => setPrototypeOf(items, null);

/** An object without a prototype: what it lacks is not looked up. @template T @param {T} object @returns {T} */
export const bare = (object) => setPrototypeOf(object, null);

/** Whether a full stack was thrown: what was asked then has no answer. @param {any} error */
export const isFull = (error) => {
  const message = error?.message;
  return message === 'Maximum call stack size exceeded' || message === 'Maximum call stack size exceeded.' || message === 'too much recursion';
};

/**
 * Throws where the stack is too full for what must not stop half-way.
 *
 * @param {number} [levels] 300 of them hold twice what hooking a frame's realm takes
 */
export const room = (levels = 300) => {
  if (levels) apply(room, undefined, [levels - 1]);
};

/**
 * @template T
 * @param {() => T} read storage may be denied, and windows be another origin's: then it throws
 * @returns {T | undefined}
 * @throws what a full stack throws: nothing would be known, and what is unknown be let through
 */
export const attempt = (read) => {
  try {
    return read();
  } catch (error) {
    if (isFull(error)) throw error;
  }
};

/**
 * What is asked when a page writes or calls must neither fail into that nor let it through,
 * however the page has bent the language.
 *
 * @template {any[]} A
 * @template T
 * @param {(...args: A) => T} ask
 * @param {T} otherwise the answer that keeps shut
 * @returns {(...args: A) => T}
 */
export const failClosed =
  (ask, otherwise) =>
  (...args) => {
    try {
      return apply(ask, undefined, args);
    } catch {
      return otherwise;
    }
  };

export const { String, URL, Uint8Array, Map, Set, WeakMap, WeakSet, WeakRef, Proxy, RegExp, TypeError, RangeError, Promise, setTimeout, clearTimeout } =
  globalThis;
export const { now } = Date;
export const { floor, min, max, ceil } = Math;
export const { fromCharCode } = String;

export const slice = free(String.prototype.slice);
export const startsWith = free(String.prototype.startsWith);
export const endsWith = free(String.prototype.endsWith);
export const indexOf = free(String.prototype.indexOf);
export const lastIndexOf = free(String.prototype.lastIndexOf);
export const charCodeAt = free(String.prototype.charCodeAt);
export const toLowerCase = free(String.prototype.toLowerCase);
export const trim = free(String.prototype.trim);
/** The text of a function, as it was written. */
export const sourceOf = free(Function.prototype.toString);

/** The words of a text between single characters. @param {string} text @param {string} mark @returns {string[]} */
export const split = (text, mark) => {
  /** @type {string[]} */
  const parts = list();
  for (let from = 0; ;) {
    const at = indexOf(text, mark, from);
    parts[parts.length] = slice(text, from, at < 0 ? text.length : at);
    if (at < 0) return parts;
    from = at + 1;
  }
};

/** @param {string[]} parts @param {string} mark */
export const join = (parts, mark) => {
  let text = '';
  for (let i = 0; i < parts.length; i++) text += (i ? mark : '') + parts[i];
  return text;
};

/**
 * The first of a list, taken out of it: a page's own shift may leave it in for ever.
 *
 * @template T
 * @param {T[]} list
 */
export const takeFirst = (list) => {
  const one = list[0];
  for (let i = 1; i < list.length; i++) list[i - 1] = list[i];
  if (list.length) list.length--;
  return one;
};

/** Goes through a list, which no iterator of the page's is asked for. @template T @param {T[]} items @param {(one: T) => void} see */
export const visit = (items, see) => {
  for (let i = 0; i < items.length; i++) see(items[i]);
};

/** Whether a list has something: by identity. @param {any[]} items @param {any} one */
export const includes = (items, one) => {
  for (let i = 0; i < items.length; i++) if (items[i] === one) return true;
  return false;
};

/**
 * Whether a pattern without flags "g" and "y" is found in a text. A page's own exec, flags
 * or Symbol.match would be asked by test.
 */
export const exec = free(RegExp.prototype.exec);

export const mapGet = free(Map.prototype.get);
export const mapSet = free(Map.prototype.set);
export const mapDelete = free(Map.prototype.delete);
export const setHas = free(Set.prototype.has);
export const setAdd = free(Set.prototype.add);
export const weakGet = free(WeakMap.prototype.get);
export const weakSet = free(WeakMap.prototype.set);
export const weakDelete = free(WeakMap.prototype.delete);
export const knows = free(WeakSet.prototype.has);
export const learn = free(WeakSet.prototype.add);
export const unlearn = free(WeakSet.prototype.delete);

export const deref = free(WeakRef.prototype.deref);

/** The parts of a URL object of any realm; each throws for what is none. */
export const hrefOf = reads(URL.prototype, 'href');
export const protocolOf = reads(URL.prototype, 'protocol');

export const { fromCodePoint } = String;
export const { encodeURIComponent, decodeURIComponent } = globalThis;

const { iterator } = Symbol;

/** A list that a browser reads as it is, whatever a page has done to its iterators. @param {any[]} items */
export const iterable = (items) =>
  bare({
    [iterator]() {
      let i = 0;
      return bare({ next: () => bare({ done: i >= items.length, value: items[i++] }) });
    },
  });

export const decode = free(TextDecoder.prototype.decode);
export const encode = free(TextEncoder.prototype.encode);
