/*
 * The ways in which a page fills a frame of its own, tried one after the other. Each asks for
 * place and its own name; "frame" puts a frame into the page and hands over its document.
 */
(place) => {
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const on = (e) => document.body.appendChild(e);
  const frame = () => on(make('iframe')).contentDocument;
  const ways = {
    written: (at) => {
      const d = frame();
      d.open();
      d.write('<!doctype html><body><img src=' + at + '>');
      d.close();
    },
    inner: (at) => {
      frame().body.innerHTML = '<b><img src=' + at + '></b>';
    },
    adjacent: (at) => {
      frame().body.insertAdjacentHTML('beforeend', '<img src=' + at + '>');
    },
    whole: (at) => {
      frame().documentElement.innerHTML = '<head></head><body><img src=' + at + '>';
    },
    cloned: (at) => {
      const d = frame(),
        t = d.createElement('template');
      t.innerHTML = '<img src=' + at + '>';
      d.body.append(t.content.cloneNode(true));
    },
    source: (at) => {
      frame().body.innerHTML = '<video><source src=' + at + '></video>';
    },
    set: (at) => {
      frame().body.innerHTML = '<img srcset="' + at + ' 1x">';
    },
    sheet: (at) => {
      frame().head.innerHTML = '<link rel=stylesheet href=' + at + '>';
    },
    script: (at) => {
      const d = frame(),
        s = d.createElement('script');
      s.src = at;
      d.body.append(s);
    },
    scriptWritten: (at) => {
      const d = frame();
      d.open();
      d.write('<!doctype html><body><script src=' + at + '></scr' + 'ipt>');
      d.close();
    },
    scriptText: (at) => {
      const d = frame(),
        s = d.createElement('script');
      s.text = 'new Image().src = ' + JSON.stringify(at);
      s.dataset.octroi = 'pixel';
      d.body.append(s);
    },
    nested: (at) => {
      frame().body.innerHTML = '<iframe src=' + at + '></iframe>';
    },
    within: (at) => {
      const d = frame(),
        inner = d.createElement('iframe');
      d.body.append(inner);
      inner.contentDocument.body.innerHTML = '<img src=' + at + '>';
    },
    shadow: (at) => {
      const d = frame(),
        host = d.createElement('div');
      d.body.append(host);
      host.attachShadow({ mode: 'closed' }).innerHTML = '<img src=' + at + '>';
    },
    template: (at) => {
      frame().body.innerHTML = '<template data-octroi=pixel><img src=' + at + '></template>';
    },
    waiting: (at) => {
      frame().body.innerHTML = '<img data-octroi=pixel data-src=' + at + '>';
    },
    style: (at) => {
      // Firefox shares a sheet with the page before that had the same, and asks for nothing again.
      frame().body.innerHTML = '<style>p{background:url(' + at + ')}/*' + Math.random() + '*/</style><p>x</p>';
    },
    styleAttribute: (at) => {
      frame().body.innerHTML = '<p style="background:url(' + at + ')">x</p>';
    },
    styleSet: (at) => {
      const d = frame(),
        p = d.createElement('p');
      p.textContent = 'x';
      d.body.append(p);
      p.style.backgroundImage = 'url(' + at + ')';
    },
    rule: (at) => {
      const d = frame();
      d.body.innerHTML = '<style></style><p>x</p>';
      d.styleSheets[0].insertRule('p{background:url(' + at + ')}');
    },
    adopted: (at) => {
      const d = frame(),
        sheet = new d.defaultView.CSSStyleSheet();
      sheet.replaceSync('p{background:url(' + at + ')}');
      d.adoptedStyleSheets = [sheet];
      d.body.innerHTML = '<p>x</p>';
    },
    srcdoc: (at) => {
      on(make('iframe', { srcdoc: '<body><img src=' + at + '>' }));
    },
    srcdocLater: (at) => {
      const f = make('iframe', { srcdoc: '<body><p>a</p>' });
      f.onload = () => (f.contentDocument.body.innerHTML = '<img src=' + at + '>');
      on(f);
    },
    own: (at) => {
      const f = make('iframe', { src: '/empty' });
      f.onload = () => (f.contentDocument.body.innerHTML = '<img src=' + at + '>');
      on(f);
    },
    object: (at) => {
      const f = make('object', { data: '/empty', type: 'text/html' });
      f.onload = () => (f.contentDocument.body.innerHTML = '<img src=' + at + '>');
      on(f);
    },
    moved: (at) => {
      const f = on(make('iframe')),
        d = f.contentDocument,
        img = document.createElement('img');
      img.src = at;
      d.body.append(img);
    },
    emptied: (at) => {
      const d = frame();
      d.body.innerHTML = '<p>a</p>';
      d.open();
      d.write('<p>b</p>');
      d.write('<i><im');
      d.write('g src=' + at + '></i>');
      d.close();
    },
  };
  for (const name in ways) ways[name](place + name);
  return true;
};
