/*
 * Whose an address, a text or a script is, and whether it may be asked for or run now.
 */
import { attempt, exec, hrefOf, indexOf, list, Map, mapGet, mapSet, ownKeys, reads, setHas, slice as cut, startsWith, URL } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import { judged, nonce, own } from '../safe/trust.js';
import { imports, literals, maps, speculates } from '../core/scripts-text.js';
import * as kinds from '../../jsbridge/kinds.js';
import { access, ask, machine, renew, stopped } from './engine.js';
import { origin } from './files.js';

const { parse: parseJSON } = JSON;
const hostOf = reads(URL.prototype, 'host');
const absolute = /^(https?|wss?):\/\//;
/** Servers that help to find a peer: their host is no part of theirs that URL knows. */
const hostless = /^(stun|turn)s?:/;

/**
 * In characters: a longer assignment or name is refused without asking, and names
 * beyond so many in all are not looked at. The engine takes 16 MiB at once.
 */
export const longest = 1 << 18;
/** This page's host, and port. */
const { host: home } = location;

/** @typedef {readonly [ids: string, open: boolean]} Verdict the services of something, and whether it may be asked for or run */

/**
 * An address as the engine is asked about it.
 *
 * @typedef {object} Parsed
 * @property {string} href
 * @property {string} host
 * @property {boolean} mine whether it is of the page's own host
 * @property {boolean} free whether it is of no service and open, which no choice changes
 */
/** What addresses are from one base, which pages ask for again and again. @type {Map<string, Parsed>} */
let parsed = new Map();
let parsedFrom = '';
/** @type {Verdict} */
const nobodys = ['', true];
let parsedCount = 0;

/** Forgets what the engine has said: another one may say otherwise. */
export const forgetAddresses = () => void (parsed = new Map());

/** @param {string} address @param {string} base @returns {Parsed} */
const parse = (address, base) => {
  if (base !== parsedFrom || parsedCount > 999) {
    parsed = new Map();
    parsedFrom = base;
    parsedCount = 0;
  }
  const known = mapGet(parsed, address);
  if (known) return known;
  const url = attempt(() => new URL(address, exec(absolute, address) ? undefined : base));
  const host = url ? hostOf(url) : '';
  let href = url ? hrefOf(url) : '';
  if (href.length > longest) {
    // A name and a password come before the host: they must not push it out.
    const at = indexOf(href, '@' + host);
    href = cut(at < 0 ? href : cut(href, 0, indexOf(href, '//') + 2) + cut(href, at + 1, href.length), 0, longest);
  }
  // A socket to the page's own host is its own too.
  const one = { href, host, mine: host !== '' && host === home && !!exec(absolute, href), free: false };
  if (address.length < 500) {
    mapSet(parsed, address, one);
    parsedCount++;
  }
  return one;
};

/**
 * Whose an address is, and whether it may be asked for now.
 *
 * @param {string} address
 * @param {string} [base]
 * @returns {Verdict}
 */
export const classifyURL = (address, base = document.baseURI) => {
  const one = parse(address, base);
  const { href, host, mine } = one;
  // What is ours may come from a host that no service declares.
  if (setHas(own, href)) return ['', true];
  // Without an engine nobody knows whose another host is: a page has its own, and what is on none.
  if (!machine) {
    renew();
    return ['', !stopped && (mine || (host === '' && !exec(hostless, href)))];
  }
  if (one.free) return nobodys;
  const said = access(href, mine);
  if (!said) return ['', false];
  one.free = said[1] && !said[0];
  return said;
};

// A page with a nonce vouches for each script by name: gated markup alone is no voucher.
judged((address) => {
  const href = (address && attempt(() => new URL(address, document.baseURI).href)) || '';
  return !!machine && !!ask(kinds.script({ address: href, origin: nonce && (startsWith(href, origin) ? 'own' : 'other') }))?.[1];
});

/** Whether all that is declared is granted: then what cannot be judged may come in. */
export const everything = () => {
  const reply = machine && ask(kinds.state());
  const services = reply && parseJSON(reply[0])?.services;
  if (!services) return false;
  const ids = ownKeys(services);
  for (let i = 0; i < ids.length; i++) if (services[ids[i]] !== true) return false;
  return true;
};

/** What runs, by the type that a script says. */
const runs = /^$|^module$|(?:java|ecma|j|live)script/;
/** Addresses as they stand in a text. */
const written = /(?:(?:https?|wss?):)?[\\/]{2}[^\s"'`<>\\]+/gi;

/** Whose the addresses in a text are: the first that is blocked decides. @param {string} text @param {string} base @returns {Verdict} */
const classifyText = (text, base) => {
  for (let at = 0; ;) {
    written.lastIndex = at;
    const found = exec(written, text);
    if (!found) return ['', true];
    const said = classifyURL(found[0], base);
    if (!said[1]) return said;
    at = found.index + found[0].length;
  }
};

/**
 * Whose a script is, by its text.
 *
 * @param {string} text
 * @param {string} type in lower case; "literal" where what it calls cannot be held
 * @param {string} base
 * @returns {Verdict}
 */
export const classifyScript = (text, type, base) => {
  /** @type {Verdict} */
  let said = ['', true];
  if (type === 'literal') literals(text, (literal) => !(said = classifyText(literal, base))[1]);
  else {
    const all = type === 'importmap' ? maps(text) : type === 'speculationrules' ? speculates(text) : exec(runs, type) ? imports(text) : list();
    for (let i = 0; i < all.length && said[1]; i++) said = classifyURL(all[i], base);
    const asked = said[1] && machine && exec(runs, type);
    const reply = asked && ask(kinds.inline({ text }));
    if (stopped || (asked && !reply)) said = ['', false];
    else if (reply && !reply[1]) said = [reply[0], false];
  }
  return said;
};
