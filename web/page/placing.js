/*
 * Finds out whether the tag of octroi.js stands where the page, or another party, comes before it.
 */
import { document } from '../safe/dom.js';
import { early, script } from './files.js';

/** Whether a script of the page may have loaded something before octroi.js: an inline one by its words. @param {HTMLScriptElement} one */
const acts = ({ type, src, defer, async, text }) =>
  /^$|javascript/.test(type) && (src ? (async || !defer) && !/\/octroi\./.test(src) : /createElement|import\(|fetch\(|\.src\b/.test(text));

/** How the tag comes too late, in words of docs/protocol.md; "" where it stands as it should, or nobody can tell. */
export const lateness = () => {
  if (!script) return early ? '' : 'a module';
  if (script.async) return 'async';
  if (script.defer) return 'defer';
  if (script.closest('body')) return 'in body';
  for (const one of document.querySelectorAll('script')) {
    if (one === script) break;
    if (acts(one)) return 'behind ' + (one.src || 'an inline script');
  }
  return !COMPILED && !script.dataset.config && early && !document.querySelector('script#octroi-config') ? 'before its declaration' : '';
};
