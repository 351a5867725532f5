(async () => {
  const seen = {};
  const fn = (f) => [typeof f, f.name, f.length, String(f), Object.getOwnPropertyNames(f).sort()];
  for (const [object, key] of [
    [window, 'fetch'],
    [XMLHttpRequest.prototype, 'open'],
    [Navigator.prototype, 'sendBeacon'],
    [window, 'WebSocket'],
    [window, 'EventSource'],
  ]) {
    const d = Object.getOwnPropertyDescriptor(object, key);
    seen[key] = [d.configurable, d.enumerable, d.writable, ...fn(d.value)];
  }
  const result = async (name, run) => {
    try {
      seen['= ' + name] = String(await run());
    } catch (error) {
      seen['= ' + name] = error.constructor === window[error.name] ? error.name : 'other ' + error.name;
    }
  };
  await result('text', async () => (await fetch('/data')).text());
  await result('nothing', () => fetch());
  await result('bad', () => fetch('http://['));
  await result('data', async () => (await fetch('data:,x')).text());
  await result('blob', async () => (await fetch(URL.createObjectURL(new Blob(['b'])))).text());
  await result('init', async () => (await fetch('/data', { method: 'HEAD' })).status);
  await result('abort', () => fetch('/data', { signal: AbortSignal.abort() }));
  await result(
    'xhr',
    () =>
      new Promise((done) => {
        const x = new XMLHttpRequest();
        x.open('GET', '/data');
        x.onload = () => done(x.responseText + new URL(x.responseURL).pathname);
        x.send();
      }),
  );
  await result('few', () => new XMLHttpRequest().open('GET'));
  await result('bad xhr', () => new XMLHttpRequest().open('GET', 'http://['));
  await result('stranger', () => XMLHttpRequest.prototype.open.call({}, 'GET', '/data'));
  await result('beacon', () => navigator.sendBeacon('/data', 'x'));
  await result('bad beacon', () => navigator.sendBeacon('data:,x'));
  await result('socket', () => new WebSocket('bad'));
  await result('call', () => WebSocket('ws://localhost'));
  await result('none', () => new WebSocket());
  await result('constants', () => [WebSocket.OPEN, EventSource.CLOSED, WebSocket.prototype.constructor === WebSocket]);
  await result('subclass', () => {
    class S extends EventSource {
      more() {
        return this.url;
      }
    }
    const s = new S('/data');
    s.close();
    return new URL(s.more()).pathname + (s instanceof EventSource) + s.constructor.name;
  });
  return seen;
})();
