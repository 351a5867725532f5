/*
 * CSS as it may stand now: addresses that are held are blanked in it, and put back once they
 * are open.
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
const blank = 'about:invalid#octroi-';
/** How many addresses are remembered, so that their blanks may be put back. */
const most = 1 << 14;
/** The longest sheet behind a data: or blob: address that is read, in bytes. */
const longest = 1 << 22;
/** What begins with its scheme, and needs no base. */
const absolute = /^[a-z][-+.\da-z]*:/i;

/** Whether a property takes any text, which may become an address where it is used. @param {unknown} name */
export const isCustom = (name) => startsWith(name, '--');

/** @param {(address: string) => readonly [ids: string, open: boolean]} classifyURL */
export const styleTexts = (classifyURL) => {
  /** Whether any CSS loads something of a service's, and how often something was blanked. */
  const seen = { some: false, blanks: 0 };
  /** What has been blanked: other blanks are none of ours. @type {Set<string>} */
  const blanked = new Set();
  let many = 0;
  /** Of constructed sheets, what addresses in them begin from: WebKit forgets sheets that no script holds. @type {Map<object, string>} */
  const bases = new Map();

  /**
   * What comes in the place of an address as it was written, if anything.
   *
   * @param {string} written
   * @param {boolean} sheet whether a style sheet is asked for
   * @param {string | undefined} base
   */
  const changed = (written, sheet, base) => {
    const back = startsWith(written, blank);
    const address = back ? attempt(() => decodeURIComponent(slice(written, blank.length))) : written;
    // A mere fragment is of the document's own.
    if (!address || address[0] === '#') return;
    const whole = (base && !exec(absolute, address) && attempt(() => hrefOf(new URL(address, base)))) || address;
    const said = classifyURL(whole);
    if (said[0] || !said[1]) seen.some = true;
    let now = address;
    if (!said[1]) {
      seen.blanks++;
      // Half a surrogate pair cannot be written, nor put back.
      now = blank + (attempt(() => encodeURIComponent(address)) ?? '');
      if (!back && many < most && !setHas(blanked, address)) {
        many++;
        setAdd(blanked, address);
      }
    } else if (back && !said[0] && !setHas(blanked, address)) return;
    else if (sheet && exec(/^\s*(data|blob):/i, whole)) now = within(whole);
    return now === written ? undefined : now;
  };

  /**
   * An address that carries a sheet, as that may stand now.
   *
   * @param {string} address
   */
  const within = (address) => {
    const carried = local(address, longest);
    // Nobody knows what it is.
    if (!carried) return blank + encodeURIComponent(address);
    const now = text(carried.text);
    return now === carried.text ? address : 'data:text/css;charset=utf-8,' + encodeURIComponent(now);
  };

  /**
   * What is to be changed in a text; see core/css.js.
   *
   * @param {string} css
   * @param {() => string | undefined} [base] what addresses in it begin from, where that is not the document's
   * @param {boolean} [every]
   */
  const found = (css, base, every = false) => {
    /** @type {string | undefined} */
    let from;
    let known = !base;
    return edits(css, every, (address, sheet) => {
      if (!known && !exec(absolute, address)) {
        known = true;
        from = /** @type {any} */ (base)();
      }
      return changed(address, sheet, from);
    });
  };

  /** CSS as it may stand now. */
  const text = failClosed(
    (/** @type {string} */ css, /** @type {(() => string | undefined) | undefined} */ base = undefined, /** @type {boolean} */ every = false) =>
      loads(css) ? edited(css, found(css, base, every)) : css,
    '',
  );

  /** What addresses in a sheet, a rule or a rule's declarations begin from. @param {any} owner */
  const baseOf = (owner) => {
    const rule = attempt(() => parentRule(owner));
    if (rule === null) return; // an element's own
    const sheet = attempt(() => parentSheet(rule || owner)) || owner;
    return mapGet(bases, sheet) || attempt(() => sheetAddress(sheet)) || attempt(() => baseURI(ownerNode(sheet))) || undefined;
  };

  return { seen, bases, changed, found, within, text, baseOf };
};
