/*
 * The tags turn what a page adds as it is into gated markup, where its address is held:
 * what scripts build before it is told its source, and what the parser brings as early
 * as a script can. The guard does the rest.
 */
import { sure } from './hooks.js';
import { markup, typed } from './trust.js';

const { apply, construct, getOwnPropertyDescriptor } = Reflect;
const { importNode } = Document.prototype;
/** As they were: what they say decides, and a page may bend its own. */
const { includes } = Array.prototype;
const { exec } = RegExp.prototype;
const setInner = /** @type {any} */ (getOwnPropertyDescriptor(Element.prototype, 'innerHTML')).set;

/** The attributes by which elements load, and how their properties are called. @type {Record<string, string[]>} */
const sources = {
  script: ['src'],
  img: ['src', 'srcset'],
  iframe: ['src', 'srcdoc'],
  frame: ['src'],
  embed: ['src'],
  object: ['data'],
  video: ['src', 'poster'],
  audio: ['src'],
  source: ['src', 'srcset'],
  track: ['src'],
  input: ['src'],
  link: ['href', 'imagesrcset'],
  image: ['href'],
  a: ['ping'],
  area: ['ping'],
  body: ['background'],
  table: ['background'],
  td: ['background'],
  th: ['background'],
};

/** Those attributes, whatever element has them. */
export const names = [...new Set(Object.values(sources).flat())];
const named = new RegExp(`^(${names.join('|')})$`, 'i');
const told = new RegExp(`^<script|\\b(?:${names.join('|')})\\s*=`, 'i');

/** The interfaces that have them as properties. @type {Record<string, string[]>} */
const interfaces = {
  Script: ['src'],
  Image: ['src', 'srcset'],
  IFrame: ['src', 'srcdoc'],
  Frame: ['src'],
  Embed: ['src'],
  Object: ['data'],
  Media: ['src'],
  Video: ['poster'],
  Source: ['src', 'srcset'],
  Track: ['src'],
  Input: ['src'],
  Link: ['href', 'imageSrcset'],
  Anchor: ['ping'],
  Area: ['ping'],
  Body: ['background'],
};

/** Every element that may load something. */
export const loading = Object.entries(sources)
  .flatMap(([tag, own]) => own.map((name) => `${tag}[${name}]`))
  .concat('style', 'script:not([src])')
  .join();

/** Marks gated scripts that came as innerHTML or the like, and so would never run. */
export const barren = 'data-octroi-barren';

/** The start tag of anything that may load, also where others of its attributes hold a ">". */
const start = new RegExp(`<(?:${Object.keys(sources).join('|')})\\b(?:[^>"']|"[^"]*"|'[^']*')*>`, 'gi');

/** The document of all templates' contents. */
const templates = document.createElement('template').content.ownerDocument;
/** Where markup can be read without loading anything. */
const inert = document.implementation.createHTMLDocument('').createElement('template');

/** What inserts nodes, and what inserts markup. */
const inserting = {
  Node: ['appendChild', 'insertBefore', 'replaceChild'],
  Element: ['append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement'],
  Document: ['append', 'prepend', 'replaceChildren', 'importNode', 'adoptNode'],
  DocumentFragment: ['append', 'prepend', 'replaceChildren'],
  CharacterData: ['before', 'after', 'replaceWith'],
  Range: ['insertNode', 'surroundContents'],
};
/** @type {[kind: string, name: string, half: 'value' | 'set', at: number][]} */
const markups = [
  ['Element', 'innerHTML', 'set', 0],
  ['Element', 'outerHTML', 'set', 0],
  ['Element', 'insertAdjacentHTML', 'value', 1],
  ['Element', 'setHTMLUnsafe', 'value', 0],
  ['ShadowRoot', 'innerHTML', 'set', 0],
  ['ShadowRoot', 'setHTMLUnsafe', 'value', 0],
  ['Range', 'createContextualFragment', 'value', 0],
  ['Document', 'write', 'value', 0],
  ['Document', 'writeln', 'value', 0],
];

/**
 * @param {(address: string) => [ids: string, open: boolean]} whose
 * @param {(text: string) => [ids: string, open: boolean]} whoseText
 * @param {(element: Element) => boolean} allowed whether a gated element may load
 * @param {(element: Element) => void} opened told of an element that loads, and is to be shut when its service is
 * @param {(element: Element) => void} loose told of an element that is held and in no document
 * @param {(root: ShadowRoot) => void} shadow told of a new shadow root
 * @param {(element: Element) => void} hold keeps a gated element from loading
 * @param {ReturnType<typeof import('./styles.js').sheets>} styles
 */
export const tags = (whose, whoseText, allowed, opened, loose, shadow, hold, styles) => {
  /** What the parser may have asked for before any script, and how it would be held. @type {{ id: string, markup: string }[]} */
  const ungated = [];
  /** Elements that were marked here, not by the page's markup. @type {WeakSet<Element>} */
  const marked = new WeakSet();

  /**
   * Whether a node is of a document that runs no scripts, as DOMParser makes: they never
   * run, wherever they get to. Templates share one whose scripts do.
   *
   * @param {Node} node
   */
  const strange = ({ ownerDocument }) => !!ownerDocument && !ownerDocument.defaultView && ownerDocument !== templates;

  /** What scripts build is async unless they say otherwise; held, it would forget. @param {any} element */
  const keepAsync = (element) => {
    if (element.async || strange(element)) element.async = true;
  };

  /**
   * The addresses in an attribute: several in a ping and a set of sources, where
   * descriptors stand between; and all that a frame's own document names.
   *
   * @param {string} name
   * @param {string} value
   * @returns {string[]}
   */
  const addresses = (name, value) => {
    if (name === 'srcdoc') {
      apply(setInner, inert, [markup(value)]);
      return [...inert.content.querySelectorAll(loading)].flatMap((element) =>
        (sources[element.localName] || []).flatMap((own) => addresses(own, element.getAttribute(own) || '')),
      );
    }
    if (name !== 'ping' && !name.endsWith('srcset')) return value ? [value] : [];
    return value
      .split(/\s+/)
      .map((word) => word.replace(/^,+|,+$/g, ''))
      .filter((word) => word && !/^[\d.]+[wxh]$/.test(word));
  };

  /** Whose a source is: of several addresses, that of the first that is held. @param {string} name @param {string | null} value */
  const ask = (name, value) => {
    /** @type {[string, boolean]} */
    let said = ['', true];
    for (const address of addresses(name, value || '')) {
      const [ids, open] = whose(address);
      if (!open) return /** @type {typeof said} */ ([ids, open]);
      said = [said[0] || ids, open];
    }
    return said;
  };

  /**
   * Marks an element whose new source is a service's; tells whether the source is held.
   */
  const mark = sure((/** @type {Element} */ element, /** @type {string} */ name, /** @type {string} */ value) => {
    const own = sources[element.localName];
    if (!value || !own || !apply(includes, own, [name])) return false;
    /** @param {string} attribute @param {string} text */
    const set = (attribute, text) => element.getAttribute(attribute) === text || element.setAttribute(attribute, text);
    // What the page itself has gated waits for that, whoever tells it its source.
    if (element.hasAttribute('data-octroi') && !marked.has(element)) {
      const held = !allowed(element);
      if (held) set('data-' + name, value);
      return held;
    }
    const [ids, open] = ask(name, value);
    if (ids || !open) {
      marked.add(element);
      set('data-' + name, value);
      set('data-octroi', ids);
      if (open) opened(element);
      else if (element.localName === 'script') keepAsync(element);
      else if (!element.isConnected) loose(element);
    } else if (marked.has(element)) {
      element.removeAttribute('data-' + name);
      if (!own.some((other) => element.hasAttribute('data-' + other))) {
        marked.delete(element);
        element.removeAttribute('data-octroi');
      }
    }
    return !open;
  }, true);

  /** Gates a script by its text. @param {Element} element */
  const inline = (element) => {
    // What is told apart by a part of it is short.
    const text = element.localName === 'script' && !element.hasAttribute('src') && !element.hasAttribute('data-octroi') ? element.textContent : '';
    if (!text || text.length > 1 << 15) return;
    const [ids, open] = whoseText(text);
    if (open) return;
    element.setAttribute('data-octroi', ids);
    hold(element);
  };

  /**
   * Gates an element that comes with its sources, before it loads; tells whether it did.
   */
  const sift = sure((/** @type {Element} */ element) => {
    if (element.localName === 'style') styles.text(element);
    inline(element);
    for (const name of element.hasAttribute('data-octroi') ? [] : sources[element.localName] || []) {
      const [ids, open] = ask(name, element.getAttribute(name));
      if (open) continue;
      marked.add(element);
      element.setAttribute('data-octroi', ids);
      keepAsync(element);
      hold(element);
      return true;
    }
    return false;
  }, null);

  /**
   * Gates in markup what is held; the rest stays as it was written.
   *
   * @param {string} html
   * @param {boolean} never whether its scripts would never run
   * @param {boolean} inside whether it is a style's own text
   */
  const rewrite = sure(
    (/** @type {string} */ html, /** @type {boolean} */ never, /** @type {boolean} */ inside) =>
      (inside || /<style/i.test(html) ? styles.blank(html) : html).replace(start, (text) => {
        // Most of these are links and cells without any.
        if (!apply(exec, told, [text])) return text;
        apply(setInner, inert, [markup(text)]);
        const element = inert.content.firstElementChild;
        const held = element && sift(element);
        if (held === null) return '';
        const mute = never && element?.matches('script[data-octroi]');
        if (mute) element?.setAttribute(barren, '');
        return element && (held || mute) ? element.outerHTML.replace(/<\/\w+>$/, '') : text;
      }),
    '',
  );

  const isNamed = sure((/** @type {string} */ name) => named.test(name), true);

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap, stand) => {
    wrap(view.Element.prototype, 'attachShadow', 'value', (original) => ({
      hook() {
        const root = apply(original, this, arguments);
        shadow(root);
        return root;
      },
    }));
    for (const [kind, methods] of Object.entries(inserting)) {
      for (const name of methods) {
        wrap(view[kind].prototype, name, 'value', (original) => ({
          hook(...nodes) {
            const style = /** @type {any} */ (this)?.localName === 'style';
            for (let at = 0; at < nodes.length; at++) {
              const node = nodes[at];
              if (style) nodes[at] = styles.node(node);
              // Elements and fragments; other texts load nothing.
              if (node?.nodeType !== 1 && node?.nodeType !== 11) continue;
              if (strange(node))
                for (const script of [node, ...node.querySelectorAll('script')]) if (script.matches?.('script[data-octroi]')) script.setAttribute(barren, '');
              if (node.nodeType === 1) sift(node);
              if (node.firstElementChild) node.querySelectorAll(loading).forEach(sift);
            }
            return apply(original, this, nodes);
          },
        }));
      }
    }
    for (const [kind, name, half, at] of markups) {
      const never = /HTML/.test(name);
      wrap(view[kind].prototype, name, half, (original) => ({
        hook(...args) {
          const given = args[at];
          if (typeof given === 'string' || typed(given)) {
            const now = rewrite(`${given}`, never, /** @type {any} */ (this)?.localName === 'style');
            if (now !== `${given}`) args[at] = typed(given) ? markup(now) : now;
          }
          return apply(original, this, args);
        },
      }));
    }
    for (const kind in interfaces) {
      const prototype = view[`HTML${kind}Element`]?.prototype;
      for (const property of interfaces[kind]) {
        const name = property.toLowerCase();
        wrap(prototype, property, 'set', (original) => ({
          hook(value) {
            if (!arguments.length) return apply(original, this, arguments);
            const given = typed(value) ? value : `${value}`;
            if (!(this instanceof view.Element) || !mark(/** @type {any} */ (this), name, `${given}`)) apply(original, this, [given]);
          },
        }));
        wrap(prototype, property, 'get', (original) => ({
          hook() {
            const value = apply(original, this, arguments);
            const element = /** @type {any} */ (this);
            if (value || !marked.has(element)) return value;
            const held = element.getAttribute('data-' + name) || '';
            return held && /^(src|href|data|poster)$/.test(name) ? new URL(held, element.baseURI).href : held;
          },
        }));
      }
    }
    for (const [name, at] of /** @type {[string, number][]} */ ([
      ['setAttribute', 0],
      ['setAttributeNS', 1],
    ])) {
      wrap(view.Element.prototype, name, 'value', (original) => ({
        hook(...args) {
          // Most attributes are of no concern; what is no text is left to the original.
          const key = args[at];
          const value = args[at + 1];
          if (typeof key !== 'string' || args.length < at + 2 || !isNamed(key) || !(this instanceof view.Element)) {
            return apply(original, this, args);
          }
          const given = typed(value) ? value : `${value}`;
          if (mark(/** @type {any} */ (this), key.toLowerCase(), `${given}`)) return;
          args[at + 1] = given;
          apply(original, this, args);
        },
      }));
    }
    wrap(view.Element.prototype, 'setAttributeNode', 'value', (original) => ({
      hook(node) {
        const name = node?.name;
        return isNamed(name) && this instanceof view.Element && mark(/** @type {any} */ (this), name, node.value) ? null : apply(original, this, arguments);
      },
    }));
    stand(view, 'Audio', (target, args, as) => {
      const audio = construct(target, [], as);
      if (args.length && args[0] !== undefined) audio.src = args[0];
      return audio;
    });
  };

  /**
   * Marks what the parser has brought, where it is a service's.
   *
   * @param {Element} element
   */
  const screen = (element) => {
    if (element.localName === 'style') styles.text(element);
    inline(element);
    for (const name of sources[element.localName] || []) {
      const value = element.getAttribute(name);
      if (!value || element.hasAttribute('data-octroi')) continue;
      const [ids, open] = ask(name, value);
      if (!ids && open) continue;
      if (ungated.length < 100) {
        const gated = /** @type {Element} */ (apply(importNode, inert.ownerDocument, [element]));
        gated.removeAttribute(name);
        if (element.localName === 'script') gated.setAttribute('type', 'text/plain');
        gated.setAttribute('data-octroi', ids);
        gated.setAttribute('data-' + name, value);
        ungated.push({ id: ids, markup: gated.outerHTML });
      }
      marked.add(element);
      element.setAttribute('data-octroi', ids);
      if (open) opened(element);
      if (open) element.setAttribute('data-' + name, value);
    }
  };

  return { hook, screen, ungated };
};
