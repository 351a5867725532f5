/*
 * Puts the engine's policy into the page, where the browser enforces it: in whatever a
 * script of the page does, frames and workers that it makes later among it. Frames that
 * were there before have the policy of that time, so they get it too.
 */
import { unseen } from '../safe/dom.js';
import { attempt, firstChild, free, hasOwn, knows, learn, list, reads, setAttribute, startsWith, WeakSet, listen, headOf } from '../safe/builtins.js';

const { prototype } = Document;
const rootOf = reads(prototype, 'documentElement');
const addressOf = reads(prototype, 'URL');
const create = free(prototype.createElement);
const insert = free(Node.prototype.insertBefore);
const documentOf = reads(window, 'document');
const count = reads(window, 'length');

/** All of this page. @type {string[]} */
const policies = list();
/** For each of them, the documents that have it. @type {WeakSet<Document>[]} */
const done = list();

/** @param {any} document */
const put = (document) => {
  for (let i = 0; i < policies.length; i++) {
    if (knows(done[i], document)) continue;
    const meta = create(document, 'meta');
    setAttribute(meta, 'http-equiv', 'Content-Security-Policy');
    setAttribute(meta, 'content', policies[i]);
    // Elsewhere it would count for nothing.
    let head = headOf(document);
    if (!head) {
      const root = rootOf(document);
      head = insert(root, create(document, 'head'), firstChild(root));
    }
    insert(head, unseen(meta), null);
    learn(done[i], document);
  }
};

/** @param {any} view a window around frames */
const inside = (view) => {
  for (let i = count(view); i--;) {
    attempt(() => {
      const frame = view[i];
      const document = documentOf(frame); // another origin's throws
      // A page of the site's own with an engine of its own asks that one.
      if (!hasOwn(frame, 'octroi') || startsWith(addressOf(document), 'about:')) put(document);
      inside(frame);
    });
  }
};

/** Looks for frames that are new. */
export const spread = () => {
  if (policies.length) inside(window);
};

/** @param {string} policy */
export const enforce = (policy) => {
  if (!policies.length) listen(documentOf(window), 'load', spread, true);
  policies[policies.length] = policy;
  done[done.length] = new WeakSet();
  put(documentOf(window));
  spread();
};
