/*
 * Which services the addresses, scripts and styles in markup belong to, and whether they may
 * load now. Of several, the first that is blocked decides.
 */
import { addresses, HTML, isAddress, mayAsk, sourceOf, sourcesOf, SVG } from './loads.js';
import { shared } from './shared.js';
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
import { script as own, markup as trusted } from '../safe/trust.js';

const { decodeURIComponent: decode } = window;

/** How many levels of documents within documents are judged; a deeper document is blocked. */
const deepest = 5;

/**
 * @typedef {import('./shared.js').Verdict} Verdict
 * @type {Verdict} the verdict on what belongs to no service and may load
 */
export const allowed = ['', true];

/** Joins two verdicts: the first that blocks decides, else the first that names a service. @param {Verdict} one @param {Verdict} other @returns {Verdict} */
export const both = (one, other) => (!one[1] ? one : !other[1] ? other : one[0] ? one : other);

/** @param {Element} element */
const typeOf = (element) => toLowerCase(getAttribute(element, 'data-type') ?? getAttribute(element, 'type') ?? '');

/** Whether a script runs a file, and not its own text. @param {Element} script */
export const hasSource = (script) =>
  hasAttribute(script, 'src') || (namespaceURI(script) === SVG && (sourceOf(script, 'href') ?? sourceOf(script, 'xlink:href')) !== null);

/**
 * Judges all that a document loads.
 *
 * @param {string} html
 * @param {string} base
 * @param {number} depth
 * @param {boolean} [unhooked] whether its scripts run in a realm without hooks: then the addresses in their texts are judged too
 * @returns {Verdict}
 */
const classifyDocument = (html, base, depth, unhooked) => {
  if (depth > deepest) return ['', false];
  const document = parseFromString(new DOMParser(), trusted(html), 'text/html');
  const bases = findAll(document, 'base[href]');
  if (bases.length) base = attempt(() => hrefOf(new URL(/** @type {string} */ (getAttribute(bases[0], 'href')), base))) ?? base;
  const verdict = classifyTree(document, base, depth);
  return unhooked ? both(verdict, classifyLiterals(document, base)) : verdict;
};

/** Judges the addresses in the texts of a document's scripts, event handlers and links. @param {any} root @param {string} base @returns {Verdict} */
const classifyLiterals = (root, base) => {
  /** @type {Verdict} */
  let verdict = allowed;
  const all = findAll(root, '*');
  for (let i = 0; i < all.length && verdict[1]; i++) {
    if (localName(all[i]) === 'script') verdict = shared.classifyScript(textOf(all[i]), 'literal', base);
    const names = attributeNames(all[i]);
    for (let k = 0; k < names.length && verdict[1]; k++)
      if (exec(/^on|^href$|^action$/i, names[k])) verdict = shared.classifyScript(getAttribute(all[i], names[k]) || '', 'literal', base);
  }
  return verdict;
};

/** Judges all elements below a node. @param {any} root @param {string} base @param {number} depth @returns {Verdict} */
const classifyTree = (root, base, depth) => {
  /** @type {Verdict} */
  let verdict = allowed;
  const all = findAll(root, '*');
  for (let i = 0; i < all.length && verdict[1]; i++) {
    const element = all[i];
    const tag = localName(element);
    if (tag !== 'template' && !mayAsk(element)) continue;
    if (tag === 'template' && namespaceURI(element) === HTML) verdict = both(verdict, classifyTree(contentOf(element), base, depth + 1));
    else verdict = both(verdict, classifyElement(element, base, depth));
    if (verdict[1] && tag === 'style') verdict = both(verdict, classifyStyle(textOf(element)));
    for (let k = 0; k < painted.length && verdict[1]; k++) {
      const value = getAttribute(element, painted[k]);
      if (value) verdict = both(verdict, classifyStyle(painted[k] === 'style' ? `a{${value}}` : value));
    }
  }
  return verdict;
};

/** Judges a style sheet's text. The verdict names no service: styles are blanked, and not gated for one. @param {string} css @returns {Verdict} */
export const classifyStyle = (css) => ['', shared.styles.blank(css) === css];

/**
 * Judges the content that an address itself carries, if it is a data:, blob: or javascript: URL.
 *
 * @param {Element} element
 * @param {string} tag
 * @param {string} address
 * @param {string} base
 * @param {number} depth
 * @returns {Verdict}
 */
const classifyCarried = (element, tag, address, base, depth) => {
  const href = attempt(() => hrefOf(new URL(address, base)));
  const scheme = href && exec(/^(data|blob|javascript):/, href);
  if (!scheme) return allowed;
  if (scheme[1] === 'javascript') return exec(framing, tag) ? shared.classifyScript(attempt(() => decode(href)) ?? href, 'literal', base) : allowed;
  const content = shared.local(href);
  if (!content) return ['', shared.everything()];
  if (tag === 'script') return shared.classifyScript(content.text, typeOf(element), href);
  if (tag === 'link') return classifyStyle(content.text);
  // Images, media, plain text and fonts run nothing; SVG images, HTML and XML may.
  return exec(/^(?:image\/(?!svg)|video|audio|text\/(?!html|xml)|font)/i, content.type)
    ? allowed
    : both(classifyDocument(content.text, base, depth + 1, scheme[1] === 'data'), classifySheets(content.text, base));
};

/** Judges the first style sheet that an XML document names (https://www.w3.org/TR/xml-stylesheet/, section 2). @param {string} text @param {string} base @returns {Verdict} */
const classifySheets = (text, base) => {
  const found = exec(/<\?xml-stylesheet[^>]*?href\s*=\s*["']([^"'>]*)/i, text);
  return found ? shared.classifyURL(found[1], base) : allowed;
};

/** Judges an address and the content that it carries. @param {Element} element @param {string} tag @param {string} address @param {string} base @param {number} depth @returns {Verdict} */
const classifyAddress = (element, tag, address, base, depth) => {
  const verdict = shared.classifyURL(address, base);
  return verdict[1] && exec(carrying, tag) ? both(verdict, classifyCarried(element, tag, address, base, depth)) : verdict;
};

/**
 * Judges the value of an attribute by which an element loads.
 *
 * @param {Element} element has the other attributes
 * @param {string} tag
 * @param {string} name
 * @param {string | null} value
 * @param {string} base
 * @param {number} [depth]
 * @returns {Verdict}
 */
export const classifySource = (element, tag, name, value, base, depth = 0) => {
  if (!value) return allowed;
  if (name === 'srcdoc') return classifyDocument(value, base, depth + 1);
  // Most values are one address; making a list for it would take longer than the verdict.
  if (isAddress(tag, name)) return classifyAddress(element, tag, value, base, depth);
  /** @type {Verdict} */
  let verdict = allowed;
  const all = addresses(tag, name, value, (other) => getAttribute(element, other));
  for (let i = 0; i < all.length && verdict[1]; i++) verdict = both(verdict, classifyAddress(element, tag, all[i], base, depth));
  return verdict;
};

/** Judges all sources of an element, and the text of a script. @param {Element} element @param {string} base @param {number} [depth] @returns {Verdict} */
export const classifyElement = (element, base, depth = 0) => {
  const tag = localName(element);
  const sources = sourcesOf(element);
  /** @type {Verdict} */
  let verdict = allowed;
  for (let i = 0; i < sources.length && verdict[1]; i++)
    verdict = both(verdict, classifySource(element, tag, sources[i], sourceOf(element, sources[i]), base, depth));
  return verdict[1] && tag === 'script' ? both(verdict, classifyInline(element, textOf(element), base)) : verdict;
};

/** Judges a script by its text, if it runs that. @param {Element} script @param {string} text @param {string} base @returns {Verdict} */
export const classifyInline = (script, text, base) =>
  !text || script === own || hasSource(script) ? allowed : shared.classifyScript(text, typeOf(script), base);
