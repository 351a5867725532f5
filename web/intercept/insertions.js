/*
 * Hooks for what inserts nodes, and for what gives a script its text.
 */
import { framing } from './sources.js';
import { gateText, judgeInserted } from './gating.js';
import { isForeign, viewOf } from './inert.js';
import { visitDeep, visitLoading } from './markup.js';
import { inertMark } from './marks.js';
import { pairs } from './pairs.js';
import { shared } from './shared.js';
import {
  apply,
  attempt,
  baseURI,
  exec,
  findAll,
  finds,
  firstChild,
  hasAttribute,
  isConnected,
  localName,
  nextSibling,
  nodeName,
  nodeType,
  ownerDocument,
  parentNode,
  room,
  setAttribute,
  textOf,
  toLowerCase,
  startContainer,
} from '../safe/builtins.js';
import { typed } from '../safe/trust.js';
import { wrap } from './wrap.js';

/** The methods that insert nodes, by interface. */
const insertingMethods = pairs({
  Node: ['appendChild', 'insertBefore', 'replaceChild'],
  Element: ['append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement', 'moveBefore'],
  Document: ['append', 'prepend', 'replaceChildren', 'adoptNode', 'moveBefore'],
  DocumentFragment: ['append', 'prepend', 'replaceChildren', 'moveBefore'],
  CharacterData: ['before', 'after', 'replaceWith'],
  DocumentType: ['before', 'after', 'replaceWith'],
  Range: ['insertNode', 'surroundContents'],
  HTMLSelectElement: ['add'],
  HTMLOptionsCollection: ['add'],
});
/** The properties that insert the node that they are set to. */
const insertingProperties = pairs({ Document: ['body'], HTMLTableElement: ['caption', 'tHead', 'tFoot'] });
/** The properties that set a script's text. Browsers with Trusted Types have some of them on HTMLScriptElement too. */
const textProperties = pairs({
  HTMLScriptElement: ['text', 'textContent', 'innerText'],
  SVGScriptElement: ['textContent'],
  Node: ['textContent'],
  HTMLElement: ['innerText'],
  Element: ['innerHTML'],
});

/** @param {any} node */
const isScript = (node) => exec(/^(?:.*:)?script$/i, attempt(() => nodeName(node)) || '') !== null && nodeType(node) === 1;

/** @param {any} value a node, or what a browser makes a text node of */
const textOfArgument = (value) => (typeof value === 'object' && value && attempt(() => nodeType(value)) ? textOf(value) : `${value}`);

/** Returns the text that a script will have. @param {any} script @param {List<any>} nodes the new children @param {any} [before] the child before which they come @param {any} [instead] the child that they replace */
const textWith = (script, nodes, before, instead) => {
  let text = '';
  const addNodes = () => {
    for (let i = 0; i < nodes.length; i++) text += textOfArgument(nodes[i]);
  };
  let isDone = false;
  for (let child = firstChild(script); child; child = nextSibling(child)) {
    if (child === before || child === instead) {
      addNodes();
      isDone = true;
    }
    if (child !== instead) text += nodeType(child) === 3 || nodeType(child) === 4 ? textOf(child) : '';
  }
  if (!isDone) addNodes();
  return text;
};

/**
 * Returns the text that a script will have after a method's call.
 *
 * @param {any} script
 * @param {any} self the object of the call: the script, or a child of it
 * @param {string} name
 * @param {any[]} args
 */
const textAfter = (script, self, name, args) => {
  switch (name) {
    case 'insertBefore':
      return textWith(script, [args[0]], args[1]);
    case 'replaceChild':
      return textWith(script, [args[0]], undefined, args[1]);
    case 'prepend':
      return textWith(script, args, firstChild(script));
    case 'before':
      return textWith(script, args, self);
    case 'replaceWith':
      return textWith(script, args, self, self);
    default:
      return textWith(script, args, name === 'after' ? nextSibling(self) : undefined);
  }
};

/** Whether a node brings frames, whose windows have to be hooked. @param {any} node */
const bringsFrames = (node) =>
  (nodeType(node) === 1 && exec(framing, localName(node)) !== null) || (!!firstChild(node) && finds(node, 'iframe,frame,object,embed'));

/** Marks the gated scripts of a document that runs none: they never run. @param {any} node */
const markInert = (node) => {
  const scripts = findAll(node, 'script[data-octroi]');
  if (nodeType(node) === 1 && isScript(node) && hasAttribute(node, 'data-octroi')) scripts[scripts.length] = node;
  for (let i = 0; i < scripts.length; i++) setAttribute(scripts[i], inertMark, 'parsed');
};

/** Judges nodes that are about to be inserted; tells whether they bring frames. @param {any} place @param {List<any>} nodes */
const judgeNodes = (place, nodes) => {
  let framed = false;
  if (!viewOf(place)) return framed;
  const isInDocument = nodeType(place) === 9 || isConnected(place);
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    const type = typeof node === 'object' && node ? attempt(() => nodeType(node)) : undefined;
    if (type === 7) shared.styles.instruction(node);
    if (type !== 1 && type !== 11) continue;
    framed ||= bringsFrames(node);
    const from = viewOf(node);
    // A node that moves inside the document has been judged; one that stays outside will be.
    if (from && (isConnected(node) || (!isInDocument && ownerDocument(node) === ownerDocument(place)))) continue;
    if (isForeign(node)) markInert(node);
    const base = baseURI(place);
    // Only parsers make shadow roots that Octroi has not seen, and these in documents without a window.
    (from ? visitLoading : visitDeep)(node, (element) => judgeInserted(element, base));
  }
  if (framed) room();
  return framed;
};

/** Returns the node that gets new children by a call. @param {string} kind @param {string} name @param {any} self @param {any[]} args @param {any} view */
const placeOf = (kind, name, self, args, view) => {
  if (kind === 'Range') return attempt(() => startContainer(self)) ?? view.document;
  if (exec(/^HTML/, kind) !== null) return view.document;
  const isSibling =
    exec(/^(?:before|after|replaceWith)$/, name) !== null || (name === 'insertAdjacentElement' && exec(/^(?:beforebegin|afterend)$/i, args[0]) !== null);
  return isSibling ? parentNode(self) : self;
};

/** Hooks a method that inserts nodes. @param {any} view @param {string} kind @param {string} name */
const hookInsertingMethod = (view, kind, name) =>
  wrap(view[kind]?.prototype, name, 'value', (original) => ({
    hook(...args) {
      /** @type {any} */
      const self = this;
      if (name === 'insertAdjacentElement' && args.length) args[0] = `${args[0]}`;
      const place = placeOf(kind, name, self, args, view);
      if (!place) return apply(original, self, args);
      if (isScript(place)) gateText(place, textAfter(place, self, name, args));
      const framed = judgeNodes(place, args);
      const result = shared.styles.change(place, () => apply(original, self, args), args);
      if (framed) shared.frames(view);
      return result;
    },
  }));

/** Hooks a property that inserts a node. @param {any} view @param {string} kind @param {string} name */
const hookInsertingProperty = (view, kind, name) =>
  wrap(view[kind].prototype, name, 'set', (original) => ({
    hook(node) {
      const framed = judgeNodes(nodeType(this) === 9 ? this : ownerDocument(this), [node]);
      apply(original, this, arguments);
      if (framed) shared.frames(view);
    },
  }));

/** Hooks a property that sets a script's text. @param {any} view @param {string} kind @param {string} name */
const hookTextProperty = (view, kind, name) =>
  wrap(view[kind]?.prototype, name, 'set', (original) => ({
    hook(value) {
      if (!arguments.length || !isScript(this)) return apply(original, this, arguments);
      const given = typed(value) || value === null ? value : `${value}`;
      gateText(this, `${given ?? ''}`);
      apply(original, this, [given]);
    },
  }));

/** Hooks insertAdjacentText, for scripts. @param {any} view */
const hookInsertAdjacentText = (view) =>
  wrap(view.Element.prototype, 'insertAdjacentText', 'value', (original) => ({
    hook(...args) {
      if (args.length > 1 && isScript(this)) {
        args[0] = `${args[0]}`;
        args[1] = `${args[1]}`;
        gateText(this, textWith(this, [args[1]], toLowerCase(args[0]) === 'afterbegin' ? firstChild(this) : undefined));
      }
      return apply(original, this, args);
    },
  }));

/** Hooks attachShadow: each shadow root is watched. @param {any} view */
const hookAttachShadow = (view) =>
  wrap(view.Element.prototype, 'attachShadow', 'value', (original) => ({
    hook() {
      const root = apply(original, this, arguments);
      shared.shadow(root);
      return root;
    },
  }));

/** @param {any} view */
export const hookInsertions = (view) => {
  hookAttachShadow(view);
  for (let i = 0; i < insertingMethods.length; i += 2) hookInsertingMethod(view, insertingMethods[i], insertingMethods[i + 1]);
  hookInsertAdjacentText(view);
  for (let i = 0; i < insertingProperties.length; i += 2) hookInsertingProperty(view, insertingProperties[i], insertingProperties[i + 1]);
  for (let i = 0; i < textProperties.length; i += 2) hookTextProperty(view, textProperties[i], textProperties[i + 1]);
};
