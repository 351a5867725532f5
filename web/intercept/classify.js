/*
 * Whose the addresses, scripts and styles in markup are, and whether they may load.
 */
import { addresses, HTML, isAddress, mayAsk, sourceOf, sourcesOf, SVG } from './loads.js';
import { carrying, framing, painted } from './sources.js';
import {
  contentOf,
  attempt,
  attributeNames,
  exec,
  findAll,
  getAttribute,
  hasAttribute,
  hrefOf,
  localName,
  namespaceURI,
  textOf,
  toLowerCase,
  URL,
  parseFromString,
} from '../safe/builtins.js';
import { markup } from '../safe/trust.js';

const { decodeURIComponent: decode } = window;

/** How deep documents within documents are looked into. */
const deepest = 5;

/**
 * @typedef {import('./shared.js').Said} Said whose something is, and whether it may come in
 * @type {Said}
 */
export const nobodys = ['', true];

/** Of several, the first that is held decides. @param {Said} one @param {Said} other @returns {Said} */
export const both = (one, other) => (!one[1] ? one : !other[1] ? other : one[0] ? one : other);

/** @param {Element} element */
const typeOf = (element) => toLowerCase(getAttribute(element, 'data-type') ?? getAttribute(element, 'type') ?? '');

/** @param {Element} script */
export const hasSource = (script) =>
  hasAttribute(script, 'src') || (namespaceURI(script) === SVG && (sourceOf(script, 'href') ?? sourceOf(script, 'xlink:href')) !== null);

/** @param {import('./shared.js').Shared} shared */
export const classifier = ({ classifyURL, classifyScript, local, everything, styles }) => {
  /**
   * Whose all that a document loads is.
   *
   * @param {string} html
   * @param {string} base
   * @param {number} depth
   * @param {boolean} [apart] whether its scripts are in a realm that cannot be hooked
   * @returns {Said}
   */
  const askDocument = (html, base, depth, apart) => {
    if (depth > deepest) return ['', false];
    const document = parseFromString(new DOMParser(), markup(html), 'text/html');
    const bases = findAll(document, 'base[href]');
    if (bases.length) base = attempt(() => hrefOf(new URL(/** @type {string} */ (getAttribute(bases[0], 'href')), base))) ?? base;
    const said = askAll(document, base, depth);
    return apart ? both(said, askScripts(document, base)) : said;
  };

  /** Whose the addresses in a document's scripts are. @param {any} root @param {string} base @returns {Said} */
  const askScripts = (root, base) => {
    /** @type {Said} */
    let said = nobodys;
    const all = findAll(root, '*');
    for (let i = 0; i < all.length && said[1]; i++) {
      if (localName(all[i]) === 'script') said = classifyScript(textOf(all[i]), 'literal', base);
      const names = attributeNames(all[i]);
      for (let k = 0; k < names.length && said[1]; k++)
        if (exec(/^on|^href$|^action$/i, names[k])) said = classifyScript(getAttribute(all[i], names[k]) || '', 'literal', base);
    }
    return said;
  };

  /** @param {any} root @param {string} base @param {number} depth @returns {Said} */
  const askAll = (root, base, depth) => {
    /** @type {Said} */
    let said = nobodys;
    const all = findAll(root, '*');
    for (let i = 0; i < all.length && said[1]; i++) {
      const element = all[i];
      const tag = localName(element);
      if (tag !== 'template' && !mayAsk(element)) continue;
      if (tag === 'template' && namespaceURI(element) === HTML) said = both(said, askAll(contentOf(element), base, depth + 1));
      else said = both(said, askElement(element, base, depth));
      if (said[1] && tag === 'style') said = both(said, askStyle(textOf(element)));
      for (let k = 0; k < painted.length && said[1]; k++) {
        const value = getAttribute(element, painted[k]);
        if (value) said = both(said, askStyle(painted[k] === 'style' ? `a{${value}}` : value));
      }
    }
    return said;
  };

  /** Styles are blanked, not gated: whose one is, is not told. @param {string} css @returns {Said} */
  const askStyle = (css) => ['', styles.blank(css) === css];

  /**
   * Whose the document is that an address brings with it: data:, blob: and javascript:.
   *
   * @param {Element} element
   * @param {string} tag
   * @param {string} address
   * @param {string} base
   * @param {number} depth
   * @returns {Said}
   */
  const askLocal = (element, tag, address, base, depth) => {
    const href = attempt(() => hrefOf(new URL(address, base)));
    const scheme = href && exec(/^(data|blob|javascript):/, href);
    if (!scheme) return nobodys;
    if (scheme[1] === 'javascript') return exec(framing, tag) ? classifyScript(attempt(() => decode(href)) ?? href, 'literal', base) : nobodys;
    const found = local(href);
    if (!found) return ['', everything()];
    if (tag === 'script') return classifyScript(found.text, typeOf(element), href);
    if (tag === 'link') return askStyle(found.text);
    // Pictures and the like run nothing.
    return exec(/^(?:image\/(?!svg)|video|audio|text\/(?!html|xml)|font)/i, found.type)
      ? nobodys
      : both(askDocument(found.text, base, depth + 1, scheme[1] === 'data'), askSheets(found.text, base));
  };

  /** What an XML document says that it looks like (xml-stylesheet, section 2). @param {string} text @param {string} base @returns {Said} */
  const askSheets = (text, base) => {
    const found = exec(/<\?xml-stylesheet[^>]*?href\s*=\s*["']([^"'>]*)/i, text);
    return found ? classifyURL(found[1], base) : nobodys;
  };

  /** Whose an address is, and what it brings with it. @param {Element} element @param {string} tag @param {string} address @param {string} base @param {number} depth @returns {Said} */
  const askAddress = (element, tag, address, base, depth) => {
    const said = classifyURL(address, base);
    return said[1] && exec(carrying, tag) ? both(said, askLocal(element, tag, address, base, depth)) : said;
  };

  /**
   * Whose a source is.
   *
   * @param {Element} element has the other attributes
   * @param {string} tag
   * @param {string} name
   * @param {string | null} value
   * @param {string} base
   * @param {number} [depth]
   * @returns {Said}
   */
  const ask = (element, tag, name, value, base, depth = 0) => {
    if (!value) return nobodys;
    if (name === 'srcdoc') return askDocument(value, base, depth + 1);
    // A list costs more than all else that is done for one address.
    if (isAddress(tag, name)) return askAddress(element, tag, value, base, depth);
    /** @type {Said} */
    let said = nobodys;
    const all = addresses(tag, name, value, (other) => getAttribute(element, other));
    for (let i = 0; i < all.length && said[1]; i++) said = both(said, askAddress(element, tag, all[i], base, depth));
    return said;
  };

  /** Whose all sources of an element are, and the text of a script. @param {Element} element @param {string} base @param {number} [depth] @returns {Said} */
  const askElement = (element, base, depth = 0) => {
    const tag = localName(element);
    const own = sourcesOf(element);
    /** @type {Said} */
    let said = nobodys;
    for (let i = 0; i < own.length && said[1]; i++) said = both(said, ask(element, tag, own[i], sourceOf(element, own[i]), base, depth));
    return said[1] && tag === 'script' ? both(said, askText(element, textOf(element), base)) : said;
  };

  /** Whose a script's text is. @param {Element} element @param {string} text @param {string} base @returns {Said} */
  const askText = (element, text, base) => (!text || hasSource(element) ? nobodys : classifyScript(text, typeOf(element), base));

  return { ask, askElement, askStyle, askText };
};
