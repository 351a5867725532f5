/* The script that runs now, whatever names in the markup hide; see dom.js. */
const { get } = /** @type {any} */ (Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript'));

/** @type {any} */
export const current = Reflect.apply(get, document, []);
