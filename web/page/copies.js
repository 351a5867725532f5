/*
 * Removes copies of Octroi's own elements. A page that stores its markup and inserts it again, as
 * htmx's history and routers' snapshots do, would insert a banner and stand-ins without listeners.
 */
import { hasOwn, visit } from '../safe/builtins.js';
import { among } from '../ui/come.js';

const parts = ['ask', 'preferences', 'tab', 'status', 'embed'].map((part) => `.octroi.octroi-${part}`).join();

/** Removes, of what has come, each element that has a class of Octroi's and was not drawn here. Those drawn here have a `nodeType` of their own (`unseen` in safe/dom.js). @param {List<Node>} come */
export const sweep = (come) => visit(among(come, parts), (one) => hasOwn(one, 'nodeType') || one.remove());
