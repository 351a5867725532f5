/*
 * Scrolls an element that gets the focus by a key out from under a dialog that is not modal
 * (WCAG 2.2, 2.4.11, https://www.w3.org/TR/WCAG22/#focus-not-obscured-minimum).
 */
import { document, unseen } from '../safe/dom.js';
import { parentNode } from '../safe/builtins.js';

/** How long after a focus a browser may still scroll to the element, in milliseconds. */
const settled = 500;

/** Lengthens the page while a dialog covers its end: the page's last elements can then be scrolled above the dialog. */
const spacer = document.createElement('div');
spacer.className = 'octroi-room';

/** Removes the space that was added to the page's end. */
const removeSpacer = () => spacer.remove();

/**
 * By how many CSS pixels an element has to move up to stand above the dialog: 0 if the dialog
 * does not cover the element, or if the element is higher than the space above the dialog.
 *
 * @param {Element} element
 * @param {DOMRect} over where the dialog is
 */
const coveredBy = (element, over) => {
  const at = element.getBoundingClientRect();
  const seen = at.bottom <= over.top + 1 || at.top >= over.bottom || at.right <= over.left || at.left >= over.right;
  return seen || at.height + 8 > over.top ? 0 : at.bottom - over.top + 8;
};

/** Scrolls the boxes around an element until the dialog does not cover it. @param {Element} element @param {HTMLDialogElement} dialog */
const uncover = (element, dialog) => {
  const over = dialog.getBoundingClientRect();
  const covered = () => coveredBy(element, over);
  /** The boxes that were scrolled, and where each stood before. @type {[Element, number][]} */
  const moved = [];
  /** @param {Element} box */
  const scroll = (box) => {
    moved.push([box, box.scrollTop]);
    box.scrollBy({ top: covered(), behavior: 'instant' });
  };
  const screen = document.scrollingElement || document.documentElement;
  /** @type {any} */
  let box = element;
  for (; box && box !== screen && covered(); box = parentNode(box), box = box instanceof ShadowRoot ? box.host : box) {
    const { overflowY, position } = getComputedStyle(box);
    if (box !== document.body && /auto|scroll/.test(overflowY)) scroll(box);
    // No box around a fixed one moves it.
    if (position === 'fixed') break;
  }
  const locked = [document.documentElement, document.body].some((one) => /hidden|clip/.test(getComputedStyle(one).overflowY));
  if (box === screen && !locked && covered()) {
    scroll(screen);
    if (covered()) {
      // The page ends before the element stands above the dialog.
      spacer.style.height = over.height + 16 + 'px';
      document.documentElement.append(unseen(spacer));
      scroll(screen);
      if (covered()) removeSpacer();
    }
  }
  // Puts every box back if scrolling has not uncovered the element.
  if (covered()) for (const [one, top] of moved.reverse()) one.scrollTo({ top, behavior: 'instant' });
};

/** Uncovers whatever gets the focus by a key from now on. @param {import('./stage.js').Scene} scene */
export const uncoverFocus = (scene) => {
  scene.left = removeSpacer;
  /** Whether the visitor's last input was a key. */
  let keyed = false;
  for (const event of ['keydown', 'pointerdown', 'mousedown', 'touchstart']) {
    addEventListener(event, () => (keyed = event === 'keydown'), { capture: true, passive: true });
  }
  /** @param {Element} element */
  const follow = (element) => {
    const { dialog, modal } = scene;
    if (dialog && !modal && !dialog.contains(element)) uncover(element, dialog);
  };
  document.addEventListener('focusin', (event) => {
    const element = /** @type {Element} */ (event.composedPath()[0]);
    if (!scene.dialog || !keyed || !element.matches(':focus-visible')) return;
    follow(element);
    // WebKit scrolls to a focused element after the event: in the next frame, or later.
    const again = () => element.matches(':focus') && follow(element);
    requestAnimationFrame(again);
    addEventListener('scroll', again, { capture: true, passive: true });
    setTimeout(() => removeEventListener('scroll', again, true), settled);
  });
};
