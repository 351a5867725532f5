/*
 * Classifies addresses and scripts: to which services each belongs, and whether it may be requested
 * or run now.
 */
import { attempt, exec, indexOf, list, Map, mapGet, mapSet, ownKeys, setHas, slice as cut, startsWith, URL } from '../safe/builtins.js';
import { parseAddress, resolved } from '../safe/addresses.js';
import { document } from '../safe/dom.js';
import { judged, nonce, own } from '../safe/trust.js';
import { imports, literals, maps, speculates } from '../core/scripts-text.js';
import { servicesIn } from '../core/table.js';
import * as kinds from '../../jsbridge/kinds.js';
import { site } from 'octroi:site';
import { undecided } from './ahead.js';
import { access, ask, begun, machine, renew, stopped, wantNow } from './engine.js';
import { origin } from './files.js';
import { home, hostOf, longest, lookUp, runs } from './look-up.js';
import { needEngine } from './needed.js';

const { parse: parseJSON } = JSON;
const absolute = /^(https?|wss?):\/\//;
/** Whether an address has a host whatever its base. Most begin with the first of them, and a pattern costs a tenth of a verdict. @param {string} address */
const isAbsolute = (address) => startsWith(address, 'https://') || !!exec(absolute, address);
/** Addresses of servers that help to find a peer: URL finds no host in them. */
const hostless = /^(stun|turn)s?:/;

/** @typedef {readonly [ids: string, open: boolean]} Verdict the services that something belongs to, and whether it may be requested or run */

/**
 * A parsed address.
 *
 * @typedef {object} Parsed
 * @property {string} href at most `longest` characters
 * @property {string} host
 * @property {boolean} mine whether it is of the page's own host
 * @property {boolean} free whether it belongs to no service and is open: no choice changes that
 */
/** The addresses that were parsed from one base: pages request the same ones again and again. @type {Map<string, Parsed>} */
let parsed = new Map();
let parsedFrom = '';
/** The verdict on every free address. @type {Verdict} */
const freeVerdict = ['', true];
let parsedCount = 0;

/** Forgets the verdicts of an engine: a new engine may judge otherwise. */
export const forgetAddresses = () => void (parsed = new Map());

/** Parses an address, or returns it as it was parsed before. @param {string} address @param {string} base @returns {Parsed} */
const parse = (address, base) => {
  if (base !== parsedFrom || parsedCount > 999) {
    parsed = new Map();
    parsedFrom = base;
    parsedCount = 0;
  }
  const known = mapGet(parsed, address);
  if (known) return known;
  let href = attempt(() => resolved(address, isAbsolute(address) ? undefined : base)) ?? '';
  const host = href && hostOf(parseAddress(href));
  if (href.length > longest) {
    // Cuts the user name and password out first: they stand before the host and must not push it out.
    const at = indexOf(href, '@' + host);
    href = cut(at < 0 ? href : cut(href, 0, indexOf(href, '//') + 2) + cut(href, at + 1, href.length), 0, longest);
  }
  // Compares hosts, not origins: a WebSocket to the page's own host is first-party, too.
  const result = { href, host, mine: host !== '' && host === home && isAbsolute(href), free: false };
  if (address.length < 500) {
    mapSet(parsed, address, result);
    parsedCount++;
  }
  return result;
};

/**
 * Classifies an address.
 *
 * @param {string} address
 * @param {string} [base]
 * @returns {Verdict}
 */
export const classifyURL = (address, base = document.baseURI) => {
  const url = parse(address, base);
  const { href, host, mine } = url;
  // Octroi's own files may come from a host that no service declares.
  if (setHas(own, href)) return ['', true];
  // Without an engine nobody knows to whom another host belongs: open are the page's own host and addresses without a host.
  if (!machine) {
    renew();
    const isAhead = COMPILED && !begun;
    // What is no address is what nobody declares.
    if (isAhead && !href) return ['', !site.table.block];
    const known = isAhead && host ? lookUp(parseAddress(href), host) : undefined;
    // What is open is so whatever was decided.
    if (known && !mine && (undecided || known[1])) return known;
    if (known && mine && known[0]) wantNow();
    else if (known && !mine) needEngine();
    if (!machine) return ['', !stopped && !(known && known[0]) && (mine || (host === '' && !exec(hostless, href)))];
  }
  if (url.free) return freeVerdict;
  const verdict = access(href, mine);
  if (!verdict) return ['', false];
  url.free = verdict[1] && !verdict[0];
  return verdict;
};

// A page with a nonce vouches for each of its scripts: gated markup without the nonce needs a declared address.
judged((address) => {
  const href = (address && attempt(() => new URL(address, document.baseURI).href)) || '';
  return !!machine && !!ask(kinds.script({ address: href, origin: nonce && (startsWith(href, origin) ? 'own' : 'other') }))?.[1];
});

/** Whether every declared service is granted: then content that cannot be judged may load. */
export const everything = () => {
  if (COMPILED && !machine) needEngine();
  const reply = machine && ask(kinds.state());
  const services = reply && parseJSON(reply[0])?.services;
  if (!services) return false;
  const ids = ownKeys(services);
  for (let i = 0; i < ids.length; i++) if (services[ids[i]] !== true) return false;
  return true;
};

/** Finds addresses in a text. */
const written = /(?:(?:https?|wss?):)?[\\/]{2}[^\s"'`<>\\]+/gi;

/** Classifies a text by the addresses in it: the first blocked one decides. @param {string} text @param {string} base @returns {Verdict} */
const classifyText = (text, base) => {
  for (let at = 0; ;) {
    written.lastIndex = at;
    const found = exec(written, text);
    if (!found) return ['', true];
    const verdict = classifyURL(found[0], base);
    if (!verdict[1]) return verdict;
    at = found.index + found[0].length;
  }
};

/**
 * Classifies a script by its text.
 *
 * @param {string} text
 * @param {string} type in lower case; "literal" for a text whose calls no hook sees: the addresses in its string literals decide
 * @param {string} base
 * @returns {Verdict}
 */
export const classifyScript = (text, type, base) => {
  /** @type {Verdict} */
  let verdict = ['', true];
  if (type === 'literal') literals(text, (literal) => !(verdict = classifyText(literal, base))[1]);
  else {
    const all = type === 'importmap' ? maps(text) : type === 'speculationrules' ? speculates(text) : exec(runs, type) ? imports(text) : list();
    for (let i = 0; i < all.length && verdict[1]; i++) verdict = classifyURL(all[i], base);
    const ids = COMPILED && !machine && exec(runs, type) ? servicesIn(site.table, text) : '';
    if (ids) needEngine();
    if (ids && !machine) return [ids, false];
    const asked = verdict[1] && machine && exec(runs, type);
    const reply = asked && ask(kinds.inline({ text }));
    if (stopped || (asked && !reply)) verdict = ['', false];
    else if (reply && !reply[1]) verdict = [reply[0], false];
  }
  return verdict;
};
