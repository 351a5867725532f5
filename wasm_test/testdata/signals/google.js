// A stand-in for gtag.js and a GTM container, by what is known of Google's consent mode. Where
// the visitor is: window.__place, as 'FR' or 'US-CA'; '' where it is not known. Tags that fire,
// and what was no command, are in window.__signals.google.
(() => {
  const name = new URL(document.currentScript?.src || location.href).searchParams.get('l') || 'dataLayer';
  const log = ((window.__signals ??= {}).google ??= []);
  const place = window.__place ?? 'FR';
  const ics = ((window.google_tag_data ??= {}).ics ??= {
    entries: {},
    usedDefault: false,
    usedUpdate: false,
    wasSetLate: false,
    waitPeriodTimedOut: false,
    read: false,
    waiting: [],
  });
  const state = (type) => ics.entries[type]?.update ?? ics.entries[type]?.default;
  const digit = (type) => ({ true: '1', false: '0' })[state(type)] ?? '-';
  const gcs = () => 'G1' + digit('ad_storage') + digit('analytics_storage');
  const pump = () => {
    if (Object.values(ics.entries).some((e) => e.quiet)) return;
    for (const tag of ics.waiting.splice(0)) {
      ics.read = true;
      log.push(['hit', ...tag, gcs()]);
    }
  };
  // How near a default's region is to the visitor: -1 elsewhere, 0 none given, 1 country, 2 part of it.
  const nearness = (regions) => {
    if (!regions) return 0;
    const all = regions.map((r) => r.toUpperCase());
    if (!place) return 1;
    return all.includes(place) && place.includes('-') ? 2 : all.includes(place.split('-')[0]) ? 1 : -1;
  };
  const setDefault = ({ wait_for_update: wait, region, ...types }) => {
    ics.usedDefault = true;
    ics.wasSetLate ||= ics.read;
    const near = nearness(region);
    if (near < 0) return;
    for (const [type, word] of Object.entries(types)) {
      const entry = (ics.entries[type] ??= { near: -1 });
      const kept = !place && entry.default === false;
      if (near >= entry.near && !kept) Object.assign(entry, { near, region, default: word === 'granted' });
      entry.quiet = wait > 0 && !ics.waitPeriodTimedOut && entry.update === undefined;
    }
    if (wait > 0) ics.timer ??= setTimeout(timeOut, wait);
  };
  const timeOut = () => {
    for (const entry of Object.values(ics.entries)) {
      if (entry.quiet) ics.waitPeriodTimedOut = true;
      entry.quiet = false;
    }
    pump();
  };
  const setUpdate = (types) => {
    ics.usedUpdate = true;
    ics.wasSetLate ||= ics.read && !ics.usedDefault;
    for (const [type, word] of Object.entries(types)) Object.assign((ics.entries[type] ??= { near: -1 }), { update: word === 'granted', quiet: false });
    pump();
  };
  const take = (item) => {
    const [command, what, value] = Object.prototype.toString.call(item) === '[object Arguments]' ? item : [];
    if (command) log.push(structuredClone([...item]));
    if (command === 'consent') (what === 'default' ? setDefault : setUpdate)(value);
    else if (command === 'config' || command === 'event') ics.waiting.push([command, what]);
    else if (!command) log.push(item?.event && !Array.isArray(item) ? ['gtm', item.event, gcs()] : ['no command', structuredClone(item)]);
    pump();
  };
  // What is pushed while a push is handled waits behind it.
  const layer = (window[name] ??= []);
  const queue = [...layer];
  let busy = false;
  const drain = () => {
    for (busy = true; queue.length > 0;) take(queue.shift());
    busy = false;
  };
  layer.push = (...items) => (queue.push(...items), busy || drain(), Array.prototype.push.apply(layer, items));
  drain();
})();
