/*
 * Hooks for the attributes and properties by which a script gives an element its source or
 * its styles.
 */
import { holdSource } from './gating.js';
import { heldSourcesOf, isMarked } from './marks.js';
import { pairs } from './pairs.js';
import { isSource, sourceOf, XLINK } from './loads.js';
import { shared } from './shared.js';
import { drawing, painted, properties } from './sources.js';
import {
  apply,
  attempt,
  baseURI,
  construct,
  exec,
  hrefOf,
  includes,
  indexOf,
  list,
  localName,
  nameOf,
  nodeType,
  reads,
  slice,
  toLowerCase,
  URL,
  valueOf,
  weakGet,
  WeakMap,
  weakSet,
  writes,
} from '../safe/builtins.js';
import { typed } from '../safe/trust.js';
import { wrap, wrapConstructor } from './wrap.js';

const ownerElement = reads(Attr.prototype, 'ownerElement');
const setValue = writes(Attr.prototype, 'value');

/** The methods that put an attribute node on an element, by interface. */
const attachingMethods = pairs({ Element: ['setAttributeNode', 'setAttributeNodeNS'], NamedNodeMap: ['setNamedItem', 'setNamedItemNS'] });
/** The properties that set the value of an attribute node, by interface. */
const valueProperties = pairs({ Attr: ['value'], Node: ['nodeValue', 'textContent'] });

/** The elements of SVGAnimatedString and NamedNodeMap objects, which tell nobody their element. @type {WeakMap<object, Element>} */
const owners = new WeakMap();

/** @param {any} value */
const isElement = (value) => !!attempt(() => localName(value));

/** Turns an argument into a text once, so that the value that is judged is the one that is set. @param {any} value */
const textOnce = (value) => (typed(value) ? value : `${value}`);

/** @param {string} name with a prefix or without */
const localPart = (name) => slice(name, indexOf(name, ':') + 1, name.length);

/** Judges a new value of an attribute; tells whether it is held. @param {any} element @param {string | null} namespace @param {string} name @param {string} value */
const holds = (element, namespace, name, value) => holdSource(element, namespace === XLINK ? 'xlink:href' : name, value);

/** Returns the value of a style attribute without blocked addresses; the value itself for any other attribute. @param {string} name @param {string} value @param {any} element */
const blankStyle = (name, value, element) =>
  includes(painted, name) ? shared.styles.attribute(value, element && isElement(element) ? element : undefined) : value;

/** Hooks a property by which an element loads. @param {any} view @param {string} kind @param {string} property */
const hookProperty = (view, kind, property) => {
  const prototype = view[kind]?.prototype;
  const name = toLowerCase(property);
  wrap(prototype, property, 'set', (original) => ({
    hook(value) {
      if (!arguments.length) return apply(original, this, arguments);
      const given = textOnce(value);
      if (!isElement(this) || !holdSource(/** @type {any} */ (this), name, `${given}`)) apply(original, this, [given]);
    },
  }));
  wrap(prototype, property, 'get', (original) => ({
    hook() {
      const value = apply(original, this, arguments);
      /** @type {any} */
      const element = this;
      const held = !value && isMarked(element) ? heldSourcesOf(element)?.[name] : undefined;
      if (!held) return value;
      return exec(/^(?:src|href|data|poster)$/, name) ? (attempt(() => hrefOf(new URL(held, baseURI(element)))) ?? held) : held;
    },
  }));
};

/** Hooks the href of SVG's elements: an object whose baseVal a script sets. @param {any} view */
const hookSVGAddresses = (view) => {
  for (let i = 0; i < drawing.length; i++) {
    wrap(view[`SVG${drawing[i]}Element`]?.prototype, 'href', 'get', (original) => ({
      hook() {
        const value = apply(original, this, arguments);
        if (value) weakSet(owners, value, /** @type {any} */ (this));
        return value;
      },
    }));
  }
  wrap(view.SVGAnimatedString?.prototype, 'baseVal', 'set', (original) => ({
    hook(value) {
      if (!arguments.length) return apply(original, this, arguments);
      const element = weakGet(owners, this);
      const given = `${value}`;
      if (element) {
        const name = sourceOf(element, 'href') === null && sourceOf(element, 'xlink:href') !== null ? 'xlink:href' : 'href';
        if (holdSource(element, name, given)) return;
      }
      apply(original, this, [given]);
    },
  }));
};

/** Hooks setAttribute. @param {any} view */
const hookSetAttribute = (view) =>
  wrap(view.Element.prototype, 'setAttribute', 'value', (original) => ({
    hook(...args) {
      if (args.length < 2) return apply(original, this, args);
      const name = (args[0] = `${args[0]}`);
      const given = (args[1] = textOnce(args[1]));
      if (isSource(name)) {
        if (isElement(this) && holds(this, null, toLowerCase(name), `${given}`)) return;
      } else if (typeof given === 'string') {
        args[1] = blankStyle(toLowerCase(name), given, this);
      }
      apply(original, this, args);
    },
  }));

/** Hooks setAttributeNS. @param {any} view */
const hookSetAttributeNS = (view) =>
  wrap(view.Element.prototype, 'setAttributeNS', 'value', (original) => ({
    hook(...args) {
      if (args.length < 3) return apply(original, this, args);
      const namespace = (args[0] = args[0] === null || args[0] === undefined ? null : `${args[0]}`);
      const name = localPart((args[1] = `${args[1]}`));
      const given = (args[2] = textOnce(args[2]));
      if (isSource(name)) {
        if (isElement(this) && holds(this, namespace || null, name, `${given}`)) return;
      } else if (typeof given === 'string' && !namespace) {
        args[2] = blankStyle(name, given, this);
      }
      apply(original, this, args);
    },
  }));

/** Whether an attribute node may be put on an element, or get a value there. @param {any} element @param {any} attribute @param {string} value */
const mayAttach = (element, attribute, value) => {
  const name = attempt(() => nameOf(attribute));
  if (!name || !element || !isElement(element)) return true;
  const local = localPart(name);
  return !(isSource(local) && holds(element, name === local ? null : XLINK, local, value));
};

/** Blanks the value of a style's attribute node. @param {any} attribute */
const blankNode = (attribute) => {
  const name = attempt(() => nameOf(attribute));
  if (!name) return;
  const value = valueOf(attribute);
  const blanked = blankStyle(name, value, undefined);
  if (blanked !== value) setValue(attribute, blanked);
};

/** Hooks a method that puts an attribute node on an element. @param {any} view @param {string} kind @param {string} name */
const hookAttachingMethod = (view, kind, name) =>
  wrap(view[kind].prototype, name, 'value', (original) => ({
    hook(node) {
      /** @type {any} */
      const element = kind === 'Element' ? this : weakGet(owners, this);
      blankNode(node);
      // Nobody can judge a source whose element is not known.
      const isHeld =
        !element && kind === 'NamedNodeMap' ? isSource(attempt(() => nameOf(node)) || '') : !mayAttach(element, node, attempt(() => valueOf(node)) ?? '');
      return isHeld ? null : apply(original, this, arguments);
    },
  }));

/** Hooks attributes, to know the element of each NamedNodeMap. @param {any} view */
const hookAttributeMaps = (view) =>
  wrap(view.Element.prototype, 'attributes', 'get', (original) => ({
    hook() {
      const map = apply(original, this, arguments);
      weakSet(owners, map, /** @type {any} */ (this));
      return map;
    },
  }));

/** Hooks a property that sets the value of an attribute node. @param {any} view @param {string} kind @param {string} name */
const hookValueProperty = (view, kind, name) =>
  wrap(view[kind].prototype, name, 'set', (original) => ({
    hook(value) {
      /** @type {any} */
      const self = this;
      if (!arguments.length || attempt(() => nodeType(self)) !== 2) return apply(original, this, arguments);
      const given = value === null && kind === 'Node' ? '' : textOnce(value);
      const element = ownerElement(self);
      if (mayAttach(element, self, `${given}`)) apply(original, this, [typeof given === 'string' ? blankStyle(nameOf(self), given, element) : given]);
    },
  }));

/** @type {import('./hooks.js').Hooks} */
export const hookAttributes = (view) => {
  for (let i = 0; i < properties.length; i += 2) hookProperty(view, properties[i], properties[i + 1]);
  hookSVGAddresses(view);
  hookSetAttribute(view);
  hookSetAttributeNS(view);
  for (let i = 0; i < attachingMethods.length; i += 2) hookAttachingMethod(view, attachingMethods[i], attachingMethods[i + 1]);
  hookAttributeMaps(view);
  for (let i = 0; i < valueProperties.length; i += 2) hookValueProperty(view, valueProperties[i], valueProperties[i + 1]);
  wrapConstructor(view, 'Audio', (target, args, as) => {
    const audio = construct(target, list(), as);
    if (args.length && args[0] !== undefined) /** @type {any} */ (audio).src = args[0];
    return audio;
  });
};
