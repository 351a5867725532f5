/*
 * Looks up what the build has worked out of a site's declaration: what is held while nobody has
 * decided. engine/gate/table.go makes the table.
 */
import { endsWith, exec, hasOwn, indexOf, slice, startsWith } from '../safe/language.js';

/**
 * @typedef {{ path: string[], port: string, id: string }} Part a service's part of a host: what begins so, on a port or on any
 *
 * @typedef {object} Table
 * @property {Record<string, Part[]>} hosts hosts that services name, with the parts that are held
 * @property {Record<string, Part[]>} below the same, with all hosts below them
 * @property {Part[]} own the same of the site's own paths
 * @property {Record<string, 0 | 1>[]} names by area, the names that services keep something under; 0 if one of those services is essential
 * @property {{ parts: string[], held: 0 | 1 }[][]} stars the same for names with stars: what is around the stars
 * @property {{ text: string, id: string }[]} inline parts of the texts of services' scripts
 * @property {boolean} block whether hosts that no service names are held
 */

/** A path that servers may read otherwise than it is written. */
const odd = /%|\/[/.]/;

/** Whether a path begins with these parts in their order, and anything between them. @param {string[]} parts @param {string} path */
const begins = (parts, path) => {
  if (!startsWith(path, parts[0])) return false;
  let at = parts[0].length;
  for (let i = 1; i < parts.length; i++) {
    const found = indexOf(path, parts[i], at);
    if (found < 0) return false;
    at = found + parts[i].length;
  }
  return true;
};

/** Adds an id to a list, once. @param {string} ids divided by spaces @param {string} id */
const withID = (ids, id) => (!ids ? id : indexOf(` ${ids} `, ` ${id} `) < 0 ? `${ids} ${id}` : ids);

/** Returns the services that an address of a host may be of: those with the longest beginning. @param {Part[]} parts @param {string} port @param {string} path */
const servicesOf = (parts, port, path) => {
  let ids = '';
  let longest = -1;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if ((part.port && part.port !== port) || (!begins(part.path, path) && exec(odd, path) === null)) continue;
    const { length } = part.path[0];
    if (length < longest) continue;
    ids = withID(length > longest ? '' : ids, part.id);
    longest = length;
  }
  return ids;
};

/** Returns the services that a path of the site's own may be of. @param {Table} table @param {string} port @param {string} path */
export const servicesOfOwn = ({ own }, port, path) => servicesOf(own, port, path);

/**
 * Judges an address. One with an odd path is held on a host of which a part is held.
 *
 * @param {Table} table
 * @param {string} host
 * @param {string} port
 * @param {string} path with the query
 * @returns {readonly [ids: string, open: boolean]}
 */
export const judgeAddress = ({ hosts, below, block }, host, port, path) => {
  let ids = hasOwn(hosts, host) ? servicesOf(hosts[host], port, path) : '';
  for (let rest = host; !ids;) {
    if (hasOwn(below, rest)) ids = servicesOf(below[rest], port, path);
    const dot = indexOf(rest, '.');
    if (ids || dot < 0) break;
    rest = slice(rest, dot + 1, rest.length);
  }
  // What nobody declares is held where the declaration says so.
  return [ids, !ids && !block];
};

/** Returns the services whose parts stand in the text of a script; such a script is held. @param {Table} table @param {string} text */
export const servicesIn = ({ inline }, text) => {
  let ids = '';
  for (let i = 0; i < inline.length; i++) if (indexOf(text, inline[i].text) >= 0) ids = withID(ids, inline[i].id);
  return ids;
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
