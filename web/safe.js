/*
 * Built-ins as they were when the drop-in came. A page may replace any of them later, and
 * what decides must not ask a page's own: whatever leads to a verdict uses these, index
 * loops in place of iterators, and objects without a prototype.
 */

const { freeze, hasOwn, setPrototypeOf } = Object;

export const { apply, construct, defineProperty, get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, set } = Reflect;
export { freeze, hasOwn, setPrototypeOf };

/** @typedef {(self: any, ...args: any[]) => any} Free a method as a function of its object */

/** A method as a function of its object: its own call may be a page's. @param {any} method @returns {Free} */
export const free =
  (method) =>
  (self, ...args) =>
    apply(method, self, args);

/** The half of an accessor that reads; browsers have some a prototype further up. @param {any} prototype @param {string} name @returns {Free} */
export const reads = (prototype, name) => {
  while (prototype && !hasOwn(prototype, name)) prototype = getPrototypeOf(prototype);
  const read = /** @type {any} */ (getOwnPropertyDescriptor(prototype || {}, name)?.get);
  return (self) => apply(read, self, none);
};
/** @type {any[]} */
const none = [];

/** The half of an accessor that writes. @param {any} prototype @param {string} name @returns {Free} */
export const writes = (prototype, name) => free(/** @type {any} */ (getOwnPropertyDescriptor(prototype, name)).set);

/**
 * A list without a prototype: what is put into it meets no setter of the page's.
 *
 * @template T
 * @param {T[]} [items]
 * @returns {T[]}
 */
export const list = (items = []) => setPrototypeOf(items, null);

/** An object without a prototype: what it lacks is not looked up. @template T @param {T} object @returns {T} */
export const bare = (object) => setPrototypeOf(object, null);

/** Whether a full stack was thrown: what was asked then has no answer. @param {any} error */
export const isFull = (error) => {
  const message = error?.message;
  return message === 'Maximum call stack size exceeded' || message === 'Maximum call stack size exceeded.' || message === 'too much recursion';
};

/**
 * Throws where the stack is too full for what must not stop half-way.
 *
 * @param {number} [levels] 300 of them hold twice what hooking a frame's realm takes
 */
export const room = (levels = 300) => {
  if (levels) apply(room, undefined, [levels - 1]);
};

/**
 * @template T
 * @param {() => T} read storage may be denied, and windows be another origin's: then it throws
 * @returns {T | undefined}
 * @throws what a full stack throws: nothing would be known, and what is unknown be let through
 */
export const attempt = (read) => {
  try {
    return read();
  } catch (error) {
    if (isFull(error)) throw error;
  }
};

/**
 * What is asked when a page writes or calls must neither fail into that nor let it through,
 * however the page has bent the language.
 *
 * @template {any[]} A
 * @template T
 * @param {(...args: A) => T} ask
 * @param {T} otherwise the answer that keeps shut
 * @returns {(...args: A) => T}
 */
export const sure =
  (ask, otherwise) =>
  (...args) => {
    try {
      return apply(ask, undefined, args);
    } catch {
      return otherwise;
    }
  };

export const {
  String,
  URL,
  Uint8Array,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  Proxy,
  RegExp,
  Request,
  TypeError,
  RangeError,
  Promise,
  setTimeout,
  clearTimeout,
} = window;
export const { now } = Date;
export const { floor, min, max, ceil } = Math;
export const { fromCharCode } = String;

export const slice = free(String.prototype.slice);
export const startsWith = free(String.prototype.startsWith);
export const endsWith = free(String.prototype.endsWith);
export const indexOf = free(String.prototype.indexOf);
export const lastIndexOf = free(String.prototype.lastIndexOf);
export const charCodeAt = free(String.prototype.charCodeAt);
export const toLowerCase = free(String.prototype.toLowerCase);
export const trim = free(String.prototype.trim);
/** The text of a function, as it was written. */
export const sourceOf = free(Function.prototype.toString);

/** The words of a text between single characters. @param {string} text @param {string} mark @returns {string[]} */
export const split = (text, mark) => {
  /** @type {string[]} */
  const parts = list();
  for (let from = 0; ;) {
    const at = indexOf(text, mark, from);
    parts[parts.length] = slice(text, from, at < 0 ? text.length : at);
    if (at < 0) return parts;
    from = at + 1;
  }
};

/** @param {string[]} parts @param {string} mark */
export const join = (parts, mark) => {
  let text = '';
  for (let i = 0; i < parts.length; i++) text += (i ? mark : '') + parts[i];
  return text;
};

/** Goes through a list, which no iterator of the page's is asked for. @template T @param {T[]} items @param {(one: T) => void} see */
export const visit = (items, see) => {
  for (let i = 0; i < items.length; i++) see(items[i]);
};

/** Whether a list has something: by identity. @param {any[]} items @param {any} one */
export const includes = (items, one) => {
  for (let i = 0; i < items.length; i++) if (items[i] === one) return true;
  return false;
};

/**
 * Whether a pattern without flags "g" and "y" is found in a text. A page's own exec, flags
 * or Symbol.match would be asked by test.
 */
export const exec = free(RegExp.prototype.exec);

export const mapGet = free(Map.prototype.get);
export const mapSet = free(Map.prototype.set);
export const mapDelete = free(Map.prototype.delete);
export const setHas = free(Set.prototype.has);
export const setAdd = free(Set.prototype.add);
export const weakGet = free(WeakMap.prototype.get);
export const weakSet = free(WeakMap.prototype.set);
export const weakDelete = free(WeakMap.prototype.delete);
export const knows = free(WeakSet.prototype.has);
export const learn = free(WeakSet.prototype.add);
export const unlearn = free(WeakSet.prototype.delete);

/** The parts of a URL object of any realm; each throws for what is none. */
export const hrefOf = reads(URL.prototype, 'href');
export const protocolOf = reads(URL.prototype, 'protocol');

/** The address of a Request of any realm; throws for what is none, whatever it looks like. */
export const requestURL = reads(Request.prototype, 'url');

/*
 * Nodes of any realm; each throws for what is no such node. Names in the markup hide what
 * stands on the prototypes of a document and a form: these do not look there.
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
export const defaultView = reads(Document.prototype, 'defaultView');
/** What a name in the markup may hide by now. */
export const implementation = reads(Document.prototype, 'implementation')(document);
export const contentOf = reads(HTMLTemplateElement.prototype, 'content');
export const setInnerHTML = writes(Element.prototype, 'innerHTML');

const lengthOf = reads(NodeList.prototype, 'length');
const ofDocument = free(Document.prototype.querySelectorAll);
const ofFragment = free(DocumentFragment.prototype.querySelectorAll);
const ofElement = free(Element.prototype.querySelectorAll);

/**
 * All that a selector finds below a document, a fragment or an element, in a list.
 *
 * @param {any} root
 * @param {string} selector
 * @returns {Element[]}
 */
export const findAll = (root, selector) => {
  const type = nodeType(root);
  const nodes = (type === 9 ? ofDocument : type === 11 ? ofFragment : ofElement)(root, selector);
  const length = lengthOf(nodes);
  /** @type {Element[]} */
  const all = list();
  for (let i = 0; i < length; i++) all[i] = nodes[i];
  return all;
};

const inElement = free(Element.prototype.querySelector);
const inFragment = free(DocumentFragment.prototype.querySelector);

/** Whether a selector finds anything below a fragment or an element: without a list, which costs 1 µs. @param {any} root @param {string} selector */
export const finds = (root, selector) => (nodeType(root) === 11 ? inFragment : inElement)(root, selector) !== null;

export const { fromCodePoint } = String;
export const { encodeURIComponent, decodeURIComponent } = window;

const { iterator } = Symbol;

/** A list that a browser reads as it is, whatever a page has done to its iterators. @param {any[]} items */
export const iterable = (items) =>
  bare({
    [iterator]() {
      let i = 0;
      return bare({ next: () => bare({ done: i >= items.length, value: items[i++] }) });
    },
  });

const createAttribute = free(Document.prototype.createAttribute);
const createTextNode = free(Document.prototype.createTextNode);
const setValue = writes(Attr.prototype, 'value');
export const nameOf = reads(Attr.prototype, 'name');
export const valueOf = reads(Attr.prototype, 'value');
export const dataOf = reads(CharacterData.prototype, 'data');
export const setData = writes(CharacterData.prototype, 'data');
export const hasAttributes = free(Element.prototype.hasAttributes);
export const listen = free(EventTarget.prototype.addEventListener);
export const unlisten = free(EventTarget.prototype.removeEventListener);
export const dispatch = free(EventTarget.prototype.dispatchEvent);
export const decode = free(TextDecoder.prototype.decode);
export const encode = free(TextEncoder.prototype.encode);
const cookie = reads(Document.prototype, 'cookie');

/** Whether what was taken above does what it is for: something before the drop-in may have bent it. */
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
    lengthOf(ofElement(all, 't')) === 0 &&
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

// What lies already decides nothing: the drop-in does not begin (shut.js).
if (honest() !== true) throw new TypeError();
