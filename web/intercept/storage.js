/*
 * Local and session storage: a page gets proxies of them, which ask for each key.
 */
import { AREA_STORAGE } from '../../jsbridge/kinds.js';
import { apply, bare, construct, defineProperty, Proxy, set, weakGet, weakSet, WeakMap, visit } from '../safe/builtins.js';

/**
 * @param {import('./hooks.js').Judge} judge
 * @param {(area: number, name: string) => boolean} may whether a name was let, a moment ago
 * @returns {import('./hooks.js').Hooks}
 */
export const storage = (judge, may) => {
  /** The storage of each proxy. @type {WeakMap<object, Storage>} */
  const realStorage = new WeakMap();
  /** The proxy of each storage. @type {WeakMap<Storage, Storage>} */
  const proxies = new WeakMap();

  /** @param {any} storage */
  const unwrap = (storage) => weakGet(realStorage, storage) || storage;

  /**
   * Does what sets a key, if it may be; else later, if it may be then.
   *
   * @param {string} key
   * @param {any} view
   * @param {Function} method
   * @param {any} self
   * @param {any[]} args
   * @returns {any} true where it is refused
   */
  const keep = (key, view, method, self, args) =>
    may(AREA_STORAGE, key) || judge(AREA_STORAGE, key, () => keep(key, view, method, self, args), view) ? apply(method, self, args) : true;

  /**
   * A proxy of a storage judges each key that is set, also as a property. It has no trap for
   * what reads: a getter that a page defines would receive the real storage.
   *
   * @param {Storage} storage
   * @param {any} view
   */
  const storageProxy = (storage, view) => {
    let proxy = weakGet(proxies, storage);
    if (!proxy) {
      const traps = bare({
        set(/** @type {any} */ target, /** @type {any} */ key, /** @type {any} */ value, /** @type {any} */ receiver) {
          if (typeof key !== 'string' || receiver !== proxy) return set(target, key, value, receiver);
          return keep(key, view, set, undefined, [target, key, `${value}`]);
        },
        defineProperty(/** @type {any} */ target, /** @type {any} */ key, /** @type {any} */ descriptor) {
          // Without a value it may be set to "undefined".
          const args = [target, key, descriptor];
          return typeof key === 'string' ? keep(key, view, defineProperty, undefined, args) : apply(defineProperty, undefined, args);
        },
      });
      proxy = new Proxy(storage, traps);
      weakSet(proxies, storage, proxy);
      weakSet(realStorage, proxy, storage);
    }
    return proxy;
  };

  return (view, wrap, wrapConstructor) => {
    const { prototype } = view.Storage;
    const { getItem } = prototype;
    visit(['localStorage', 'sessionStorage'], (name) => {
      wrap(view, name, 'get', (original) => ({
        hook() {
          const storage = apply(original, this, arguments);
          return storage && storageProxy(storage, view);
        },
      }));
    });
    visit(['getItem', 'removeItem', 'clear', 'key', 'length'], (name) => {
      wrap(prototype, name, name === 'length' ? 'get' : 'value', (original) => ({
        hook() {
          return apply(original, unwrap(this), arguments);
        },
      }));
    });
    wrap(prototype, 'setItem', 'value', (original) => ({
      hook(key, value) {
        const storage = unwrap(this);
        if (arguments.length < 2) return apply(original, storage, arguments);
        const args = [`${key}`, `${value}`];
        if (keep(args[0], view, original, storage, args)) apply(getItem, storage, args); // throws where the original would
      },
    }));
    wrap(view.StorageEvent.prototype, 'storageArea', 'get', (original) => ({
      hook() {
        const storage = apply(original, this, arguments);
        return storage && storageProxy(storage, view);
      },
    }));
    wrap(view.StorageEvent.prototype, 'initStorageEvent', 'value', (original) => ({
      hook(...args) {
        if (args.length > 7) args[7] = unwrap(args[7]);
        return apply(original, this, args);
      },
    }));
    wrapConstructor(view, 'StorageEvent', (target, args, as) => {
      const init = args[1];
      // Read once, in the order of the standard, from what may be an event itself.
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
};
