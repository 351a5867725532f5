/*
 * What loads: by which attributes an element asks for something, and which addresses are
 * in them. The table is that of internal/loads; gates, tags and the tokenizer share it.
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
} from '../safe/builtins.js';
import { ofHTML, ofSVG, painted, telltale } from './sources.js';

export const HTML = 'http://www.w3.org/1999/xhtml';
export const SVG = 'http://www.w3.org/2000/svg';
export const XLINK = 'http://www.w3.org/1999/xlink';

const { keys } = Object;
/** @type {string[]} */
const none = list();

/** The attributes by which an element of a namespace loads. @param {string | null} space @param {string} name @returns {string[]} */
export const sourcesIn = (space, name) => (space === HTML ? ofHTML[name] : space === SVG ? ofSVG[name] : none) || none;

/** The attributes by which an element loads. @param {Element} element */
export const sourcesOf = (element) => sourcesIn(namespaceURI(element), localName(element));

/** Those of all elements, each once. @type {string[]} */
export const names = list();
visit(list([ofHTML, ofSVG]), (table) => visit(keys(table), (tag) => visit(table[tag], (name) => void (includes(names, name) || (names[names.length] = name)))));

/** Whether an attribute may be one by which something loads. @param {string} name */
export const isSource = (name) => exec(named, name) !== null;
const named = new RegExp(`^(?:${join(names, '|')})$`, 'i');

/** Where a source waits while it is held. @param {string} name */
export const twin = (name) => (name === 'xlink:href' ? 'data-xlink-href' : 'data-' + name);

/** Elements that may load something without an attribute, or by one in another namespace. */
/** @type {Record<string, boolean>} */
const eager = bare({});
visit(list(['style', 'iframe', 'frame', 'object', 'embed']), (name) => void (eager[name] = true));
visit(keys(ofSVG), (name) => void (eager[name] = name !== 'a'));

/** @type {Record<string, boolean>} */
const paint = bare({});
visit(painted, (name) => void (paint[name] = true));

/** Whether an element's own look may load something, by one of its attributes. @param {Element} element @param {string} name */
const draws = (element, name) => paint[name] && exec(/[(\\]|--/, getAttribute(element, name) || '') !== null;

/** Whether an element's own look may load something. @param {Element} element */
export const paints = (element) => {
  const names = attributeNames(element);
  for (let i = 0; i < names.length; i++) if (draws(element, names[i])) return true;
  return false;
};

/**
 * Whether an element may load something, or is to be asked about. A selector for all of
 * that takes a browser five times as long.
 *
 * @param {Element} element
 */
export const mayAsk = (element) => {
  const tag = localName(element);
  if (eager[tag]) return true;
  const names = attributeNames(element);
  if (!names.length) return false;
  const own = sourcesIn(namespaceURI(element), tag);
  for (let i = 0; i < names.length; i++) if (names[i] === 'data-octroi' || includes(own, names[i]) || draws(element, names[i])) return true;
  return false;
};

/** All below a node that may load something, or are to be asked about. @param {any} root */
export const findLoading = (root) => {
  const all = findAll(root, '*');
  let n = 0;
  for (let i = 0; i < all.length; i++) if (mayAsk(all[i])) all[n++] = all[i];
  all.length = n;
  return all;
};

/** Whether markup may hold any of these: names of attributes and tags stand in it as they are. @param {string} html */
export const mayLoad = (html) => exec(telltale, html) !== null;

/** @param {number} code */
const space = (code) => code === 32 || (code >= 9 && code <= 13 && code !== 11);

/**
 * The addresses of a set of sources (HTML, "parse a srcset attribute"): descriptors
 * stand between, and a comma need not be followed by space.
 *
 * @param {string} text
 */
const candidates = (text) => {
  /** @type {string[]} */
  const all = list();
  for (let i = 0; i < text.length;) {
    while (i < text.length && (space(charCodeAt(text, i)) || text[i] === ',')) i++;
    const start = i;
    while (i < text.length && !space(charCodeAt(text, i))) i++;
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

/** Divides a text at some characters. @param {string} text @param {(code: number) => boolean} at */
const split = (text, at) => {
  /** @type {string[]} */
  const all = list();
  for (let i = 0; i < text.length; i++) {
    const start = i;
    while (i < text.length && !at(charCodeAt(text, i))) i++;
    if (i > start) all[all.length] = slice(text, start, i);
  }
  return all;
};

/** Where a refresh leads (HTML, "shared declarative refresh steps"). */
const refresh = /^\s*[\d.]*[\s;,]*(?:url\s*=\s*)?(["']?)([^]*)$/i;

/** Whether an attribute's value is one address. @param {string} tag @param {string} name */
export const isAddress = (tag, name) => (name === 'src' || name === 'href' || name === 'data') && tag !== 'set' && tag !== 'animate';

/**
 * The addresses in an attribute of an element, which is told by a look-up of its other
 * attributes. Documents of frames' own are not looked into here.
 *
 * @param {string} tag local name
 * @param {string} name
 * @param {string} value
 * @param {(name: string) => string | null} other
 * @returns {string[]}
 */
export const addresses = (tag, name, value, other) => {
  if (!value) return none;
  if (name === 'ping') return split(value, space);
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

/** @param {Element} element @param {string} name */
export const sourceOf = (element, name) => (name === 'xlink:href' ? getAttributeNS(element, XLINK, 'href') : getAttribute(element, name));

/** The types of scripts (MIME Sniffing, "JavaScript MIME type essence"). */
const classic = /^(?:|(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/(?:javascript1\.[0-5]|jscript|livescript))$/;

/** Whether a script says when it has run: others are no scripts to the browser, or not for it. @param {any} script @param {string} type */
export const speaks = (script, type) => {
  const language = getAttribute(script, 'language');
  const kind = toLowerCase(trim(type)) || (type === '' && language ? 'text/' + toLowerCase(language) : '');
  if (kind === 'module') return true;
  if (exec(classic, kind) === null || hasAttribute(script, 'nomodule')) return false;
  const event = getAttribute(script, 'event');
  const target = getAttribute(script, 'for');
  return event === null || target === null || (toLowerCase(trim(target)) === 'window' && exec(/^onload(?:\(\))?$/i, trim(event)) !== null);
};
