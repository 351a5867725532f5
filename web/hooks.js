/*
 * The hooks pass by the engine whatever a page's script wants to keep: cookies,
 * storage keys, databases, caches; also in frames of the same origin. They know no
 * reason for a verdict, and look and behave as what they stand in for.
 */

const { apply, construct, defineProperty, get, getOwnPropertyDescriptor, set } = Reflect;

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
const { getItem, setItem } = Storage.prototype;
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
};

/**
 * The verdict on a write: nothing where it is refused; an empty list where it may be
 * done as it is; else the assignment in its place, and after how many seconds it ends.
 *
 * @callback Judge
 * @param {number} area as numbered in engine/config
 * @param {string} text an assignment to document.cookie, or a name
 * @param {() => void} again does the write once more, when there is an engine
 * @returns {string[] | undefined}
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

/** @param {Judge} ask @param {Hooks} more */
export const hooks = (ask, more) => {
  const judge = sure(ask, undefined);
  /** What each hook stands in for. @type {WeakMap<object, Function>} */
  const originals = new WeakMap();
  /** @type {WeakMap<object, Storage>} */
  const behind = new WeakMap();
  /** @type {WeakMap<Storage, Storage>} */
  const veils = new WeakMap();
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
    if (!started && !/\[native code]/.test(apply(Function.prototype.toString, original, []))) replaced.push(name);
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

  /** @param {any} view a window of this origin */
  const hook = (view) => {
    if (realms.has(view.Document.prototype)) return;
    realms.add(view.Document.prototype);
    /** A frame that has Octroi too is judged there, and writes the record. */
    const apart = () => view !== window && Object.hasOwn(view, 'octroi');

    wrap(view.Document.prototype, 'cookie', 'set', (original) => ({
      hook(value) {
        if (!arguments.length) return apply(original, this, arguments);
        // Chromium keeps half a surrogate pair, and then reads no cookie at all any more:
        // the API is specified to replace it.
        const string = /** @type {any} */ (`${value}`);
        const text = string.toWellFormed?.() ?? string;
        const verdict = apart()
          ? []
          : judge(0, text, () => apply(/** @type {any} */ (getOwnPropertyDescriptor(view.Document.prototype, 'cookie')).set, this, [text]));
        if (verdict) apply(original, this, [verdict[0] ?? text]);
        else apply(cookie.get, this, []);
      },
    }));

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
        if (apart()) apply(setItem, bare(this), [key, value]);
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

    wrap(view.CookieStore?.prototype, 'set', 'value', (original) => ({
      hook(first, second) {
        const object = first && typeof first === 'object';
        if (!arguments.length || (!object && arguments.length < 2)) return apply(original, this, arguments);
        // Read once, as the original would: what is judged is what is set.
        const { name, value, expires, maxAge, domain, path, sameSite, partitioned } = object ? first : { name: first, value: second };
        const options = { name: name && `${name}`, value: value && `${value}`, expires, maxAge, domain, path, sameSite, partitioned };
        for (const key in options) if (/** @type {any} */ (options)[key] === undefined) delete (/** @type {any} */ (options)[key]);
        const age = maxAge ?? (expires == null ? expires : (expires - Date.now()) / 1000);
        let text = options.name + '=' + options.value;
        if (age != null) text += ';Max-Age=' + Math.ceil(Math.min(Math.max(age, -1), 1e9));
        // What cannot be a cookie is left to the original, which says so.
        const verdict =
          name === undefined || value === undefined || /^=$|[;\0-\x08\n-\x1f\x7f]/.test(options.name + '=' + options.value)
            ? []
            : judge(0, text, () => apply(/** @type {any} */ (getOwnPropertyDescriptor(view.CookieStore.prototype, 'set')).value, this, [options]));
        if (!verdict) return view.Promise.resolve();
        if (verdict.length) {
          delete options.maxAge;
          options.expires = verdict[1] ? Date.now() + +verdict[1] * 1000 : null;
        }
        return apply(original, this, [options]);
      },
    }));

    wrap(view.IDBFactory?.prototype, 'open', 'value', (original) => ({
      hook(name, ...rest) {
        if (!arguments.length) return apply(original, this, arguments);
        name = `${name}`;
        if (judge(2, name, () => {})) return apply(original, this, [name, ...rest]);
        // A request that fails as a real one does, and leaves nothing behind.
        const request = apply(original, this, ['octroi', 1]);
        request.addEventListener('upgradeneeded', (/** @type {Event} */ event) => {
          event.stopImmediatePropagation();
          request.transaction.abort();
        });
        return request;
      },
    }));

    wrap(view.CacheStorage?.prototype, 'open', 'value', (original) => ({
      hook(name, ...rest) {
        if (!arguments.length) return apply(original, this, arguments);
        name = `${name}`;
        if (judge(3, name, () => {})) return apply(original, this, [name, ...rest]);
        return view.Promise.reject(new view.DOMException('The operation is insecure.', 'SecurityError'));
      },
    }));

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
