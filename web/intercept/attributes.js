/*
 * The attributes and properties by which a script tells an element its source.
 */
import { pairs } from './pairs.js';
import { isSource, sourceOf, XLINK } from './loads.js';
import { drawing, painted, properties } from './sources.js';
import {
  apply,
  attempt,
  baseURI,
  construct,
  exec,
  free,
  getOwnPropertyDescriptor,
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
} from '../safe/builtins.js';
import { typed } from '../safe/trust.js';

const ownerElement = reads(Attr.prototype, 'ownerElement');

/** What puts an attribute on an element. */
const attaching = pairs({ Element: ['setAttributeNode', 'setAttributeNodeNS'], NamedNodeMap: ['setNamedItem', 'setNamedItemNS'] });
/** What sets an attribute's value. */
const valuing = pairs({ Attr: ['value'], Node: ['nodeValue', 'textContent'] });

/**
 * @param {import('./shared.js').Shared} shared
 * @param {(element: Element, name: string, value: string) => boolean} mark tells whether a new source is held
 * @param {(element: Element) => Record<string, string> | undefined} heldSources what a marked element was told
 * @returns {import('./hooks.js').Hooks}
 */
export const attributes = ({ styles }, mark, heldSources) => {
  /** What neither SVG's addresses nor lists of attributes tell: the element that they are of. @type {WeakMap<object, Element>} */
  const owners = new WeakMap();

  return (view, wrap, wrapConstructor) => {
    for (let i = 0; i < properties.length; i += 2) {
      const prototype = view[properties[i]]?.prototype;
      const property = properties[i + 1];
      const name = toLowerCase(property);
      wrap(prototype, property, 'set', (original) => ({
        hook(value) {
          if (!arguments.length) return apply(original, this, arguments);
          const given = typed(value) ? value : `${value}`;
          if (!attempt(() => localName(this)) || !mark(/** @type {any} */ (this), name, `${given}`)) apply(original, this, [given]);
        },
      }));
      wrap(prototype, property, 'get', (original) => ({
        hook() {
          const value = apply(original, this, arguments);
          /** @type {any} */
          const element = this;
          const held = value ? undefined : heldSources(element)?.[name];
          if (!held) return value;
          return exec(/^(?:src|href|data|poster)$/, name) ? (attempt(() => hrefOf(new URL(held, baseURI(element)))) ?? held) : held;
        },
      }));
    }
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
        if (element && mark(element, sourceOf(element, 'href') === null && sourceOf(element, 'xlink:href') !== null ? 'xlink:href' : 'href', given)) return;
        apply(original, this, [given]);
      },
    }));

    /** Whether a new value of an attribute is held. @param {any} element @param {string | null} space @param {string} name @param {string} value */
    const holds = (element, space, name, value) => {
      const key = space === XLINK ? 'xlink:href' : name;
      return mark(element, key, value);
    };
    /** A value as it may stand now. @param {string} name @param {string} value @param {any} element */
    const painting = (name, value, element) =>
      includes(painted, name) ? styles.attribute(value, element && attempt(() => localName(element)) ? element : undefined) : value;
    wrap(view.Element.prototype, 'setAttribute', 'value', (original) => ({
      hook(...args) {
        if (args.length < 2) return apply(original, this, args);
        const name = (args[0] = `${args[0]}`);
        const given = typed(args[1]) ? args[1] : `${args[1]}`;
        args[1] = given;
        if (isSource(name)) {
          const key = toLowerCase(name);
          if (attempt(() => localName(this)) && holds(this, null, key, `${given}`)) return;
        } else if (typeof given === 'string') {
          args[1] = painting(toLowerCase(name), given, this);
        }
        apply(original, this, args);
      },
    }));
    wrap(view.Element.prototype, 'setAttributeNS', 'value', (original) => ({
      hook(...args) {
        if (args.length < 3) return apply(original, this, args);
        const space = args[0] === null || args[0] === undefined ? null : `${args[0]}`;
        const name = (args[1] = `${args[1]}`);
        const given = typed(args[2]) ? args[2] : `${args[2]}`;
        args[0] = space;
        args[2] = given;
        const local = slice(name, indexOf(name, ':') + 1, name.length);
        if (isSource(local)) {
          if (attempt(() => localName(this)) && holds(this, space || null, local, `${given}`)) return;
        } else if (typeof given === 'string' && !space) {
          args[2] = painting(local, given, this);
        }
        apply(original, this, args);
      },
    }));
    /** Whether an attribute may be put on an element, or take a value. @param {any} element @param {any} attribute @param {string} value */
    const passes = (element, attribute, value) => {
      const name = attempt(() => nameOf(attribute));
      if (!name || !element || !attempt(() => localName(element))) return true;
      const local = slice(name, indexOf(name, ':') + 1, name.length);
      return !(isSource(local) && holds(element, name === local ? null : XLINK, local, value));
    };
    /** @param {any} attribute */
    const clean = (attribute) => {
      const name = attempt(() => nameOf(attribute));
      if (!name) return;
      const value = valueOf(attribute);
      const now = painting(name, value, undefined);
      if (now !== value) setValue(attribute, now);
    };
    const setValue = free(/** @type {any} */ (getOwnPropertyDescriptor(view.Attr.prototype, 'value')).set);
    for (let i = 0; i < attaching.length; i += 2) {
      const kind = attaching[i];
      wrap(view[kind].prototype, attaching[i + 1], 'value', (original) => ({
        hook(node) {
          /** @type {any} */
          const element = kind === 'Element' ? this : weakGet(owners, this);
          clean(node);
          if (!element && kind === 'NamedNodeMap' ? isSource(attempt(() => nameOf(node)) || '') : !passes(element, node, attempt(() => valueOf(node)) ?? ''))
            return null;
          return apply(original, this, arguments);
        },
      }));
    }
    wrap(view.Element.prototype, 'attributes', 'get', (original) => ({
      hook() {
        const map = apply(original, this, arguments);
        weakSet(owners, map, /** @type {any} */ (this));
        return map;
      },
    }));
    for (let i = 0; i < valuing.length; i += 2) {
      const kind = valuing[i];
      wrap(view[kind].prototype, valuing[i + 1], 'set', (original) => ({
        hook(value) {
          /** @type {any} */
          const self = this;
          if (!arguments.length || attempt(() => nodeType(self)) !== 2) return apply(original, this, arguments);
          const given = value === null && kind === 'Node' ? '' : typed(value) ? value : `${value}`;
          if (passes(ownerElement(self), self, `${given}`))
            apply(original, this, [typeof given === 'string' ? painting(nameOf(self), given, ownerElement(self)) : given]);
        },
      }));
    }
    wrapConstructor(view, 'Audio', (target, args, as) => {
      const audio = construct(target, list(), as);
      if (args.length && args[0] !== undefined) /** @type {any} */ (audio).src = args[0];
      return audio;
    });
  };
};
