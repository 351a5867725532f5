/*
 * Markup that a script passes as text. An inert document reads it first, and each element is
 * judged. If all of it may stay, the browser gets the page's own text; else Octroi inserts the
 * judged elements as nodes, so that no text has to be written anew. Where only text will do,
 * as in a <noscript>, Octroi changes start tags, by letters and hyphens alone: no quote and
 * no bracket could change how the rest is parsed.
 */
import { judgeTag, needsGate, receive } from './gating.js';
import { inertDocument, isHTML, placeLike } from './inert.js';
import { findLoading, HTML, mayLoad, twin } from './loads.js';
import { inertMark, unknown } from './marks.js';
import { everyElement, reader } from './reader.js';
import { shared } from './shared.js';
import {
  appendChild,
  attempt,
  baseURI,
  contentOf,
  createComment,
  createDocumentFragment,
  createElementNS,
  exec,
  findAll,
  firstChild,
  free,
  getAttribute,
  hasAttribute,
  join,
  localName,
  nodeType,
  ownerDocument,
  parentNode,
  removeChild,
  room,
  setAttribute,
  setInnerHTML,
  shadowRoot,
  slice,
  split,
  toLowerCase,
} from '../safe/builtins.js';
import { markup as trusted, typed } from '../safe/trust.js';

const attachShadow = free(Element.prototype.attachShadow);
const insertAdjacentHTML = free(Element.prototype.insertAdjacentHTML);

/** Elements whose content is text, and no markup (https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments). */
const textElements = /^(?:script|style|xmp|iframe|noembed|noframes|noscript|textarea|title|plaintext)$/;

/** Whether markup may contain frames. @param {string} text */
export const mayFrame = (text) => exec(/<(?:i?frame|object|embed)/i, text) !== null;
/** Whether markup may contain a noscript, which a parser reads as text only where scripts run. @param {string} text */
const hasNoscript = (text) => exec(/<noscript/i, text) !== null;
/** Whether markup may contain closed shadow roots, which no script can read. @param {string} text */
export const hasClosedRoots = (text) => exec(/shadowrootmode/i, text) !== null && exec(/closed/i, text) !== null;

/**
 * @callback Fill reads markup into an inert element; may return the node that holds the result, if that is another
 * @param {Element} place
 * @param {any} markup
 * @returns {any}
 */

/**
 * Reads markup by insertAdjacentHTML. Firefox puts misplaced content of a table elsewhere there
 * than with innerHTML, so what a page sets by a method like it is read like this.
 *
 * @type {Fill}
 */
export const fillBeside = (place, markup) => {
  const sibling = createComment(ownerDocument(place), '');
  appendChild(place, sibling);
  insertAdjacentHTML(place, 'afterbegin', markup);
  removeChild(place, sibling);
};

/** Visits a node and all elements below it that may load. @param {any} root @param {(element: Element) => void} visit */
export const visitLoading = (root, visit) => {
  if (nodeType(root) === 1) visit(root);
  if (!firstChild(root)) return;
  const all = findLoading(root);
  for (let i = 0; i < all.length; i++) visit(all[i]);
};

/** Visits what visitLoading does, and such elements in shadow roots: parsers make these too. @param {any} root @param {(element: Element) => void} visit */
export const visitDeep = (root, visit) => {
  visitLoading(root, visit);
  const all = findAll(root, '*');
  if (nodeType(root) === 1) all[all.length] = root;
  for (let i = 0; i < all.length; i++) {
    const shadow = shadowRoot(all[i]);
    if (shadow) visitDeep(shadow, visit);
  }
};

/** Whether any element below a node must be gated. @param {any} root @param {string} base */
export const anyNeedsGate = (root, base) => {
  let found = false;
  visitDeep(root, (element) => (found ||= needsGate(element, base)));
  return found;
};

/** Finds the templates that a parser makes shadow roots of (https://html.spec.whatwg.org/multipage/scripting.html#attr-template-shadowrootmode). @param {any} root */
const shadowTemplates = (root) => findAll(root, 'template[shadowrootmode]');

/** Whether any element below a node must be gated, or any that a parser will put in a shadow root. @param {any} root @param {string} base @returns {boolean} */
const anyInShadowsNeedsGate = (root, base) => {
  const templates = shadowTemplates(root);
  let found = anyNeedsGate(root, base);
  for (let i = 0; i < templates.length && !found; i++) found = anyInShadowsNeedsGate(contentOf(templates[i]), base);
  return found;
};

/** Makes the shadow root that a parser would make of a template. @param {Element} template @returns {ShadowRoot | undefined} */
const attachFor = (template) => {
  const has = (/** @type {string} */ name) => hasAttribute(template, 'shadowroot' + name);
  return attempt(() =>
    attachShadow(parentNode(template), {
      mode: toLowerCase(getAttribute(template, 'shadowrootmode')),
      delegatesFocus: has('delegatesfocus'),
      clonable: has('clonable'),
      serializable: has('serializable'),
    }),
  );
};

/** Makes all shadow roots that a parser would make, with judged content: a closed one that the parser made could not be watched. @param {any} root @param {string} base */
const attachShadows = (root, base) => {
  const templates = shadowTemplates(root);
  for (let i = 0; i < templates.length; i++) {
    const template = templates[i];
    const shadow = attachFor(template);
    if (!shadow) continue;
    const content = contentOf(template);
    visitLoading(content, (element) => receive(element, base));
    attachShadows(content, base);
    appendChild(shadow, content);
    removeChild(parentNode(template), template);
    shared.shadow(shadow);
  }
};

/**
 * Moves the content of an inert element into a fragment, judged.
 *
 * @param {Element} place
 * @param {boolean} neverRun whether the browser would run no script of it
 * @param {string} base
 * @param {boolean} [shadows] whether to make shadow roots
 */
const judgedFragment = (place, neverRun, base, shadows) => {
  const fragment = createDocumentFragment(ownerDocument(place));
  for (let node; (node = firstChild(place));) appendChild(fragment, node);
  visitDeep(fragment, (element) => receive(element, base));
  if (shadows) attachShadows(fragment, base);
  if (neverRun) {
    const scripts = findAll(fragment, 'script[data-octroi]');
    for (let i = 0; i < scripts.length; i++) setAttribute(scripts[i], inertMark, '');
  }
  return fragment;
};

/** Makes an element with the attributes of a start tag. @param {string} text @param {number} nameEnd where the tag's name ends */
const elementOf = (text, nameEnd) => {
  const box = createElementNS(inertDocument, HTML, 'div');
  setInnerHTML(box, trusted('<x' + slice(text, nameEnd, text.length)));
  return firstChild(box);
};

/** Returns the attributes that gate a start tag. @param {string} name @param {import('./gating.js').HeldTag} gated */
const gatingAttributes = (name, { ids, nobody }) =>
  (name === 'script' ? ' type=text/plain' : '') + (ids ? ' data-octroi=' + join(split(ids, ' '), '&#32;') : nobody ? ' data-octroi ' + unknown : '');

/** Whether a gated tag keeps an attribute under another name. @param {string} tag @param {string} name @param {List<string>} held */
const isMoved = (tag, name, held) => {
  let moved = tag === 'script' && name === 'type';
  for (let i = 0; i < held.length; i++) moved ||= held[i] === name;
  return moved;
};

/** Returns a start tag as it may stand in the page: the same text, or a gated tag. @param {string} text @param {import('../core/tokens.js').Tag} tag @param {string} inner the text of a script */
const change = (text, { name, space, named, attributes }, inner = '') => {
  if (name !== 'script' && (!attributes.length || !mayLoad(text))) return text;
  const element = elementOf(text, named);
  const gated = element && judgeTag(name, space, element, inner);
  if (!gated) return text;
  let out = slice(text, 0, named) + gatingAttributes(name, gated);
  if (text[named] === '/') out += ' ';
  let at = named;
  for (let i = 0; i < attributes.length; i++) {
    const attribute = attributes[i];
    if (!isMoved(name, attribute.name, gated.held)) continue;
    out += slice(text, at, attribute.from) + twin(attribute.name);
    at = attribute.to;
  }
  return out + slice(text, at, text.length);
};

/** Rewrites markup as text: gates its start tags, and blanks its styles. */
export const rewrite = reader({ change, blank: (css) => shared.styles.blank(css) });

/** Rewrites markup that an element's content will be read from. @param {string} html @param {Element} context @param {Fill} [fill] */
export const rewriteIn = (html, context, fill = setInnerHTML) => {
  /** @param {string} text */
  const parse = (text) => {
    const place = placeLike(context);
    return everyElement((hasClosedRoots(text) ? setInnerHTML : fill)(place, trusted(text)) || place);
  };
  return rewrite(html, '', parse, 3);
};

/**
 * Inserts markup: by the browser's own function if all of it may stay, else as judged nodes.
 *
 * @param {any} given a text, or markup that a Trusted Types policy of the page has made
 * @param {Element | null} context the element in which the browser reads it
 * @param {(given: any) => any} original calls the browser's function
 * @param {(fragment: DocumentFragment) => any} insert
 * @param {boolean} neverRun whether the browser would run no script of it
 * @param {Fill} [fill] reads it as the browser's function does
 */
export const putMarkup = (given, context, original, insert, neverRun, fill = setInnerHTML) => {
  const text = `${given}`;
  if (mayFrame(text)) room();
  if (context && localName(context) === 'style') return shared.styles.change(context, () => original(given));
  if (!context || !mayLoad(text) || exec(textElements, localName(context)) !== null) return original(given);
  if (hasNoscript(text) && isHTML(ownerDocument(context))) {
    const rewritten = rewriteIn(text, context, fill);
    return original(rewritten === text ? given : typed(given) ? trusted(rewritten) : rewritten);
  }
  const place = placeLike(context);
  const base = baseURI(context);
  if (fill !== setInnerHTML && fill !== fillBeside && hasClosedRoots(text)) {
    setInnerHTML(place, trusted(text));
    if (anyInShadowsNeedsGate(place, base)) return insert(judgedFragment(place, neverRun, base, true));
  }
  // Where the page's policy trusts no text, this throws as the browser's function would.
  const read = fill(place, given) || place;
  if (!anyNeedsGate(read, base)) return original(given);
  return insert(judgedFragment(read, neverRun, base));
};
