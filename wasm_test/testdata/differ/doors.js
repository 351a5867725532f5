/*
 * What brings markup into a document.
 */
let frame;
/** A frame of this origin to bring markup into; another once it has gone elsewhere. */
const inside = () => {
  try {
    if (frame?.contentDocument?.URL === 'about:blank') {
      const d = frame.contentDocument;
      if (d.body && d.documentElement?.localName === 'html') return d;
    }
  } catch {}
  frame?.remove();
  frame = document.createElement('iframe');
  document.body.append(frame);
  return frame.contentDocument;
};
/** Removes the frame, so that the next batch begins with one of its own. */
export const forgetFrame = () => {
  frame?.remove();
  frame = undefined;
};

const contexts = ['div', 'div', 'div', 'div', 'p', 'table', 'tr', 'select', 'style', 'script', 'textarea', 'body', 'template', 'a', 'svg', 'math'];
const spaces = { svg: 'http://www.w3.org/2000/svg', math: 'http://www.w3.org/1998/Math/MathML' };
const context = (r) => {
  const name = r.of(contexts);
  return spaces[name] ? document.createElementNS(spaces[name], name) : document.createElement(name);
};
/** A document that loads and runs nothing. */
const unseen = () => document.implementation.createHTMLDocument('');
/** A markup cut anywhere, into what is given to one write or the next. */
const parts = (html, r) => {
  const list = [];
  while (html) {
    const few = [];
    for (let i = 1 + r.below(3); i > 0 && html; i--) {
      const n = 1 + r.below(r.next() < 0.5 ? 3 : 20);
      few.push(html.slice(0, n));
      html = html.slice(n);
    }
    list.push(few);
  }
  return list;
};
const written = (d, list) => {
  d.open();
  for (const few of list) d.write(...few);
  d.close();
  return [d];
};

/** Frames whose scripts may still run. */
export const old = [];

/** What a parser waits for: the file of a script or sheet. Where that is held, it does not. */
const waits = /(<(script|link)|@import)[^]*localhost/i;

/** What brings markup into a document, and how many of a thousand markups come by it. */
export const doors = {
  innerHTML: [230, (html, r) => ((e) => ((e.innerHTML = html), [e]))(context(r))],
  template: [80, (html) => ((e) => ((e.innerHTML = html), [e]))(document.createElement('template'))],
  outerHTML: [80, (html, r) => ((e, c) => (e.append(c), (c.outerHTML = html), [e]))(document.createElement('div'), context(r))],
  insertAdjacentHTML: [
    110,
    (html, r) =>
      ((e, c) => (e.append(c), c.insertAdjacentHTML(r.of(['beforebegin', 'afterbegin', 'beforeend', 'afterend']), html), [e]))(
        document.createElement('div'),
        context(r),
      ),
  ],
  setHTMLUnsafe: [80, (html, r) => ((e) => (e.setHTMLUnsafe(html), [e]))(context(r))],
  shadow: [
    40,
    (html, r) => ((e) => (r.next() < 0.5 ? (e.innerHTML = html) : e.setHTMLUnsafe(html), [e]))(document.createElement('div').attachShadow({ mode: 'open' })),
  ],
  fragment: [
    100,
    (html, r) =>
      ((range) => (range.selectNodeContents(document.createElement(r.of(['div', 'div', 'table', 'p']))), [range.createContextualFragment(html)]))(
        document.createRange(),
      ),
  ],
  parser: [80, (html) => [new DOMParser().parseFromString(html, 'text/html')]],
  parseHTMLUnsafe: [40, (html) => [Document.parseHTMLUnsafe(html)]],
  connected: [
    10,
    (html, r) => {
      const d = inside();
      const e = d.createElement('div');
      d.body.append(e);
      if (r.next() < 0.5) e.innerHTML = html;
      else {
        const range = d.createRange();
        range.selectNodeContents(e);
        e.append(range.createContextualFragment(html));
      }
      return [e];
    },
  ],
  write: [40, (html) => written(unseen(), [[html]])],
  pieces: [105, (html, r) => written(unseen(), parts(html, r))],
  frameWrite: [4, (html) => (waits.test(html) ? [] : written(inside(), [[html]]))],
  framePieces: [4, (html, r) => (waits.test(html) ? [] : written(inside(), parts(html, r)))],
  srcdoc: [
    2,
    async (html) => {
      const f = document.createElement('iframe');
      f.srcdoc = html;
      const loaded = new Promise((done) => {
        f.onload = done;
        setTimeout(done, 5000);
      });
      document.body.append(f);
      await loaded;
      const d = f.contentDocument;
      old.push(f);
      if (f.hasAttribute('data-octroi')) throw new DOMException('', 'held');
      return d && d.URL === 'about:srcdoc' ? [d] : [];
    },
  ],
};
/** Each door as often as its number of a thousand says. */
export const drawn = Object.keys(doors).flatMap((name) => Array(doors[name][0]).fill(name));
