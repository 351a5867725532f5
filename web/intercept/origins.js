/* Where elements came from: octroi.js notes it ahead of octroi.hold.js, and both ask. */
import { knows, learn, ownerDocument, readyState, WeakSet } from '../safe/reading.js';

/** Elements that the parser brought with the page. @type {WeakSet<Element>} */
export const parsed = new WeakSet();
/** Elements that a script inserted. @type {WeakSet<Element>} */
export const inserted = new WeakSet();

/** Notes an element that is seen while the page loads, unless a script has inserted it. @param {Element} element */
export const noteParsed = (element) => {
  if (!knows(inserted, element) && ownerDocument(element) === window.document && readyState(window.document) === 'loading') learn(parsed, element);
};
