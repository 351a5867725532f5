async (place) => {
  const ws = place.replace(/^http/, 'ws');
  const end = (target, ...names) => new Promise((done) => names.forEach((name) => target.addEventListener(name, () => done(name))));
  const tries = {
    fetch: () =>
      fetch(place + 'fetch', { mode: 'no-cors' }).then(
        () => 'load',
        (error) => error.constructor.name + (error instanceof TypeError),
      ),
    url: () =>
      fetch(new URL(place + 'url'), { mode: 'no-cors' }).then(
        () => 'load',
        (error) => error.constructor.name + (error instanceof TypeError),
      ),
    request: () =>
      fetch(new Request(place + 'request', { mode: 'no-cors' })).then(
        () => 'load',
        (error) => error.constructor.name + (error instanceof TypeError),
      ),
    bound: () =>
      window.fetch.call(undefined, place + 'bound', { mode: 'no-cors' }).then(
        () => 'load',
        (error) => error.constructor.name + (error instanceof TypeError),
      ),
    xhr: () => {
      const x = new XMLHttpRequest();
      x.open('GET', place + 'xhr');
      const e = end(x, 'load', 'error', 'abort');
      x.send();
      return e;
    },
    sync: () => {
      const x = new XMLHttpRequest();
      x.open('GET', place + 'sync', false);
      try {
        x.send();
        return 'load';
      } catch (error) {
        return error.name;
      }
    },
    beacon: () => String(navigator.sendBeacon(place + 'beacon')),
    source: () => {
      const s = new EventSource(place + 'source');
      const e = end(s, 'open', 'error');
      e.then(() => s.close());
      return e;
    },
    socket: () => {
      const s = new WebSocket(ws + 'socket');
      return end(s, 'open', 'error');
    },
    frame: () =>
      document.body
        .appendChild(document.createElement('iframe'))
        .contentWindow.fetch(place + 'frame', { mode: 'no-cors' })
        .then(
          () => 'load',
          (error) => error.name,
        ),
  };
  const done = {};
  for (const name in tries) {
    try {
      done[name] = await tries[name]();
    } catch (error) {
      done[name] = 'thrown: ' + error;
    }
  }
  return done;
};
