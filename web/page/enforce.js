/*
 * Puts the engine's policy into the page as a Content Security Policy
 * (https://www.w3.org/TR/CSP3/), which the browser enforces for whatever the page's scripts do,
 * and in the frames and workers that they make later. A frame that was there before keeps the
 * policies of that time, so it is given the new one, too.
 */
import { unseen } from '../safe/dom.js';
import { isFrame, windowOf } from '../intercept/hooks.js';
import {
  attempt,
  eventTarget,
  firstChild,
  free,
  hasOwn,
  knows,
  learn,
  list,
  reads,
  setAttribute,
  startsWith,
  WeakSet,
  listen,
  headOf,
} from '../safe/builtins.js';

const rootOf = reads(Document.prototype, 'documentElement');
const addressOf = reads(Document.prototype, 'URL');
const create = free(Document.prototype.createElement);
const insert = free(Node.prototype.insertBefore);
const documentOf = reads(window, 'document');
const count = reads(window, 'length');

/** The policies of this page. @type {List<string>} */
const policies = list();
/** For each policy, the documents that have it. @type {List<WeakSet<Document>>} */
const done = list();

/** Puts the policies that a document lacks into it. @param {any} document */
const put = (document) => {
  for (let i = 0; i < policies.length; i++) {
    if (knows(done[i], document)) continue;
    const meta = create(document, 'meta');
    setAttribute(meta, 'http-equiv', 'Content-Security-Policy');
    setAttribute(meta, 'content', policies[i]);
    // Browsers ignore a policy outside of a head (HTML, https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy).
    let head = headOf(document);
    if (!head) {
      const root = rootOf(document);
      head = insert(root, create(document, 'head'), firstChild(root));
    }
    insert(head, unseen(meta), null);
    learn(done[i], document);
  }
};

/** Puts the policies into a frame's document, and into those of the frames in it. @param {any} frame */
const into = (frame) =>
  attempt(() => {
    const document = documentOf(frame); // throws for a frame of another origin
    // A page of the site with an engine of its own gets its policy from that engine.
    if (!hasOwn(frame, 'octroi') || startsWith(addressOf(document), 'about:')) put(document);
    inside(frame);
  });

/** Puts the policies into the documents of all frames below a window. @param {any} view */
const inside = (view) => {
  for (let i = count(view); i--;) into(view[i]);
};

/** Puts the policies into a frame that is new. @param {Element} element */
export const spread = (element) => {
  const frame = policies.length && windowOf(element);
  if (frame) into(frame);
};

/** Puts the policies into the document that a frame has loaded. @param {Event} event */
const onLoad = (event) => {
  const element = /** @type {Element} */ (eventTarget(event));
  if (policies.length && attempt(() => isFrame(element))) spread(element);
};

/** Listens to a tree, because a load event does not leave the tree of its element. @param {Document | ShadowRoot} root */
export const listenForFrames = (root) => listen(root, 'load', onLoad, true);

/** Enforces one more policy. @param {string} policy */
export const enforce = (policy) => {
  policies[policies.length] = policy;
  done[done.length] = new WeakSet();
  put(documentOf(window));
  inside(window);
};
