/*
 * The hooks stand in for what a page's script calls, also in frames of the same origin,
 * and look and behave as that. What each asks and does stands in intercept/ and with what
 * is loaded.
 */

const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;

/**
 * @template T
 * @param {() => T} read storage may be denied, and windows be another origin's: then it throws
 * @returns {T | undefined}
 */
export const attempt = (read) => {
  try {
    return read();
  } catch {}
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
export const sure =
  (ask, otherwise) =>
  (...args) => {
    try {
      return ask(...args);
    } catch {
      return otherwise;
    }
  };

/**
 * The first of a list, taken out of it: a page's own shift may leave it in for ever.
 *
 * @template T
 * @param {T[]} list
 */
export const first = (list) => {
  const one = list[0];
  for (let i = 1; i < list.length; i++) list[i - 1] = list[i];
  if (list.length) list.length--;
  return one;
};

/**
 * The originals, saved before any page script could replace them. A document without
 * an origin throws when it is asked for its storage.
 */
const cookie = /** @type {any} */ (getOwnPropertyDescriptor(Document.prototype, 'cookie'));
const { getItem, setItem, removeItem } = Storage.prototype;
/** A page's own would be handed what is behind the veil. */
const weakly = WeakMap.prototype.get;
const stores = ['localStorage', 'sessionStorage'].map((name) => getOwnPropertyDescriptor(window, name)?.get);

/** What Octroi itself keeps and fetches things with. */
export const native = {
  fetch: window.fetch.bind(window),
  /** @returns {string} */
  cookies: () => apply(cookie.get, document, []),
  /** @param {string} assignment */
  assign: (assignment) => apply(cookie.set, document, [assignment]),
  /** @param {0 | 1} which local or session storage @returns {Storage} */
  storage: (which) => apply(/** @type {any} */ (stores[which]), window, []),
  /** @param {0 | 1} which @param {string} key @param {string} value */
  keep: (which, key, value) => apply(setItem, native.storage(which), [key, value]),
  /** @param {0 | 1} which @param {string} key @returns {string | null} */
  read: (which, key) => apply(getItem, native.storage(which), [key]),
  /** @param {0 | 1} which @param {string} key */
  drop: (which, key) => apply(removeItem, native.storage(which), [key]),
};

/**
 * The verdict on a write: nothing where it is refused; an empty list where it may be
 * done as it is; else the assignment in its place, and after how many seconds it ends.
 *
 * @callback Judge
 * @param {number} area as numbered in engine/config
 * @param {string} text an assignment to document.cookie, or a name
 * @param {() => void} again does the write once more, when there is an engine
 * @param {any} view the window whose script writes
 * @returns {string[] | null | undefined} null where it waits for the engine
 */

/**
 * Puts further hooks into a realm.
 *
 * @callback Hooks
 * @param {any} view a window
 * @param {(object: any, name: string, half: 'value' | 'get' | 'set', make: (original: Function) => { hook(...args: any[]): any }) => void} wrap
 * @param {(view: any, name: string, make: (target: Function, args: any[], as: Function) => object) => void} stand
 * @returns {void}
 */

/** @param {Hooks} more */
export const hooks = (more) => {
  /** What each hook stands in for. @type {WeakMap<object, Function>} */
  const originals = new WeakMap();
  /** @type {WeakSet<object>} */
  const realms = new WeakSet();
  /** What a page had replaced before Octroi came. @type {string[]} */
  const replaced = [];
  let started = false;

  /**
   * Puts a hook in the place of a method, or of one half of an accessor.
   *
   * @param {any} object
   * @param {string} name
   * @param {'value' | 'get' | 'set'} half
   * @param {(original: Function) => { hook(...args: any[]): any }} make a method: it has
   * no prototype, and cannot be constructed
   */
  const wrap = (object, name, half, make) => {
    const descriptor = object && getOwnPropertyDescriptor(object, name);
    const original = descriptor && descriptor[half];
    if (!original || !descriptor.configurable) return;
    if (!started && !originals.has(original) && !/\[native code]/.test(apply(Function.prototype.toString, original, []))) replaced.push(name);
    const { hook } = make(original);
    originals.set(hook, original);
    for (const key of ['name', 'length']) defineProperty(hook, key, /** @type {any} */ (getOwnPropertyDescriptor(original, key)));
    defineProperty(object, name, { ...descriptor, [half]: hook });
  };

  /** Puts a proxy in the place of a constructor. @type {Parameters<Hooks>[2]} */
  const stand = (view, name, make) => {
    const original = view[name];
    if (!original) return;
    const hook = new Proxy(original, { construct: make });
    originals.set(hook, original);
    for (const [object, key] of [
      [view, name],
      [original.prototype, 'constructor'],
    ]) {
      defineProperty(object, key, { .../** @type {any} */ (getOwnPropertyDescriptor(object, key)), value: hook });
    }
  };

  /** @param {any} view a window of this origin */
  const hook = (view) => {
    if (realms.has(view.Document.prototype)) return;
    realms.add(view.Document.prototype);
    more(view, wrap, stand);

    for (const kind of ['IFrame', 'Frame', 'Object']) {
      for (const name of ['contentWindow', 'contentDocument']) {
        wrap(view[`HTML${kind}Element`]?.prototype, name, 'get', (original) => ({
          hook() {
            const inside = apply(original, this, arguments);
            if (inside) attempt(() => hook(inside.defaultView || inside));
            return inside;
          },
        }));
      }
    }

    wrap(view.Function.prototype, 'toString', 'value', (original) => ({
      hook() {
        return apply(original, apply(weakly, originals, [this]) || this, arguments);
      },
    }));
  };

  /** Hooks the frames that are there. */
  const frames = () => {
    for (let i = 0; i < window.length; i++) attempt(() => hook(window[i]));
  };

  return {
    replaced,
    frames,
    start() {
      hook(window);
      started = true;
      frames();
      document.addEventListener('load', frames, true);
    },
  };
};
