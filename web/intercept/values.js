/*
 * Reads the arguments of a page's call once, so that the browser gets the values that were
 * judged: an object may give another value each time that it is read.
 */
import { apply, attempt, baseURI, bare, defineProperty, free, setPrototypeOf, failClosed } from '../safe/builtins.js';
import { resolved } from '../safe/addresses.js';

const { iterator } = Symbol;
const { TrustedScriptURL } = /** @type {any} */ (window);
const trusted = TrustedScriptURL && free(TrustedScriptURL.prototype.toString);

/**
 * @typedef {object} Ask
 * @property {(view: any, address: string) => boolean} held tells whether an address is blocked, with a window's document as its base
 * @property {(base: string, address: string) => boolean} heldAt tells whether an address is blocked, against a base
 * @property {() => boolean} everything tells whether all that is declared is granted: only then may something pass that cannot be judged
 * @property {(what: string, element: Element | null, base: string, address: string, asked: boolean) => void} told reports a blocked form, link, window or frame; asked if the visitor waits for it
 */

/** Gives an object an own property, whatever setters its prototypes have. @param {any} object @param {PropertyKey} name @param {any} value */
export const put = (object, name, value) => defineProperty(object, name, bare({ value, writable: true, enumerable: true, configurable: true }));

/**
 * Returns an object that inherits all members of a page's options but one.
 *
 * @param {any} options
 * @param {string} name
 * @param {any} value
 */
export const instead = (options, name, value) => {
  const copy = setPrototypeOf({}, options);
  put(copy, name, value);
  return copy;
};

/** Returns an iterable of a list. Its iterator is Octroi's own: the page may have replaced that of arrays. @param {List<any>} items */
export const sequence = (items) => ({
  [iterator]() {
    let i = 0;
    return bare({ next: () => bare({ done: i >= items.length, value: items[i++] }) });
  },
});

/** Whether a browser reads a value as a sequence, where an API takes a sequence or a text (https://webidl.spec.whatwg.org/#es-sequence). @param {any} value */
export const isSequence = (value) => value !== null && (typeof value === 'object' || typeof value === 'function') && value[iterator] != null;

/**
 * Maps a sequence to a list without a prototype; drops a value for which `make` returns undefined.
 *
 * @param {Iterable<any>} values
 * @param {(value: any) => any} make
 * @returns {any[]}
 */
export const each = (values, make) => {
  /** @type {any[]} */
  const all = setPrototypeOf([], null);
  let length = 0;
  for (const value of values) {
    const made = make(value);
    if (made !== undefined) all[length++] = made;
  }
  return all;
};

/** Resolves an address against a base; returns an invalid one unchanged. @param {string} base @param {string} text @returns {string} */
export const resolveAt = (base, text) => attempt(() => resolved(text, base)) ?? text;

/** Resolves an address against a window's document. @param {any} view @param {string} text @returns {string} */
export const resolve = (view, text) => resolveAt(baseURI(view.document), text);

/** Turns a page's argument into an address. @param {any} view @param {any} value */
export const address = (view, value) => resolve(view, `${value}`);

/** Returns the text of a TrustedScriptURL, and undefined for any other value. @param {any} value @returns {string | undefined} */
export const trustedText = (value) => (trusted && value && typeof value === 'object' ? attempt(() => trusted(value)) : undefined);

/**
 * Makes the questions that hooks ask. Whatever throws in one of them counts as blocked.
 *
 * @param {(address: string, base: string) => boolean} holds
 * @param {() => boolean} everything
 * @param {Ask['told']} told
 * @returns {Ask}
 */
export const asking = (holds, everything, told) => ({
  held: failClosed((view, text) => holds(text, baseURI(view.document)), true),
  heldAt: failClosed((base, text) => holds(text, base), true),
  everything: failClosed(everything, false),
  told: failClosed(told, undefined),
});

/** Whether a visitor may see an element. @param {any} element */
export const visible = (element) => !!attempt(() => element.offsetWidth && element.offsetHeight);

/** Whether the visitor has just clicked or typed (https://html.spec.whatwg.org/multipage/interaction.html#transient-activation). */
export const active = () => !!attempt(() => /** @type {any} */ (navigator).userActivation.isActive);

/** Makes a function that returns a rejected promise of a realm. @param {any} view @returns {(error: any) => any} */
export const rejects = (view) => {
  const { Promise } = view;
  const { reject } = Promise;
  return (error) => apply(reject, Promise, [error]);
};

/** Makes a function that returns the error of fetch without a network. @param {any} view @returns {() => TypeError} */
export const failed = (view) => {
  const { TypeError } = view;
  return () => new TypeError('Failed to fetch');
};

const secure = location.protocol === 'https:' ? 's' : '';
/** An address that every browser refuses, for its port (https://fetch.spec.whatwg.org/#port-blocking): nothing leaves the machine. */
export const nowhere = `http${secure}://localhost:1/`;
/**
 * An address without its scheme, whose name never resolves (https://www.rfc-editor.org/rfc/rfc6761#section-6.4).
 * Sockets and event sources use it: at a refused port WebSocket throws, and WebKit's
 * EventSource fires no error.
 */
export const nobody = `${secure}://held.invalid/`;

/** Whether this is Firefox, which does some steps in another order than other browsers. */
export const gecko = 'mozInnerScreenX' in window;
