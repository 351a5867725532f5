/*
 * Looks up what the build has worked out of a site's declaration: what is held while nobody has
 * decided. engine/gate/table.go makes the table.
 */
import { hasOwn, indexOf, slice } from '../safe/language.js';

/**
 * @typedef {object} Table
 * @property {Record<string, 0 | 1>} hosts hosts that services name; 1 if any of those services is not essential
 * @property {Record<string, 0 | 1>} below the same, with all hosts below them
 * @property {string[]} inline parts of the texts of scripts that are held
 * @property {boolean} block whether hosts that no service names are held
 */

/** Whether an address of a host may be requested. @param {Table} table @param {string} host without port */
export const isOpenHost = ({ hosts, below, block }, host) => {
  let known = hasOwn(hosts, host);
  if (known && hosts[host]) return false;
  for (let rest = host; ;) {
    if (hasOwn(below, rest)) {
      if (below[rest]) return false;
      known = true;
    }
    const dot = indexOf(rest, '.');
    if (dot < 0) return known || !block;
    rest = slice(rest, dot + 1, rest.length);
  }
};

/** Whether the text of a script has a part that is held. @param {Table} table @param {string} text */
export const hasHeldPart = ({ inline }, text) => {
  for (let i = 0; i < inline.length; i++) if (indexOf(text, inline[i]) >= 0) return true;
  return false;
};
