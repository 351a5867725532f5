/*
 * The built-ins of documents and nodes, saved when Octroi's script starts, and those of the
 * language (language.js). The last lines of this file try those that octroi.js of a site leaves
 * to octroi.hold.js, and reading.js tries the others.
 */
import {
  Map,
  TypeError,
  WeakMap,
  attempt,
  ceil,
  decode,
  decodeURIComponent,
  encode,
  encodeURIComponent,
  free,
  fromCharCode,
  fromCodePoint,
  lastIndexOf,
  mapDelete,
  mapGet,
  mapSet,
  max,
  min,
  reads,
  weakDelete,
  weakGet,
  weakSet,
  writes,
} from './language.js';
import { appendChild, firstChild, getAttributeNS, listen, localName, nodeType, removeChild, createElementNS } from './reading.js';

export * from './reading.js';

const { Request } = window;

/** Returns the address of a Request of any realm. Throws for any other object, also for one that has a "url". */
export const requestURL = reads(Request.prototype, 'url');

/*
 * These work on nodes of any realm, and throw for other values. They are taken from the
 * prototypes, because a name in the markup hides a property of a document or a form:
 * <img name="querySelector"> (https://html.spec.whatwg.org/multipage/dom.html#dom-tree-accessors).
 */
export const nodeName = reads(Node.prototype, 'nodeName');
export const nextSibling = reads(Node.prototype, 'nextSibling');
export const previousSibling = reads(Node.prototype, 'previousSibling');
export const insertBefore = free(Node.prototype.insertBefore);
export const replaceChild = free(Node.prototype.replaceChild);
export const setAttributeNS = free(Element.prototype.setAttributeNS);
export const removeAttributeNS = free(Element.prototype.removeAttributeNS);
export const closest = free(Element.prototype.closest);
export const createComment = free(Document.prototype.createComment);
export const createDocumentFragment = free(Document.prototype.createDocumentFragment);
export const createHTMLDocument = free(DOMImplementation.prototype.createHTMLDocument);
export const parseFromString = free(DOMParser.prototype.parseFromString);
export const importNode = free(Document.prototype.importNode);
export const openDocument = free(Document.prototype.open);
export const writeDocument = free(Document.prototype.write);
export const headOf = reads(Document.prototype, 'head');
export const bodyOf = reads(Document.prototype, 'body');
export const outerHTML = reads(Element.prototype, 'outerHTML');
export const startContainer = reads(Range.prototype, 'startContainer');
export const instructionTarget = reads(ProcessingInstruction.prototype, 'target');
/** The document's own, read before a name in the markup can hide it. */
export const implementation = reads(Document.prototype, 'implementation')(document);
export const contentOf = reads(HTMLTemplateElement.prototype, 'content');
export const setInnerHTML = writes(Element.prototype, 'innerHTML');

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
export const compatMode = reads(Document.prototype, 'compatMode');
export const createRange = free(Document.prototype.createRange);
export const unlisten = free(EventTarget.prototype.removeEventListener);
export const dispatch = free(EventTarget.prototype.dispatchEvent);
const cookie = reads(Document.prototype, 'cookie');

/** Whether each of these does its work: a script before Octroi's may have replaced it. */
const honest = () => {
  const all = createElementNS(document, 'x', 'p:q');
  const one = createElementNS(document, 'x', 'r');
  setAttributeNS(all, 'y', 'c', 'd');
  const had = getAttributeNS(all, 'y', 'c') + hasAttributes(all);
  removeAttributeNS(all, 'y', 'c');
  appendChild(all, one);
  insertBefore(all, createElementNS(document, 'x', 's'), one);
  const first = firstChild(all);
  const map = new Map();
  const weak = new WeakMap();
  mapSet(map, all, 1);
  weakSet(weak, all, 2);
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
  const kept = mapGet(map, all);
  mapDelete(map, all);
  weakDelete(weak, all);
  return (
    kept + mapGet(map, all) + weakGet(weak, all) + '' === 'NaN' &&
    had === 'dtrue' &&
    nameOf(attribute) + valueOf(attribute) + wrote + dataOf(text) === 'efgh' &&
    hasAttributes(one) === false &&
    heard === 1 &&
    decode(new TextDecoder(), encode(new TextEncoder(), 'é')) === 'é' &&
    typeof (attempt(() => cookie(document)) ?? '') === 'string' &&
    getAttributeNS(all, 'y', 'c') === null &&
    nodeName(all) === 'p:q' &&
    localName(first) + localName(nextSibling(first)) + localName(previousSibling(one)) === 'srs' &&
    removeChild(all, first) === first &&
    firstChild(all) === one &&
    replaceChild(all, first, one) === one &&
    firstChild(all) === first &&
    finds(all, 's') &&
    !finds(all, 't') &&
    closest(first, 'q') === all &&
    closest(first, 't') === null &&
    nodeType(contentOf(createElementNS(document, 'http://www.w3.org/1999/xhtml', 'template'))) === 11 &&
    requestURL(new Request('about:blank')) === 'about:blank' &&
    lastIndexOf('abcb', 'b') === 3 &&
    fromCharCode(97) + fromCodePoint(97) + encodeURIComponent('é') + decodeURIComponent('%C3%A9') === 'aa%C3%A9é' &&
    ceil(1.5) + min(3, 4) + max(3, 4) === 9
  );
};

// With a built-in that lies no verdict can be trusted: Octroi does not start, and entry/shut.js keeps everything denied.
if (honest() !== true) throw new TypeError();
