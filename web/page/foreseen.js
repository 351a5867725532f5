/*
 * Judges writes ahead of the engine, by the site's table, and remembers those that it lets pass:
 * the engine weighs them once it is there.
 */
import { exec, indexOf, list, Set, setAdd, setHas, slice } from '../safe/reading.js';
import { isOpenName } from '../core/table.js';
import { site } from 'octroi:site';

/** A cookie whose name needs no parser, and that has no end. */
const plainCookie = /^[\w.-]+=[^;\0-\x1f\x7f]*$/;
/** The writes that the table has let pass. @type {List<[area: number, text: string]>} */
const foreseen = list();
/** The same, each as its area and its text. @type {Set<string>} */
const keys = new Set();

/** Judges a write; tells nothing of a cookie that the table does not judge. @param {number} area @param {string} text an assignment, or a name */
export const foresee = (area, text) => {
  if (!area && exec(plainCookie, text) === null) return;
  const isOpen = isOpenName(site.table, area, area ? text : slice(text, 0, indexOf(text, '=')));
  if (isOpen && !setHas(keys, area + text)) {
    setAdd(keys, area + text);
    foreseen[foreseen.length] = [area, text];
  }
  return isOpen;
};

/** Takes the writes that the table has let pass, in their order. @param {(area: number, text: string) => void} see */
export const takeForeseen = (see) => {
  for (let i = 0; i < foreseen.length; i++) see(foreseen[i][0], foreseen[i][1]);
  foreseen.length = 0;
};
