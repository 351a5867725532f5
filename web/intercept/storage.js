/*
 * Local and session storage: a page sees them through a veil, which asks for each key.
 */
import { apart } from '../hooks.js';

const { apply, construct, defineProperty, get, set } = Reflect;
const { getItem, setItem } = Storage.prototype;
/** A page's own would be handed what is behind the veil. */
const weakly = WeakMap.prototype.get;

/** @param {import('../hooks.js').Judge} judge @returns {import('../hooks.js').Hooks} */
export const storage = (judge) => {
  /** @type {WeakMap<object, Storage>} */
  const behind = new WeakMap();
  /** @type {WeakMap<Storage, Storage>} */
  const veils = new WeakMap();

  /** @param {any} storage */
  const bare = (storage) => apply(weakly, behind, [storage]) || storage;

  /** @param {Storage} storage @param {string} key @param {string} value */
  const keep = (storage, key, value) => {
    if (judge(1, key, () => keep(storage, key, value))) apply(setItem, storage, [key, value]);
    else apply(getItem, storage, [key]); // throws where the original would
  };

  /**
   * Properties of a storage are keys, and what sets them is no function: only a proxy
   * stands between.
   *
   * @param {Storage} storage
   */
  const veil = (storage) => {
    let proxy = apply(weakly, veils, [storage]);
    if (!proxy) {
      proxy = new Proxy(storage, {
        get: (target, key) => get(target, key),
        set(target, key, value, receiver) {
          if (typeof key !== 'string' || receiver !== proxy) return set(target, key, value, receiver);
          keep(target, key, `${value}`);
          return true;
        },
        defineProperty(target, key, descriptor) {
          if (typeof key !== 'string' || !('value' in descriptor)) return defineProperty(target, key, descriptor);
          keep(target, key, `${descriptor.value}`);
          return true;
        },
      });
      veils.set(storage, proxy);
      behind.set(proxy, storage);
    }
    return proxy;
  };

  return (view, wrap, stand) => {
    const { prototype } = view.Storage;
    for (const name of ['localStorage', 'sessionStorage']) {
      wrap(view, name, 'get', (original) => ({
        hook() {
          const storage = apply(original, this, arguments);
          return storage && veil(storage);
        },
      }));
    }
    for (const name of ['getItem', 'removeItem', 'clear', 'key', 'length']) {
      wrap(prototype, name, name === 'length' ? 'get' : 'value', (original) => ({
        hook() {
          return apply(original, bare(this), arguments);
        },
      }));
    }
    wrap(prototype, 'setItem', 'value', (original) => ({
      hook(key, value) {
        if (arguments.length < 2) return apply(original, bare(this), arguments);
        if (apart(view)) apply(setItem, bare(this), [key, value]);
        else keep(bare(this), `${key}`, `${value}`);
      },
    }));
    wrap(view.StorageEvent.prototype, 'storageArea', 'get', (original) => ({
      hook() {
        const storage = apply(original, this, arguments);
        return storage && veil(storage);
      },
    }));
    stand(view, 'StorageEvent', (target, args, as) => {
      const area = args[1]?.storageArea;
      return construct(target, behind.has(area) ? [args[0], { ...args[1], storageArea: bare(area) }] : args, as);
    });
  };
};
