/*
 * The document, the shadow roots that are known, and the documents of frames and windows that
 * the page reaches: a closed root can be had nowhere else, and no search enters a frame.
 */
import { defaultView, deref, list, nodeType, WeakRef } from '../safe/builtins.js';

/** @type {WeakRef<Document | ShadowRoot>[]} */
const known = list();

/** @returns {(Document | ShadowRoot)[]} */
export const roots = () => {
  const all = list([/** @type {Document | ShadowRoot} */ (window.document)]);
  for (let i = 0; i < known.length; i++) {
    const root = deref(known[i]);
    // A frame that has gone, or shows another page, leaves a document without a window.
    if (root && (nodeType(root) !== 9 || defaultView(root))) all[all.length] = root;
  }
  return all;
};

/** @param {Document | ShadowRoot} root */
export const addRoot = (root) => {
  known[known.length] = new WeakRef(root);
  if (known.length % 100 !== 0) return;
  let n = 0;
  for (let i = 0; i < known.length; i++) if (deref(known[i])) known[n++] = known[i];
  known.length = n;
};
