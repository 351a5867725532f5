/*
 * The guard keeps gated markup shut and opens it when the engine says so:
 *
 *   <script type="text/plain" data-octroi="id">       also with src, data-src, data-type="module"
 *   <iframe|img|link|… data-octroi="id" data-src="…"> also data-srcset, data-href
 *   <template data-octroi="id">                       any markup
 *
 * It knows no reason for a verdict.
 */
import { HTML, SVG, XLINK, addresses, mayAsk, names, sourceOf, sourcesOf, speaks, twin } from '../intercept/loads.js';
import { barren, unknown } from '../intercept/markup.js';
import { pace } from '../core/pace.js';
import {
  appendChild,
  attempt,
  baseURI,
  clearTimeout,
  contentOf,
  createElementNS,
  exec,
  findAll,
  firstChild,
  free,
  getAttribute,
  hasAttribute,
  includes,
  iterable,
  insertBefore,
  isConnected,
  knows,
  learn,
  list,
  localName,
  mapGet,
  mapSet,
  namespaceURI,
  nextSibling,
  nodeType,
  ownerDocument,
  parentNode,
  reads,
  removeAttribute,
  removeAttributeNS,
  removeChild,
  replaceChild,
  setAttribute,
  setAttributeNS,
  setTimeout,
  shadowRoot,
  startsWith,
  textOf,
  unlearn,
  visit,
  URL,
  protocolOf,
  WeakMap,
  WeakRef,
  Map,
  WeakSet,
  weakGet,
  weakSet,
  listen,
  unlisten,
  dispatch,
  takeFirst,
} from '../safe/builtins.js';
import { addRoot, roots } from './roots.js';
import { markup, nonce, scriptURL, signed, vouchedURL } from '../safe/trust.js';

const importNode = free(Document.prototype.importNode);
const createComment = free(Document.prototype.createComment);
const createFragment = free(Document.prototype.createDocumentFragment);
const compare = free(Node.prototype.compareDocumentPosition);
const lengthOf = reads(NodeList.prototype, 'length');
const stateOf = reads(Document.prototype, 'readyState');
const nonceOf = reads(HTMLElement.prototype, 'nonce');
const observeBy = free(MutationObserver.prototype.observe);
const { Event } = window;
const deref = free(WeakRef.prototype.deref);
const attributesOf = free(Element.prototype.getAttributeNames);

/** What in a template waits for its turn: also what Firefox would ask for as it reads the template. */
let brought = 'script,[data-octroi]';
visit(names, (name) => void (brought += `,[${twin(name)}]`));

const watched = list(['data-octroi']);
visit(names, (name) => void (watched[watched.length] = name));
/** The attributes that are looked after. */
const filter = iterable(watched);
/** For how long the next script waits for one that loads, in milliseconds. */
const patience = 10000;
/** How a script tells that it has run, or that it cannot. */
const ends_ = list(['load', 'error']);

/** What shows a picture, plays or lays out by an address, and does nothing else with it. */
const harmless = /^(?:img|image|feImage|iframe|frame|video|audio|source|track|input|link|object|embed|use)$/;
/** Frames and the like: each runs on without its address, but not out of its place. */
const framing = /^(?:iframe|frame|object|embed|portal)$/;

/**
 * @param {(element: Element, injected: boolean) => boolean} allowed asks for a verdict; what is injected is granted nothing for being essential
 * @param {(element: Element) => void} blocked told once for each element that is held
 * @param {(ids: string) => void} ran told of scripts that are let run
 * @param {(script: Element, why: string) => void} failed told of scripts that were to run, and do not
 * @param {() => void} drained told when none that could run is left
 * @param {{ place: (element: Element) => void, remove: (element: Element) => void }} embeds
 * @param {{ screen(element: Element): void, told(element: Element): Record<string, string> | undefined, brought(element: Element): boolean, marked(element: Element): boolean, writing: ReturnType<typeof import('../intercept/written.js').writer> }} tags
 * @param {(frames: Element[]) => void} changed called when the document has changed; told of new frames
 * @param {(root: ShadowRoot) => void} rooted told of each shadow root that is found
 */
export const guard = (allowed, blocked, ran, failed, drained, embeds, tags, changed, rooted) => {
  /** Elements that were let through: scripts for good, the others until shut. @type {WeakSet<Element>} */
  const opened = new WeakSet();
  /** @type {WeakSet<Element>} */
  const told = new WeakSet();
  /** Elements that the parser brought with the page. @type {WeakSet<Element>} */
  const written = new WeakSet();
  /** @param {Element} element */
  const isOpen = (element) => knows(opened, element);
  /** Scripts' attributes, name and value in turn, as the page wrote them. @type {WeakMap<Element, string[]>} */
  const asWritten = new WeakMap();
  /** The copies by which scripts have run that would not have. @type {WeakMap<Element, Element>} */
  const copies = new WeakMap();
  /** Whether elements that are open may get back a source that they lost. @type {WeakMap<Element, () => boolean>} */
  const losses = new WeakMap();
  /** Scripts that were told their address and have neither run nor failed, or just have. @type {WeakSet<Element>} */
  const loadingScripts = new WeakSet();
  /** What has run: its type with its address or its text, and what ran last. @type {Map<string, WeakRef<Element>>} */
  const spent = new Map();
  /** What a template brought, while it is shut again. @type {WeakMap<Element, Node>} */
  const kept = new WeakMap();
  /** Marks the end of what a template brought. @type {WeakMap<Element, Node>} */
  const ends = new WeakMap();
  /** Held elements that are in no document, as pictures that only count. @type {Element[]} */
  let loose = list();
  /** Links that are open by their address and bear no mark, for routers compare what a head has. @type {WeakRef<Element>[]} */
  let links = list();
  /** Scripts and templates on their way in, in document order. @type {Element[]} */
  let queue = list();
  let busy = false;
  /** Scripts that stood in the document in a form that runs by itself. @type {WeakSet<Element>} */
  const plain = new WeakSet();

  /** Whether an element is the page's own word: it came with the page, or has its nonce. @param {Element} element @returns {boolean} */
  const vouched = (element) => knows(written, element) || (!!nonce && attempt(() => nonceOf(element)) === nonce);

  /** @param {Element} element */
  const mayLoad = (element) => allowed(element, !vouched(element));

  /** @param {Element} element */
  const consider = (element) => {
    const tag = localName(element);
    const isScript = tag === 'script';
    if (isOpen(element)) {
      if (!isScript && !mayLoad(element)) {
        unlearn(opened, element);
        shut(element);
        embeds.place(element);
      }
    } else if (!mayLoad(element)) {
      if (!knows(told, element)) {
        learn(told, element);
        blocked(element);
        // Routers wait for a sheet, or for its failure, before they show a page.
        if (tag === 'link' && tags.marked(element)) setTimeout(() => attempt(() => dispatch(element, new Event('error'))));
      }
      embeds.place(element);
    } else if (isScript || tag === 'template') {
      if (!includes(queue, element)) queue[queue.length] = element;
    } else {
      learn(opened, element);
      embeds.remove(element);
      // Chromium drops what a frame is told to load in the microtask after the parser
      // brought it.
      if (tag === 'iframe') setTimeout(load, 0, element);
      else load(element);
    }
  };

  /**
   * Whether an address that waits beside an element may become its own: what a script or the
   * page itself has told it may; of what else stands in the markup, which a sanitizer takes
   * for harmless, only what shows something, from the network.
   *
   * @param {Element} element
   * @param {string} source
   * @param {string} value
   */
  const fits = (element, source, value) => {
    if (tags.told(element)?.[source] === value) return true;
    const tag = localName(element);
    if (exec(harmless, tag) === null && !vouched(element)) return false;
    if (source === 'srcdoc') return vouched(element);
    const all = addresses(tag, source, value, (name) => getAttribute(element, name));
    for (let i = 0; i < all.length; i++) {
      const scheme = attempt(() => protocolOf(new URL(all[i], baseURI(element)))) || '';
      const shown = exec(framing, tag) === null && tag !== 'link' && tag !== 'use';
      if (exec(shown ? /^(?:https?|blob|data):$/ : /^https?:$/, scheme) === null) return false;
    }
    return true;
  };

  /** What waits beside an element. A link's data-src is its href. @param {Element} element @param {string} source */
  const waits = (element, source) =>
    // Pages have such attributes of their own, as for what loads late: what scripts and parsers told comes before.
    tags.told(element)?.[source] ??
    getAttribute(element, twin(source)) ??
    (source === 'href' && localName(element) === 'link' ? getAttribute(element, 'data-src') : null);

  /** @param {Element} element @param {string} source @param {string} value */
  const give = (element, source, value) => {
    if (source === 'xlink:href') setAttributeNS(element, XLINK, source, value);
    else setAttribute(element, source, source === 'srcdoc' ? markup(value) : value);
  };

  /** @param {Element} element */
  const load = (element) => {
    const tag = localName(element);
    const own = sourcesOf(element);
    for (let i = 0; isOpen(element) && i < own.length; i++) {
      const value = waits(element, own[i]);
      const plain = sourceOf(element, own[i]);
      if (value === null && plain !== null) setAttribute(element, twin(own[i]), plain);
      if (value !== null && value !== plain && fits(element, own[i], value)) give(element, own[i], value);
    }
    // A medium that has found no source looks for none; nor does a link at its set, nor
    // Firefox at a track's.
    if (tag === 'source') /** @type {any} */ (parentNode(element))?.load?.();
    if (tag === 'track' || (tag === 'link' && !hasAttribute(element, 'href'))) again(element);
  };

  const drain = () => {
    // The parser shows a script or a template before its end, where two packets meet.
    while (!busy && queue.length && stateOf(window.document) !== 'loading') {
      const element = takeFirst(queue);
      if (isOpen(element) || !isConnected(element) || !mayLoad(element)) continue;
      if (localName(element) === 'template') {
        learn(opened, element);
        insert(element);
      } else {
        // WebKit tells of what was put in, and so leads here again, before all of it has run.
        busy = true;
        let waits = false;
        try {
          const known = hasAttribute(element, barren) || namespaceURI(element) !== HTML || (knows(written, element) && !knows(plain, element));
          waits = known ? run(element, hasAttribute(element, barren)) : probe(element);
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
      visit(ends_, (event) => unlisten(script, event, done));
      then();
    };
    const timer = setTimeout(() => {
      done();
      failed(script, address + ' neither loads nor fails; the others go on');
    }, patience);
    visit(ends_, (event) => listen(script, event, done));
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
    visit(attributesOf(copy), (/** @type {string} */ name) => removeAttribute(copy, name));
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
    if (dead && (knows(plain, script) || tags.marked(script))) return false;
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
    const last = mapGet(spent, said);
    if (dead && last) {
      const how = hasAttribute(script, 'data-astro-exec') ? null : getAttribute(script, barren);
      const stands = attempt(() => isConnected(deref(last)));
      if (how === null || (!how && !stands)) return false;
    }
    // While a script of the page's loads it does not look as the page wrote it: a router that
    // compares brings it again, or as it looked then, from its cache.
    const sooner = last && deref(last);
    const compared = sooner && knows(written, sooner) && knows(loadingScripts, sooner);
    if (sooner && tags.brought(script) && !tags.marked(script) && (compared || looksLoading(script))) {
      if (compared) visit(ends_, (event) => listen(sooner, event, () => attempt(() => dispatch(script, new Event(event)))));
      // Two that look alike, once this has run, are one too many to a router.
      removeChild(parentNode(script), script);
      return false;
    }
    mapSet(spent, said, new WeakRef(script));
    ran(ids);
    const original = script;
    if (dead || svg) {
      const copy = /** @type {any} */ (createElementNS(ownerDocument(script), space, 'script'));
      visit(attributesOf(script), (/** @type {string} */ name) => {
        if (name !== barren && name !== 'src' && name !== 'href' && name !== 'xlink:href') setAttribute(copy, name, getAttribute(script, name));
      });
      copy.nonce = script.nonce;
      // Nor where the page trusts no text but the parser's.
      attempt(() => (svg ? (copy.textContent = textOf(script)) : (copy.text = script.text)));
      visit(ends_, (event) => listen(copy, event, () => attempt(() => dispatch(original, new Event(event)))));
      learn(opened, copy);
      weakSet(copies, script, copy);
      insertBefore(parentNode(script), copy, nextSibling(script));
      script = copy;
    }
    if (type) setAttribute(script, 'type', type);
    else removeAttribute(script, 'type');
    if (silent && (address || hasAttribute(script, 'nomodule') || exec(/script/i, type) !== null)) failed(script, 'browsers run no such script');
    // What waits for nothing may write nothing.
    tags.writing.late(script, address && (hasAttribute(script, 'async') || hasAttribute(script, 'defer')) ? undefined : wait);
    if (!address) {
      // Its text stays the parser's: Firefox would not trust one that a script has touched.
      tags.writing.within(script, () => again(script));
      restore(original);
      return !tags.writing.over(script, next);
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
    visit(ends_, (event) =>
      listen(script, event, () => {
        // A router may have compared just before.
        setTimeout(unlearn, 1000, loadingScripts, script);
        restore(original);
      }),
    );
    if (waits) wait(script, address, () => tags.writing.over(script, next) && next());
    return waits;
  };

  /** Remembers the attributes of a script as the page wrote them. @param {Element} script */
  const remember = (script) => {
    if (weakGet(asWritten, script)) return;
    /** @type {string[]} */
    const all = list();
    const ours = tags.marked(script);
    visit(attributesOf(script), (/** @type {string} */ name) => {
      if (name === barren || (ours && exec(/^data-octroi/, name) !== null)) return;
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
    visit(attributesOf(script), (/** @type {string} */ name) => {
      if (!includes(all, name) || (!kept && !startsWith(name, 'on'))) removeAttribute(script, name);
    });
    for (let i = 0; i < all.length; i += 2) {
      if (all[i] === 'nonce' || startsWith(all[i], 'on')) continue;
      attempt(() => setAttribute(script, all[i], exec(/^(?:src|href|xlink:href)$/, all[i]) ? vouchedURL(all[i + 1]) : all[i + 1]));
    }
  };

  /**
   * A template's content comes to stand behind it, up to a comment that marks its
   * end. Scripts in it wait for their turn as the page's do.
   *
   * @param {Element} template
   */
  const insert = (template) => {
    let content = weakGet(kept, template);
    if (!content) {
      const inside = contentOf(template);
      // Held while they are inert: what is taken over into the document loads at once.
      const all = findAll(inside, brought);
      for (let i = 0; i < all.length; i++) {
        if (vouched(template)) learn(written, all[i]);
        hold(all[i]);
        if (!hasAttribute(all[i], 'data-octroi')) setAttribute(all[i], 'data-octroi', getAttribute(template, 'data-octroi') || '');
      }
      const fresh = importNode(window.document, inside, true);
      const copies = findAll(fresh, brought);
      if (vouched(template)) for (let i = 0; i < copies.length; i++) learn(written, copies[i]);
      const scripts = findAll(fresh, 'script');
      for (let i = 0; i < queue.length; i++) scripts[scripts.length] = queue[i];
      queue = scripts;
      const end = createComment(window.document, '');
      weakSet(ends, template, end);
      appendChild(fresh, end);
      content = fresh;
    }
    insertBefore(parentNode(template), content, nextSibling(template));
  };

  /** @param {Element} element */
  const shut = (element) => {
    if (localName(element) === 'template') {
      const end = /** @type {Node} */ (weakGet(ends, element));
      // A page that has moved either keeps what is there.
      if (parentNode(end) !== parentNode(element) || !(compare(element, end) & 4)) return;
      const content = createFragment(window.document);
      for (let node; (node = nextSibling(element)) !== end;) appendChild(content, node);
      appendChild(content, end);
      weakSet(kept, element, content);
      return;
    }
    const own = sourcesOf(element);
    for (let i = 0; i < own.length; i++) if (waits(element, own[i]) !== null) take(element, own[i]);
    stop(element);
  };

  /** @param {Element} element @param {string} source */
  const take = (element, source) => {
    if (source === 'xlink:href') removeAttributeNS(element, XLINK, 'href');
    else removeAttribute(element, source);
  };

  /** @param {Element} element */
  const stop = (element) => {
    const tag = localName(element);
    if (exec(framing, tag) !== null) again(element);
    // A medium plays on without its address until it looks for another.
    const media = tag === 'source' ? parentNode(element) : tag === 'video' || tag === 'audio' ? element : undefined;
    if (media) attempt(() => /** @type {any} */ (media).load());
  };

  /** Takes an element out and puts it back. @param {Element} element */
  const again = (element) => {
    const parent = isConnected(element) && parentNode(element);
    if (!parent) return;
    const place = createComment(window.document, '');
    replaceChild(parent, place, element);
    replaceChild(parent, element, place);
  };

  /**
   * Gated markup that names its source plainly is held as far as the parser lets us.
   *
   * @param {Element} element
   */
  const hold = (element) => {
    if (isOpen(element)) return;
    if (localName(element) === 'script') {
      remember(element);
      const type = getAttribute(element, 'type');
      if (type === 'text/plain') return;
      if (isConnected(element)) learn(plain, element);
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
  const meet = (element) => {
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
    if (!tags.brought(element) && ownerDocument(element) === window.document && stateOf(window.document) === 'loading') learn(written, element);
    tags.screen(element);
    if (hasAttribute(element, 'data-octroi')) meet(element);
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
      if (nodeType(target) === 1 && localName(target) === 'script' && type === 'childList') tags.screen(/** @type {Element} */ (target)); // the rest of it
      if (type === 'attributes') {
        const element = /** @type {Element} */ (target);
        if (!isConnected(element)) continue;
        if (!hasAttribute(element, 'data-octroi')) tags.screen(element);
        if (hasAttribute(element, 'data-octroi')) meet(element);
        if (isOpen(element) && lost(element)) load(element);
        continue;
      }
      const length = lengthOf(addedNodes);
      for (let k = 0; k < length; k++) {
        const node = addedNodes[k];
        if (nodeType(node) === 1 && isConnected(node)) survey(node);
      }
    }
    drain();
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
      const before = loose;
      loose = list();
      for (let i = 0; i < before.length; i++) {
        if (isConnected(before[i]) || mayLoad(before[i])) consider(before[i]);
        else loose[loose.length] = before[i];
      }
      const those = links;
      links = list();
      for (let i = 0; i < those.length; i++) {
        const element = deref(those[i]);
        if (!element || hasAttribute(element, 'data-octroi')) continue;
        unlearn(opened, element);
        tags.screen(element);
        if (hasAttribute(element, 'data-octroi')) meet(element);
      }
      const known = roots();
      for (let i = 0; i < known.length; i++) {
        const all = findAll(known[i], '[data-octroi]');
        for (let k = 0; k < all.length; k++) consider(all[k]);
      }
      drain();
    },
    /** Looks after a document or a shadow root from now on, and at what is there. @param {Document | ShadowRoot} root */
    watch(root) {
      if (knows(observed, root)) return;
      learn(observed, root);
      observeBy(observer, root, options);
      survey(root);
    },
    /** @param {ShadowRoot} root */
    shadow(root) {
      if (knows(observed, root)) return;
      addRoot(root);
      rooted(root);
      look.watch(root);
    },
    hold,
    /** Whether scripts are still to run. */
    busy: () => busy || queue.length > 0,
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
    loose(element) {
      if (loose.length < 1000 && !includes(loose, element)) loose[loose.length] = element;
      blocked(element);
    },
    /** Puts listeners back that a document may have lost. */
    listen() {
      listen(window.document, 'readystatechange', drain);
    },
  };
  look.listen();
  look.watch(window.document);
  return look;
};
