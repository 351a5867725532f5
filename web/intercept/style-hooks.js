/*
 * Hooks what a script gives CSS to: the CSS object model (https://www.w3.org/TR/cssom-1/), typed
 * values, fonts, constructed sheets, registered properties, canvases.
 */
import { loads } from '../core/css.js';
import {
  apply,
  attempt,
  bare,
  baseURI,
  construct,
  createElementNS,
  defineProperty,
  exec,
  free,
  getOwnPropertyDescriptor,
  hasOwn,
  hrefOf,
  mapSet,
  reads,
  slice,
  startsWith,
  toLowerCase,
  URL,
  visit,
} from '../safe/builtins.js';
import { hookKeyframes } from './keyframes.js';
import { HTML } from './loads.js';
import { hookTexts } from './style-elements.js';
import { baseOf, baseOfView, bases, isCustom, isGranted, rewriteCSS } from './style-texts.js';
import { wrap, wrapConstructor } from './wrap.js';

const { getOwnPropertyNames } = Object;
const styleOf = reads(HTMLElement.prototype, 'style');
const valueOf = free(CSSStyleDeclaration.prototype.getPropertyValue);
const setValue = free(CSSStyleDeclaration.prototype.setProperty);
const lengthOf = reads(ArrayBuffer.prototype, 'byteLength');
const { isView } = ArrayBuffer;
const textOfTyped = window.CSSStyleValue && free(CSSStyleValue.prototype.toString);
/** The properties, as scripts name them, whose values may have addresses. */
const carriers =
  /^((webkit|moz|epub)(?=[A-Z])|-(webkit|moz|epub)-)?(background|border-?image|box-?reflect|clip|content|cursor|fill|filter|backdrop|list-?style|marker|mask|offset|result|shape|src|stroke)/i;
/** The interfaces whose prototypes have such properties: each engine has its own choice. */
const declarations = ['CSSStyleDeclaration', 'CSSStyleProperties', 'CSS2Properties', 'CSSFontFaceDescriptors', 'CSSPageDescriptors', 'CSSFunctionDescriptors'];

/**
 * The methods and setters whose arguments are CSS: the first one, or also the second one.
 *
 * @type {[kind: string, name: string, last?: number][]}
 */
const takers = [
  ['CSSStyleSheet', 'insertRule'],
  ['CSSGroupingRule', 'insertRule'],
  ['CSSStyleRule', 'insertRule'],
  ['CSSMediaRule', 'insertRule'],
  ['CSSSupportsRule', 'insertRule'],
  ['CSSStyleSheet', 'addRule', 1],
  ['CSSStyleSheet', 'replace'],
  ['CSSStyleSheet', 'replaceSync'],
  ['CSSKeyframesRule', 'appendRule'],
  ['CSSRule', 'cssText'],
  ['CSSStyleDeclaration', 'cssText'],
  ['CanvasRenderingContext2D', 'filter'],
  ['OffscreenCanvasRenderingContext2D', 'filter'],
];

/** Rewrites CSS that a script gives to a sheet, a rule, declarations or a canvas. @param {any} view @param {any} owner @param {string} css @param {boolean} [every] */
const rewriteFor = (view, owner, css, every) => (loads(css) ? rewriteCSS(css, () => baseOf(owner) || baseOfView(view), every) : css);

/** @param {any} view */
const hookTakers = (view) =>
  visit(takers, (taker) => {
    const name = taker[1];
    wrap(view[taker[0]]?.prototype, name, name === 'cssText' || name === 'filter' ? 'set' : 'value', (original) => ({
      hook(...args) {
        for (let i = 0; i <= (taker[2] || 0); i++) if (i < args.length && args[i] !== null) args[i] = rewriteFor(view, this, `${args[i]}`);
        return apply(original, this, args);
      },
    }));
  });

/** Hooks setProperty, and the setters of properties. @param {any} view */
const hookDeclarations = (view) =>
  visit(declarations, (kind) => {
    const prototype = view[kind]?.prototype;
    wrap(prototype, 'setProperty', 'value', (original) => ({
      hook(...args) {
        if (args.length > 1 && args[1] !== null) {
          args[0] = `${args[0]}`;
          args[1] = rewriteFor(view, this, `${args[1]}`, isCustom(args[0]));
        }
        return apply(original, this, args);
      },
    }));
    visit(prototype ? getOwnPropertyNames(prototype) : [], (name) => {
      if (!exec(carriers, name)) return;
      wrap(prototype, name, 'set', (original) => ({
        hook(value) {
          if (!arguments.length || value === null) return apply(original, this, arguments);
          apply(original, this, [rewriteFor(view, this, `${value}`, name === 'result')]);
        },
      }));
    });
  });

/** Defines an accessor of a property. @param {any} view @param {string} name @param {string} property */
const defineAccessor = (view, name, property) => {
  const accessor = {
    /** @returns {string} */
    get [name]() {
      return valueOf(this, property);
    },
    set [name](/** @type {any} */ value) {
      setValue(this, property, value === null ? value : rewriteFor(view, this, `${value}`));
    },
  };
  defineProperty(view.CSSStyleDeclaration.prototype, name, bare(/** @type {any} */ (getOwnPropertyDescriptor(accessor, name))));
};

/**
 * Defines accessors where an engine has none: in Chromium the object itself has the properties,
 * and an accessor on its prototype precedes them.
 *
 * @param {any} view
 */
const defineAccessors = (view) => {
  const { prototype } = view.CSSStyleDeclaration;
  if (hasOwn(view.CSSStyleProperties?.prototype || view.CSS2Properties?.prototype || prototype, 'backgroundImage')) return;
  visit(getOwnPropertyNames(styleOf(createElementNS(view.document, HTML, 'p'))), (name) => {
    if (!exec(carriers, name)) return;
    let property = startsWith(name, 'webkit') ? '-' : '';
    for (let i = 0; i < name.length; i++) property += name[i] < 'a' && name[i] > '@' ? '-' + toLowerCase(name[i]) : name[i];
    defineAccessor(view, name, property);
    defineAccessor(view, property, property);
    if (property[0] === '-') defineAccessor(view, 'W' + slice(name, 1), property);
  });
};

/** Hooks style maps, which take typed values and texts (https://www.w3.org/TR/css-typed-om-1/). @param {any} view */
const hookMaps = (view) =>
  visit(['set', 'append'], (name) =>
    wrap(view.StylePropertyMap?.prototype, name, 'value', (original) => ({
      hook(...args) {
        if (args.length) args[0] = `${args[0]}`;
        for (let i = 1; i < args.length; i++) {
          const value = args[i];
          const typed = value && typeof value === 'object' ? attempt(() => textOfTyped(value)) : undefined;
          const css = typed ?? (args[i] = `${value}`);
          const now = rewriteCSS(css, () => baseOfView(view), isCustom(args[0]));
          if (now !== css) args[i] = now;
        }
        return apply(original, this, args);
      },
    })),
  );

/** @param {any} view */
const hookFonts = (view) =>
  wrapConstructor(view, 'FontFace', (target, args, as) => {
    const source = args[1];
    const isBytes = isView(source) || attempt(() => lengthOf(source)) !== undefined;
    if (args.length > 1 && !isBytes) args[1] = rewriteCSS(`${source}`, () => baseOfView(view));
    return construct(target, args, as);
  });

/** Hooks the constructor of sheets, whose options may have a base address. @param {any} view */
const hookSheets = (view) =>
  wrapConstructor(view, 'CSSStyleSheet', (target, args, as) => {
    const options = args[0];
    if (!options || typeof options !== 'object') return construct(target, args, as);
    const { baseURL, media, disabled } = options;
    /** @type {any} */
    const copy = bare({});
    if (media !== undefined) copy.media = typeof media === 'object' && media ? media : `${media}`;
    if (disabled !== undefined) copy.disabled = disabled;
    const base = baseURL === undefined ? '' : attempt(() => hrefOf(new URL(`${baseURL}`, baseURI(view.document))));
    const granted = base && isGranted(base);
    if (granted) copy.baseURL = base;
    const sheet = construct(target, [copy], as);
    if (granted) mapSet(bases, sheet, base);
    return sheet;
  });

/** Hooks the registration of custom properties, which may have an initial value. @param {any} view */
const hookRegistration = (view) =>
  wrap(view.CSS, 'registerProperty', 'value', (original) => ({
    hook(...args) {
      if (args[0] && typeof args[0] === 'object') {
        const { name, syntax, inherits, initialValue } = args[0];
        /** @type {any} */
        const copy = (args[0] = bare({}));
        if (name !== undefined) copy.name = name;
        if (syntax !== undefined) copy.syntax = syntax;
        if (inherits !== undefined) copy.inherits = inherits;
        if (initialValue !== undefined) copy.initialValue = rewriteCSS(`${initialValue}`, () => baseOfView(view), true);
      }
      return apply(original, this, args);
    },
  }));

/** @param {any} view */
export const hookStyles = (view) => {
  hookTakers(view);
  hookDeclarations(view);
  defineAccessors(view);
  hookMaps(view);
  hookFonts(view);
  hookSheets(view);
  hookRegistration(view);
  hookKeyframes(view);
  hookTexts(view);
};
