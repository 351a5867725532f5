/*
 * What must not get through: another party's addresses, and items that no service may keep.
 */
import { apply, calm, doc, idb, nav } from './builtins.js';
import { box, element, hooked, put } from './page.js';

export let index = 0;
/** Sets the number that the tries' addresses and names end in. */
export const setIndex = (n) => {
  index = n;
};

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

const trying = Object.keys(tries);
const rarely = Object.keys(rare);
const attempt = (list, name) => {
  try {
    list[name](`${window.THIRD}/ads/${name}?${index}`);
  } catch {}
};
/** All tries, under a number; those too that make a frame, which takes long. */
export const probe = (n, also) => {
  index = n;
  window.bends.ran = false;
  for (let i = 0; i < trying.length; i++) attempt(tries, trying[i]);
  if (also) for (let i = 0; i < rarely.length; i++) attempt(rare, rarely[i]);
};
