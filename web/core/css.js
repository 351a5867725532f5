/*
 * Finds the addresses in a text of CSS, as a browser reads it: CSS Syntax Module Level 3,
 * section 4 (https://www.w3.org/TR/css-syntax-3/#tokenization), with escapes, comments,
 * strings, bad strings and bad addresses. The reader passes over each text once and uses only
 * saved built-ins, so that neither a long text slows a page down nor the page changes a verdict.
 */
import { bare, exec, fromCodePoint, indexOf, list, slice, toLowerCase } from '../safe/language.js';

/** Every text that has an address matches this pattern. */
const quick = /["'\\]|url\(/i;

/** Whether a text may have an address: most values that scripts set often have none. @param {string} css */
export const loads = (css) => exec(quick, css) !== null;

/** Makes a table whose keys are the characters of a text. @param {string} characters */
const table = (characters) => {
  /** @type {Record<string, number>} */
  const all = bare({});
  for (let i = 0; i < characters.length; i++) all[characters[i]] = 1;
  return all;
};

const lines = table('\n\r\f');
const spaces = table(' \t\n\r\f');
/** The value of each hexadecimal digit. */
const digits = bare(/** @type {Record<string, number>} */ ({}));
for (let i = 0; i < 22; i++) digits['0123456789abcdefABCDEF'[i]] = i < 16 ? i : i - 6;

let punctuation = '';
let unprintable = '';
for (let i = 1; i < 128; i++) {
  const character = fromCodePoint(i);
  if (exec(/[^\w\\-]/, character)) punctuation += character;
  if (exec(/[\x01-\x08\v\x0e-\x1f\x7f]/, character)) unprintable += character;
}
/** The characters that end a name, a string in each kind of quotes and an address without quotes. An escaped character ends none. */
const ends = bare({ name: table(punctuation), '"': table('"\n\r\f'), "'": table("'\n\r\f"), url: table(' \t\n\r\f"\'()' + unprintable) });

/**
 * The functions that tell whether strings in them are addresses: 1 for yes, 0 for no. In any
 * other function strings are what they are around it, because var() and others may pass a
 * string on.
 *
 * @type {Record<string, number>}
 */
const functions = bare({ url: 1, src: 1, image: 1, 'image-set': 1, '-webkit-image-set': 1, type: 0, format: 0, tech: 0, integrity: 0 });

/** The descriptors that take any text and may pass a string to such a function, as a custom property may. @type {Record<string, number>} */
const descriptors = bare({ result: 1, 'initial-value': 1 });

/** The bracket that closes each bracket. @type {Record<string, string>} */
const closers = bare({ '(': ')', '[': ']', '{': '}' });

/** An address that needs no quotes within "url(" and ")". */
const plain = /^[!#-&*-[\]-~]+$/;

/** Writes an address as a CSS string. @param {string} address */
const quote = (address) => {
  let text = '"';
  for (let i = 0; i < address.length; i++) {
    const character = address[i];
    text +=
      character === '"' || character === '\\'
        ? '\\' + character
        : character === '\n'
          ? '\\a '
          : character === '\r'
            ? '\\d '
            : character === '\f'
              ? '\\c '
              : character;
  }
  return text + '"';
};

/** @typedef {[from: number, to: number, text: string]} Edit a part of a text, from one place to another in UTF-16 units, and the text that replaces this part */

/**
 * How far a text of CSS has been read, and what surrounds that place.
 *
 * @typedef {object} Reading
 * @property {string} css the whole text
 * @property {number} at the place of the next character, in UTF-16 units
 * @property {(address: string, sheet: boolean) => string | undefined} change see "edits"
 * @property {List<Edit>} found
 * @property {number} depth how many brackets are open
 * @property {List<string>} closes the closing bracket at each depth
 * @property {List<number>} counts 1 at each depth where strings are addresses
 * @property {boolean} named whether a custom property begins if the next character is a colon
 * @property {number} custom one more than the depth of the custom property around this place; 0 outside of one
 * @property {string} rule the name of the rule that begins before this place, until its block or end, or its address if it is an "import"
 */

/** Reads an escape from behind its backslash (section 4.3.7), and returns its character. @param {Reading} reading */
const readEscape = (reading) => {
  const { css } = reading;
  let value = 0;
  let length = 0;
  for (; length < 6 && digits[css[reading.at]] !== undefined; length++) value = value * 16 + digits[css[reading.at++]];
  // The halves of a surrogate pair come one after the other.
  if (!length) return reading.at < css.length ? css[reading.at++] : '\ufffd';
  if (css[reading.at] === '\r' && css[reading.at + 1] === '\n') reading.at++;
  if (spaces[css[reading.at]]) reading.at++;
  return value && value < 0x110000 && (value < 0xd800 || value > 0xdfff) ? fromCodePoint(value) : '\ufffd';
};

/**
 * Reads up to a character that ends the token, and returns the text with its escapes resolved.
 *
 * @param {Reading} reading
 * @param {Record<string, number>} until
 * @param {boolean} [string] whether the token is a string, in which a backslash may continue a line
 */
const read = (reading, until, string) => {
  const { css } = reading;
  let text = '';
  let from = reading.at;
  let at = from;
  while (at < css.length) {
    const character = css[at];
    if (character === '\\') {
      const line = lines[css[at + 1]];
      if (line && !string) break;
      text += slice(css, from, at++);
      if (line) at += css[at] === '\r' && css[at + 1] === '\n' ? 2 : 1;
      else {
        reading.at = at;
        text += readEscape(reading);
        at = reading.at;
      }
      from = at;
    } else if (until[character]) break;
    else at++;
  }
  reading.at = at;
  return text + slice(css, from, at);
};

/** @param {Reading} reading */
const skipSpaces = (reading) => {
  while (spaces[reading.css[reading.at]]) reading.at++;
};

/** @param {Reading} reading */
const skipComment = (reading) => {
  const end = indexOf(reading.css, '*/', reading.at + 2);
  reading.at = end < 0 ? reading.css.length : end + 2;
};

/**
 * Judges an address that has just been read. In a custom property, an address that the text's
 * end leaves open gets its closing mark: where the property is used, the address would run on
 * into what follows.
 *
 * @param {Reading} reading
 * @param {number} from where the address, or its "url(", begins
 * @param {string} address
 * @param {boolean} whole whether the part to replace includes "url(" and ")"
 * @param {boolean} closed
 */
const judge = (reading, from, address, whole, closed) => {
  const { rule, found } = reading;
  const imported = rule === 'import';
  // The addresses in @namespace are only names.
  if (rule === 'namespace') return;
  if (imported) reading.rule = '';
  const now = reading.change(address, imported) ?? (closed || !(reading.custom || reading.counts[0]) ? undefined : address);
  // An address keeps its form: where a text is no CSS, browsers skip more behind url("…") than behind url(…).
  if (now !== undefined) found[found.length] = [from, reading.at, whole ? `url(${exec(plain, now) ? now : quote(now)})` : quote(now)];
};

/** Goes into brackets. @param {Reading} reading @param {string} closer @param {number} counting 1 if strings in the brackets are addresses */
const open = (reading, closer, counting) => {
  reading.at++;
  const depth = ++reading.depth;
  reading.closes[depth] = closer;
  reading.counts[depth] = counting;
};

/** Reads an address without quotes (section 4.3.6), from behind the bracket. @param {Reading} reading @param {number} from where its "url(" begins */
const readPlainAddress = (reading, from) => {
  const { css } = reading;
  const address = read(reading, ends.url);
  skipSpaces(reading);
  const closed = reading.at < css.length;
  if (!closed || css[reading.at] === ')') {
    if (closed) reading.at++;
    judge(reading, from, address, true, closed);
    return;
  }
  // A bad address loads nothing, and extends to the next bracket (section 4.3.14).
  let { at } = reading;
  for (; at < css.length && css[at] !== ')'; at++) if (css[at] === '\\' && !lines[css[at + 1]]) at++;
  reading.at = at + 1;
};

/** Reads a name, a function's name with its bracket, or an address without quotes. @param {Reading} reading */
const readName = (reading) => {
  const { css } = reading;
  const from = reading.at;
  const name = read(reading, ends.name);
  if (reading.at === from) reading.at++; // a backslash at a line's end
  const dashed = name[0] === '-' && name[1] === '-';
  const isCall = css[reading.at] === '(';
  reading.named = !isCall && (dashed || (name.length > 5 && descriptors[toLowerCase(name)] === 1));
  if (!isCall) return;
  const called = toLowerCase(name);
  open(reading, ')', dashed ? 1 : (functions[called] ?? reading.counts[reading.depth]));
  if (called !== 'url') return;
  skipSpaces(reading);
  if (css[reading.at] === '"' || css[reading.at] === "'") return;
  reading.depth--;
  readPlainAddress(reading, from);
};

/** @param {Reading} reading @param {string} mark the quotes */
const readString = (reading, mark) => {
  const from = reading.at++;
  const address = read(reading, ends[/** @type {'"' | "'"} */ (mark)], true);
  // A line's end makes a bad string, which is no address (section 4.3.5). The text's end closes a string.
  const closed = reading.css[reading.at] === mark;
  if (closed) reading.at++;
  if ((closed || reading.at === reading.css.length) && (reading.rule === 'import' || reading.custom || reading.counts[reading.depth])) {
    judge(reading, from, address, false, closed);
  }
};

/** Reads a hash or the name of a rule. @param {Reading} reading @param {string} mark "#" or "@" */
const readMarkedName = (reading, mark) => {
  reading.at++;
  const name = toLowerCase(read(reading, ends.name));
  if (mark === '@') reading.rule = name;
};

/** @param {Reading} reading */
const readColon = (reading) => {
  reading.at++;
  if (reading.named && !reading.custom) reading.custom = reading.depth + 1;
  reading.named = false;
};

/** Reads a bracket, a semicolon, or another character that stands for itself. @param {Reading} reading @param {string} character */
const readPunctuation = (reading, character) => {
  if (character === ';' || character === '{' || character === '}') reading.rule = '';
  if (character === ';' && reading.custom === reading.depth + 1) reading.custom = 0;
  if (closers[character]) return open(reading, closers[character], reading.counts[reading.depth]);
  reading.at++;
  if (reading.depth && character === reading.closes[reading.depth]) reading.depth--;
  if (reading.custom > reading.depth + 1) reading.custom = 0;
};

/** Reads the next token. @param {Reading} reading */
const readToken = (reading) => {
  const { css, at } = reading;
  const character = css[at];
  if (spaces[character]) reading.at++;
  else if (character === '/' && css[at + 1] === '*') skipComment(reading);
  else if (character === ':') readColon(reading);
  else if (character === '\\' || !ends.name[character]) readName(reading);
  else {
    reading.named = false;
    if (character === '"' || character === "'") readString(reading, character);
    else if (character === '#' || character === '@') readMarkedName(reading, character);
    else if (character === '<' && slice(css, at, at + 4) === '<!--') reading.at += 4;
    else readPunctuation(reading, character);
  }
};

/**
 * Lists what must be replaced in a text of CSS.
 *
 * @param {string} css a style sheet, rules, declarations or a value
 * @param {boolean} every whether any string may become an address, as in a custom property
 * @param {(address: string, sheet: boolean) => string | undefined} change returns the address
 *   that replaces another, or undefined to keep it; "sheet" tells whether the address is of a
 *   style sheet that the text imports
 * @returns {List<Edit>}
 */
export const edits = (css, every, change) => {
  /** @type {Reading} */
  const reading = {
    css,
    at: 0,
    change,
    found: list(),
    depth: 0,
    closes: list(['']),
    counts: list([every ? 1 : 0]),
    named: false,
    custom: 0,
    rule: '',
  };
  if (loads(css)) while (reading.at < css.length) readToken(reading);
  return reading.found;
};

/** Returns a text with its edits made. @param {string} css @param {List<Edit>} found */
export const edited = (css, found) => {
  if (!found.length) return css;
  let text = '';
  let at = 0;
  for (let i = 0; i < found.length; i++) {
    text += slice(css, at, found[i][0]) + found[i][2];
    at = found[i][1];
  }
  return text + slice(css, at);
};
