/*
 * The built-ins that the other files call, saved before anything is bent.
 */
export const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
export const { create, setPrototypeOf } = Object;
export const stringOf = String;
export const now = performance.now.bind(performance);
export const half = (kind, name, which = 'get') => getOwnPropertyDescriptor(kind.prototype, name)[which];
export const cookies = half(Document, 'cookie');
export const crumble = half(Document, 'cookie', 'set');
export const { getItem, removeItem } = Storage.prototype;
export const attribute = Element.prototype.getAttribute;
export const inner = half(Element, 'innerHTML');
export const textOf = half(Node, 'textContent');
export const parent = half(Node, 'parentNode');
export const takeAway = Element.prototype.remove;
export const thenOf = Promise.prototype.then;
export const iterate = Array.prototype[Symbol.iterator];
export const includes = String.prototype.includes;
export const beacon = navigator.sendBeacon;
export const local = localStorage;
export const session = sessionStorage;
export const read = (element, name) => apply(attribute, element, [name]);
export const doc = document;
export const nav = navigator;
export const idb = indexedDB;
export const quiet = () => {};
export const calm = (promise) => {
  try {
    apply(thenOf, promise, [quiet, quiet]);
  } catch {}
};
