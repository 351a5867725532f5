/*
 * Markup that scripts hand over is read where nothing loads, asked about node by node, and
 * put in as nodes where any of it is held; where none is, the browser gets what was written.
 * No text becomes other markup: where only text will do, start tags that a parser has found
 * get letters, and no quotes.
 */
import { findLoading, HTML, mayLoad, twin } from './loads.js';
import { everyElement, reader, standIn } from './reader.js';
import {
  appendChild,
  attempt,
  baseURI,
  closest,
  contentOf,
  createElementNS,
  defaultView,
  exec,
  findAll,
  firstChild,
  free,
  getAttribute,
  hasAttribute,
  implementation,
  join,
  localName,
  namespaceURI,
  nodeType,
  ownerDocument,
  parentNode,
  reads,
  removeChild,
  room,
  setAttribute,
  setInnerHTML,
  shadowRoot,
  slice,
  split,
  toLowerCase,
  parseFromString,
  createComment,
  createDocumentFragment,
  createHTMLDocument,
} from '../safe/builtins.js';
import { markup as signed, typed } from '../safe/trust.js';

const createXML = free(DOMImplementation.prototype.createDocument);
const attachShadow = free(Element.prototype.attachShadow);
const insertAdjacentHTML = free(Element.prototype.insertAdjacentHTML);
const modeOf = reads(Document.prototype, 'compatMode');
const kindOf = reads(Document.prototype, 'contentType');

/** Where nothing loads: in the mode that most pages are in, in the other, and for XML. */
export const calm = createHTMLDocument(implementation, '');
const calmXML = createXML(implementation, null, '', null);
/** @type {Document | undefined} */
let quirky;
const calmLike = (/** @type {Document} */ document) => {
  if (kindOf(document) !== 'text/html') return calmXML;
  return modeOf(document) === 'BackCompat' ? (quirky ??= parseFromString(new DOMParser(), signed(''), 'text/html')) : calm;
};

/** Marks gated scripts that came as innerHTML or the like, and so would never run. */
export const inertMark = 'data-octroi-inert';

/** Marks what is held for no service that is known: before the engine is there, or where that is refused. */
export const unknown = 'data-octroi-unknown';

/** The document of all templates' contents has no window; nor has what DOMParser makes. @param {Node} node */
export const viewOf = (node) => defaultView(nodeType(node) === 9 ? node : ownerDocument(node));

/** Elements whose text is none of markup. */
const texts = /^(?:script|style|xmp|iframe|noembed|noframes|noscript|textarea|title|plaintext)$/;

/** Whether markup may bring frames. @param {string} text */
export const framed = (text) => exec(/<(?:i?frame|object|embed)/i, text) !== null;
/** What is read otherwise where no script runs. @param {string} text */
const scripted = (text) => exec(/<noscript/i, text) !== null;
/** Whether markup may bring shadow roots that cannot be looked into. @param {string} text */
export const hidden = (text) => exec(/shadowrootmode/i, text) !== null && exec(/closed/i, text) !== null;

/**
 * Reads markup beside something: what comes so is read into a fragment, where Firefox puts
 * what stands wrongly in a table elsewhere.
 *
 * @param {Element} place
 * @param {any} given
 */
export const beside = (place, given) => {
  const mark = createComment(ownerDocument(place), '');
  appendChild(place, mark);
  insertAdjacentHTML(place, 'afterbegin', given);
  removeChild(place, mark);
};
/**
 * @typedef {object} Rules each told what addresses of an element stand on
 * @property {(element: Element, base: string) => boolean} asks whether an element is to be held, or is gated by the page
 * @property {(element: Element, base: string) => void} receive holds it
 * @property {(tag: string, space: string, element: Element, inner: string) => { ids: string, held: string[], nobody?: boolean } | undefined} judge of a start tag, as an element that has its attributes: what is held of it
 * @property {(css: string) => string} blank
 * @property {<T>(place: any, act: () => T) => T} restyle does what may change a style's text
 * @property {(root: ShadowRoot) => void} shadow told of a new shadow root
 * @property {(document: any) => void} opened told when a document may have lost its listeners
 * @property {(view: any) => void} frames told when a realm may have new ones
 * @property {ReturnType<typeof import('./written.js').writer>} writing
 */

/** @param {Rules} rules */
export const markups = ({ asks, receive, judge, blank, restyle, shadow }) => {
  /** All elements below a node that may load, shadow roots among them. @param {any} root @param {(element: Element) => void} visit */
  const each = (root, visit) => {
    if (nodeType(root) === 1) visit(root);
    if (!firstChild(root)) return;
    const all = findLoading(root);
    for (let i = 0; i < all.length; i++) visit(all[i]);
  };

  /** The same with what is in shadow roots, as parsers make them. @param {any} root @param {(element: Element) => void} visit */
  const deep = (root, visit) => {
    each(root, visit);
    const all = findAll(root, '*');
    if (nodeType(root) === 1) all[all.length] = root;
    for (let i = 0; i < all.length; i++) {
      const inside = shadowRoot(all[i]);
      if (inside) deep(inside, visit);
    }
  };

  /** Whether anything below a node is to be changed. @param {any} root @param {string} base */
  const any = (root, base) => {
    let some = false;
    deep(root, (element) => (some ||= asks(element, base)));
    return some;
  };

  /** A place like a context, in which nothing loads. @param {Element} context */
  const placeLike = (context) => {
    const document = calmLike(ownerDocument(context));
    const tag = localName(context);
    const place = createElementNS(document, namespaceURI(context), tag);
    if (tag === 'annotation-xml') setAttribute(place, 'encoding', getAttribute(context, 'encoding') || '');
    // The parser drops a form in a form.
    if (closest(context, 'form')) appendChild(createElementNS(document, HTML, 'form'), place);
    return place;
  };

  /** The templates that the parser makes shadow roots of. @param {any} root */
  const rooted = (root) => findAll(root, 'template[shadowrootmode]');

  /** The same as [any], in what would be shadow roots too. @param {any} root @param {string} base @returns {boolean} */
  const anyInside = (root, base) => {
    const templates = rooted(root);
    let some = any(root, base);
    for (let i = 0; i < templates.length && !some; i++) some = anyInside(contentOf(templates[i]), base);
    return some;
  };

  /** Makes shadow roots as the parser does, but known here. @param {any} root @param {string} base */
  const attach = (root, base) => {
    const templates = rooted(root);
    for (let i = 0; i < templates.length; i++) {
      const template = templates[i];
      const host = parentNode(template);
      const has = (/** @type {string} */ name) => hasAttribute(template, 'shadowroot' + name);
      const inside = attempt(() =>
        attachShadow(host, {
          mode: toLowerCase(getAttribute(template, 'shadowrootmode')),
          delegatesFocus: has('delegatesfocus'),
          clonable: has('clonable'),
          serializable: has('serializable'),
        }),
      );
      if (!inside) continue;
      const content = contentOf(template);
      each(content, (element) => receive(element, base));
      attach(content, base);
      appendChild(inside, content);
      removeChild(host, template);
      shadow(inside);
    }
  };

  /** What has been read in a place, ready to be put in. @param {Element} place @param {boolean} never @param {string} base @param {boolean} [shadows] */
  const taken = (place, never, base, shadows) => {
    const fragment = createDocumentFragment(ownerDocument(place));
    for (let node; (node = firstChild(place));) appendChild(fragment, node);
    deep(fragment, (element) => receive(element, base));
    if (shadows) attach(fragment, base);
    if (never) {
      const scripts = findAll(fragment, 'script[data-octroi]');
      for (let i = 0; i < scripts.length; i++) setAttribute(scripts[i], inertMark, '');
    }
    return fragment;
  };

  /** What stands in the place of a start tag that is held. @param {string} text @param {import('../core/tokens.js').Tag} tag @param {string} inner */
  const change = (text, { name, space, named, attributes }, inner = '') => {
    if (name !== 'script' && (!attributes.length || !mayLoad(text))) return text;
    const box = createElementNS(calm, HTML, 'div');
    setInnerHTML(box, signed('<x' + slice(text, named, text.length)));
    const element = firstChild(box);
    const said = element && judge(name, space, element, inner);
    if (!said) return text;
    const isScript = name === 'script';
    let out = slice(text, 0, named);
    if (isScript) out += ' type=text/plain';
    if (said.ids) out += ' data-octroi=' + join(split(said.ids, ' '), '&#32;');
    else if (said.nobody) out += ' data-octroi ' + unknown;
    if (text[named] === '/') out += ' ';
    let at = named;
    for (let i = 0; i < attributes.length; i++) {
      const one = attributes[i];
      let held = isScript && one.name === 'type';
      for (let k = 0; k < said.held.length; k++) held ||= said.held[k] === one.name;
      if (!held) continue;
      out += slice(text, at, one.from) + twin(one.name);
      at = one.to;
    }
    return out + slice(text, at, text.length);
  };

  const retell = reader({ change, blank });

  /** Markup as text, for where no nodes will do. @param {string} html @param {Element} context @param {(place: Element, given: any) => any} [fill] */
  const retold = (html, context, fill = setInnerHTML) => {
    /** @param {string} text */
    const read = (text) => {
      const place = placeLike(context);
      return everyElement((hidden(text) ? setInnerHTML : fill)(place, signed(text)) || place);
    };
    const other = standIn(html);
    // Nobody writes all of them; what cannot be read does not come.
    return other ? retell(html, other, read, 3) : '';
  };

  /**
   * Puts markup in: as it is, or, where some of it is held, as nodes.
   *
   * @param {any} given a text, or what a policy of the page's has trusted
   * @param {Element | null} context
   * @param {(given: any) => any} plainly what the browser does
   * @param {(fragment: DocumentFragment) => any} insert
   * @param {boolean} never whether its scripts would never run
   * @param {(place: Element, given: any) => any} [fill] how the place reads it
   */
  const put = (given, context, plainly, insert, never, fill = setInnerHTML) => {
    const text = `${given}`;
    if (framed(text)) room();
    if (context && localName(context) === 'style') return restyle(context, () => plainly(given));
    if (!context || !mayLoad(text) || exec(texts, localName(context)) !== null) return plainly(given);
    if (scripted(text) && kindOf(ownerDocument(context)) === 'text/html') {
      const now = retold(text, context, fill);
      return plainly(now === text ? given : typed(given) ? signed(now) : now);
    }
    const place = placeLike(context);
    const base = baseURI(context);
    if (fill !== setInnerHTML && fill !== beside && hidden(text)) {
      setInnerHTML(place, signed(text));
      if (anyInside(place, base)) return insert(taken(place, never, base, true));
    }
    // Where a policy trusts no text, the browser says so here as it would there.
    const made = fill(place, given) || place;
    if (!any(made, base)) return plainly(given);
    return insert(taken(made, never, base));
  };

  return { each, deep, any, retell, retold, put };
};
