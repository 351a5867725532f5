async (name) => {
  const text = name + '=1;path=/;max-age=9999999';
  const tries = {
    cookie: () => {
      document.cookie = text;
    },
    setter: () => Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document, text),
    reflect: () => Reflect.set(document, 'cookie', text),
    store: () => cookieStore.set(name, '1'),
    options: () => cookieStore.set({ name, value: '1', expires: Date.now() + 1e9 }),
    item: () => localStorage.setItem(name, '1'),
    property: () => {
      localStorage[name] = '1';
    },
    call: () => Storage.prototype.setItem.call(localStorage, name, '1'),
    assign: () => Object.assign(localStorage, { [name]: '1' }),
    define: () => Object.defineProperty(localStorage, name, { value: '1', writable: true, enumerable: true, configurable: true }),
    session: () => sessionStorage.setItem(name, '1'),
    index: () => {
      sessionStorage[name] = '1';
    },
    database: () =>
      new Promise((done) => {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => request.result.createObjectStore('s');
        request.onsuccess = () => {
          request.result.close();
          done();
        };
        request.onerror = done;
      }),
    cache: () => caches.open(name).catch(() => {}),
  };
  const frame = () => document.body.appendChild(document.createElement('iframe'));
  tries.frame = () =>
    new Promise((done) => {
      const inside = document.createElement('iframe');
      inside.src = '/bare';
      // Reading there waits for the write; elsewhere it may not be seen yet.
      inside.onload = () => {
        inside.contentDocument.cookie = text;
        done(inside.contentDocument.cookie);
      };
      document.body.append(inside);
    });
  tries.indexed = () =>
    new Promise((done) => {
      const inside = document.createElement('iframe');
      inside.src = '/bare';
      inside.onload = () => {
        frames[frames.length - 1].document.cookie = text;
        done(inside.contentDocument.cookie);
      };
      document.body.append(inside);
    });
  tries.window = () => frame().contentWindow.localStorage.setItem(name, '1');
  tries.borrowed = () => Object.getOwnPropertyDescriptor(frame().contentWindow.Document.prototype, 'cookie').set.call(document, text);
  tries.mixed = () => frame().contentWindow.Storage.prototype.setItem.call(localStorage, name, '1');
  tries.inside = () => {
    const w = frame().contentWindow;
    w.sessionStorage[name] = '1';
  };
  const done = {};
  for (const [key, attempt] of Object.entries(tries)) {
    try {
      await attempt();
    } catch (error) {
      done[key] = String(error);
    }
    // document.cookie may lag behind what another document has just set.
    const left = [
      !!(await cookieStore.get(name)),
      name in localStorage,
      name in sessionStorage,
      (await indexedDB.databases()).some((d) => d.name === name),
      await caches.has(name),
    ];
    if (left.includes(true)) done[key] = 'kept';
    document.cookie = name + '=;path=/;max-age=0';
    localStorage.removeItem(name);
    delete sessionStorage[name];
    await new Promise((r) => {
      const q = indexedDB.deleteDatabase(name);
      q.onsuccess = q.onerror = q.onblocked = r;
    });
    await caches.delete(name);
  }
  return done;
};
