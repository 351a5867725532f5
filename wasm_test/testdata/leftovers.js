const places = async () => [
  window,
  ...(await Promise.all(((await navigator.storageBuckets?.keys()) || []).map((name) => navigator.storageBuckets.open(name)))),
];
const rootOf = (place) => (place === window ? navigator.storage?.getDirectory?.() : place.getDirectory())?.catch(() => {});
window.left = async (name) => {
  const found = [];
  if (document.cookie.split('; ').some((pair) => pair.split('=')[0] === name)) found.push('cookie');
  for (const s of ['localStorage', 'sessionStorage']) if (Object.keys(window[s]).includes(name)) found.push(s);
  for (const place of await places()) {
    const at = place === window ? '' : 'bucket ';
    if ((await place.indexedDB.databases()).some((d) => d.name === name)) found.push(at + 'database');
    if (await place.caches.has(name)) found.push(at + 'cache');
    const root = await rootOf(place);
    if (root) for await (const one of root.keys()) if (one === name) found.push(at + 'file');
  }
  return found;
};
window.clean = async (name) => {
  document.cookie = name + '=;path=/;max-age=0';
  localStorage.removeItem(name);
  sessionStorage.removeItem(name);
  for (const place of await places()) {
    await new Promise((r) => {
      const q = place.indexedDB.deleteDatabase(name);
      q.onsuccess = q.onerror = q.onblocked = r;
    });
    await place.caches.delete(name);
    await (await rootOf(place))?.removeEntry(name).catch(() => {});
  }
};
