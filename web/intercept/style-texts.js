/*
 * Rewrites texts of CSS. An address whose service is denied is blanked: replaced by an address
 * that loads nothing and carries the real one, so that the real one can be restored as soon as
 * the service is granted, wherever the text is by then.
 */
import { edited, edits, loads } from '../core/css.js';
import { local } from './local.js';
import {
  attempt,
  baseURI,
  decodeURIComponent,
  encodeURIComponent,
  exec,
  hrefOf,
  Map,
  mapGet,
  reads,
  Set,
  setAdd,
  setHas,
  slice,
  startsWith,
  failClosed,
  URL,
} from '../safe/builtins.js';

const parentRule = reads(CSSStyleDeclaration.prototype, 'parentRule');
const parentSheet = reads(CSSRule.prototype, 'parentStyleSheet');
const sheetAddress = reads(StyleSheet.prototype, 'href');
const ownerNode = reads(StyleSheet.prototype, 'ownerNode');
/** The beginning of a blank. */
export const blank = 'about:invalid#octroi-';
/** How many blanked addresses are remembered. */
const most = 1 << 14;
/** The longest style sheet behind a data: or blob: address that is read, in bytes. */
const longest = 1 << 22;
/** An address that begins with a scheme, and needs no base. */
const absolute = /^[a-z][-+.\da-z]*:/i;
/** An address that carries its text. */
const carrying = /^\s*(data|blob):/i;

/** Returns the ids of an address's services, and whether they are granted. @typedef {(address: string) => readonly [ids: string, open: boolean]} Classify */
/** Returns the address that relative addresses begin from, or nothing if they begin from the document's. @typedef {() => string | undefined} Base */

/** Nothing is granted until "classifyBy" is called. @type {Classify} */
let classify = () => ['', false];

/** @param {Classify} classifyURL */
export const classifyBy = (classifyURL) => (classify = classifyURL);

/** Whether the services of an address are granted. @param {string} address */
export const isGranted = (address) => attempt(() => classify(address)[1]);

/** Whether any CSS of this page has the address of a service, and how many addresses have been blanked. */
export const seen = { some: false, blanks: 0 };

/** The addresses that were blanked here. A page may write blanks of its own, which stay as they are. @type {Set<string>} */
const blanked = new Set();
let many = 0;

/** The base address of each constructed sheet. The map holds the sheets, because WebKit drops a weak entry whose sheet no script holds. @type {Map<object, string>} */
export const bases = new Map();

/** Whether a property takes any text, which may become an address where the property is used. @param {unknown} name */
export const isCustom = (name) => startsWith(name, '--');

/** Whether an address carries its text. @param {string} address */
export const isCarrying = (address) => exec(carrying, address) !== null;

/**
 * Returns the address that replaces an address or a blank in CSS; nothing if it may stay.
 *
 * @param {string} written
 * @param {boolean} sheet whether the address is of a style sheet
 * @param {string | undefined} base
 */
export const rewriteAddress = (written, sheet, base) => {
  const isBlank = startsWith(written, blank);
  const address = isBlank ? attempt(() => decodeURIComponent(slice(written, blank.length))) : written;
  // A fragment alone is a part of the document itself.
  if (!address || address[0] === '#') return;
  const href = (base && !exec(absolute, address) && attempt(() => hrefOf(new URL(address, base)))) || address;
  const verdict = classify(href);
  const open = verdict[1];
  if (verdict[0] || !open) seen.some = true;
  let now = address;
  if (!open) {
    seen.blanks++;
    // Half a surrogate pair cannot be encoded, so that its blank carries nothing.
    now = blank + (attempt(() => encodeURIComponent(address)) ?? '');
    if (!isBlank && many < most && !setHas(blanked, address)) {
      many++;
      setAdd(blanked, address);
    }
  } else if (isBlank && !verdict[0] && !setHas(blanked, address)) return;
  else if (sheet && isCarrying(href)) now = rewriteCarried(href);
  return now === written ? undefined : now;
};

/**
 * Returns the address that replaces an address that carries a style sheet: the same one if
 * nothing in the sheet changes, a blank if the sheet cannot be read.
 *
 * @param {string} address
 */
export const rewriteCarried = (address) => {
  const carried = local(address, longest);
  if (!carried) return blank + encodeURIComponent(address);
  const now = rewriteCSS(carried.text);
  return now === carried.text ? address : 'data:text/css;charset=utf-8,' + encodeURIComponent(now);
};

/**
 * Lists the edits that blank the denied addresses in a text of CSS, and restore the granted ones.
 *
 * @param {string} css
 * @param {Base} [base]
 * @param {boolean} [every] whether any string may become an address: see core/css.js
 */
export const editsOf = (css, base, every = false) => {
  /** @type {string | undefined} */
  let from;
  // The base is read at the first relative address: most texts have none.
  let known = !base;
  return edits(css, every, (address, sheet) => {
    if (!known && !exec(absolute, address)) {
      known = true;
      from = /** @type {Base} */ (base)();
    }
    return rewriteAddress(address, sheet, from);
  });
};

/** Returns CSS with its denied addresses blanked and its granted ones restored. */
export const rewriteCSS = failClosed(
  (/** @type {string} */ css, /** @type {Base | undefined} */ base = undefined, /** @type {boolean} */ every = false) =>
    loads(css) ? edited(css, editsOf(css, base, every)) : css,
  '',
);

/** Returns the address that relative addresses begin from in a sheet, a rule or a rule's declarations. @param {any} owner @returns {string | undefined} */
export const baseOf = (owner) => {
  const rule = attempt(() => parentRule(owner));
  if (rule === null) return; // an element's own declarations
  const sheet = attempt(() => parentSheet(rule || owner)) || owner;
  return mapGet(bases, sheet) || attempt(() => sheetAddress(sheet)) || attempt(() => baseURI(ownerNode(sheet))) || undefined;
};

/** Returns the base address of CSS without an owner: nothing in the page's own window. @param {any} view */
export const baseOfView = (view) => (view === window ? undefined : baseURI(view.document));
