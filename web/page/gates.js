/*
 * The gates keep gated markup shut and open it when the engine says so:
 *
 *   <script type="text/plain" data-octroi="id">       also with src, data-src, data-type="module"
 *   <iframe|img|link|… data-octroi="id" data-src="…"> also data-srcset, data-href
 *   <template data-octroi="id">                       any markup
 *
 * They know no reason for a verdict.
 */
import { gatedScripts } from './gated-scripts.js';
import { framing } from '../intercept/sources.js';
import { gatedSources, stop, take } from './gated-sources.js';
import { gatedTemplates } from './gated-templates.js';
import { mayAsk, names, sourceOf, sourcesOf, twin } from '../intercept/loads.js';
import { pace } from '../core/pace.js';
import { addRoot, roots } from './roots.js';
import { nonce } from '../safe/trust.js';
import {
  attempt,
  dispatch,
  exec,
  findAll,
  firstChild,
  getAttribute,
  hasAttribute,
  includes,
  isConnected,
  iterable,
  knows,
  learn,
  list,
  listen,
  localName,
  nodeType,
  ownerDocument,
  reads,
  setAttribute,
  setTimeout,
  shadowRoot,
  unlearn,
  visit,
  weakGet,
  WeakMap,
  WeakRef,
  weakSet,
  WeakSet,
  deref,
  nodesLength,
  readyState,
  observe,
} from '../safe/builtins.js';

const nonceOf = reads(HTMLElement.prototype, 'nonce');
const { Event } = window;

const watched = list(['data-octroi']);
visit(names, (name) => void (watched[watched.length] = name));
/** The attributes that are looked after. */
const filter = iterable(watched);

/**
 * @typedef {object} Reports what gates tell of
 * @property {(element: Element, injected: boolean) => boolean} allowed asks for a verdict; what is injected is granted nothing for being essential
 * @property {(element: Element) => void} blocked told once for each element that is held
 * @property {(ids: string) => void} ran told of scripts that are let run
 * @property {(script: Element, why: string) => void} failed told of scripts that were to run, and do not
 * @property {() => void} drained told when none that could run is left
 * @property {{ place: (element: Element) => void, remove: (element: Element) => void }} standIns
 * @property {(frames: Element[]) => void} changed called when the document has changed; told of new frames
 * @property {(root: ShadowRoot) => void} rooted told of each shadow root that is found
 */

/**
 * @param {import('../intercept/shared.js').Shared} shared
 * @param {Reports} reports
 */
export const guard = (shared, reports) => {
  const { allowed, blocked, ran, standIns, changed, rooted } = reports;
  const { tags } = shared;
  /** Elements that were let through: scripts for good, the others until shut. @type {WeakSet<Element>} */
  const opened = new WeakSet();
  /** @type {WeakSet<Element>} */
  const told = new WeakSet();
  /** Elements that the parser brought with the page. @type {WeakSet<Element>} */
  const written = new WeakSet();
  /** @param {Element} element */
  const isOpen = (element) => knows(opened, element);
  /** Whether elements that are open may get back a source that they lost. @type {WeakMap<Element, () => boolean>} */
  const losses = new WeakMap();
  /** Held elements that are in no document, as pictures that only count. @type {Element[]} */
  let detached = list();
  /** Links that are open by their address and bear no mark, for routers compare what a head has. @type {WeakRef<Element>[]} */
  let links = list();

  /** Whether an element is the page's own word: it came with the page, or has its nonce. @param {Element} element @returns {boolean} */
  const vouched = (element) => knows(written, element) || (!!nonce && attempt(() => nonceOf(element)) === nonce);

  /** @param {Element} element */
  const mayLoad = (element) => allowed(element, !vouched(element));

  const sources = gatedSources(shared, isOpen, vouched);
  const scripts = gatedScripts(shared, reports, { opened, written, mayLoad, insert: (template) => templates.insert(template) });
  const templates = gatedTemplates({ written, vouched, hold: (element) => hold(element), addBefore: scripts.addBefore });

  /** @param {Element} element */
  const consider = (element) => {
    const tag = localName(element);
    const isScript = tag === 'script';
    if (isOpen(element)) {
      if (!isScript && !mayLoad(element)) {
        unlearn(opened, element);
        shut(element);
        standIns.place(element);
      }
    } else if (!mayLoad(element)) {
      if (!knows(told, element)) {
        learn(told, element);
        blocked(element);
        // Routers wait for a sheet, or for its failure, before they show a page.
        if (tag === 'link' && tags.marked(element)) setTimeout(() => attempt(() => dispatch(element, new Event('error'))));
      }
      standIns.place(element);
    } else if (isScript || tag === 'template') {
      scripts.add(element);
    } else {
      learn(opened, element);
      standIns.remove(element);
      // Chromium drops what a frame is told to load in the microtask after the parser
      // brought it.
      if (tag === 'iframe') setTimeout(sources.load, 0, element);
      else sources.load(element);
    }
  };

  /** @param {Element} element */
  const shut = (element) => {
    if (localName(element) === 'template') templates.empty(element);
    else sources.unload(element);
  };

  /**
   * Gated markup that names its source plainly is held as far as the parser lets us.
   *
   * @param {Element} element
   */
  const hold = (element) => {
    if (isOpen(element)) return;
    if (localName(element) === 'script') {
      scripts.remember(element);
      const type = getAttribute(element, 'type');
      if (type === 'text/plain') return;
      if (isConnected(element)) scripts.runsAlone(element);
      if (type) setAttribute(element, 'data-type', type);
      setAttribute(element, 'type', 'text/plain');
      return;
    }
    let some = false;
    const own = sourcesOf(element);
    for (let i = 0; i < own.length; i++) {
      const value = sourceOf(element, own[i]);
      if (value === null) continue;
      if (!hasAttribute(element, twin(own[i]))) setAttribute(element, twin(own[i]), value);
      take(element, own[i]);
      some = true;
    }
    // A frame of the document is on its way already, unless it leaves it.
    if (some) stop(element);
  };

  /**
   * Whether an element that is open has lost a source that still stands beside it: what brings
   * markup up to date takes away what the new markup has not. A page that goes on taking it
   * away has its way.
   *
   * @param {Element} element
   */
  const lost = (element) => {
    if (localName(element) === 'script') return false;
    const own = sourcesOf(element);
    let some = false;
    for (let i = 0; i < own.length; i++) some ||= sourceOf(element, own[i]) === null && getAttribute(element, twin(own[i])) !== null;
    if (!some) return false;
    let again = weakGet(losses, element);
    if (!again) weakSet(losses, element, (again = pace(20)));
    return again() && mayLoad(element);
  };

  /** Markup that is new to the document. @param {Element} element */
  const onAdded = (element) => {
    if (!isOpen(element) && !mayLoad(element)) hold(element);
    else if (!isOpen(element) && localName(element) === 'script') hold(element);
    if (isConnected(element)) consider(element);
  };

  /** @type {WeakSet<Node>} */
  const observed = new WeakSet();

  /** What one turn has looked at: each node once, however often it was moved. @type {WeakSet<Element>} */
  let seen = new WeakSet();
  /** @param {Element} element */
  const arrive = (element) => {
    if (knows(seen, element)) return;
    learn(seen, element);
    if (!tags.inserted(element) && ownerDocument(element) === window.document && readyState(window.document) === 'loading') learn(written, element);
    tags.gateParsed(element);
    if (hasAttribute(element, 'data-octroi')) onAdded(element);
  };
  /** Frames that have come. @type {Element[]} */
  let framed = list();
  /** @param {Element} element */
  const host = (element) => {
    const inside = shadowRoot(element);
    if (inside) look.shadow(inside);
    if (exec(framing, localName(element)) !== null) framed[framed.length] = element;
  };
  /** Elements that were come across in this turn: what is nested deep is told of again for each level. @type {WeakSet<Element>} */
  let met = new WeakSet();
  /** All that a part of the document has. @param {any} root */
  const survey = (root) => {
    if (nodeType(root) === 1) {
      if (knows(met, root)) return;
      host(root);
      if (mayAsk(root)) arrive(root);
      if (!firstChild(root)) return;
    }
    const all = findAll(root, '*');
    for (let i = 0; i < all.length; i++) {
      learn(met, all[i]);
      host(all[i]);
      if (mayAsk(all[i])) arrive(all[i]);
    }
  };

  const observer = new MutationObserver((records) => {
    seen = new WeakSet();
    met = new WeakSet();
    for (let i = 0; i < records.length; i++) {
      const { target, type, addedNodes } = records[i];
      if (nodeType(target) === 1 && localName(target) === 'script' && type === 'childList') tags.gateParsed(/** @type {Element} */ (target)); // the rest of it
      if (type === 'attributes') {
        const element = /** @type {Element} */ (target);
        if (!isConnected(element)) continue;
        if (!hasAttribute(element, 'data-octroi')) tags.gateParsed(element);
        if (hasAttribute(element, 'data-octroi')) onAdded(element);
        if (isOpen(element) && lost(element)) sources.load(element);
        continue;
      }
      const length = nodesLength(addedNodes);
      for (let k = 0; k < length; k++) {
        const node = addedNodes[k];
        if (nodeType(node) === 1 && isConnected(node)) survey(node);
      }
    }
    scripts.drain();
    changed(framed);
    framed = list();
  });
  const options = {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: filter,
  };

  const look = {
    review() {
      const before = detached;
      detached = list();
      for (let i = 0; i < before.length; i++) {
        if (isConnected(before[i]) || mayLoad(before[i])) consider(before[i]);
        else detached[detached.length] = before[i];
      }
      const those = links;
      links = list();
      for (let i = 0; i < those.length; i++) {
        const element = deref(those[i]);
        if (!element || hasAttribute(element, 'data-octroi')) continue;
        unlearn(opened, element);
        tags.gateParsed(element);
        if (hasAttribute(element, 'data-octroi')) onAdded(element);
      }
      const known = roots();
      for (let i = 0; i < known.length; i++) {
        const all = findAll(known[i], '[data-octroi]');
        for (let k = 0; k < all.length; k++) consider(all[k]);
      }
      scripts.drain();
    },
    /** Looks after a document or a shadow root from now on, and at what is there. @param {Document | ShadowRoot} root */
    watch(root) {
      if (knows(observed, root)) return;
      learn(observed, root);
      if (root !== window.document) addRoot(root);
      observe(observer, root, options);
      survey(root);
    },
    /** @param {ShadowRoot} root */
    shadow(root) {
      if (knows(observed, root)) return;
      rooted(root);
      look.watch(root);
    },
    hold,
    busy: scripts.busy,
    /** @param {Element} element */
    allowed: mayLoad,
    /** An element that loads already. @param {Element} element @param {string} ids */
    opened(element, ids) {
      learn(opened, element);
      const tag = localName(element);
      if (tag === 'script') ran(ids);
      if (tag === 'link') links[links.length] = new WeakRef(element);
    },
    /** @param {Element} element */
    detached(element) {
      if (detached.length < 1000 && !includes(detached, element)) detached[detached.length] = element;
      blocked(element);
    },
    /** Puts listeners back that a document may have lost. */
    listen() {
      listen(window.document, 'readystatechange', scripts.drain);
    },
  };
  shared.gates = look;
  look.listen();
  look.watch(window.document);
  return look;
};
