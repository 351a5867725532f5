/*
 * The audit's page: starts the program in wasm/audit, shows its progress, and what it has
 * found. Everything that a site says is put into the page as text.
 */
import languages from 'octroi:languages';
import { looker } from './look.js';
import { kinds, picture } from './picture.js';

/** @typedef {{ page: string, line?: number, state?: string }} Place */
/** @typedef {{ rule: string, title: string, level: string, requirement: string, help: string, subject: string, service: string, what: string, why: string, fix: string, code: string, places: Place[], count: number, new: boolean }} Finding */
/** @typedef {{ kind: string, line: number, address: string, markup: string, manager?: string, service: string, category: string, class: string, requested: boolean }} Thing */
/** @typedef {{ url: string, why: string, count?: number }} Failure */
/**
 * @typedef {{ version: string, site: string, start: string, at: number, took: number, ended: string, bytes: number, engine: string,
 *   pages: { url: string, title: string, lang: string, status: number, cut: boolean, live: string, things: Thing[] }[],
 *   failed: Failure[], passed: Failure[],
 *   services: { id: string, name: string, provider: string, category: string, declared: boolean, known: boolean, seen: boolean, hosts: string[] }[],
 *   kept: { area: string, name: string, service: string, declared: string, days: number, states: string[] }[],
 *   calls: import('./picture.js').Call[], findings: Finding[], draft: unknown,
 *   compared?: { at: number, new: number, still: number, gone: Finding[] } }} Report
 */

/** @type {any} */
const world = globalThis;
/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
const form = /** @type {HTMLFormElement} */ (byId('form'));
const asked = new URLSearchParams(location.search);
/** Under which the last audit's findings are kept in this browser. */
const memory = 'octroi-audit';
/** Of the site, which a proxy may stand in for. */
let origin = location.origin;

/** @param {string} tag @param {Record<string, any>} properties @param {(string | Node)[]} children @returns {any} */
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** @param {number} n @param {string} of */
const count = (n, of) => `${n} ${of}${n === 1 ? '' : 's'}`;

/** @param {string} name @param {string} type @param {string} text */
const download = (name, type, text) => {
  const link = make('a', { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

/** @param {string} text */
const copier = (text) =>
  make('button', {
    type: 'button',
    className: 'small',
    textContent: 'Copy',
    /** @this {HTMLButtonElement} */
    onclick() {
      navigator.clipboard.writeText(text).then(
        () => (this.textContent = 'Copied'),
        () => getSelection()?.selectAllChildren(/** @type {Node} */ (this.previousSibling)),
      );
    },
  });

/** @param {Place} place */
const where = ({ page, line, state }) => {
  const text = page + (line ? ':' + line : '');
  // Only what is of the web becomes a link.
  const link = /^https?:\/\//.test(page) ? make('a', { href: page, rel: 'noreferrer', target: '_blank' }, text) : text;
  return make('li', {}, link, state && state !== 'static' ? make('span', { className: 'state ' + state }, state) : '');
};

/** @param {Finding} finding */
const card = (finding) =>
  make(
    'details',
    { className: 'finding ' + finding.level },
    make(
      'summary',
      {},
      make('span', { className: 'level' }, finding.level),
      make('span', { className: 'title' }, finding.title, finding.new ? make('span', { className: 'new' }, 'new') : ''),
      make('code', { className: 'subject' }, finding.subject),
      make('span', { className: 'count' }, count(finding.count, 'place')),
    ),
    make(
      'div',
      { className: 'body' },
      make('p', {}, finding.what),
      make('p', { className: 'why' }, finding.why, ' ', make('a', { className: 'requirement', href: finding.help }, finding.requirement)),
      make('p', {}, make('strong', {}, 'To mend it: '), finding.fix),
      finding.code ? make('div', { className: 'code' }, make('pre', {}, finding.code), copier(finding.code)) : '',
      make(
        'ul',
        { className: 'places' },
        ...finding.places.map(where),
        finding.count > finding.places.length ? make('li', {}, `and ${finding.count - finding.places.length} more`) : '',
      ),
      make('p', { className: 'rule' }, finding.rule),
    ),
  );

/** @param {string[]} heads @param {(string | Node)[][]} rows */
const table = (heads, rows) =>
  make(
    'div',
    { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: heads.join(', ') },
    make(
      'table',
      {},
      make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
      make('tbody', {}, ...rows.map((cells) => make('tr', {}, ...cells.map((cell) => make('td', {}, cell))))),
    ),
  );

/** @param {string} title @param {number | undefined} n @param {boolean} open @param {(string | Node)[]} children */
const section = (title, n, open, ...children) =>
  make('details', { className: 'section', open }, make('summary', {}, make('h2', {}, n === undefined ? title : `${title} (${n})`)), ...children);

/** @param {{ days: number }} kept */
const lasts = ({ days }) => {
  if (days <= 0) return days ? 'not told' : 'the session';
  if (days >= 1) return count(Math.round(days), 'day');
  return days * 24 >= 1 ? count(Math.round(days * 24), 'hour') : count(Math.max(1, Math.round(days * 1440)), 'minute');
};

/** @param {string} label @param {string[]} values @param {() => void} changed */
const choice = (label, values, changed) => {
  const select = make('select', { onchange: changed }, make('option', { value: '' }, 'all'), ...values.map((value) => make('option', { value }, value)));
  return { select, field: make('label', {}, label, ' ', select) };
};

/** @param {Report} report */
const findings = (report) => {
  const list = make('div', { className: 'findings' });
  const told = make('p', { role: 'status', className: 'hint' });
  const unique = (/** @type {(f: Finding) => string} */ of) => [...new Set(report.findings.map(of))].filter(Boolean).sort();
  const draw = () => {
    const word = search.value.toLowerCase();
    const left = report.findings.filter(
      (finding) =>
        (!levels.select.value || finding.level === levels.select.value) &&
        (!rules.select.value || finding.rule === rules.select.value) &&
        (!services.select.value || finding.service.split(' ').includes(services.select.value)) &&
        (!fresh.checked || finding.new) &&
        (!word || (finding.subject + finding.what + finding.places.map(({ page }) => page).join(' ')).toLowerCase().includes(word)),
    );
    list.replaceChildren(...left.map(card));
    told.textContent = left.length === report.findings.length ? '' : `${left.length} of ${report.findings.length} shown`;
  };
  const levels = choice(
    'Level',
    ['error', 'warning', 'note'].filter((level) => report.findings.some((finding) => finding.level === level)),
    draw,
  );
  const rules = choice(
    'Rule',
    unique((finding) => finding.rule),
    draw,
  );
  const services = choice('Service', [...new Set(report.findings.flatMap(({ service }) => service.split(' ')))].filter(Boolean).sort(), draw);
  const search = make('input', { type: 'search', oninput: draw, spellcheck: false });
  const fresh = make('input', { type: 'checkbox', onchange: draw });
  draw();
  if (!report.findings.length) return [make('p', { className: 'clean' }, 'Nothing was found wrong.')];
  return [
    make(
      'p',
      { className: 'filters' },
      levels.field,
      rules.field,
      services.field,
      make('label', {}, 'Page or subject ', search),
      report.compared ? make('label', {}, fresh, ' new only') : '',
    ),
    told,
    list,
  ];
};

/** @param {Report} report */
const show = (report) => {
  const text = JSON.stringify(report);
  const draft = JSON.stringify(report.draft, null, 2);
  const of = (/** @type {string} */ level) => report.findings.filter((finding) => finding.level === level).length;
  const name = new URL(report.site).hostname;
  const live = report.pages.filter((page) => page.live === 'yes').length;
  const title = (/** @type {string} */ id) => report.services.find((service) => service.id === id)?.name || id;
  const earlier = make('input', {
    type: 'file',
    accept: '.json',
    hidden: true,
    onchange: async () => {
      const compared = world.octroiAudit.compare(text, await earlier.files[0].text());
      if (compared) show(JSON.parse(compared));
      else fail('That file is no report of an audit.');
    },
  });
  const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) => make('button', { type: 'button', onclick }, label);
  const { compared } = report;
  byId('result').replaceChildren(
    make(
      'section',
      { className: 'summary', ariaLabel: 'Summary' },
      ...['error', 'warning', 'note'].map((level) =>
        make('p', { className: 'tally ' + level }, make('strong', {}, String(of(level))), ' ', of(level) === 1 ? level : level + 's'),
      ),
      make(
        'p',
        {},
        `${count(report.pages.length, 'page')} of ${report.site} read, ${live} loaded as a visitor, ${report.bytes < 1048576 ? Math.ceil(report.bytes / 1024) + ' KB' : (report.bytes / 1048576).toFixed(1) + ' MB'}, ${(report.took / 1000).toFixed(1)} s, ${new Date(report.at).toLocaleString()}, by Octroi ${report.version}.`,
        report.ended ? make('strong', {}, ` Stopped: ${report.ended}.`) : '',
      ),
      compared
        ? make(
            'p',
            {},
            `Since the audit of ${new Date(compared.at).toLocaleString()}: ${compared.new} new, ${compared.still} still there, ${compared.gone.length} gone.`,
          )
        : '',
      make(
        'p',
        { className: 'actions' },
        button('JSON', () => download(`audit-${name}.json`, 'application/json', text)),
        button('SARIF', () => download(`audit-${name}.sarif`, 'application/sarif+json', world.octroiAudit.sarif(text))),
        button('Declaration draft', () => download('octroi.json', 'application/json', draft)),
        button('Compare with a report…', () => earlier.click()),
        earlier,
        button('Print', () => print()),
      ),
    ),
    section('Findings', report.findings.length, true, ...findings(report)),
    compared?.gone.length ? section('Gone since then', compared.gone.length, false, ...compared.gone.map(card)) : '',
    section(
      'Who calls whom',
      undefined,
      true,
      report.calls.length
        ? make(
            'div',
            { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: 'Who calls whom' },
            make('div', { className: 'picture' }, picture(report.site, report.calls, title)),
          )
        : make('p', {}, 'The site calls nobody else.'),
      make('p', { className: 'legend' }, ...kinds.map(({ name, label }) => make('span', { className: 'key ' + name }, label))),
    ),
    section(
      'Services',
      report.services.length,
      false,
      table(
        ['service', 'provider', 'category', 'declared', 'seen', 'hosts'],
        report.services.map((s) => [s.name, s.provider, s.category, s.declared ? 'yes' : 'no', s.seen ? 'yes' : 'no', s.hosts.join(' ')]),
      ),
    ),
    section(
      'Kept on the device',
      report.kept.length,
      false,
      table(
        ['', 'name', 'service', 'lasts', 'declared', 'there when'],
        report.kept.map((kept) => [kept.area, kept.name, kept.service, lasts(kept), kept.declared, kept.states.join(', ')]),
      ),
    ),
    section(
      'Pages',
      report.pages.length,
      false,
      ...report.pages.map((page) =>
        make(
          'details',
          { className: 'page' },
          make(
            'summary',
            {},
            make('code', {}, page.url),
            ` ${page.title}`,
            page.live === 'yes' ? ' · loaded' : '',
            page.cut ? ' · longer than what was read' : '',
          ),
          page.things.length
            ? table(
                ['line', 'what', 'class', 'service', 'category', 'address or markup'],
                page.things.map((thing) => [
                  String(thing.line),
                  thing.kind,
                  make(
                    'span',
                    { className: 'class ' + thing.class.replace(' ', '-') },
                    thing.class === 'held' && thing.requested ? 'held, asked for by the parser' : thing.class,
                  ),
                  thing.service + (thing.manager && thing.manager !== 'octroi' ? ` (${thing.manager})` : ''),
                  thing.category,
                  make('code', {}, thing.address || thing.markup),
                ]),
              )
            : make('p', {}, 'Nothing but the site’s own.'),
        ),
      ),
    ),
    report.failed.length
      ? section(
          'Not read',
          report.failed.length,
          true,
          table(
            ['address', 'why'],
            report.failed.map(({ url, why }) => [url, why]),
          ),
        )
      : '',
    report.passed.length
      ? section(
          'Passed over',
          report.passed.reduce((sum, { count: n }) => sum + (n || 1), 0),
          false,
          table(
            ['why', 'addresses', 'the first'],
            report.passed.map(({ url, why, count: n }) => [why, String(n || 1), url]),
          ),
        )
      : '',
    section('Declaration draft', undefined, false, make('div', { className: 'code' }, make('pre', {}, draft), copier(draft))),
  );
};

/** @param {string} why */
const fail = (why) => {
  byId('failure').textContent = why;
  byId('failure').hidden = false;
};

/** What the last audit of this site in this browser found: one proxy after the other has the same origin. @returns {string} */
const remembered = () => {
  try {
    const text = localStorage.getItem(memory) || '';
    return JSON.parse(text).site === origin ? text : '';
  } catch {
    return '';
  }
};

/** @param {Report} report */
const remember = (report) => {
  try {
    localStorage.setItem(
      memory,
      JSON.stringify({ site: report.site, at: report.at, findings: report.findings.map((finding) => ({ ...finding, places: finding.places.slice(0, 1) })) }),
    );
  } catch {
    // Another time there is nothing to compare with.
  }
};

const engine = async () => {
  const go = new world.Go();
  const response = await fetch('audit.wasm');
  if (!response.ok) throw new Error('audit.wasm cannot be had: ' + response.status);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), go.importObject);
  go.run(instance).catch((/** @type {unknown} */ error) => ended(error));
  world.octroiAuditMemory = instance.exports.mem;
};

/** Where redirects led to is not in what the program gets to see, so a header tells it. */
const ask = world.fetch;
world.fetch = async (/** @type {any[]} */ ...args) => {
  /** @type {Response} */
  const response = await ask(...args);
  if (typeof args[0] !== 'string') return response;
  const headers = new Headers(response.headers);
  headers.set('Octroi-Url', response.url);
  return new Proxy(response, {
    get(target, name) {
      const value = name === 'headers' ? headers : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

let paused = false;

/** @param {boolean} now */
const pause = (now) => {
  paused = now;
  byId('pause').textContent = paused ? 'Go on' : 'Pause';
  if (paused) world.octroiAudit.pause();
  else world.octroiAudit.resume();
};

/** @param {unknown} error */
const ended = (error) => {
  document.documentElement.dataset.state = 'failed';
  fail(error instanceof Error ? error.message : String(error));
  byId('running').hidden = byId('pause').hidden = byId('stop').hidden = true;
};

const run = async () => {
  const before = remembered();
  const field = (/** @type {string} */ name) => Number(/** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value);
  const frame = make('iframe', { title: 'The page that is looked at' });
  // Without leave to move the page around it, and to stop it by a dialog.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms');
  byId('stage').replaceChildren(frame);
  byId('failure').hidden = true;
  byId('running').hidden = byId('pause').hidden = byId('stop').hidden = false;
  byId('go').disabled = true;
  pause(false);
  document.documentElement.dataset.state = 'running';
  const look = looker(frame, world.octroiAudit.erasures, field('seconds'), Number(asked.get('settle') || 1000));
  await look('about:blank'); // as nobody that the site knows
  const start = new URL(/** @type {HTMLInputElement} */ (form.elements.namedItem('start')).value, location.origin);
  try {
    let text = await world.octroiAudit.run(
      JSON.stringify({
        Start: start.origin === location.origin ? start.href : location.origin + start.pathname + start.search,
        Site: origin,
        Pages: field('pages'),
        Depth: field('depth'),
        Live: field('live') || -1,
        Minutes: field('minutes'),
        Seconds: field('seconds'),
        Megabytes: field('megabytes'),
        Languages: languages,
      }),
      look,
      (/** @type {string} */ doing, /** @type {string} */ what, /** @type {number} */ done, /** @type {number} */ of) => {
        byId('progress').max = of || 1;
        byId('progress').value = done;
        byId('doing').textContent = `${done} of ${of}, ${doing} ${what}`;
      },
    );
    if (before) text = world.octroiAudit.compare(text, before) || text;
    world.octroiReport = text;
    const report = JSON.parse(text);
    remember(report);
    show(report);
    document.documentElement.dataset.state = 'done';
    byId('running').hidden = byId('pause').hidden = byId('stop').hidden = true;
  } catch (error) {
    ended(error);
  }
  frame.remove();
  byId('go').disabled = false;
};

form.onsubmit = (event) => {
  event.preventDefault();
  run();
};
byId('pause').onclick = () => pause(!paused);
byId('stop').onclick = () => world.octroiAudit.stop();

(async () => {
  for (const [name, value] of asked) {
    const field = /** @type {any} */ (form.elements.namedItem(name));
    if (field?.value !== undefined) field.value = value;
  }
  try {
    // The proxy tells for whom it stands in; where there is none, the page is the site's.
    const site = await ask('site.json')
      .then((/** @type {Response} */ response) => (response.ok ? response.json() : null))
      .catch(() => null);
    if (site) {
      origin = site.origin;
      if (!asked.has('start')) /** @type {any} */ (form.elements.namedItem('start')).value = site.start;
    }
    byId('site').textContent = origin;
    await engine();
    byId('go').disabled = false;
    document.documentElement.dataset.state = 'ready';
    if (asked.has('auto')) run();
  } catch (error) {
    ended(error);
  }
})();
