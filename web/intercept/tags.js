/*
 * The tags turn what a page adds as it is into gated markup, where its address is held:
 * what scripts build before it is told its source, and what the parser brings as early
 * as a script can. The guard does the rest.
 */
import { HTML, SVG, XLINK, addresses, isAddress, isSource, mayAsk, names, painted, paints, sourceOf, sourcesIn, sourcesOf, twin } from './loads.js';
import { barren, markups, unknown, viewOf } from './markup.js';
import {
  apply,
  attempt,
  attributeNames,
  bare,
  baseURI,
  construct,
  exec,
  findAll,
  finds,
  firstChild,
  getAttribute,
  getOwnPropertyDescriptor,
  hasAttribute,
  hrefOf,
  includes,
  indexOf,
  isConnected,
  knows,
  learn,
  list,
  localName,
  namespaceURI,
  nextSibling,
  nodeName,
  nodeType,
  ownerDocument,
  parentNode,
  reads,
  removeAttribute,
  room,
  setAttribute,
  slice,
  sure,
  textOf,
  toLowerCase,
  unlearn,
  visit,
  weakGet,
  weakSet,
  free,
  URL,
  WeakMap,
  WeakSet,
  nameOf,
  valueOf,
  hasAttributes,
  implementation,
  createElementNS,
} from '../safe/builtins.js';
import { unstyled } from '../core/tokens.js';
import { writer } from './written.js';
import { markup, typed } from '../safe/trust.js';

const ownerElement = reads(Attr.prototype, 'ownerElement');
const startOf = reads(Range.prototype, 'startContainer');
const importNode = free(Document.prototype.importNode);
const parse = free(DOMParser.prototype.parseFromString);
const contentsOf = reads(HTMLTemplateElement.prototype, 'content');
const { decodeURIComponent: decode } = window;
const outerHTML = reads(Element.prototype, 'outerHTML');
const still = implementation.createHTMLDocument('');

/** The document of all templates' contents. */
const templates = ownerDocument(contentsOf(createElementNS(document, HTML, 'template')));

export { barren, names };

/** Flat, so that no iterator of the page's is asked when a frame comes. @param {Record<string, string[]>} table @returns {string[]} */
const pairs = (table) => {
  /** @type {string[]} */
  const all = list();
  visit(Object.keys(table), (kind) =>
    visit(table[kind], (name) => {
      all[all.length] = kind;
      all[all.length] = name;
    }),
  );
  return all;
};

/** Interfaces whose properties set those attributes. */
const properties = pairs({
  HTMLScriptElement: ['src'],
  HTMLImageElement: ['src', 'srcset'],
  HTMLIFrameElement: ['src', 'srcdoc'],
  HTMLFrameElement: ['src'],
  HTMLEmbedElement: ['src'],
  HTMLObjectElement: ['data'],
  HTMLMediaElement: ['src'],
  HTMLVideoElement: ['poster'],
  HTMLSourceElement: ['src', 'srcset'],
  HTMLTrackElement: ['src'],
  HTMLInputElement: ['src'],
  HTMLLinkElement: ['href', 'imageSrcset'],
  HTMLAnchorElement: ['ping'],
  HTMLAreaElement: ['ping'],
  HTMLBodyElement: ['background'],
  HTMLBaseElement: ['href'],
  HTMLMetaElement: ['content'],
  HTMLPortalElement: ['src'],
});

/** What inserts nodes. */
const inserting = pairs({
  Node: ['appendChild', 'insertBefore', 'replaceChild'],
  Element: ['append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement', 'moveBefore'],
  Document: ['append', 'prepend', 'replaceChildren', 'adoptNode', 'moveBefore'],
  DocumentFragment: ['append', 'prepend', 'replaceChildren', 'moveBefore'],
  CharacterData: ['before', 'after', 'replaceWith'],
  DocumentType: ['before', 'after', 'replaceWith'],
  Range: ['insertNode', 'surroundContents'],
  HTMLSelectElement: ['add'],
  HTMLOptionsCollection: ['add'],
});
/** Properties that insert what they are set to. */
const places = pairs({ Document: ['body'], HTMLTableElement: ['caption', 'tHead', 'tFoot'] });
/** Properties that give a script its text; browsers with Trusted Types have some a second time. */
const texts = pairs({
  HTMLScriptElement: ['text', 'textContent', 'innerText'],
  SVGScriptElement: ['textContent'],
  Node: ['textContent'],
  HTMLElement: ['innerText'],
  Element: ['innerHTML'],
});
/** What puts an attribute on an element. */
const attaching = pairs({ Element: ['setAttributeNode', 'setAttributeNodeNS'], NamedNodeMap: ['setNamedItem', 'setNamedItemNS'] });
/** What sets an attribute's value. */
const valuing = pairs({ Attr: ['value'], Node: ['nodeValue', 'textContent'] });
/** Elements of SVG whose address is a property. */
const drawing = list(['Image', 'FEImage', 'Script', 'Use', 'Pattern', 'Gradient', 'Filter', 'MPath', 'TextPath']);

/** Frames and the like, which show documents. */
const framing = /^(?:iframe|frame|embed|object|portal)$/;
/** Names that a tokenizer has in lower case. @type {Record<string, string>} */
const cased = bare({ feimage: 'feImage', lineargradient: 'linearGradient', radialgradient: 'radialGradient', textpath: 'textPath' });
/** What runs or shows what an address itself carries. */
const carrying = /^(?:iframe|frame|embed|object|portal|script|link)$/;
/** How deep documents within documents are looked into. */
const deepest = 5;

/**
 * @typedef {readonly [ids: string, open: boolean]} Said whose something is, and whether it may come in
 * @type {Said}
 */
const free_ = ['', true];

/**
 * @typedef {object} Verdicts
 * @property {(address: string, base: string) => Said} whose
 * @property {(text: string, type: string, base: string) => Said} script whose a script is, by its text and its type in lower case; the type "literal" is of any text in which addresses stand
 * @property {(href: string) => { type: string, text: string } | undefined} local what a data: or blob: address carries
 * @property {() => boolean} everything whether what cannot be judged may load: all that is declared is granted
 * @property {(element: Element) => boolean} allowed whether a gated element may load
 *
 * @typedef {object} Told
 * @property {(element: Element, ids: string) => void} opened of an element that loads, with its services, and is to be shut when they are
 * @property {(element: Element) => void} loose of an element that is held and in no document
 * @property {(root: ShadowRoot) => void} shadow of a new shadow root
 * @property {(element: Element) => void} hold of a gated element that is to be kept from loading
 * @property {(view: any) => void} frames when a realm may have new ones
 * @property {(document: any) => void} reopened of a document that may have lost its listeners
 */

/**
 * @param {Verdicts} verdicts
 * @param {Told} tells
 * @param {any} styles
 */
export const tags = ({ whose, script, local, everything, allowed }, { opened, loose, shadow, hold, frames, reopened }, styles) => {
  /** What the parser may have asked for before any script, and how it would be held. @type {{ id: string, markup: string }[]} */
  const ungated = [];
  /** Elements that were marked here, not by the page's markup. */
  const marked = new WeakSet();
  /** What elements were told by scripts while they were held. @type {WeakMap<Element, Record<string, string>>} */
  const values = new WeakMap();
  /** Elements that a script has put in. */
  const brought = new WeakSet();
  /** What neither SVG's addresses nor lists of attributes tell: the element that they are of. @type {WeakMap<object, Element>} */
  const owners = new WeakMap();

  /**
   * Whether a node is of a document that runs no scripts, as DOMParser makes: they never
   * run, wherever they get to. Templates share one whose scripts do.
   *
   * @param {Node} node
   */
  const strange = (node) => {
    const own = ownerDocument(node);
    return !!own && own !== templates && !viewOf(node);
  };

  /** What scripts build is async unless they say otherwise; held, it would forget. @param {any} element */
  const keepAsync = (element) => {
    if (element.async || strange(element)) element.async = true;
  };

  /** Of several, the first that is held decides. @param {Said} one @param {Said} other @returns {Said} */
  const both = (one, other) => (!one[1] ? one : !other[1] ? other : one[0] ? one : other);

  /**
   * Whose all that a document loads is.
   *
   * @param {string} html
   * @param {string} base
   * @param {number} depth
   * @param {boolean} [apart] whether its scripts are in a realm that cannot be hooked
   * @returns {Said}
   */
  const askDocument = (html, base, depth, apart) => {
    if (depth > deepest) return ['', false];
    const document = parse(new DOMParser(), markup(html), 'text/html');
    const bases = findAll(document, 'base[href]');
    if (bases.length) base = attempt(() => hrefOf(new URL(/** @type {string} */ (getAttribute(bases[0], 'href')), base))) ?? base;
    const said = askAll(document, base, depth);
    return apart ? both(said, askScripts(document, base)) : said;
  };

  /** Whose the addresses in a document's scripts are. @param {any} root @param {string} base @returns {Said} */
  const askScripts = (root, base) => {
    /** @type {Said} */
    let said = free_;
    const all = findAll(root, '*');
    for (let i = 0; i < all.length && said[1]; i++) {
      if (localName(all[i]) === 'script') said = script(textOf(all[i]), 'literal', base);
      const names = attributeNames(all[i]);
      for (let k = 0; k < names.length && said[1]; k++)
        if (exec(/^on|^href$|^action$/i, names[k])) said = script(getAttribute(all[i], names[k]) || '', 'literal', base);
    }
    return said;
  };

  /** @param {any} root @param {string} base @param {number} depth @returns {Said} */
  const askAll = (root, base, depth) => {
    /** @type {Said} */
    let said = free_;
    const all = findAll(root, '*');
    for (let i = 0; i < all.length && said[1]; i++) {
      const element = all[i];
      const tag = localName(element);
      if (tag !== 'template' && !mayAsk(element)) continue;
      if (tag === 'template' && namespaceURI(element) === HTML) said = both(said, askAll(contentsOf(element), base, depth + 1));
      else said = both(said, askElement(element, base, depth));
      if (said[1] && tag === 'style') said = both(said, askStyle(textOf(element)));
      for (let k = 0; k < painted.length && said[1]; k++) {
        const value = getAttribute(element, painted[k]);
        if (value) said = both(said, askStyle(painted[k] === 'style' ? `a{${value}}` : value));
      }
    }
    return said;
  };

  /** Styles are blanked, not gated: whose one is, is not told. @param {string} css @returns {Said} */
  const askStyle = (css) => ['', styles.blank(css) === css];

  /**
   * Whose the document is that an address brings with it: data:, blob: and javascript:.
   *
   * @param {Element} element
   * @param {string} tag
   * @param {string} address
   * @param {string} base
   * @param {number} depth
   * @returns {Said}
   */
  const askLocal = (element, tag, address, base, depth) => {
    const href = attempt(() => hrefOf(new URL(address, base)));
    const scheme = href && exec(/^(data|blob|javascript):/, href);
    if (!scheme) return free_;
    if (scheme[1] === 'javascript') return exec(framing, tag) ? script(attempt(() => decode(href)) ?? href, 'literal', base) : free_;
    const found = local(href);
    if (!found) return ['', everything()];
    if (tag === 'script') return script(found.text, typeOf(element), href);
    if (tag === 'link') return askStyle(found.text);
    // Pictures and the like run nothing.
    return exec(/^(?:image\/(?!svg)|video|audio|text\/(?!html|xml)|font)/i, found.type)
      ? free_
      : both(askDocument(found.text, base, depth + 1, scheme[1] === 'data'), askSheets(found.text, base));
  };

  /** What an XML document says that it looks like (xml-stylesheet, section 2). @param {string} text @param {string} base @returns {Said} */
  const askSheets = (text, base) => {
    const found = exec(/<\?xml-stylesheet[^>]*?href\s*=\s*["']([^"'>]*)/i, text);
    return found ? whose(found[1], base) : free_;
  };

  /** Whose an address is, and what it brings with it. @param {Element} element @param {string} tag @param {string} address @param {string} base @param {number} depth @returns {Said} */
  const askAddress = (element, tag, address, base, depth) => {
    const said = whose(address, base);
    return said[1] && exec(carrying, tag) ? both(said, askLocal(element, tag, address, base, depth)) : said;
  };

  /**
   * Whose a source is.
   *
   * @param {Element} element has the other attributes
   * @param {string} tag
   * @param {string} name
   * @param {string | null} value
   * @param {string} base
   * @param {number} [depth]
   * @returns {Said}
   */
  const ask = (element, tag, name, value, base, depth = 0) => {
    if (!value) return free_;
    if (name === 'srcdoc') return askDocument(value, base, depth + 1);
    // A list costs more than all else that is done for one address.
    if (isAddress(tag, name)) return askAddress(element, tag, value, base, depth);
    /** @type {Said} */
    let said = free_;
    const all = addresses(tag, name, value, (other) => getAttribute(element, other));
    for (let i = 0; i < all.length && said[1]; i++) said = both(said, askAddress(element, tag, all[i], base, depth));
    return said;
  };

  /** Whose all sources of an element are, and the text of a script. @param {Element} element @param {string} base @param {number} [depth] @returns {Said} */
  const askElement = (element, base, depth = 0) => {
    const tag = localName(element);
    const own = sourcesOf(element);
    /** @type {Said} */
    let said = free_;
    for (let i = 0; i < own.length && said[1]; i++) said = both(said, ask(element, tag, own[i], sourceOf(element, own[i]), base, depth));
    return said[1] && tag === 'script' ? both(said, askText(element, textOf(element), base)) : said;
  };

  /** Whose a script's text is. @param {Element} element @param {string} text @param {string} base @returns {Said} */
  const askText = (element, text, base) => (!text || hasSource(element) ? free_ : script(text, typeOf(element), base));

  /** @param {Element} element */
  const typeOf = (element) => toLowerCase(getAttribute(element, 'data-type') ?? getAttribute(element, 'type') ?? '');

  /** @param {Element} script */
  const hasSource = (script) =>
    hasAttribute(script, 'src') || (namespaceURI(script) === SVG && (sourceOf(script, 'href') ?? sourceOf(script, 'xlink:href')) !== null);

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
  const mark = sure((/** @type {Element} */ element, /** @type {string} */ name, /** @type {string} */ value) => {
    const tag = localName(element);
    const own = sourcesOf(element);
    // What is in no document that loads is asked about when it gets there.
    if (!includes(own, name) || !viewOf(element)) return false;
    const ours = knows(marked, element);
    // What the page itself has gated waits for that, whoever tells it its source.
    if (!ours && hasAttribute(element, 'data-octroi')) {
      if (!value || allowed(element)) return false;
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
      else if (!isConnected(element)) loose(element);
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
  const mayLoad = sure((/** @type {Element} */ element) => {
    if (!hasAttribute(element, unknown) || getAttribute(element, 'data-octroi')) return undefined;
    const tag = localName(element);
    const own = sourcesOf(element);
    const base = baseURI(element);
    // What would never have run does not now.
    let open = own.length > 0 && !hasAttribute(element, barren);
    /** @param {Said} said */
    const owned = (said) => {
      if (said[0]) put(element, 'data-octroi', said[0]);
      open = said[1];
      return !!said[0];
    };
    for (let i = 0; i < own.length && open; i++) {
      if (owned(ask(element, tag, own[i], getAttribute(element, twin(own[i])) ?? sourceOf(element, own[i]), base))) return undefined;
    }
    if (open && tag === 'script' && !hasSource(element)) {
      if (owned(script(textOf(element), toLowerCase(getAttribute(element, 'data-type') ?? ''), base))) return undefined;
    }
    return open;
  }, false);

  /** Gates an element. @param {Element} element @param {string} ids */
  const gate = (element, ids) => {
    claim(element);
    belong(element, ids);
    keepAsync(element);
    hold(element);
  };

  /** Gates an element that comes with its sources, before it loads. @param {Element} element @param {string} base */
  const sift = (element, base) => {
    const tag = localName(element);
    if (tag === 'style') styles.text(element);
    else if (hasAttributes(element)) paint(element);
    else if (tag !== 'script') return;
    if (hasAttribute(element, 'data-octroi')) {
      // Whoever has gated it, before it was told its source or after. A script that may run
      // might never do so by itself, and the guard finds out.
      const runs = tag === 'script' && !isConnected(element);
      if (runs && namespaceURI(element) === HTML && !getAttribute(element, 'type')) keepAsync(element);
      if (runs || !allowed(element)) hold(element);
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
    /** @type {Said} */
    let said = free_;
    for (let i = 0; i < own.length; i++) {
      // Read as text, the element has names with colons in no namespace.
      const value = getAttribute(element, own[i]);
      if (value === null) continue;
      held[held.length] = own[i];
      said = both(said, ask(element, name, own[i], value, base));
    }
    if (given !== null) return allowed(element) ? undefined : { ids: '', held };
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

  /** Judges an element that a script brings. */
  const receive = orGate((element, base) => {
    learn(brought, element);
    sift(element, base);
  });
  const writing = writer(receive);

  const made = markups({
    writing,
    asks: sure(asks, true),
    sift: receive,
    judge: sure(judge, { ids: '', held: names }),
    blank: (css) => styles.blank(css),
    restyle: (place, act) => styles.change(place, act),
    frames,
    opened: reopened,
    shadow,
  });

  /** The text that a script will have. @param {any} script @param {any[]} nodes @param {any} [before] @param {any} [instead] */
  const textWith = (script, nodes, before, instead) => {
    let text = '';
    const add = () => {
      for (let i = 0; i < nodes.length; i++) {
        const node = nodes[i];
        text += typeof node === 'object' && node && attempt(() => nodeType(node)) ? textOf(node) : `${node}`;
      }
    };
    let done = false;
    for (let child = firstChild(script); child; child = nextSibling(child)) {
      if (child === before || child === instead) {
        add();
        done = true;
      }
      if (child !== instead) text += nodeType(child) === 3 || nodeType(child) === 4 ? textOf(child) : '';
    }
    if (!done) add();
    return text;
  };

  /** A script that is there may run as soon as it has a text. @param {any} script @param {string} text */
  const told = (script, text) => {
    if (hasAttribute(script, 'data-octroi')) return;
    const said = askText(script, text, baseURI(script));
    if (!said[1]) gate(script, said[0]);
  };

  /** @param {any} node */
  const isScript = (node) => exec(/^(?:.*:)?script$/i, attempt(() => nodeName(node)) || '') !== null && nodeType(node) === 1;

  /** Whether a node brings windows. @param {any} node */
  const brings = (node) =>
    (nodeType(node) === 1 && exec(framing, localName(node)) !== null) || (!!firstChild(node) && finds(node, 'iframe,frame,object,embed'));

  /** Nodes on their way to a place; tells whether they bring windows. @param {any} place @param {any[]} nodes */
  const admit = (place, nodes) => {
    let framed = false;
    if (!viewOf(place)) return framed;
    const there = nodeType(place) === 9 || isConnected(place);
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      const type = typeof node === 'object' && node ? attempt(() => nodeType(node)) : undefined;
      if (type === 7) styles.instruction(node);
      if (type !== 1 && type !== 11) continue;
      framed ||= brings(node);
      const from = viewOf(node);
      // What is moved has been asked about; what stands beside no document will be.
      if (from && (isConnected(node) || (!there && ownerDocument(node) === ownerDocument(place)))) continue;
      if (strange(node)) {
        const scripts = findAll(node, 'script[data-octroi]');
        if (type === 1 && isScript(node) && hasAttribute(node, 'data-octroi')) scripts[scripts.length] = node;
        for (let k = 0; k < scripts.length; k++) setAttribute(scripts[k], barren, 'parsed');
      }
      const base = baseURI(place);
      (from ? made.each : made.deep)(node, (element) => {
        learn(brought, element);
        sift(element, base);
      });
    }
    if (framed) room();
    return framed;
  };

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap, stand) => {
    wrap(view.Element.prototype, 'attachShadow', 'value', (original) => ({
      hook() {
        const root = apply(original, this, arguments);
        shadow(root);
        return root;
      },
    }));
    for (let i = 0; i < inserting.length; i += 2) {
      const kind = inserting[i];
      const name = inserting[i + 1];
      const sibling = exec(/^(?:before|after|replaceWith)$/, name) !== null;
      const elsewhere = exec(/^(?:Range|HTML)/, kind) !== null;
      wrap(view[kind]?.prototype, name, 'value', (original) => ({
        hook(...nodes) {
          /** @type {any} */
          const self = this;
          if (name === 'insertAdjacentElement' && nodes.length) nodes[0] = `${nodes[0]}`;
          const adjacent = sibling || (name === 'insertAdjacentElement' && exec(/^(?:beforebegin|afterend)$/i, nodes[0]) !== null);
          const place = elsewhere ? (kind === 'Range' ? (attempt(() => startOf(self)) ?? view.document) : view.document) : adjacent ? parentNode(self) : self;
          let framed = false;
          if (place) {
            if (isScript(place)) {
              const one = nodes[0];
              const other = nodes[1];
              told(
                place,
                name === 'insertBefore'
                  ? textWith(place, [one], other)
                  : name === 'replaceChild'
                    ? textWith(place, [one], undefined, other)
                    : name === 'prepend'
                      ? textWith(place, nodes, firstChild(place))
                      : name === 'before' || name === 'replaceWith'
                        ? textWith(place, nodes, self, name === 'replaceWith' ? self : undefined)
                        : textWith(place, nodes, name === 'after' ? nextSibling(self) : undefined),
              );
            }
            framed = admit(place, nodes);
          }
          const result = place ? styles.change(place, () => apply(original, self, nodes), nodes) : apply(original, self, nodes);
          if (framed) frames(view);
          return result;
        },
      }));
    }
    wrap(view.Element.prototype, 'insertAdjacentText', 'value', (original) => ({
      hook(...args) {
        if (args.length > 1 && isScript(this)) {
          args[0] = `${args[0]}`;
          args[1] = `${args[1]}`;
          told(this, textWith(this, [args[1]], toLowerCase(args[0]) === 'afterbegin' ? firstChild(this) : undefined));
        }
        return apply(original, this, args);
      },
    }));
    for (let i = 0; i < places.length; i += 2) {
      wrap(view[places[i]].prototype, places[i + 1], 'set', (original) => ({
        hook(node) {
          const framed = admit(nodeType(this) === 9 ? this : ownerDocument(this), [node]);
          apply(original, this, arguments);
          if (framed) frames(view);
        },
      }));
    }
    for (let i = 0; i < texts.length; i += 2) {
      wrap(view[texts[i]]?.prototype, texts[i + 1], 'set', (original) => ({
        hook(value) {
          if (!arguments.length || !isScript(this)) return apply(original, this, arguments);
          const given = typed(value) || value === null ? value : `${value}`;
          told(this, `${given ?? ''}`);
          apply(original, this, [given]);
        },
      }));
    }
    made.hook(view, wrap, stand);

    for (let i = 0; i < properties.length; i += 2) {
      const prototype = view[properties[i]]?.prototype;
      const property = properties[i + 1];
      const name = toLowerCase(property);
      wrap(prototype, property, 'set', (original) => ({
        hook(value) {
          if (!arguments.length) return apply(original, this, arguments);
          const given = typed(value) ? value : `${value}`;
          if (!attempt(() => localName(this)) || !mark(/** @type {any} */ (this), name, `${given}`)) apply(original, this, [given]);
        },
      }));
      wrap(prototype, property, 'get', (original) => ({
        hook() {
          const value = apply(original, this, arguments);
          /** @type {any} */
          const element = this;
          const held = value || !knows(marked, element) ? undefined : weakGet(values, element)[name];
          if (!held) return value;
          return exec(/^(?:src|href|data|poster)$/, name) ? (attempt(() => hrefOf(new URL(held, baseURI(element)))) ?? held) : held;
        },
      }));
    }
    for (let i = 0; i < drawing.length; i++) {
      wrap(view[`SVG${drawing[i]}Element`]?.prototype, 'href', 'get', (original) => ({
        hook() {
          const value = apply(original, this, arguments);
          if (value) weakSet(owners, value, /** @type {any} */ (this));
          return value;
        },
      }));
    }
    wrap(view.SVGAnimatedString?.prototype, 'baseVal', 'set', (original) => ({
      hook(value) {
        if (!arguments.length) return apply(original, this, arguments);
        const element = weakGet(owners, this);
        const given = `${value}`;
        if (element && mark(element, sourceOf(element, 'href') === null && sourceOf(element, 'xlink:href') !== null ? 'xlink:href' : 'href', given)) return;
        apply(original, this, [given]);
      },
    }));

    /** Whether a new value of an attribute is held. @param {any} element @param {string | null} space @param {string} name @param {string} value */
    const holds = (element, space, name, value) => {
      const key = space === XLINK ? 'xlink:href' : name;
      return mark(element, key, value);
    };
    /** A value as it may stand now. @param {string} name @param {string} value @param {any} element */
    const painting = (name, value, element) =>
      includes(painted, name) ? styles.attribute(value, element && attempt(() => localName(element)) ? element : undefined) : value;
    wrap(view.Element.prototype, 'setAttribute', 'value', (original) => ({
      hook(...args) {
        if (args.length < 2) return apply(original, this, args);
        const name = (args[0] = `${args[0]}`);
        const given = typed(args[1]) ? args[1] : `${args[1]}`;
        args[1] = given;
        if (isSource(name)) {
          const key = toLowerCase(name);
          if (attempt(() => localName(this)) && holds(this, null, key, `${given}`)) return;
        } else if (typeof given === 'string') {
          args[1] = painting(toLowerCase(name), given, this);
        }
        apply(original, this, args);
      },
    }));
    wrap(view.Element.prototype, 'setAttributeNS', 'value', (original) => ({
      hook(...args) {
        if (args.length < 3) return apply(original, this, args);
        const space = args[0] === null || args[0] === undefined ? null : `${args[0]}`;
        const name = (args[1] = `${args[1]}`);
        const given = typed(args[2]) ? args[2] : `${args[2]}`;
        args[0] = space;
        args[2] = given;
        const local = slice(name, indexOf(name, ':') + 1, name.length);
        if (isSource(local)) {
          if (attempt(() => localName(this)) && holds(this, space || null, local, `${given}`)) return;
        } else if (typeof given === 'string' && !space) {
          args[2] = painting(local, given, this);
        }
        apply(original, this, args);
      },
    }));
    /** Whether an attribute may be put on an element, or take a value. @param {any} element @param {any} attribute @param {string} value */
    const passes = (element, attribute, value) => {
      const name = attempt(() => nameOf(attribute));
      if (!name || !element || !attempt(() => localName(element))) return true;
      const local = slice(name, indexOf(name, ':') + 1, name.length);
      return !(isSource(local) && holds(element, name === local ? null : XLINK, local, value));
    };
    /** @param {any} attribute */
    const clean = (attribute) => {
      const name = attempt(() => nameOf(attribute));
      if (!name) return;
      const value = valueOf(attribute);
      const now = painting(name, value, undefined);
      if (now !== value) setValue(attribute, now);
    };
    const setValue = free(/** @type {any} */ (getOwnPropertyDescriptor(view.Attr.prototype, 'value')).set);
    for (let i = 0; i < attaching.length; i += 2) {
      const kind = attaching[i];
      wrap(view[kind].prototype, attaching[i + 1], 'value', (original) => ({
        hook(node) {
          /** @type {any} */
          const element = kind === 'Element' ? this : weakGet(owners, this);
          clean(node);
          if (!element && kind === 'NamedNodeMap' ? isSource(attempt(() => nameOf(node)) || '') : !passes(element, node, attempt(() => valueOf(node)) ?? ''))
            return null;
          return apply(original, this, arguments);
        },
      }));
    }
    wrap(view.Element.prototype, 'attributes', 'get', (original) => ({
      hook() {
        const map = apply(original, this, arguments);
        weakSet(owners, map, /** @type {any} */ (this));
        return map;
      },
    }));
    for (let i = 0; i < valuing.length; i += 2) {
      const kind = valuing[i];
      wrap(view[kind].prototype, valuing[i + 1], 'set', (original) => ({
        hook(value) {
          /** @type {any} */
          const self = this;
          if (!arguments.length || attempt(() => nodeType(self)) !== 2) return apply(original, this, arguments);
          const given = value === null && kind === 'Node' ? '' : typed(value) ? value : `${value}`;
          if (passes(ownerElement(self), self, `${given}`))
            apply(original, this, [typeof given === 'string' ? painting(nameOf(self), given, ownerElement(self)) : given]);
        },
      }));
    }
    stand(view, 'Audio', (target, args, as) => {
      const audio = construct(target, list(), as);
      if (args.length && args[0] !== undefined) /** @type {any} */ (audio).src = args[0];
      return audio;
    });
  };

  /**
   * Marks what the parser has brought, where it is a service's.
   *
   * @param {Element} element
   */
  const screen = (element) => {
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
      if (said[0] && ungated.length < 100 && !knows(brought, element)) {
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

  return {
    hook,
    screen: orGate(screen),
    mayLoad,
    ungated,
    writing,
    /** What an element was told by scripts while it was held. @param {Element} element @returns {Record<string, string> | undefined} */
    told: (element) => weakGet(values, element),
    /** Whether an element was marked here, by its address or its text, and not by the page. @param {Element} element @returns {boolean} */
    marked: (element) => knows(marked, element),
    /** Whether a script has put an element in. @param {Element} element @returns {boolean} */
    brought: (element) => knows(brought, element),
  };
};
