/*
 * Watches documents and shadow roots ahead of octroi.hold.js: what is not plain has the hooks
 * there before the parser goes on.
 */
import {
  attempt,
  eventTarget,
  exec,
  findAll,
  free,
  isConnected,
  knows,
  learn,
  listen,
  localName,
  nodesLength,
  nodeType,
  observe,
  reads,
  shadowRoot,
  WeakSet,
  writes,
} from '../safe/reading.js';
import { mayAsk } from '../intercept/loads.js';
import { noteParsed } from '../intercept/origins.js';
import { framing } from '../intercept/sources.js';
import { changes } from './changes.js';
import { door, open } from './door.js';
import { early } from './early.js';
import { page } from './interface.js';
import { isPlain, isPlainCSS } from './plain.js';
import { realms } from './realms.js';
import { addRoot } from './roots.js';

const disconnect = free(MutationObserver.prototype.disconnect);
const rulesOf = reads(CSSStyleSheet.prototype, 'cssRules');
const isDisabled = reads(StyleSheet.prototype, 'disabled');
const disable = writes(StyleSheet.prototype, 'disabled');
const textOfRule = reads(CSSRule.prototype, 'cssText');
const importedBy = reads(CSSImportRule.prototype, 'styleSheet');

/** Roots that are watched. @type {WeakSet<Node>} */
const observed = new WeakSet();

/** Looks at an element; tells whether it is plain. @param {Element} element */
const look = (element) => {
  const inside = shadowRoot(element);
  if (inside) scout(inside);
  const isScript = localName(element) === 'script';
  if (!isScript && !mayAsk(element)) return true;
  noteParsed(element);
  if (!isPlain(element)) return false;
  if (exec(framing, localName(element)) !== null) realms.within(element);
  return true;
};

/** @param {any} root an element, a document or a shadow root */
const search = (root) => {
  if (nodeType(root) === 1 && !look(root)) return open();
  const all = findAll(root, '*');
  for (let i = 0; i < all.length; i++) if (!look(all[i])) return open();
};

/** Whether the rules of a sheet, and those of sheets that it imports, load only what is of this host. @param {any} sheet @returns {boolean} */
const isPlainSheet = (sheet) => {
  const rules = rulesOf(sheet);
  const { length } = rules;
  for (let i = 0; i < length; i++) {
    if (!isPlainCSS(textOfRule(rules[i]))) return false;
    const imported = attempt(() => importedBy(rules[i]));
    if (imported && !isPlainSheet(imported)) return false;
  }
  return true;
};

/** Looks at the sheet of an element that has loaded, before the sheet's pictures and fonts do. @param {any} event */
const onLoad = (event) => {
  const { sheet } = eventTarget(event);
  if (door.open || !sheet || attempt(() => isPlainSheet(sheet))) return;
  // While Firefox waits for the hooks, it draws, and would ask for the sheet's pictures and fonts.
  const before = isDisabled(sheet);
  disable(sheet, true);
  open();
  if (!door.open) return;
  early.heard(event);
  disable(sheet, before);
};

const observer = new MutationObserver((records) => {
  for (let i = 0; i < records.length && !door.open; i++) {
    const { target, type, addedNodes } = records[i];
    if (type === 'attributes' || (nodeType(target) === 1 && localName(target) === 'script')) {
      if (isConnected(target) && !isPlain(/** @type {Element} */ (target))) open();
      if (type === 'attributes') continue;
    }
    const length = nodesLength(addedNodes);
    for (let k = 0; k < length; k++) if (nodeType(addedNodes[k]) === 1 && isConnected(addedNodes[k])) search(addedNodes[k]);
  }
  page.mount();
});

/** Watches a document or a shadow root from now on, and looks at what is in it. @param {Document | ShadowRoot} root */
export const scout = (root) => {
  if (door.open || knows(observed, root)) return;
  learn(observed, root);
  if (root !== window.document) addRoot(root);
  realms.listen(root);
  listen(root, 'load', onLoad, true);
  observe(observer, root, changes);
  search(root);
};

/** Ends the watching: the hooks' own goes on. */
export const endScout = () => disconnect(observer);
