/*
 * Brings the interface's style sheets into the document and into shadow roots.
 */
import { document, unseen } from '../safe/dom.js';
import css from 'octroi:css';
import { free } from '../safe/reading.js';
import { nonce } from '../safe/trust.js';

const { CSSStyleSheet, getComputedStyle } = window;
/** The browser's own, saved before a hook replaces it. */
const setCSS = CSSStyleSheet && free(CSSStyleSheet.prototype.replaceSync);
/** The CSS of each sheet; empty until something is drawn. @type {string[]} */
const texts = [];
/** The sheet of each text, where the browser can construct one. @type {(CSSStyleSheet | undefined)[]} */
const sheets = [];
/** How many of the sheets each document or shadow root has. @type {WeakMap<Document | ShadowRoot, number>} */
const added = new WeakMap();
let theme = '';
/** The scheme that the page's ground calls for, where the page declares none; as CSS. */
let ground = '';

/** How light a computed colour is, from 0 to 1; undefined if it hardly covers what is below, or is written in a way that is not read here. @param {string} color */
const lightness = (color) => {
  const [a, b, c, alpha = 1] = (color.match(/-?[\d.]+(?=[^(]*\))/g) || []).map(Number);
  if (!(alpha > 0.5)) return undefined;
  if (color.startsWith('rgb')) return (0.299 * a + 0.587 * b + 0.114 * c) / 255;
  if (color.startsWith('color(srgb ')) return 0.299 * a + 0.587 * b + 0.114 * c;
  return color.startsWith('ok') ? a : color.startsWith('l') ? a / 100 : undefined;
};

/** Follows the page's ground: a page that declares no color-scheme may be dark all the same. */
export const matchGround = () => {
  const { documentElement: root, body } = window.document;
  const { colorScheme, backgroundColor } = getComputedStyle(root);
  const light =
    colorScheme === 'normal' && theme.includes('--scheme:initial')
      ? (lightness(backgroundColor) ?? (body && lightness(getComputedStyle(body).backgroundColor)))
      : undefined;
  const wanted = light === undefined ? '' : `.octroi{--scheme:${light < 0.5 ? 'dark' : 'light'}}`;
  if (wanted === ground) return;
  ground = wanted;
  if (sheets[0]) setCSS(sheets[0], texts[0] + ground);
};

/** Whether the theme is made of how the page looks, and that is not known. */
export const awaitsLook = () => theme.includes('--wait');

/** Adds the sheets that the document, or a shadow root, lacks. @param {any} [root] */
export const addStyles = (root = window.document) => {
  texts[0] ??= theme + css;
  for (let i = added.get(root) || 0; i < texts.length; i++) {
    try {
      if (!sheets[i]) {
        const sheet = new CSSStyleSheet();
        setCSS(sheet, i ? texts[i] : texts[i] + ground);
        sheets[i] = sheet;
      }
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheets[i]];
    } catch {
      const element = document.createElement('style');
      element.nonce = nonce;
      element.textContent = i ? texts[i] : texts[i] + ground;
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

/** Sets the site's theme. @param {string} declared CSS */
export const setTheme = (declared) => {
  if (declared === theme) return;
  theme = declared;
  if (texts.length) texts[0] = theme + css;
  if (sheets[0]) setCSS(sheets[0], texts[0] + ground);
};
