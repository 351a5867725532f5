(async () => {
  const seen = {};
  const result = async (name, run) => {
    try {
      seen[name] = String(await Promise.race([run(), new Promise((done) => setTimeout(done, 15000, 'nothing'))]));
    } catch (error) {
      seen[name] = error.constructor === window[error.name] ? error.name : 'other ' + error.name;
    }
  };
  const frame = document.querySelector('iframe');
  const shown = () =>
    new Promise((done) => {
      const look = () => {
        let path;
        try {
          path = frame.contentWindow.location.pathname + frame.contentWindow.location.search;
          if (frame.contentDocument.readyState !== 'complete') path = '';
        } catch (e) {
          path = String(e);
        }
        path && path !== 'blank' && path !== last ? done((last = path)) : setTimeout(look, 20);
      };
      look();
    });
  let last = '';
  const make = (tag, props) => {
    const e = Object.assign(document.createElement(tag), props);
    document.body.append(e);
    return e;
  };
  const says = (worker) =>
    new Promise((done) => {
      worker.onmessage = (e) => done(e.data);
      worker.onerror = () => done('error');
    });
  const text = (t, type) => URL.createObjectURL(new Blob([t], { type }));
  await result('open', async () => {
    const w = window.open('/one', 'named');
    return (w === frame.contentWindow) + (await shown());
  });
  await result('link', async () => {
    make('a', { href: '/two', target: 'named' }).click();
    return shown();
  });
  await result('form', async () => {
    const f = make('form', { action: '/three', target: 'named' });
    f.append(make('input', { name: 'q', value: '1' }));
    f.requestSubmit();
    return shown();
  });
  await result('handler', async () => {
    const f = make('form', { action: '/', target: 'named' });
    f.onsubmit = () => {
      f.action = '/one';
    };
    f.requestSubmit();
    return shown();
  });
  await result('prevented', async () => {
    const f = make('form', { action: '/two' });
    let n = '';
    f.onsubmit = (e) => {
      n += e.defaultPrevented;
      e.preventDefault();
    };
    f.requestSubmit();
    return n;
  });
  await result('replace', async () => {
    frame.contentWindow.location.replace('/two');
    return shown();
  });
  await result('src', async () => {
    frame.src = '/three';
    return shown();
  });
  await result('dialog', async () => {
    const d = make('dialog', { open: true });
    const f = document.createElement('form');
    f.method = 'dialog';
    d.append(f);
    f.requestSubmit();
    return d.open;
  });
  await result('worker', () => says(new Worker('/work.js')));
  await result('worker object', () => says(new Worker(new URL('/work.js', location.href))));
  await result('blob worker', () => says(new Worker(text('/* https://other.example */ postMessage(2)'))));
  await result('bytes worker', () => says(new Worker(URL.createObjectURL(new Blob([new TextEncoder().encode('postMessage(3)')])))));
  await result('data worker', () => says(new Worker('data:text/javascript,postMessage(4)')));
  await result('module worker', () => says(new Worker(text('postMessage(import.meta.url.slice(0, 5))'), { type: 'module' })));
  await result('no worker', () => new Worker());
  await result('bad worker', () => new Worker('http://['));
  await result('blob', async () => {
    const b = new Blob(['a', 'é', new Uint8Array([33])], { type: 'Text/Plain', endings: 'native' });
    return b.size + b.type + (await b.text()) + (b instanceof Blob) + Object.prototype.toString.call(b);
  });
  await result('text blob', async () => {
    const b = new Blob(['a', 'é']);
    return b.size + (await b.text()) + b.constructor.name;
  });
  await result('lone surrogate', () => new Blob(['\ud800']).text());
  await result('file', async () => {
    const f = new File(['a', 'b'], 'n.txt', { type: 'text/plain', lastModified: 7 });
    return f.name + f.size + f.type + f.lastModified + (await f.text());
  });
  await result('bad blob', () => new Blob('a'));
  await result('few file', () => new File(['a']));
  await result('generator', () =>
    new Blob(
      (function* () {
        yield 'a';
        yield 'b';
      })(),
    ).text(),
  );
  await result('url', () => URL.createObjectURL({}));
  await result('cache', async () => {
    const c = await caches.open('own');
    await c.addAll(['/one', new Request('/two')]);
    // Firefox keeps them in the order in which they come.
    return (await c.keys()).map((r) => new URL(r.url).pathname).sort();
  });
  await result('few caches', async () => (await caches.open('own')).add());
  await result('thrown', () =>
    fetch({
      toString() {
        throw new RangeError('mine');
      },
    }),
  );
  await result('xhr thrown', () =>
    new XMLHttpRequest().open('GET', {
      toString() {
        throw new RangeError('mine');
      },
    }),
  );
  await result('symbol', () => fetch(Symbol()));
  await result(
    'async xhr',
    () =>
      new Promise((done) => {
        const x = new XMLHttpRequest();
        x.open('POST', '/one', true);
        x.setRequestHeader('x-own', '1');
        x.onload = () => done(x.status);
        x.send('a');
      }),
  );
  await result('peer', async () => {
    const p = new RTCPeerConnection({ iceServers: [{ urls: ['stun:localhost:1', 'stun:localhost:2'] }, { urls: 'stun:localhost:3' }] });
    const urls = p.getConfiguration?.().iceServers?.map((s) => [s.urls].flat().join());
    p.createDataChannel('a');
    const o = await p.createOffer();
    await p.setLocalDescription(o);
    const q = new RTCPeerConnection();
    await q.setRemoteDescription(p.localDescription);
    const a = await q.createAnswer();
    await q.setLocalDescription(a);
    await p.setRemoteDescription(a);
    const open = new Promise((done) => {
      q.ondatachannel = () => done('open');
    });
    const pass = (one, other) => {
      one.onicecandidate = (e) => e.candidate && other.addIceCandidate(e.candidate);
    };
    pass(p, q);
    pass(q, p);
    await p.addIceCandidate();
    p.setConfiguration({ iceServers: [] });
    p.close();
    q.close();
    return urls + typeof open;
  });
  await result('bad peer', () => new RTCPeerConnection({ iceServers: [{ urls: 'nonsense' }] }));
  await result(
    'peer thrown',
    () =>
      new RTCPeerConnection({
        get iceServers() {
          throw new RangeError('mine');
        },
      }),
  );
  await result('credentials', () =>
    navigator.credentials.get({
      get identity() {
        throw new RangeError('mine');
      },
    }),
  );
  await result('metadata', () => {
    const m = new MediaMetadata({ title: 't', artwork: [{ src: '/one', sizes: '9x9' }] });
    return m.title + new URL(m.artwork[0].src).pathname + m.artwork[0].sizes;
  });
  await result('worklet', async () => {
    const c = new OfflineAudioContext(1, 1, 8000);
    await c.audioWorklet.addModule(text('registerProcessor("a", class extends AudioWorkletProcessor { process() {} })', 'text/javascript'));
    return new AudioWorkletNode(c, 'a').numberOfOutputs;
  });
  await result('bad worklet', () => new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule('/none'));
  await result('window', async () => {
    const w = window.open('about:blank', '_blank', 'noopener');
    return w;
  });
  await result('bad window', () => window.open('http://['));
  await result('register', () => navigator.serviceWorker.register('/none', { scope: '/' }));
  await result('stranger', () => HTMLFormElement.prototype.submit.call({}));
  return seen;
})();
