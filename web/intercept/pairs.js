/* Tables of interfaces and their members. */
import { list, visit } from '../safe/builtins.js';

/** Flat, so that no iterator of the page's is asked when a frame comes. @param {Record<string, string[]>} table @returns {string[]} */
export const pairs = (table) => {
  /** @type {string[]} */
  const all = list();
  visit(Object.keys(table), (kind) =>
    visit(table[kind], (name) => {
      all[all.length] = kind;
      all[all.length] = name;
    }),
  );
  return all;
};
