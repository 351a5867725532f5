/*
 * The styles blank what CSS would load from a service that is shut, whichever way it comes.
 * A blank carries the address, so that it can be put back wherever it has got to. Addresses
 * are found by css.js; whose they are is not known here.
 */
import { edited, edits, loads } from '../core/css.js';
import { document } from '../safe/dom.js';
import { HTML } from './loads.js';
import { local } from './local.js';
import {
  Map,
  Set,
  URL,
  WeakMap,
  apply,
  attempt,
  bare,
  baseURI,
  construct,
  decodeURIComponent,
  defineProperty,
  encodeURIComponent,
  exec,
  findAll,
  firstChild,
  free,
  getAttribute,
  getOwnPropertyDescriptor,
  hasOwn,
  hrefOf,
  isConnected,
  list,
  mapGet,
  mapSet,
  includes,
  iterable,
  localName,
  namespaceURI,
  nextSibling,
  nodeType,
  ownKeys,
  parentNode,
  reads,
  removeAttribute,
  setAdd,
  setAttribute,
  setHas,
  slice,
  startsWith,
  sure,
  toLowerCase,
  visit,
  weakGet,
  weakSet,
  writes,
  dataOf,
  setData,
  appendChild,
  removeChild,
  createElementNS,
} from '../safe/builtins.js';
import { markup } from '../safe/trust.js';

const { get: nameOf } = /** @type {any} */ (getOwnPropertyDescriptor(Node.prototype, 'nodeName'));
const { get: parentOf } = /** @type {any} */ (getOwnPropertyDescriptor(Node.prototype, 'parentNode'));
const html = 'http://www.w3.org/1999/xhtml';
const { iterator } = Symbol;
const { getOwnPropertyNames } = Object;

const parentRule = reads(CSSStyleDeclaration.prototype, 'parentRule');
const parentSheet = reads(CSSRule.prototype, 'parentStyleSheet');
const sheetAddress = reads(StyleSheet.prototype, 'href');
const ownerNode = reads(StyleSheet.prototype, 'ownerNode');
const rulesOf = reads(CSSStyleSheet.prototype, 'cssRules');
const textOfRule = reads(CSSRule.prototype, 'cssText');
const insertRule = free(CSSStyleSheet.prototype.insertRule);
const deleteRule = free(CSSStyleSheet.prototype.deleteRule);
const textOfStyle = reads(CSSStyleDeclaration.prototype, 'cssText');
const setTextOfStyle = writes(CSSStyleDeclaration.prototype, 'cssText');
const valueOf = free(CSSStyleDeclaration.prototype.getPropertyValue);
const setValue = free(CSSStyleDeclaration.prototype.setProperty);
const container = reads(Range.prototype, 'commonAncestorContainer');
const targetOf = reads(ProcessingInstruction.prototype, 'target');
const parse = free(DOMParser.prototype.parseFromString);
const rootOf = reads(Document.prototype, 'documentElement');
const namesOf = free(Element.prototype.getAttributeNames);
const effectOf = window.Animation && reads(Animation.prototype, 'effect');
const playedBy = window.KeyframeEffect && reads(KeyframeEffect.prototype, 'target');
const setKeyframes = window.KeyframeEffect && free(KeyframeEffect.prototype.setKeyframes);
const lengthOf = reads(ArrayBuffer.prototype, 'byteLength');
const { isView } = ArrayBuffer;
const typed = window.CSSStyleValue && free(CSSStyleValue.prototype.toString);

const page = window.document;

const blank = 'about:invalid#octroi-';
/** How many addresses are remembered, so that their blanks may be put back. */
const most = 1 << 14;
/** The longest sheet behind a data: or blob: address that is read, in bytes. */
const longest = 1 << 22;

/** What begins with its scheme, and needs no base. */
const absolute = /^[a-z][-+.\da-z]*:/i;

/** The properties, as scripts call them, that may have an address. */
const carriers =
  /^((webkit|moz|epub)(?=[A-Z])|-(webkit|moz|epub)-)?(background|border-?image|box-?reflect|clip|content|cursor|fill|filter|backdrop|list-?style|marker|mask|offset|result|shape|src|stroke)/i;

/** Where such properties stand in each engine. */
const declarations = ['CSSStyleDeclaration', 'CSSStyleProperties', 'CSS2Properties', 'CSSFontFaceDescriptors', 'CSSPageDescriptors', 'CSSFunctionDescriptors'];

/** The attributes of SVG that are properties. */
const attributes = list(['style', 'fill', 'stroke', 'filter', 'mask', 'clip-path', 'marker', 'marker-start', 'marker-mid', 'marker-end', 'cursor']);
/** What may have addresses in such an attribute, or blanks. */
let styled = '';
visit(attributes, (name) => visit(['url', 'src', 'image', '--', '\\\\'], (part) => void (styled += `${styled && ','}[${name}*="${part}" i]`)));

/** Whether a property takes any text, which may become an address where it is used. @param {unknown} name */
const isCustom = (name) => startsWith(name, '--');

/** @param {any} value */
const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');

/** What keyframes have that is no property. */
const terms = ['offset', 'easing', 'composite'];

/** @typedef {{ all: any[] | undefined, one: any }} Frames keyframes in a list, or one object with lists */

/**
 * What iterates, in a list; nothing for what does not.
 *
 * @param {any} items
 * @returns {any[] | undefined}
 */
const listed = (items) => {
  const iterate = items[iterator];
  if (iterate === undefined || iterate === null) return;
  const from = apply(iterate, items, []);
  const { next } = from;
  const all = list();
  for (let i = 0; ; i++) {
    const { done, value } = apply(next, from, []);
    if (done) return all;
    all[i] = value;
  }
};

/** @param {(address: string) => readonly [ids: string, open: boolean]} whose */
export const sheets = (whose) => {
  /** Whether any CSS loads something of a service's. */
  let some = false;
  /** How often something was blanked. */
  let blanks = 0;
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
    const said = whose(whole);
    if (said[0] || !said[1]) some = true;
    let now = address;
    if (!said[1]) {
      blanks++;
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
   * What is to be changed in a text; see css.js.
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
  const text = sure(
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

  /** The texts of a style element. @param {any} element */
  const pieces = (element) => {
    const all = list();
    for (let node = firstChild(element); node; node = nextSibling(node)) {
      const type = nodeType(node);
      if (type === 3 || type === 4) all[all.length] = node;
    }
    return all;
  };

  /**
   * Blanks in a style element, whose texts are one, what is shut, and puts back what is not.
   *
   * @param {any} element
   */
  const settle = (element) => {
    const nodes = pieces(element);
    /** @type {string[]} */
    const now = list();
    let css = '';
    for (let i = 0; i < nodes.length; i++) css += now[i] = dataOf(nodes[i]);
    if (!loads(css)) return;
    const all = attempt(() => found(css, () => baseURI(element)));
    if (all && !all.length) return;
    let from = 0;
    let next = 0;
    for (let i = 0; i < nodes.length; i++) {
      const to = from + now[i].length;
      let at = from;
      now[i] = '';
      // An address that goes on in the next text stands in the first alone.
      for (; all && next < all.length && all[next][0] < to; next++) {
        const edit = all[next];
        if (edit[0] >= from) now[i] += slice(css, at, edit[0]) + edit[2];
        at = edit[1];
        if (at > to) break;
      }
      if (all && at < to) now[i] += slice(css, at, to);
      from = to;
    }
    quiet(element, () => {
      for (let i = 0; i < nodes.length; i++) if (dataOf(nodes[i]) !== now[i]) setData(nodes[i], now[i]);
    });
  };

  /** Those that make no sheet now. @type {any[]} */
  const still = list();

  /**
   * Does something to a style element while it makes no sheet: it would ask for what it
   * imports at once.
   *
   * @template T
   * @param {any} element
   * @param {() => T} act
   * @returns {T}
   */
  const quiet = (element, act) => {
    for (let i = 0; i < still.length; i++) if (still[i] === element) return act();
    if (!isConnected(element)) return act();
    const type = getAttribute(element, 'type');
    const at = still.length;
    still[at] = element;
    setAttribute(element, 'type', 'octroi');
    try {
      return act();
    } finally {
      const settled = attempt(() => (settle(element), true));
      still.length = at;
      if (settled && type === null) removeAttribute(element, 'type');
      else if (settled) setAttribute(element, 'type', type);
      if (settled && namespaceURI(element) !== html) {
        // WebKit makes an SVG's sheet anew only when what is in it changes.
        setData(scratch, '');
        appendChild(element, scratch);
        removeChild(element, scratch);
      }
    }
  };

  /** Whether a node is a style element, of HTML or SVG. @param {any} node */
  const isStyle = (node) => {
    const name = apply(nameOf, node, []);
    return name === 'STYLE' || (exec(/(^|:)style$/i, name) !== null && nodeType(node) === 1 && localName(node) === 'style');
  };

  /** The style element that a node is, or is a text or a comment of. @param {any} node */
  const styleOf = (node) => {
    const element = apply(nameOf, node, [])[0] === '#' ? apply(parentOf, node, []) : node;
    return element && isStyle(element) ? element : undefined;
  };

  /** An instruction's data as they may stand now. @param {string} data */
  const instructed = sure((/** @type {string} */ data) => {
    const root = rootOf(parse(new DOMParser(), markup(`<a ${data}/>`), 'text/xml'));
    const href = getAttribute(root, 'href');
    const now = href && changed(href, true, undefined);
    if (!now) return data;
    const names = namesOf(root);
    let text = '';
    for (let i = 0; i < names.length; i++) {
      const value = names[i] === 'href' ? now : getAttribute(root, names[i]);
      let written = '';
      for (let j = 0; j < value.length; j++) written += exec(/[&<"]/, value[j]) ? `&#${value[j] === '&' ? 38 : value[j] === '<' ? 60 : 34};` : value[j];
      text += `${text && ' '}${names[i]}="${written}"`;
    }
    return text;
  }, '');

  const scratch = document.createTextNode('');

  /**
   * Changes an instruction; what it comes to say is judged before it says it.
   *
   * @param {any} node
   * @param {Function} act what changes a node's data
   * @param {any[]} args
   */
  const instruct = (node, act, args) => {
    setData(scratch, dataOf(node));
    apply(act, scratch, args);
    const now = dataOf(scratch);
    setData(node, targetOf(node) === 'xml-stylesheet' ? instructed(now) : now);
  };

  /**
   * Does what changes the text of a place, so that no sheet is made of it before it is judged.
   *
   * @template T
   * @param {any} place a node
   * @param {() => T} act
   * @param {any[]} [nodes] what is moved there, perhaps out of a style element
   * @returns {T}
   */
  const change = (place, act, nodes) => {
    const element = attempt(() => styleOf(place));
    let then = act;
    for (let i = 0; nodes && i < nodes.length; i++) {
      const node = nodes[i];
      const left = node && typeof node === 'object' && attempt(() => apply(nameOf, node, [])[0] === '#' && styleOf(node));
      if (!left || left === element) continue;
      const before = then;
      then = () => quiet(left, before);
    }
    return element ? quiet(element, then) : then();
  };

  /** A rule's declarations, in place: what holds the rule goes on holding it. @param {any} rule */
  const restyle = (rule) => {
    const { style } = rule;
    if (!style) return;
    const css = textOfStyle(style);
    const now = text(css, () => baseOf(rule));
    if (now !== css) setTextOfStyle(style, now);
  };

  /** Rules that are in a list, and those within them. @param {any} rules @param {any} [sheet] the sheet, where they are its own */
  const reviewRules = (rules, sheet) => {
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i];
      const css = textOfRule(rule);
      const imported = attempt(() => rule.styleSheet);
      if (imported) attempt(() => reviewRules(rulesOf(imported), imported));
      const base = () => baseOf(rule);
      if (text(css, base) === css) continue;
      attempt(() => restyle(rule));
      attempt(() => rule.cssRules && reviewRules(rule.cssRules));
      const left = textOfRule(rule);
      const now = text(left, base);
      if (now === left || !sheet) continue;
      deleteRule(sheet, i);
      insertRule(sheet, now, i);
    }
  };

  /** @param {any} sheet */
  const reviewSheet = (sheet) => attempt(() => reviewRules(rulesOf(sheet), sheet)); // another site's throws

  // What has come with a sheet of the site's own, or through an import, is known now.
  document.addEventListener(
    'load',
    (event) => {
      const { target } = event;
      const name = attempt(() => localName(target));
      if (name !== 'link' && name !== 'style') return;
      const { sheet } = /** @type {any} */ (target);
      if (sheet && (name === 'link' || attempt(() => rulesOf(sheet)[0].styleSheet))) reviewSheet(sheet);
    },
    true,
  );

  /**
   * Keyframes as they were written: read once, into what nobody else has.
   *
   * @param {any} frames
   * @returns {Frames}
   */
  const written = (frames) => {
    /** @param {any} frame @param {boolean} lists whether values come in lists */
    const copy = (frame, lists) => {
      if (!isObject(frame)) return frame;
      /** @type {Record<string, any>} */
      const own = bare({});
      for (let i = 0; i < terms.length; i++) if (terms[i] in frame) own[terms[i]] = frame[terms[i]];
      const names = ownKeys(frame);
      for (let i = 0; i < names.length; i++) {
        const name = names[i];
        if (typeof name !== 'string' || name in own || !getOwnPropertyDescriptor(frame, name)?.enumerable) continue;
        const value = frame[name];
        const values = lists && isObject(value) ? listed(value) : undefined;
        for (let j = 0; values && j < values.length; j++) values[j] = `${values[j]}`;
        own[name] = values || `${value}`;
      }
      return own;
    };
    const all = listed(frames);
    for (let i = 0; all && i < all.length; i++) all[i] = copy(all[i], false);
    return { all, one: all ? undefined : copy(frames, true) };
  };

  /** Those keyframes as they may stand now. @param {Frames} frames @param {(() => string | undefined) | undefined} base */
  const framed = ({ all, one }, base) => {
    /** @param {any} frame */
    const copy = (frame) => {
      if (!isObject(frame)) return frame;
      /** @type {Record<string, any>} */
      const own = bare({});
      const names = ownKeys(frame);
      for (let i = 0; i < names.length; i++) {
        const name = /** @type {string} */ (names[i]);
        const value = frame[name];
        if (includes(terms, name)) own[name] = value;
        else if (typeof value === 'string') own[name] = text(value, base, isCustom(name));
        else {
          const values = list();
          for (let j = 0; j < value.length; j++) values[j] = text(value[j], base, isCustom(name));
          own[name] = iterable(values);
        }
      }
      return own;
    };
    if (!all) return copy(one);
    const now = list();
    for (let i = 0; i < all.length; i++) now[i] = copy(all[i]);
    return iterable(now);
  };

  /** Of effects that scripts made, what their keyframes were. @type {WeakMap<object, Frames>} */
  const effects = new WeakMap();
  /** Those that wait, by what they move: WebKit forgets effects that no script holds. @type {WeakMap<object, object[]>} */
  const waiting = new WeakMap();

  /** Keeps an effect as long as what it moves, the last so many of each. @param {any} effect */
  const pin = (effect) => {
    const element = playedBy(effect);
    if (!element) return;
    const before = weakGet(waiting, element) || list();
    const now = list();
    now[0] = effect;
    for (let i = 0; i < before.length && i < 63; i++) now[i + 1] = before[i];
    weakSet(waiting, element, now);
  };

  /**
   * Keyframes as they may stand now, and to whom they are to be told once there is an effect.
   *
   * @param {any} frames
   * @param {(() => string | undefined) | undefined} base
   * @returns {[frames: any, tell: (effect: any) => void]}
   */
  const keyframes = (frames, base) => {
    if (!isObject(frames)) return [frames, () => {}];
    const all = written(frames);
    const before = blanks;
    const now = framed(all, base);
    const waits = blanks !== before;
    const tell = (/** @type {any} */ effect) => {
      if (!some || !effect) return;
      weakSet(effects, effect, all);
      if (waits) pin(effect);
    };
    return [now, tell];
  };

  /** @param {any} animation */
  const reviewAnimation = (animation) => {
    const effect = effectOf(animation);
    const frames = effect && weakGet(effects, effect);
    if (frames) setKeyframes(effect, framed(frames, undefined));
  };

  const styles = {
    blank: text,
    change,
    /** Blanks in a style element what is shut. @param {Element} element */
    text: settle,
    /**
     * The value that an attribute may have now which is CSS: "style", and those of SVG that
     * are properties.
     *
     * @param {string} value
     * @param {Node} [element] the one that is to have it
     */
    attribute: (value, element) => text(value, element && (() => baseURI(element))),
    /** Blanks in an element's own attributes what is shut, and puts back what is not. @param {Element} element */
    element(element) {
      for (let i = 0; i < attributes.length; i++) {
        const value = getAttribute(element, attributes[i]);
        if (!value || !loads(value)) continue;
        const now = styles.attribute(value, element);
        if (now !== value) setAttribute(element, attributes[i], now);
      }
    },
    /** The address that a link to a style sheet may have now. @type {(address: string) => string} */
    sheet: sure((address) => (exec(/^\s*(data|blob):/i, address) ? within(address) : address), blank),
    /** An instruction that may bring a style sheet, before it is inserted. @param {any} node */
    instruction(node) {
      const data = dataOf(node);
      const now = targetOf(node) === 'xml-stylesheet' ? instructed(data) : data;
      if (now !== data) setData(node, now);
    },
    /** Puts back what has opened, and blanks what has shut. @param {(Document | ShadowRoot)[]} roots */
    review(roots) {
      if (!some) return;
      for (let i = 0; i < roots.length; i++) {
        const root = roots[i];
        const node = attempt(() => nodeType(root)) ? root : page;
        const all = findAll(node, 'style');
        for (let j = 0; j < all.length; j++) attempt(() => settle(all[j]));
        const lists = [root.styleSheets, root.adoptedStyleSheets];
        for (let j = 0; j < 2; j++) for (let k = 0; k < lists[j]?.length; k++) reviewSheet(lists[j][k]);
        const elements = findAll(node, styled);
        for (let j = 0; j < elements.length; j++) styles.element(elements[j]);
        const animations = attempt(() => root.getAnimations()) || [];
        for (let j = 0; j < animations.length; j++) attempt(() => reviewAnimation(animations[j]));
      }
    },
    /** @type {import('./hooks.js').Hooks} */
    hook(view, wrap, stand) {
      /** What addresses begin from in what another realm's document has. */
      const home = view === window ? undefined : () => baseURI(view.document);
      /** @param {any} owner */
      const from = (owner) => () => baseOf(owner) || home?.();

      /**
       * Judges one argument of a method or a setter, or two.
       *
       * @param {string} kind
       * @param {string} name
       * @param {number} [at]
       * @param {'value' | 'set'} [half]
       */
      const css = (kind, name, at = 0, half = 'value') =>
        wrap(view[kind]?.prototype, name, half, (original) => ({
          hook(...args) {
            for (let i = 0; i <= at; i++) {
              if (i >= args.length || args[i] === null) continue;
              args[i] = `${args[i]}`;
              if (loads(args[i])) args[i] = text(args[i], from(this));
            }
            return apply(original, this, args);
          },
        }));
      const sheeted = ['CSSStyleSheet', 'CSSGroupingRule', 'CSSStyleRule', 'CSSMediaRule', 'CSSSupportsRule'];
      for (let i = 0; i < sheeted.length; i++) {
        wrap(view[sheeted[i]]?.prototype, 'insertRule', 'value', (original) => ({
          hook(...args) {
            if (args.length) args[0] = `${args[0]}`;
            if (args.length && loads(args[0])) args[0] = text(args[0], from(this));
            return apply(original, this, args);
          },
        }));
      }
      css('CSSStyleSheet', 'addRule', 1);
      css('CSSStyleSheet', 'replace');
      css('CSSStyleSheet', 'replaceSync');
      css('CSSKeyframesRule', 'appendRule');
      css('CSSRule', 'cssText', 0, 'set');
      css('CSSStyleDeclaration', 'cssText', 0, 'set');
      const drawn = ['CanvasRenderingContext2D', 'OffscreenCanvasRenderingContext2D'];
      for (let i = 0; i < 2; i++) css(drawn[i], 'filter', 0, 'set');

      for (let i = 0; i < declarations.length; i++) {
        const prototype = view[declarations[i]]?.prototype;
        wrap(prototype, 'setProperty', 'value', (original) => ({
          hook(...args) {
            if (args.length > 1 && args[1] !== null) {
              args[0] = `${args[0]}`;
              args[1] = `${args[1]}`;
              if (loads(args[1])) args[1] = text(args[1], from(this), isCustom(args[0]));
            }
            return apply(original, this, args);
          },
        }));
        const names = prototype ? getOwnPropertyNames(prototype) : [];
        for (let j = 0; j < names.length; j++) {
          if (!exec(carriers, names[j])) continue;
          wrap(prototype, names[j], 'set', (original) => ({
            hook(value) {
              if (!arguments.length || value === null) return apply(original, this, arguments);
              value = `${value}`;
              apply(original, this, [loads(value) ? text(value, from(this), names[j] === 'result') : value]);
            },
          }));
        }
      }

      // Chromium has no accessors, but one on the prototype comes before what it has.
      const { prototype } = view.CSSStyleDeclaration;
      const own = hasOwn(view.CSSStyleProperties?.prototype || view.CSS2Properties?.prototype || prototype, 'backgroundImage')
        ? []
        : getOwnPropertyNames(/** @type {any} */ (createElementNS(view.document, HTML, 'p')).style);
      /** @param {string} name @param {string} property */
      const give = (name, property) => {
        const accessor = {
          /** @returns {string} */
          get [name]() {
            return valueOf(this, property);
          },
          set [name](/** @type {any} */ value) {
            if (value !== null && loads((value = `${value}`))) value = text(value, from(this));
            setValue(this, property, value);
          },
        };
        defineProperty(prototype, name, bare(/** @type {any} */ (getOwnPropertyDescriptor(accessor, name))));
      };
      for (let i = 0; i < own.length; i++) {
        const name = own[i];
        if (!exec(carriers, name)) continue;
        let property = startsWith(name, 'webkit') ? '-' : '';
        for (let j = 0; j < name.length; j++) property += name[j] < 'a' && name[j] > '@' ? '-' + toLowerCase(name[j]) : name[j];
        give(name, property);
        give(property, property);
        if (property[0] === '-') give('W' + slice(name, 1), property);
      }

      const maps = ['set', 'append'];
      for (let i = 0; i < 2; i++) {
        wrap(view.StylePropertyMap?.prototype, maps[i], 'value', (original) => ({
          hook(...args) {
            if (args.length) args[0] = `${args[0]}`;
            for (let j = 1; j < args.length; j++) {
              const value = args[j];
              const written = value && typeof value === 'object' ? (attempt(() => typed(value)) ?? (args[j] = `${value}`)) : (args[j] = `${value}`);
              const now = text(written, home, isCustom(args[0]));
              if (now !== written) args[j] = now;
            }
            return apply(original, this, args);
          },
        }));
      }

      wrap(view.Element.prototype, 'animate', 'value', (original) => ({
        hook(...args) {
          const frames = keyframes(args[0], home);
          if (args.length) args[0] = frames[0];
          const animation = apply(original, this, args);
          frames[1](effectOf(animation));
          return animation;
        },
      }));
      wrap(view.KeyframeEffect?.prototype, 'setKeyframes', 'value', (original) => ({
        hook(...args) {
          const frames = keyframes(args[0], home);
          if (args.length) args[0] = frames[0];
          apply(original, this, args);
          frames[1](this);
        },
      }));
      stand(view, 'KeyframeEffect', (target, args, as) => {
        const frames = keyframes(args[1], home);
        if (args.length > 1) args[1] = frames[0];
        const effect = construct(target, args, as);
        frames[1](effect);
        return effect;
      });
      stand(view, 'FontFace', (target, args, as) => {
        const source = args[1];
        const bytes = isView(source) || attempt(() => lengthOf(source)) !== undefined;
        if (args.length > 1 && !bytes) args[1] = text(`${source}`, home);
        return construct(target, args, as);
      });
      stand(view, 'CSSStyleSheet', (target, args, as) => {
        const options = args[0];
        if (!options || typeof options !== 'object') return construct(target, args, as);
        const { baseURL, media, disabled } = options;
        /** @type {any} */
        const own = bare({});
        if (media !== undefined) own.media = typeof media === 'object' && media ? media : `${media}`;
        if (disabled !== undefined) own.disabled = disabled;
        const base = baseURL === undefined ? '' : attempt(() => hrefOf(new URL(`${baseURL}`, baseURI(view.document))));
        const may = base && attempt(() => whose(base)[1]);
        if (may) own.baseURL = base;
        const sheet = construct(target, [own], as);
        if (may) mapSet(bases, sheet, base);
        return sheet;
      });
      wrap(view.CSS, 'registerProperty', 'value', (original) => ({
        hook(...args) {
          if (args[0] && typeof args[0] === 'object') {
            const { name, syntax, inherits, initialValue } = args[0];
            /** @type {any} */
            const own = (args[0] = bare({}));
            if (name !== undefined) own.name = name;
            if (syntax !== undefined) own.syntax = syntax;
            if (inherits !== undefined) own.inherits = inherits;
            if (initialValue !== undefined) own.initialValue = text(`${initialValue}`, home, true);
          }
          return apply(original, this, args);
        },
      }));

      // What changes a style element's text. What inserts nodes and markup is hooked by the
      // tags, which tell of it by "change".
      /** @type {[kind: string, name: string, half: 'value' | 'set'][]} */
      const texts = [
        ['Node', 'textContent', 'set'],
        ['Node', 'nodeValue', 'set'],
        ['Node', 'removeChild', 'value'],
        ['Node', 'normalize', 'value'],
        ['Element', 'insertAdjacentText', 'value'],
        ['Element', 'moveBefore', 'value'],
        ['HTMLElement', 'innerText', 'set'],
        ['HTMLElement', 'outerText', 'set'],
        ['CharacterData', 'data', 'set'],
        ['CharacterData', 'appendData', 'value'],
        ['CharacterData', 'insertData', 'value'],
        ['CharacterData', 'replaceData', 'value'],
        ['CharacterData', 'deleteData', 'value'],
        ['CharacterData', 'remove', 'value'],
        ['Text', 'replaceWholeText', 'value'],
        ['Range', 'deleteContents', 'value'],
        ['Range', 'extractContents', 'value'],
      ];
      for (let i = 0; i < texts.length; i++) {
        const kind = texts[i][0];
        const name = texts[i][1];
        const data = exec(/^(nodeValue|textContent|data|.+Data)$/, name) !== null;
        wrap(view[kind]?.prototype, name, texts[i][2], (original) => ({
          hook(...args) {
            const place = kind === 'Range' ? attempt(() => container(this)) : name === 'outerText' ? attempt(() => parentNode(this)) : this;
            /** @type {any} */
            let element;
            try {
              if (data && nodeType(place) === 7) return instruct(place, original, args);
              element = styleOf(place);
            } catch {} // what is no node is told so
            return element ? quiet(element, () => apply(original, this, args)) : apply(original, this, args);
          },
        }));
      }
    },
  };
  return styles;
};
