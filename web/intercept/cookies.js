/*
 * Cookies: assignments to document.cookie.
 */
import { AREA_COOKIES } from '../../jsbridge/kinds.js';
import { apply, getOwnPropertyDescriptor, reads } from '../safe/reading.js';
import { wrap } from './wrap.js';

/** @typedef {import('./hooks.js').Judge} Judge */

const read = reads(Document.prototype, 'cookie');
const { toWellFormed } = /** @type {any} */ (String.prototype);

/** @param {Judge} judge @param {any} view */
const hookAssignments = (judge, view) => {
  const { prototype } = view.Document;
  wrap(prototype, 'cookie', 'set', (original) => ({
    hook(value) {
      if (!arguments.length) return apply(original, this, arguments);
      // Chromium stores half a surrogate pair, and then reads no cookie of the site any more.
      // The attribute is a USVString, in which U+FFFD replaces the half: https://html.spec.whatwg.org/multipage/dom.html#dom-document-cookie
      const string = `${value}`;
      const text = toWellFormed ? apply(toWellFormed, string, []) : string;
      const again = () => apply(/** @type {any} */ (getOwnPropertyDescriptor(prototype, 'cookie')).set, this, [text]);
      const verdict = judge(AREA_COOKIES, text, again, view);
      if (verdict) apply(original, this, [verdict.length ? verdict[0] : text]);
      else read(this); // throws where the original would
    },
  }));
};

/** @param {Judge} judge @returns {import('./hooks.js').Hooks} */
export const cookies = (judge) => (view) => hookAssignments(judge, view);
