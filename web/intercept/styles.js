/*
 * The styles blank what CSS would load from a service that is shut, whichever way it comes.
 * A blank carries the address, so that it can be put back wherever it has got to. Addresses
 * are found by css.js; whose they are is not known here.
 */
import { keyframeHooks } from './keyframes.js';
import { styleElements } from './style-elements.js';
import { isCustom, styleTexts } from './style-texts.js';
import { loads } from '../core/css.js';
import { HTML } from './loads.js';
import {
  apply,
  attempt,
  bare,
  baseURI,
  construct,
  createElementNS,
  dataOf,
  defineProperty,
  exec,
  findAll,
  free,
  getAttribute,
  getOwnPropertyDescriptor,
  hasOwn,
  hrefOf,
  list,
  localName,
  mapSet,
  nodeType,
  reads,
  setAttribute,
  setData,
  slice,
  startsWith,
  failClosed,
  toLowerCase,
  URL,
  visit,
  writes,
  instructionTarget,
  listen,
} from '../safe/builtins.js';

const { getOwnPropertyNames } = Object;
const targetOf = reads(Event.prototype, 'target');
const rulesOf = reads(CSSStyleSheet.prototype, 'cssRules');
const textOfRule = reads(CSSRule.prototype, 'cssText');
const insertRule = free(CSSStyleSheet.prototype.insertRule);
const deleteRule = free(CSSStyleSheet.prototype.deleteRule);
const textOfStyle = reads(CSSStyleDeclaration.prototype, 'cssText');
const setTextOfStyle = writes(CSSStyleDeclaration.prototype, 'cssText');
const valueOf = free(CSSStyleDeclaration.prototype.getPropertyValue);
const setValue = free(CSSStyleDeclaration.prototype.setProperty);
const lengthOf = reads(ArrayBuffer.prototype, 'byteLength');
const { isView } = ArrayBuffer;
const typed = window.CSSStyleValue && free(CSSStyleValue.prototype.toString);
const page = window.document;
const blank = 'about:invalid#octroi-';
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

/** @param {(address: string) => readonly [ids: string, open: boolean]} classifyURL */
export const sheets = (classifyURL) => {
  const texts = styleTexts(classifyURL);
  const { seen, bases, within, text, baseOf } = texts;
  const elements = styleElements(texts);
  const { settle, change, instructed } = elements;
  const keyframes = keyframeHooks(texts);

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

  /** What has come with a sheet of the site's own, or through an import, is known now. @param {Event} event */
  const loaded = (event) => {
    const target = /** @type {any} */ (targetOf(event));
    const name = attempt(() => localName(target));
    if (name !== 'link' && name !== 'style') return;
    const { sheet } = target;
    if (sheet && (name === 'link' || attempt(() => rulesOf(sheet)[0].styleSheet))) reviewSheet(sheet);
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
    sheet: failClosed((address) => (exec(/^\s*(data|blob):/i, address) ? within(address) : address), blank),
    /** An instruction that may bring a style sheet, before it is inserted. @param {any} node */
    instruction(node) {
      const data = dataOf(node);
      const now = instructionTarget(node) === 'xml-stylesheet' ? instructed(data) : data;
      if (now !== data) setData(node, now);
    },
    /** A sheet's load is told in its own tree alone. @param {Document | ShadowRoot} root */
    listen: (root) => listen(root, 'load', loaded, true),
    /** Puts back what has opened, and blanks what has shut. @param {(Document | ShadowRoot)[]} roots */
    review(roots) {
      if (!seen.some) return;
      for (let i = 0; i < roots.length; i++) {
        const root = roots[i];
        const node = attempt(() => nodeType(root)) ? root : page;
        const all = findAll(node, 'style');
        for (let j = 0; j < all.length; j++) attempt(() => settle(all[j]));
        const lists = [root.styleSheets, root.adoptedStyleSheets];
        for (let j = 0; j < 2; j++) for (let k = 0; k < lists[j]?.length; k++) reviewSheet(lists[j][k]);
        const painted = findAll(node, styled);
        for (let j = 0; j < painted.length; j++) styles.element(painted[j]);
        const animations = attempt(() => root.getAnimations()) || [];
        for (let j = 0; j < animations.length; j++) attempt(() => keyframes.reviewAnimation(animations[j]));
      }
    },
    /** @type {import('./hooks.js').Hooks} */
    hook(view, wrap, wrapConstructor) {
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
      wrapConstructor(view, 'FontFace', (target, args, as) => {
        const source = args[1];
        const bytes = isView(source) || attempt(() => lengthOf(source)) !== undefined;
        if (args.length > 1 && !bytes) args[1] = text(`${source}`, home);
        return construct(target, args, as);
      });
      wrapConstructor(view, 'CSSStyleSheet', (target, args, as) => {
        const options = args[0];
        if (!options || typeof options !== 'object') return construct(target, args, as);
        const { baseURL, media, disabled } = options;
        /** @type {any} */
        const own = bare({});
        if (media !== undefined) own.media = typeof media === 'object' && media ? media : `${media}`;
        if (disabled !== undefined) own.disabled = disabled;
        const base = baseURL === undefined ? '' : attempt(() => hrefOf(new URL(`${baseURL}`, baseURI(view.document))));
        const may = base && attempt(() => classifyURL(base)[1]);
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
      keyframes.hook(view, wrap, wrapConstructor);
      elements.hook(view, wrap, wrapConstructor);
    },
  };
  return styles;
};
