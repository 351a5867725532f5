/*
 * A tokenizer for markup that is written into a document in pieces (HTML, section 13.2.5,
 * where scripts run): it tells how much of it is whole tokens. What becomes of them only a
 * parser knows; see reader.js in intercept.
 */
import { bare, exec, indexOf, lastIndexOf, list, RegExp, slice, split, toLowerCase, visit } from '../safe/language.js';

/**
 * @typedef {object} Attribute
 * @property {string} name in lower case
 * @property {number} from where the name begins, from the tag's "<" on as all places here
 * @property {number} to where it ends
 */

/**
 * @typedef {object} Tag
 * @property {string} name in lower case
 * @property {'html' | 'svg' | 'math'} space
 * @property {number} named where its name ends
 * @property {Attribute[]} attributes in order, doubles among them
 * @property {number} end behind its ">"
 * @property {boolean} closed whether it ends with "/>"
 */

/**
 * Where a tokenizer stands between two pieces.
 *
 * @typedef {object} Place
 * @property {string} rest what is not yet a whole token
 * @property {string} raw the element whose text is no markup, "" for none; never a script, a style or a noscript, which are taken whole
 * @property {{ name: string, space: string }[]} open foreign elements, and where HTML goes on in them
 */

/** @returns {Place} */
export const begin = () => ({ rest: '', raw: '', open: list() });

/** @param {string} words @returns {Record<string, true>} */
const set = (words) => {
  const all = /** @type {Record<string, true>} */ (bare({}));
  visit(split(words, ' '), (word) => void (all[word] = true));
  return all;
};
const rawTexts = set('title textarea style xmp iframe noembed noframes noscript script plaintext');
const breakouts = set(
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
);
/** Attributes by which a font breaks out, too. */
const fonts = set('color face size');
const intoHTML = set('foreignobject desc title mi mo mn ms mtext');

/** @param {string} name */
const endOf = (name) => new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi');
/** @type {Record<string, RegExp>} */
const ends = bare({});
for (const name in rawTexts) ends[name] = endOf(name);
const scripts = list([/<!--|<\/script(?=[\t\n\f\r />])/gi, /-->|<script(?=[\t\n\f\r />])|<\/script(?=[\t\n\f\r />])/gi, /-->|<\/script(?=[\t\n\f\r />])/gi]);

/** Finds a pattern with the flag "g" from a place on. @param {RegExp} pattern @param {string} text @param {number} from */
const find = (pattern, text, from) => {
  pattern.lastIndex = from;
  const found = exec(pattern, text);
  return found ? { at: found.index, text: found[0] } : undefined;
};

/** Where a script's text ends, -1 where it does not: in "<!--", a "<script" has an end of its own. @param {string} text @param {number} from */
const scriptEnd = (text, from) => {
  for (let state = 0; ;) {
    const found = find(scripts[state], text, from);
    if (!found) return -1;
    if (state < 2 && found.text[1] === '/') return found.at;
    state = found.text === '-->' ? 0 : found.text === '<!--' || state === 2 ? 1 : 2;
    // The dashes of "<!-->" are those of its end too.
    from = found.at + (found.text === '<!--' ? 2 : found.text.length);
  }
};

/** @param {string} c */
const space = (c) => c === ' ' || c === '\n' || c === '\t' || c === '\r' || c === '\f';
const letter = /[a-z]/i;

/**
 * Reads a tag from its "<" on; undefined where it does not end in the text.
 *
 * @param {string} text
 * @param {number} from
 * @returns {Tag | undefined}
 */
export const tag = (text, from) => {
  const { length } = text;
  let i = text[from + 1] === '/' ? from + 2 : from + 1;
  const start = i;
  while (i < length && !space(text[i]) && text[i] !== '/' && text[i] !== '>') i++;
  const named = i;
  /** @type {Attribute[]} */
  const attributes = list();
  for (;;) {
    while (i < length && (space(text[i]) || text[i] === '/')) i++;
    if (i >= length) return;
    if (text[i] === '>') {
      return { name: toLowerCase(slice(text, start, named)), space: 'html', named: named - from, attributes, end: i + 1 - from, closed: text[i - 1] === '/' };
    }
    const at = i++;
    while (i < length && !space(text[i]) && text[i] !== '/' && text[i] !== '>' && text[i] !== '=') i++;
    attributes[attributes.length] = { name: toLowerCase(slice(text, at, i)), from: at - from, to: i - from };
    while (i < length && space(text[i])) i++;
    if (text[i] !== '=') continue;
    i++;
    while (i < length && space(text[i])) i++;
    if (text[i] === '"' || text[i] === "'") {
      const end = indexOf(text, text[i], i + 1);
      if (end < 0) return;
      i = end + 1;
    } else {
      while (i < length && !space(text[i]) && text[i] !== '>') i++;
    }
  }
};

/** Where what is no tag ends that begins at a "<"; 0 where it is text, -1 where it does not end. @param {string} text @param {number} from @param {boolean} foreign */
const beyond = (text, from, foreign) => {
  const next = text[from + 1];
  if (next === '/' && text[from + 2] === '>') return from + 3;
  if (next === '!' && text[from + 2] === '-' && text[from + 3] === '-') {
    if (text[from + 4] === '>') return from + 5;
    if (text[from + 4] === '-' && text[from + 5] === '>') return from + 6;
    const end = find(/--!?>/g, text, from + 4);
    return end ? end.at + end.text.length : -1;
  }
  if (foreign && slice(text, from + 1, from + 9) === '![CDATA[') {
    const end = indexOf(text, ']]>', from);
    return end < 0 ? -1 : end + 3;
  }
  if (next === '!' || next === '?' || next === '/') {
    const end = indexOf(text, '>', from);
    return end < 0 ? -1 : end + 1;
  }
  return next === undefined ? -1 : 0;
};

/** The namespace in which a start tag makes an element. @param {Place} place @param {Tag} one @returns {Tag['space']} */
const enter = (place, one) => {
  const { open } = place;
  const top = open.length ? open[open.length - 1] : undefined;
  let at = top ? top.space : 'html';
  let breaks = breakouts[one.name];
  for (let i = 0; one.name === 'font' && i < one.attributes.length; i++) breaks ||= fonts[one.attributes[i].name];
  if (at !== 'html' && breaks) {
    while (open.length && open[open.length - 1].space !== 'html') open.length--;
    at = 'html';
  }
  if (at === 'html') at = one.name === 'svg' || one.name === 'math' ? one.name : 'html';
  if (at !== 'html' && !one.closed) {
    open[open.length] = { name: one.name, space: intoHTML[one.name] ? 'html' : at };
  }
  return /** @type {Tag['space']} */ (at);
};

/** @param {Place} place @param {string} name of an end tag */
const leave = ({ open }, name) => {
  for (let i = open.length - 1; i >= 0; i--) {
    if (open[i].name === name) {
      open.length = i;
      return;
    }
  }
};

/**
 * Takes in a piece, and gives back what is whole of it.
 *
 * @param {Place} place
 * @param {string} piece
 */
export const feed = (place, piece) => {
  // Whatever is not yet whole ends with it: until then nothing is read again.
  if (place.rest && indexOf(piece, '>') < 0) {
    place.rest += piece;
    return '';
  }
  const text = place.rest + piece;
  place.rest = '';
  let out = '';
  let i = 0;
  /** @param {number} to */
  const pass = (to) => {
    out += slice(text, i, to);
    i = to;
  };
  while (i < text.length) {
    const { raw } = place;
    if (raw) {
      const found = raw === 'plaintext' ? undefined : find(ends[raw], text, i);
      if (!found) {
        // An end may come in two pieces.
        const last = raw === 'plaintext' ? -1 : lastIndexOf(text, '<');
        pass(last >= i && text.length - last < raw.length + 3 ? last : text.length);
        break;
      }
      pass(found.at);
      place.raw = '';
    }
    const at = indexOf(text, '<', i);
    if (at < 0) {
      pass(text.length);
      break;
    }
    pass(at);
    const closing = text[at + 1] === '/' && exec(letter, text[at + 2] || '') !== null;
    if (!closing && exec(letter, text[at + 1] || '') === null) {
      const { length } = place.open;
      const end = beyond(text, at, !!length && place.open[length - 1].space !== 'html');
      if (end < 0) break;
      pass(end || at + 1);
      continue;
    }
    const one = tag(text, at);
    if (!one) break;
    if (closing) {
      leave(place, one.name);
      pass(at + one.end);
      continue;
    }
    const { name } = one;
    const end = at + one.end;
    const html = enter(place, one) === 'html';
    const whole = html && (name === 'style' || name === 'noscript');
    const close = html && name === 'script' ? scriptEnd(text, end) : whole ? (find(ends[name], text, end)?.at ?? -1) : end;
    if (close < 0) break;
    pass(close);
    if (html && !whole && name !== 'script' && rawTexts[name]) place.raw = name;
  }
  place.rest = slice(text, i);
  return out;
};
