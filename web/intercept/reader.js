/*
 * A reader of markup that can only be changed as text. The browser's own parser reads it
 * where nothing loads; each start tag carries a number there, so that what became of it is
 * known, and where it stands in the text. No rule of the parser's is told again here.
 *
 * Where no script runs, a noscript is markup, and not a text as it is where they do. An
 * element that is a text everywhere stands in its place (HTML, section 13.2.6.4.7).
 */
import {
  bare,
  contentOf,
  exec,
  findAll,
  free,
  hasAttribute,
  implementation,
  indexOf,
  list,
  localName,
  namespaceURI,
  nodeType,
  reads,
  removeAttribute,
  shadowRoot,
  slice,
  textOf,
  toLowerCase,
  visit,
  attributeNames,
  nodesLength,
  createHTMLDocument,
  openDocument,
  writeDocument,
  observe,
} from '../safe/builtins.js';
import { markup as signed } from '../safe/trust.js';
import { HTML, SVG } from './loads.js';
import { tag } from '../core/tokens.js';

const { MutationObserver } = window;
const takeRecords = free(MutationObserver.prototype.takeRecords);
const added = reads(MutationRecord.prototype, 'addedNodes');

/** Names with a delimiter behind them; what ends a comment or a section is in none. */
const tags = /<(\/?)([a-z](?:-?[a-z0-9])*)(?=[\t\n\f\r />])/gi;
/** The type of a style that is still to be judged. */
export const unstyled = 'octroi-held';

const number = 'octroi-';
const numbered = /^octroi-(\d+)$/;
const numbers = / octroi-\d+(?=[\t\n\f\r />])/g;

/** What may stand in for a noscript, and what tells that a text has it itself: one would end the other. @type {Record<string, RegExp>} */
const standIns = bare({ noembed: /noembed/i, noframes: /noframes/i, xmp: /xmp/i });

/**
 * What stands in for a text's noscripts, if anything can.
 *
 * @param {string} text
 * @param {string} [raw] the element whose text goes on in this one
 */
export const standIn = (text, raw = '') => {
  for (const name in standIns) if (name !== raw && exec(standIns[name], text) === null) return name;
};

/**
 * @typedef {object} Numbered
 * @property {string} text with numbers
 * @property {number[]} starts where each start tag begins in the text without
 */

/**
 * @param {string} text
 * @param {string | undefined} other what stands in for a noscript, where scripts run
 * @param {Record<number, true>} [skip] start tags that get no number; without it none does
 * @returns {Numbered}
 */
const count = (text, other, skip) => {
  const starts = list();
  let out = '';
  let from = 0;
  let close = -1;
  tags.lastIndex = 0;
  for (let found; (found = exec(tags, text));) {
    const swap = other && toLowerCase(found[2]) === 'noscript';
    const start = !found[1];
    if (!start && !swap) continue;
    // Whatever a start tag comes behind ends with ">": it stands in another tag else.
    if (close < from) close = indexOf(text, '>', from);
    if (close < 0) close = text.length;
    const apart = !starts.length || close < found.index;
    out += slice(text, from, found.index) + (swap ? '<' + found[1] + other : found[0]);
    from = found.index + found[0].length;
    if (!start || !apart) continue;
    if (skip && !skip[starts.length]) out += ' ' + number + starts.length;
    starts[starts.length] = found.index;
  }
  return { text: out + slice(text, from), starts };
};

/**
 * @typedef {object} Judging
 * @property {(text: string, one: import('../core/tokens.js').Tag, inner: string) => string} change what is to stand for a start tag: its own text, or another; inner is the text of a script
 * @property {(css: string) => string} blank what is to stand for the text of a style
 */

/** The text of a script or a style, without numbers. @param {Element} element */
const innerOf = (element) => {
  const text = textOf(element);
  let out = '';
  let from = 0;
  numbers.lastIndex = 0;
  for (let found; (found = exec(numbers, text)); from = found.index + found[0].length) out += slice(text, from, found.index);
  return out + slice(text, from);
};

/**
 * What is to stand for a start tag.
 *
 * @param {string} text
 * @param {import('../core/tokens.js').Tag} one
 * @param {Element} element what it has become
 * @param {Judging} judging
 */
const changed = (text, one, element, { change, blank }) => {
  const uri = namespaceURI(element);
  one.space = uri === HTML ? 'html' : uri === SVG ? 'svg' : 'math';
  const inner = one.name === 'script' || one.name === 'style' ? innerOf(element) : '';
  if (one.space !== 'html' || one.name !== 'style') return change(text, one, inner);
  if (hasAttribute(element, 'type') || blank(inner) === inner) return text;
  // Its own text would need quotes: it makes no sheet until it is a node.
  return slice(text, 0, one.named) + ' type=' + unstyled + slice(text, one.named);
};

/** Whether a parser makes a shadow root of an element: one of that name in SVG is another. @param {Element} element */
const isRoot = (element) => localName(element) === 'template' && namespaceURI(element) === HTML && hasAttribute(element, 'shadowrootmode');

/** What is inside of an element, or will be. @param {Element} element @returns {ShadowRoot | DocumentFragment | null} */
const inside = (element) => shadowRoot(element) || (isRoot(element) ? contentOf(element) : null);

/** All elements below a node, and in their shadow roots. @param {any} root @returns {Element[]} */
export const everyElement = (root) => {
  const found = findAll(root, '*');
  const { length } = found;
  for (let i = 0; i < length; i++) {
    const inner = inside(found[i]);
    if (inner) visit(everyElement(inner), (element) => void (found[found.length] = element));
  }
  return found;
};

/**
 * Reads markup.
 *
 * @param {Judging} judging
 */
export const reader = (judging) => {
  /**
   * The text that is to be written in the place of another.
   *
   * @param {string} text
   * @param {string | undefined} other what stands in for a noscript, where scripts run
   * @param {(text: string) => Element[]} parse reads it; all that it has made
   * @param {number} [tries] how often it may be read
   * @param {Record<number, true>} [skip] which start tags get no number
   * @returns {string}
   */
  const retell = (text, other, parse, tries = 1, skip = bare({})) => {
    /** What start tags have become. @type {Record<number, Element>} */
    const made = bare({});
    let more = false;
    const { text: counted, starts } = count(text, other, skip);
    visit(parse(counted), (element) => {
      // Of "<a<b " the parser makes one name, and the number stands inside of the tag.
      if (indexOf(localName(element), '<') >= 0) return;
      const names = attributeNames(element);
      let first = true;
      for (let i = 0; i < names.length; i++) {
        const found = exec(numbered, names[i]);
        if (!found) continue;
        if (first) made[+found[1]] ??= element;
        // One in an attribute without quotes: that of the tag comes first.
        else skip[+found[1]] = more = true;
        first = false;
        removeAttribute(element, names[i]);
      }
    });
    if (more && tries > 1) return retell(text, other, parse, tries - 1, skip);
    let out = '';
    let last = 0;
    for (let n = 0; n < starts.length; n++) {
      const at = starts[n];
      const one = made[n] && at >= last && tag(text, at);
      if (!one) continue;
      const end = at + one.end;
      out += slice(text, last, at) + changed(slice(text, at, end), one, made[n], judging);
      last = end;
    }
    return out + slice(text, last);
  };
  return retell;
};

/**
 * Reads a document in pieces.
 *
 * @param {string} before what stands before the first, where scripts run
 * @returns {(text: string) => Element[]} reads a piece, and returns what has come by it
 */
export const stream = (before) => {
  const inert = createHTMLDocument(implementation, '');
  /** @type {Element[]} */
  let come = list();
  /** @type {Element[]} */
  const hosts = list();
  /** @param {Element} element */
  const add = (element) => void (come[come.length] = element);
  /** @param {MutationRecord[]} records */
  const take = (records) =>
    visit(records, (record) => {
      const nodes = added(record);
      for (let i = 0; i < nodesLength(nodes); i++) {
        const node = /** @type {any} */ (nodes[i]);
        if (nodeType(node) !== 1) continue;
        add(node);
        if (inside(node)) hosts[hosts.length] = node;
      }
    });
  // WebKit calls it behind each script, while it still reads.
  const observer = new MutationObserver(take);
  openDocument(inert);
  writeDocument(inert, signed(count(before, standIn(before)).text));
  observe(observer, inert, { childList: true, subtree: true });
  return (text) => {
    come = list();
    writeDocument(inert, signed(text));
    take(takeRecords(observer));
    visit(hosts, (host) => visit(everyElement(inside(host)), add));
    return come;
  };
};
