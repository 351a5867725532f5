/*
 * Gives gated elements their sources once they may load, and takes the sources away again.
 */
import { isOpen, isVouched, tags } from './gate-state.js';
import { framing } from '../intercept/sources.js';
import { addresses, sourceOf, sourcesOf, twin, XLINK } from '../intercept/loads.js';
import { markup } from '../safe/trust.js';
import {
  attempt,
  baseURI,
  exec,
  getAttribute,
  hasAttribute,
  isConnected,
  localName,
  parentNode,
  protocolOf,
  removeAttribute,
  removeAttributeNS,
  replaceChild,
  setAttribute,
  setAttributeNS,
  URL,
  createComment,
} from '../safe/builtins.js';

/** Elements that use an address only to show, play or lay out what it brings. */
const harmless = /^(?:img|image|feImage|iframe|frame|video|audio|source|track|input|link|object|embed|use)$/;

/** Takes an element out of the document and puts it back: the browser then processes it anew. @param {Element} element */
export const reinsert = (element) => {
  const parent = isConnected(element) && parentNode(element);
  if (!parent) return;
  const place = createComment(window.document, '');
  replaceChild(parent, place, element);
  replaceChild(parent, element, place);
};

/** Removes a source from an element. @param {Element} element @param {string} source the name of an attribute */
export const take = (element, source) => {
  if (source === 'xlink:href') removeAttributeNS(element, XLINK, 'href');
  else removeAttribute(element, source);
};

/** Stops what an element loads or plays, after its sources were removed. @param {Element} element */
export const stop = (element) => {
  const tag = localName(element);
  if (exec(framing, tag) !== null) reinsert(element);
  // A medium without an address plays on until it looks for another source.
  const media = tag === 'source' ? parentNode(element) : tag === 'video' || tag === 'audio' ? element : undefined;
  if (media) attempt(() => /** @type {any} */ (media).load());
};

/** Sets a source of an element. @param {Element} element @param {string} source @param {string} value */
const give = (element, source, value) => {
  if (source === 'xlink:href') setAttributeNS(element, XLINK, source, value);
  else setAttribute(element, source, source === 'srcdoc' ? markup(value) : value);
};

/**
 * Whether a waiting value may become an element's source. A value that a script or the page itself
 * has set may. Any other value stands in markup that a sanitizer may have let pass, since a twin
 * loads nothing: it may only be an address, on a harmless element, with a scheme that runs no code.
 *
 * @param {Element} element
 * @param {string} source
 * @param {string} value
 */
const fits = (element, source, value) => {
  if (tags.told(element)?.[source] === value) return true;
  const tag = localName(element);
  if (exec(harmless, tag) === null && !isVouched(element)) return false;
  if (source === 'srcdoc') return isVouched(element);
  const all = addresses(tag, source, value, (name) => getAttribute(element, name));
  for (let i = 0; i < all.length; i++) {
    const scheme = attempt(() => protocolOf(new URL(all[i], baseURI(element)))) || '';
    const shown = exec(framing, tag) === null && tag !== 'link' && tag !== 'use';
    if (exec(shown ? /^(?:https?|blob|data):$/ : /^https?:$/, scheme) === null) return false;
  }
  return true;
};

/**
 * The value that waits for a source. What a script or the parser has set comes before the twin,
 * for pages use such attributes themselves, as for lazy loading. A link's `data-src` waits for its
 * `href`.
 *
 * @param {Element} element
 * @param {string} source
 */
const waiting = (element, source) =>
  tags.told(element)?.[source] ??
  getAttribute(element, twin(source)) ??
  (source === 'href' && localName(element) === 'link' ? getAttribute(element, 'data-src') : null);

/** Gives an open element the sources that wait for it. @param {Element} element */
export const load = (element) => {
  const tag = localName(element);
  const sources = sourcesOf(element);
  // An element may be shut while it gets its sources.
  for (let i = 0; isOpen(element) && i < sources.length; i++) {
    const source = sources[i];
    const value = waiting(element, source);
    const present = sourceOf(element, source);
    if (value === null && present !== null) setAttribute(element, twin(source), present);
    if (value !== null && value !== present && fits(element, source, value)) give(element, source, value);
  }
  // These elements do not notice a new source: a medium's source, a link with only an imagesrcset, in Firefox a track, and an animation that has begun.
  if (tag === 'source') /** @type {any} */ (parentNode(element))?.load?.();
  if (exec(/^(?:track|set|animate)$/, tag) !== null || (tag === 'link' && !hasAttribute(element, 'href'))) reinsert(element);
};

/** Takes from an element the sources that have a waiting value. @param {Element} element */
export const unload = (element) => {
  const sources = sourcesOf(element);
  for (let i = 0; i < sources.length; i++) if (waiting(element, sources[i]) !== null) take(element, sources[i]);
  stop(element);
};
