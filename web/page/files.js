/*
 * Finds Octroi's own files and runs them.
 */
import { appendChild, attempt, exec, getAttribute, hrefOf, removeChild, setAdd, startsWith, URL, visit, writes } from '../safe/reading.js';
import { document, unseen } from '../safe/dom.js';
import { nonce, own, scriptText, scriptURL } from '../safe/trust.js';

/** The script element of octroi.js; null if a module imports it. */
export const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** Whether octroi.js runs while the parser is at work. */
export const early = document.readyState === 'loading';

/** The beginning of every address of this origin. */
export const origin = location.origin + '/';

/** The address of octroi.js. A module has no element that tells it, so the call stack does. */
export const self = script ? script.src : exec(/https?:[^\s()@]*\/octroi(?:\.split)?\.js/, String(new Error().stack))?.[0];

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

/** Returns the address of one of Octroi's files. @param {string} file */
export const fileURL = (file) => {
  const url = new URL(file, base());
  setAdd(own, hrefOf(url));
  return url;
};

const setSource = writes(HTMLScriptElement.prototype, 'src');
const setText = writes(HTMLScriptElement.prototype, 'text');

/** Runs one of Octroi's files. @param {string} file @returns {any} its script element */
export const runFile = (file) => {
  const element = /** @type {any} */ (document.createElement('script'));
  const { href } = fileURL(file);
  element.nonce = nonce;
  setSource(element, scriptURL(href));
  appendChild(document.documentElement, unseen(element));
  return element;
};

/** Runs a text of Octroi's. @param {string} text */
export const runText = (text) => {
  const element = /** @type {any} */ (document.createElement('script'));
  element.nonce = nonce;
  setText(element, scriptText(text));
  appendChild(document.documentElement, unseen(element));
  removeChild(document.documentElement, element);
};

// Lets the files that octroi.js may load pass from the start: they may come from a host that no service declares.
if (self) {
  setAdd(own, self);
  visit(['rest', 'app', 'inherit', 'debug', 'nowasm'], (file) => setAdd(own, hrefOf(new URL(`octroi.${file}.js`, self))));
}
