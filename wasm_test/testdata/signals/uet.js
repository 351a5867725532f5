// A stand-in for Microsoft's bat.js: pushes are flat, a default after an update counts for nothing.
(() => {
  const log = ((window.__signals ??= {}).uet ??= []);
  const consent = { enabled: false, adStorageAllowed: !(window.__enforced ?? false), enforced: window.__enforced ?? false };
  let updated = false;
  const take = (args) => {
    while (args.length > 0) {
      const first = args.shift();
      if (first === 'consent') {
        const [how, types] = args.splice(0, 2);
        log.push(['consent', how, types]);
        consent.enabled = true;
        if (how === 'update' || !updated) consent.adStorageAllowed = types.ad_storage === 'granted';
        updated ||= how === 'update';
      } else if (first === 'event') {
        const [action] = args.splice(0, 2);
        log.push(['hit', action, consent.adStorageAllowed ? 'G' : 'D']);
      } else if (first === 'pageLoad') {
        log.push(['hit', 'pageLoad', consent.adStorageAllowed ? 'G' : 'D']);
      } else {
        log.push(['no command', first]);
      }
    }
  };
  const before = Array.isArray(window.uetq) ? window.uetq : [];
  window.uetq = { push: (...args) => take(args), uetConfig: { consent } };
  take([...before, 'pageLoad']);
})();
