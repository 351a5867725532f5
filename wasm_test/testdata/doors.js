async (name) => {
  const { defineProperty, create } = Object;
  const frame = (own) => {
    const inside = document.body.appendChild(document.createElement('iframe')).contentWindow;
    if (own) inside.octroi = own;
    return inside;
  };
  const bent = (object, key, value, run) => {
    const before = Object.getOwnPropertyDescriptor(object, key);
    defineProperty(object, key, { configurable: true, writable: true, ...before, value });
    try {
      return run();
    } finally {
      if (before) defineProperty(object, key, before);
      else delete object[key];
    }
  };
  const opened = (q) =>
    new Promise((done) => {
      q.onsuccess = () => {
        q.result.close();
        done();
      };
      q.onerror = done;
    });
  const text = name + '=1;path=/;max-age=9999999';
  const tries = {
    writable: () => defineProperty(localStorage, name, { writable: true }),
    generic: () => defineProperty(localStorage, name, { enumerable: true }),
    empty: () => defineProperty(localStorage, name, {}),
    accessor: () => defineProperty(localStorage, name, { get: () => '1', set() {}, configurable: true }),
    reflect: () => Reflect.defineProperty(sessionStorage, name, { configurable: true, enumerable: true }),
    properties: () => Object.defineProperties(localStorage, { [name]: { writable: true } }),
    receiver: () => Reflect.set({}, name, '1', localStorage),
    crossed: () => Reflect.set(localStorage, name, '1', sessionStorage),
    derived: () => {
      create(localStorage)[name] = '1';
    },
    field: () => {
      class Base {
        constructor() {
          return localStorage;
        }
      }
      new (class extends Base {
        [name] = '1';
      })();
    },
    push: () => {
      with_(localStorage, name);
    },
    getter: () => {
      defineProperty(Storage.prototype, 'leak', {
        configurable: true,
        get() {
          return this;
        },
      });
      localStorage.leak[name] = '1';
    },
    setter: () => {
      const s = Symbol();
      let raw;
      defineProperty(Storage.prototype, s, {
        configurable: true,
        set(_value) {
          raw = this;
        },
      });
      localStorage[s] = 1;
      raw[name] = '1';
    },
    proto: () => {
      let raw;
      Object.setPrototypeOf(localStorage, {
        __proto__: Storage.prototype,
        get leak() {
          return this;
        },
      });
      raw = localStorage.leak;
      Object.setPrototypeOf(localStorage, Storage.prototype);
      raw[name] = '1';
    },
    event: () => {
      const e = new StorageEvent('storage', { storageArea: localStorage });
      e.storageArea[name] = '1';
    },
    init: () => {
      const e = new StorageEvent('storage');
      e.initStorageEvent('storage', true, true, 'k', null, 'v', 'u', localStorage);
      e.storageArea[name] = '1';
    },
    other: () => {
      const w = frame();
      w.Storage.prototype.setItem.call(localStorage, name, '1');
    },
    otherGet: () => {
      const w = frame();
      Object.getOwnPropertyDescriptor(w, 'localStorage').get.call(window)[name] = '1';
    },
    one: () => {
      frame(1).document.cookie = text;
    },
    api: () => {
      frame(octroi_).document.cookie = text;
    },
    key: () => {
      frame(1).localStorage.setItem(name, '1');
    },
    property: () => {
      frame(1).sessionStorage[name] = '1';
    },
    store: () => {
      const w = frame(1);
      return w.cookieStore?.set(name, '1');
    },
    framed: () => opened(frame(1).indexedDB.open(name, 1)),
    framedCache: () => frame(1).caches.open(name),
    floor: () =>
      bent(
        Math,
        'floor',
        () => undefined,
        () => {
          document.cookie = text;
          localStorage.setItem(name, 1);
        },
      ),
    now: () =>
      bent(
        Date,
        'now',
        () => 0,
        () => {
          document.cookie = text;
          localStorage[name] = 1;
        },
      ),
    mapGet: () =>
      bent(
        Map.prototype,
        'get',
        () => NaN,
        () => {
          localStorage[name] = 1;
        },
      ),
    setHas: () =>
      bent(
        Set.prototype,
        'has',
        () => true,
        () => {
          localStorage[name] = 1;
        },
      ),
    exec: () =>
      bent(
        RegExp.prototype,
        'exec',
        () => ['x'],
        () => cookieStore_.set(name, '1'),
      ),
    iterator: () =>
      bent(
        Array.prototype,
        Symbol.iterator,
        function* () {
          yield '';
          yield 'draft';
        },
        () => {
          document.cookie = text;
          localStorage[name] = 1;
        },
      ),
    typed: () =>
      bent(
        Object.getPrototypeOf(Uint8Array.prototype),
        'set',
        () => {},
        () => {
          document.cookie = text;
          localStorage[name] = 1;
        },
      ),
    subarray: () =>
      bent(
        Object.getPrototypeOf(Uint8Array.prototype),
        'subarray',
        () => new Uint8Array([15, 0]),
        () => {
          localStorage[name] = 1;
        },
      ),
    bytes: () =>
      bent(
        window,
        'Uint8Array',
        class extends Uint8Array {
          constructor() {
            super([15, 0]);
          }
        },
        () => {
          document.cookie = text;
          localStorage[name] = 1;
        },
      ),
    length: () => {
      const p = Object.getPrototypeOf(Uint8Array.prototype),
        d = Object.getOwnPropertyDescriptor(p, 'length');
      defineProperty(p, 'length', { configurable: true, get: () => 0 });
      try {
        localStorage[name] = 1;
      } finally {
        defineProperty(p, 'length', d);
      }
    },
    index: () => {
      for (let i = 0; i < 3; i++) defineProperty(Array.prototype, i, { configurable: true, get: () => '1', set() {} });
      try {
        document.cookie = text;
        localStorage[name] = 1;
      } finally {
        for (let i = 0; i < 3; i++) delete Array.prototype[i];
      }
    },
    json: () =>
      bent(
        Object.prototype,
        'get',
        () => {},
        () => {
          localStorage[name] = 1;
        },
      ),
    wellFormed: () =>
      bent(
        String.prototype,
        'toWellFormed',
        () => {
          let n = 0;
          return { toString: () => (n++ ? text : 'basket=1'), length: 1 };
        },
        () => {
          document.cookie = text;
        },
      ),
    listener: () =>
      bent(
        EventTarget.prototype,
        'addEventListener',
        () => {},
        () => opened(indexedDB.open(name, 1)),
      ),
    abort: () =>
      bent(
        IDBTransaction.prototype,
        'abort',
        () => {},
        () => opened(indexedDB.open(name, 1)),
      ),
    files: async () => {
      const root = await navigator.storage.getDirectory();
      await root.getFileHandle(name, { create: true });
    },
    folder: async () => {
      const root = await navigator.storage.getDirectory();
      await root.getDirectoryHandle(name, { create: true });
    },
  };
  const with_ = (storage, key) => Array.prototype.push.call(new Proxy(storage, { set: (t, k, v) => Reflect.set(t, k === 'length' ? 'draft' : key, v) }), '1');
  const octroi_ = octroi,
    cookieStore_ = window.cookieStore || { set() {} };
  if (navigator.storageBuckets) {
    tries.bucket = async () => {
      const b = await navigator.storageBuckets.open('bucket');
      await opened(b.indexedDB.open(name, 1));
    };
    tries.bucketCache = async () => (await navigator.storageBuckets.open('bucket')).caches.open(name);
    tries.bucketFile = async () => (await (await navigator.storageBuckets.open('bucket')).getDirectory()).getFileHandle(name, { create: true });
  }
  const done = [];
  for (const [key, attempt] of Object.entries(tries)) {
    const late = setTimeout(() => done.push(key + ' hangs'), 2000);
    try {
      await Promise.race([attempt(), new Promise((r) => setTimeout(r, 2100))]);
    } catch {}
    clearTimeout(late);
    if ((await left(name)).length) done.push(key + ': ' + (await left(name)));
    await clean(name);
  }
  return done;
};
