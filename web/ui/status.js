/*
 * The status line: it says what was done, and offers to undo it.
 */
import { document, unseen } from '../safe/dom.js';
import { addStyles } from './styles.js';
import { raise } from './top-layer.js';
import { build, listen } from './tree.js';

/** How long the status line stays, in milliseconds; it stays for as long again while the visitor uses it. */
const stay = 12000;

/** @param {import('./stage.js').Scene} scene */
export const makeStatus = (scene) => {
  /** @type {HTMLElement | undefined} */
  let status;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;

  /** Removes the status line later, but never while the visitor points at it or has the focus in it (R6.11). */
  const removeLater = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (status?.matches(':hover, :focus-within') ? removeLater() : status?.remove()), stay);
  };

  /** Shows and speaks a text. @param {string} text "" removes the line @param {string} undo the label of the button that undoes the choice, or "" */
  return (text, undo) => {
    if (!document.body) return;
    addStyles();
    status ||= listen(build(['div', { class: 'octroi octroi-status' }, ['p', { role: 'status' }]]), scene.act);
    const line = /** @type {Element} */ (status.firstElementChild);
    if (!status.isConnected) document.documentElement.append(unseen(status));
    raise(scene, status);
    status.replaceChildren(line, ...(undo ? [build(['button', { type: 'button', class: 'octroi-button', 'data-octroi-act': 'undo' }, undo])] : []));
    // Screen readers speak a text only if its live region was there before.
    setTimeout(() => {
      line.textContent = text;
      if (!text) status?.remove();
    });
    removeLater();
  };
};
