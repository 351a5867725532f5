/*
 * The guard keeps gated markup shut and opens it when the engine says so:
 *
 *   <script type="text/plain" data-octroi="id">       also with src, data-src, data-type="module"
 *   <iframe|img|link|… data-octroi="id" data-src="…"> also data-srcset, data-href
 *   <template data-octroi="id">                       any markup
 *
 * It knows no reason for a verdict.
 */
import { document } from './dom.js';
import { attempt, first } from './hooks.js';
import { barren, loading, names } from './tags.js';
import { markup, nonce, scriptURL, signed } from './trust.js';

const { apply } = Reflect;
/** As it was: what it says decides, and a page may bend its own. */
const { has } = WeakSet.prototype;

/** What in a template waits for its turn: also what Firefox would ask for as it reads the template. */
const brought = ['script', '[data-octroi]', ...names.map((name) => `[data-${name}]`)].join();

/** Marks scripts that have run. */
const spent = 'data-octroi-spent';

/**
 * @param {(element: Element) => boolean} allowed asks for a verdict
 * @param {(element: Element) => void} blocked told once for each element that is held
 * @param {(ids: string) => void} ran told of scripts that are let run
 * @param {{ place: (element: Element) => void, remove: (element: Element) => void }} embeds
 * @param {(element: Element) => void} screen marks an element whose address is a service's
 * @param {() => void} changed called when the document has changed
 */
export const guard = (allowed, blocked, ran, embeds, screen, changed) => {
  /** Elements that were let through: scripts for good, the others until shut. @type {WeakSet<Element>} */
  const opened = new WeakSet();
  /** @type {WeakSet<Element>} */
  const told = new WeakSet();
  /** @param {Element} element */
  const isOpen = (element) => apply(has, opened, [element]);
  /** What a template brought, while it is shut again. @type {WeakMap<Element, Node>} */
  const kept = new WeakMap();
  /** Marks the end of what a template brought. @type {WeakMap<Element, Node>} */
  const ends = new WeakMap();
  /** Held elements that are in no document, as pictures that only count. @type {Set<Element>} */
  const loose = new Set();
  /** Scripts and templates on their way in, in document order. @type {Element[]} */
  let queue = [];
  let busy = false;

  /** @param {Element} element */
  const consider = (element) => {
    const isScript = element.localName === 'script';
    if (isOpen(element)) {
      if (!isScript && !allowed(element)) {
        opened.delete(element);
        shut(element);
        embeds.place(element);
      }
    } else if (!allowed(element)) {
      if (!told.has(element)) {
        told.add(element);
        blocked(element);
      }
      embeds.place(element);
    } else if (element.hasAttribute(spent)) {
      opened.add(element);
    } else if (isScript || element.localName === 'template') {
      if (!queue.includes(element)) queue.push(element);
    } else {
      opened.add(element);
      embeds.remove(element);
      // Chromium drops what a frame is told to load in the microtask after the parser
      // brought it.
      if (element.localName === 'iframe') setTimeout(load, 0, element);
      else load(element);
    }
  };

  /** @param {Element} element */
  const load = (element) => {
    for (const source of isOpen(element) ? names : []) {
      const value = element.getAttribute('data-' + source);
      if (value !== null) element.setAttribute(nameOf(element, source), source === 'srcdoc' ? markup(value) : value);
    }
    // A medium that has found no source looks for none; nor does a link at its set, nor
    // Firefox at a track's.
    if (element.localName === 'source') /** @type {any} */ (element.parentNode)?.load?.();
    if (element.localName === 'track' || (element.localName === 'link' && !element.hasAttribute('href'))) again(element);
  };

  /** A link's data-src is its href. @param {Element} element @param {string} source */
  const nameOf = (element, source) => (source === 'src' && element.localName === 'link' ? 'href' : source);

  const drain = () => {
    // The parser shows a script or a template before its end, where two packets meet.
    while (!busy && queue.length && document.readyState !== 'loading') {
      const element = first(queue);
      if (isOpen(element) || !element.isConnected || !allowed(element)) continue;
      opened.add(element);
      if (element.localName === 'template') insert(/** @type {HTMLTemplateElement} */ (element));
      else run(/** @type {HTMLScriptElement} */ (element));
    }
  };

  /** @param {Event} event */
  const next = ({ currentTarget }) => {
    for (const event of ['load', 'error']) /** @type {Element} */ (currentTarget).removeEventListener(event, next);
    busy = false;
    drain();
  };

  /**
   * A script runs where it stands: one that had no type it could run by may get one
   * later (HTML, "prepare the script element"). So it runs once, nor does a clone of it
   * run, and who waits for its load hears of it. The next waits for it unless it is
   * async. Gated markup that would never run, since it was set as innerHTML, does: that
   * is how frameworks make nodes.
   *
   * @param {HTMLScriptElement} script
   */
  const run = (script) => {
    const { type = '', src = script.getAttribute('src') } = script.dataset;
    // What a strict page does not vouch for stays shut; the engine has said so.
    const address = src && attempt(() => scriptURL(src));
    if (src ? !address : !signed(script)) return;
    ran(script.getAttribute('data-octroi') || '');
    // A clone of it, as in a snapshot of the page, is as spent as it is.
    script.setAttribute(spent, '');
    if (script.hasAttribute(barren)) {
      const copy = document.createElement('script');
      for (const { name, value } of script.attributes) if (name !== barren) copy.setAttribute(name, value);
      copy.nonce = script.nonce;
      // Nor where the page trusts no text but the parser's.
      attempt(() => (copy.text = script.text));
      opened.add(copy);
      script.after(copy);
      script = copy;
    }
    if (type) script.type = type;
    else script.removeAttribute('type');
    if (!address) {
      // Its text stays the parser's: Firefox would not trust one that a script has touched.
      again(script);
      return;
    }
    // Else it would be async, as what scripts build is.
    script.async = script.hasAttribute('async');
    // Data blocks are not fetched, and tell nothing that could be awaited.
    if (!script.async && /^$|^module$|(java|ecma)script$/.test(type)) {
      busy = true;
      script.addEventListener('load', next);
      script.addEventListener('error', next);
    }
    script.removeAttribute('src');
    script.nonce ||= nonce;
    try {
      script.src = address;
    } catch {
      busy = false; // the site's policy knows none of our name, and its report says so
    }
  };

  /**
   * A template's content comes to stand behind it, up to a comment that marks its
   * end. Scripts in it wait for their turn as the page's do.
   *
   * @param {HTMLTemplateElement} template
   */
  const insert = (template) => {
    let content = kept.get(template);
    if (!content) {
      // Held while they are inert: what is taken over into the document loads at once.
      for (const element of template.content.querySelectorAll(brought)) {
        hold(element);
        if (!element.hasAttribute('data-octroi')) element.setAttribute('data-octroi', template.getAttribute('data-octroi') || '');
      }
      const fresh = document.importNode(template.content, true);
      queue = [...fresh.querySelectorAll('script'), ...queue];
      const end = document.createComment('');
      ends.set(template, end);
      fresh.append(end);
      content = fresh;
    }
    template.after(content);
  };

  /** @param {Element} element */
  const shut = (element) => {
    if (element.localName === 'template') {
      const end = /** @type {Node} */ (ends.get(element));
      // A page that has moved either keeps what is there.
      if (end.parentNode !== element.parentNode || !(element.compareDocumentPosition(end) & 4)) return;
      const content = document.createDocumentFragment();
      for (let node; (node = /** @type {Node} */ (element.nextSibling)) !== end;) content.append(node);
      content.append(end);
      kept.set(element, content);
      return;
    }
    for (const source of names) {
      if (element.hasAttribute('data-' + source)) element.removeAttribute(nameOf(element, source));
    }
    stop(element);
  };

  /** A frame runs on without its address, but not out of its place; what plays, until it loads anew. @param {any} element */
  const stop = (element) => {
    if (element.localName === 'iframe') again(element);
    else if (/^(audio|video|source)$/.test(element.localName)) (element.load ? element : element.parentNode)?.load?.();
  };

  /** Takes an element out and puts it back. @param {Element} element */
  const again = (element) => {
    if (!element.isConnected) return;
    const place = document.createComment('');
    element.replaceWith(place);
    place.replaceWith(element);
  };

  /**
   * Gated markup that names its source plainly is held as far as the parser lets us.
   *
   * @param {Element} element
   */
  const hold = (element) => {
    if (isOpen(element)) return;
    if (element.localName === 'script') {
      const script = /** @type {HTMLScriptElement} */ (element);
      if (script.type === 'text/plain') return;
      if (script.type) script.dataset.type = script.type;
      script.type = 'text/plain';
      return;
    }
    for (const source of names) {
      const value = element.getAttribute(source);
      if (value !== null && !element.hasAttribute('data-' + source)) {
        element.setAttribute('data-' + source, value);
        element.removeAttribute(source);
        // A frame of the document is on its way already, unless it leaves it.
        stop(element);
      }
    }
  };

  /** Markup that is new to the document. @param {Element} element */
  const meet = (element) => {
    hold(element);
    if (element.isConnected) consider(element);
  };

  document.addEventListener('readystatechange', drain);
  /** Shadow roots that scripts have made; a closed one can be had nowhere else. @type {WeakRef<ShadowRoot>[]} */
  let shadows = [];
  const observer = new MutationObserver((records) => {
    for (const { target, type, addedNodes } of records) {
      for (const node of type === 'childList' ? addedNodes : [target]) {
        if (node.nodeType === 3 && target instanceof HTMLScriptElement) screen(target); // the rest of it
        if (!(node instanceof Element) || !node.isConnected) continue;
        if (type === 'childList') {
          screen(node);
          node.querySelectorAll(loading).forEach(screen);
        }
        if (node.hasAttribute('data-octroi')) meet(node);
        if (type === 'childList') node.querySelectorAll('[data-octroi]').forEach(meet);
      }
    }
    drain();
    changed();
  });
  /** @param {Document | ShadowRoot} root */
  const observe = (root) => observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-octroi'] });
  observe(window.document);

  const look = {
    /** The document, and the shadow roots that are known. @returns {(Document | ShadowRoot)[]} */
    roots: () => [document, ...shadows.flatMap((shadow) => shadow.deref() || [])],
    review() {
      for (const element of loose) if (element.isConnected || allowed(element)) loose.delete(element) && consider(element);
      for (const root of look.roots()) root.querySelectorAll('[data-octroi]').forEach(consider);
      drain();
    },
    /** @param {ShadowRoot} root */
    shadow(root) {
      if (shadows.push(new WeakRef(root)) % 100 === 0) shadows = shadows.filter((shadow) => shadow.deref());
      observe(root);
    },
    hold,
    /** An element that loads already. @param {Element} element */
    opened(element) {
      opened.add(element);
      if (element.localName === 'script') ran(element.getAttribute('data-octroi') || '');
    },
    /** @param {Element} element */
    loose(element) {
      if (loose.size < 1000) loose.add(element);
      blocked(element);
    },
  };
  return look;
};
