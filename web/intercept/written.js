/*
 * What a script writes that could run only when the page had been parsed. It comes to stand
 * where it would have: behind the script. A parser reads it where nothing loads, piece by
 * piece, and what that makes is made again, judged, in the page; scripts run in order.
 */
import {
  WeakMap,
  WeakSet,
  appendChild,
  attempt,
  baseURI,
  createElementNS,
  exec,
  findAll,
  firstChild,
  free,
  getAttribute,
  hasAttribute,
  insertBefore,
  knows,
  learn,
  list,
  localName,
  namespaceURI,
  nextSibling,
  nodeType,
  parentNode,
  previousSibling,
  reads,
  setAttribute,
  slice,
  startsWith,
  textOf,
  visit,
  weakGet,
  weakSet,
  implementation,
  attributeNames,
  importNode,
  createHTMLDocument,
  outerHTML,
  headOf,
  bodyOf,
  currentScript,
  openDocument,
  writeDocument,
} from '../safe/builtins.js';
import { markup, nonce, scriptURL, signed } from '../safe/trust.js';
import { HTML, SVG, sourceOf, speaks } from './loads.js';
import { begin, feed } from '../core/tokens.js';

const { prototype } = Document;
const modeOf = reads(prototype, 'compatMode');
const appendData = free(CharacterData.prototype.appendData);
const innerHTML = reads(Element.prototype, 'innerHTML');
const createRange = free(prototype.createRange);
const contextual = free(Range.prototype.createContextualFragment);

/** What reads its markup in a way of its own. */
const apart = /^(?:tr|tbody|thead|tfoot|colgroup|table|select|optgroup)$/;
/** What is made when it is whole. */
const leaves = /^(?:script|style|template|noscript)$/;

/**
 * @typedef {object} Writing
 * @property {import('../core/tokens.js').Place} place
 * @property {Document} inert where it is read
 * @property {{ from: () => any, to: any, end: any }[]} roots what comes to stand where, and before what
 * @property {WeakMap<Node, any>} made what stands in the page for what was read
 * @property {WeakMap<Node, number>} lengths of texts
 * @property {WeakMap<Node, { node: any, previous: any }>} reached how far the children of each have come
 * @property {boolean} waits for a script
 * @property {() => void} [then] once no more comes
 * @property {Wait} wait
 *
 * @callback Wait
 * @param {any} script
 * @param {string} address
 * @param {() => void} then
 */

/**
 * Markup behind which a parser is where it is in an element of a document.
 *
 * @param {Document} document
 * @param {any} parent
 */
export const upTo = (document, parent) => {
  let text = modeOf(document) === 'CSS1Compat' ? '<!doctype html>' : '';
  if (parent !== headOf(document)) text += '<body>';
  if (parent && namespaceURI(parent) === SVG) text += '<svg>';
  let around = '';
  for (let up = parent; up && exec(apart, attempt(() => localName(up)) || '') !== null; up = parentNode(up)) around = `<${localName(up)}>` + around;
  return text + around;
};

/** @param {(element: Element, base: string) => void} sift judges an element that is on its way in */
export const writer = (sift) => {
  /** Scripts whose writing is taken, and how to wait for another. @type {WeakMap<object, Wait>} */
  const late = new WeakMap();
  /** @type {WeakMap<object, Writing>} */
  const writings = new WeakMap();
  /** Scripts that were let run. @type {WeakSet<object>} */
  const gated = new WeakSet();
  /** The script that runs now, where the browser does not say so: in a shadow root. */
  let running = /** @type {any} */ (undefined);

  /** @param {any} script @param {Wait} wait @returns {Writing} */
  const start = (script, wait) => {
    const { document } = window;
    const inert = createHTMLDocument(implementation, '');
    const parent = parentNode(script) || bodyOf(document);
    const end = parentNode(script) && nextSibling(script);
    const inHead = parent === headOf(document);
    openDocument(inert);
    writeDocument(inert, markup(upTo(document, parent)));
    let inside = bodyOf(inert);
    for (let node = inside; node; node = firstChild(node)) inside = node;
    const roots = list([{ from: () => (inHead ? headOf(inert) : inside), to: parent, end }]);
    if (inHead && bodyOf(document)) roots[1] = { from: () => bodyOf(inert), to: bodyOf(document), end: firstChild(bodyOf(document)) };
    return { place: begin(), inert, roots, made: new WeakMap(), lengths: new WeakMap(), reached: new WeakMap(), waits: false, wait };
  };

  /**
   * A script that will run. It is read from markup, since a page may trust no text and no
   * address but a parser's; where the page has a nonce, what lacks it is judged as any gated script is.
   *
   * @param {any} node
   */
  const scriptLike = (node) => {
    const { document } = window;
    if (namespaceURI(node) === SVG) {
      const script = createElementNS(document, SVG, 'script');
      visit(attributeNames(node), (/** @type {string} */ name) => void attempt(() => setAttribute(script, name, getAttribute(node, name))));
      attempt(() => appendChild(script, importNode(document, firstChild(node), false)));
      return script;
    }
    const address = getAttribute(node, 'src');
    const own = !nonce || getAttribute(node, 'nonce') === nonce;
    // One from where nothing runs never does.
    if (!own && !(address ? attempt(() => scriptURL(address)) : signed(node))) return importNode(document, node, true);
    const script = /** @type {any} */ (firstChild(contextual(createRange(document), markup(outerHTML(node)))));
    script.async = hasAttribute(node, 'async');
    return script;
  };

  /** @param {Writing} writing @param {any} node @param {string} base */
  const make = ({ inert }, node, base) => {
    const type = nodeType(node);
    if (type !== 1) return importNode(window.document, node, true);
    const tag = localName(node);
    if (tag === 'script') {
      const script = scriptLike(node);
      sift(script, base);
      return script;
    }
    const copy = importNode(inert, node, tag === 'style' || tag === 'template');
    // Where scripts run, it is a text; in Firefox, to this parser too.
    if (tag === 'noscript') copy.textContent = findAll(node, '*').length ? innerHTML(node) : textOf(node);
    sift(copy, base);
    return copy;
  };

  /** Whether what comes behind a script is to wait for it, once it is in. @param {Writing} writing @param {any} script */
  const holdsUp = (writing, script) => {
    const resume = () => {
      writing.waits = false;
      step(writing);
    };
    const address = sourceOf(script, namespaceURI(script) === SVG ? 'href' : 'src');
    const type = getAttribute(script, 'type') || '';
    if (!address) return (writing.waits = !over(script, resume));
    if (script.async || hasAttribute(script, 'defer') || type === 'module' || !speaks(script, type)) return false;
    writing.waits = true;
    writing.wait(script, address, () => over(script, resume) && resume());
    return true;
  };

  /**
   * Makes what has been read since; tells whether that is all.
   *
   * @param {Writing} writing
   * @param {any} from
   * @param {any} to
   * @param {any} end
   * @param {boolean} last whether the parser may still be in it
   * @returns {boolean}
   */
  const mirror = (writing, from, to, end, last) => {
    // A parser goes on where it was, but for what it puts before a table.
    const before = writing.then ? undefined : weakGet(writing.reached, from);
    let node = before && previousSibling(before.node) === before.previous && parentNode(before.node) === from ? before.node : firstChild(from);
    for (; node; node = nextSibling(node)) {
      weakSet(writing.reached, from, { node, previous: previousSibling(node) });
      const type = nodeType(node);
      const open = last && !nextSibling(node);
      const leaf = type === 1 && exec(leaves, localName(node)) !== null;
      let own = weakGet(writing.made, node);
      if (!own) {
        if (leaf && open && !writing.then && !(namespaceURI(node) === HTML && exec(/^s/, localName(node)))) return true;
        own = make(writing, node, baseURI(to));
        weakSet(writing.made, node, own);
        const isScript = leaf && localName(node) === 'script';
        if (isScript) {
          weakSet(late, own, writing.wait);
          learn(gated, own);
        }
        const ahead = nextSibling(node);
        const next = (ahead && weakGet(writing.made, ahead)) || end;
        insertBefore(to, own, next && parentNode(next) === to ? next : null);
        if (isScript && holdsUp(writing, own)) return false;
      }
      if (type === 3) {
        const text = textOf(node);
        const length = weakGet(writing.lengths, node) ?? text.length;
        if (text.length > length) appendData(own, slice(text, length));
        weakSet(writing.lengths, node, text.length);
      }
      if (type === 1 && !leaf && !mirror(writing, node, own, null, open)) return false;
    }
    return true;
  };

  /** @param {Writing} writing */
  const step = (writing) => {
    if (writing.waits) return;
    const { roots, then } = writing;
    for (let i = 0; i < roots.length; i++) {
      const from = roots[i].from();
      if (from && !mirror(writing, from, roots[i].to, roots[i].end, true)) return;
    }
    if (then) then();
  };

  /** @param {Writing} writing @param {string} text */
  const read = (writing, text) => {
    if (text) writeDocument(writing.inert, markup(text));
    step(writing);
  };

  /**
   * No more comes from a script. Tells whether all that it has written stands there; else
   * something is called then.
   *
   * @param {any} script
   * @param {() => void} then
   */
  const over = (script, then) => {
    const writing = weakGet(writings, script);
    if (!writing) return true;
    let done = false;
    let here = true;
    writing.then = () => {
      writing.then = () => {};
      done = true;
      if (!here) then();
    };
    const { rest } = writing.place;
    // A tag that has no end is none.
    read(writing, startsWith(rest, '<') ? '' : rest);
    here = false;
    return done;
  };

  return {
    over,
    /** A script is let run. @param {any} script @param {Wait} [wait] where what it writes is taken */
    late(script, wait) {
      learn(gated, script);
      if (wait) weakSet(late, script, wait);
    },
    /** The gated script that runs now. @returns {any} */
    current() {
      const script = currentScript(window.document) || running;
      return script && knows(gated, script) ? script : undefined;
    },
    /** Runs a script. @param {any} script @param {() => void} act */
    within(script, act) {
      const before = running;
      running = script;
      try {
        act();
      } finally {
        running = before;
      }
    },
    /** The script that runs now, if what it writes is taken. @param {any} document @returns {any} */
    standing(document) {
      if (document !== window.document) return undefined;
      const script = currentScript(document) || running;
      return script && weakGet(late, script) ? script : undefined;
    },
    /** @param {any} script @param {string} text */
    write(script, text) {
      let writing = weakGet(writings, script);
      if (!writing) weakSet(writings, script, (writing = start(script, weakGet(late, script))));
      read(writing, feed(writing.place, text));
    },
  };
};
