/* The record of a visitor who has chosen, and whose service an address is: both by the engine. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Page, UNTOLD } from './testing/engine.js';

const DAY = 86_400_000;

/** @param {string} sentence @returns {never} */
const fail = (sentence) => {
  throw new Error(`octroi/testing: ${sentence}`);
};

/** Runs the command of this package; $OCTROI names another program, as a native one. @param {string[]} args @param {string} input */
const command = (args, input) => {
  const native = process.env.OCTROI;
  const [program, ...first] = native ? [native] : [process.execPath, fileURLToPath(new URL('../bin/octroi.js', import.meta.url))];
  return spawnSync(program, [...first, ...args], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
};

/** What neither the record nor whose an address is depends on. */
const ASIDE = new Set(['$schema', 'use', 'ui', 'layout', 'tab', 'theme', 'onWithdraw', 'enforce', 'signals', 'inherit', 'app', 'erase', 'debug']);

/**
 * @typedef {object} Site
 * @property {any} declaration with what it uses written out
 * @property {(changes?: object) => string} text of the declaration, as the engine is given it
 */

/** A page of the site's, where the test names none. @param {any} declaration */
const home = (declaration) => `http://${declaration.site?.domain ?? 'localhost'}`;

/** @type {Map<string, Site>} */
const known = new Map();

/** @param {import('./testing.js').Declaration} given @returns {Site} */
const siteOf = (given) => {
  let text = '';
  try {
    text = typeof given === 'string' ? readFileSync(given, 'utf8').replace(/^\ufeff/, '') : JSON.stringify(given);
  } catch (/** @type {any} */ error) {
    fail(`${given} could not be read (${error.code}); give the path of the declaration, or what it says`);
  }
  const found = known.get(text);
  if (found) return found;
  const name = typeof given === 'string' ? given : 'the declaration';
  /** @type {any} */
  let declaration;
  try {
    declaration = JSON.parse(text);
  } catch {
    fail(`${name} is not JSON; \`octroi check\` tells where`);
  }
  if (typeof declaration !== 'object' || !declaration) fail(`${name} is no declaration; give its path, or what it says`);
  if (declaration.use) {
    const { status, stdout, stderr, error } = command(['declare', '-'], text);
    if (status !== 0) fail(`what ${name} has under "use" could not be written out: ${(error?.message ?? stderr).trim()}`);
    declaration = JSON.parse(stdout);
  }
  const site = {
    declaration,
    text: (changes = {}) => JSON.stringify({ ...Object.fromEntries(Object.entries(declaration).filter(([key]) => !ASIDE.has(key))), ...changes }),
  };
  const { fault } = new Page(site.text(), { origin: home(declaration), cookie: '', mirror: '' }, Date.now());
  if (fault) fail(`${name} has a fault: ${fault === UNTOLD ? command(['check', '-'], text).stdout?.trim() || '`octroi check` tells which' : fault}`);
  known.set(text, site);
  return site;
};

/** How many letters tell two words apart. @param {string} a @param {string} b */
const distance = (a, b) => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) next[k] = Math.min(next[k - 1] + 1, row[k] + 1, row[k - 1] + Number(a[i - 1] !== b[k - 1]));
    row = next;
  }
  return row[b.length];
};

/** @param {any} declaration @param {string} id @param {string} where @returns {string} the id of its category */
const categoryOf = ({ categories, services = [] }, id, where) => {
  const service = services.find((/** @type {any} */ one) => one.id === id);
  const category = categories.find((/** @type {any} */ one) => one.id === (service?.category ?? id));
  const all = [...categories, ...services].map((one) => one.id);
  if (!category) {
    const [near] = all
      .filter((one) => distance(one, id) <= Math.max(1, id.length / 3) && distance(one, id) < id.length)
      .sort((a, b) => distance(a, id) - distance(b, id));
    fail(`${where}: nothing in the declaration has the id "${id}"; ${near ? `did you mean "${near}"?` : `there are: ${all.join(' ')}`}`);
  }
  if (category.required) fail(`${where}: "${id}" is essential: it is always granted, and nobody is asked; leave it out`);
  return category.id;
};

/** @param {string} cookie an assignment to document.cookie @param {string} hostname @param {number} at Unix ms */
const cookieOf = (cookie, hostname, at) => {
  const [pair, ...attributes] = cookie.split(';');
  const equals = pair.indexOf('=');
  const of = Object.fromEntries(attributes.map((attribute) => attribute.split('=')));
  return {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    domain: of.Domain ? `.${of.Domain}` : hostname,
    path: of.Path,
    expires: Math.floor(at / 1000) + Number(of['Max-Age']),
    httpOnly: false,
    secure: 'Secure' in of,
    sameSite: of.SameSite,
  };
};

/** @type {typeof import('./testing.js').record} */
export const record = (given, { grant = 'none', visit = [], due = [], expired = false, at = Date.now(), url } = {}) => {
  const site = siteOf(given);
  const { declaration } = site;
  const { origin, hostname } = new URL(url ?? home(declaration));
  const chosen = typeof grant === 'string' ? [] : grant;
  if (typeof grant === 'string' && grant !== 'all' && grant !== 'none')
    fail(`grant: "${grant}" is neither 'all' nor 'none' nor a list of ids, as ['${grant}']`);

  const asked = declaration.categories.filter((/** @type {any} */ one) => !one.required).map((/** @type {any} */ one) => one.id);
  for (const id of chosen) categoryOf(declaration, id, 'grant');
  for (const id of visit) categoryOf(declaration, id, 'visit');
  const stale = due.filter((id) => asked.includes(id));
  const added = due.filter((id) => !asked.includes(id));
  const late = [...stale, ...added.map((id) => categoryOf(declaration, id, 'due'))];

  /** @param {number} now @param {{ cookie: string, mirror: string }} held @param {object} [changes] */
  const open = (now, held, changes) => {
    const page = new Page(site.text(changes), { origin, cookie: held.cookie, mirror: held.mirror }, now);
    if (page.fault) fail(`url: ${origin}: ${page.fault}`);
    return page;
  };

  /** @param {number} now */
  const choose = (now) => {
    let page = open(now, { cookie: '', mirror: '' });
    if (!due.length && !visit.length && typeof grant === 'string') {
      page.press(grant === 'all' ? 'accept' : 'refuse');
      return page;
    }
    if (stale.length) {
      page = open(now, page, { policy: { ...declaration.policy, revision: `before ${declaration.policy.revision}` } });
      page.choose(stale.map((id) => [id, '1']));
    }
    if (added.length) {
      page = open(now, page, { services: declaration.services.filter((/** @type {any} */ one) => !added.includes(one.id)) });
      page.choose(added.map((id) => [categoryOf(declaration, id, 'due'), '1']));
    }
    page = open(now, page);
    /** @type {[string, '1' | '' | 'visit'][]} */
    const answers = [
      ...asked.map((/** @type {string} */ id) => [id, grant === 'all' ? '1' : '']),
      ...chosen.map((id) => [id, '1']),
      ...visit.map((id) => [id, 'visit']),
    ];
    const answered = answers.filter(([id]) => !late.includes(categoryOf(declaration, id, 'grant')));
    if (answered.length) page.choose(answered);
    return page;
  };

  let page = choose(at);
  if (expired) {
    const ends = Object.values(page.state().categories).flatMap(({ until }) => until ?? []);
    const kept = cookieOf(page.cookie, hostname, at).expires * 1000;
    // Together with what lasts as long as the record may, the record itself would be gone.
    const last = Math.max(...ends.filter((end) => end < kept - DAY));
    // As many months differ by three days at most.
    page = choose(at - ((Number.isFinite(last) ? last : kept) - at) - 4 * DAY);
  }
  const cookie = cookieOf(page.cookie, hostname, page.now);
  return {
    name: cookie.name,
    value: cookie.value,
    cookies: cookie.value && cookie.expires * 1000 > at ? [cookie] : [],
    origins: [{ origin, localStorage: [{ name: cookie.name, value: page.mirror }] }],
    state: open(at, page).state(),
  };
};

/** @type {typeof import('./testing.js').judge} */
export const judge = (given, { url, at = Date.now(), record: held } = {}) => {
  const site = siteOf(given);
  const { declaration } = site;
  const { origin } = new URL(url ?? home(declaration));
  const mirror = held?.origins[0]?.localStorage[0]?.value ?? '';
  const { name, value } = held ?? { name: 'octroi', value: '' };
  const page = new Page(site.text(), { origin, cookie: `${name}=${value}`, mirror }, at);
  /** @param {string} id */
  const called = (id) => {
    const { name } = declaration.services.find((/** @type {any} */ one) => one.id === id) ?? {};
    return typeof name === 'string' ? name : (name?.[declaration.language ?? 'en'] ?? Object.values(name ?? {})[0] ?? id);
  };
  return (address) => {
    const { href, origin: of, protocol } = new URL(address);
    if (!/^(https?|wss?):$/.test(protocol)) return { ids: [], names: [], granted: true };
    const { ids, open } = page.access(href, of.replace(/^ws/, 'http') === origin);
    return { ids, names: ids.map(called), granted: open };
  };
};

/** @type {typeof import('./testing.js').tasks} */
export const tasks = (declaration) => ({ 'octroi:record': (options) => record(declaration, options) });
