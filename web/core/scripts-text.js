/*
 * Finds the addresses that are written in a script's text, in an import map or in speculation
 * rules. An address that a script computes is not in its text, so that the hooks of the web
 * APIs must judge such an address.
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
  min,
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

/** How much of a literal is read, in bytes. The beginning of an address names its service. */
const longest = 8192;

// Bytes, in ASCII.
const TAB = 9,
  LF = 10,
  CR = 13,
  SPACE = 32,
  DOUBLE = 34,
  DOLLAR = 36,
  SINGLE = 39,
  OPEN = 40,
  CLOSE = 41,
  STAR = 42,
  DOT = 46,
  SLASH = 47,
  BRACKET = 91,
  BACKSLASH = 92,
  CLOSING_BRACKET = 93,
  TICK = 96,
  /** Stands for the last byte of any word: an "a". */
  WORD = 97,
  LEFT = 123,
  RIGHT = 125;

/** 1 for each byte that is part of a word; all bytes of characters beyond ASCII are. */
const wordy = new Uint8Array(256);
for (let i = 0; i < 256; i++) if (i > 127 || exec(/[\w$]/, fromCharCode(i))) wordy[i] = 1;

/** The words after which a slash begins a pattern. */
const before = list(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'else', 'do', 'await', 'yield', 'instanceof']);

/** The character of each ASCII byte. @type {List<string>} */
const letters = list();
for (let i = 0; i < 128; i++) letters[i] = fromCharCode(i);

/** Decodes the bytes from one place up to another. @param {Uint8Array} bytes @param {number} from @param {number} to */
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
/** Resolves the escapes of a literal (ECMA-262, section 12.9.4: https://tc39.es/ecma262/#sec-literals-string-literals). @param {string} raw */
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

/** Finds the end of a line. @param {Uint8Array} bytes @param {number} length @param {number} at */
const lineEnd = (bytes, length, at) => {
  while (at < length && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
};

/** Finds the slash that ends a comment. @param {Uint8Array} bytes @param {number} length @param {number} at behind the comment's beginning */
const commentEnd = (bytes, length, at) => {
  while (at < length && !(bytes[at] === STAR && bytes[at + 1] === SLASH)) at++;
  return at + 1;
};

/** Finds the slash that ends a pattern. @param {Uint8Array} bytes @param {number} length @param {number} at behind the pattern's first slash */
const patternEnd = (bytes, length, at) => {
  let inClass = false;
  for (; at < length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === LF || byte === CR) break;
    else if (byte === BRACKET) inClass = true;
    else if (byte === CLOSING_BRACKET) inClass = false;
    else if (byte === SLASH && !inClass) break;
  }
  return at;
};

/** Finds the end of a literal, or of a template's text before "${". @param {Uint8Array} bytes @param {number} length @param {number} at behind the first quote @param {number} quote */
const literalEnd = (bytes, length, at, quote) => {
  for (; at < length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === quote) break;
    else if (quote === TICK ? byte === DOLLAR && bytes[at + 1] === LEFT : byte === LF || byte === CR) break;
  }
  return at < length ? at : length;
};

/** Whether a slash begins a pattern after this byte, and does not divide. @param {number} last */
const beginsPattern = (last) => last !== WORD && last !== CLOSE && last !== CLOSING_BRACKET && last !== SINGLE && last !== DOUBLE && last !== TICK;

/**
 * Reads a script's literals one by one, until "found" returns something true. The reader may
 * take a pattern for a division or the reverse; then it reads the rest of that line wrongly,
 * and is right again from the next line on.
 *
 * @param {string} script
 * @param {(literal: string, before: string) => any} found gets each literal, and what is
 * before it: "import", "from", "import(", "importScripts(", another word, or ""
 * @returns {boolean} whether "found" returned something true
 */
export const literals = (script, found) => {
  const bytes = encode(encoder, script);
  const length = lengthOf(bytes);
  /** For each open "${" of a template, how many braces are open in it. @type {List<number>} */
  const nested = list();
  let depth = 0;
  let word = '';
  /** The last byte that is neither space nor comment. A word counts as WORD, or as OPEN if a pattern may follow it. */
  let last = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i];
    const next = bytes[i + 1];
    const closes = byte === RIGHT && depth > 0 && nested[depth - 1] === 0;
    if (byte === SPACE || byte === LF || byte === TAB || byte === CR) continue;
    if (byte === SLASH && next === SLASH) i = lineEnd(bytes, length, i);
    else if (byte === SLASH && next === STAR) i = commentEnd(bytes, length, i + 2);
    else if (byte === SINGLE || byte === DOUBLE || byte === TICK || closes) {
      const from = i + 1;
      const quote = closes ? TICK : byte;
      if (closes) depth--;
      i = literalEnd(bytes, length, from, quote);
      if (!closes && found(cooked(text(bytes, from, min(i, from + longest))), word)) return true;
      last = quote;
      word = '';
      if (quote !== TICK || bytes[i] !== DOLLAR) continue;
      nested[depth++] = 0;
      last = LEFT;
      i++;
    } else if (wordy[byte]) {
      const from = i;
      while (i + 1 < length && wordy[bytes[i + 1]]) i++;
      const name = i - from < 15 ? text(bytes, from, i + 1) : 'a';
      // import.source("…") and the like load the same as import("…") does.
      word = last === DOT ? (word === 'import.' ? 'import' : '') : name;
      last = includes(before, name) ? OPEN : WORD;
    } else if (byte === SLASH && beginsPattern(last)) {
      i = patternEnd(bytes, length, i + 1);
      last = WORD;
      word = '';
    } else {
      if (depth && byte === LEFT) nested[depth - 1]++;
      if (depth && byte === RIGHT) nested[depth - 1]--;
      word = (byte === OPEN && (word === 'import' || word === 'importScripts') && word + '(') || (byte === DOT && word === 'import' && 'import.') || '';
      last = byte;
    }
  }
  return false;
};

/** Whether a specifier is an address, and not a bare name such as "react". @param {string} text */
const isAddress = (text) => !!exec(/^\.{0,2}\//, text) || !!attempt(() => new URL(text));

/**
 * Lists the addresses that a script imports, as they are written in its text.
 *
 * @param {string} script
 * @returns {List<string>}
 */
export const imports = (script) => {
  /** @type {List<string>} */
  const all = list();
  literals(script, (literal, before) => {
    if (exec(/^(?:import|from|import\(|importScripts\()$/, before) && isAddress(literal)) all[all.length] = literal;
  });
  return all;
};

/**
 * Visits all texts in a value that was parsed from JSON, each with the name of the member that
 * it is in, also in lists.
 *
 * @param {any} value
 * @param {string} name
 * @param {(text: string, name: string) => void} see
 */
const walk = (value, name, see) => {
  if (typeof value === 'string') see(value, name);
  if (!value || typeof value !== 'object') return;
  const keys = ownKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const key = /** @type {string} */ (keys[i]);
    const inner = getOwnPropertyDescriptor(value, key)?.value;
    walk(inner, exec(/^\d+$/, key) ? name : key, see);
  }
};

/** Lists the texts in a JSON text that are wanted; none if the JSON is invalid. @param {string} json @param {(text: string, name: string) => boolean} wanted */
const texts = (json, wanted) => {
  /** @type {List<string>} */
  const all = list();
  attempt(() => walk(parse(json), '', (text, name) => wanted(text, name) && (all[all.length] = text)));
  return all;
};

/** Lists the addresses in an import map (https://html.spec.whatwg.org/multipage/webappapis.html#import-maps). @param {string} json @returns {List<string>} */
export const maps = (json) => texts(json, isAddress);

/**
 * Lists the addresses that speculation rules name
 * (https://wicg.github.io/nav-speculation/speculation-rules.html). Rules that select links of
 * the document by a pattern name no address, and cannot be judged.
 *
 * @param {string} json
 * @returns {List<string>}
 */
export const speculates = (json) => texts(json, (text, name) => name === 'urls');
