/*
 * Style elements of HTML and SVG. While a script changes the text of one, the element makes no
 * style sheet: a browser asks for an @import as soon as it makes the sheet.
 */
import { loads } from '../core/css.js';
import {
  appendChild,
  apply,
  attempt,
  baseURI,
  dataOf,
  exec,
  firstChild,
  getAttribute,
  getOwnPropertyDescriptor,
  includes,
  isConnected,
  list,
  localName,
  namespaceURI,
  nextSibling,
  nodeType,
  parentNode,
  reads,
  removeAttribute,
  removeChild,
  setAttribute,
  setData,
  slice,
  visit,
} from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import { HTML } from './loads.js';
import { changeInstruction } from './style-instructions.js';
import { editsOf } from './style-texts.js';
import { wrap } from './wrap.js';

const { get: nameOf } = /** @type {any} */ (getOwnPropertyDescriptor(Node.prototype, 'nodeName'));
const { get: parentOf } = /** @type {any} */ (getOwnPropertyDescriptor(Node.prototype, 'parentNode'));
const container = reads(Range.prototype, 'commonAncestorContainer');
/** An empty text node that no document has. */
const scratch = document.createTextNode('');

/** Lists the text nodes of a style element. @param {any} element */
const textNodes = (element) => {
  const all = list();
  for (let node = firstChild(element); node; node = nextSibling(node)) {
    const type = nodeType(node);
    if (type === 3 || type === 4) all[all.length] = node;
  }
  return all;
};

/**
 * Makes edits in a text of CSS that several nodes have together. The text of an edit that goes
 * over the end of a node is put into the first of its nodes.
 *
 * @param {string} css
 * @param {List<string>} texts the parts of it, which are replaced by the edited ones
 * @param {List<import('../core/css.js').Edit>} found
 */
const editParts = (css, texts, found) => {
  let from = 0;
  let next = 0;
  for (let i = 0; i < texts.length; i++) {
    const to = from + texts[i].length;
    let at = from;
    texts[i] = '';
    for (; next < found.length && found[next][0] < to; next++) {
      const edit = found[next];
      if (edit[0] >= from) texts[i] += slice(css, at, edit[0]) + edit[2];
      at = edit[1];
      if (at > to) break;
    }
    if (at < to) texts[i] += slice(css, at, to);
    from = to;
  }
};

/**
 * Rewrites the text of a style element. An element whose text cannot be judged is emptied.
 *
 * @param {any} element
 */
export const rewriteElement = (element) => {
  const nodes = textNodes(element);
  /** @type {List<string>} */
  const texts = list();
  let css = '';
  for (let i = 0; i < nodes.length; i++) css += texts[i] = dataOf(nodes[i]);
  if (!loads(css)) return;
  const found = attempt(() => editsOf(css, () => baseURI(element)));
  if (found && !found.length) return;
  if (found) editParts(css, texts, found);
  else for (let i = 0; i < nodes.length; i++) texts[i] = '';
  withoutSheet(element, () => {
    for (let i = 0; i < nodes.length; i++) if (dataOf(nodes[i]) !== texts[i]) setData(nodes[i], texts[i]);
  });
};

/** The style elements that make no sheet now. @type {List<any>} */
const suspended = list();

/** Lets a style element make its sheet. @param {any} element @param {string | null} type the element's own "type" */
const resume = (element, type) => {
  if (type === null) removeAttribute(element, 'type');
  else setAttribute(element, 'type', type);
  if (namespaceURI(element) === HTML) return;
  // WebKit makes the sheet of an SVG's element only when the element's content changes.
  setData(scratch, '');
  appendChild(element, scratch);
  removeChild(element, scratch);
};

/**
 * Does something to a style element while it makes no sheet, and rewrites the element's text
 * before it makes one again.
 *
 * @template T
 * @param {any} element
 * @param {() => T} act
 * @returns {T}
 */
const withoutSheet = (element, act) => {
  if (includes(suspended, element) || !isConnected(element)) return act();
  const type = getAttribute(element, 'type');
  const at = suspended.length;
  suspended[at] = element;
  setAttribute(element, 'type', 'octroi');
  try {
    return act();
  } finally {
    const judged = attempt(() => (rewriteElement(element), true));
    suspended.length = at;
    if (judged) resume(element, type);
  }
};

/** Whether a node is a style element. @param {any} node */
const isStyle = (node) => {
  const name = apply(nameOf, node, []);
  return name === 'STYLE' || (exec(/(^|:)style$/i, name) !== null && nodeType(node) === 1 && localName(node) === 'style');
};

/** Returns the style element that a node is, or whose text or comment it is. @param {any} node */
const styleOf = (node) => {
  const element = apply(nameOf, node, [])[0] === '#' ? apply(parentOf, node, []) : node;
  return element && isStyle(element) ? element : undefined;
};

/**
 * Does what may change the text of a style element, and rewrites the text before the element
 * makes a sheet of it.
 *
 * @template T
 * @param {any} place the node that is changed
 * @param {() => T} act
 * @param {List<any>} [nodes] the nodes that are moved there, perhaps out of another style element
 * @returns {T}
 */
export const changeText = (place, act, nodes) => {
  const element = attempt(() => styleOf(place));
  let then = act;
  for (let i = 0; nodes && i < nodes.length; i++) {
    const node = nodes[i];
    const left = node && typeof node === 'object' && attempt(() => apply(nameOf, node, [])[0] === '#' && styleOf(node));
    if (!left || left === element) continue;
    const before = then;
    then = () => withoutSheet(left, before);
  }
  return element ? withoutSheet(element, then) : then();
};

/**
 * The methods and setters that change the text of a style element or the data of an
 * instruction. Those that insert nodes or markup are hooked in insertions.js and
 * markup-hooks.js, which call "changeText".
 *
 * @type {[kind: string, name: string, half: 'value' | 'set'][]}
 */
const changes = [
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

/** @param {any} view */
export const hookTexts = (view) =>
  visit(changes, (change) => {
    const kind = change[0];
    const name = change[1];
    const changesData = exec(/^(nodeValue|textContent|data|.+Data)$/, name) !== null;
    wrap(view[kind]?.prototype, name, change[2], (original) => ({
      hook(...args) {
        const place = kind === 'Range' ? attempt(() => container(this)) : name === 'outerText' ? attempt(() => parentNode(this)) : this;
        /** @type {any} */
        let element;
        try {
          if (changesData && nodeType(place) === 7) return changeInstruction(place, original, args);
          element = styleOf(place);
        } catch {} // the original throws for what is not a node
        return element ? withoutSheet(element, () => apply(original, this, args)) : apply(original, this, args);
      },
    }));
  });
