/*
 * Copies of what is ours. A page that keeps its markup and brings it back, as htmx's history
 * and routers' snapshots do, would bring back a banner and stand-ins that nobody listens to.
 */
import { document } from '../safe/dom.js';
import { hasOwn } from '../safe/builtins.js';

const parts = ['ask', 'preferences', 'tab', 'status', 'embed'].map((part) => `.octroi.octroi-${part}`).join();

/** Takes out what says that it is ours and was not drawn here: what was says that it is no element (safe/dom.js). */
export const sweep = () => {
  const all = document.querySelectorAll(parts);
  for (let i = 0; i < all.length; i++) if (!hasOwn(all[i], 'nodeType')) all[i].remove();
};
