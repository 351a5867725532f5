/*
 * What loads: the attributes by which an element requests something, and the addresses in
 * their values. The table, in sources.js, is generated from internal/loads.
 */
import {
  attributeNames,
  bare,
  charCodeAt,
  exec,
  getAttribute,
  getAttributeNS,
  findAll,
  hasAttribute,
  list,
  localName,
  namespaceURI,
  slice,
  toLowerCase,
  trim,
  includes,
  join,
  visit,
  RegExp,
} from '../safe/reading.js';
import { ofHTML, ofSVG, painted, telltale } from './sources.js';

export const HTML = 'http://www.w3.org/1999/xhtml';
export const SVG = 'http://www.w3.org/2000/svg';
export const XLINK = 'http://www.w3.org/1999/xlink';

const { keys } = Object;
/** @type {List<string>} */
const none = list();

/** Returns the attributes by which an element of a namespace and a local name loads. @param {string | null} space @param {string} name @returns {List<string>} */
export const sourcesIn = (space, name) => (space === HTML ? ofHTML[name] : space === SVG ? ofSVG[name] : none) || none;

/** Returns the attributes by which an element loads. @param {Element} element */
export const sourcesOf = (element) => sourcesIn(namespaceURI(element), localName(element));

/** The attributes by which any element loads, each once. @type {List<string>} */
export const names = list();
visit(list([ofHTML, ofSVG]), (table) => visit(keys(table), (tag) => visit(table[tag], (name) => void (includes(names, name) || (names[names.length] = name)))));

/** Whether some element loads by an attribute of this name. @param {string} name */
export const isSource = (name) => exec(sourceName, name) !== null;
const sourceName = new RegExp(`^(?:${join(names, '|')})$`, 'i');

/** Returns the attribute that keeps a source while it is held. @param {string} name */
export const twin = (name) => (name === 'xlink:href' ? 'data-xlink-href' : 'data-' + name);

/** Elements that are judged whatever their attributes: styles, frames, and those of SVG whose address may have a namespace. @type {Record<string, boolean>} */
const alwaysAsked = bare({});
visit(list(['style', 'iframe', 'frame', 'object', 'embed']), (name) => void (alwaysAsked[name] = true));
visit(keys(ofSVG), (name) => void (alwaysAsked[name] = name !== 'a'));

/** @type {Record<string, boolean>} */
const isPainted = bare({});
visit(painted, (name) => void (isPainted[name] = true));

/** Whether one of an element's attributes is a style that may load something: url(…), an escape of it, or a variable. @param {Element} element @param {string} name */
const isStyleSource = (element, name) => isPainted[name] && exec(/[(\\]|--/, getAttribute(element, name) || '') !== null;

/** Whether any of an element's attributes is a style that may load something. @param {Element} element */
export const hasStyleSource = (element) => {
  const names = attributeNames(element);
  for (let i = 0; i < names.length; i++) if (isStyleSource(element, names[i])) return true;
  return false;
};

/**
 * Whether an element may load something, or has data-octroi: then Octroi judges it. One
 * selector for all of these would take a browser five times as long.
 *
 * @param {Element} element
 */
export const mayAsk = (element) => {
  const tag = localName(element);
  if (alwaysAsked[tag]) return true;
  const names = attributeNames(element);
  if (!names.length) return false;
  const own = sourcesIn(namespaceURI(element), tag);
  for (let i = 0; i < names.length; i++) if (names[i] === 'data-octroi' || includes(own, names[i]) || isStyleSource(element, names[i])) return true;
  return false;
};

/** Returns the elements below a node of which mayAsk is true. @param {any} root */
export const findLoading = (root) => {
  const all = findAll(root, '*');
  let n = 0;
  for (let i = 0; i < all.length; i++) if (mayAsk(all[i])) all[n++] = all[i];
  all.length = n;
  return all;
};

/** Whether markup may load something. Names of tags and attributes have no escapes in it, so a search for them finds all. @param {string} html */
export const mayLoad = (html) => exec(telltale, html) !== null;

/** Whether a code is ASCII whitespace (https://infra.spec.whatwg.org/#ascii-whitespace). @param {number} code */
const isSpace = (code) => code === 32 || (code >= 9 && code <= 13 && code !== 11);

/**
 * Returns the addresses in a srcset (https://html.spec.whatwg.org/multipage/images.html#parse-a-srcset-attribute).
 * Descriptors stand between them, and no space has to follow a comma.
 *
 * @param {string} text
 */
const candidates = (text) => {
  /** @type {List<string>} */
  const all = list();
  for (let i = 0; i < text.length;) {
    while (i < text.length && (isSpace(charCodeAt(text, i)) || text[i] === ',')) i++;
    const start = i;
    while (i < text.length && !isSpace(charCodeAt(text, i))) i++;
    let end = i;
    while (end > start && text[end - 1] === ',') end--;
    if (end > start) all[all.length] = slice(text, start, end);
    if (end < i) continue;
    for (let depth = 0; i < text.length && (depth || text[i] !== ','); i++) {
      if (text[i] === '(') depth++;
      else if (text[i] === ')' && depth) depth--;
    }
  }
  return all;
};

/** Splits a text at characters of some codes, without empty parts. @param {string} text @param {(code: number) => boolean} isSeparator */
const split = (text, isSeparator) => {
  /** @type {List<string>} */
  const all = list();
  for (let i = 0; i < text.length; i++) {
    const start = i;
    while (i < text.length && !isSeparator(charCodeAt(text, i))) i++;
    if (i > start) all[all.length] = slice(text, start, i);
  }
  return all;
};

/** Matches the content of a refresh (https://html.spec.whatwg.org/multipage/document-lifecycle.html#shared-declarative-refresh-steps): a quote, and the address behind it. */
const refresh = /^\s*[\d.]*[\s;,]*(?:url\s*=\s*)?(["']?)([^]*)$/i;

/** Whether the value of an attribute is always one address. @param {string} tag @param {string} name */
export const isAddress = (tag, name) => (name === 'src' || name === 'href' || name === 'data') && tag !== 'set' && tag !== 'animate';

/**
 * Returns the addresses in an attribute of an element. It does not read the document in a
 * srcdoc; classify.js does.
 *
 * @param {string} tag local name
 * @param {string} name
 * @param {string} value
 * @param {(name: string) => string | null} other returns another attribute of the element
 * @returns {List<string>}
 */
export const addresses = (tag, name, value, other) => {
  if (!value) return none;
  if (name === 'ping') return split(value, isSpace);
  if (name === 'srcset' || name === 'imagesrcset') return candidates(value);
  if (name === 'content') {
    if (toLowerCase(other('http-equiv') || '') !== 'refresh') return none;
    const found = /** @type {any} */ (exec(refresh, value));
    const quote = found[1];
    return list([quote ? split(found[2], (code) => code === charCodeAt(quote, 0))[0] || '' : found[2]]);
  }
  if (tag === 'set' || tag === 'animate') {
    if (exec(/href$/i, other('attributeName') || '') === null) return none;
    return name === 'values' ? split(value, (code) => code === 59) : list([value]);
  }
  return list([value]);
};

/** Returns the value of an attribute by which an element loads. @param {Element} element @param {string} name */
export const sourceOf = (element, name) => (name === 'xlink:href' ? getAttributeNS(element, XLINK, 'href') : getAttribute(element, name));

/** Matches the types of classic scripts (https://mimesniff.spec.whatwg.org/#javascript-mime-type-essence-match). */
const classicType = /^(?:|(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/(?:javascript1\.[0-5]|jscript|livescript))$/;

/** Whether a script fires load or error when it has run: the browser runs no other (https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element). @param {any} script @param {string} type */
export const speaks = (script, type) => {
  const language = getAttribute(script, 'language');
  const kind = toLowerCase(trim(type)) || (type === '' && language ? 'text/' + toLowerCase(language) : '');
  if (kind === 'module') return true;
  if (exec(classicType, kind) === null || hasAttribute(script, 'nomodule')) return false;
  const event = getAttribute(script, 'event');
  const target = getAttribute(script, 'for');
  return event === null || target === null || (toLowerCase(trim(target)) === 'window' && exec(/^onload(?:\(\))?$/i, trim(event)) !== null);
};
