/*
 * Markup that scripts hand over is read where nothing loads, asked about node by node, and
 * put in as nodes where any of it is held; where none is, the browser gets what was written.
 * No text becomes other markup: where only text will do, start tags that a tokenizer has
 * found get letters, and no quotes.
 */
import {
  appendChild,
  apply,
  attempt,
  bare,
  closest,
  createElementNS,
  baseURI,
  defaultView,
  exec,
  findAll,
  firstChild,
  free,
  contentOf,
  getAttribute,
  hasAttribute,
  insertBefore,
  join,
  list,
  localName,
  namespaceURI,
  nextSibling,
  nodeType,
  ownerDocument,
  parentNode,
  reads,
  removeChild,
  replaceChild,
  room,
  setAttribute,
  setInnerHTML,
  shadowRoot,
  slice,
  split,
  toLowerCase,
  weakDelete,
  weakGet,
  weakSet,
  WeakMap,
  implementation,
} from '../safe/builtins.js';
import { HTML, findLoading, mayLoad, twin } from './loads.js';
import { begin, feed } from '../core/tokens.js';
import { markup as signed, typed } from '../safe/trust.js';

const { queueMicrotask } = window;

const createHTML = free(DOMImplementation.prototype.createHTMLDocument);
const createXML = free(DOMImplementation.prototype.createDocument);
const parse = free(DOMParser.prototype.parseFromString);
const createFragment = free(Document.prototype.createDocumentFragment);
const attachShadow = free(Element.prototype.attachShadow);
const createComment = free(Document.prototype.createComment);
const insertAdjacentHTML = free(Element.prototype.insertAdjacentHTML);
const adopt = free(Document.prototype.adoptNode);
const createRange = free(Document.prototype.createRange);
const selectContents = free(Range.prototype.selectNodeContents);
const startOf = reads(Range.prototype, 'startContainer');
const modeOf = reads(Document.prototype, 'compatMode');
const kindOf = reads(Document.prototype, 'contentType');
const hostOf = reads(ShadowRoot.prototype, 'host');
const readyState = reads(Document.prototype, 'readyState');
const ofElement = free(Element.prototype.replaceChildren);
const ofFragment = free(DocumentFragment.prototype.replaceChildren);
const upgrade = window.customElements && free(CustomElementRegistry.prototype.upgrade);
const registry = window.customElements;

/** Where nothing loads: in the mode that most pages are in, in the other, and for XML. */
const calm = createHTML(implementation, '');
const calmXML = createXML(implementation, null, '', null);
/** @type {Document | undefined} */
let quirky;
const calmLike = (/** @type {Document} */ document) => {
  if (kindOf(document) !== 'text/html') return calmXML;
  return modeOf(document) === 'BackCompat' ? (quirky ??= parse(new DOMParser(), signed(''), 'text/html')) : calm;
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
const framed = (text) => exec(/<(?:i?frame|object|embed)/i, text) !== null;
/** What is read otherwise where no script runs. @param {string} text */
const scripted = (text) => exec(/<noscript/i, text) !== null;
/** Whether markup may bring shadow roots that cannot be looked into. @param {string} text */
const hidden = (text) => exec(/shadowrootmode/i, text) !== null && exec(/closed/i, text) !== null;
const { setHTMLUnsafe, setHTML } = /** @type {any} */ (Element.prototype);
const kinds = list(['Element', 'ShadowRoot']);
const begun = list(['open', 'close']);
const writes = list(['write', 'writeln']);
const filling = list(['setHTMLUnsafe', 'setHTML']);
/** How elements take markup, by method. @type {Record<string, any>} */
const fills = bare({ setHTMLUnsafe, setHTML });

/**
 * Reads markup beside something: what comes so is read into a fragment, where Firefox puts
 * what stands wrongly in a table elsewhere.
 *
 * @param {Element} place
 * @param {any} given
 */
const beside = (place, given) => {
  const mark = createComment(ownerDocument(place), '');
  appendChild(place, mark);
  insertAdjacentHTML(place, 'afterbegin', given);
  removeChild(place, mark);
};

/** A text that comes as an object is taken once: what is judged is what is set. @param {any} value @param {boolean} nullable */
const once = (value, nullable) => (typed(value) ? value : value === null && nullable ? '' : `${value}`);

/**
 * @typedef {object} Rules each told what addresses of an element stand on
 * @property {(element: Element, base: string) => boolean} asks whether an element is to be held, or is gated by the page
 * @property {(element: Element, base: string) => void} sift holds it
 * @property {(tag: string, space: string, element: Element, inner: string) => { ids: string, held: string[], nobody?: boolean } | undefined} judge of a start tag, as an element that has its attributes: what is held of it
 * @property {(css: string) => string} blank
 * @property {<T>(place: any, act: () => T) => T} restyle does what may change a style's text
 * @property {(root: ShadowRoot) => void} shadow told of a new shadow root
 * @property {(document: any) => void} opened told when a document may have lost its listeners
 * @property {(view: any) => void} frames told when a realm may have new ones
 * @property {ReturnType<typeof import('./written.js').writer>} writing
 */

/** @param {Rules} rules */
export const markups = ({ asks, sift, judge, blank, restyle, frames, opened, shadow, writing }) => {
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
      each(content, (element) => sift(element, base));
      attach(content, base);
      appendChild(inside, content);
      removeChild(host, template);
      shadow(inside);
    }
  };

  /** What has been read in a place, ready to be put in. @param {Element} place @param {boolean} never @param {string} base @param {boolean} [shadows] */
  const taken = (place, never, base, shadows) => {
    const fragment = createFragment(ownerDocument(place));
    for (let node; (node = firstChild(place));) appendChild(fragment, node);
    deep(fragment, (element) => sift(element, base));
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

  /** Markup as text, for where no nodes will do. @param {string} html @param {boolean} [scripts] */
  const retold = (html, scripts) => {
    const place = begin(scripts);
    return feed(place, html, change, blank) + place.rest;
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
    if (scripted(text)) {
      const now = retold(text);
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

  /** Documents that are written to. @type {WeakMap<Document, { place: import('../core/tokens.js').Place, deep: number }>} */
  const written = new WeakMap();

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap) => {
    /** @param {any} node */
    const contextOf = (node) => {
      const element = node && nodeType(node) === 1 ? node : undefined;
      if (!element || (namespaceURI(element) === HTML && localName(element) === 'html'))
        return createElementNS(node ? ownerDocument(node) || node : view.document, HTML, 'body');
      return element;
    };
    /** @param {any} node */
    const live = (node) => !!node && !!viewOf(node) && !(nodeType(node) === 1 && localName(node) === 'template' && namespaceURI(node) === HTML);
    /** @param {any} text */
    const after = (text) => framed(`${text}`) && frames(view);

    for (let i = 0; i < kinds.length; i++) {
      const kind = kinds[i];
      const replace = kind === 'Element' ? ofElement : ofFragment;
      /** @param {any} self */
      const context = (self) => (kind === 'Element' ? self : hostOf(self));
      wrap(view[kind].prototype, 'innerHTML', 'set', (original) => ({
        hook(value) {
          if (!arguments.length || !live(this)) return apply(original, this, arguments);
          const given = once(value, true);
          put(
            given,
            context(this),
            (now) => apply(original, this, [now]),
            (fragment) => replace(this, fragment),
            true,
            kind === 'Element' ? setInnerHTML : beside,
          );
          after(given);
        },
      }));
      for (let k = 0; k < filling.length; k++) {
        const name = filling[k];
        wrap(view[kind].prototype, name, 'value', (original) => ({
          hook(...args) {
            if (!args.length || !live(this)) return apply(original, this, args);
            // An option that is undefined is not one that is not there.
            const filled = (/** @type {any} */ now) => ((args[0] = now), args);
            const given = once(args[0], false);
            put(
              given,
              context(this),
              (now) => apply(original, this, filled(now)),
              (fragment) => replace(this, fragment),
              true,
              (place, now) => void apply(fills[name], place, filled(now)),
            );
            after(given);
          },
        }));
      }
    }

    wrap(view.Element.prototype, 'outerHTML', 'set', (original) => ({
      hook(value) {
        const parent = arguments.length && viewOf(/** @type {any} */ (this)) && parentNode(this);
        if (!parent || nodeType(parent) === 9) return apply(original, this, arguments);
        const given = once(value, true);
        put(
          given,
          contextOf(parent),
          (now) => apply(original, this, [now]),
          (fragment) => void replaceChild(parent, fragment, this),
          true,
          beside,
        );
        after(given);
      },
    }));

    wrap(view.Element.prototype, 'insertAdjacentHTML', 'value', (original) => ({
      hook(where, value) {
        if (arguments.length < 2 || !viewOf(/** @type {any} */ (this))) return apply(original, this, arguments);
        where = `${where}`;
        const place = toLowerCase(where);
        const outside = place === 'beforebegin' || place === 'afterend';
        const parent = parentNode(this);
        /** @type {any} */
        const self = this;
        const given = once(value, false);
        put(
          given,
          outside ? parent && nodeType(parent) === 1 && contextOf(parent) : live(self) && exec(/^(?:after|before)/, place) !== null ? contextOf(self) : null,
          (now) => apply(original, self, [where, now]),
          (fragment) => {
            if (outside) insertBefore(parent, fragment, place === 'beforebegin' ? self : nextSibling(self));
            else insertBefore(self, fragment, place === 'afterbegin' ? firstChild(self) : null);
          },
          true,
          beside,
        );
        after(given);
      },
    }));

    wrap(view.Range.prototype, 'createContextualFragment', 'value', (original) => ({
      hook(value) {
        if (!arguments.length) return apply(original, this, arguments);
        const start = startOf(this);
        const type = nodeType(start);
        if (!viewOf(start)) return apply(original, this, arguments);
        const document = type === 9 ? start : ownerDocument(start);
        return put(
          once(value, false),
          contextOf(type === 1 ? start : type === 3 || type === 4 || type === 8 ? parentNode(start) : undefined),
          (now) => apply(original, this, [now]),
          (fragment) => adopt(document, fragment),
          false,
          (place, now) => {
            const range = createRange(ownerDocument(place));
            selectContents(range, place);
            appendChild(place, apply(original, range, [now]));
          },
        );
      },
    }));

    /** What is taken over into a document that loads: a copy is made where nothing does. */
    wrap(view.Document.prototype, 'importNode', 'value', (original) => ({
      hook(...args) {
        const node = args[0];
        const type = node && attempt(() => nodeType(node));
        if ((type !== 1 && type !== 11) || !viewOf(/** @type {any} */ (this)) || !any(node, baseURI(this))) return apply(original, this, arguments);
        const copy = apply(original, calm, args);
        deep(copy, (element) => sift(element, baseURI(this)));
        adopt(this, copy);
        if (upgrade) upgrade(registry, copy);
        return copy;
      },
    }));

    wrap(view.XSLTProcessor?.prototype, 'transformToFragment', 'value', (original) => ({
      hook(source, document) {
        if (arguments.length < 2 || !attempt(() => defaultView(document))) return apply(original, this, arguments);
        const fragment = apply(original, this, [source, calm]);
        if (fragment) {
          deep(fragment, (element) => sift(element, baseURI(document)));
          adopt(document, fragment);
        }
        return fragment;
      },
    }));

    wrap(view.Document.prototype, 'execCommand', 'value', (original) => ({
      hook(command, ui, value) {
        if (arguments.length < 3) return apply(original, this, arguments);
        command = `${command}`;
        const given = once(value, false);
        const name = toLowerCase(command);
        const now = name === 'inserthtml' ? retold(`${given}`) : given;
        if (name === 'insertimage') {
          const image = createElementNS(calm, HTML, 'img');
          setAttribute(image, 'src', `${given}`);
          if (asks(image, baseURI(this))) return false;
        }
        return apply(original, this, [command, ui, now === `${given}` ? given : typed(given) ? signed(now) : now]);
      },
    }));

    wrap(view.Document, 'parseHTMLUnsafe', 'value', (original) => ({
      hook(...args) {
        if (!args.length) return apply(original, this, args);
        const given = once(args[0], false);
        const now = hidden(`${given}`) ? retold(`${given}`, false) : given;
        args[0] = now === `${given}` ? given : typed(given) ? signed(now) : now;
        return apply(original, this, args);
      },
    }));

    /** What was kept back goes out as it is. @param {any} document @param {Function} write */
    const flush = (document, write) => {
      const state = weakGet(written, document);
      if (!state || !state.place.rest) return;
      const { rest } = state.place;
      state.place = begin();
      attempt(() => apply(write, document, [signed(rest)]));
    };
    for (let i = 0; i < begun.length; i++) {
      const name = begun[i];
      wrap(view.Document.prototype, name, 'value', (original) => ({
        hook() {
          // To a script that the parser waits for, both do nothing (HTML, section 8.4.1).
          if (arguments.length < 3 && writing.standing(this)) return name === 'open' ? this : undefined;
          // The window that a third argument opens is no document's.
          if (name === 'close') flush(this, write);
          else if (arguments.length < 3) weakDelete(written, this);
          const result = apply(original, this, arguments);
          if (name === 'open' && arguments.length < 3) weakSet(written, this, { place: begin(), deep: 0, open: true });
          opened(this);
          return result;
        },
      }));
    }
    const { write } = view.Document.prototype;
    for (let i = 0; i < writes.length; i++) {
      const name = writes[i];
      wrap(view.Document.prototype, name, 'value', (original) => ({
        hook(...pieces) {
          if (!viewOf(/** @type {any} */ (this))) return apply(original, this, pieces);
          let trusted = pieces.length > 0;
          let text = '';
          for (let i = 0; i < pieces.length; i++) {
            pieces[i] = once(pieces[i], false);
            trusted &&= typed(pieces[i]);
            text += `${pieces[i]}`;
          }
          if (name === 'writeln') text += '\n';
          const script = writing.standing(this);
          if (script) {
            // Where a policy trusts no text, the browser says so here as it would there.
            if (!trusted) setInnerHTML(createElementNS(calm, HTML, 'b'), text);
            writing.write(script, text);
            after(text);
            return;
          }
          let state = weakGet(written, this);
          // What is written when the parser has gone opens the document.
          if (!state || (!state.deep && readyState(this) !== 'loading')) {
            state = { place: begin(), deep: 0, open: readyState(this) !== 'loading' };
            weakSet(written, this, state);
          }
          room(); // what is fed and not written would have the tokens be others than the browser's
          // A script that is written writes before the rest of what wrote it.
          const place = state.deep ? begin() : state.place;
          const had = place.rest;
          const now = feed(place, text, change, blank);
          state.deep++;
          try {
            if (now === text && !had) apply(original, this, pieces);
            else apply(write, this, [trusted ? signed(now) : now]);
            if (state.deep > 1 && place.rest) apply(write, this, [trusted ? signed(place.rest) : place.rest]);
          } finally {
            state.deep--;
            opened(this);
            after(text);
          }
          // The parser of a page goes on behind the script that has written.
          if (!state.open && !state.deep && place.rest) queueMicrotask(() => flush(this, write));
        },
      }));
    }
  };

  return { hook, deep, each, any };
};
