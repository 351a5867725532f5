/*
 * Tells what plainly needs nobody's verdict, ahead of octroi.hold.js: what loads nothing, or loads
 * only what the site's table leaves open. Whatever is not plain waits for the hooks.
 */
import { addresses, hasStyleSource, mayAsk, mayLoad, sourceOf, sourcesIn, sourcesOf } from '../intercept/loads.js';
import { inserted } from '../intercept/origins.js';
import { carrying, framing, painted } from '../intercept/sources.js';
import {
  attempt,
  baseURI,
  exec,
  failClosed,
  findAll,
  firstChild,
  getAttribute,
  hasAttribute,
  hrefOf,
  includes,
  learn,
  localName,
  namespaceURI,
  nodeType,
  ownerDocument,
  parentNode,
  protocolOf,
  setHas,
  textOf,
  toLowerCase,
  URL,
} from '../safe/reading.js';
import { own, script } from '../safe/trust.js';
import { servicesIn } from '../core/table.js';
import { site } from 'octroi:site';
import { home, hostOf, longest, lookUp, runs } from './look-up.js';

/** Whether an address is one that the table leaves open. @param {string} address @param {string} base @param {boolean} [carries] whether what it carries itself would run */
export const isPlainAddress = failClosed((/** @type {string} */ address, /** @type {string} */ base, carries = false) => {
  const url = attempt(() => new URL(address, base));
  if (!url) return false;
  if (setHas(own, hrefOf(url))) return true;
  const host = hostOf(url);
  if (!host) return !carries && exec(/^(?:data|about|mailto|tel):$/, protocolOf(url)) !== null;
  const [ids, open] = lookUp(url, host);
  return !ids && (open || host === home) && hrefOf(url).length < longest;
}, false);

/** Whether CSS has no address of another host: none that begins with a scheme or with two slashes, and nothing that may stand for one. @param {unknown} css */
export const isPlainCSS = (css) => typeof css === 'string' && exec(/\/\/|\\|(?:https?|wss?|blob):|data:(?!image|font)/i, css) === null;

/** Whether a value of a property loads nothing. @param {unknown} css */
export const isPlainValue = (css) => css === null || (typeof css === 'string' && exec(/[(\\:]|--|\/\//, css) === null);

/** Whether an attribute of an element loads only what is open. @param {Element} element @param {string} name @param {string} value */
const isPlainSource = (element, name, value) => {
  const tag = localName(element);
  if (name === 'srcdoc' || (tag === 'base' && value)) return false;
  const all = addresses(tag, name, value, (other) => getAttribute(element, other));
  const base = baseURI(element);
  // An icon that its address carries is a picture, which runs nothing.
  const carries = exec(carrying, tag) !== null && !(tag === 'link' && exec(/^(?:shortcut )?icon$/i, getAttribute(element, 'rel') || '') !== null);
  for (let i = 0; i < all.length; i++) if (!isPlainAddress(all[i], base, carries)) return false;
  return true;
};

/** Whether a script is of no service that is known by its text, and imports nothing. @param {Element} script @param {string} text */
const isPlainScript = (script, text) => {
  const type = toLowerCase(getAttribute(script, 'type') ?? '');
  if (exec(runs, type) === null) return type !== 'importmap' && type !== 'speculationrules';
  return !text || (!servicesIn(site.table, text) && exec(/import/, text) === null);
};

/** Whether an element loads only what is open. @param {Element} element */
export const isPlain = failClosed((/** @type {Element} */ element) => {
  const tag = localName(element);
  if (element === script) return true;
  if (tag === 'style' && !isPlainCSS(textOf(element))) return false;
  if (hasStyleSource(element)) for (let i = 0; i < painted.length; i++) if (!isPlainCSS(getAttribute(element, painted[i]) || '')) return false;
  const gated = hasAttribute(element, 'data-octroi');
  if (tag === 'script' && gated) return getAttribute(element, 'type') === 'text/plain';
  const sources = sourcesOf(element);
  let loads = false;
  for (let i = 0; i < sources.length; i++) {
    const value = sourceOf(element, sources[i]);
    if (value === null) continue;
    if (gated || !isPlainSource(element, sources[i], value)) return false;
    loads = true;
  }
  return tag !== 'script' || loads || isPlainScript(element, textOf(element));
}, false);

/** Whether a new value of an attribute loads only what is open. @param {any} element @param {string} name @param {unknown} value */
export const isPlainAttribute = failClosed((element, name, value) => {
  if (typeof name !== 'string' || typeof value !== 'string') return false;
  const local = toLowerCase(name);
  if (includes(painted, local)) return isPlainValue(value);
  if (!includes(sourcesIn(namespaceURI(element), localName(element)), local)) return true;
  return !hasAttribute(element, 'data-octroi') && isPlainSource(element, local, value);
}, false);

/** Whether a node is no script and no style, nor a text of one. @param {any} node */
export const isPlainPlace = failClosed((node) => {
  for (let up = node, i = 0; up && i < 2; up = parentNode(up), i++) {
    const type = nodeType(up);
    if (type === 2 || type === 7 || (type === 1 && exec(/^(?:script|style)$/i, localName(up)) !== null)) return false;
  }
  return true;
}, false);

/** Whether markup loads nothing, and brings no frames. @param {unknown} html */
export const isPlainMarkup = (html) => html === null || (typeof html === 'string' && !mayLoad(html) && exec(/<(?:i?frame|object|embed)/i, html) === null);

/**
 * Whether a node that a script inserts, and all in it, loads only what is open.
 *
 * @param {any} node
 * @param {(element: Element) => void} onFrame called with each frame
 */
export const isPlainNode = failClosed((node, onFrame) => {
  if (typeof node !== 'object' || !node) return true;
  const type = nodeType(node);
  if (type === 3 || type === 8) return isPlainPlace(node);
  if (type !== 1 && type !== 11) return false;
  const isOther = ownerDocument(node) !== window.document;
  /** @param {Element} element */
  const look = (element) => {
    const isScript = localName(element) === 'script';
    if (!isScript && !mayAsk(element)) return true;
    if ((isOther && isScript) || !isPlain(element)) return false;
    learn(inserted, element);
    if (exec(framing, localName(element)) !== null) onFrame(element);
    return true;
  };
  if (type === 1 && !look(node)) return false;
  if (!firstChild(node)) return true;
  const all = findAll(node, '*');
  for (let i = 0; i < all.length; i++) if (!look(all[i])) return false;
  return true;
}, false);
