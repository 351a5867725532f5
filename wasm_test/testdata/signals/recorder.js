// A stand-in for any other vendor, by its own address: ?call=pa.consent.setMode defines functions
// that are recorded, ?queue=_uxa replays and takes arrays; what is assigned is read from outside.
// It is all in window.__signals.recorder as [path, …arguments].
(() => {
  const log = ((window.__signals ??= {}).recorder ??= []);
  const asked = new URL(document.currentScript?.src || location.href).searchParams;
  for (const path of asked.getAll('call')) {
    const names = path.split('.');
    const last = names.pop();
    let holder = window;
    for (const name of names) holder = holder[name] ??= {};
    if (holder[last]) log.push(['not loaded', path]);
    else holder[last] = (...args) => log.push([path, ...args]);
  }
  for (const name of asked.getAll('queue')) {
    const take = (item) => log.push(Array.isArray(item) ? [name, ...item] : ['no command', name]);
    const queue = window[name] ?? [];
    window[name] = { push: (...items) => items.forEach(take) };
    queue.forEach(take);
  }
})();
