/*
 * Hooks for the methods and properties that take markup as text, and for those that make
 * nodes of another document's.
 */
import { needsGate, receive } from './gating.js';
import { inertDocument, viewOf } from './inert.js';
import { HTML } from './loads.js';
import { anyNeedsGate, fillBeside, hasClosedRoots, mayFrame, putMarkup, rewrite, rewriteIn, visitDeep } from './markup.js';
import { everyElement } from './reader.js';
import { shared } from './shared.js';
import {
  appendChild,
  apply,
  attempt,
  bare,
  baseURI,
  createElementNS,
  defaultView,
  exec,
  firstChild,
  free,
  insertBefore,
  list,
  localName,
  namespaceURI,
  nextSibling,
  nodeType,
  ownerDocument,
  parentNode,
  parseFromString,
  reads,
  replaceChild,
  setAttribute,
  setInnerHTML,
  startContainer,
  toLowerCase,
  createRange,
} from '../safe/builtins.js';
import { markup as trusted, typed } from '../safe/trust.js';
import { wrap } from './wrap.js';

const adopt = free(Document.prototype.adoptNode);
const selectContents = free(Range.prototype.selectNodeContents);
const hostOf = reads(ShadowRoot.prototype, 'host');
const replaceInElement = free(Element.prototype.replaceChildren);
const replaceInFragment = free(DocumentFragment.prototype.replaceChildren);
const upgrade = window.customElements && free(CustomElementRegistry.prototype.upgrade);
const registry = window.customElements;
const { setHTMLUnsafe, setHTML } = /** @type {any} */ (Element.prototype);
const kinds = list(['Element', 'ShadowRoot']);
const setters = list(['setHTMLUnsafe', 'setHTML']);
/** The browser's own setters of markup that are methods. @type {Record<string, any>} */
const originals = bare({ setHTMLUnsafe, setHTML });

/** Turns an argument into a text once, so that the text that is judged is the one that is set. @param {any} value @param {boolean} nullable whether null means no text */
export const textOnce = (value, nullable) => (typed(value) ? value : value === null && nullable ? '' : `${value}`);

/** Returns a rewritten text in the form in which it came: trusted, if it was. @param {string} text @param {any} given */
const likeGiven = (text, given) => (text === `${given}` ? given : typed(given) ? trusted(text) : text);

/** Returns the element in which markup is read that is set on a node; a body for none and for the root. @param {any} node @param {any} view */
const contextOf = (node, view) => {
  const element = node && nodeType(node) === 1 ? node : undefined;
  if (!element || (namespaceURI(element) === HTML && localName(element) === 'html'))
    return createElementNS(node ? ownerDocument(node) || node : view.document, HTML, 'body');
  return element;
};

/** Whether markup that is set on a node may load: not in a template, nor in an inert document. @param {any} node */
const isLive = (node) => !!node && !!viewOf(node) && !(nodeType(node) === 1 && localName(node) === 'template' && namespaceURI(node) === HTML);

/** Hooks the frames that markup may have brought into a window. @param {any} view @param {any} markup */
export const hookFrames = (view, markup) => {
  if (mayFrame(`${markup}`)) shared.frames(view);
};

/** Hooks innerHTML. @param {any} view @param {string} kind */
const hookInnerHTML = (view, kind) => {
  const isElement = kind === 'Element';
  wrap(view[kind].prototype, 'innerHTML', 'set', (original) => ({
    hook(value) {
      if (!arguments.length || !isLive(this)) return apply(original, this, arguments);
      const given = textOnce(value, true);
      putMarkup(
        given,
        isElement ? /** @type {any} */ (this) : hostOf(this),
        (markup) => apply(original, this, [markup]),
        (fragment) => (isElement ? replaceInElement : replaceInFragment)(this, fragment),
        true,
        isElement ? setInnerHTML : fillBeside,
      );
      hookFrames(view, given);
    },
  }));
};

/** Hooks setHTMLUnsafe or setHTML. @param {any} view @param {string} kind @param {string} name */
const hookSetHTML = (view, kind, name) => {
  const isElement = kind === 'Element';
  wrap(view[kind].prototype, name, 'value', (original) => ({
    hook(...args) {
      if (!args.length || !isLive(this)) return apply(original, this, args);
      // The count of arguments stays: an option of undefined differs from a missing one.
      const withMarkup = (/** @type {any} */ markup) => ((args[0] = markup), args);
      const given = textOnce(args[0], false);
      putMarkup(
        given,
        isElement ? /** @type {any} */ (this) : hostOf(this),
        (markup) => apply(original, this, withMarkup(markup)),
        (fragment) => (isElement ? replaceInElement : replaceInFragment)(this, fragment),
        true,
        (place, markup) => void apply(originals[name], place, withMarkup(markup)),
      );
      hookFrames(view, given);
    },
  }));
};

/** Hooks outerHTML. @param {any} view */
const hookOuterHTML = (view) =>
  wrap(view.Element.prototype, 'outerHTML', 'set', (original) => ({
    hook(value) {
      const parent = arguments.length && viewOf(/** @type {any} */ (this)) && parentNode(this);
      if (!parent || nodeType(parent) === 9) return apply(original, this, arguments);
      const given = textOnce(value, true);
      putMarkup(
        given,
        contextOf(parent, view),
        (markup) => apply(original, this, [markup]),
        (fragment) => void replaceChild(parent, fragment, this),
        true,
        fillBeside,
      );
      hookFrames(view, given);
    },
  }));

/** Hooks insertAdjacentHTML. @param {any} view */
const hookInsertAdjacentHTML = (view) =>
  wrap(view.Element.prototype, 'insertAdjacentHTML', 'value', (original) => ({
    hook(where, value) {
      if (arguments.length < 2 || !viewOf(/** @type {any} */ (this))) return apply(original, this, arguments);
      where = `${where}`;
      const position = toLowerCase(where);
      const isOutside = position === 'beforebegin' || position === 'afterend';
      const parent = parentNode(this);
      /** @type {any} */
      const self = this;
      const given = textOnce(value, false);
      let context = null;
      if (isOutside) context = parent && nodeType(parent) === 1 && contextOf(parent, view);
      else if (isLive(self) && exec(/^(?:after|before)/, position) !== null) context = contextOf(self, view);
      putMarkup(
        given,
        context,
        (markup) => apply(original, self, [where, markup]),
        (fragment) => {
          if (isOutside) insertBefore(parent, fragment, position === 'beforebegin' ? self : nextSibling(self));
          else insertBefore(self, fragment, position === 'afterbegin' ? firstChild(self) : null);
        },
        true,
        fillBeside,
      );
      hookFrames(view, given);
    },
  }));

/** Hooks createContextualFragment, whose scripts run once inserted. @param {any} view */
const hookContextualFragment = (view) =>
  wrap(view.Range.prototype, 'createContextualFragment', 'value', (original) => ({
    hook(value) {
      if (!arguments.length) return apply(original, this, arguments);
      const start = startContainer(this);
      const type = nodeType(start);
      if (!viewOf(start)) return apply(original, this, arguments);
      const document = type === 9 ? start : ownerDocument(start);
      return putMarkup(
        textOnce(value, false),
        contextOf(type === 1 ? start : type === 3 || type === 4 || type === 8 ? parentNode(start) : undefined, view),
        (markup) => apply(original, this, [markup]),
        (fragment) => adopt(document, fragment),
        false,
        (place, markup) => {
          const range = createRange(ownerDocument(place));
          selectContents(range, place);
          appendChild(place, apply(original, range, [markup]));
        },
      );
    },
  }));

/** Hooks importNode: what must be gated is copied into an inert document first. @param {any} view */
const hookImportNode = (view) =>
  wrap(view.Document.prototype, 'importNode', 'value', (original) => ({
    hook(...args) {
      const node = args[0];
      const type = node && attempt(() => nodeType(node));
      if ((type !== 1 && type !== 11) || !viewOf(/** @type {any} */ (this)) || !anyNeedsGate(node, baseURI(this))) return apply(original, this, arguments);
      const copy = apply(original, inertDocument, args);
      visitDeep(copy, (element) => receive(element, baseURI(this)));
      adopt(this, copy);
      if (upgrade) upgrade(registry, copy);
      return copy;
    },
  }));

/** Hooks transformToFragment: the result is made in an inert document first. @param {any} view */
const hookTransform = (view) =>
  wrap(view.XSLTProcessor?.prototype, 'transformToFragment', 'value', (original) => ({
    hook(source, document) {
      if (arguments.length < 2 || !attempt(() => defaultView(document))) return apply(original, this, arguments);
      const fragment = apply(original, this, [source, inertDocument]);
      if (fragment) {
        visitDeep(fragment, (element) => receive(element, baseURI(document)));
        adopt(document, fragment);
      }
      return fragment;
    },
  }));

/** Hooks execCommand, of which insertHTML and insertImage load. @param {any} view */
const hookExecCommand = (view) =>
  wrap(view.Document.prototype, 'execCommand', 'value', (original) => ({
    hook(command, ui, value) {
      if (arguments.length < 3) return apply(original, this, arguments);
      command = `${command}`;
      const given = textOnce(value, false);
      const name = toLowerCase(command);
      const text = name === 'inserthtml' ? rewriteIn(`${given}`, contextOf(this, view)) : given;
      if (name === 'insertimage') {
        const image = createElementNS(inertDocument, HTML, 'img');
        setAttribute(image, 'src', `${given}`);
        if (needsGate(image, baseURI(this))) return false;
      }
      return apply(original, this, [command, ui, likeGiven(text, given)]);
    },
  }));

/** Hooks parseHTMLUnsafe, which makes closed shadow roots: nobody could judge these later. @param {any} view */
const hookParseHTML = (view) =>
  wrap(view.Document, 'parseHTMLUnsafe', 'value', (original) => ({
    hook(...args) {
      if (!args.length) return apply(original, this, args);
      const given = textOnce(args[0], false);
      const parse = (/** @type {string} */ text) => everyElement(parseFromString(new DOMParser(), trusted(text), 'text/html'));
      args[0] = likeGiven(hasClosedRoots(`${given}`) ? rewrite(`${given}`, undefined, parse, 3) : given, given);
      return apply(original, this, args);
    },
  }));

/** @param {any} view */
export const markupHooks = (view) => {
  for (let i = 0; i < kinds.length; i++) {
    hookInnerHTML(view, kinds[i]);
    for (let k = 0; k < setters.length; k++) hookSetHTML(view, kinds[i], setters[k]);
  }
  hookOuterHTML(view);
  hookInsertAdjacentHTML(view);
  hookContextualFragment(view);
  hookImportNode(view);
  hookTransform(view);
  hookExecCommand(view);
  hookParseHTML(view);
};
