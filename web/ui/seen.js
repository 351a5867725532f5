/*
 * What a visitor sees of an element: for the audit of another page, and where a page draws the
 * interface itself.
 */

/** Gives the element around an element, also out of a shadow tree. @param {Element} element @returns {Element | null} */
export const parentOf = (element) => element.parentElement || /** @type {any} */ (element.getRootNode()).host || null;

/**
 * Finds what a visitor meets at a point of an element: the element, a part of it, or what is in
 * front; undefined where the point is out of the window.
 *
 * @param {any} page
 * @param {Element} element
 * @param {DOMRect} box of the element
 * @param {number} [across] where the point is, as a part of the width
 * @param {number} [down] and of the height
 */
export const met = (page, element, box, across = 0.5, down = 0.5) => {
  const x = box.left + box.width * across;
  const y = box.top + box.height * down;
  if (x < 0 || y < 0 || x >= page.innerWidth || y >= page.innerHeight) return undefined;
  return /** @type {Document | ShadowRoot} */ (element.getRootNode()).elementFromPoint(x, y);
};
