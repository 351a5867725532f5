/*
 * Says where in a declaration's text a fault of it is, what is there, and what would be right.
 */

/** @typedef {{ from: number, value: number, end: number }} Place where a member begins, and where its value begins and ends */

/** Finds where the members of a JSON text stand, by their paths as faults have them. @param {string} text @returns {Map<string, Place>} */
const placesIn = (text) => {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g)];
  /** @type {Map<string, Place>} */
  const places = new Map();
  let i = 0;
  /** @param {string} path @param {number} [from] */
  const read = (path, from) => {
    const first = tokens[i++];
    if (!first) return;
    const closing = { '{': '}', '[': ']' }[first[0]];
    for (let n = 0; closing && tokens[i] && tokens[i][0] !== closing; n++) {
      if (closing === ']') read(`${path}[${n}]`);
      else {
        const key = tokens[i];
        i += 2; // and its colon
        read(`${path}.${key[0].slice(1, -1)}`, key.index);
      }
      if (tokens[i]?.[0] === ',') i++;
    }
    const last = closing ? tokens[i++] || first : first;
    places.set(path, { from: from ?? first.index, value: first.index, end: last.index + last[0].length });
  };
  read('$');
  return places;
};

/** Chooses the word that begins most as another does; the first where none does. @param {string[]} words @param {string} like */
const nearest = (words, like) => {
  /** @param {string} word */
  const alike = (word) => [...word].findIndex((letter, i) => letter !== like[i]) >>> 0;
  return words.reduce((best, word) => (alike(word) > alike(best) ? word : best));
};

/**
 * Writes a member as it should be, by what the fault says; "" where the fault names no text.
 *
 * @param {string} member as it is
 * @param {number} value where its value begins in it
 * @param {string} key
 * @param {string} reason
 * @param {string} right
 */
const mended = (member, value, key, reason, right) => {
  const [, word] = /did you mean "([^"]+)"/.exec(right) || [];
  if (word && / known here:/.test(right)) return JSON.stringify(word) + member.slice(key.length + 2);
  const [, listed] = /^(?:write|use) one of:? ?(\S.*)$/.exec(right) || [];
  const was = member.slice(value).replace(/^"|"$/g, '');
  if (listed) return member.slice(0, value) + JSON.stringify(nearest(listed.split(' '), was));
  const [, quoted] = /^write (?:one as )?("[^"]*")/.exec(right) || [];
  const [, plain] = /^write (true|\{.*\})/.exec(right) || [];
  // A text's languages are keys.
  if (quoted && reason === 'not a language tag' && key !== 'language') return quoted + member.slice(key.length + 2);
  const text = word ? JSON.stringify(word) : quoted || plain;
  return text ? member.slice(0, value) + text : '';
};

/** Shortens a text of several lines. @param {string} text */
const short = (text) => (text.length > 200 ? text.slice(0, 200) + ' …' : text);

/**
 * Explains a fault.
 *
 * @typedef {{ where: string, line: number, what: string, is: string, right: string }} Explained the path; the
 * line, 0 where it is not known; what is wrong and what would be right, in words; what is there, and what
 * should be, '' where that cannot be told
 * @param {string} fault "path: what is wrong; what would be right"
 * @param {string} text the declaration
 * @returns {Explained}
 */
export const explain = (fault, text) => {
  const [, path, reason, right] = /^(.*?): (.*?); (.*)$/s.exec(fault) || ['', '', fault, ''];
  const [, line, column] = /line (\d+), column (\d+)$/.exec(right) || [];
  const what = `${reason}; ${right}`;
  /** @param {number} offset */
  const lineOf = (offset) => text.slice(0, offset).split('\n').length;
  if (line) {
    const is = text.split('\n')[+line - 1].trimEnd() + '\n  ' + ' '.repeat(+column - 1) + '^';
    return { where: path, line: +line, what, is, right: '' };
  }
  const key = /[^.[\]]+\]?$/.exec(path)?.[0] || '';
  const places = placesIn(text);
  const place = places.get(path);
  if (!place) {
    const around = places.get(path.replace(/\.[^.]*$/, ''));
    return { where: path, line: around ? lineOf(around.from) : 0, what, is: '', right: reason === 'missing' ? `"${key}": "…"` : '' };
  }
  const member = text.slice(place.from, place.end);
  const should = right === 'leave it out' ? '' : mended(member, place.value - place.from, key, reason, right);
  return { where: path, line: lineOf(place.from), what, is: short(member), right: short(should) };
};
