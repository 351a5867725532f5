/*
 * The tags turn what a page adds as it is into gated markup, where its address is held:
 * what scripts build before it is told its source, and what the parser brings as early
 * as a script can. The guard does the rest.
 */

const { apply, getOwnPropertyDescriptor } = Reflect;
const setInner = /** @type {any} */ (getOwnPropertyDescriptor(Element.prototype, 'innerHTML')).set;

/** The attributes by which elements load, and how their properties are called. @type {Record<string, string[]>} */
const sources = {
  script: ['src'],
  img: ['src', 'srcset'],
  iframe: ['src'],
  frame: ['src'],
  embed: ['src'],
  video: ['src'],
  audio: ['src'],
  source: ['src', 'srcset'],
  track: ['src'],
  input: ['src'],
  link: ['href'],
};

const interfaces = ['Script', 'Image', 'IFrame', 'Frame', 'Embed', 'Media', 'Source', 'Track', 'Input', 'Link'];

/** Every element that may load something. */
export const loading = Object.entries(sources)
  .flatMap(([tag, names]) => names.map((name) => `${tag}[${name}]`))
  .join();

/** Marks gated scripts that came as innerHTML or the like, and so would never run. */
export const barren = 'data-octroi-barren';

/** The start tag of anything that may load, also where others of its attributes hold a ">". */
const start = new RegExp(`<(?:${Object.keys(sources).join('|')})\\b(?:[^>"']|"[^"]*"|'[^']*')*>`, 'gi');

/** Where markup can be read without loading anything. */
const inert = document.implementation.createHTMLDocument('').createElement('template');

/** What inserts nodes, and what inserts markup. */
const inserting = {
  Node: ['appendChild', 'insertBefore', 'replaceChild'],
  Element: ['append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement'],
  Document: ['append', 'prepend', 'replaceChildren'],
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
 * @param {(element: Element) => void} opened told of an element that loads, and is to be shut when its service is
 * @param {(element: Element) => void} loose told of an element that is held and in no document
 * @param {(root: ShadowRoot) => void} shadow told of a new shadow root
 * @param {(element: Element) => void} hold keeps a gated element from loading
 */
export const tags = (whose, opened, loose, shadow, hold) => {
  /** Elements that were marked here, not by the page's markup. @type {WeakSet<Element>} */
  const marked = new WeakSet();

  /** What scripts build is async unless they say otherwise; held, it would forget. @param {any} element */
  const keepAsync = (element) => {
    if (element.async) element.async = true;
  };

  /** Whose a source is; of a srcset the first address stands for all. @param {string} name @param {string | null} value */
  const ask = (name, value) => (value ? whose(name === 'srcset' ? value.trim().split(/[\s,]/)[0] : value) : /** @type {[string, boolean]} */ (['', true]));

  /**
   * Marks an element whose new source is a service's.
   *
   * @param {Element} element
   * @param {string} name
   * @param {string} value
   * @returns {boolean} whether the source is held
   */
  const mark = (element, name, value) => {
    const own = element.hasAttribute('data-octroi') && !marked.has(element);
    if (own || !value || !sources[element.localName]?.includes(name)) return false;
    const [ids, open] = ask(name, value);
    if (ids || !open) {
      marked.add(element);
      if (element.getAttribute('data-' + name) !== value) element.setAttribute('data-' + name, value);
      if (element.getAttribute('data-octroi') !== ids) element.setAttribute('data-octroi', ids);
      if (open) opened(element);
      else if (element.localName === 'script') keepAsync(element);
      else if (!element.isConnected) loose(element);
    } else if (marked.delete(element)) {
      element.removeAttribute('data-octroi');
      element.removeAttribute('data-' + name);
    }
    return !open;
  };

  /**
   * Gates an element that comes with its sources, before it loads.
   *
   * @param {Element} element
   * @returns {boolean} whether it is gated now
   */
  const sift = (element) => {
    for (const name of element.hasAttribute('data-octroi') ? [] : sources[element.localName] || []) {
      const [ids, open] = ask(name, element.getAttribute(name));
      if (open) continue;
      element.setAttribute('data-octroi', ids);
      keepAsync(element);
      hold(element);
      return true;
    }
    return false;
  };

  /**
   * Gates in markup what is held; the rest stays as it was written.
   *
   * @param {string} html
   * @param {boolean} never whether its scripts would never run
   */
  const rewrite = (html, never) =>
    html.replace(start, (text) => {
      apply(setInner, inert, [text]);
      const element = inert.content.firstElementChild;
      const held = element && sift(element);
      const mute = never && element?.matches('script[data-octroi]');
      if (mute) element?.setAttribute(barren, '');
      return element && (held || mute) ? element.outerHTML.replace(/<\/\w+>$/, '') : text;
    });

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap) => {
    wrap(view.Element.prototype, 'attachShadow', 'value', (original) => ({
      hook() {
        const root = apply(original, this, arguments);
        shadow(root);
        return root;
      },
    }));
    for (const [kind, names] of Object.entries(inserting)) {
      for (const name of names) {
        wrap(view[kind].prototype, name, 'value', (original) => ({
          hook(...nodes) {
            for (const node of nodes) {
              // Elements and fragments; texts load nothing.
              if (node?.nodeType !== 1 && node?.nodeType !== 11) continue;
              if (node.nodeType === 1) sift(node);
              if (node.firstElementChild) node.querySelectorAll(loading).forEach(sift);
            }
            return apply(original, this, nodes);
          },
        }));
      }
    }
    for (const [kind, name, half, at] of markups) {
      wrap(view[kind].prototype, name, half, (original) => ({
        hook(...args) {
          // Markup that a policy has made is not a string, and must stay what it is.
          if (typeof args[at] === 'string') args[at] = rewrite(args[at], /HTML/.test(name));
          return apply(original, this, args);
        },
      }));
    }
    for (const kind of interfaces) {
      const prototype = view[`HTML${kind}Element`]?.prototype;
      for (const name of ['src', 'srcset', 'href']) {
        wrap(prototype, name, 'set', (original) => ({
          hook(value) {
            if (!arguments.length) return apply(original, this, arguments);
            value = `${value}`;
            if (!(this instanceof view.Element) || !mark(/** @type {any} */ (this), name, value)) apply(original, this, [value]);
          },
        }));
        wrap(prototype, name, 'get', (original) => ({
          hook() {
            const value = apply(original, this, arguments);
            const element = /** @type {any} */ (this);
            if (value || !marked.has(element)) return value;
            const held = element.getAttribute('data-' + name) || '';
            return name === 'srcset' || !held ? held : new URL(held, element.baseURI).href;
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
          const [key, value] = args.slice(at);
          if (typeof key !== 'string' || args.length < at + 2 || !/^(src|srcset|href)$/i.test(key) || !(this instanceof view.Element)) {
            return apply(original, this, args);
          }
          if (!mark(/** @type {any} */ (this), key.toLowerCase(), `${value}`))
            apply(original, this, [...args.slice(0, at), key, `${value}`, ...args.slice(at + 2)]);
        },
      }));
    }
  };

  /**
   * Marks what the parser has brought, where it is a service's.
   *
   * @param {Element} element
   */
  const screen = (element) => {
    for (const name of sources[element.localName] || []) {
      const value = element.getAttribute(name);
      if (!value || element.hasAttribute('data-octroi')) continue;
      const [ids, open] = ask(name, value);
      if (!ids && open) continue;
      marked.add(element);
      if (open) opened(element);
      element.setAttribute('data-octroi', ids);
      if (open) element.setAttribute('data-' + name, value);
    }
  };

  return { hook, screen };
};
