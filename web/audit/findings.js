/*
 * Shows findings as cards, and selects among the cards by level, rule, service and word.
 */
import { codeBlock, count, make, selectField } from './elements.js';

/** @typedef {{ page: string, line?: number, state?: string }} Place */
/** @typedef {{ rule: string, title: string, level: string, requirement: string, help: string, subject: string, service: string, what: string, why: string, fix: string, code: string, places: Place[], count: number, new: boolean }} Finding */

/** Levels of findings, the gravest first. */
export const levels = ['error', 'warning', 'note'];

/** @param {Place} place */
const placeItem = ({ page, line, state }) => {
  const text = page + (line ? ':' + line : '');
  // Another scheme, as javascript:, must not become a link of this page.
  const link = /^https?:\/\//.test(page) ? make('a', { href: page, rel: 'noreferrer', target: '_blank' }, text) : text;
  return make('li', {}, link, state && state !== 'static' ? make('span', { className: 'state ' + state }, state) : '');
};

/** @param {Finding} finding */
const places = (finding) => {
  const more = finding.count - finding.places.length;
  return make('ul', { className: 'places' }, ...finding.places.map(placeItem), more > 0 ? make('li', {}, `and ${more} more`) : '');
};

/** @param {Finding} finding */
const cardHead = (finding) =>
  make(
    'summary',
    {},
    make('span', { className: 'level' }, finding.level),
    make('span', { className: 'title' }, finding.title, finding.new ? make('span', { className: 'new' }, 'new') : ''),
    make('code', { className: 'subject' }, finding.subject),
    make('span', { className: 'count' }, count(finding.count, 'place')),
  );

/** Makes the card of a finding. @param {Finding} finding */
export const card = (finding) =>
  make(
    'details',
    { className: 'finding ' + finding.level },
    cardHead(finding),
    make(
      'div',
      { className: 'body' },
      make('p', {}, finding.what),
      make('p', { className: 'why' }, finding.why, ' ', make('a', { className: 'requirement', href: finding.help }, finding.requirement)),
      make('p', {}, make('strong', {}, 'To mend it: '), finding.fix),
      finding.code ? codeBlock(finding.code) : '',
      places(finding),
      make('p', { className: 'rule' }, finding.rule),
    ),
  );

/** Lists each value once, in order. @param {string[]} values */
const unique = (values) => [...new Set(values)].filter(Boolean).sort();

/** @param {Finding} finding */
const servicesOf = ({ service }) => service.split(' ');

/** Whether a finding names a word, in lower case. @param {Finding} finding @param {string} word */
const names = ({ subject, what, places }, word) => (subject + what + places.map(({ page }) => page).join(' ')).toLowerCase().includes(word);

/** Makes the fields that select among findings. @param {Finding[]} findings @param {() => void} onchange */
const makeFilters = (findings, onchange) => {
  const level = selectField(
    'Level',
    levels.filter((level) => findings.some((finding) => finding.level === level)),
    onchange,
  );
  const rule = selectField('Rule', unique(findings.map(({ rule }) => rule)), onchange);
  const service = selectField('Service', unique(findings.flatMap(servicesOf)), onchange);
  const word = make('input', { type: 'search', oninput: onchange, spellcheck: false });
  const isNew = make('input', { type: 'checkbox', onchange });
  /** Whether the fields let a finding be shown. @param {Finding} finding */
  const select = (finding) =>
    (!level.select.value || finding.level === level.select.value) &&
    (!rule.select.value || finding.rule === rule.select.value) &&
    (!service.select.value || servicesOf(finding).includes(service.select.value)) &&
    (!isNew.checked || finding.new) &&
    (!word.value || names(finding, word.value.toLowerCase()));
  const fields = [level.field, rule.field, service.field, make('label', {}, 'Page or subject ', word)];
  return { select, fields, newOnly: make('label', {}, isNew, ' new only') };
};

/**
 * Makes the list of findings, with the fields that select among them.
 *
 * @param {Finding[]} findings
 * @param {boolean} compared whether an earlier audit tells which findings are new
 */
export const findingList = (findings, compared) => {
  if (!findings.length) return [make('p', { className: 'clean' }, 'Nothing was found wrong.')];
  const list = make('div', { className: 'findings' });
  const status = make('p', { role: 'status', className: 'hint' });
  const draw = () => {
    const selected = findings.filter(filters.select);
    list.replaceChildren(...selected.map(card));
    status.textContent = selected.length === findings.length ? '' : `${selected.length} of ${findings.length} shown`;
  };
  const filters = makeFilters(findings, draw);
  draw();
  return [make('p', { className: 'filters' }, ...filters.fields, compared ? filters.newOnly : ''), status, list];
};
