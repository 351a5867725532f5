/*
 * The sources of gated elements: given once they may load, and taken away.
 */
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

/** What shows a picture, plays or lays out by an address, and does nothing else with it. */
const harmless = /^(?:img|image|feImage|iframe|frame|video|audio|source|track|input|link|object|embed|use)$/;

/** Takes an element out and puts it back. @param {Element} element */
export const again = (element) => {
  const parent = isConnected(element) && parentNode(element);
  if (!parent) return;
  const place = createComment(window.document, '');
  replaceChild(parent, place, element);
  replaceChild(parent, element, place);
};

/** @param {Element} element @param {string} source */
export const take = (element, source) => {
  if (source === 'xlink:href') removeAttributeNS(element, XLINK, 'href');
  else removeAttribute(element, source);
};

/** @param {Element} element */
export const stop = (element) => {
  const tag = localName(element);
  if (exec(framing, tag) !== null) again(element);
  // A medium plays on without its address until it looks for another.
  const media = tag === 'source' ? parentNode(element) : tag === 'video' || tag === 'audio' ? element : undefined;
  if (media) attempt(() => /** @type {any} */ (media).load());
};

/** @param {Element} element @param {string} source @param {string} value */
const give = (element, source, value) => {
  if (source === 'xlink:href') setAttributeNS(element, XLINK, source, value);
  else setAttribute(element, source, source === 'srcdoc' ? markup(value) : value);
};

/**
 * @param {import('../intercept/shared.js').Shared} shared
 * @param {(element: Element) => boolean} isOpen
 * @param {(element: Element) => boolean} vouched whether an element is the page's own word
 */
export const gatedSources = (shared, isOpen, vouched) => {
  /**
   * Whether an address that waits beside an element may become its own: what a script or the
   * page itself has told it may; of what else stands in the markup, which a sanitizer takes
   * for harmless, only what shows something, from the network.
   *
   * @param {Element} element
   * @param {string} source
   * @param {string} value
   */
  const fits = (element, source, value) => {
    if (shared.tags.told(element)?.[source] === value) return true;
    const tag = localName(element);
    if (exec(harmless, tag) === null && !vouched(element)) return false;
    if (source === 'srcdoc') return vouched(element);
    const all = addresses(tag, source, value, (name) => getAttribute(element, name));
    for (let i = 0; i < all.length; i++) {
      const scheme = attempt(() => protocolOf(new URL(all[i], baseURI(element)))) || '';
      const shown = exec(framing, tag) === null && tag !== 'link' && tag !== 'use';
      if (exec(shown ? /^(?:https?|blob|data):$/ : /^https?:$/, scheme) === null) return false;
    }
    return true;
  };

  /** What waits beside an element. A link's data-src is its href. @param {Element} element @param {string} source */
  const waits = (element, source) =>
    // Pages have such attributes of their own, as for what loads late: what scripts and parsers told comes before.
    shared.tags.told(element)?.[source] ??
    getAttribute(element, twin(source)) ??
    (source === 'href' && localName(element) === 'link' ? getAttribute(element, 'data-src') : null);

  /** Gives an element that is open its sources. @param {Element} element */
  const load = (element) => {
    const tag = localName(element);
    const own = sourcesOf(element);
    for (let i = 0; isOpen(element) && i < own.length; i++) {
      const value = waits(element, own[i]);
      const plain = sourceOf(element, own[i]);
      if (value === null && plain !== null) setAttribute(element, twin(own[i]), plain);
      if (value !== null && value !== plain && fits(element, own[i], value)) give(element, own[i], value);
    }
    // A medium that has found no source looks for none; nor does a link at its set, nor
    // Firefox at a track's.
    if (tag === 'source') /** @type {any} */ (parentNode(element))?.load?.();
    if (tag === 'track' || (tag === 'link' && !hasAttribute(element, 'href'))) again(element);
  };

  /** Takes away the sources that wait beside an element. @param {Element} element */
  const unload = (element) => {
    const own = sourcesOf(element);
    for (let i = 0; i < own.length; i++) if (waits(element, own[i]) !== null) take(element, own[i]);
    stop(element);
  };

  return { load, unload };
};
