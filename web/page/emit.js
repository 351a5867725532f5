/* Tells the page what has happened, as events of the document. */
import { document } from '../safe/dom.js';

/** @param {string} event @param {unknown} detail */
export const emit = (event, detail) => {
  document.dispatchEvent(new CustomEvent('octroi:' + event, { detail }));
};
