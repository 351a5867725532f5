/*
 * The tags turn what a page adds as it is into gated markup, where its address is held:
 * what scripts build before it is told its source, and what the parser brings as early
 * as a script can. The gates do the rest.
 */
import { attributes } from './attributes.js';
import { both, classifier, hasSource, nobodys } from './classify.js';
import { insertions } from './insertions.js';
import { HTML, names, paints, sourceOf, sourcesIn, sourcesOf, SVG, twin } from './loads.js';
import { cased, painted } from './sources.js';
import { markupHooks } from './markup-hooks.js';
import { inertMark, markups, unknown, viewOf } from './markup.js';
import {
  contentOf,
  bare,
  baseURI,
  createElementNS,
  getAttribute,
  hasAttribute,
  hasAttributes,
  implementation,
  includes,
  isConnected,
  knows,
  learn,
  list,
  localName,
  namespaceURI,
  ownerDocument,
  removeAttribute,
  setAttribute,
  failClosed,
  textOf,
  toLowerCase,
  unlearn,
  weakGet,
  WeakMap,
  WeakSet,
  weakSet,
  importNode,
  outerHTML,
} from '../safe/builtins.js';
import { unstyled } from './reader.js';
import { writer } from './written.js';

const still = implementation.createHTMLDocument('');

/** The document of all templates' contents. */
const templates = ownerDocument(contentOf(createElementNS(document, HTML, 'template')));

/** @param {import('./shared.js').Shared} shared */
export const tags = (shared) => {
  const { classifyScript, styles, opened } = shared;
  const { ask, askElement, askStyle, askText } = classifier(shared);
  /** What the parser may have asked for before any script, and how it would be held. @type {{ id: string, markup: string }[]} */
  const ungated = [];
  /** Elements that were marked here, not by the page's markup. */
  const marked = new WeakSet();
  /** What elements were told by scripts while they were held. @type {WeakMap<Element, Record<string, string>>} */
  const values = new WeakMap();
  /** Elements that a script has put in. */
  const inserted = new WeakSet();

  /**
   * Whether a node is of a document that runs no scripts, as DOMParser makes: they never
   * run, wherever they get to. Templates share one whose scripts do.
   *
   * @param {Node} node
   */
  const isForeign = (node) => {
    const own = ownerDocument(node);
    return !!own && own !== templates && !viewOf(node);
  };

  /** What scripts build is async unless they say otherwise; held, it would forget. @param {any} element */
  const keepAsync = (element) => {
    if (element.async || isForeign(element)) element.async = true;
  };

  /** @param {Element} element @param {string} name @param {string} value */
  const put = (element, name, value) => {
    if (getAttribute(element, name) !== value) setAttribute(element, name, value);
  };

  /** @param {Element} element @returns {Record<string, string>} */
  const toldTo = (element) => {
    let own = weakGet(values, element);
    if (!own) weakSet(values, element, (own = bare({})));
    return own;
  };

  /**
   * Marks an element whose new source is a service's; tells whether the source is held.
   */
  const mark = failClosed((/** @type {Element} */ element, /** @type {string} */ name, /** @type {string} */ value) => {
    const tag = localName(element);
    const own = sourcesOf(element);
    // What is in no document that loads is asked about when it gets there.
    if (!includes(own, name) || !viewOf(element)) return false;
    const ours = knows(marked, element);
    // What the page itself has gated waits for that, whoever tells it its source.
    if (!ours && hasAttribute(element, 'data-octroi')) {
      if (!value || shared.gates.allowed(element)) return false;
      toldTo(element)[name] = value;
      put(element, twin(name), value);
      return true;
    }
    const said = ask(element, tag, name, value, baseURI(element));
    if (said[0] || !said[1]) {
      learn(marked, element);
      toldTo(element)[name] = value;
      put(element, twin(name), value);
      belong(element, said[0]);
      if (said[1]) opened(element, said[0]);
      else if (tag === 'script') keepAsync(element);
      else if (!isConnected(element)) shared.gates.detached(element);
    } else if (ours) {
      delete toldTo(element)[name];
      removeAttribute(element, twin(name));
      let others = false;
      for (let i = 0; i < own.length; i++) others ||= hasAttribute(element, twin(own[i]));
      if (!others) {
        unlearn(marked, element);
        removeAttribute(element, 'data-octroi');
        removeAttribute(element, unknown);
      }
    }
    return !said[1];
  }, true);

  /** Blanks what an element's own styles would load. @param {Element} element */
  const paint = (element) => {
    if (!paints(element)) return;
    for (let i = 0; i < painted.length; i++) {
      const value = getAttribute(element, painted[i]);
      if (!value) continue;
      const now = styles.attribute(value, element);
      if (now !== value) setAttribute(element, painted[i], now);
    }
  };

  /** Remembers that an element is marked here, and what it has for its sources. @param {Element} element */
  const claim = (element) => {
    const own = sourcesOf(element);
    const kept = toldTo(element);
    learn(marked, element);
    for (let i = 0; i < own.length; i++) {
      const value = sourceOf(element, own[i]);
      if (value !== null) kept[own[i]] = value;
    }
  };

  /** Writes whose an element is. @param {Element} element @param {string} ids */
  const belong = (element, ids) => {
    put(element, 'data-octroi', ids);
    if (!ids) put(element, unknown, '');
  };

  /**
   * Whether an element may load that is held for no service: undefined for all others, which
   * their ids decide about. It gets its own once they are known.
   */
  const mayLoad = failClosed((/** @type {Element} */ element) => {
    if (!hasAttribute(element, unknown) || getAttribute(element, 'data-octroi')) return undefined;
    const tag = localName(element);
    const own = sourcesOf(element);
    const base = baseURI(element);
    // What would never have run does not now.
    let open = own.length > 0 && !hasAttribute(element, inertMark);
    /** @param {import('./shared.js').Said} said */
    const owned = (said) => {
      if (said[0]) put(element, 'data-octroi', said[0]);
      open = said[1];
      return !!said[0];
    };
    for (let i = 0; i < own.length && open; i++) {
      if (owned(ask(element, tag, own[i], getAttribute(element, twin(own[i])) ?? sourceOf(element, own[i]), base))) return undefined;
    }
    if (open && tag === 'script' && !hasSource(element)) {
      if (owned(classifyScript(textOf(element), toLowerCase(getAttribute(element, 'data-type') ?? ''), base))) return undefined;
    }
    return open;
  }, false);

  /** Gates an element. @param {Element} element @param {string} ids */
  const gate = (element, ids) => {
    claim(element);
    belong(element, ids);
    keepAsync(element);
    shared.gates.hold(element);
  };

  /** Gates an element that comes with its sources, before it loads. @param {Element} element @param {string} base */
  const gateInserted = (element, base) => {
    const tag = localName(element);
    if (tag === 'style') styles.text(element);
    else if (hasAttributes(element)) paint(element);
    else if (tag !== 'script') return;
    if (hasAttribute(element, 'data-octroi')) {
      // Whoever has gated it, before it was told its source or after. A script that may run
      // might never do so by itself, and the guard finds out.
      const runs = tag === 'script' && !isConnected(element);
      if (runs && namespaceURI(element) === HTML && !getAttribute(element, 'type')) keepAsync(element);
      if (runs || !shared.gates.allowed(element)) shared.gates.hold(element);
      return;
    }
    const said = askElement(element, base);
    if (!said[1]) gate(element, said[0]);
  };

  /** Whether there is anything to be done to an element. @param {Element} element @param {string} base */
  const asks = (element, base) => {
    if (hasAttribute(element, 'data-octroi')) return true;
    if (!askElement(element, base)[1]) return true;
    if (localName(element) === 'style') return !askStyle(textOf(element))[1];
    for (let i = 0; i < painted.length; i++) {
      const value = getAttribute(element, painted[i]);
      if (value && styles.attribute(value, element) !== value) return true;
    }
    return false;
  };

  /**
   * Of a start tag, what is held: the ids of its services, and by which attributes it loads.
   *
   * @param {string} tag in lower case
   * @param {string} space
   * @param {Element} element has the tag's attributes
   * @param {string} inner
   */
  const judge = (tag, space, element, inner) => {
    const uri = space === 'html' ? HTML : space === 'svg' ? SVG : null;
    const name = cased[tag] ?? tag;
    const own = sourcesIn(uri, name);
    const base = baseURI(document);
    /** @type {string[]} */
    const held = list();
    const given = getAttribute(element, 'data-octroi');
    /** @type {import('./shared.js').Said} */
    let said = nobodys;
    for (let i = 0; i < own.length; i++) {
      // Read as text, the element has names with colons in no namespace.
      const value = getAttribute(element, own[i]);
      if (value === null) continue;
      held[held.length] = own[i];
      said = both(said, ask(element, name, own[i], value, base));
    }
    if (given !== null) return shared.gates.allowed(element) ? undefined : { ids: '', held };
    if (said[1] && tag === 'script' && !held.length) said = both(said, askText(element, inner, base));
    return said[1] ? undefined : { ids: said[0], held, nobody: !said[0] };
  };

  /**
   * What cannot be judged is gated for nobody, and so stays shut.
   *
   * @param {(element: Element, base: string) => void} act
   * @returns {(element: Element, base?: string) => void}
   */
  const orGate =
    (act) =>
    (element, base = '') => {
      try {
        act(element, base);
      } catch {
        gate(element, '');
      }
    };

  /** Judges an element that a script brings. @param {Element} element @param {string} base */
  const judgeInserted = (element, base) => {
    learn(inserted, element);
    gateInserted(element, base);
  };
  const receive = orGate(judgeInserted);
  const writing = writer(receive);

  /** @type {import('./markup.js').Rules} */
  const rules = {
    writing,
    asks: failClosed(asks, true),
    receive,
    judge: failClosed(judge, { ids: '', held: names }),
    blank: (css) => styles.blank(css),
    restyle: (place, act) => styles.change(place, act),
    frames: shared.frames,
    opened: shared.reopened,
    shadow: shared.shadow,
  };
  const made = markups(rules);
  const reading = markupHooks(rules, made);

  /** A script that is there may run as soon as it has a text. @param {any} script @param {string} text */
  const gateText = (script, text) => {
    if (hasAttribute(script, 'data-octroi')) return;
    const said = askText(script, text, baseURI(script));
    if (!said[1]) gate(script, said[0]);
  };

  const inserting = insertions(shared, { gateText, receive: judgeInserted, isForeign, made });
  const setting = attributes(shared, mark, (element) => (knows(marked, element) ? weakGet(values, element) : undefined));

  /**
   * Marks what the parser has brought, where it is a service's.
   *
   * @param {Element} element
   */
  const gateParsed = (element) => {
    if (localName(element) === 'style') {
      styles.text(element);
      if (getAttribute(element, 'type') === unstyled) removeAttribute(element, 'type');
    } else paint(element);
    if (hasAttribute(element, 'data-octroi')) return;
    const own = sourcesOf(element);
    const tag = localName(element);
    const base = baseURI(element);
    for (let i = 0; i < own.length; i++) {
      const value = sourceOf(element, own[i]);
      if (!value) continue;
      const said = ask(element, tag, own[i], value, base);
      if (!said[0] && said[1]) continue;
      if (said[0] && ungated.length < 100 && !knows(inserted, element)) {
        const gated = importNode(still, element, false);
        removeAttribute(gated, own[i]);
        if (tag === 'script') setAttribute(gated, 'type', 'text/plain');
        setAttribute(gated, 'data-octroi', said[0]);
        setAttribute(gated, twin(own[i]), value);
        ungated.push({ id: said[0], markup: outerHTML(gated) });
      }
      if (said[1]) opened(element, said[0]);
      // Routers compare what scripts and links say; a script that runs cannot be shut again.
      if (said[1] && (tag === 'script' || tag === 'link')) return;
      claim(element);
      belong(element, said[0]);
      if (said[1]) setAttribute(element, twin(own[i]), value);
      return;
    }
    if (tag === 'script') {
      const said = askText(element, textOf(element), base);
      if (!said[1]) gate(element, said[0]);
    }
  };

  shared.tags = {
    gateParsed: orGate(gateParsed),
    mayLoad,
    writing,
    told: (element) => weakGet(values, element),
    marked: (element) => knows(marked, element),
    inserted: (element) => knows(inserted, element),
  };
  return {
    ungated,
    /** @type {import('./hooks.js').Hooks} */
    hook(view, wrap, wrapConstructor) {
      inserting(view, wrap, wrapConstructor);
      reading(view, wrap, wrapConstructor);
      setting(view, wrap, wrapConstructor);
    },
  };
};
