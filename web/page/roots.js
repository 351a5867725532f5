/*
 * Remembers shadow roots, and the documents of frames and windows that the page reaches. Nothing
 * else leads to a closed shadow root, and no selector enters a frame.
 */
import { defaultView, deref, list, nodeType, WeakRef } from '../safe/reading.js';

/** @type {List<WeakRef<Document | ShadowRoot>>} */
const known = list();

/** Returns the document and all known roots that are still in use. @returns {List<Document | ShadowRoot>} */
export const roots = () => {
  const all = list([/** @type {Document | ShadowRoot} */ (window.document)]);
  for (let i = 0; i < known.length; i++) {
    const root = deref(known[i]);
    // The document of a frame that was removed, or has loaded another page, has no window.
    if (root && (nodeType(root) !== 9 || defaultView(root))) all[all.length] = root;
  }
  return all;
};

/** Remembers a root. With each hundredth root, forgets the roots that are gone. @param {Document | ShadowRoot} root */
export const addRoot = (root) => {
  known[known.length] = new WeakRef(root);
  if (known.length % 100 !== 0) return;
  let n = 0;
  for (let i = 0; i < known.length; i++) if (deref(known[i])) known[n++] = known[i];
  known.length = n;
};
