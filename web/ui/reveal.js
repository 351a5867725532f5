/*
 * Leads a visitor whose step was held to the switch that would let it go on.
 */

/** @param {Document} document @param {string} ids of services and categories */
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
