// A stand-in for the Meta Pixel, its base code and its library in one: it does not load itself
// where fbq is there already; fires are held while consent is revoked, and sent on the grant.
(() => {
  const log = ((window.__signals ??= {}).meta ??= []);
  if (window.fbq) {
    log.push(['not loaded']);
    return;
  }
  let granted = true;
  const held = [];
  window.fbq = window._fbq = (command, ...args) => {
    if (command === 'consent') {
      log.push([command, ...args]);
      granted = args[0] === 'grant';
      if (granted) for (const fire of held.splice(0)) log.push(['hit', ...fire]);
    } else if (command !== 'track') log.push([command, ...args]);
    else if (granted) log.push(['hit', ...args]);
    else held.push(args);
  };
  window.fbq('init', '1');
  window.fbq('track', 'PageView');
})();
