/*
 * Watches documents and shadow roots for elements that come or change.
 */
import { reports, tags } from './gate-state.js';
import { noteParsed } from '../intercept/origins.js';
import { onAdded, recover } from './gate-element.js';
import { drain } from './gated-scripts.js';
import { addRoot } from './roots.js';
import { framing } from '../intercept/sources.js';
import { mayAsk } from '../intercept/loads.js';
import { changes } from './changes.js';
import { looks } from './needed.js';
import {
  exec,
  findAll,
  firstChild,
  hasAttribute,
  isConnected,
  knows,
  learn,
  list,
  localName,
  nodesLength,
  nodeType,
  observe,
  shadowRoot,
  WeakSet,
} from '../safe/builtins.js';

/** Roots that are watched. @type {WeakSet<Node>} */
const observed = new WeakSet();
/** Elements that were judged in this turn: one that is moved often is judged once. @type {WeakSet<Element>} */
let judged = new WeakSet();
/** Elements that were searched in this turn: each level of deep markup has a record of its own. @type {WeakSet<Element>} */
let searched = new WeakSet();
/** Frames that have come in this turn. @type {List<Element>} */
let frames = list();
/** What has come in this turn. @type {List<Node>} */
let come = list();

/** Judges an element that may load something. @param {Element} element */
const judge = (element) => {
  if (knows(judged, element)) return;
  learn(judged, element);
  noteParsed(element);
  tags.gateParsed(element);
  if (hasAttribute(element, 'data-octroi')) onAdded(element);
};

/** @param {Element} element */
const visitElement = (element) => {
  const inside = shadowRoot(element);
  if (inside) shadow(inside);
  if (exec(framing, localName(element)) !== null) frames[frames.length] = element;
  if (mayAsk(element)) judge(element);
};

/** Visits all elements of a part of the document. @param {any} root */
const search = (root) => {
  if (nodeType(root) !== 11) come[come.length] = root;
  if (nodeType(root) === 1) {
    visitElement(root);
    if (!firstChild(root)) return;
  }
  const all = findAll(root, '*');
  for (let i = 0; i < all.length; i++) {
    learn(searched, all[i]);
    visitElement(all[i]);
  }
};

/** @param {Element} element one of whose attributes has changed */
const onChanged = (element) => {
  if (!isConnected(element)) return;
  if (!hasAttribute(element, 'data-octroi')) tags.gateParsed(element);
  if (hasAttribute(element, 'data-octroi')) onAdded(element);
  recover(element);
};

const onChanges = looks((/** @type {MutationRecord[]} */ records) => {
  judged = new WeakSet();
  searched = new WeakSet();
  for (let i = 0; i < records.length; i++) {
    const { target, type, addedNodes } = records[i];
    // The parser has brought more of a script's text.
    if (nodeType(target) === 1 && localName(target) === 'script' && type === 'childList') tags.gateParsed(/** @type {Element} */ (target));
    if (type === 'attributes') {
      onChanged(/** @type {Element} */ (target));
      if (exec(/^(?:a|area)$/, localName(target)) !== null && isConnected(target)) come[come.length] = target;
      continue;
    }
    const length = nodesLength(addedNodes);
    for (let k = 0; k < length; k++) {
      const node = addedNodes[k];
      if (nodeType(node) !== 1 || !isConnected(node) || knows(searched, node)) continue;
      learn(searched, node);
      search(node);
    }
  }
  drain();
  reports.changed(frames, come);
  frames = list();
  come = list();
});
const observer = new MutationObserver((records) => onChanges(records));
const searchFirst = looks(search);

/** Watches a document or a shadow root from now on, and judges what is in it. @param {Document | ShadowRoot} root */
export const watch = (root) => {
  if (knows(observed, root)) return;
  learn(observed, root);
  if (root !== window.document) addRoot(root);
  observe(observer, root, changes);
  searchFirst(root);
};

/** Reports a shadow root and watches it. @param {ShadowRoot} root */
export const shadow = (root) => {
  if (knows(observed, root)) return;
  reports.rooted(root);
  watch(root);
};
