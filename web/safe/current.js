/*
 * The script that runs now, or in a worker what stands for it. A name in the markup may hide
 * document.currentScript: see dom.js.
 */
const { Document } = globalThis;

/** @type {any} */
export const current = Document
  ? Reflect.apply(/** @type {any} */ (Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript')).get, document, [])
  : globalThis;
