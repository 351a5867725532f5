// A stand-in for PostHog, opted out by default: an opt-in is itself captured unless its event has
// no name; it does not load itself where posthog is there already.
(() => {
  const log = ((window.__signals ??= {}).posthog ??= []);
  if (window.posthog) {
    log.push(['not loaded']);
    return;
  }
  let capturing = false;
  let viewed = false;
  window.posthog = {
    opt_in_capturing(options = {}) {
      log.push(['opt_in_capturing', options]);
      capturing = true;
      if (options.captureEventName !== false) log.push(['hit', options.captureEventName ?? '$opt_in']);
      if (!viewed) log.push(['hit', '$pageview']);
      viewed = true;
    },
    opt_out_capturing() {
      log.push(['opt_out_capturing']);
      capturing = false;
    },
    capture: (name) => capturing && log.push(['hit', name]),
  };
})();
