/*
 * Local and session storage: a page sees them through a veil, which asks for each key.
 */
import { apply, bare, construct, defineProperty, Proxy, set, weakGet, weakSet, WeakMap, visit } from '../safe/builtins.js';

/**
 * @param {import('./hooks.js').Judge} judge
 * @param {(area: number, name: string) => boolean} may whether a name was let, a moment ago
 * @returns {import('./hooks.js').Hooks}
 */
export const storage = (judge, may) => {
  /** @type {WeakMap<object, Storage>} */
  const behind = new WeakMap();
  /** @type {WeakMap<Storage, Storage>} */
  const veils = new WeakMap();

  /** @param {any} storage */
  const unveiled = (storage) => weakGet(behind, storage) || storage;

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
    may(1, key) || judge(1, key, () => keep(key, view, method, self, args), view) ? apply(method, self, args) : true;

  /**
   * Properties of a storage are keys, and what sets them is no function: only a proxy
   * stands between. It has no trap for what reads: a getter that a page defines must not
   * be handed what is behind.
   *
   * @param {Storage} storage
   * @param {any} view
   */
  const veil = (storage, view) => {
    let proxy = weakGet(veils, storage);
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
      weakSet(veils, storage, proxy);
      weakSet(behind, proxy, storage);
    }
    return proxy;
  };

  return (view, wrap, stand) => {
    const { prototype } = view.Storage;
    const { getItem } = prototype;
    visit(['localStorage', 'sessionStorage'], (name) => {
      wrap(view, name, 'get', (original) => ({
        hook() {
          const storage = apply(original, this, arguments);
          return storage && veil(storage, view);
        },
      }));
    });
    visit(['getItem', 'removeItem', 'clear', 'key', 'length'], (name) => {
      wrap(prototype, name, name === 'length' ? 'get' : 'value', (original) => ({
        hook() {
          return apply(original, unveiled(this), arguments);
        },
      }));
    });
    wrap(prototype, 'setItem', 'value', (original) => ({
      hook(key, value) {
        const storage = unveiled(this);
        if (arguments.length < 2) return apply(original, storage, arguments);
        const args = [`${key}`, `${value}`];
        if (keep(args[0], view, original, storage, args)) apply(getItem, storage, args); // throws where the original would
      },
    }));
    wrap(view.StorageEvent.prototype, 'storageArea', 'get', (original) => ({
      hook() {
        const storage = apply(original, this, arguments);
        return storage && veil(storage, view);
      },
    }));
    wrap(view.StorageEvent.prototype, 'initStorageEvent', 'value', (original) => ({
      hook(...args) {
        if (args.length > 7) args[7] = unveiled(args[7]);
        return apply(original, this, args);
      },
    }));
    stand(view, 'StorageEvent', (target, args, as) => {
      const init = args[1];
      // Read once, in the order of the standard, from what may be an event itself.
      if ((typeof init === 'object' && init) || typeof init === 'function') {
        const read = bare(/** @type {any} */ ({}));
        visit(['bubbles', 'cancelable', 'composed', 'key', 'newValue', 'oldValue', 'storageArea', 'url'], (name) => {
          const value = init[name];
          if (value !== undefined) read[name] = name === 'storageArea' ? unveiled(value) : value;
        });
        args[1] = read;
      }
      return construct(target, args, as);
    });
  };
};
