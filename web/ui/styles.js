/*
 * Brings the interface's style sheets into the document and into shadow roots.
 */
import { document, unseen } from '../safe/dom.js';
import css from 'octroi:css';
import { free } from '../safe/reading.js';
import { nonce } from '../safe/trust.js';

const { CSSStyleSheet } = window;
/** The browser's own, saved before a hook replaces it. */
const setCSS = CSSStyleSheet && free(CSSStyleSheet.prototype.replaceSync);
/** The CSS of each sheet; empty until something is drawn. @type {string[]} */
const texts = [];
/** The sheet of each text, where the browser can construct one. @type {(CSSStyleSheet | undefined)[]} */
const sheets = [];
/** How many of the sheets each document or shadow root has. @type {WeakMap<Document | ShadowRoot, number>} */
const added = new WeakMap();
let theme = '';

/** Adds the sheets that the document, or a shadow root, lacks. @param {any} [root] */
export const addStyles = (root = window.document) => {
  texts[0] ??= theme + css;
  for (let i = added.get(root) || 0; i < texts.length; i++) {
    try {
      if (!sheets[i]) {
        const sheet = new CSSStyleSheet();
        setCSS(sheet, texts[i]);
        sheets[i] = sheet;
      }
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheets[i]];
    } catch {
      const element = document.createElement('style');
      element.nonce = nonce;
      element.textContent = texts[i];
      (root.documentElement || root).append(unseen(element));
    }
  }
  added.set(root, texts.length);
};

/** Adds the style of the deferred part. @param {string} deferred CSS */
export const extendStyles = (deferred) => {
  texts[0] ??= theme + css;
  texts.push(deferred);
  addStyles();
};

/** Sets the site's theme; after the first drawing it changes nothing. @param {string} declared CSS */
export const setTheme = (declared) => {
  if (!texts.length) theme = declared;
};
