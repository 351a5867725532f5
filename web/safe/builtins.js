/*
 * The built-ins of documents and nodes, saved when Octroi's script starts, and those of the
 * language (language.js). The last lines of this file try all of them, before any other part of
 * Octroi runs.
 */
import {
  Map,
  Set,
  String,
  TypeError,
  URL,
  WeakMap,
  WeakSet,
  attempt,
  ceil,
  charCodeAt,
  decode,
  decodeURIComponent,
  encode,
  encodeURIComponent,
  endsWith,
  exec,
  floor,
  free,
  fromCharCode,
  fromCodePoint,
  hrefOf,
  indexOf,
  join,
  knows,
  lastIndexOf,
  learn,
  list,
  mapDelete,
  mapGet,
  mapSet,
  max,
  min,
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
  weakDelete,
  weakGet,
  weakSet,
  writes,
} from './language.js';

export * from './language.js';

const { Request } = window;

/** Returns the address of a Request of any realm. Throws for any other object, also for one that has a "url". */
export const requestURL = reads(Request.prototype, 'url');

/*
 * These work on nodes of any realm, and throw for other values. They are taken from the
 * prototypes, because a name in the markup hides a property of a document or a form:
 * <img name="querySelector"> (https://html.spec.whatwg.org/multipage/dom.html#dom-tree-accessors).
 */
export const nodeType = reads(Node.prototype, 'nodeType');
export const nodeName = reads(Node.prototype, 'nodeName');
export const parentNode = reads(Node.prototype, 'parentNode');
export const firstChild = reads(Node.prototype, 'firstChild');
export const nextSibling = reads(Node.prototype, 'nextSibling');
export const isConnected = reads(Node.prototype, 'isConnected');
export const previousSibling = reads(Node.prototype, 'previousSibling');
export const ownerDocument = reads(Node.prototype, 'ownerDocument');
export const baseURI = reads(Node.prototype, 'baseURI');
export const textOf = reads(Node.prototype, 'textContent');
export const insertBefore = free(Node.prototype.insertBefore);
export const replaceChild = free(Node.prototype.replaceChild);
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
export const setAttributeNS = free(Element.prototype.setAttributeNS);
export const removeAttributeNS = free(Element.prototype.removeAttributeNS);
export const matches = free(Element.prototype.matches);
export const closest = free(Element.prototype.closest);
export const createElementNS = free(Document.prototype.createElementNS);
export const createComment = free(Document.prototype.createComment);
export const createDocumentFragment = free(Document.prototype.createDocumentFragment);
export const createHTMLDocument = free(DOMImplementation.prototype.createHTMLDocument);
export const parseFromString = free(DOMParser.prototype.parseFromString);
export const importNode = free(Document.prototype.importNode);
export const openDocument = free(Document.prototype.open);
export const writeDocument = free(Document.prototype.write);
export const headOf = reads(Document.prototype, 'head');
export const bodyOf = reads(Document.prototype, 'body');
export const readyState = reads(Document.prototype, 'readyState');
export const currentScript = reads(Document.prototype, 'currentScript');
export const outerHTML = reads(Element.prototype, 'outerHTML');
export const startContainer = reads(Range.prototype, 'startContainer');
export const instructionTarget = reads(ProcessingInstruction.prototype, 'target');
export const observe = free(MutationObserver.prototype.observe);
export const defaultView = reads(Document.prototype, 'defaultView');
/** The document's own, read before a name in the markup can hide it. */
export const implementation = reads(Document.prototype, 'implementation')(document);
export const contentOf = reads(HTMLTemplateElement.prototype, 'content');
export const setInnerHTML = writes(Element.prototype, 'innerHTML');

export const nodesLength = reads(NodeList.prototype, 'length');
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

const inElement = free(Element.prototype.querySelector);
const inFragment = free(DocumentFragment.prototype.querySelector);

/** Whether a selector finds anything in a fragment or an element. No list is made, because a list takes 1 µs. @param {any} root @param {string} selector */
export const finds = (root, selector) => (nodeType(root) === 11 ? inFragment : inElement)(root, selector) !== null;

const createAttribute = free(Document.prototype.createAttribute);
const createTextNode = free(Document.prototype.createTextNode);
const setValue = writes(Attr.prototype, 'value');
export const nameOf = reads(Attr.prototype, 'name');
export const valueOf = reads(Attr.prototype, 'value');
export const dataOf = reads(CharacterData.prototype, 'data');
export const setData = writes(CharacterData.prototype, 'data');
export const hasAttributes = free(Element.prototype.hasAttributes);
export const eventTarget = reads(Event.prototype, 'target');
export const composedPath = free(Event.prototype.composedPath);
export const preventDefault = free(Event.prototype.preventDefault);
export const compatMode = reads(Document.prototype, 'compatMode');
export const createRange = free(Document.prototype.createRange);
export const listen = free(EventTarget.prototype.addEventListener);
export const unlisten = free(EventTarget.prototype.removeEventListener);
export const dispatch = free(EventTarget.prototype.dispatchEvent);
const cookie = reads(Document.prototype, 'cookie');

/** Whether each saved built-in does its work: a script before Octroi's may have replaced it. */
const honest = () => {
  const all = createElementNS(document, 'x', 'p:q');
  const one = createElementNS(document, 'x', 'r');
  setAttribute(all, 'a', 'b');
  setAttributeNS(all, 'y', 'c', 'd');
  const had = join(attributeNames(all), ' ') + getAttribute(all, 'a') + getAttributeNS(all, 'y', 'c') + hasAttribute(all, 'a') + hasAttributes(all);
  removeAttribute(all, 'a');
  removeAttributeNS(all, 'y', 'c');
  appendChild(all, one);
  insertBefore(all, createElementNS(document, 'x', 's'), one);
  const first = firstChild(all);
  const map = new Map();
  const set = new Set();
  const weak = new WeakMap();
  const known = new WeakSet();
  mapSet(map, all, 1);
  setAdd(set, all);
  weakSet(weak, all, 2);
  learn(known, all);
  const attribute = createAttribute(document, 'e');
  setValue(attribute, 'f');
  const text = createTextNode(document, 'g');
  const wrote = dataOf(text);
  setData(text, 'h');
  let heard = 0;
  const target = new EventTarget();
  listen(target, 'i', () => heard++);
  dispatch(target, new Event('i'));
  unlisten(target, 'i', () => {});
  const kept = [mapGet(map, all), setHas(set, all), setHas(set, one), weakGet(weak, all), weakGet(weak, one), knows(known, all), knows(known, one)];
  mapDelete(map, all);
  weakDelete(weak, all);
  unlearn(known, all);
  return (
    join(kept, ' ') + mapGet(map, all) + weakGet(weak, all) + knows(known, all) === '1 true false 2 undefined true falseundefinedundefinedfalse' &&
    had === 'a cbdtruetrue' &&
    nameOf(attribute) + valueOf(attribute) + wrote + dataOf(text) === 'efgh' &&
    hasAttributes(one) === false &&
    heard === 1 &&
    decode(new TextDecoder(), encode(new TextEncoder(), 'é')) === 'é' &&
    typeof (attempt(() => cookie(document)) ?? '') === 'string' &&
    nodesLength(ofElement(all, 't')) === 0 &&
    !hasAttribute(all, 'a') &&
    getAttributeNS(all, 'y', 'c') === null &&
    localName(all) + namespaceURI(all) + nodeName(all) + nodeType(all) === 'qxp:q1' &&
    localName(first) + localName(nextSibling(first)) + localName(previousSibling(one)) === 'srs' &&
    parentNode(one) === all &&
    ownerDocument(one) === document &&
    !isConnected(one) &&
    isConnected(document) &&
    baseURI(one) === baseURI(document) &&
    removeChild(all, first) === first &&
    firstChild(all) === one &&
    replaceChild(all, first, one) === one &&
    findAll(all, 's')[0] === first &&
    finds(all, 's') &&
    !finds(all, 't') &&
    join(attributeNames(all), ' ') === '' &&
    matches(first, 's') &&
    !matches(first, 'r') &&
    closest(first, 'q') === all &&
    closest(first, 't') === null &&
    shadowRoot(first) === null &&
    defaultView(document) === window &&
    nodeType(contentOf(createElementNS(document, 'http://www.w3.org/1999/xhtml', 'template'))) === 11 &&
    requestURL(new Request('about:blank')) === 'about:blank' &&
    hrefOf(new URL('a:b')) + protocolOf(new URL('c:d')) === 'a:bc:' &&
    exec(/b/, 'abc')?.index === 1 &&
    exec(/d/, 'abc') === null &&
    slice('abc', 1, 2) + charCodeAt('a', 0) + trim(' a ') + toLowerCase('ABC') === 'b97aabc' &&
    indexOf('abcb', 'b') + lastIndexOf('abcb', 'b') === 4 &&
    startsWith('ab', 'a') &&
    !startsWith('ab', 'b') &&
    endsWith('ab', 'b') &&
    !endsWith('ab', 'a') &&
    fromCharCode(97) + fromCodePoint(97) + String(1) + encodeURIComponent('é') + decodeURIComponent('%C3%A9') === 'aa1%C3%A9é' &&
    floor(1.5) + ceil(1.5) + min(3, 4) + max(3, 4) === 10 &&
    now() >= 0
  );
};

// With a built-in that lies no verdict can be trusted: Octroi does not start, and entry/shut.js keeps everything denied.
if (honest() !== true) throw new TypeError();
