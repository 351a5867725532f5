/* Tells the page what has happened, by events of the document. */
import { document } from '../safe/dom.js';

/** Dispatches an event. @param {string} event its name without `octroi:` @param {unknown} detail */
export const emit = (event, detail) => {
  document.dispatchEvent(new CustomEvent('octroi:' + event, { detail }));
};
