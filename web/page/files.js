/*
 * Where Octroi's own files lie, and how one of them is run.
 */
import { attempt, exec, getAttribute, hrefOf, setAdd, startsWith, URL, visit } from '../safe/builtins.js';
import { document, unseen } from '../safe/dom.js';
import { nonce, own, scriptURL } from '../safe/trust.js';

/** The drop-in's own element; a module has none. */
export const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** What the addresses of this site begin with. */
export const origin = location.origin + '/';

/** Its address, where no element tells it: a module has none. */
export const self = script ? script.src : exec(/https?:[^\s()@]*\/octroi(?:\.split)?\.js/, String(new Error().stack))?.[0];

/** @type {string | undefined} */
let lies;
/**
 * Where its files lie: beside it, unless the page says so, as it must where a bundler hides
 * that. What stands in markup is trusted for this site alone, since any markup can say it.
 */
export const base = () => {
  if (lies !== undefined) return lies;
  const { octroiBase } = /** @type {any} */ (window);
  const root = document.documentElement;
  const written = root && getAttribute(root, 'data-base');
  const told = typeof octroiBase === 'string' ? octroiBase : written;
  const url = told ? attempt(() => hrefOf(new URL(told, document.baseURI))) : '';
  if (url && (told === octroiBase || startsWith(url, origin))) return (lies = url);
  if (self) return (lies = self);
  if (root) {
    lies = location.href;
    console.warn('octroi: ' + cure);
  }
  return location.href;
};

/** What a developer is told where a file is not found. */
export const cure = 'its files are sought beside the page; say where they lie: <html data-base="/octroi/">, or octroiBase = "https://…/octroi/" before it';

/** Runs a file that stands beside the drop-in. @param {string} file */
export const runFile = (file) => {
  const element = /** @type {any} */ (document.createElement('script'));
  const { href } = new URL(file, base());
  own.add(href);
  element.nonce = nonce;
  element.src = scriptURL(href);
  document.documentElement.append(unseen(element));
  return element;
};

// The drop-in's own files may come from another host, before anybody could ask for them.
if (self) {
  setAdd(own, self);
  visit(['rest', 'app', 'inherit', 'debug', 'nowasm'], (file) => setAdd(own, hrefOf(new URL(`octroi.${file}.js`, self))));
}
