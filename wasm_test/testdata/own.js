(async () => {
  const seen = {};
  const result = async (name, run) => {
    try {
      seen[name] = String(await Promise.race([run(), new Promise((done) => setTimeout(done, 5000, 'late'))]));
    } catch (error) {
      seen[name] = error.name;
    }
  };
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const loads = (element) =>
    new Promise((done) => {
      element.onload = () => done('loaded');
      element.onerror = () => done('error');
      document.body.append(element);
    });
  await result('eval', () => eval('1 + 1'));
  await result('function', () => new Function('return 2')());
  await result(
    'timer',
    () =>
      new Promise((done) => {
        window.done = done;
        setTimeout('done("text")');
      }),
  );
  await result('handler', () => {
    const b = make('b');
    b.setAttribute('onclick', 'this.title = "clicked"');
    b.click();
    return b.title;
  });
  await result('script', () => {
    document.body.append(make('script', { textContent: 'window.inserted = "ran"' }));
    return window.inserted;
  });
  await result('source', () => loads(make('script', { src: '/own.js' })));
  await result('module', () => import('/own.js').then(() => 'imported'));
  await result('blob module', () => import(URL.createObjectURL(new Blob(['export default 1'], { type: 'text/javascript' }))).then((m) => m.default));
  await result('data script', () => loads(make('script', { src: 'data:text/javascript,1' })));
  await result('style', () => {
    document.head.append(make('style', { textContent: '#styled { color: rgb(1, 2, 3) }' }));
    const p = make('p', { id: 'styled' });
    p.style.width = '9px';
    document.body.append(p);
    return getComputedStyle(p).color + getComputedStyle(p).width;
  });
  await result('sheet', () => loads(make('link', { rel: 'stylesheet', href: '/own.css' })));
  await result('image', () => loads(make('img', { src: '/own.gif' })));
  await result('blob image', async () => loads(make('img', { src: URL.createObjectURL(await (await fetch('/own.gif')).blob()) })));
  await result('data image', () => loads(make('img', { src: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7' })));
  await result('wasm', async () => (await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))).instance instanceof WebAssembly.Instance);
  await result(
    'worker',
    () =>
      new Promise((done) => {
        const w = new Worker('/own-worker.js');
        w.onmessage = ({ data }) => done(data);
        w.onerror = () => done('error');
      }),
  );
  await result(
    'blob worker',
    () =>
      new Promise((done) => {
        const w = new Worker(URL.createObjectURL(new Blob(['fetch("' + location.origin + '/own.js").then((r) => r.text()).then(postMessage)'])));
        w.onmessage = ({ data }) => done(data);
        w.onerror = () => done('error');
      }),
  );
  await result('frame', () => loads(make('iframe', { src: '/own.html' })));
  await result('blank', () => {
    const f = make('iframe');
    document.body.append(f);
    f.contentDocument.body.innerHTML = '<b style="color: red">b</b>';
    return f.contentDocument.querySelector('b').style.color;
  });
  await result('srcdoc', async () => {
    const f = make('iframe', { srcdoc: '<script>window.ran = 1</scr' + 'ipt><img src="/own.gif">' });
    await loads(f);
    return f.contentWindow.ran + f.contentDocument.images[0].naturalWidth;
  });
  await result('blob frame', () => loads(make('iframe', { src: URL.createObjectURL(new Blob(['<p>x'], { type: 'text/html' })) })));
  await result('form', async () => {
    const f = make('iframe', { name: 'sink' });
    document.body.append(f);
    const form = make('form', { action: '/own.html', target: 'sink' });
    document.body.append(form);
    const done = new Promise((done) => (f.onload = () => f.contentDocument.URL.includes('own.html') && done('sent')));
    form.submit();
    return done;
  });
  await result('script form', async () => {
    const form = make('form', { action: 'javascript:void (window.formed = 1)' });
    document.body.append(form);
    form.submit();
    while (!window.formed) await new Promise((done) => setTimeout(done, 20));
    return window.formed;
  });
  await result(
    'socket',
    () =>
      new Promise((done) => {
        const w = new Worker(
          URL.createObjectURL(
            new Blob([
              'const w = new WebSocket("' + location.origin.replace('http', 'ws') + '/own-socket"); w.onerror = w.onopen = () => postMessage("asked")',
            ]),
          ),
        );
        w.onmessage = ({ data }) => done(data);
        w.onerror = () => done('error');
      }),
  );
  await result(
    'stream',
    () =>
      new Promise((done) => {
        const e = new EventSource('/own-stream');
        e.onmessage = ({ data }) => {
          e.close();
          done(data);
        };
      }),
  );
  await result('font', () => new FontFace('f', 'url(/own.woff)').load().catch(({ name }) => name));
  await result('base', () => {
    const b = make('base', { href: '/deep/' });
    document.head.append(b);
    const uri = document.baseURI;
    return new URL(uri).pathname;
  });
  seen.violations = window.violations || [];
  return seen;
})();
