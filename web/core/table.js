/*
 * Looks up what the build has worked out of a site's declaration: what is held while nobody has
 * decided. engine/gate/table.go makes the table.
 */
import { endsWith, hasOwn, indexOf, max, slice, startsWith } from '../safe/language.js';

/**
 * @typedef {object} Table
 * @property {Record<string, 0 | 1 | 2>} hosts hosts that services name, with what `holdsHost` returns
 * @property {Record<string, 0 | 1 | 2>} below the same, with all hosts below them
 * @property {Record<string, 0 | 1>[]} names by area, the names that services keep something under; 0 if one of those services is essential
 * @property {{ parts: string[], held: 0 | 1 }[][]} stars the same for names with stars: what is around the stars
 * @property {string[]} inline parts of the texts of scripts that are held
 * @property {boolean} block whether hosts that no service names are held
 */

/**
 * Looks up a host. The longest name of it that the table has counts.
 *
 * @param {Table} table
 * @param {string} host without port
 * @returns {0 | 1 | 2} 0 if an address there may be requested, 1 if not, 2 if the engine must be asked
 */
export const holdsHost = ({ hosts, below, block }, host) => {
  const exact = hasOwn(hosts, host) ? hosts[host] : undefined;
  for (let rest = host; ;) {
    const held = hasOwn(below, rest) ? below[rest] : undefined;
    if (rest === host && exact !== undefined) return held === undefined ? exact : /** @type {0 | 1 | 2} */ (max(exact, held));
    if (held !== undefined) return held;
    const dot = indexOf(rest, '.');
    if (dot < 0) return block ? 1 : 0;
    rest = slice(rest, dot + 1, rest.length);
  }
};

/** Whether the text of a script has a part that is held. @param {Table} table @param {string} text */
export const hasHeldPart = ({ inline }, text) => {
  for (let i = 0; i < inline.length; i++) if (indexOf(text, inline[i]) >= 0) return true;
  return false;
};

/** Whether a name consists of these parts in their order, and of anything between them. @param {string[]} parts at least 2 @param {string} name */
const fits = (parts, name) => {
  const last = parts.length - 1;
  if (!startsWith(name, parts[0])) return false;
  let at = parts[0].length;
  for (let i = 1; i < last; i++) {
    const found = indexOf(name, parts[i], at);
    if (found < 0) return false;
    at = found + parts[i].length;
  }
  return name.length - at >= parts[last].length && endsWith(name, parts[last]);
};

/** Whether something may be kept under a name. @param {Table} table @param {number} area @param {string} name */
export const isOpenName = ({ names, stars, block }, area, name) => {
  let held = block;
  if (hasOwn(names[area], name)) {
    if (!names[area][name]) return true;
    held = true;
  }
  for (let i = 0; i < stars[area].length; i++) {
    const star = stars[area][i];
    if (!fits(star.parts, name)) continue;
    if (!star.held) return true;
    held = true;
  }
  return !held;
};
