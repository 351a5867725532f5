/*
 * What CSS loads from a denied service is blanked, whichever way the CSS comes: in a style
 * element, an attribute, a linked or constructed sheet, or by a call. style-texts.js rewrites
 * the texts, core/css.js finds the addresses in them.
 */
import { loads } from '../core/css.js';
import { attempt, failClosed, findAll, getAttribute, list, listen, baseURI, setAttribute, visit } from '../safe/builtins.js';
import { reviewAnimation } from './keyframes.js';
import { changeText, rewriteElement } from './style-elements.js';
import { hookStyles } from './style-hooks.js';
import { rewriteInstruction } from './style-instructions.js';
import { onSheetLoad, rewriteSheet } from './style-rules.js';
import { blank, classifyBy, isCarrying, rewriteCarried, rewriteCSS, seen } from './style-texts.js';

/** The attribute that is CSS, and the attributes of SVG whose values are CSS. */
const attributes = list(['style', 'fill', 'stroke', 'filter', 'mask', 'clip-path', 'marker', 'marker-start', 'marker-mid', 'marker-end', 'cursor']);

/** Selects the elements whose attributes may have an address or a blank. */
let selector = '';
visit(attributes, (name) => visit(['url', 'src', 'image', '--', '\\\\'], (part) => void (selector += `${selector && ','}[${name}*="${part}" i]`)));

/** Returns the value that an attribute of CSS may have. @param {string} value @param {Node} [element] the element that gets it */
const rewriteValue = (value, element) => rewriteCSS(value, element && (() => baseURI(element)));

/** Rewrites the attributes of an element that are CSS. @param {Element} element */
const rewriteAttributes = (element) => {
  for (let i = 0; i < attributes.length; i++) {
    const value = getAttribute(element, attributes[i]);
    if (!value || !loads(value)) continue;
    const now = rewriteValue(value, element);
    if (now !== value) setAttribute(element, attributes[i], now);
  }
};

/** Rewrites all CSS in a document or a shadow root. @param {Document | ShadowRoot} root */
const reviewRoot = (root) => {
  visit(findAll(root, 'style'), (element) => attempt(() => rewriteElement(element)));
  const lists = [root.styleSheets, root.adoptedStyleSheets];
  for (let i = 0; i < 2; i++) for (let k = 0; k < lists[i]?.length; k++) rewriteSheet(lists[i][k]);
  visit(findAll(root, selector), rewriteAttributes);
  const animations = attempt(() => root.getAnimations()) || [];
  for (let i = 0; i < animations.length; i++) attempt(() => reviewAnimation(animations[i]));
};

/** @param {import('./style-texts.js').Classify} classifyURL @param {<T extends any[]>(look: (...args: T) => void) => (...args: T) => void} looks makes what looks at sheets that have loaded */
export const sheets = (classifyURL, looks) => {
  classifyBy(classifyURL);
  const loaded = looks(onSheetLoad);
  return {
    blank: rewriteCSS,
    change: changeText,
    text: rewriteElement,
    attribute: rewriteValue,
    element: rewriteAttributes,
    /** Returns the address that a link to a style sheet may have. @type {(address: string) => string} */
    sheet: failClosed((address) => (isCarrying(address) ? rewriteCarried(address) : address), blank),
    instruction: rewriteInstruction,
    loaded,
    /** Listens to a tree, because a load event is dispatched in the tree of its element alone. @param {Document | ShadowRoot} root */
    listen: (root) => listen(root, 'load', loaded, true),
    /** Rewrites all CSS after a choice. @param {List<Document | ShadowRoot>} roots */
    review(roots) {
      if (seen.some) visit(roots, (root) => void attempt(() => reviewRoot(root)));
    },
    /** @type {import('./hooks.js').Hooks} */
    hook: (view) => hookStyles(view),
  };
};
