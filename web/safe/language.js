/*
 * The built-ins of the language, saved when Octroi's script starts; they exist in a worker too.
 * A page may replace any built-in later. Code that leads to a verdict uses these, loops by index
 * in the place of iterators, and objects without a prototype, so that no code of the page's
 * changes a verdict.
 */

const { freeze, hasOwn, setPrototypeOf } = Object;

export const { apply, construct, defineProperty, get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, set } = Reflect;
export { freeze, hasOwn, setPrototypeOf };

/** @typedef {(self: any, ...args: any[]) => any} Free a method as a function of its object */

/** Makes a function of a method, which takes the object as its first argument: the page may have replaced the method's "call". @param {any} method @returns {Free} */
export const free =
  (method) =>
  (self, ...args) =>
    apply(method, self, args);

/** Makes a function of an accessor's getter. Some browsers have an accessor on a prototype further up. @param {any} prototype @param {string} name @returns {Free} */
export const reads = (prototype, name) => {
  while (prototype && !hasOwn(prototype, name)) prototype = getPrototypeOf(prototype);
  const read = /** @type {any} */ (getOwnPropertyDescriptor(prototype || {}, name)?.get);
  return (self) => apply(read, self, none);
};
/** @type {any[]} */
const none = [];

/** Makes a function of an accessor's setter. @param {any} prototype @param {string} name @returns {Free} */
export const writes = (prototype, name) => free(/** @type {any} */ (getOwnPropertyDescriptor(prototype, name)).set);

/**
 * Makes a list without a prototype: a setter that the page defines on Array.prototype does not
 * receive its items.
 *
 * @template T
 * @param {T[]} [items]
 * @returns {List<T>}
 */
export const list = (items = []) => setPrototypeOf(items, null);

/** Removes the prototype of an object: a property that the object lacks is not looked up in the page's. @template T @param {T} object @returns {T} */
export const bare = (object) => setPrototypeOf(object, null);

/** Whether an error says that the stack is full: then the question that threw it has no answer. @param {any} error */
export const isFull = (error) => {
  const message = error?.message;
  return message === 'Maximum call stack size exceeded' || message === 'Maximum call stack size exceeded.' || message === 'too much recursion';
};

/**
 * Throws if the stack lacks the room for work that must not stop half-way.
 *
 * @param {number} [levels] calls on the stack: 300 take twice the room that the hooks of a realm take
 */
export const room = (levels = 300) => {
  if (levels) apply(room, undefined, [levels - 1]);
};

/**
 * Returns what a function returns, or nothing if the function throws: a browser may deny
 * storage, and a window may be another origin's.
 *
 * @template T
 * @param {() => T} read
 * @returns {T | undefined}
 * @throws {RangeError} for a full stack: nothing would be known of what was asked, and the
 * unknown may be allowed
 */
export const attempt = (read) => {
  try {
    return read();
  } catch (error) {
    if (isFull(error)) throw error;
  }
};

/**
 * Makes a question that never throws: when the page's replaced built-ins make the question
 * fail, the page's call neither throws nor is allowed.
 *
 * @template {any[]} A
 * @template T
 * @param {(...args: A) => T} ask
 * @param {T} otherwise the answer that denies
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
/** Returns the source text of a function. */
export const sourceOf = free(Function.prototype.toString);

/** Splits a text at a single character. @param {string} text @param {string} mark @returns {List<string>} */
export const split = (text, mark) => {
  /** @type {List<string>} */
  const parts = list();
  for (let from = 0; ;) {
    const at = indexOf(text, mark, from);
    parts[parts.length] = slice(text, from, at < 0 ? text.length : at);
    if (at < 0) return parts;
    from = at + 1;
  }
};

/** Joins texts with a mark between them. @param {List<string>} parts @param {string} mark */
export const join = (parts, mark) => {
  let text = '';
  for (let i = 0; i < parts.length; i++) text += (i ? mark : '') + parts[i];
  return text;
};

/**
 * Removes the first item of a list and returns it. A page's own "shift" might remove nothing,
 * and a loop that empties a list would not end.
 *
 * @template T
 * @param {List<T>} list
 */
export const takeFirst = (list) => {
  const one = list[0];
  for (let i = 1; i < list.length; i++) list[i - 1] = list[i];
  if (list.length) list.length--;
  return one;
};

/** Calls a function with each item of a list, without an iterator that the page may have replaced. @template T @param {List<T>} items @param {(one: T) => void} see */
export const visit = (items, see) => {
  for (let i = 0; i < items.length; i++) see(items[i]);
};

/** Whether a list has an item, by identity. @param {List<any>} items @param {any} one */
export const includes = (items, one) => {
  for (let i = 0; i < items.length; i++) if (items[i] === one) return true;
  return false;
};

/**
 * Finds a pattern in a text. RegExp.prototype.test is not used, because it calls the "exec" that
 * the page may have replaced. A pattern with the flag "g" or "y" begins at its lastIndex.
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

// Each returns a part of a URL object of any realm, and throws for other values.
export const hrefOf = reads(URL.prototype, 'href');
export const protocolOf = reads(URL.prototype, 'protocol');

export const { fromCodePoint } = String;
export const { encodeURIComponent, decodeURIComponent } = globalThis;

const { iterator } = Symbol;

/** Makes an iterable of a list: a browser that iterates over it calls no iterator of the page's. @param {List<any>} items */
export const iterable = (items) =>
  bare({
    [iterator]() {
      let i = 0;
      return bare({ next: () => bare({ done: i >= items.length, value: items[i++] }) });
    },
  });

export const decode = free(TextDecoder.prototype.decode);
export const encode = free(TextEncoder.prototype.encode);
