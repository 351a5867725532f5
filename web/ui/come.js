/*
 * Searches what has come into the document. All of the document is searched where it is not known
 * what has come, and not at each change: a page may change as often as it has elements.
 */
import { document } from '../safe/dom.js';
import { findAll, firstChild, free, list, matches, nodeType, visit } from '../safe/builtins.js';
import { candidates, isOpener } from './openers.js';

const rootOf = free(Node.prototype.getRootNode);

/** All of the document. */
export const everything = list([/** @type {Node} */ (window.document)]);

/** Lists the elements of the document that a selector finds in nodes and below them. @param {List<any>} come @param {string} selector @returns {List<Element>} */
export const among = (come, selector) => {
  /** @type {List<Element>} */
  const found = list();
  /** @param {Element} one */
  const add = (one) => void (rootOf(one) === window.document && (found[found.length] = one));
  visit(come, (one) => {
    if (nodeType(one) === 1 && matches(one, selector)) add(one);
    if (firstChild(one)) visit(findAll(one, selector), add);
  });
  return found;
};

/** The opener that was found last. @type {Element | undefined} */
let opener;
/** The address of the page, and that of its links, when it was searched last. */
let place = '';
/** What has come since then; undefined if that is not known. @type {List<Node> | undefined} */
let news;
/** Whether the page was searched since its last change. */
let searched = false;

/** Whether the page has an opener of its own. */
export const hasOpener = () => {
  searched = true;
  if (opener && rootOf(opener) === window.document && isOpener(opener)) return true;
  const at = location.href + ' ' + document.baseURI;
  const all = among(!opener && news && at === place ? news : everything, candidates);
  opener = undefined;
  for (let i = 0; !opener && i < all.length; i++) if (isOpener(all[i])) opener = all[i];
  place = at;
  return !!opener;
};

/** Does something that asks for an opener, after a change of the document. @param {List<Node>} come @param {() => void} act */
export const after = (come, act) => {
  news = searched ? come : undefined;
  searched = false;
  act();
  news = undefined;
};
