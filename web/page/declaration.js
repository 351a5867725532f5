/*
 * Finds the site's declaration: in a file, or in the page.
 */
import { attempt } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import { native } from '../safe/native.js';
import { close, declare } from './engine.js';
import { script } from './files.js';

const { parse: parseJSON } = JSON;

/** @param {boolean} last whether the document will bring no more */
const find = (last) => {
  const look = () => document.querySelector('script#octroi-config')?.textContent || '';
  const text = look();
  if (text || last) return declare(text);
  // The parser brings it, perhaps in parts.
  const end = () => {
    observer.disconnect();
    document.removeEventListener('DOMContentLoaded', end);
    declare(look());
  };
  const observer = new MutationObserver(() => attempt(() => parseJSON(look())) && end());
  observer.observe(window.document, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', end);
};

export const findDeclaration = () => {
  const url = script?.dataset.config;
  if (!url) return find(document.readyState !== 'loading' && !!document.documentElement);
  native
    .fetch(url)
    .then((response) => (response.ok ? response.text() : Promise.reject()))
    .then(declare, () => close('config'));
};
