/*
 * Gated scripts and templates open one after the other, in document order, as the parser
 * would have run them.
 */
import { again } from './gated-sources.js';
import { HTML, sourceOf, speaks, SVG } from '../intercept/loads.js';
import { inertMark, unknown } from '../intercept/marks.js';
import { nonce, scriptURL, signed, vouchedURL } from '../safe/trust.js';
import {
  appendChild,
  attempt,
  baseURI,
  clearTimeout,
  createElementNS,
  dispatch,
  exec,
  getAttribute,
  hasAttribute,
  includes,
  insertBefore,
  isConnected,
  knows,
  learn,
  list,
  listen,
  localName,
  Map,
  mapGet,
  mapSet,
  namespaceURI,
  nextSibling,
  ownerDocument,
  parentNode,
  protocolOf,
  reads,
  removeAttribute,
  removeChild,
  setAttribute,
  setTimeout,
  startsWith,
  takeFirst,
  textOf,
  unlearn,
  unlisten,
  URL,
  visit,
  weakGet,
  WeakMap,
  WeakRef,
  weakSet,
  WeakSet,
  deref,
  attributeNames,
  readyState,
  importNode,
} from '../safe/builtins.js';

const nonceOf = reads(HTMLElement.prototype, 'nonce');
const { Event } = window;

/** For how long the next script waits for one that loads, in milliseconds. */
const patience = 10000;
/** How a script tells that it has run, or that it cannot. */
const endings = list(['load', 'error']);

/**
 * @param {import('../intercept/shared.js').Shared} shared
 * @param {import('./gates.js').Reports} reports
 * @param {object} gates
 * @param {WeakSet<Element>} gates.opened
 * @param {WeakSet<Element>} gates.written elements that the parser brought with the page
 * @param {(element: Element) => boolean} gates.mayLoad
 * @param {(template: Element) => void} gates.insert opens a template
 */
export const gatedScripts = (shared, { ran, failed, drained }, { opened, written, mayLoad, insert }) => {
  /** Scripts' attributes, name and value in turn, as the page wrote them. @type {WeakMap<Element, string[]>} */
  const asWritten = new WeakMap();
  /** The copies by which scripts have run that would not have. @type {WeakMap<Element, Element>} */
  const copies = new WeakMap();
  /** Scripts that were told their address and have neither run nor failed, or just have. @type {WeakSet<Element>} */
  const loadingScripts = new WeakSet();
  /** What has run: its type with its address or its text, and what ran last. @type {Map<string, WeakRef<Element>>} */
  const ranLast = new Map();
  /** Scripts and templates on their way in, in document order. @type {Element[]} */
  let queue = list();
  let busy = false;
  /** Scripts that stood in the document in a form that runs by itself. @type {WeakSet<Element>} */
  const plain = new WeakSet();

  const drain = () => {
    // The parser shows a script or a template before its end, where two packets meet.
    while (!busy && queue.length && readyState(window.document) !== 'loading') {
      const element = takeFirst(queue);
      if (knows(opened, element) || !isConnected(element) || !mayLoad(element)) continue;
      if (localName(element) === 'template') {
        learn(opened, element);
        insert(element);
      } else {
        // WebKit tells of what was put in, and so leads here again, before all of it has run.
        busy = true;
        let waits = false;
        try {
          const known = hasAttribute(element, inertMark) || namespaceURI(element) !== HTML || (knows(written, element) && !knows(plain, element));
          waits = known ? run(element, hasAttribute(element, inertMark)) : probe(element);
        } finally {
          busy = waits;
        }
      }
    }
    if (!busy) drained();
  };

  /** The next may run. */
  const next = () => {
    busy = false;
    drain();
  };

  /**
   * Waits until a script has run, or for as long as the others can.
   *
   * @param {any} script
   * @param {string} address
   * @param {() => void} then
   */
  const wait = (script, address, then) => {
    const done = () => {
      clearTimeout(timer);
      visit(endings, (event) => unlisten(script, event, done));
      then();
    };
    const timer = setTimeout(() => {
      done();
      failed(script, address + ' neither loads nor fails; the others go on');
    }, patience);
    visit(endings, (event) => listen(script, event, done));
  };

  /**
   * Asks the browser whether it would still run a script, which no property tells: what came
   * as innerHTML never runs, nor does a copy of it, however it was told what (HTML, "already
   * started"). A copy with an empty address hears of an error if it would, and one that is
   * fresh hears of it in any case.
   *
   * @param {any} script
   * @returns {boolean} whether the next is to wait
   */
  const probe = (script) => {
    const parent = parentNode(script);
    const document = ownerDocument(script);
    const fresh = createElementNS(document, namespaceURI(script), 'script');
    const copy = importNode(document, script, false);
    visit(attributeNames(copy), (/** @type {string} */ name) => removeAttribute(copy, name));
    let alive = false;
    let timer = 0;
    const done = () => {
      if (!timer) return;
      clearTimeout(timer);
      timer = 0;
      busy = isConnected(script) && mayLoad(script) && run(script, !alive);
      drain();
    };
    timer = setTimeout(done, patience);
    listen(copy, 'error', () => (alive = true));
    listen(fresh, 'error', done);
    visit(list([copy, fresh]), (one) => {
      // A policy that knows none of our name lets no script be given an address at all.
      if (attempt(() => (setAttribute(one, 'src', vouchedURL('')), true)) === undefined) alive = true;
      appendChild(parent, one);
      removeChild(parent, one);
    });
    if (!alive) return true;
    clearTimeout(timer);
    timer = 0;
    return run(script, false);
  };

  /**
   * A script runs where it stands: one that had no type it could run by may get one
   * later (HTML, "prepare the script element"). So it runs once, nor does a clone of it
   * run, and who waits for its load hears of it. The next waits for it unless it is
   * async. Gated markup that would never run, since it was set as innerHTML, does, by a copy:
   * that is how frameworks make nodes.
   *
   * @param {any} script
   * @param {boolean} dead whether the browser will not run it
   * @returns {boolean} whether the next is to wait
   */
  const run = (script, dead) => {
    learn(opened, script);
    remember(script);
    const space = namespaceURI(script);
    const svg = space === SVG;
    const ids = getAttribute(script, 'data-octroi') || '';
    // What the browser was to run has run, or never would have.
    if (dead && (knows(plain, script) || shared.tags.marked(script))) return false;
    const type = getAttribute(script, 'data-type') || '';
    const src = svg
      ? (getAttribute(script, 'data-href') ?? getAttribute(script, 'data-xlink-href') ?? sourceOf(script, 'href') ?? sourceOf(script, 'xlink:href'))
      : (getAttribute(script, 'data-src') ?? getAttribute(script, 'src'));
    // What a strict page does not vouch for stays shut; the engine has said so. A tag of the
    // page's own that only had to wait for the engine is as good as its nonce.
    const own = !!nonce && !ids && hasAttribute(script, unknown) && attempt(() => nonceOf(script)) === nonce;
    const loads = src && attempt(() => exec(/^(?:https?|blob|data):$/, protocolOf(new URL(src, baseURI(script)))) !== null);
    const address = loads && attempt(() => (own ? vouchedURL : scriptURL)(src));
    const silent = !speaks(script, type);
    if (space !== HTML && !svg) return (failed(script, 'it is no script of HTML or SVG'), false);
    if (src !== null && !loads && (src || !textOf(script))) return (failed(script, 'no script loads from "' + src + '"'), false);
    if (src ? !address : !signed(script)) return false;
    // What has run has run with its clones, as in a snapshot of the page; with what Astro's
    // router says is as it was; and with what stands in its place as markup of it.
    const said = type + ' ' + (address || textOf(script));
    const last = mapGet(ranLast, said);
    if (dead && last) {
      const how = hasAttribute(script, 'data-astro-exec') ? null : getAttribute(script, inertMark);
      const stands = attempt(() => isConnected(deref(last)));
      if (how === null || (!how && !stands)) return false;
    }
    // While a script of the page's loads it does not look as the page wrote it: a router that
    // compares brings it again, or as it looked then, from its cache.
    const sooner = last && deref(last);
    const compared = sooner && knows(written, sooner) && knows(loadingScripts, sooner);
    if (sooner && shared.tags.inserted(script) && !shared.tags.marked(script) && (compared || looksLoading(script))) {
      if (compared) visit(endings, (event) => listen(sooner, event, () => attempt(() => dispatch(script, new Event(event)))));
      // Two that look alike, once this has run, are one too many to a router.
      removeChild(parentNode(script), script);
      return false;
    }
    mapSet(ranLast, said, new WeakRef(script));
    ran(ids);
    const original = script;
    if (dead || svg) {
      const copy = /** @type {any} */ (createElementNS(ownerDocument(script), space, 'script'));
      visit(attributeNames(script), (/** @type {string} */ name) => {
        if (name !== inertMark && name !== 'src' && name !== 'href' && name !== 'xlink:href') setAttribute(copy, name, getAttribute(script, name));
      });
      copy.nonce = script.nonce;
      // Nor where the page trusts no text but the parser's.
      attempt(() => (svg ? (copy.textContent = textOf(script)) : (copy.text = script.text)));
      visit(endings, (event) => listen(copy, event, () => attempt(() => dispatch(original, new Event(event)))));
      learn(opened, copy);
      weakSet(copies, script, copy);
      insertBefore(parentNode(script), copy, nextSibling(script));
      script = copy;
    }
    if (type) setAttribute(script, 'type', type);
    else removeAttribute(script, 'type');
    if (silent && (address || hasAttribute(script, 'nomodule') || exec(/script/i, type) !== null)) failed(script, 'browsers run no such script');
    // What waits for nothing may write nothing.
    shared.tags.writing.late(script, address && (hasAttribute(script, 'async') || hasAttribute(script, 'defer')) ? undefined : wait);
    if (!address) {
      // Its text stays the parser's: Firefox would not trust one that a script has touched.
      shared.tags.writing.within(script, () => again(script));
      restore(original);
      return !shared.tags.writing.over(script, next);
    }
    // Else it would be async, as what scripts build is.
    if ('async' in script) script.async = hasAttribute(script, 'async');
    const waits = !script.async && !silent;
    removeAttribute(script, 'src');
    script.nonce ||= nonce;
    try {
      if (svg) {
        setAttribute(script, 'href', address);
        again(script);
      } else script.src = address;
    } catch {
      return false; // the site's policy knows none of our name, and its report says so
    }
    learn(loadingScripts, script);
    visit(endings, (event) =>
      listen(script, event, () => {
        // A router may have compared just before.
        setTimeout(unlearn, 1000, loadingScripts, script);
        restore(original);
      }),
    );
    if (waits) wait(script, address, () => shared.tags.writing.over(script, next) && next());
    return waits;
  };

  /** Remembers the attributes of a script as the page wrote them. @param {Element} script */
  const remember = (script) => {
    if (weakGet(asWritten, script)) return;
    /** @type {string[]} */
    const all = list();
    const ours = shared.tags.marked(script);
    visit(attributeNames(script), (/** @type {string} */ name) => {
      if (name === inertMark || (ours && exec(/^data-octroi/, name) !== null)) return;
      all[all.length] = ours && name === 'data-src' ? 'src' : name;
      all[all.length] = getAttribute(script, name);
    });
    weakSet(asWritten, script, all);
  };

  /** Whether a script came as one looks that loads: with its address both plain and waiting. @param {Element} script */
  const looksLoading = (script) => {
    const all = weakGet(asWritten, script);
    return includes(all, 'src') && includes(all, 'data-src');
  };

  /**
   * Gives a script that has run its attributes as the page wrote them: routers compare what
   * is there with what the next page has, and run what they do not know.
   *
   * @param {Element} script
   */
  const restore = (script) => {
    const all = weakGet(asWritten, script);
    const copy = weakGet(copies, script);
    // Who looks for scripts to run in what it has put in finds none in this.
    if (copy) {
      removeAttribute(copy, 'data-octroi');
      setAttribute(copy, 'type', 'text/plain');
    }
    // Who reads a nonce from an attribute is told none, and setting that would take it away;
    // and a page that trusts no text lets no handler be set.
    const kept = hasAttribute(script, 'nonce');
    visit(attributeNames(script), (/** @type {string} */ name) => {
      if (!includes(all, name) || (!kept && !startsWith(name, 'on'))) removeAttribute(script, name);
    });
    for (let i = 0; i < all.length; i += 2) {
      if (all[i] === 'nonce' || startsWith(all[i], 'on')) continue;
      attempt(() => setAttribute(script, all[i], exec(/^(?:src|href|xlink:href)$/, all[i]) ? vouchedURL(all[i + 1]) : all[i + 1]));
    }
  };

  return {
    drain,
    remember,
    /** A script or a template is to have its turn. @param {Element} element */
    add(element) {
      if (!includes(queue, element)) queue[queue.length] = element;
    },
    /** These come before all others. @param {Element[]} scripts */
    addBefore(scripts) {
      for (let i = 0; i < queue.length; i++) scripts[scripts.length] = queue[i];
      queue = scripts;
    },
    /** A script stands in the document in a form that runs by itself. @param {Element} script */
    runsAlone: (script) => learn(plain, script),
    /** Whether scripts are still to run. */
    busy: () => busy || queue.length > 0,
  };
};
