// A stand-in for the Pinterest Tag, its base code and its library in one: it does not load itself
// where pintrk is there already; a false stops events and deletes what was stored.
(() => {
  const log = ((window.__signals ??= {}).pinterest ??= []);
  if (window.pintrk) {
    log.push(['not loaded']);
    return;
  }
  let granted = true;
  window.pintrk = (command, ...args) => {
    if (command === 'setconsent') {
      log.push([command, ...args]);
      granted = args[0] === true; // a text is no boolean
      if (!granted) localStorage.removeItem('_pin');
    } else if (!granted) log.push(['stopped', command, ...args]);
    else {
      log.push(['hit', command, ...args]);
      localStorage.setItem('_pin', '1');
    }
  };
  window.pintrk('load', '1');
  window.pintrk('page');
})();
