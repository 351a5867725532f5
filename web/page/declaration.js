/*
 * Finds the site's declaration, in a file or in the page.
 */
import { attempt, setTimeout } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import { native } from '../safe/native.js';
import { close, declare } from './engine.js';
import { patience, script } from './files.js';

const { parse: parseJSON } = JSON;

/** Looks for the declaration in the page, until the document is complete. @param {boolean} last whether the document is complete */
const find = (last) => {
  const read = () => document.querySelector('script#octroi-config')?.textContent || '';
  const text = read();
  if (text || last) return declare(text);
  // The parser will insert the declaration, perhaps in several parts.
  const end = () => {
    observer.disconnect();
    document.removeEventListener('DOMContentLoaded', end);
    declare(read());
  };
  const observer = new MutationObserver(() => attempt(() => parseJSON(read())) && end());
  observer.observe(window.document, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', end);
};

/** Fetches the declaration; once more where it does not come. @param {string} url @param {boolean} [again] */
const seek = (url, again) => {
  const fail = () => close('config');
  native
    .fetch(url)
    .then(async (response) => (response.ok ? response.text() : null))
    .then(
      (text) => (text === null ? fail() : declare(text)),
      () => void (again ? fail() : setTimeout(seek, patience, url, true)),
    );
};

/** Finds the declaration and gives it to the engine. */
export const findDeclaration = () => {
  const url = script?.dataset.config;
  if (!url) return find(document.readyState !== 'loading' && !!document.documentElement);
  seek(url);
};
