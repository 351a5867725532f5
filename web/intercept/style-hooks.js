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
  deref,
  free,
  getPrototypeOf,
  hasOwn,
  hrefOf,
  list,
  mapSet,
  reads,
  slice,
  split,
  startsWith,
  toLowerCase,
  URL,
  visit,
  weakGet,
  WeakMap,
  WeakRef,
  weakSet,
} from '../safe/builtins.js';
import { hookKeyframes } from './keyframes.js';
import { HTML } from './loads.js';
import { entering } from './members.js';
import { hookTexts } from './style-elements.js';
import { apart, visitCarriers, visitDeclarations } from './style-setters.js';
import { baseOf, baseOfView, bases, isCustom, isGranted, rewriteCSS } from './style-texts.js';
import { wrap, wrapConstructor } from './wrap.js';

const styleOf = reads(HTMLElement.prototype, 'style');
const valueOf = free(CSSStyleDeclaration.prototype.getPropertyValue);
const setValue = free(CSSStyleDeclaration.prototype.setProperty);
const lengthOf = reads(ArrayBuffer.prototype, 'byteLength');
const { isView } = ArrayBuffer;
const textOfTyped = window.CSSStyleValue && free(CSSStyleValue.prototype.toString);

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
  visitDeclarations(view, (prototype) => {
    wrap(prototype, 'setProperty', 'value', (original) => ({
      hook(...args) {
        if (args.length > 1 && args[1] !== null) {
          args[0] = `${args[0]}`;
          args[1] = rewriteFor(view, this, `${args[1]}`, isCustom(args[0]));
        }
        return apply(original, this, args);
      },
    }));
    visitCarriers(prototype, (name) =>
      wrap(prototype, name, 'set', (original) => ({
        hook(value) {
          if (!arguments.length || value === null) return apply(original, this, arguments);
          apply(original, this, [rewriteFor(view, this, `${value}`, name === 'result')]);
        },
      })),
    );
  });

/** The properties that an engine's styles have themselves, each with the names that scripts know it by. @type {List<List<string>>} */
const properties = list();

/** Lists these properties once: an engine makes the names anew each time. @param {any} view */
const listProperties = (view) =>
  visitCarriers(styleOf(createElementNS(view.document, HTML, 'p')), (name) => {
    let property = startsWith(name, 'webkit') ? '-' : '';
    for (let i = 0; i < name.length; i++) property += name[i] < 'a' && name[i] > '@' ? '-' + toLowerCase(name[i]) : name[i];
    const names = list([property]);
    if (name !== property) names[1] = name;
    if (property[0] === '-') names[2] = 'W' + slice(name, 1);
    properties[properties.length] = names;
  });

/** The prototypes of styles that have no accessors yet, until a script comes to its first style. @type {List<WeakRef<object>> | undefined} */
let waiting = list();
/** Whether an object that styles inherit from has not taken them. */
let refused = false;

/**
 * Defines accessors where an engine has none: in Chromium the object itself has the properties,
 * and an accessor on its prototype precedes them.
 *
 * @param {any} view
 * @param {any} prototype
 */
const defineAccessors = (view, prototype) => {
  if (!properties.length) listProperties(view);
  visit(properties, (names) => {
    const property = names[0];
    const accessor = bare({
      /** @this {any} */
      get() {
        return valueOf(this, property);
      },
      /** @this {any} @param {any} value */
      set(value) {
        setValue(this, property, value === null ? value : rewriteFor(view, this, `${value}`));
      },
      enumerable: true,
      configurable: true,
    });
    visit(names, (name) => {
      refused = (!defineProperty(prototype, name, accessor) && !hasOwn(prototype, name)) || refused;
    });
  });
};

/** The window of each of these prototypes. @type {WeakMap<object, any>} */
const viewsOf = new WeakMap();

/** Defines them in each realm, because a getter of one returns styles of another. */
const defineAll = () => {
  const prototypes = waiting || list();
  waiting = undefined;
  visit(prototypes, (weak) => {
    const prototype = deref(weak);
    if (prototype) defineAccessors(weakGet(viewsOf, prototype), prototype);
  });
};

/** Has the accessors there before a script gets its first style. @param {any} view */
const hookEntrances = (view) => {
  const prototype = /** @type {object} */ (getPrototypeOf(styleOf(createElementNS(view.document, HTML, 'p'))));
  if (hasOwn(prototype, 'backgroundImage')) return;
  if (!waiting) defineAccessors(view, prototype);
  else {
    waiting[waiting.length] = new WeakRef(prototype);
    weakSet(viewsOf, prototype, view);
  }
  visit(split(entering, ','), (group) => {
    const names = split(group, ' ');
    for (let i = 1; i < names.length; i++) {
      wrap(view[names[0]]?.prototype, slice(names[i], 1), 'get', (original) => ({
        hook() {
          if (waiting) defineAll();
          return apply(original, refused ? apart(this) : this, []);
        },
      }));
    }
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
  hookEntrances(view);
  hookMaps(view);
  hookFonts(view);
  hookSheets(view);
  hookRegistration(view);
  hookKeyframes(view);
  hookTexts(view);
};
