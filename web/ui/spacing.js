/*
 * Spaces the interface's texts as the visitor does. A bookmarklet or an extension writes
 * `* { letter-spacing: .12em !important }` (WCAG 2.2, 1.4.12), which cannot come before the
 * interface's own declarations, since these are important and in a cascade layer. An empty
 * paragraph that has none of them tells of it: a transition of its spacing begins.
 */
import { unseen } from '../safe/dom.js';
import { free } from '../safe/reading.js';
import { build } from './tree.js';

const { getComputedStyle } = window;
const { getPropertyValue, setProperty } = CSSStyleDeclaration.prototype;
/** The browser's own, saved before hooks replace them. */
export const valueOf = free(getPropertyValue);
export const set = free(setProperty);

/** What is spaced, and by how many of the paragraph's 16 px where nobody has spaced it. @type {[property: string, usual: number, unit: string][]} */
const spaced = [
  ['line-height', 16, ''],
  ['letter-spacing', 0, 'em'],
  ['word-spacing', 0, 'em'],
  ['margin-bottom', 0, 'em'],
];

/** Follows the visitor's spacing in a layer. @param {HTMLElement} dialog @returns {HTMLElement} the paragraph that tells of it */
export const followSpacing = (dialog) => {
  const probe = build(['p', { class: 'octroi-spacing', 'aria-hidden': 'true' }]);
  const read = () => {
    const style = getComputedStyle(probe);
    for (const [property, usual, unit] of spaced) {
      const pixels = parseFloat(valueOf(style, property)) || usual;
      if (pixels > usual) set(dialog.style, '--octroi-' + property, pixels / 16 + unit);
    }
  };
  dialog.append(unseen(probe));
  probe.addEventListener('transitionend', read);
  read();
  return probe;
};
