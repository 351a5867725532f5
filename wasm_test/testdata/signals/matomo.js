// A stand-in for Matomo: consent that is required has to be so before the page view; what is held
// is sent on the grant; without consent for cookies it sends without them.
(() => {
  const log = ((window.__signals ??= {}).matomo ??= []);
  const need = { all: false, cookies: false };
  const given = { all: false, cookies: false };
  const held = [];
  const send = (...args) => {
    if (need.all && !given.all) held.push(args);
    else log.push(['hit', ...args, (need.cookies || need.all) && !given.cookies ? 'without cookies' : 'with cookies']);
  };
  const commands = {
    requireConsent: () => (need.all = true),
    requireCookieConsent: () => (need.cookies = true),
    setConsentGiven() {
      given.all = given.cookies = true;
      for (const args of held.splice(0)) send(...args);
    },
    setCookieConsentGiven: () => (given.cookies = true),
    forgetConsentGiven() {
      given.all = given.cookies = false;
      need.all = true;
      document.cookie = 'mtm_consent_removed=1;path=/;max-age=946080000';
    },
    forgetCookieConsentGiven() {
      given.cookies = false;
      need.cookies = true;
      document.cookie = 'mtm_cookie_consent_removed=1;path=/;max-age=946080000';
    },
    trackPageView: () => send('trackPageView'),
    trackEvent: (...args) => send('trackEvent', ...args),
  };
  const take = ([command, ...args]) => {
    if (!command.startsWith('track')) log.push([command, ...args]);
    commands[command]?.(...args);
  };
  const queue = window._paq ?? [];
  window._paq = { push: (...items) => items.forEach(take) };
  queue.forEach(take);
  take(['trackPageView']);
})();
