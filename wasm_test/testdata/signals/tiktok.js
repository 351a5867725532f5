// A stand-in for the TikTok Pixel, its base code and its library in one: it keeps a queue that is
// there, whose entries are [method, …]; fires are held, sent on the grant, dropped on the revoke.
(() => {
  const log = ((window.__signals ??= {}).tiktok ??= []);
  let state = 'granted';
  let held = [];
  const ttq = (window.ttq ??= []);
  const fire = (...args) => {
    if (state === 'granted') log.push(['hit', ...args]);
    else if (state === 'held') held.push(args);
  };
  const set = (name, to) => {
    ttq[name] = () => {
      log.push([name]);
      state = to;
      const waiting = held;
      held = [];
      for (const args of waiting) fire(...args);
    };
  };
  set('holdConsent', 'held');
  set('grantConsent', 'granted');
  set('revokeConsent', 'revoked');
  ttq.page = () => fire('page');
  ttq.track = (...args) => fire('track', ...args);
  for (const [method, ...args] of ttq.splice(0)) ttq[method]?.(...args);
  ttq.page();
})();
