/*
 * Shows causes as cards with their findings as cards beneath, and selects among the findings by
 * level, rule, service and word.
 */
import { codeBlock, count, make, selectField } from './elements.js';

/** @typedef {{ page: string, line?: number, state?: string }} Place */
/** @typedef {{ rule: string, title: string, level: string, requirement: string, help: string, subject: string, service: string, what: string, why: string, fix: string, code: string, places: Place[], count: number, new: boolean }} Finding */

/** @typedef {{ title: string, subject: string, level: string, service: string, mend: string, code: string, findings: number[] }} Cause findings are places in the report's list; the one that it is about goes first */

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

/** @param {Cause} cause @param {number} shown how many of its findings the fields select */
const causeHead = ({ level, title, subject, mend, findings }, shown) =>
  make(
    'summary',
    {},
    make('span', { className: 'level' }, level),
    make('span', { className: 'title' }, title),
    make('code', { className: 'subject' }, subject),
    make('span', { className: 'count' }, shown < findings.length ? `${shown} of ${count(findings.length, 'finding')}` : count(findings.length, 'finding')),
    make('span', { className: 'mend' }, mend),
  );

/** Makes the card of a cause. @param {Cause} cause @param {string} id @param {Finding[]} findings */
const causeCard = (cause, id, findings) =>
  make('details', { className: 'cause ' + cause.level, id }, causeHead(cause, findings.length), cause.code ? codeBlock(cause.code) : '', ...findings.map(card));

/** Opens the card of a cause, and goes there. @param {string} id */
const goTo = (id) => {
  const target = /** @type {HTMLDetailsElement | null} */ (document.getElementById(id));
  const section = /** @type {HTMLDetailsElement | null | undefined} */ (target?.parentElement?.closest('details'));
  if (!target || !section) return;
  section.open = target.open = true;
  target.scrollIntoView();
  target.querySelector('summary')?.focus({ preventScroll: true });
};

/** @param {number} n */
const causeId = (n) => `cause-${n + 1}`;

/**
 * Makes the section that names what to mend before all else, with a link to each cause.
 *
 * @param {{ title: string, count: number }} first
 * @param {Cause[]} causes
 */
export const firstSection = ({ title, count: most }, causes) =>
  make(
    'section',
    { className: 'first', ariaLabel: title },
    make('h2', {}, title),
    make(
      'ol',
      {},
      ...causes.slice(0, most).map((cause, n) => {
        const heading = cause.title + (cause.subject ? `: ${cause.subject}` : '');
        const link = make('a', { href: '#' + causeId(n) }, heading);
        link.onclick = (/** @type {Event} */ event) => {
          event.preventDefault();
          goTo(causeId(n));
        };
        return make(
          'li',
          { className: cause.level },
          link,
          make('span', { className: 'mend' }, cause.mend),
          make('span', { className: 'count' }, count(cause.findings.length, 'finding')),
        );
      }),
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
 * Makes the list of causes and their findings, with the fields that select among these.
 *
 * @param {Cause[]} causes
 * @param {Finding[]} findings
 * @param {boolean} compared whether an earlier audit tells which findings are new
 */
export const causeList = (causes, findings, compared) => {
  if (!findings.length) return [make('p', { className: 'clean' }, 'Nothing was found wrong.')];
  const list = make('div', { className: 'findings' });
  const status = make('p', { role: 'status', className: 'hint' });
  const draw = () => {
    let shown = 0;
    list.replaceChildren(
      ...causes.flatMap((cause, n) => {
        const selected = cause.findings.map((at) => findings[at]).filter(filters.select);
        shown += selected.length;
        return selected.length ? causeCard(cause, causeId(n), selected) : [];
      }),
    );
    status.textContent = shown === findings.length ? '' : `${shown} of ${findings.length} shown`;
  };
  const filters = makeFilters(findings, draw);
  draw();
  return [make('p', { className: 'filters' }, ...filters.fields, compared ? filters.newOnly : ''), status, list];
};
