/*
 * Colours as they are painted, and their contrast.
 */

const pixel = /** @type {CanvasRenderingContext2D | null} */ (document.createElement('canvas').getContext('2d', { willReadFrequently: true }));

/** Paints a colour of CSS over another; red, green, blue, each 0 to 255. @param {string} css @param {number[]} under @returns {number[]} */
export const paintOver = (css, under) => {
  if (!pixel) return under;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = css;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
  return [r, g, b].map((part, i) => (part * a + under[i] * (255 - a)) / 255);
};

/** Whether a colour of CSS is seen at all: one that is transparent leaves black black, and white white. @param {string} css */
export const isSeen = (css) => paintOver(css, [0, 0, 0]).join() !== '0,0,0' || paintOver(css, [255, 255, 255]).join() !== '255,255,255';

/** Works out relative luminance, 0 to 1: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance. @param {number[]} rgb */
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Works out the contrast ratio, 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. @param {number[]} one @param {number[]} other */
export const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
