/*
 * Reads colours however they are written, and those that a site has set by custom property: they
 * are not in the declaration, where they would have been checked.
 */
import { set, valueOf } from './spacing.js';

const { getComputedStyle } = window;

/** In the engine's order. */
const names = ['ink', 'paper', 'soft', 'line', 'accent', 'on-accent'];

/** Returns a colour as "#1c1b1a"; "" if it hardly covers what is below, or the browser does not write it in sRGB. @param {HTMLElement} probe an element that is not seen @param {string} color CSS */
export const readColour = (probe, color) => {
  // Mixed with itself, a colour is written as parts of sRGB, however the site has written it.
  set(probe.style, 'color', `color-mix(in srgb,${color},${color})`, 'important');
  const mixed = getComputedStyle(probe).color;
  const [red, green, blue, alpha = 1] = mixed.startsWith('color(srgb ') ? (mixed.match(/[\d.e-]+(?=[ )])/g) || []).map(Number) : [];
  const hex = (/** @type {number} */ part) =>
    Math.round(Math.min(1, Math.max(0, part)) * 255)
      .toString(16)
      .padStart(2, '0');
  return blue === undefined || alpha < 0.5 ? '' : '#' + hex(red) + hex(green) + hex(blue);
};

/** The colours that a layer is drawn in, one a word; "" if the site has set none by custom property. @param {HTMLElement} dialog @param {HTMLElement} probe an element of it that is not seen */
export const readColours = (dialog, probe) => {
  const given = getComputedStyle(dialog);
  if (!names.some((name) => valueOf(given, '--octroi-' + name) || valueOf(given, '--octroi-dark-' + name))) return '';
  const read = names.map((name) => readColour(probe, `var(--${name})`));
  set(probe.style, 'color', '');
  return read.join(' ');
};
