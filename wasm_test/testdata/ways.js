({
  script: (at) => on(make('script', { src: at })),
  module: (at) => on(make('script', { type: 'module', src: at })),
  inserted: (at) => {
    const s = on(make('script'));
    s.src = at;
  },
  iframe: (at) => on(make('iframe', { src: at })),
  srcdoc: (at) => on(make('iframe', { srcdoc: '<p>a</p><img src="' + at + '">' })),
  frame: (at) => on(make('frame', { src: at })),
  object: (at) => on(make('object', { data: at })),
  embed: (at) => on(make('embed', { src: at })),
  img: (at) => on(make('img', { src: at })),
  srcset: (at) => on(make('img', { srcset: '/empty 9x, ' + at + ' 1x' })),
  picture: (at) => {
    const p = make('picture');
    p.append(make('source', { srcset: at }), make('img'));
    on(p);
  },
  image: (at) => {
    new Image().src = at;
  },
  input: (at) => on(make('input', { type: 'image', src: at })),
  background: (at) => {
    on(make('table')).setAttribute('background', at);
  },
  svg: (at) => {
    const s = document.createElementNS('http://www.w3.org/2000/svg', 'svg'),
      i = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    i.setAttribute('href', at);
    s.append(i);
    on(s);
  },
  video: (at) => on(make('video', { src: at, preload: 'auto' })),
  poster: (at) => on(make('video', { poster: at })),
  audio: (at) => on(make('audio', { src: at, preload: 'auto' })),
  sound: (at) => {
    new Audio(at);
  },
  source: (at) => {
    const v = make('video', { preload: 'auto' });
    v.append(make('source', { src: at }));
    on(v);
  },
  track: (at) => {
    const v = make('video', { crossOrigin: 'anonymous' }),
      t = make('track', { src: at, default: true });
    v.append(t);
    on(v);
    t.track.mode = 'showing';
  },
  stylesheet: (at) => on(make('link', { rel: 'stylesheet', href: at })),
  preload: (at) => on(make('link', { rel: 'preload', as: 'image', href: at })),
  imagesrcset: (at) => on(make('link', { rel: 'preload', as: 'image', imageSrcset: at })),
  prefetch: (at) => on(make('link', { rel: 'prefetch', href: at })),
  modulepreload: (at) => on(make('link', { rel: 'modulepreload', href: at })),
  node: (at) => {
    const i = on(make('img')),
      a = document.createAttribute('src');
    a.value = at;
    i.setAttributeNode(a);
  },
  html: (at) => {
    on(make('div')).innerHTML = '<img src="' + at + '">';
  },
  cloned: (at) => {
    const t = make('template');
    t.innerHTML = '<img src="' + at + '">';
    on(make('div')).append(t.content.cloneNode(true));
  },
  styles: (at) => {
    on(make('p')).className = 'styles';
    on(make('style', { textContent: '.styles { background: url("' + at + '") }' }));
  },
  imported: (at) => {
    const s = make('style');
    s.append('@import "' + at + '";');
    on(s);
  },
  sheettext: (at) => {
    on(make('p')).className = 'sheettext';
    on(make('style')).textContent = ".sheettext { background: url( '" + at + "' ) }";
  },
  textnode: (at) => {
    on(make('p')).className = 'textnode';
    const t = document.createTextNode('');
    on(make('style')).append(t);
    t.data += '.textnode { background: url(' + at + ') }';
  },
  insertrule: (at) => {
    on(make('p')).className = 'insertrule';
    on(make('style')).sheet.insertRule('@media all { .insertrule { background: image-set("' + at + '" 1x) } }');
  },
  adopted: (at) => {
    on(make('p')).className = 'adopted';
    const s = new CSSStyleSheet();
    s.replaceSync('.adopted { background: url(' + at + ') }');
    document.adoptedStyleSheets.push(s);
  },
  stylehtml: (at) => {
    on(make('p')).className = 'stylehtml';
    on(make('div')).innerHTML = '<style>.stylehtml { background: url(' + at + ') }</style>';
  },
  inline: (at) => {
    on(make('p')).style.background = 'url(' + at + ')';
  },
  attribute: (at) => {
    on(make('p')).setAttribute('style', 'background: url(' + at + ')');
  },
  font: (at) => {
    new FontFace('f', 'url(' + at + ')').load().catch(() => {});
  },
  fetch: (at) => {
    fetch(at, { mode: 'no-cors' }).catch(() => {});
  },
  xhr: (at) => {
    const x = new XMLHttpRequest();
    x.open('GET', at);
    x.send();
  },
  beacon: (at) => {
    navigator.sendBeacon(at);
  },
  later: (at) => {
    fetchLater(at, { activateAfter: 0 });
  },
  eventsource: (at) => {
    const s = new EventSource(at);
    s.onerror = () => s.close();
  },
  websocket: (at) => {
    new WebSocket(at.replace('http', 'ws'));
  },
  webtransport: (at, { transport }) => {
    const t = new WebTransport('https://' + transport + '/');
    t.ready.catch(() => {});
    t.closed.catch(() => {});
  },
  peer: (at, { peer }) => {
    const p = new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + peer }] });
    p.createDataChannel('a');
    p.createOffer().then((o) => p.setLocalDescription(o));
    setTimeout(() => p.close(), 1500);
  },
  worker: (at, { own }) => {
    new Worker(own + 'worker').onerror = (e) => e.preventDefault();
  },
  sharedworker: (at, { own }) => {
    new SharedWorker(own + 'sharedworker');
  },
  serviceworker: (at, { own }) => {
    navigator.serviceWorker.register(own + 'serviceworker').catch(() => {});
  },
  form: (at) => {
    on(make('iframe', { name: 'sink-form' }));
    const f = make('form', { action: at, target: 'sink-form', method: 'post' });
    on(f);
    f.requestSubmit();
  },
  submit: (at) => {
    on(make('iframe', { name: 'sink-submit' }));
    const f = make('form', { action: at, target: 'sink-submit' });
    f.append(make('input', { name: 'action' }));
    f.setAttribute('action', at);
    on(f);
    HTMLFormElement.prototype.submit.call(f);
  },
  button: (at) => {
    on(make('iframe', { name: 'sink-button' }));
    const f = make('form', { action: '/empty', target: 'sink-button' }),
      b = make('button', { formAction: at });
    f.append(b);
    on(f);
    b.click();
  },
  ping: (at) => {
    on(make('a', { href: '#ping', ping: 'data:, ' + at })).click();
  },
  framed: (at) => {
    on(make('iframe'))
      .contentWindow.fetch(at, { mode: 'no-cors' })
      .catch(() => {});
  },
  written: (at) => {
    const d = on(make('iframe')).contentDocument;
    d.open();
    d.write('<img src="' + at + '">');
    d.close();
  },
});
