/*
 * Reads markup that can only be changed as text. The browser's own parser reads it in an inert
 * document. Each start tag carries a number there, so that Octroi knows the element that each
 * tag became, and its place in the text. Octroi repeats no rule of the parser's: where it did,
 * it was wrong in places, and each was a leak.
 *
 * In an inert document, where no script runs, the content of a noscript is markup; in the page
 * it is text. So an element whose content is text everywhere takes its place
 * (https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody).
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
import { markup as trusted } from '../safe/trust.js';
import { HTML, SVG } from './loads.js';
import { tag as readTag } from '../core/tokens.js';

const { MutationObserver } = window;
const takeRecords = free(MutationObserver.prototype.takeRecords);
const addedNodes = reads(MutationRecord.prototype, 'addedNodes');

/** Tags whose name a delimiter follows. No end of a comment or of a CDATA section looks like one. */
const tags = /<(\/?)([a-z](?:-?[a-z0-9])*)(?=[\t\n\f\r />])/gi;
/** The type of a style that is not judged yet: a browser makes no style sheet of an unknown type. */
export const unstyled = 'octroi-held';

const numberPrefix = 'octroi-';
const numberName = /^octroi-(\d+)$/;
const numberInText = / octroi-\d+(?=[\t\n\f\r />])/g;

/** Elements that can take the place of a noscript, because the content of each is text. */
const standIns = ['noembed', 'noframes', 'xmp', 'iframe', 'style'];
/** @param {string} start */
const tagsOf = (start) => list(standIns.map((name) => new RegExp(start + name + '[\\t\\n\\f\\r />]', 'gi')));
const startsOf = tagsOf('<');
const endsOf = tagsOf('</');
const noscriptEnd = /<\/noscript/gi;

/** Returns the index of the first match in a text, or the text's length. @param {RegExp} pattern @param {string} text @param {number} from */
const next = (pattern, text, from) => {
  pattern.lastIndex = from;
  return exec(pattern, text)?.index ?? text.length;
};

/**
 * Makes a function that returns the name in the place of a noscript's. It is one of which no
 * start tag stands before the noscript's end, which would end that, too, and no end tag within
 * the noscript.
 *
 * @param {string} text
 * @param {string} raw the element whose text goes on in this one, "" for none
 * @returns {(at: number) => string | undefined} takes the place of a start tag or an end tag; undefined if there is no such name
 */
const findStandIn = (text, raw) => {
  const starts = list();
  const ends = list();
  for (let i = 0; i < standIns.length; i++) {
    starts[i] = standIns[i] === raw ? -1 : next(startsOf[i], text, 0);
    ends[i] = -1;
  }
  let last = -1;
  /** @type {string | undefined} */
  let name;
  return (at) => {
    // All start tags that may share an end get one name.
    if (last >= at) return name;
    last = next(noscriptEnd, text, at);
    name = undefined;
    for (let i = 0; i < standIns.length; i++) {
      if (ends[i] < at) ends[i] = next(endsOf[i], text, at);
      if (starts[i] >= last && ends[i] >= last) name ??= standIns[i];
    }
    return name;
  };
};

/**
 * @typedef {object} Numbered
 * @property {string} text with a number in each start tag
 * @property {List<number>} starts the index at which each start tag begins in the text without numbers
 * @property {boolean} whole whether each noscript has got another name
 */

/**
 * Puts numbers into the start tags of a text.
 *
 * @param {string} text
 * @param {string | undefined} raw the element whose text goes on in this one, "" for none; undefined where the text is for no page: a noscript then stays
 * @param {Record<number, true>} [skip] start tags that get no number; if missing, none gets one
 * @returns {Numbered}
 */
const addNumbers = (text, raw, skip) => {
  const starts = list();
  let standIn;
  let whole = true;
  let out = '';
  let from = 0;
  let close = -1;
  tags.lastIndex = 0;
  for (let found; (found = exec(tags, text));) {
    const isReplaced = raw !== undefined && toLowerCase(found[2]) === 'noscript';
    const isStart = !found[1];
    if (!isStart && !isReplaced) continue;
    // If no ">" stands since the last start tag, this one is inside that.
    if (close < from) close = indexOf(text, '>', from);
    if (close < 0) close = text.length;
    const isApart = !starts.length || close < found.index;
    const name = isReplaced && (standIn ||= findStandIn(text, raw))(found.index);
    if (isReplaced && !name) whole = false;
    out += slice(text, from, found.index) + (name ? '<' + found[1] + name : found[0]);
    from = found.index + found[0].length;
    if (!isStart || !isApart) continue;
    if (skip && !skip[starts.length]) out += ' ' + numberPrefix + starts.length;
    starts[starts.length] = found.index;
  }
  return { text: out + slice(text, from), starts, whole };
};

/**
 * @typedef {object} Judging
 * @property {(text: string, tag: import('../core/tokens.js').Tag, inner: string) => string} change returns a start tag as it may stand in the page; inner is the text of a script
 * @property {(css: string) => string} blank returns a style sheet's text without blocked addresses
 */

/** Returns the text of a script or a style, without numbers. @param {Element} element */
const innerOf = (element) => {
  const text = textOf(element);
  let out = '';
  let from = 0;
  numberInText.lastIndex = 0;
  for (let found; (found = exec(numberInText, text)); from = found.index + found[0].length) out += slice(text, from, found.index);
  return out + slice(text, from);
};

/**
 * Returns a start tag as it may stand in the page.
 *
 * @param {string} text
 * @param {import('../core/tokens.js').Tag} tag
 * @param {Element} element what a parser made of the tag
 * @param {Judging} judging
 */
const changeTag = (text, tag, element, { change, blank }) => {
  const uri = namespaceURI(element);
  tag.space = uri === HTML ? 'html' : uri === SVG ? 'svg' : 'math';
  const inner = tag.name === 'script' || tag.name === 'style' ? innerOf(element) : '';
  if (tag.space !== 'html' || tag.name !== 'style') return change(text, tag, inner);
  if (hasAttribute(element, 'type') || blank(inner) === inner) return text;
  // A blanked text could need quotes. The type keeps the style from loading until gateParsed
  // blanks its text.
  return slice(text, 0, tag.named) + ' type=' + unstyled + slice(text, tag.named);
};

/** Whether a parser makes a shadow root of an element: only of a template of HTML. @param {Element} element */
const isRoot = (element) => localName(element) === 'template' && namespaceURI(element) === HTML && hasAttribute(element, 'shadowrootmode');

/** Returns the shadow root of an element, or the content that will be in it. @param {Element} element @returns {ShadowRoot | DocumentFragment | null} */
const shadowOf = (element) => shadowRoot(element) || (isRoot(element) ? contentOf(element) : null);

/** Returns all elements below a node, and those in their shadow roots. @param {any} root @returns {List<Element>} */
export const everyElement = (root) => {
  const all = findAll(root, '*');
  const { length } = all;
  for (let i = 0; i < length; i++) {
    const shadow = shadowOf(all[i]);
    if (shadow) visit(everyElement(shadow), (element) => void (all[all.length] = element));
  }
  return all;
};

/**
 * Finds the element of each numbered start tag, and removes the numbers. Tells whether numbers
 * stood in values of attributes, and adds those to `skip`.
 *
 * @param {List<Element>} elements
 * @param {Record<number, Element>} made gets the elements by number
 * @param {Record<number, true>} skip
 */
const findNumbered = (elements, made, skip) => {
  let misplaced = false;
  visit(elements, (element) => {
    // Of "<a<b " the parser makes one name, in which the number of "b" is another tag's.
    if (indexOf(localName(element), '<') >= 0) return;
    const names = attributeNames(element);
    let isFirst = true;
    for (let i = 0; i < names.length; i++) {
      const found = exec(numberName, names[i]);
      if (!found) continue;
      if (isFirst) made[+found[1]] ??= element;
      // The tag's own number comes first; another was in a value without quotes.
      else skip[+found[1]] = misplaced = true;
      isFirst = false;
      removeAttribute(element, names[i]);
    }
  });
  return misplaced;
};

/**
 * Makes the function that rewrites markup as text.
 *
 * @param {Judging} judging
 */
export const reader = (judging) => {
  /**
   * Returns a text with each start tag as it may stand in the page; none if nothing could stand
   * for a noscript of it.
   *
   * @param {string} text
   * @param {string | undefined} raw the element whose text goes on in this one, "" for none; undefined where the text is for no page
   * @param {(text: string) => List<Element>} parse reads a text, and returns all elements that it made
   * @param {number} [tries] how often the text may be read
   * @param {Record<number, true>} [skip] start tags that get no number
   * @returns {string}
   */
  const rewrite = (text, raw, parse, tries = 1, skip = bare({})) => {
    /** @type {Record<number, Element>} */
    const made = bare({});
    const { text: numbered, starts, whole } = addNumbers(text, raw, skip);
    if (!whole) return '';
    if (findNumbered(parse(numbered), made, skip) && tries > 1) return rewrite(text, raw, parse, tries - 1, skip);
    let out = '';
    let last = 0;
    for (let n = 0; n < starts.length; n++) {
      const at = starts[n];
      const tag = made[n] && at >= last && readTag(text, at);
      if (!tag) continue;
      const end = at + tag.end;
      out += slice(text, last, at) + changeTag(slice(text, at, end), tag, made[n], judging);
      last = end;
    }
    return out + slice(text, last);
  };
  return rewrite;
};

/**
 * Makes a function that reads a document in pieces.
 *
 * @param {string} before the document's text before the first piece
 * @returns {(text: string) => List<Element>} reads a piece, and returns the elements that it made
 */
export const readInPieces = (before) => {
  const inert = createHTMLDocument(implementation, '');
  /** @type {List<Element>} */
  let made = list();
  /** @type {List<Element>} */
  const hosts = list();
  /** @param {Element} element */
  const add = (element) => void (made[made.length] = element);
  /** @param {MutationRecord[]} records */
  const addRecords = (records) =>
    visit(records, (record) => {
      const nodes = addedNodes(record);
      for (let i = 0; i < nodesLength(nodes); i++) {
        const node = /** @type {any} */ (nodes[i]);
        if (nodeType(node) !== 1) continue;
        add(node);
        if (shadowOf(node)) hosts[hosts.length] = node;
      }
    });
  // WebKit calls the observer after each script, while its parser still reads.
  const observer = new MutationObserver(addRecords);
  openDocument(inert);
  writeDocument(inert, trusted(addNumbers(before, '').text));
  observe(observer, inert, { childList: true, subtree: true });
  return (text) => {
    made = list();
    writeDocument(inert, trusted(text));
    addRecords(takeRecords(observer));
    visit(hosts, (host) => visit(everyElement(shadowOf(host)), add));
    return made;
  };
};
