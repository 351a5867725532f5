/*
 * Removes copies of Octroi's own elements. A page that stores its markup and inserts it again, as
 * htmx's history and routers' snapshots do, would insert a banner and stand-ins without listeners.
 */
import { document } from '../safe/dom.js';
import { hasOwn } from '../safe/builtins.js';

const parts = ['ask', 'preferences', 'tab', 'status', 'embed'].map((part) => `.octroi.octroi-${part}`).join();

/** Removes each element that has a class of Octroi's and was not drawn here. Those drawn here have a `nodeType` of their own (`unseen` in safe/dom.js). */
export const sweep = () => {
  const all = document.querySelectorAll(parts);
  for (let i = 0; i < all.length; i++) if (!hasOwn(all[i], 'nodeType')) all[i].remove();
};
