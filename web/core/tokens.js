/*
 * A tokenizer for markup that is written into a document in pieces
 * (https://html.spec.whatwg.org/multipage/parsing.html#tokenization, with scripting): it finds
 * how much of the markup is whole tokens. Which nodes the tokens make is up to a parser: see
 * web/intercept/reader.js.
 */
import { bare, exec, indexOf, lastIndexOf, list, RegExp, slice, split, toLowerCase, visit } from '../safe/language.js';

/**
 * @typedef {object} Attribute
 * @property {string} name in lower case
 * @property {number} from where the name begins, in UTF-16 units from the tag's "<", as all places in a tag
 * @property {number} to where the name ends
 */

/**
 * @typedef {object} Tag
 * @property {string} name in lower case
 * @property {'html' | 'svg' | 'math'} space
 * @property {number} named where the tag's name ends
 * @property {List<Attribute>} attributes in order, with those whose name comes a second time
 * @property {number} end the place behind the tag's ">"
 * @property {boolean} closed whether the tag ends with "/>"
 */

/**
 * The state of a tokenizer between two pieces.
 *
 * @typedef {object} Place
 * @property {string} rest the text that is not a whole token yet
 * @property {string} raw the name of the open element whose text is not markup, "" for none; a script, a style or a noscript is one token with its text, and never open
 * @property {List<{ name: string, space: string }>} open the open elements of SVG and MathML, with the namespace that their children get
 */

/** @returns {Place} */
export const begin = () => ({ rest: '', raw: '', open: list() });

/** Makes a set of names. @param {string} words @returns {Record<string, true>} */
const set = (words) => {
  const all = /** @type {Record<string, true>} */ (bare({}));
  visit(split(words, ' '), (word) => void (all[word] = true));
  return all;
};
/** Elements whose text is not markup. */
const rawTexts = set('title textarea style xmp iframe noembed noframes noscript script plaintext');
/** HTML elements that end SVG or MathML around them (https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inforeign). */
const breakouts = set(
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
);
/** The attributes with which a <font> ends SVG or MathML, too. */
const fonts = set('color face size');
/** Elements of SVG and MathML whose children are HTML. */
const intoHTML = set('foreignobject desc title mi mo mn ms mtext');

/** Makes the pattern of an element's end tag. @param {string} name */
const endOf = (name) => new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi');
/** @type {Record<string, RegExp>} */
const ends = bare({});
for (const name in rawTexts) ends[name] = endOf(name);
/** What may follow in a script's text: outside of "<!--", in it, and in a "<script" in it. */
const scripts = list([/<!--|<\/script(?=[\t\n\f\r />])/gi, /-->|<script(?=[\t\n\f\r />])|<\/script(?=[\t\n\f\r />])/gi, /-->|<\/script(?=[\t\n\f\r />])/gi]);

/** Finds a pattern, which must have the flag "g", from a place on. @param {RegExp} pattern @param {string} text @param {number} from */
const find = (pattern, text, from) => {
  pattern.lastIndex = from;
  const found = exec(pattern, text);
  return found ? { at: found.index, text: found[0] } : undefined;
};

/** Finds the end of a script's text, -1 if there is none. A "<script" in "<!--" has an end tag of its own, which does not end the script. @param {string} text @param {number} from */
const scriptEnd = (text, from) => {
  for (let state = 0; ;) {
    const found = find(scripts[state], text, from);
    if (!found) return -1;
    if (state < 2 && found.text[1] === '/') return found.at;
    state = found.text === '-->' ? 0 : found.text === '<!--' || state === 2 ? 1 : 2;
    // The dashes of "<!-->" begin and end a comment.
    from = found.at + (found.text === '<!--' ? 2 : found.text.length);
  }
};

/** @param {string} c */
const space = (c) => c === ' ' || c === '\n' || c === '\t' || c === '\r' || c === '\f';
const letter = /[a-z]/i;

/**
 * Reads a tag from its "<" on. Returns nothing if the tag has no end in the text.
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
  /** @type {List<Attribute>} */
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

/** Finds the end of a comment, a doctype or another token that begins with "<" and is no tag; 0 if the "<" is text, -1 if there is no end. @param {string} text @param {number} from @param {boolean} foreign */
const otherTokenEnd = (text, from, foreign) => {
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

/** Notes a start tag, and returns the namespace of its element. @param {Place} place @param {Tag} one @returns {Tag['space']} */
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

/** Notes an end tag. @param {Place} place @param {string} name */
const leave = ({ open }, name) => {
  for (let i = open.length - 1; i >= 0; i--) {
    if (open[i].name === name) {
      open.length = i;
      return;
    }
  }
};

/**
 * Takes a piece of markup, and returns what is whole tokens now. The rest waits for the next piece.
 *
 * @param {Place} place
 * @param {string} piece
 */
export const feed = (place, piece) => {
  // Each token that may be in the rest ends with ">". Without one, the rest is not read again, so that many small pieces take linear time.
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
        // An end tag may come in two pieces.
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
      const end = otherTokenEnd(text, at, !!length && place.open[length - 1].space !== 'html');
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
