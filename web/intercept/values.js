/*
 * What a page hands to its browser, read once: what is judged is what the browser gets.
 */
import { URL, apply, attempt, baseURI, bare, defineProperty, free, hrefOf, setPrototypeOf, failClosed } from '../safe/builtins.js';

const { iterator } = Symbol;
const { TrustedScriptURL } = /** @type {any} */ (window);
const trusted = TrustedScriptURL && free(TrustedScriptURL.prototype.toString);

/**
 * @typedef {object} Ask
 * @property {(view: any, address: string) => boolean} held whether an address is shut, as a window's document reads it
 * @property {(base: string, address: string) => boolean} heldAt the same, from a base
 * @property {() => boolean} everything whether what cannot be judged may be let through: all that is declared is granted
 * @property {(what: string, element: Element | null, base: string, address: string, asked: boolean) => void} told of a form or a link that was held, and whether a visitor waits for it
 */

/** Gives an object a property of its own, past what its prototypes would do. @param {any} object @param {PropertyKey} name @param {any} value */
export const put = (object, name, value) => defineProperty(object, name, bare({ value, writable: true, enumerable: true, configurable: true }));

/**
 * Options with one member in the place of theirs; whatever else is read is theirs.
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

/** A list that is read with no iterator of the page's. @param {any[]} items */
export const sequence = (items) => ({
  [iterator]() {
    let i = 0;
    return bare({ next: () => bare({ done: i >= items.length, value: items[i++] }) });
  },
});

/** Whether a value is a sequence to the browser, where it may be one or a text. @param {any} value */
export const isSequence = (value) => value !== null && (typeof value === 'object' || typeof value === 'function') && value[iterator] != null;

/**
 * What a sequence has, each thing as a function makes it; what makes nothing of it drops it.
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

/** An address from a base; as it is where it is none. @param {string} base @param {string} text @returns {string} */
export const resolveAt = (base, text) => attempt(() => hrefOf(new URL(text, base))) ?? text;

/** The same as a window's document reads it. @param {any} view @param {string} text @returns {string} */
export const resolve = (view, text) => resolveAt(baseURI(view.document), text);

/** The address that a page's value is. @param {any} view @param {any} value */
export const address = (view, value) => resolve(view, `${value}`);

/** The text of an address that a policy of the page's trusts, nothing of others. @param {any} value @returns {string | undefined} */
export const trustedText = (value) => (trusted && value && typeof value === 'object' ? attempt(() => trusted(value)) : undefined);

/**
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

/** Whether the visitor has just clicked or typed. */
export const active = () => !!attempt(() => /** @type {any} */ (navigator).userActivation.isActive);

/** A promise of a realm's own that is rejected. @param {any} view @returns {(error: any) => any} */
export const rejects = (view) => {
  const { Promise } = view;
  const { reject } = Promise;
  return (error) => apply(reject, Promise, [error]);
};

/** What fetch says where there is no network. @param {any} view @returns {() => TypeError} */
export const failed = (view) => {
  const { TypeError } = view;
  return () => new TypeError('Failed to fetch');
};

const secure = location.protocol === 'https:' ? 's' : '';
/** A port that every browser refuses (Fetch, section 2.9); nothing leaves the machine. */
export const nowhere = `http${secure}://localhost:1/`;
/**
 * WebSocket throws at such a port, and WebKit's EventSource says nothing; a name that
 * never resolves (RFC 6761) is an error to both.
 */
export const nobody = `${secure}://held.invalid/`;

/** Firefox, where it does what others do in another order. */
export const gecko = 'mozInnerScreenX' in window;
