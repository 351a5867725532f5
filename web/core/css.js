/*
 * Finds the addresses in a text of CSS, as a browser reads it: CSS Syntax Module Level 3,
 * section 4, with escapes, comments, strings, and what is left of bad ones. One pass, and
 * nothing of the page's is asked.
 */
import { bare, exec, fromCodePoint, indexOf, list, slice, toLowerCase } from '../safe/language.js';

/** What any text that has an address has. */
const quick = /["'\\]|url\(/i;

/** Whether a text may have an address; of most that are set in a hurry, none. @param {string} css */
export const loads = (css) => exec(quick, css) !== null;

/** A table of characters. @param {string} characters */
const table = (characters) => {
  /** @type {Record<string, number>} */
  const all = bare({});
  for (let i = 0; i < characters.length; i++) all[characters[i]] = 1;
  return all;
};

const lines = table('\n\r\f');
const spaces = table(' \t\n\r\f');
const digits = bare(/** @type {Record<string, number>} */ ({}));
for (let i = 0; i < 22; i++) digits['0123456789abcdefABCDEF'[i]] = i < 16 ? i : i - 6;

/** What ends a name, a string and an address without quotes, but for an escape. */
let punctuation = '';
let unprintable = '';
for (let i = 1; i < 128; i++) {
  const character = fromCodePoint(i);
  if (exec(/[^\w\\-]/, character)) punctuation += character;
  if (exec(/[\x01-\x08\v\x0e-\x1f\x7f]/, character)) unprintable += character;
}
const ends = bare({ name: table(punctuation), '"': table('"\n\r\f'), "'": table("'\n\r\f"), url: table(' \t\n\r\f"\'()' + unprintable) });

/**
 * The functions whose strings are addresses, and those within them whose strings are not.
 * Any other hands on what stands around it: var() and the like may bring a string along.
 *
 * @type {Record<string, number>}
 */
const functions = bare({ url: 1, src: 1, image: 1, 'image-set': 1, '-webkit-image-set': 1, type: 0, format: 0, tech: 0, integrity: 0 });

/** Of what may hand a string to such a function, as a custom property does. @type {Record<string, number>} */
const descriptors = bare({ result: 1, 'initial-value': 1 });

/** @type {Record<string, string>} */
const closers = bare({ '(': ')', '[': ']', '{': '}' });

/** An address as a string. @param {string} address */
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

/** @typedef {[from: number, to: number, text: string]} Edit what comes in the place of a part of a text, in UTF-16 units */

/**
 * What is to be changed in a text.
 *
 * @param {string} css a style sheet, rules, declarations or a value
 * @param {boolean} every whether any string may become an address, as in a custom property
 * @param {(address: string, sheet: boolean) => string | undefined} change the address that is to
 *   come in the place of another, if any; "sheet" is whether a style sheet is asked for there
 * @returns {Edit[]}
 */
export const edits = (css, every, change) => {
  /** @type {Edit[]} */
  const found = list();
  if (!loads(css)) return found;
  const end = css.length;
  let at = 0;
  /** By depth of brackets: how each is closed, and whether strings in it are addresses. */
  const closes = list(['']);
  const counts = list([every ? 1 : 0]);
  let depth = 0;
  /** Whether a name stands here that begins a custom property if a colon comes. */
  let named = false;
  /** One more than the depth of the custom property in which this stands, or 0. */
  let custom = 0;
  let imported = false;
  /** Addresses in @namespace are names. */
  let namespace = false;

  /** Reads an escape, behind its backslash. */
  const escaped = () => {
    let value = 0;
    let length = 0;
    for (; length < 6 && digits[css[at]] !== undefined; length++) value = value * 16 + digits[css[at++]];
    // Half a pair, and what stands behind it, come one by one.
    if (!length) return at < end ? css[at++] : '\ufffd';
    if (css[at] === '\r' && css[at + 1] === '\n') at++;
    if (spaces[css[at]]) at++;
    return value && value < 0x110000 && (value < 0xd800 || value > 0xdfff) ? fromCodePoint(value) : '\ufffd';
  };

  /** Reads up to what ends it; tells what it says. @param {Record<string, number>} until @param {boolean} [string] */
  const read = (until, string) => {
    let text = '';
    let from = at;
    while (at < end) {
      const character = css[at];
      if (character === '\\') {
        const line = lines[css[at + 1]];
        if (line && !string) break;
        text += slice(css, from, at++);
        if (line) at += css[at] === '\r' && css[at + 1] === '\n' ? 2 : 1;
        else text += escaped();
        from = at;
      } else if (until[character]) break;
      else at++;
    }
    return text + slice(css, from, at);
  };

  const space = () => {
    while (spaces[css[at]]) at++;
  };

  /**
   * @param {number} from
   * @param {string} address
   * @param {boolean} whole whether it stands there with its url()
   * @param {boolean} closed what is not would go on where a custom property is used
   */
  const meet = (from, address, whole, closed) => {
    const now = namespace ? undefined : (change(address, imported) ?? (closed || !(custom || every) ? undefined : address));
    imported = false;
    if (now !== undefined) found[found.length] = [from, at, whole ? `url(${quote(now)})` : quote(now)];
  };

  /** @param {string} closer @param {number} counting */
  const open = (closer, counting) => {
    at++;
    depth++;
    closes[depth] = closer;
    counts[depth] = counting;
  };

  /** Reads an address without quotes, from behind the bracket. @param {number} from where its url( stands */
  const plain = (from) => {
    const address = read(ends.url);
    space();
    if (at < end && css[at] !== ')') {
      // A bad one goes up to its end, and loads nothing.
      for (; at < end && css[at] !== ')'; at++) if (css[at] === '\\' && !lines[css[at + 1]]) at++;
      at++;
      return;
    }
    const closed = at < end;
    if (closed) at++;
    meet(from, address, true, closed);
  };

  while (at < end) {
    const from = at;
    const character = css[at];
    if (spaces[character]) at++;
    else if (character === '/' && css[at + 1] === '*') {
      at = indexOf(css, '*/', at + 2);
      at = at < 0 ? end : at + 2;
    } else if (character === ':') {
      at++;
      if (named && !custom) custom = depth + 1;
      named = false;
    } else if (character === '\\' || !ends.name[character]) {
      const name = read(ends.name);
      if (at === from) at++; // a backslash at a line's end
      const dashed = name[0] === '-' && name[1] === '-';
      named = dashed || (name.length > 5 && descriptors[toLowerCase(name)] === 1);
      if (css[at] === '(') {
        named = false;
        const called = toLowerCase(name);
        open(')', dashed ? 1 : (functions[called] ?? counts[depth]));
        if (called === 'url') {
          space();
          if (css[at] !== '"' && css[at] !== "'") {
            depth--;
            plain(from);
          }
        }
      }
    } else {
      named = false;
      if (character === '"' || character === "'") {
        at++;
        const address = read(ends[character], true);
        // At a line's end it is a bad one; at the text's end it is whole.
        const closed = css[at] === character;
        if (closed) at++;
        if ((closed || at === end) && (imported || custom || counts[depth])) meet(from, address, false, closed);
      } else if (character === '#' || character === '@') {
        at++;
        const name = toLowerCase(read(ends.name));
        if (character === '@') {
          imported = name === 'import';
          namespace = name === 'namespace';
        }
      } else if (character === '<' && slice(css, at, at + 4) === '<!--') at += 4;
      else {
        if (character === ';' || character === '{' || character === '}') imported = namespace = false;
        if (character === ';' && custom === depth + 1) custom = 0;
        if (closers[character]) open(closers[character], counts[depth]);
        else {
          at++;
          if (depth && character === closes[depth]) depth--;
          if (custom > depth + 1) custom = 0;
        }
      }
    }
  }
  return found;
};

/** A text with what has been found to be changed in it. @param {string} css @param {Edit[]} found */
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
