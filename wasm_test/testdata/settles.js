(async () => {
  const seen = {};
  for (const [name, fn] of Object.entries({
    set: () => cookieStore.set('lang', 'fr'),
    options: () => cookieStore.set({ name: 'lang', value: 'fr', path: '/', sameSite: 'lax' }),
    none: () => cookieStore.set(),
    semicolon: () => cookieStore.set('lang', 'a;b'),
    equals: () => cookieStore.set('a=b', 'c'),
    empty: () => cookieStore.set('', ''),
    domain: () => cookieStore.set({ name: 'lang', value: '1', domain: 'other.example' }),
    missing: () => cookieStore.set({ name: 'lang' }),
    stranger: () => CookieStore.prototype.set.call({}, 'lang', 'fr'),
    nan: () => cookieStore.set({ name: 'lang', value: '1', expires: NaN }),
    detached: () => {
      const f = document.body.appendChild(document.createElement('iframe'));
      const own = f.contentWindow.cookieStore;
      f.remove();
      return Promise.race([own.set('lang', 'fr'), new Promise((r) => setTimeout(r, 300, 'never'))]);
    },
    remove: () => cookieStore.delete('lang'),
    cache: async () => (await caches.open('own')).constructor.name,
    nocache: () => caches.open(),
  })) {
    try {
      seen[name] = String(await fn());
    } catch (error) {
      seen[name] = error.name + (error instanceof Error || error instanceof DOMException);
    }
  }
  return seen;
})();
