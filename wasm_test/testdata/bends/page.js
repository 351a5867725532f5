/*
 * What the page calls, as it is once the drop-in is there, and the box that it puts elements into.
 */
import { apply, doc, half } from './builtins.js';

/** What the page calls; `ready` saves it. @type {any} */
export let hooked;

/** Saves what the page calls; the drop-in has put its hooks there. */
export const ready = () => {
  hooked = {
    create: document.createElement,
    svg: document.createElementNS,
    attributeNode: document.createAttribute,
    setAttribute: Element.prototype.setAttribute,
    setAttributeNode: Element.prototype.setAttributeNode,
    setNamedItem: NamedNodeMap.prototype.setNamedItem,
    attributes: half(Element, 'attributes'),
    append: Node.prototype.appendChild,
    insert: Element.prototype.append,
    adjacent: Element.prototype.insertAdjacentHTML,
    inner: half(Element, 'innerHTML', 'set'),
    content: half(HTMLTemplateElement, 'content'),
    clone: Node.prototype.cloneNode,
    imageSource: half(HTMLImageElement, 'src', 'set'),
    scriptSource: half(HTMLScriptElement, 'src', 'set'),
    frameSource: half(HTMLIFrameElement, 'src', 'set'),
    view: half(HTMLIFrameElement, 'contentWindow'),
    text: half(Node, 'textContent', 'set'),
    cookie: half(Document, 'cookie', 'set'),
    setItem: Storage.prototype.setItem,
    store: localStorage,
    sessions: sessionStorage,
    fetch: window.fetch,
    Request: window.Request,
    Image: window.Image,
    XHR: window.XMLHttpRequest,
    Socket: window.WebSocket,
    open: XMLHttpRequest.prototype.open,
    send: XMLHttpRequest.prototype.send,
    beacon: navigator.sendBeacon,
    submit: HTMLFormElement.prototype.submit,
    request: HTMLFormElement.prototype.requestSubmit,
    databases: indexedDB.open,
    api: window.octroi,
    allows: window.octroi?.allows,
    state: window.octroi?.state,
  };
  const sink = document.createElement('iframe');
  sink.name = 'sink';
  document.body.append(sink);
};

/** Makes an element with properties. */
export const element = (tag, props) => {
  const made = apply(hooked.create, doc, [tag]);
  for (const name in props) made[name] = props[name];
  return made;
};
/** What elements are put into. @type {any} */
export let box;
export const put = (node) => apply(hooked.append, box, [node]);
export const freshBox = () => {
  box = apply(hooked.create, doc, ['div']);
  apply(hooked.append, doc.body, [box]);
};
