/*
 * What stands in a site's own octroi.js ahead of its engine: the table of what is held, and the
 * first layer as the engine would draw it. The drop-in has neither.
 */
import { attempt, endsWith, exec, hasOwn, indexOf, toLowerCase } from '../safe/reading.js';
import { document } from '../safe/dom.js';
import { native } from '../safe/native.js';
import { site } from 'octroi:site';

/**
 * @typedef {object} Site what `octroi build` knows of a site
 * @property {string} record the name of the record's cookie and key
 * @property {import('../core/table.js').Table} table
 * @property {'hooks' | 'refusal' | 'always'} policy when there is a policy, which the engine has made: never, once something is refused, or always
 * @property {string} domain that the page's host must be, or be under; "" for any
 * @property {boolean} objectable whether the browser's own no refuses something: the engine then says what is asked
 * @property {Record<string, import('./interface.js').Layer>} layers the first layer in each language, for a visitor without a record
 */

/** @param {string} record */
const isNew = (record) => indexOf('; ' + native.cookies(), `; ${record}=`) < 0 && !native.read(0, record);

/** Whether this browser holds no record: then each verdict is in the table. */
export const undecided = COMPILED && attempt(() => isNew(site.record)) === true;

/** Whether the browser says no for its visitor: https://www.w3.org/TR/gpc/ */
export const objects = attempt(() => /** @type {any} */ (navigator).globalPrivacyControl) === true;

/** Whether the page's host is one of the site's: elsewhere the engine shuts all, and says why. */
const isHome = () => !site.domain || endsWith('.' + location.hostname, '.' + site.domain);

/** Whether the page can begin without the engine. */
export const isAhead = () => undecided && isHome() && site.policy !== 'always' && !(site.objectable && objects);

/** Returns the first layer in the wanted language; none if it has to be made. */
export const firstLayer = () => {
  const { layers } = site;
  const wanted = document.documentElement?.lang || navigator.languages?.[0] || '';
  if (hasOwn(layers, wanted)) return layers[wanted];
  // With a region the dates are written otherwise, but the first layer has none.
  const base = exec(/^[a-z]{2,3}(?=-[a-z]{2}$)/i, wanted)?.[0];
  if (base && hasOwn(layers, toLowerCase(base))) return layers[toLowerCase(base)];
};
