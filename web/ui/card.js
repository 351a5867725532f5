/*
 * The card that shows a page's owner, on the owner's own machine, what is wrong with the
 * declaration and with the tag of octroi.js: what is there, and what would be right.
 */
import { document, unseen } from '../safe/dom.js';
import { explain } from './faults.js';

const css = `
:host { all: initial; display: block; position: fixed; inset: 1rem 1rem auto auto; z-index: 2147483647; width: min(34rem, 100vw - 2rem); max-height: calc(100vh - 2rem); overflow: auto; box-sizing: border-box; padding: .9rem 1.1rem; border: 2px solid #b3261e; border-radius: 10px; background: #fffaf9; color: #201a19; font: 14px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1rem; align-items: start; } h1 { flex: 1; margin: 0; font-size: 1em; } p, ol { margin: .4rem 0; } ol { padding: 0; list-style: none; } li { padding: .5rem 0; border-top: 1px solid #e6d3d1; }
code, pre { font: 12.5px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; } pre { margin: .3rem 0 0; padding: .3rem .5rem; border-radius: 5px; background: #f6e3e1; } pre.right { background: #ddf0de; }
button { min-width: 2rem; min-height: 2rem; border: 1px solid #8c7370; border-radius: 6px; background: none; color: inherit; font: inherit; cursor: pointer; } button:focus-visible { outline: 2px solid #b3261e; outline-offset: 2px; }
@media print { :host { display: none; } }`;

/** Makes an element. @param {string} tag @param {(string | Node)[]} children @returns {HTMLElement} */
const make = (tag, ...children) => {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
};

/** Makes an entry: what is wrong, what is there, and what would be right. @param {string} where @param {string} what @param {string} [is] @param {string} [right] */
const entry = (where, what, is, right) => {
  const item = make('li', make('code', where), ' ', what);
  if (is) item.append(make('pre', '− ' + is));
  if (right) {
    const should = make('pre', '+ ' + right);
    should.className = 'right';
    item.append(should);
  }
  return item;
};

/** Makes the entry of a tag that comes too late. @param {string} how */
const entryOfTag = (how) => {
  const tag = [...document.scripts].find(({ src }) => /octroi(?:\.split|\.[0-9a-f]{16})?\.js/.test(src));
  const right = tag && /** @type {HTMLScriptElement} */ (tag.cloneNode());
  for (const name of ['async', 'defer', 'type']) right?.removeAttribute(name);
  const what = `too late to hold all (${how}); put it first in <head>, right behind its declaration`;
  return entry(
    '<script>',
    what,
    tag?.outerHTML,
    (how === 'before its declaration' ? '<script type="application/json" id="octroi-config">{ … }</script>\n  ' : '') + (right?.outerHTML || ''),
  );
};

/** Reads the declaration as the page has it. */
const declaration = async () => {
  const url = /** @type {HTMLElement | null} */ (document.querySelector('script[data-config]'))?.dataset.config;
  return url ? (await fetch(url)).text() : document.querySelector('script#octroi-config')?.textContent || '';
};

/** Shows the card, once the page has loaded. */
export const showCard = async () => {
  if (document.readyState !== 'complete') await new Promise((loaded) => addEventListener('load', () => setTimeout(loaded), { once: true }));
  const report = window.octroi?.report();
  const text = await declaration().catch(() => '');
  if (!report || !(report.faults.length || report.misplaced)) return;
  document.querySelector('octroi-card')?.remove();
  const host = unseen(document.createElement('octroi-card'));
  host.setAttribute('role', 'region');
  host.setAttribute('aria-label', 'Octroi');
  host.lang = 'en';
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const close = make('button', '×');
  close.setAttribute('aria-label', 'Close');
  close.addEventListener('click', () => host.remove());
  const entries = report.faults.map((fault) => {
    const { where, line, what, is, right } = explain(fault, text);
    return entry(line ? `${where}, line ${line}` : where, what, is, right);
  });
  if (report.misplaced) entries.push(entryOfTag(report.misplaced));
  root.append(
    make(
      'header',
      make('h1', report.faults.length ? 'Octroi: until this is mended, all that is not essential stays shut' : 'Octroi: this page has a fault'),
      close,
    ),
    make('p', 'Only you see this, on your own machine.'),
    make('ol', ...entries),
  );
  document.documentElement.append(host);
  // Over the question, which is in the top layer as well.
  host.popover = 'manual';
  host.showPopover?.();
};
