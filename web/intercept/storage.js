/*
 * Local and session storage: a page gets a proxy of each, which asks before it sets a key.
 */
import { AREA_STORAGE } from '../../jsbridge/kinds.js';
import { apply, bare, construct, defineProperty, Proxy, set, weakGet, weakSet, WeakMap, visit } from '../safe/reading.js';
import { wrap, wrapConstructor } from './wrap.js';

/** The storage of each proxy. @type {WeakMap<object, Storage>} */
const realStorage = new WeakMap();
/** The proxy of each storage. @type {WeakMap<Storage, Storage>} */
const proxies = new WeakMap();

/** Returns the storage behind a proxy, and any other value as it is. @param {any} storage */
const unwrap = (storage) => weakGet(realStorage, storage) || storage;

/**
 * Sets a key now if it may be set; else later, if it may be set once the engine is there.
 *
 * @callback Write
 * @param {any} view the window whose script sets the key
 * @param {string} key
 * @param {Function} method what sets the key
 * @param {any} self
 * @param {any[]} args
 * @returns {any} what the method returns, or true if the key is not set now
 */

/**
 * Returns the proxy of a storage, which judges each key that is set, also as a property. The
 * proxy traps no read, because a getter that a page defines would receive the real storage.
 *
 * @param {Storage} storage
 * @param {any} view
 * @param {Write} write
 */
const storageProxy = (storage, view, write) => {
  let proxy = weakGet(proxies, storage);
  if (!proxy) {
    const traps = bare({
      set(/** @type {any} */ target, /** @type {any} */ key, /** @type {any} */ value, /** @type {any} */ receiver) {
        if (typeof key !== 'string' || receiver !== proxy) return set(target, key, value, receiver);
        return write(view, key, set, undefined, [target, key, `${value}`]);
      },
      defineProperty(/** @type {any} */ target, /** @type {any} */ key, /** @type {any} */ descriptor) {
        // A descriptor without a value may set the key to "undefined", so that each is judged.
        const args = [target, key, descriptor];
        return typeof key === 'string' ? write(view, key, defineProperty, undefined, args) : apply(defineProperty, undefined, args);
      },
    });
    proxy = new Proxy(storage, traps);
    weakSet(proxies, storage, proxy);
    weakSet(realStorage, proxy, storage);
  }
  return proxy;
};

/** Makes a getter of a storage return its proxy. @param {any} object @param {string} name @param {any} view @param {Write} write */
const hookGetter = (object, name, view, write) =>
  wrap(object, name, 'get', (original) => ({
    hook() {
      const storage = apply(original, this, arguments);
      return storage && storageProxy(storage, view, write);
    },
  }));

/** Makes the methods of a storage work on its proxy. @param {any} view @param {Write} write */
const hookMethods = (view, write) => {
  const { prototype } = view.Storage;
  const { getItem } = prototype;
  visit(['getItem', 'removeItem', 'clear', 'key', 'length'], (name) =>
    wrap(prototype, name, name === 'length' ? 'get' : 'value', (original) => ({
      hook() {
        return apply(original, unwrap(this), arguments);
      },
    })),
  );
  wrap(prototype, 'setItem', 'value', (original) => ({
    hook(key, value) {
      const storage = unwrap(this);
      if (arguments.length < 2) return apply(original, storage, arguments);
      const args = [`${key}`, `${value}`];
      if (write(view, args[0], original, storage, args)) apply(getItem, storage, args); // throws where the original would
    },
  }));
};

/** Lets scripts pass a proxy to a storage event that they make. @param {any} view */
const hookEvents = (view) => {
  wrap(view.StorageEvent.prototype, 'initStorageEvent', 'value', (original) => ({
    hook(...args) {
      if (args.length > 7) args[7] = unwrap(args[7]);
      return apply(original, this, args);
    },
  }));
  wrapConstructor(view, 'StorageEvent', (target, args, as) => {
    const init = args[1];
    // The members are read once, in the order of the standard: an event may stand in for them.
    if ((typeof init === 'object' && init) || typeof init === 'function') {
      const read = bare(/** @type {any} */ ({}));
      visit(['bubbles', 'cancelable', 'composed', 'key', 'newValue', 'oldValue', 'storageArea', 'url'], (name) => {
        const value = init[name];
        if (value !== undefined) read[name] = name === 'storageArea' ? unwrap(value) : value;
      });
      args[1] = read;
    }
    return construct(target, args, as);
  });
};

/**
 * @param {import('./hooks.js').Judge} judge
 * @param {(area: number, name: string) => boolean} mayWrite whether the name was allowed before, in the current minute
 * @returns {import('./hooks.js').Hooks}
 */
export const storage = (judge, mayWrite) => {
  /** @type {Write} */
  const write = (view, key, method, self, args) =>
    mayWrite(AREA_STORAGE, key) || judge(AREA_STORAGE, key, () => write(view, key, method, self, args), view) ? apply(method, self, args) : true;
  return (view) => {
    hookGetter(view, 'localStorage', view, write);
    hookGetter(view, 'sessionStorage', view, write);
    hookMethods(view, write);
    hookGetter(view.StorageEvent.prototype, 'storageArea', view, write);
    hookEvents(view);
  };
};
