/*
 * Style elements and instructions, whose text a script changes.
 */
import { loads } from '../core/css.js';
import { document } from '../safe/dom.js';
import { markup } from '../safe/trust.js';
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
  failClosed,
  attributeNames,
  parseFromString,
  instructionTarget,
} from '../safe/builtins.js';

const { get: nameOf } = /** @type {any} */ (getOwnPropertyDescriptor(Node.prototype, 'nodeName'));
const { get: parentOf } = /** @type {any} */ (getOwnPropertyDescriptor(Node.prototype, 'parentNode'));
const html = 'http://www.w3.org/1999/xhtml';
const container = reads(Range.prototype, 'commonAncestorContainer');
const rootOf = reads(Document.prototype, 'documentElement');

/** @param {ReturnType<typeof import('./style-texts.js').styleTexts>} texts */
export const styleElements = ({ found, changed }) => {
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
  const instructed = failClosed((/** @type {string} */ data) => {
    const root = rootOf(parseFromString(new DOMParser(), markup(`<a ${data}/>`), 'text/xml'));
    const href = getAttribute(root, 'href');
    const now = href && changed(href, true, undefined);
    if (!now) return data;
    const names = attributeNames(root);
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
    setData(node, instructionTarget(node) === 'xml-stylesheet' ? instructed(now) : now);
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

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap) => {
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
  };

  return { settle, change, instructed, hook };
};
