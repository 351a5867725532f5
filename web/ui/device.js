/*
 * Shows in the second layer what lies on this device, and asks again while the visitor looks at it.
 */

/**
 * What octroi.js lends for it.
 *
 * @typedef {object} Tools
 * @property {import('./stage.js').Scene} scene
 * @property {typeof import('./tree.js').build} build
 * @property {typeof import('./tree.js').writeDates} writeDates
 * @property {Document} document
 */

/** After how many milliseconds it asks again. */
const pace = 2000;
/** @type {ReturnType<typeof setTimeout>} */
let timer;
/** The JSON that each row was made of. @type {WeakMap<Element, string>} */
const made = new WeakMap();

/**
 * Brings the list in line with what is there. A row that stays is not touched: it may have the
 * focus, and a screen reader may stand in it. If the row goes whose button has the focus, the
 * button that takes its place gets it.
 *
 * @param {Tools} tools
 * @param {string} said
 * @param {string} tree JSON
 */
export const list = ({ scene, build, writeDates, document }, said, tree) => {
  const { dialog } = scene;
  const section = /** @type {HTMLDetailsElement | undefined} */ (dialog?.querySelector('.octroi-device'));
  if (!dialog || !section) return;
  const [summary, status] = /** @type {any} */ (section.children);
  const [tag, attributes, head, [inner, , ...rows]] = JSON.parse(tree);
  if (!section.querySelector('table')) section.append(build([tag, attributes, head, [inner, {}]]));
  const body = /** @type {HTMLTableSectionElement} */ (section.querySelector('tbody'));
  /** @returns {HTMLElement[]} */
  const buttons = () => [...body.querySelectorAll('button')];
  const pressed = buttons().indexOf(/** @type {HTMLElement} */ (document.activeElement));

  const known = new Map([...body.rows].map((row) => [made.get(row), row]));
  const wanted = [...new Set(rows.map((/** @type {any} */ row) => JSON.stringify(row)))].map((json) => {
    const row = known.get(json) || build(JSON.parse(json));
    if (!made.has(row)) {
      made.set(row, json);
      row.lang = dialog.lang;
      writeDates(row);
    }
    known.delete(json);
    return row;
  });
  for (const row of known.values()) row.remove();
  wanted.forEach((row, i) => row === body.rows[i] || body.insertBefore(row, body.rows[i] || null));
  summary.querySelector('span').textContent = `(${wanted.length})`;

  if (pressed >= 0 && !body.contains(document.activeElement)) (buttons()[pressed] || buttons().pop() || summary).focus();
  if (said) status.textContent = said;
  clearTimeout(timer);
  timer = setTimeout(() => section.open && section.isConnected && scene.act('list'), pace);
};
