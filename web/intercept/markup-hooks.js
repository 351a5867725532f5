/*
 * The methods and properties that take markup as text, and what is written into a document.
 */
import { beside, calm, framed, hidden, viewOf } from './markup.js';
import { HTML, mayLoad } from './loads.js';
import { everyElement, standIn, stream } from './reader.js';
import { upTo } from './written.js';
import { begin, feed } from '../core/tokens.js';
import {
  appendChild,
  apply,
  attempt,
  bare,
  baseURI,
  createElementNS,
  defaultView,
  exec,
  firstChild,
  free,
  insertBefore,
  list,
  localName,
  namespaceURI,
  nextSibling,
  nodeType,
  ownerDocument,
  parentNode,
  reads,
  replaceChild,
  room,
  setAttribute,
  setInnerHTML,
  toLowerCase,
  weakDelete,
  weakGet,
  WeakMap,
  weakSet,
  parseFromString,
  readyState,
  startContainer,
  bodyOf,
  currentScript,
} from '../safe/builtins.js';
import { markup as signed, typed } from '../safe/trust.js';

const { queueMicrotask } = window;
const adopt = free(Document.prototype.adoptNode);
const createRange = free(Document.prototype.createRange);
const selectContents = free(Range.prototype.selectNodeContents);
const hostOf = reads(ShadowRoot.prototype, 'host');
const ofElement = free(Element.prototype.replaceChildren);
const ofFragment = free(DocumentFragment.prototype.replaceChildren);
const upgrade = window.customElements && free(CustomElementRegistry.prototype.upgrade);
const registry = window.customElements;
const { setHTMLUnsafe, setHTML } = /** @type {any} */ (Element.prototype);
const kinds = list(['Element', 'ShadowRoot']);
const begun = list(['open', 'close']);
const writes = list(['write', 'writeln']);
const filling = list(['setHTMLUnsafe', 'setHTML']);
/** How elements take markup, by method. @type {Record<string, any>} */
const fills = bare({ setHTMLUnsafe, setHTML });

/** A text that comes as an object is taken once: what is judged is what is set. @param {any} value @param {boolean} nullable */
const once = (value, nullable) => (typed(value) ? value : value === null && nullable ? '' : `${value}`);

/**
 * @param {import('./markup.js').Rules} rules
 * @param {ReturnType<typeof import('./markup.js').markups>} reading
 * @returns {import('./hooks.js').Hooks}
 */
export const markupHooks = ({ asks, receive, frames, opened, writing }, { deep, any, retell, retold, put }) => {
  /**
   * @typedef {object} Written
   * @property {import('../core/tokens.js').Place} place
   * @property {number} deep how many writes are under way
   * @property {boolean} open whether it began with what was written
   * @property {string} before what was written before there was anything that may load
   * @property {((text: string) => Element[]) | undefined} read
   */

  /** @param {boolean} open @returns {Written} */
  const fresh = (open) => ({ place: begin(), deep: 0, open, before: '', read: undefined });

  /** Documents that are written to. @type {WeakMap<Document, Written>} */
  const written = new WeakMap();

  return (view, wrap) => {
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
        const start = startContainer(this);
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
        deep(copy, (element) => receive(element, baseURI(this)));
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
          deep(fragment, (element) => receive(element, baseURI(document)));
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
        const now = name === 'inserthtml' ? retold(`${given}`, contextOf(this)) : given;
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
        const now = hidden(`${given}`)
          ? retell(`${given}`, undefined, (text) => everyElement(parseFromString(new DOMParser(), signed(text), 'text/html')), 3)
          : given;
        args[0] = now === `${given}` ? given : typed(given) ? signed(now) : now;
        return apply(original, this, args);
      },
    }));

    /**
     * What is to be written in the place of a text that has whole tokens.
     *
     * @param {Document} document
     * @param {Written} state
     * @param {string} text
     * @param {string} [raw] the element whose text goes on in it
     */
    const told = (document, state, text, raw) => {
      if (!state.read) {
        if (!mayLoad(text)) {
          state.before += text;
          return text;
        }
        const script = currentScript(document);
        state.read = stream((state.open ? '' : upTo(document, (script && parentNode(script)) || bodyOf(document))) + state.before);
      }
      const other = standIn(text, raw);
      return other ? retell(text, other, state.read) : '';
    };
    /** What was kept back goes out. @param {any} document @param {Function} write */
    const flush = (document, write) => {
      const state = weakGet(written, document);
      if (!state || !state.place.rest) return;
      const { rest, raw } = state.place;
      state.place = begin();
      attempt(() => apply(write, document, [signed(told(document, state, rest, raw))]));
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
          if (name === 'open' && arguments.length < 3) weakSet(written, this, fresh(true));
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
            state = fresh(readyState(this) !== 'loading');
            weakSet(written, this, state);
          }
          room(); // what is fed and not written would have the tokens be others than the browser's
          // A script that is written writes before the rest of what wrote it.
          const one = state.deep ? fresh(false) : state;
          const { place } = one;
          const { rest: had, raw } = place;
          const now = told(/** @type {any} */ (this), one, feed(place, text), raw);
          state.deep++;
          try {
            if (now === text && !had) apply(original, this, pieces);
            else apply(write, this, [trusted ? signed(now) : now]);
            if (one !== state && place.rest) {
              const last = told(/** @type {any} */ (this), one, place.rest, place.raw);
              apply(write, this, [trusted ? signed(last) : last]);
            }
          } finally {
            state.deep--;
            opened(this);
            after(text);
          }
          // The parser of a page goes on behind the script that has written.
          if (!state.open && !state.deep && state.place.rest) queueMicrotask(() => flush(this, write));
        },
      }));
    }
  };
};
