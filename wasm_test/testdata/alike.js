(async () => {
  const seen = {};
  const note = async (name, fn) => {
    try {
      seen[name] = JSON.stringify(await fn()) ?? 'undefined';
    } catch (error) {
      seen[name] = 'throws ' + error.name + (error.constructor === window[error.name]);
    }
  };
  const frame = document.body.appendChild(document.createElement('iframe')).contentWindow;
  for (const [where, view] of [
    ['top ', window],
    ['frame ', frame],
  ]) {
    const built = view.Function.prototype.toString;
    for (const global of Object.getOwnPropertyNames(view)) {
      if (!/^[A-Z]/.test(global)) continue;
      const made = Object.getOwnPropertyDescriptor(view, global).value;
      if (typeof made !== 'function') continue;
      for (const [part, object] of [
        ['', made],
        ['.prototype', made.prototype],
      ]) {
        if (!object) continue;
        note(where + global + part, () => Reflect.ownKeys(object).map(String));
        for (const key of Reflect.ownKeys(object)) {
          const d = Object.getOwnPropertyDescriptor(object, key);
          const fn = (f) =>
            typeof f === 'function'
              ? [f.name, f.length, built.call(f), Reflect.ownKeys(f).map(String).sort(), Object.getPrototypeOf(f) === view.Function.prototype]
              : typeof f;
          note(where + global + part + '.' + String(key), () => [d.configurable, d.enumerable, d.writable, fn(d.get), fn(d.set), fn(d.value)]);
        }
      }
    }
    const { localStorage: store, StorageEvent: Made } = view;
    for (const [other, its] of [
      ['own', store],
      ['other', view === window ? frame.localStorage : localStorage],
    ]) {
      await note(where + other + ' construct', () => {
        const e = new Made('storage', { storageArea: its });
        return [e.storageArea === its, e.storageArea === store];
      });
      await note(where + other + ' init', () => {
        const e = new Made('x');
        e.initStorageEvent('storage', false, false, 'k', 'o', 'n', 'u', its);
        return [e.storageArea === its, e.key];
      });
      await note(where + other + ' getter', () => {
        const e = new Made('storage', { storageArea: its });
        const get = (v) => Object.getOwnPropertyDescriptor(v.StorageEvent.prototype, 'storageArea').get;
        return [get(window).call(e) === its, get(frame).call(e) === its];
      });
      await note(where + other + ' methods', () => [
        Storage.prototype.getItem.call(its, 'none'),
        frame.Storage.prototype.getItem.call(its, 'none'),
        its instanceof view.Storage,
      ]);
    }
    await note(where + 'from an event', () => {
      const e = new Made('storage', { key: 'k', storageArea: store, bubbles: true });
      const f = new Made('storage', e);
      return [f.key, f.storageArea === store, f.bubbles, f.url];
    });
    await note(where + 'order', () => {
      const read = [];
      new Made('storage', new Proxy({ storageArea: store }, { get: (o, k) => (read.push(String(k)), o[k]) }));
      return read;
    });
    for (const [name, init] of [
      ['null', null],
      ['undefined', undefined],
      ['number', 1],
      ['function', () => {}],
      ['null area', { storageArea: null }],
      ['no area', { storageArea: undefined }],
    ]) {
      await note(where + 'init ' + name, () => {
        const e = new Made('storage', init);
        return [e.storageArea, e.key];
      });
    }
    await note(where + 'few', () => new Made('x').initStorageEvent());
    await note(where + 'eight', () => {
      const e = new Made('x');
      e.initStorageEvent('s', 0, 0, null, null, null, '', null);
      return e.storageArea;
    });
    await note(where + 'nine', () => {
      const e = new Made('x');
      e.initStorageEvent('s', 0, 0, null, null, null, '', store, 9);
      return e.storageArea === store;
    });
    await note(where + 'called', () => Made('x'));
    await note(where + 'derived', () => {
      class Own extends Made {}
      const e = new Own('x', { storageArea: store });
      return [e instanceof Own, e.storageArea === store];
    });
    await note(where + 'stranger', () => Object.getOwnPropertyDescriptor(Made.prototype, 'storageArea').get.call({}));
    await note(where + 'symbol', () => new Made(Symbol()));
    await note(where + 'names', () => [
      Made.name,
      Made.length,
      Made.prototype.constructor === Made,
      Object.prototype.toString.call(store),
      Object.keys(Object.getOwnPropertyDescriptors(Made)),
    ]);
  }
  frame.localStorage.here = 1;
  const told = new Promise((done) =>
    addEventListener('storage', (e) => done([e.key, e.storageArea === localStorage, new StorageEvent('storage', e).key]), { once: true }),
  );
  frame.localStorage.draft = Math.random();
  await note('told', () => Promise.race([told, new Promise((done) => setTimeout(done, 20000, 'none'))]));
  const other = document.body.appendChild(document.createElement('iframe'));
  const view = other.contentWindow,
    { localStorage: old, StorageEvent: Gone } = view,
    e = new Gone('x', { storageArea: old });
  const store = view.cookieStore;
  other.remove();
  await note('gone store', () => [typeof view.cookieStore, view.cookieStore === null, view.cookieStore === store]);
  await note('gone local', () => [view.localStorage === null, view.localStorage === old]);
  await note('gone event', () => [e.storageArea === old, new Gone('x', { storageArea: old }).storageArea === old]);
  await note('gone read', () => old.getItem('x'));
  await note('gone write', () => old.setItem('x', 1));
  await note('gone cookie', () => (view.document.cookie = 'lang=fr'));
  await note('gone set', () => Promise.race([store.set('lang', 'fr'), new Promise((done) => setTimeout(done, 300, 'never'))]));
  return seen;
})();
