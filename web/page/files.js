/*
 * Finds Octroi's own files and runs them.
 */
import { appendChild, attempt, exec, getAttribute, hrefOf, now, removeChild, setAdd, setTimeout, startsWith, URL, visit, writes } from '../safe/reading.js';
import { document, unseen } from '../safe/dom.js';
import { nonce, own, script, scriptText, scriptURL } from '../safe/trust.js';
import { build } from 'octroi:engine';

export { script };

/** Whether octroi.js runs while the parser is at work. */
export const early = document.readyState === 'loading';

/** The beginning of every address of this origin. */
export const origin = location.origin + '/';

/** The folder of Octroi's files, where octroi.js stands in the page itself. */
const folder = script && !script.src && getAttribute(script, 'data-base');

/** The address of octroi.js; where it stands in the page, of where it would be. A module has no element that tells it, so the call stack does. */
export const self = folder
  ? attempt(() => hrefOf(new URL(folder + 'octroi.js', document.baseURI)))
  : script
    ? script.src
    : exec(/https?:[^\s()@]*\/octroi(?:\.split|\.[0-9a-f]{16})?\.js/, String(new Error().stack))?.[0];

/** The address that the others are relative to, once it is found. @type {string | undefined} */
let found;
/**
 * Returns the address that Octroi's files are relative to: the address of octroi.js, unless the
 * page names another. A page must, if a bundler hides where octroi.js came from. An address in the
 * markup counts only if it is of this origin: injected markup could name any.
 */
export const base = () => {
  if (found !== undefined) return found;
  const { octroiBase } = /** @type {any} */ (window);
  const root = document.documentElement;
  const written = root && getAttribute(root, 'data-base');
  const named = typeof octroiBase === 'string' ? octroiBase : written;
  const url = named ? attempt(() => hrefOf(new URL(named, document.baseURI))) : '';
  if (url && (named === octroiBase || startsWith(url, origin))) return (found = url);
  if (self) return (found = self);
  if (root) {
    found = location.href;
    console.warn('octroi: ' + cure);
  }
  return location.href;
};

/** Tells developers what to do if a file is not found. */
export const cure = 'its files are sought beside the page; say where they lie: <html data-base="/octroi/">, or octroiBase = "https://…/octroi/" before it';

/** The file of the hooks of a site's own octroi.js. */
export const hold = 'octroi.hold.js';

/** What stands behind the name of a file of this build: a cache must not answer with that of another. */
export const version = '?v=' + build;

/** The same past caches: what came was of another build. */
export const anew = () => version + '&' + now();

/**
 * Returns the address of one of Octroi's files.
 *
 * @param {string} file
 * @param {string} [query] "" where its name is that of its content
 */
export const fileURL = (file, query = version) => {
  const url = new URL(file + query, base());
  setAdd(own, hrefOf(url));
  return url;
};

const setSource = writes(HTMLScriptElement.prototype, 'src');
const setText = writes(HTMLScriptElement.prototype, 'text');

/**
 * Runs one of Octroi's files.
 *
 * @param {string} file
 * @param {string} query as fileURL has it
 * @returns {any} its script element
 */
export const runFile = (file, query) => {
  const element = /** @type {any} */ (document.createElement('script'));
  const { href } = fileURL(file, query);
  element.nonce = nonce;
  setSource(element, scriptURL(href));
  appendChild(document.documentElement, unseen(element));
  return element;
};

/** How long a page that is being left may take to be gone: it fails all that it asks for, and nothing is wrong then. Milliseconds. */
export const patience = 1000;

/**
 * Runs one of Octroi's files, and asks for it once more where it brings nothing: at once and past
 * caches if it came, for then it was of another build; after a while if it did not.
 *
 * @param {string} file
 * @param {(element: any) => unknown} brought whether its script element has brought what it should
 * @param {() => void} failed called when it cannot be had
 * @param {(element: any) => void} [prepare] called with the element before the file runs
 */
export const bring = (file, brought, failed, prepare) => {
  /** @param {boolean} [again] */
  const ask = (again) => {
    // Throws if the site enforces Trusted Types and its policy lacks Octroi's name.
    const element = attempt(() => runFile(file, again ? anew() : version));
    if (!element) return failed();
    prepare?.(element);
    const next = () => brought(element) || (again ? failed() : ask(true));
    element.onload = next;
    element.onerror = () => setTimeout(next, patience);
  };
  ask();
};

/** Runs a text of Octroi's. @param {string} text */
export const runText = (text) => {
  const element = /** @type {any} */ (document.createElement('script'));
  element.nonce = nonce;
  setText(element, scriptText(text));
  appendChild(document.documentElement, unseen(element));
  removeChild(document.documentElement, element);
};

/** Returns the element of one of Octroi's files that the page has, or has had. @param {string} file @returns {any} */
export const elementOf = (file) => document.querySelector(`script[src$="${file}"],script[src*="${file}?v="]`);

// Lets the files that octroi.js may load pass from the start: they may come from a host that no service declares.
if (self) {
  setAdd(own, self);
  visit(['rest', 'app', 'inherit', 'debug', 'nowasm'], (file) => setAdd(own, hrefOf(new URL(`octroi.${file}.js`, self))));
}
