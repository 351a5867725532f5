/*
 * The document, and the shadow roots that are known: a closed one can be had nowhere else.
 */
import { list, WeakRef, deref } from '../safe/builtins.js';

/** @type {WeakRef<ShadowRoot>[]} */
const shadows = list();

/** @returns {(Document | ShadowRoot)[]} */
export const roots = () => {
  const all = list([/** @type {Document | ShadowRoot} */ (window.document)]);
  for (let i = 0; i < shadows.length; i++) {
    const root = deref(shadows[i]);
    if (root) all[all.length] = root;
  }
  return all;
};

/** @param {ShadowRoot} root */
export const addRoot = (root) => {
  shadows[shadows.length] = new WeakRef(root);
  if (shadows.length % 100 !== 0) return;
  let n = 0;
  for (let i = 0; i < shadows.length; i++) if (deref(shadows[i])) shadows[n++] = shadows[i];
  shadows.length = n;
};
