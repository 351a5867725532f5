/*
 * Shows the report of an audit, in sections.
 */
import { button, byId, codeBlock, count, download, make, scrollBox, section, table } from './elements.js';
import { card, causeList, firstSection, levels } from './findings.js';
import { kinds, picture } from './picture.js';
import { world } from './program.js';
import { showFailure } from './status.js';

/** @typedef {import('./findings.js').Finding} Finding */
/** @typedef {{ kind: string, line: number, address: string, markup: string, manager?: string, service: string, category: string, class: string, requested: boolean }} Thing something in a page's markup that loads or is gated */
/** @typedef {{ url: string, title: string, lang: string, status: number, cut: boolean, live: string, things: Thing[] }} Page */
/** @typedef {{ url: string, why: string, count?: number }} Failure */
/** @typedef {{ id: string, name: string, provider: string, category: string, declared: boolean, known: boolean, seen: boolean, hosts: string[] }} Service */
/** @typedef {{ area: string, name: string, service: string, declared: string, days: number, states: string[] }} Item something stored; days is negative where the browser does not tell it, 0 for the session */
/**
 * @typedef {{ version: string, site: string, start: string, at: number, took: number, ended: string, bytes: number, engine: string,
 *   pages: Page[], failed: Failure[], passed: Failure[], services: Service[], kept: Item[],
 *   calls: import('./picture.js').Call[], first: { title: string, count: number }, causes: import('./findings.js').Cause[], findings: Finding[], draft: unknown,
 *   compared?: { at: number, new: number, still: number, gone: Finding[] } }} Report at in ms since 1970, took in ms
 */

/** @param {boolean} yes */
const yesNo = (yes) => (yes ? 'yes' : 'no');

/** Writes how long an item lasts, in words. @param {Item} item */
const life = ({ days }) => {
  if (days < 0) return 'not told';
  if (!days) return 'the session';
  if (days >= 1) return count(Math.round(days), 'day');
  return days * 24 >= 1 ? count(Math.round(days * 24), 'hour') : count(Math.max(1, Math.round(days * 1440)), 'minute');
};

/** Writes a number of bytes, in words. @param {number} bytes */
const size = (bytes) => (bytes < 1048576 ? Math.ceil(bytes / 1024) + ' KB' : (bytes / 1048576).toFixed(1) + ' MB');

/** @param {Report} report */
const tallies = ({ findings }) =>
  levels.map((level) => {
    const n = findings.filter((finding) => finding.level === level).length;
    return make('p', { className: 'tally ' + level }, make('strong', {}, String(n)), ' ', n === 1 ? level : level + 's');
  });

/** @param {Report} report */
const extent = ({ pages, site, bytes, took, at, version, ended }) => {
  const loaded = pages.filter(({ live }) => live === 'yes').length;
  return make(
    'p',
    {},
    `${count(pages.length, 'page')} of ${site} read, ${loaded} loaded as a visitor, ${size(bytes)}, ${(took / 1000).toFixed(1)} s, ${new Date(at).toLocaleString()}, by Octroi ${version}.`,
    ended ? make('strong', {}, ` Stopped: ${ended}.`) : '',
  );
};

/** @param {NonNullable<Report['compared']>} compared */
const comparison = ({ at, new: fresh, still, gone }) =>
  make('p', {}, `Since the audit of ${new Date(at).toLocaleString()}: ${fresh} new, ${still} still there, ${gone.length} gone.`);

/** Makes the field that takes the file of an earlier report. @param {string} text the report as JSON */
const earlierReport = (text) => {
  const field = make('input', {
    type: 'file',
    accept: '.json',
    hidden: true,
    onchange: async () => {
      const compared = world.octroiAudit.compare(text, await field.files[0].text());
      if (compared) showReport(JSON.parse(compared));
      else showFailure('That file is no report of an audit.');
    },
  });
  return field;
};

/** Makes what can be done with a report. @param {Report} report @param {string} draft */
const actions = (report, draft) => {
  const text = JSON.stringify(report);
  const name = new URL(report.site).hostname;
  const earlier = earlierReport(text);
  return make(
    'p',
    { className: 'actions' },
    button('JSON', () => download(`audit-${name}.json`, 'application/json', text)),
    button('SARIF', () => download(`audit-${name}.sarif`, 'application/sarif+json', world.octroiAudit.sarif(text))),
    button('Declaration draft', () => download('octroi.json', 'application/json', draft)),
    button('Compare with a report…', () => earlier.click()),
    earlier,
    button('Print', () => print()),
  );
};

/** @param {Report} report @param {string} draft */
const summary = (report, draft) =>
  make(
    'section',
    { className: 'summary', ariaLabel: 'Summary' },
    ...tallies(report),
    extent(report),
    report.compared ? comparison(report.compared) : '',
    actions(report, draft),
  );

/** @param {Report} report */
const callSection = ({ site, calls, services }) => {
  const title = 'Who calls whom';
  const nameOf = (/** @type {string} */ id) => services.find((service) => service.id === id)?.name || id;
  return section(
    title,
    { open: true },
    calls.length ? scrollBox(title, make('div', { className: 'picture' }, picture(site, calls, nameOf))) : make('p', {}, 'The site calls nobody else.'),
    make('p', { className: 'legend' }, ...kinds.map(({ name, label }) => make('span', { className: 'key ' + name }, label))),
  );
};

/** @param {Service[]} services */
const serviceSection = (services) =>
  section(
    'Services',
    { size: services.length },
    table(
      ['service', 'provider', 'category', 'declared', 'seen', 'hosts'],
      services.map((s) => [s.name, s.provider, s.category, yesNo(s.declared), yesNo(s.seen), s.hosts.join(' ')]),
    ),
  );

/** @param {Item[]} items */
const itemSection = (items) =>
  section(
    'Kept on the device',
    { size: items.length },
    table(
      ['', 'name', 'service', 'lasts', 'declared', 'there when'],
      items.map((item) => [item.area, item.name, item.service, life(item), item.declared, item.states.join(', ')]),
    ),
  );

/** @param {Thing} thing */
const thingRow = (thing) => [
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
];

/** @param {Page} page */
const pageDetails = (page) =>
  make(
    'details',
    { className: 'page' },
    make('summary', {}, make('code', {}, page.url), ` ${page.title}`, page.live === 'yes' ? ' · loaded' : '', page.cut ? ' · longer than what was read' : ''),
    page.things.length
      ? table(['line', 'what', 'class', 'service', 'category', 'address or markup'], page.things.map(thingRow))
      : make('p', {}, 'Nothing but the site’s own.'),
  );

/** @param {Failure[]} failed */
const failureSection = (failed) =>
  section(
    'Not read',
    { size: failed.length, open: true },
    table(
      ['address', 'why'],
      failed.map(({ url, why }) => [url, why]),
    ),
  );

/** Makes the section of addresses that the crawler did not follow; each row stands for several. @param {Failure[]} passed */
const passedSection = (passed) =>
  section(
    'Passed over',
    { size: passed.reduce((sum, { count: n }) => sum + (n || 1), 0) },
    table(
      ['why', 'addresses', 'the first'],
      passed.map(({ url, why, count: n }) => [why, String(n || 1), url]),
    ),
  );

/** Shows a report in the place of the last one. @param {Report} report */
export const showReport = (report) => {
  const { first, causes, findings, compared, services, kept, pages, failed, passed } = report;
  const draft = JSON.stringify(report.draft, null, 2);
  byId('result').replaceChildren(
    first.count ? firstSection(first, causes) : '',
    summary(report, draft),
    section('Findings by cause', { size: causes.length, open: true }, ...causeList(causes, findings, !!compared)),
    compared?.gone.length ? section('Gone since then', { size: compared.gone.length }, ...compared.gone.map(card)) : '',
    callSection(report),
    serviceSection(services),
    itemSection(kept),
    section('Pages', { size: pages.length }, ...pages.map(pageDetails)),
    failed.length ? failureSection(failed) : '',
    passed.length ? passedSection(passed) : '',
    section('Declaration draft', {}, codeBlock(draft)),
  );
};
