/*
 * Judges what scripts bring into the page, elements, sources and texts, and gates what is
 * not granted: a gated element keeps its source in a data- attribute, and page/gates.js
 * restores it once its service is granted.
 */
import { both, allowed, classifyElement, classifyInline, classifySource, classifyStyle } from './classify.js';
import { isForeign, viewOf } from './inert.js';
import { HTML, hasStyleSource, names, sourcesIn, sourcesOf, SVG } from './loads.js';
import { isMarked, keepSource, markAll, markSource, noteInserted, unmarkSource } from './marks.js';
import { shared } from './shared.js';
import { cased, painted } from './sources.js';
import {
  baseURI,
  failClosed,
  getAttribute,
  hasAttribute,
  hasAttributes,
  includes,
  isConnected,
  list,
  localName,
  namespaceURI,
  setAttribute,
  textOf,
} from '../safe/builtins.js';

/**
 * Writes the async of a script down as an attribute. A script that a script made is async
 * without the attribute (https://html.spec.whatwg.org/multipage/scripting.html#script-force-async);
 * its copy, which runs once granted, would not be.
 *
 * @param {any} element
 */
const keepAsync = (element) => {
  if (element.async || isForeign(element)) element.async = true;
};

/** Gates an element. @param {Element} element @param {string} ids its services */
export const gate = (element, ids) => {
  markAll(element, ids);
  keepAsync(element);
  shared.gates.hold(element);
};

/**
 * Wraps a function that judges an element: if it throws, the element is gated for no known
 * service, which keeps it shut.
 *
 * @param {(element: Element, base: string) => void} judge
 * @returns {(element: Element, base?: string) => void}
 */
export const orGate =
  (judge) =>
  (element, base = '') => {
    try {
      judge(element, base);
    } catch {
      gate(element, '');
    }
  };

/** Blanks blocked addresses in an element's styles. @param {Element} element */
export const blankStyles = (element) => {
  if (!hasStyleSource(element)) return;
  for (let i = 0; i < painted.length; i++) {
    const value = getAttribute(element, painted[i]);
    if (!value) continue;
    const blanked = shared.styles.attribute(value, element);
    if (blanked !== value) setAttribute(element, painted[i], blanked);
  }
};

/** Holds an element that is gated by its markup. @param {Element} element */
const holdGated = (element) => {
  // A script that may run and is not in the document might never run by itself; the gates
  // run it once it is there.
  const isReady = localName(element) === 'script' && !isConnected(element);
  if (isReady && namespaceURI(element) === HTML && !getAttribute(element, 'type')) keepAsync(element);
  if (isReady || !shared.gates.allowed(element)) shared.gates.hold(element);
};

/** Judges an element that a script is about to insert. @param {Element} element @param {string} base */
export const judgeInserted = (element, base) => {
  noteInserted(element);
  const tag = localName(element);
  if (tag === 'style') shared.styles.text(element);
  else if (hasAttributes(element)) blankStyles(element);
  else if (tag !== 'script') return;
  if (hasAttribute(element, 'data-octroi')) return holdGated(element);
  const verdict = classifyElement(element, base);
  if (!verdict[1]) gate(element, verdict[0]);
};

/** Judges an element that a script is about to insert; gates an element that cannot be judged. */
export const receive = orGate(judgeInserted);

/** Judges the text that a script element is about to get: it may run at once. @param {any} script @param {string} text */
export const gateText = (script, text) => {
  if (hasAttribute(script, 'data-octroi')) return;
  const verdict = classifyInline(script, text, baseURI(script));
  if (!verdict[1]) gate(script, verdict[0]);
};

/** Holds a new source of an element that the page's markup gates; tells whether it did. @param {Element} element @param {string} name @param {string} value */
const holdForPage = (element, name, value) => {
  if (!value || shared.gates.allowed(element)) return false;
  keepSource(element, name, value);
  return true;
};

/**
 * Judges a source that a script is about to give an element, and marks the element for it;
 * tells whether the source is held.
 */
export const holdSource = failClosed((/** @type {Element} */ element, /** @type {string} */ name, /** @type {string} */ value) => {
  // An element in a document that loads nothing is judged when a script inserts it in the page.
  if (!includes(sourcesOf(element), name) || !viewOf(element)) return false;
  const isOurs = isMarked(element);
  if (!isOurs && hasAttribute(element, 'data-octroi')) return holdForPage(element, name, value);
  const tag = localName(element);
  const verdict = classifySource(element, tag, name, value, baseURI(element));
  if (verdict[0] || !verdict[1]) {
    markSource(element, name, value, verdict[0]);
    if (verdict[1]) shared.opened(element, verdict[0]);
    else if (tag === 'script') keepAsync(element);
    else if (!isConnected(element)) shared.gates.detached(element);
  } else if (isOurs) {
    unmarkSource(element, name);
  }
  return !verdict[1];
}, true);

/** Whether an element may not enter the page as it is: a source or a style of it is blocked, or its markup has data-octroi. */
export const needsGate = failClosed((/** @type {Element} */ element, /** @type {string} */ base) => {
  if (hasAttribute(element, 'data-octroi')) return true;
  if (!classifyElement(element, base)[1]) return true;
  if (localName(element) === 'style') return !classifyStyle(textOf(element))[1];
  for (let i = 0; i < painted.length; i++) {
    const value = getAttribute(element, painted[i]);
    if (value && shared.styles.attribute(value, element) !== value) return true;
  }
  return false;
}, true);

/**
 * @typedef {object} HeldTag how a start tag in a text is to be gated
 * @property {string} ids its services
 * @property {List<string>} held the attributes by which it loads
 * @property {boolean} [nobody] whether it is held for no known service
 */

/**
 * Judges a start tag; returns nothing if it may stay as it is.
 *
 * @type {(tag: string, space: string, element: Element, inner: string) => HeldTag | undefined}
 */
export const judgeTag = failClosed((tag, space, element, inner) => {
  const uri = space === 'html' ? HTML : space === 'svg' ? SVG : null;
  const name = cased[tag] ?? tag;
  const sources = sourcesIn(uri, name);
  const base = baseURI(document);
  /** @type {List<string>} */
  const held = list();
  let verdict = allowed;
  for (let i = 0; i < sources.length; i++) {
    // An attribute of a tag that was read as text has no namespace, whatever its prefix.
    const value = getAttribute(element, sources[i]);
    if (value === null) continue;
    held[held.length] = sources[i];
    verdict = both(verdict, classifySource(element, name, sources[i], value, base));
  }
  if (hasAttribute(element, 'data-octroi')) return shared.gates.allowed(element) ? undefined : { ids: '', held };
  if (verdict[1] && tag === 'script' && !held.length) verdict = both(verdict, classifyInline(element, inner, base));
  return verdict[1] ? undefined : { ids: verdict[0], held, nobody: !verdict[0] };
}, /** @type {any} */ ({ ids: '', held: names }));
