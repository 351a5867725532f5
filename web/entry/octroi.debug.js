/*
 * octroi.debug.js: the developer's overlay. It shows the engine's report. For hosts and names that
 * no service declares it suggests known services, from the file catalog.json beside it. As
 * octroi.debug.js?card it is the card of what is wrong with the page.
 */
import { current } from '../safe/current.js';
import { unseen } from '../safe/dom.js';
import { showCard } from '../ui/card.js';

/** @typedef {{ id: string, category: string, name: string, urls?: string[], cookies?: { name: string, domain?: string }[], storage?: { name: string }[] }} Known */

const css = `
:host { all: initial; position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 60vh; overflow: auto; background: #15171a; color: #e8e6e3; font: 13px/1.45 ui-monospace, monospace; border-top: 3px solid #e0a63a; }
div { position: sticky; top: 0; display: flex; gap: 1em; align-items: center; padding: .4em .8em; background: #15171a; }
h1, h2 { font: inherit; font-weight: 700; margin: 0; } h1 { flex: 1; } h2 { padding: .6em .8em .2em; color: #e0a63a; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: start; vertical-align: top; padding: .2em .8em; border-top: 1px solid #2d3136; overflow-wrap: anywhere; } td:not(:last-child) { min-width: 8em; } th { font-weight: 400; color: #a8a49e; white-space: nowrap; }
p { margin: 0; padding: .2em .8em; color: #a8a49e; }
button { font: inherit; color: inherit; background: #2d3136; border: 1px solid #5a6068; border-radius: 4px; min-height: 24px; padding: .1em .7em; cursor: pointer; }
button:focus-visible { outline: 2px solid #e0a63a; } code { white-space: pre-wrap; }`;

const host = document.createElement('octroi-debug');
for (const [name, value] of Object.entries({ role: 'region', 'aria-label': 'Octroi', lang: 'en', dir: 'ltr' })) host.setAttribute(name, value);
const root = host.attachShadow({ mode: 'open' });
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
root.adoptedStyleSheets = [sheet];

/** The known services; none until catalog.json is read. @type {Known[]} */
let known = [];

/** Makes an element. @param {string} tag @param {(string | Node)[]} children */
const make = (tag, ...children) => {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
};

/** Makes a button. @param {string} label @param {(this: HTMLButtonElement) => void} act */
const button = (label, act) => {
  const element = /** @type {HTMLButtonElement} */ (make('button', label));
  element.addEventListener('click', act);
  return element;
};

/** Makes a line for the declaration, with a button that copies the line. @param {unknown} value */
const line = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const copy = button('copy', async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection()?.selectAllChildren(code);
    }
    copy.textContent = 'copied';
  });
  const code = make('code', text);
  return make('span', copy, ' ', code);
};

/** Makes a headed table. @param {string} title @param {string[]} heads @param {(string | Node)[][]} rows @param {string} none the text in the place of a table without rows */
const section = (title, heads, rows, none) => {
  const body = rows.map((cells) => make('tr', ...cells.map((cell) => make('td', cell))));
  return [
    make('h2', `${title} (${rows.length})`),
    rows.length ? make('table', make('tr', ...heads.map((head) => make('th', head))), ...body) : make('p', none),
  ];
};

/** Makes a headed table, and nothing where it has no rows. @param {string} title @param {string[]} heads @param {(string | Node)[][]} rows */
const optional = (title, heads, rows) => (rows.length ? section(title, heads, rows, '') : []);

/** Whether a name matches a pattern, in which `*` stands for any text. @param {string} pattern @param {string} name */
const fits = (pattern, name) => new RegExp('^' + pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*') + '$').test(name);

/** Finds the known service that uses a host. @param {string} name */
const ofHost = (name) =>
  known.find(({ urls = [] }) =>
    urls.some((url) => {
      const host = url.replace(/^https?:\/\//, '').replace(/\/.*/, '');
      return host.startsWith('*.') ? name === host.slice(2) || name.endsWith(host.slice(1)) : host === name;
    }),
  );

/** Finds the known service that stores an item under a name. @param {string} name */
const ofName = (name) =>
  known.find(
    ({ cookies = [], storage = [] }) => cookies.some((cookie) => !cookie.domain && fits(cookie.name, name)) || storage.some((key) => fits(key.name, name)),
  );

/** Drafts a service for the declaration. @param {string} name */
const service = (name) => ({ id: name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, ''), category: '…', name, provider: '…', purpose: '…', policy: '…' });

/** Writes a time. @param {number} at Unix time in milliseconds; 0 for none @param {string} never the text for none */
const date = (at, never) => (at ? new Date(at).toLocaleString() : never);

/** The kind of item in each area, by the area's number. */
const areas = ['cookie', 'key', 'database', 'cache', 'worker'];

/** Draws the overlay from the engine's current report. */
const draw = () => {
  const report = window.octroi?.report();
  const state = window.octroi?.state();
  if (!report) {
    root.replaceChildren(make('div', make('h1', 'Octroi: there is no engine; everything is shut'), close));
    return;
  }
  const services = Object.entries(state?.services || {}).map(([id, open]) => [id, open ? 'open' : 'shut', report.withdrawn[id] || '']);
  const unknown = [
    ...report.hosts.map((name) => {
      const service_ = ofHost(name);
      return ['host', name, service_ ? service_.name : 'nobody that is known', line(service_ || { ...service(name), urls: [name] })];
    }),
    ...report.undeclared.map((name) => {
      const service_ = ofName(name);
      const area = report.alive.find((one) => one.name === name)?.area || 0;
      const item = { name, life: '…' };
      return [
        areas[area],
        name,
        service_ ? service_.name : 'nobody that is known',
        line(service_ || { ...service(name), [['cookies', 'storage', 'databases', 'caches', 'workers'][area]]: [item] }),
      ];
    }),
  ];
  root.replaceChildren(
    make('div', make('h1', 'Octroi'), close),
    ...optional(
      'Faults in the declaration',
      ['fault'],
      report.faults.map((fault) => [fault]),
    ),
    ...optional(
      'Conflicts over signals',
      ['what, and what would be right'],
      report.conflicts.map((conflict) => [conflict]),
    ),
    ...optional(
      'Signals',
      ['vendor', 'call', 'when', 'state'],
      report.signals.map(({ vendor, call, arguments: args, at, state }) => [vendor, `${call}(${JSON.stringify(args).slice(1, -1)})`, date(at, ''), state]),
    ),
    ...section('Services', ['id', 'stands', 'on this page'], services, 'None is declared.'),
    ...section(
      'Held',
      ['what', 'of', 'by the rule'],
      report.held.map(({ what, ids, rule }) => [what, ids || 'nobody', rule]),
      'Nothing was held.',
    ),
    ...section(
      'In the markup as it is',
      ['of', 'the markup that holds it'],
      report.ungated.map(({ id, markup }) => [id, line(markup)]),
      'None of the page’s own tags is a service’s.',
    ),
    ...section('Unknown', ['kind', 'name', 'may be', 'for the declaration'], unknown, 'Everything is declared.'),
    ...section(
      'Kept',
      ['kind', 'name', 'since', 'until'],
      report.alive.map(({ area, name, since, until }) => [areas[area], name, date(since, ''), date(until, 'the visit’s end')]),
      'Nothing is kept.',
    ),
  );
};

const close = button('close', () => {
  clearInterval(timer);
  host.remove();
});

/** @type {ReturnType<typeof setInterval>} */
let timer;

/** Shows the overlay. */
const showOverlay = () => {
  document.documentElement.append(unseen(host));
  timer = setInterval(() => root.activeElement || draw(), 1000);
  fetch(new URL('catalog.json', current.src))
    .then((response) => response.json())
    .then((all) => (known = all))
    .catch(() => {})
    .then(draw);
};

if (current.src.endsWith('?card')) showCard();
else showOverlay();
