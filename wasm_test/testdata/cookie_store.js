(async () => {
  if (!window.cookieStore) return true;
  const day = 864e5;
  let reads = {};
  const counted = (options) => new Proxy(options, { get: (target, key) => ((reads[key] = (reads[key] || 0) + 1), target[key]) });
  await cookieStore.set(
    counted({
      name: 'csrf',
      value: '1',
      path: '/',
      expires: {
        n: 0,
        valueOf() {
          return Date.now() + (this.n++ ? 300 : 0.5) * day;
        },
      },
    }),
  );
  if (Object.values(reads).some((n) => n !== 1)) throw new Error(JSON.stringify(reads));
  Object.prototype.expires = Date.now() + 300 * day;
  Object.prototype.maxAge = 3e7;
  await cookieStore.set({ name: 'basket', value: '1' });
  await cookieStore.set('lang', 'fr');
  delete Object.prototype.expires;
  delete Object.prototype.maxAge;
  Array.prototype[0] = 'px=1;max-age=99999999';
  document.cookie = 'basket=2';
  delete Array.prototype[0];
  return true;
})();
