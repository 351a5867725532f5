/*
 * The built-ins of documents and nodes that octroi.js of a site itself needs, saved when it
 * starts. They work on nodes of any realm, and throw for other values. They are taken from the
 * prototypes, because a name in the markup hides a property of a document or a form:
 * <img name="querySelector"> (https://html.spec.whatwg.org/multipage/dom.html#dom-tree-accessors).
 */
import {
  TypeError,
  URL,
  WeakMap,
  WeakSet,
  Set,
  String,
  charCodeAt,
  endsWith,
  exec,
  floor,
  free,
  hrefOf,
  indexOf,
  join,
  knows,
  learn,
  list,
  now,
  protocolOf,
  reads,
  setAdd,
  setHas,
  slice,
  startsWith,
  toLowerCase,
  trim,
  unlearn,
  weakGet,
  weakSet,
} from './language.js';

export * from './language.js';

export const nodeType = reads(Node.prototype, 'nodeType');
export const parentNode = reads(Node.prototype, 'parentNode');
export const firstChild = reads(Node.prototype, 'firstChild');
export const isConnected = reads(Node.prototype, 'isConnected');
export const ownerDocument = reads(Node.prototype, 'ownerDocument');
export const baseURI = reads(Node.prototype, 'baseURI');
export const textOf = reads(Node.prototype, 'textContent');
export const removeChild = free(Node.prototype.removeChild);
export const appendChild = free(Node.prototype.appendChild);
export const localName = reads(Element.prototype, 'localName');
export const namespaceURI = reads(Element.prototype, 'namespaceURI');
export const shadowRoot = reads(Element.prototype, 'shadowRoot');
export const getAttribute = free(Element.prototype.getAttribute);
export const hasAttribute = free(Element.prototype.hasAttribute);
export const setAttribute = free(Element.prototype.setAttribute);
export const removeAttribute = free(Element.prototype.removeAttribute);
export const attributeNames = free(Element.prototype.getAttributeNames);
export const getAttributeNS = free(Element.prototype.getAttributeNS);
export const matches = free(Element.prototype.matches);
export const createElementNS = free(Document.prototype.createElementNS);
export const readyState = reads(Document.prototype, 'readyState');
export const currentScript = reads(Document.prototype, 'currentScript');
export const observe = free(MutationObserver.prototype.observe);
export const defaultView = reads(Document.prototype, 'defaultView');
export const nodesLength = reads(NodeList.prototype, 'length');
export const eventTarget = reads(Event.prototype, 'target');
export const composedPath = free(Event.prototype.composedPath);
export const preventDefault = free(Event.prototype.preventDefault);
export const listen = free(EventTarget.prototype.addEventListener);
const ofDocument = free(Document.prototype.querySelectorAll);
const ofFragment = free(DocumentFragment.prototype.querySelectorAll);
const ofElement = free(Element.prototype.querySelectorAll);

/**
 * Lists the elements that a selector finds in a document, a fragment or an element.
 *
 * @param {any} root
 * @param {string} selector
 * @returns {List<Element>}
 */
export const findAll = (root, selector) => {
  const type = nodeType(root);
  const nodes = (type === 9 ? ofDocument : type === 11 ? ofFragment : ofElement)(root, selector);
  const length = nodesLength(nodes);
  /** @type {List<Element>} */
  const all = list();
  for (let i = 0; i < length; i++) all[i] = nodes[i];
  return all;
};

/** Whether each saved built-in does its work: a script before Octroi's may have replaced it. */
const honest = () => {
  const all = createElementNS(document, 'x', 'p:q');
  const one = createElementNS(document, 'x', 'r');
  setAttribute(all, 'a', 'b');
  const had = join(attributeNames(all), ' ') + getAttribute(all, 'a') + getAttributeNS(all, null, 'a') + hasAttribute(all, 'a');
  removeAttribute(all, 'a');
  appendChild(all, one);
  const set = new Set();
  const weak = new WeakMap();
  const known = new WeakSet();
  setAdd(set, all);
  weakSet(weak, all, 2);
  learn(known, all);
  const kept = [setHas(set, all), setHas(set, one), weakGet(weak, all), weakGet(weak, one), knows(known, all), knows(known, one)];
  unlearn(known, all);
  let heard = 0;
  const target = new EventTarget();
  listen(target, 'i', (/** @type {Event} */ event) => void (eventTarget(event) === target && composedPath(event)[0] === target && heard++));
  target.dispatchEvent(new Event('i'));
  return (
    join(kept, ' ') + knows(known, all) === 'true false 2 undefined true falsefalse' &&
    had === 'abbtrue' &&
    heard === 1 &&
    !hasAttribute(all, 'a') &&
    localName(all) + namespaceURI(all) + nodeType(all) + textOf(all) === 'qx1' &&
    firstChild(all) === one &&
    parentNode(one) === all &&
    ownerDocument(one) === document &&
    !isConnected(one) &&
    isConnected(document) &&
    baseURI(one) === baseURI(document) &&
    findAll(all, 'r')[0] === one &&
    findAll(all, 't').length === 0 &&
    matches(one, 'r') &&
    !matches(one, 's') &&
    shadowRoot(one) === null &&
    removeChild(all, one) === one &&
    firstChild(all) === null &&
    defaultView(document) === window &&
    hrefOf(new URL('a:b')) + protocolOf(new URL('c:d')) === 'a:bc:' &&
    exec(/b/, 'abc')?.index === 1 &&
    exec(/d/, 'abc') === null &&
    slice('abc', 1, 2) + charCodeAt('a', 0) + trim(' a ') + toLowerCase('ABC') + String(1) === 'b97aabc1' &&
    indexOf('abcb', 'b') === 1 &&
    startsWith('ab', 'a') &&
    !startsWith('ab', 'b') &&
    endsWith('ab', 'b') &&
    !endsWith('ab', 'a') &&
    floor(1.5) === 1 &&
    now() >= 0
  );
};

// With a built-in that lies no verdict can be trusted: Octroi does not start, and entry/shut.js keeps everything denied.
if (honest() !== true) throw new TypeError();
