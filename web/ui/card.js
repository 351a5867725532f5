/*
 * The card that shows a page's owner, on the owner's own machine, what is wrong with the
 * declaration and with the tag of octroi.js: what is there, and what would be right.
 */
import { document, unseen } from '../safe/dom.js';

const css = `
:host { all: initial; display: block; position: fixed; inset: 1rem 1rem auto auto; z-index: 2147483647; width: min(34rem, 100vw - 2rem); max-height: calc(100vh - 2rem); overflow: auto; box-sizing: border-box; padding: .9rem 1.1rem; border: 2px solid #b3261e; border-radius: 10px; background: #fffaf9; color: #201a19; font: 14px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1rem; align-items: start; } h1 { flex: 1; margin: 0; font-size: 1em; } p, ol { margin: .4rem 0; } ol { padding: 0; list-style: none; } li { padding: .5rem 0; border-top: 1px solid #e6d3d1; }
code, pre { font: 12.5px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; } pre { margin: .3rem 0 0; padding: .3rem .5rem; border-radius: 5px; background: #f6e3e1; } pre.right { background: #ddf0de; }
button { min-width: 2rem; min-height: 2rem; border: 1px solid #8c7370; border-radius: 6px; background: none; color: inherit; font: inherit; cursor: pointer; } button:focus-visible { outline: 2px solid #b3261e; outline-offset: 2px; }
@media print { :host { display: none; } }`;

/** @typedef {{ from: number, value: number, end: number }} Place where a member begins, and where its value begins and ends */

/** Finds where the members of a JSON text stand, by their paths as faults have them. @param {string} text @returns {Map<string, Place>} */
const placesIn = (text) => {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g)];
  /** @type {Map<string, Place>} */
  const places = new Map();
  let i = 0;
  /** @param {string} path @param {number} [from] */
  const read = (path, from) => {
    const first = tokens[i++];
    if (!first) return;
    const closing = { '{': '}', '[': ']' }[first[0]];
    for (let n = 0; closing && tokens[i] && tokens[i][0] !== closing; n++) {
      if (closing === ']') read(`${path}[${n}]`);
      else {
        const key = tokens[i];
        i += 2; // and its colon
        read(`${path}.${key[0].slice(1, -1)}`, key.index);
      }
      if (tokens[i]?.[0] === ',') i++;
    }
    const last = closing ? tokens[i++] || first : first;
    places.set(path, { from: from ?? first.index, value: first.index, end: last.index + last[0].length });
  };
  read('$');
  return places;
};

/** Chooses the word that begins most as another does; the first where none does. @param {string[]} words @param {string} like */
const nearest = (words, like) => {
  /** @param {string} word */
  const alike = (word) => [...word].findIndex((letter, i) => letter !== like[i]) >>> 0;
  return words.reduce((best, word) => (alike(word) > alike(best) ? word : best));
};

/**
 * Writes a member as it should be, by what the fault says; "" where the fault names no text.
 *
 * @param {string} member as it is
 * @param {number} value where its value begins in it
 * @param {string} key
 * @param {string} reason
 * @param {string} right
 */
const mended = (member, value, key, reason, right) => {
  const [, word] = /did you mean "([^"]+)"/.exec(right) || [];
  if (word && / known here:/.test(right)) return JSON.stringify(word) + member.slice(key.length + 2);
  const [, listed] = /^(?:write|use) one of:? ?(\S.*)$/.exec(right) || [];
  const was = member.slice(value).replace(/^"|"$/g, '');
  if (listed) return member.slice(0, value) + JSON.stringify(nearest(listed.split(' '), was));
  const [, quoted] = /^write (?:one as )?("[^"]*")/.exec(right) || [];
  const [, plain] = /^write (true|\{.*\})/.exec(right) || [];
  // A text's languages are keys.
  if (quoted && reason === 'not a language tag' && key !== 'language') return quoted + member.slice(key.length + 2);
  const text = word ? JSON.stringify(word) : quoted || plain;
  return text ? member.slice(0, value) + text : '';
};

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

/** Shortens a text of several lines. @param {string} text */
const short = (text) => (text.length > 200 ? text.slice(0, 200) + ' …' : text);

/** Makes the entry of a fault. @param {string} fault "path: what is wrong; what would be right" @param {string} text the declaration */
const entryOf = (fault, text) => {
  const [, path, reason, right] = /^(.*?): (.*?); (.*)$/s.exec(fault) || ['', '', fault, ''];
  const [, line, column] = /line (\d+), column (\d+)$/.exec(right) || [];
  const what = `${reason}; ${right}`;
  if (line) return entry(path + ', line ' + line, what, text.split('\n')[+line - 1].trimEnd() + '\n  ' + ' '.repeat(+column - 1) + '^');
  const key = /[^.[\]]+\]?$/.exec(path)?.[0] || '';
  const places = placesIn(text);
  const place = places.get(path);
  if (!place) {
    const around = places.get(path.replace(/\.[^.]*$/, ''));
    const at = around ? ', line ' + text.slice(0, around.from).split('\n').length : '';
    return entry(path + at, what, '', reason === 'missing' ? `"${key}": "…"` : '');
  }
  const member = text.slice(place.from, place.end);
  const is = short(member);
  const should = right === 'leave it out' ? '' : mended(member, place.value - place.from, key, reason, right);
  return entry(`${path}, line ${text.slice(0, place.from).split('\n').length}`, what, is, short(should));
};

/** Makes the entry of a tag that comes too late. @param {string} how */
const entryOfTag = (how) => {
  const tag = /** @type {HTMLScriptElement | null} */ (document.querySelector('script[src*="octroi.js"], script[src*="octroi.split.js"]'));
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
  const entries = report.faults.map((fault) => entryOf(fault, text));
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
