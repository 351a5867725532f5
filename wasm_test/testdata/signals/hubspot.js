// A stand-in for HubSpot: its own banner shows unless told not to; what is consented to is not
// stored, so that each page has to tell it.
(() => {
  const log = ((window.__signals ??= {}).hubspot ??= []);
  if (window.disableHubSpotCookieBanner !== true) log.push(['banner']);
  let consent = { analytics: false, advertisement: false, functionality: false };
  const take = (item) => {
    if (!Array.isArray(item)) {
      log.push(['no command', item]);
      return;
    }
    const [command, value] = item;
    log.push(structuredClone(item));
    if (command === 'setHubSpotConsent') consent = { ...consent, ...value };
    if (command === 'revokeCookieConsent') consent = { analytics: false, advertisement: false, functionality: false };
  };
  const queue = window._hsp ?? [];
  window._hsp = { push: (...items) => items.forEach(take) };
  queue.forEach(take);
  log.push([consent.analytics ? 'hit' : 'stopped', { ...consent }]);
})();
