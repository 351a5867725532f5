/*
 * The hooks stand in for what a page's script calls, also in frames of the same origin,
 * and look and behave as that. What each asks and does stands in intercept/ and with what
 * is loaded.
 */

import {
  apply,
  attempt,
  bare,
  defineProperty,
  exec,
  free,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  knows,
  learn,
  list,
  localName,
  reads,
  setPrototypeOf,
  sourceOf,
  unlearn,
  weakGet,
  weakSet,
  Proxy,
  WeakMap,
  WeakSet,
  listen as hear,
} from '../safe/builtins.js';

const targetOf = reads(Event.prototype, 'target');
const then = free(Promise.prototype.then);
/** How the windows of such elements are had, or their documents; each throws for others. */
const windows = list([
  reads(HTMLIFrameElement.prototype, 'contentWindow'),
  reads(HTMLObjectElement.prototype, 'contentWindow'),
  reads(HTMLFrameElement.prototype, 'contentWindow'),
  free(HTMLEmbedElement.prototype.getSVGDocument),
]);
/** Elements that have windows, and what hands these over. */
const framing = list(['HTMLIFrameElement', 'HTMLFrameElement', 'HTMLObjectElement', 'HTMLEmbedElement']);
const opening = list(['contentWindow', 'contentDocument', 'getSVGDocument']);

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
 * @param {(view: any, name: string, make: (target: Function, args: any[], as: Function) => object) => void} wrapConstructor
 * @returns {void}
 */

/**
 * @param {Hooks} more
 * @param {(document: Document) => void} met told of each document of a frame's
 */
export const hooks = (more, met) => {
  /** What each hook stands in for. @type {WeakMap<object, Function>} */
  const originals = new WeakMap();
  /** @type {WeakSet<object>} */
  const realms = new WeakSet();
  /** Documents that are looked after: a realm may have one after the other. @type {WeakSet<object>} */
  const documents = new WeakSet();
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
    if (!started && !weakGet(originals, original) && exec(/\[native code]/, sourceOf(original)) === null) replaced.push(name);
    const { hook } = make(original);
    weakSet(originals, hook, original);
    copy(hook, original, 'name');
    copy(hook, original, 'length');
    // A frame's has the frame's.
    setPrototypeOf(hook, getPrototypeOf(original));
    defineProperty(object, name, bare({ ...descriptor, [half]: hook }));
  };

  /** @param {any} to @param {any} from @param {string} key */
  const copy = (to, from, key) => {
    const one = getOwnPropertyDescriptor(from, key);
    if (one) defineProperty(to, key, bare(one));
  };

  /** Puts a proxy in the place of a constructor. @type {Parameters<Hooks>[2]} */
  const wrapConstructor = (view, name, make) => {
    const original = view[name];
    if (!original) return;
    const hook = new Proxy(original, bare({ construct: make }));
    weakSet(originals, hook, original);
    defineProperty(view, name, bare({ .../** @type {any} */ (getOwnPropertyDescriptor(view, name)), value: hook }));
    const { prototype } = original;
    const own = /** @type {any} */ (getOwnPropertyDescriptor(prototype, 'constructor'));
    // That of Audio and Image is another's.
    if (own.value === original) defineProperty(prototype, 'constructor', bare({ ...own, value: hook }));
  };

  /**
   * @param {any} view a window of this origin
   */
  const hook = (view) => {
    const { document } = view;
    if (!knows(documents, document)) {
      learn(documents, document);
      if (view !== window) met(document);
      listen(document);
    }
    const { prototype } = view.Document;
    if (knows(realms, prototype)) return;
    learn(realms, prototype);
    try {
      installHooks(view);
    } catch (error) {
      unlearn(realms, prototype); // half a realm is none
      throw error;
    }
  };

  /** Puts all hooks into a realm. @param {any} view */
  const installHooks = (view) => {
    more(view, wrap, wrapConstructor);

    for (let i = 0; i < framing.length; i++) {
      for (let k = 0; k < opening.length; k++) {
        wrap(view[framing[i]]?.prototype, opening[k], opening[k] === 'getSVGDocument' ? 'value' : 'get', (original) => ({
          hook() {
            const inside = apply(original, this, arguments);
            if (inside) attempt(() => hook(inside.defaultView || inside));
            return inside;
          },
        }));
      }
    }
    wrap(view, 'open', 'value', (original) => ({
      hook() {
        const opened = apply(original, this, arguments);
        if (opened) attempt(() => hook(opened));
        return opened;
      },
    }));
    wrap(view.DocumentPictureInPicture?.prototype, 'requestWindow', 'value', (original) => ({
      hook() {
        return then(apply(original, this, arguments), (/** @type {any} */ opened) => {
          attempt(() => hook(opened));
          return opened;
        });
      },
    }));

    wrap(view.Function.prototype, 'toString', 'value', (original) => ({
      hook() {
        /** @type {any} */
        let written = this;
        for (let inner; (inner = attempt(() => weakGet(originals, written)));) written = inner;
        return apply(original, written, arguments);
      },
    }));
  };

  /** Hooks the frames that are in a window, and in those. @param {any} view */
  const frames = (view) => {
    const { length } = view;
    for (let i = 0; i < length; i++) {
      attempt(() => {
        const inside = view[i];
        hook(inside);
        frames(inside);
      });
    }
  };

  /** Hooks the window of a frame's element, and the frames in it. @param {Element} element */
  const within = (element) => {
    for (let i = 0; i < windows.length; i++) {
      const inside = attempt(() => windows[i](element));
      if (!inside) continue;
      attempt(() => {
        const view = inside.defaultView || inside;
        hook(view);
        frames(view);
      });
      return;
    }
  };

  /** A frame that has loaded has a new realm. @param {Event} event */
  const loaded = (event) => {
    attempt(() => {
      const target = /** @type {any} */ (targetOf(event));
      if (exec(/^(?:i?frame|object|embed)$/, localName(target)) !== null) within(target);
    });
  };
  /** A window hears of no element's load. @param {Document | ShadowRoot} root */
  const listen = (root) => hear(root, 'load', loaded, true);

  return {
    replaced,
    frames,
    within,
    listen,
    start() {
      hook(window);
      started = true;
      frames(window);
    },
  };
};
