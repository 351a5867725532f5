/*
 * Bends whatever a page can reach of its language and its browser, one thing at a time, and
 * tries meanwhile to reach another party, to keep something, and to do what is the page's
 * own. It stands before the drop-in, and needs nothing that it has not taken by then.
 */
{
  const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const { create, setPrototypeOf } = Object;
  const stringOf = String;
  const now = performance.now.bind(performance);
  const half = (kind, name, which = 'get') => getOwnPropertyDescriptor(kind.prototype, name)[which];
  const cookies = half(Document, 'cookie');
  const crumble = half(Document, 'cookie', 'set');
  const { getItem, removeItem } = Storage.prototype;
  const attribute = Element.prototype.getAttribute;
  const inner = half(Element, 'innerHTML');
  const textOf = half(Node, 'textContent');
  const parent = half(Node, 'parentNode');
  const takeAway = Element.prototype.remove;
  const then = Promise.prototype.then;
  const iterate = Array.prototype[Symbol.iterator];
  const includes = String.prototype.includes;
  const beacon = navigator.sendBeacon;
  const local = localStorage;
  const session = sessionStorage;
  const read = (element, name) => apply(attribute, element, [name]);

  // What a bent function answers.
  const answers = {
    nothing: function () {},
    yes: function () {
      return true;
    },
    no: function () {
      return false;
    },
    empty: function () {
      return '';
    },
    one: function () {
      return 1;
    },
    throws: function () {
      throw new Error('bent');
    },
    first: function (value) {
      return value;
    },
    self: function () {
      return this;
    },
    hollow: function () {
      return create(null);
    },
    pair: function () {
      return apply(iterate, ['', true], []);
    },
  };
  const manners = Object.keys(answers);
  // What a name of the window's is set to instead.
  const values = { text: '/api', number: 1, nil: null, gone: undefined, plain: function () {}, arrow: (value) => value };

  const named = (key) => (typeof key === 'symbol' ? `[${key.description}]` : key);
  /** Every member that can be bent: where, of what, by which half. @type {Map<string, any>} */
  const members = new Map();
  const seen = new Set();
  const note = (path, object, key, descriptor, part) => members.set(part === 'value' ? path : `${path} ${part}`, { object, key, descriptor, part });
  const walk = (object, path, depth) => {
    if (seen.has(object) || depth > 3) return;
    seen.add(object);
    for (const key of ownKeys(object)) {
      if (/^(bends?|THIRD|octroi.*|window|self|top|parent|frames|globalThis|webkit.*Automation.*|__.*|\d+)$/.test(stringOf(named(key)))) continue;
      let descriptor;
      try {
        descriptor = getOwnPropertyDescriptor(object, key);
      } catch {}
      if (!descriptor) continue;
      const here = path ? `${path}.${named(key)}` : named(key);
      const { value } = descriptor;
      if (descriptor.configurable || descriptor.writable) {
        if (typeof value === 'function') note(here, object, key, descriptor, 'value');
        else if (path === '' && value && typeof value === 'object') note(here, object, key, descriptor, 'value');
        else if (typeof value === 'string' && typeof key === 'symbol') note(here, object, key, descriptor, 'value');
        if (descriptor.get) note(here, object, key, descriptor, 'get');
        if (descriptor.set) note(here, object, key, descriptor, 'set');
      }
      if (typeof value === 'function' || (value && typeof value === 'object' && (key === 'prototype' || path === ''))) walk(value, here, depth + 1);
    }
  };

  const roots = {
    '%TypedArray%': getPrototypeOf(Uint8Array),
    '%ArrayIterator%': getPrototypeOf([][Symbol.iterator]()),
    '%Iterator%': getPrototypeOf(getPrototypeOf([][Symbol.iterator]())),
    '%StringIterator%': getPrototypeOf(''[Symbol.iterator]()),
    '%MapIterator%': getPrototypeOf(new Map().entries()),
    '%SetIterator%': getPrototypeOf(new Set().values()),
    '%RegExpStringIterator%': getPrototypeOf('a'.matchAll(/a/g)),
    '%Generator%': getPrototypeOf(function* () {}).prototype,
    '%AsyncFunction%': getPrototypeOf(async () => {}),
    '%AsyncGenerator%': getPrototypeOf(async function* () {}).prototype,
  };
  // What a page may put where nothing stood: it hides what is inherited, or is taken for an option.
  const options =
    'get set value writable configurable enumerable then toJSON toString valueOf 0 1 length name src href data type url mode method construct apply has deleteProperty ownKeys hook capture once passive childList subtree attributes attributeFilter characterData script img iframe style exports memory imports env done next index flags lastIndex groups raw cause signal body priority keepalive'.split(
      ' ',
    );

  window.bends = {
    /** All that can be bent, in every manner, by name: "path manner". */
    list() {
      walk(window, '', 0);
      for (const name in roots) walk(roots[name], name, 1);
      for (const key of ownKeys(window)) {
        const made = getOwnPropertyDescriptor(window, key)?.value;
        if (typeof made === 'function' && made.prototype && !getOwnPropertyDescriptor(made, Symbol.hasInstance))
          note(`${named(key)}.[Symbol.hasInstance] added`, made, Symbol.hasInstance, undefined, 'value');
      }
      for (const kind of ['HTMLImageElement', 'HTMLScriptElement', 'HTMLIFrameElement', 'HTMLDocument']) {
        const own = window[kind].prototype;
        for (let above = getPrototypeOf(own); above && above !== Object.prototype; above = getPrototypeOf(above)) {
          for (const key of ownKeys(above))
            if (!getOwnPropertyDescriptor(own, key) && key !== 'constructor') note(`${kind}.prototype.${named(key)} added`, own, key, undefined, 'value');
        }
      }
      for (const key of options)
        for (const kind of ['Object', 'Array', 'String', 'Function'])
          if (!getOwnPropertyDescriptor(window[kind].prototype, key)) note(`${kind}.prototype.${key} added`, window[kind].prototype, key, undefined, 'value');
      const names = [];
      for (const [path, { object, part, descriptor }] of members) {
        const how = part === 'set' ? ['nothing', 'throws'] : typeof descriptor?.value === 'string' ? ['empty'] : manners;
        if (typeof descriptor?.value !== 'string') for (const manner of how) names.push(`${path} ${manner}`);
        if (object === window || !descriptor || typeof descriptor.value === 'string') for (const value of Object.keys(values)) names.push(`${path} =${value}`);
      }
      return names;
    },
  };

  const find = (name) => {
    const at = name.lastIndexOf(' ');
    const member = members.get(name.slice(0, at));
    return member && { ...member, manner: name.slice(at + 1) };
  };

  /** Bends a member; what puts it back. */
  const bend = ({ object, key, descriptor, part, manner }) => {
    const back = descriptor && setPrototypeOf({ ...descriptor }, null);
    const value = manner[0] === '=' ? values[manner.slice(1)] : answers[manner];
    const plain = { value, writable: true, configurable: true, enumerable: !!descriptor?.enumerable };
    const bent = setPrototypeOf(descriptor && (part === 'value' || manner[0] !== '=') ? { ...descriptor, [part]: value } : plain, null);
    // An added accessor hides an inherited one; a method an inherited method.
    if (!descriptor && manner[0] !== '=' && key in object) {
      let above = object;
      while (above && !getOwnPropertyDescriptor(above, key)) above = getPrototypeOf(above);
      if (above && getOwnPropertyDescriptor(above, key).get) {
        delete bent.value;
        delete bent.writable;
        bent.get = value;
      }
    }
    defineProperty(object, key, bent);
    return () => (back ? defineProperty(object, key, back) : deleteProperty(object, key));
  };
  window.bends.bendForGood = (name) => {
    window.bends.list();
    const found = find(name);
    if (found) bend(found);
    return !!found;
  };

  /** What the page calls, as it is once the drop-in is there. */
  let hooked;
  window.bends.ready = () => {
    hooked = {
      create: document.createElement,
      svg: document.createElementNS,
      attributeNode: document.createAttribute,
      setAttribute: Element.prototype.setAttribute,
      setAttributeNode: Element.prototype.setAttributeNode,
      setNamedItem: NamedNodeMap.prototype.setNamedItem,
      attributes: half(Element, 'attributes'),
      append: Node.prototype.appendChild,
      insert: Element.prototype.append,
      adjacent: Element.prototype.insertAdjacentHTML,
      inner: half(Element, 'innerHTML', 'set'),
      content: half(HTMLTemplateElement, 'content'),
      clone: Node.prototype.cloneNode,
      imageSource: half(HTMLImageElement, 'src', 'set'),
      scriptSource: half(HTMLScriptElement, 'src', 'set'),
      frameSource: half(HTMLIFrameElement, 'src', 'set'),
      view: half(HTMLIFrameElement, 'contentWindow'),
      text: half(Node, 'textContent', 'set'),
      cookie: half(Document, 'cookie', 'set'),
      setItem: Storage.prototype.setItem,
      store: localStorage,
      sessions: sessionStorage,
      fetch: window.fetch,
      Request: window.Request,
      Image: window.Image,
      XHR: window.XMLHttpRequest,
      Socket: window.WebSocket,
      open: XMLHttpRequest.prototype.open,
      send: XMLHttpRequest.prototype.send,
      beacon: navigator.sendBeacon,
      submit: HTMLFormElement.prototype.submit,
      request: HTMLFormElement.prototype.requestSubmit,
      databases: indexedDB.open,
      api: window.octroi,
      allows: window.octroi?.allows,
      state: window.octroi?.state,
    };
    const sink = document.createElement('iframe');
    sink.name = 'sink';
    document.body.append(sink);
  };

  const doc = document;
  const nav = navigator;
  const idb = indexedDB;
  const quiet = () => {};
  const calm = (promise) => {
    try {
      apply(then, promise, [quiet, quiet]);
    } catch {}
  };
  const element = (tag, props) => {
    const made = apply(hooked.create, doc, [tag]);
    for (const name in props) made[name] = props[name];
    return made;
  };
  let box;
  const put = (node) => apply(hooked.append, box, [node]);

  /** What must not get through; each is given an address of its own. */
  const tries = {
    image: (at) => (new hooked.Image().src = at),
    imageSet: (at) => apply(hooked.imageSource, element('img'), [at]),
    attribute: (at) => apply(hooked.setAttribute, element('img'), ['src', at]),
    attributeCalled: (at) => element('img').setAttribute('src', at),
    attributeNode: (at) => {
      const a = apply(hooked.attributeNode, doc, ['src']);
      a.value = at;
      apply(hooked.setAttributeNode, element('img'), [a]);
    },
    named: (at) => {
      const a = apply(hooked.attributeNode, doc, ['src']);
      a.value = at;
      apply(hooked.setNamedItem, apply(hooked.attributes, element('img'), []), [a]);
    },
    srcset: (at) => (element('img').srcset = at + ' 1x'),
    script: (at) => {
      const s = element('script');
      s.src = at;
      put(s);
    },
    scriptSet: (at) => {
      const s = element('script');
      apply(hooked.scriptSource, s, [at]);
      put(s);
    },
    stylesheet: (at) => put(element('link', { rel: 'stylesheet', href: at })),
    markup: (at) => (element('div').innerHTML = `<img src="${at}">`),
    markupSet: (at) => apply(hooked.inner, element('div'), [`<p><img src='${at}'></p>`]),
    markupIn: (at) => apply(hooked.adjacent, box, ['beforeend', `<img src="${at}">`]),
    template: (at) => {
      const t = element('template');
      apply(hooked.inner, t, [`<img src="${at}"><link rel="stylesheet" href="${at}">`]);
      apply(hooked.insert, box, [apply(hooked.clone, apply(hooked.content, t, []), [true])]);
    },
    style: (at) => {
      const p = element('p', { className: 'c' + index });
      put(p);
      const s = element('style');
      apply(hooked.text, s, [`.c${index} { background: url("${at}") }`]);
      put(s);
    },
    gated: (at) => apply(hooked.adjacent, box, ['beforeend', `<img data-octroi="pixel" data-src="${at}">`]),
    gatedScript: (at) => {
      const s = element('script', { type: 'text/plain' });
      apply(hooked.setAttribute, s, ['data-octroi', 'pixel']);
      apply(hooked.setAttribute, s, ['data-src', at]);
      put(s);
    },
    gatedText: () => {
      const s = element('script', { type: 'text/plain' });
      apply(hooked.setAttribute, s, ['data-octroi', 'pixel']);
      apply(hooked.text, s, ['bends.ran = true']);
      put(s);
    },
    inlineText: () => {
      const s = element('script');
      apply(hooked.text, s, ['bends.ran = true; /* __pxInline */']);
      put(s);
    },
    fetch: (at) => calm(apply(hooked.fetch, window, [at, { mode: 'no-cors' }])),
    request: (at) => calm(apply(hooked.fetch, window, [new hooked.Request(at, { mode: 'no-cors' })])),
    xhr: (at) => {
      const x = new hooked.XHR();
      apply(hooked.open, x, ['GET', at]);
      apply(hooked.send, x, []);
    },
    beacon: (at) => apply(hooked.beacon, nav, [at]),
    socket: (at) => new hooked.Socket('ws' + at.slice(4)),
    cookie: () => (doc.cookie = 'px=1; max-age=99'),
    cookieSet: () => apply(hooked.cookie, doc, ['px1=1; path=/']),
    storage: () => apply(hooked.setItem, hooked.store, ['px', '1']),
    storageCalled: () => localStorage.setItem('px1', 1),
    property: () => (hooked.store.px2 = 1),
    session: () => apply(hooked.setItem, hooked.sessions, ['px', '1']),
  };
  const rare = {
    frame: (at) => {
      const f = element('iframe');
      apply(hooked.setAttribute, f, ['src', at]);
      put(f);
    },
    form: (at) => {
      const f = element('form', { action: at, target: 'sink', method: 'post' });
      put(f);
      apply(hooked.submit, f, []);
    },
    formRequest: (at) => {
      const f = element('form', { action: at, target: 'sink', method: 'post' });
      put(f);
      apply(hooked.request, f, []);
    },
    frameIn: (at) => apply(hooked.adjacent, box, ['beforeend', `<iframe src="${at}"></iframe><iframe data-octroi="pixel" data-src="${at}"></iframe>`]),
    realm: (at) => {
      const f = element('iframe');
      put(f);
      const view = apply(hooked.view, f, []);
      calm(view.fetch(at, { mode: 'no-cors' }));
      new view.Image().src = at;
      view.document.cookie = 'px3=1';
    },
    database: () => apply(hooked.databases, idb, ['px' + index]),
  };

  /** What is the page's own; each tells whether it was done. */
  const owns = {
    image: () => {
      const i = new hooked.Image();
      i.src = '/own.gif';
      return read(i, 'src') === '/own.gif';
    },
    attribute: () => {
      const i = element('img');
      apply(hooked.setAttribute, i, ['src', '/own.gif']);
      return read(i, 'src') === '/own.gif';
    },
    script: () => {
      const s = element('script');
      s.src = '/own.js';
      put(s);
      return read(s, 'src') === '/own.js' && read(s, 'type') !== 'text/plain' && apply(parent, s, []) === box;
    },
    inline: () => {
      const s = element('script');
      apply(hooked.text, s, ['bends.own = true']);
      window.bends.own = false;
      put(s);
      return window.bends.own;
    },
    markup: () => {
      const d = element('div');
      apply(hooked.inner, d, ['<p class="a">x<img src="/own.gif"></p>']);
      return apply(inner, d, []) === '<p class="a">x<img src="/own.gif"></p>';
    },
    append: () => {
      const p = element('p');
      put(p);
      return apply(parent, p, []) === box;
    },
    style: () => {
      const s = element('style');
      apply(hooked.text, s, ['i { color: red; background: url(/own.gif) }']);
      put(s);
      return apply(textOf, s, []) === 'i { color: red; background: url(/own.gif) }';
    },
    cookie: () => {
      apply(hooked.cookie, doc, ['basket=' + index]);
      return apply(includes, apply(cookies, doc, []), ['basket=' + index]);
    },
    storage: () => {
      apply(hooked.setItem, hooked.store, ['draft', '' + index]);
      return apply(getItem, local, ['draft']) === '' + index;
    },
    xhr: () => {
      const x = new hooked.XHR();
      apply(hooked.open, x, ['GET', '/empty']);
      return x.readyState === 1;
    },
    request: () => new hooked.Request('/empty').url.length > 6,
    fetch: () => {
      apply(then, apply(hooked.fetch, window, ['data:,']), [quiet, quiet]);
      return true;
    },
  };

  const trying = Object.keys(tries);
  const rarely = Object.keys(rare);
  const owning = Object.keys(owns);
  window.bends.owning = owning;
  let index = 0;
  const attempt = (list, name) => {
    try {
      list[name](`${window.THIRD}/ads/${name}?${index}`);
    } catch {}
  };
  const freshBox = () => {
    box = apply(hooked.create, doc, ['div']);
    apply(hooked.append, doc.body, [box]);
  };
  /** All tries, under a number; those too that make a frame, which takes long. */
  const probe = (n, also) => {
    index = n;
    window.bends.ran = false;
    for (let i = 0; i < trying.length; i++) attempt(tries, trying[i]);
    if (also) for (let i = 0; i < rarely.length; i++) attempt(rare, rarely[i]);
  };
  const gone = '=; max-age=0; path=/';
  /** What was kept or ran though nothing is granted; it is taken away. */
  const caught = () => {
    const bad = [];
    const jar = apply(cookies, doc, []);
    for (const name of ['px', 'px1', 'px3']) {
      if (!apply(includes, `; ${jar}`, [`; ${name}=`])) continue;
      bad.push('cookie ' + name);
      apply(crumble, doc, [name + gone]);
      apply(crumble, doc, [name + '=; max-age=0']);
    }
    for (const key of ['px', 'px1', 'px2']) {
      if (apply(getItem, local, [key]) !== null) bad.push('local ' + key);
      if (apply(getItem, session, [key]) !== null) bad.push('session ' + key);
      apply(removeItem, local, [key]);
      apply(removeItem, session, [key]);
    }
    if (window.bends.ran) bad.push('a script that is held');
    try {
      if (apply(hooked.allows, hooked.api, ['pixel'])) bad.push('allows');
    } catch {}
    return bad;
  };

  // Who hears nothing for long, while the page is at it, tells where it stands. It counts its
  // own rounds, which on a busy machine are longer, as is all that the page does.
  const watch = new Worker(
    URL.createObjectURL(
      new Blob([
        `let at = -1, rounds = 0; onmessage = ({ data }) => { at = data; rounds = 0; };
        setInterval(() => { if (at >= 0 && ++rounds > 30) { fetch('${location.origin}/hangs?' + at, { mode: 'no-cors' }); at = -1; } }, 500);`,
      ]),
    ),
  );
  const tellWatch = Worker.prototype.postMessage;

  const channel = new MessageChannel();
  const { postMessage } = MessagePort.prototype;
  let onward = quiet;
  channel.port1.onmessage = () => onward();
  const soon = (next) => {
    onward = next;
    apply(postMessage, channel.port2, [0]);
  };

  /**
   * Bends one after the other, for so many milliseconds or until the engine is dead. What is
   * bent is straight again only after what the page and the drop-in do a moment later. Up to
   * "whole" frames are made more often. What there is not bends nothing.
   */
  window.bends.run = (names, from, ms, bare, whole) =>
    new Promise((done) => {
      if (!members.size) window.bends.list();
      const end = now() + ms;
      const said = { done: 0, bad: [], owns: [], dead: '' };
      const boxes = [];
      const next = () => {
        const name = names[said.done];
        if (name === undefined || now() > end || said.dead) {
          apply(tellWatch, watch, [-1]);
          return done(said);
        }
        const found = find(name);
        said.done++;
        const n = from + said.done - 1;
        apply(tellWatch, watch, [n]);
        freshBox();
        boxes.push(box);
        const straighten = found ? bend(found) : quiet;
        if (!bare) probe(n, n % (n < whole ? 3 : 16) === 0);
        index = n;
        let own = 0;
        for (let i = 0; i < owning.length; i++) {
          try {
            if (owns[owning[i]]()) own |= 1 << i;
          } catch {}
        }
        soon(() => {
          straighten();
          said.owns.push(own);
          if (!bare) {
            for (const what of caught()) said.bad.push([n, what]);
            try {
              if (!apply(hooked.state, hooked.api, [])) said.dead = name;
            } catch {
              said.dead = name;
            }
          }
          if (boxes.length > 20) apply(takeAway, boxes.shift(), []);
          soon(next);
        });
      };
      next();
    });

  /** All tries of a page in which something was bent before the drop-in came. */
  window.bends.once = (n) => {
    freshBox();
    probe(n, true);
    soon(() => {
      for (const what of caught()) apply(beacon, nav, [`/bad?${n} ${what}`]);
    });
  };
}
