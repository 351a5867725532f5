/*
 * Reads the colours that a site has set by custom property: they are not in the declaration, where
 * they would have been checked.
 */
import { set, valueOf } from './spacing.js';

const { getComputedStyle } = window;

/** In the engine's order. */
const names = ['ink', 'paper', 'soft', 'line', 'accent', 'on-accent'];

/** A computed colour of sRGB as "#1c1b1a"; "" for what is written in another way. @param {string} color */
const hex = (color) =>
  color.startsWith('color(srgb ')
    ? '#' +
      (color.match(/[\d.e-]+(?=[ )])/g) || [])
        .slice(0, 3)
        .map((part) =>
          Math.round(Math.min(1, Math.max(0, +part)) * 255)
            .toString(16)
            .padStart(2, '0'),
        )
        .join('')
    : '';

/** The colours that a layer is drawn in, one a word; "" if the site has set none by custom property. @param {HTMLElement} dialog @param {HTMLElement} probe an element of it that is not seen */
export const readColours = (dialog, probe) => {
  const given = getComputedStyle(dialog);
  if (!names.some((name) => valueOf(given, '--octroi-' + name) || valueOf(given, '--octroi-dark-' + name))) return '';
  const style = getComputedStyle(probe);
  const read = names.map((name) => {
    // Mixed with itself, a colour is written as parts of sRGB, however the site has written it.
    set(probe.style, 'color', `color-mix(in srgb,var(--${name}),var(--${name}))`);
    return hex(style.color);
  });
  set(probe.style, 'color', '');
  return read.join(' ');
};
