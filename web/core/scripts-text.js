/*
 * The addresses that stand in a script's text, in an import map or in speculation rules.
 * What a script works out for itself no reading of its text can tell.
 */
import {
  URL,
  Uint8Array,
  attempt,
  exec,
  fromCharCode,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  includes,
  indexOf,
  list,
  ownKeys,
  reads,
  slice,
  encode,
  decode,
} from '../safe/language.js';

const { TextDecoder, TextEncoder } = globalThis;
const { parse } = JSON;
const { fromCodePoint } = String;
const lengthOf = reads(getPrototypeOf(Uint8Array.prototype), 'length');
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** As much of a literal as is read, in bytes: the beginning of an address tells whose it is. */
const longest = 8192;

const TAB = 9,
  LF = 10,
  CR = 13,
  SPACE = 32,
  DOUBLE = 34,
  SINGLE = 39,
  OPEN = 40,
  STAR = 42,
  DOT = 46,
  SLASH = 47,
  BACKSLASH = 92,
  TICK = 96,
  LEFT = 123,
  RIGHT = 125;

/** Which bytes make words; those of other scripts than Latin do. */
const wordy = new Uint8Array(256);
for (let i = 0; i < 256; i++) if (i > 127 || exec(/[\w$]/, fromCharCode(i))) wordy[i] = 1;

/** Words after which a slash begins a pattern. */
const before = list(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'else', 'do', 'await', 'yield', 'instanceof']);

/** @type {string[]} */
const letters = list();
for (let i = 0; i < 128; i++) letters[i] = fromCharCode(i);

/** The bytes from one place to another as text. @param {Uint8Array} bytes @param {number} from @param {number} to */
const text = (bytes, from, to) => {
  let plain = '';
  let at = from;
  while (at < to && bytes[at] < 128) plain += letters[bytes[at++]];
  if (at === to) return plain;
  const some = new Uint8Array(to - from);
  for (let i = from; i < to; i++) some[i - from] = bytes[i];
  return decode(decoder, some);
};

const escape = /^\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{0*([\da-f]{1,6})\}|(\r\n|[^]))/i;
/** What a literal stands for (ECMA-262, section 12.9.4). @param {string} raw */
const cooked = (raw) => {
  let made = '';
  for (let at; (at = indexOf(raw, '\\')) >= 0;) {
    const found = exec(escape, slice(raw, at, at + 20));
    if (!found) return made + slice(raw, 0, at);
    const code = found[1] || found[2] || found[3];
    made += slice(raw, 0, at);
    if (code) made += attempt(() => fromCodePoint(+('0x' + code))) ?? '';
    else if (exec(/^[^\r\n\u2028\u2029]/, found[4])) made += found[4];
    raw = slice(raw, at + found[0].length);
  }
  return made + raw;
};

/**
 * Reads a script's literals one by one, until one is found that is looked for. A text that
 * is read wrongly, where a slash may be a pattern or a division, is read rightly again from
 * the next line on.
 *
 * @param {string} script
 * @param {(literal: string, before: string) => any} found told of each literal, and of what
 * stands before it: "import", "from", "import(", "importScripts(", other words, or ""
 * @returns {boolean} whether there was one
 */
export const literals = (script, found) => {
  const bytes = encode(encoder, script);
  const length = lengthOf(bytes);
  /** How many braces are open in each ${ of a template. @type {number[]} */
  const nested = list();
  let depth = 0;
  let word = '';
  /** The last that was neither space nor comment. */
  let last = 0;

  /** The end of a literal that begins here; of a template also where a ${ begins. @param {number} at @param {number} quote */
  const end = (at, quote) => {
    for (; at < length; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at++;
      else if (byte === quote) break;
      else if (quote === TICK ? byte === 36 && bytes[at + 1] === LEFT : byte === LF || byte === CR) break;
    }
    return at < length ? at : length;
  };
  /** The end of a pattern. @param {number} at */
  const patternEnd = (at) => {
    let inClass = false;
    for (; at < length; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at++;
      else if (byte === LF || byte === CR) break;
      else if (byte === 91) inClass = true;
      else if (byte === 93) inClass = false;
      else if (byte === SLASH && !inClass) break;
    }
    return at;
  };
  /** @param {number} from @param {number} to */
  const tell = (from, to) => found(cooked(text(bytes, from, to - from > longest ? from + longest : to)), word);

  for (let i = 0; i < length; i++) {
    const byte = bytes[i];
    if (byte === SPACE || byte === LF || byte === TAB || byte === CR) continue;
    if (byte === SLASH && bytes[i + 1] === SLASH) {
      while (i < length && bytes[i] !== LF && bytes[i] !== CR) i++;
      continue;
    }
    if (byte === SLASH && bytes[i + 1] === STAR) {
      for (i += 2; i < length && !(bytes[i] === STAR && bytes[i + 1] === SLASH);) i++;
      i++;
      continue;
    }
    const closes = byte === RIGHT && depth > 0 && nested[depth - 1] === 0;
    if (byte === SINGLE || byte === DOUBLE || byte === TICK || closes) {
      const quote = closes ? TICK : byte;
      if (closes) depth--;
      const to = end(i + 1, quote);
      if (!closes && tell(i + 1, to)) return true;
      i = to;
      if (quote === TICK && bytes[to] === 36) {
        nested[depth++] = 0;
        i++;
        last = LEFT;
      } else last = quote;
      word = '';
      continue;
    }
    if (wordy[byte]) {
      let to = i;
      while (to < length && wordy[bytes[to]]) to++;
      const name = to - i < 16 ? text(bytes, i, to) : 'a';
      // import.source("…") and the like ask as import("…") does.
      word = last === DOT ? (word === 'import.' ? 'import' : '') : name;
      last = includes(before, name) ? OPEN : 97;
      i = to - 1;
      continue;
    }
    if (byte === SLASH && last !== 97 && last !== 41 && last !== 93 && last !== SINGLE && last !== DOUBLE && last !== TICK) {
      i = patternEnd(i + 1);
      last = 97;
      word = '';
      continue;
    }
    if (depth && byte === LEFT) nested[depth - 1]++;
    if (depth && byte === RIGHT) nested[depth - 1]--;
    word = (byte === OPEN && (word === 'import' || word === 'importScripts') && word + '(') || (byte === DOT && word === 'import' && 'import.') || '';
    last = byte;
  }
  return false;
};

/** Whether a specifier is an address, and no bare name. @param {string} text */
const isAddress = (text) => !!exec(/^\.{0,2}\//, text) || !!attempt(() => new URL(text));

/**
 * What a script imports by name: addresses as they stand there.
 *
 * @param {string} script
 * @returns {string[]}
 */
export const imports = (script) => {
  /** @type {string[]} */
  const all = list();
  literals(script, (literal, before) => {
    if (exec(/^(?:import|from|import\(|importScripts\()$/, before) && isAddress(literal)) all[all.length] = literal;
  });
  return all;
};

/**
 * All texts in a JSON text, each below the name that it has.
 *
 * @param {any} value
 * @param {string} name
 * @param {(text: string, name: string) => void} tell
 */
const walk = (value, name, tell) => {
  if (typeof value === 'string') tell(value, name);
  if (!value || typeof value !== 'object') return;
  const keys = ownKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const key = /** @type {string} */ (keys[i]);
    const inner = getOwnPropertyDescriptor(value, key)?.value;
    walk(inner, exec(/^\d+$/, key) ? name : key, tell);
  }
};

/** The texts that a JSON text has below some name; none where it is none. @param {string} json @param {(text: string, name: string) => boolean} wanted */
const texts = (json, wanted) => {
  /** @type {string[]} */
  const all = list();
  attempt(() => walk(parse(json), '', (text, name) => wanted(text, name) && (all[all.length] = text)));
  return all;
};

/** The addresses in an import map. @param {string} json @returns {string[]} */
export const maps = (json) => texts(json, isAddress);

/**
 * The addresses that speculation rules name. Rules that name none, but tell links of the
 * document by what they look like, cannot be judged.
 *
 * @param {string} json
 * @returns {string[]}
 */
export const speculates = (json) => texts(json, (text, name) => name === 'urls');
