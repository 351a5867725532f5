/* Where elements came from: octroi.js notes it ahead of octroi.hold.js, and both ask. */
import { WeakSet } from '../safe/reading.js';

/** Elements that the parser brought with the page. @type {WeakSet<Element>} */
export const parsed = new WeakSet();
/** Elements that a script inserted. @type {WeakSet<Element>} */
export const inserted = new WeakSet();
