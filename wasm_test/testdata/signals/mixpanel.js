// A stand-in for Mixpanel, opted out by default: an opt-in sends $opt_in unless told not to, an
// opt-out deletes the user's profile unless told not to.
(() => {
  const log = ((window.__signals ??= {}).mixpanel ??= []);
  if (window.mixpanel) {
    log.push(['not loaded']);
    return;
  }
  let tracking = false;
  window.mixpanel = {
    opt_in_tracking(options = {}) {
      log.push(['opt_in_tracking', options]);
      tracking = true;
      if (options.track !== null) log.push(['hit', '$opt_in']);
    },
    opt_out_tracking(options = {}) {
      log.push(['opt_out_tracking', options]);
      if (tracking && options.delete_user !== false) log.push(['deleted']);
      tracking = false;
    },
    track: (name) => tracking && log.push(['hit', name]),
  };
})();
