/* Where a page's HTML gets the tag of octroi.js: right behind <meta charset>, first of all that loads something. */

/** A comment, a doctype, or a start tag with its name and its attributes. */
const token = /<!--[^]*?(?:-->|$)|<(!doctype)[^>]*>|<([a-z][^\s/>]*)((?:[^>=]|=\s*"[^"]*"|=\s*'[^']*'|=(?!\s*["']))*)>/gi;

/** What has text for its content, in which nothing is an element. */
const textual = new Set(['iframe', 'noembed', 'noframes', 'noscript', 'script', 'style', 'textarea', 'title', 'xmp']);

/** @param {string} html */
function* startTags(html) {
  token.lastIndex = 0;
  for (let found, at = 0; ;) {
    token.lastIndex = at;
    if (!(found = token.exec(html))) return;
    at = token.lastIndex;
    const name = (found[1] ?? found[2])?.toLowerCase();
    if (!name) continue;
    yield { name, attributes: found[3] ?? '', end: at };
    if (!textual.has(name)) continue;
    const close = html.slice(at).search(new RegExp(`</${name}[\\s/>]`, 'i'));
    at = close < 0 ? html.length : at + close;
  }
}

/** An attribute's value; undefined where it is not there. @param {string} attributes @param {string} name */
const valueOf = (attributes, name) => {
  for (const [, key, value] of attributes.matchAll(/([^\s"'=/]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g))
    if (key.toLowerCase() === name) return (value ?? '').replace(/^["']|["']$/g, '');
};

/** What may stand ahead of the tag, since it loads nothing. */
const still = new Set(['!doctype', 'html', 'head', 'meta', 'title']);

/** The offset that the tag belongs at. @param {string} html */
const spot = (html) => {
  let first = 0;
  for (const { name, attributes, end } of startTags(html)) {
    if (!still.has(name)) break;
    if (name === 'meta' && (valueOf(attributes, 'charset') !== undefined || valueOf(attributes, 'http-equiv')?.toLowerCase() === 'content-type')) return end;
    if (name !== 'meta' && name !== 'title') first = end;
  }
  return first;
};

/** Whether it is a page, and no part of one, as servers send them for what a page exchanges. @param {string} html */
export const whole = (html) => {
  for (const { name } of startTags(html)) return still.has(name);
  return false;
};

/** Whether a page has a tag of octroi.js already. @param {string} html */
export const placed = (html) => {
  for (const { name, attributes } of startTags(html))
    if (name === 'script' && /(?:^|\/)octroi(?:\.split|\.[\da-f]{16})?\.js(?:[?#]|$)/.test(valueOf(attributes, 'src') ?? '')) return true;
  return false;
};

/** The page with the tag, on a line of its own where the page has lines. @param {string} html @param {string} tag */
export const place = (html, tag) => {
  const at = spot(html);
  const before = html.slice(0, at);
  const after = html.slice(at);
  const indent = /^[^\S\n]*\r?\n\s*?([^\S\n]*)\S/.exec(after)?.[1];
  return indent === undefined ? before + tag + after : `${before}\n${indent}${tag}${after}`;
};

/** By then a page's head is over. */
const headed = /<\/head|<body[\s>]/i;

/** Characters of a page, after which no head is waited for. */
const enough = 1 << 16;

/** Puts the tag into a page that comes in parts, which go on as they come. @param {string} tag @returns {TransformStream<Uint8Array, Uint8Array>} */
export const placing = (tag) => {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  /** What is not sent yet; undefined once the tag is in its place. @type {string | undefined} */
  let held = '';
  /** @param {string} text @param {boolean} last @param {TransformStreamDefaultController} out */
  const send = (text, last, out) => {
    if (held !== undefined) {
      held += text;
      if (!last && held.length < enough && !headed.test(held)) return;
      text = whole(held) ? place(held, tag) : held;
      held = undefined;
    }
    out.enqueue(encoder.encode(text));
  };
  return new TransformStream({
    transform: (chunk, out) => send(decoder.decode(chunk, { stream: true }), false, out),
    flush: (out) => send(decoder.decode(), true, out),
  });
};
