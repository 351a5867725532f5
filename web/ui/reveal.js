/*
 * Shows the visitor whose form or link was held the switches that let it go on.
 */

/** Opens the parts of the second layer that the switches are in, and focuses the first switch. @param {Document} document @param {string} ids services and categories */
export const reveal = (document, ids) => {
  let first = true;
  for (const id of ids.split(' ')) {
    const box = /** @type {HTMLElement | null} */ (document.querySelector(`.octroi-preferences [data-octroi-switch="${id}"]`));
    if (!box) continue;
    for (let up = box.closest('details'); up; up = up.parentElement?.closest('details') ?? null) up.open = true;
    if (first) box.focus();
    first = false;
  }
};
