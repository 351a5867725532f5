/* Lists of interfaces and their members, for hooks. */
import { list, visit } from '../safe/builtins.js';

/**
 * Makes a flat list of a table: interface, member, interface, member… Hooks loop over it by
 * index, and so call no iterator, which the page may have replaced.
 *
 * @param {Record<string, string[]>} table
 * @returns {List<string>}
 */
export const pairs = (table) => {
  /** @type {List<string>} */
  const all = list();
  visit(Object.keys(table), (kind) =>
    visit(table[kind], (name) => {
      all[all.length] = kind;
      all[all.length] = name;
    }),
  );
  return all;
};
