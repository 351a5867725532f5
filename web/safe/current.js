/* The script that runs now. A name in the markup may hide document.currentScript: see dom.js. */
const { get } = /** @type {any} */ (Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript'));

/** @type {any} */
export const current = Reflect.apply(get, document, []);
