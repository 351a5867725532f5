/*
 * Raises parts of the interface into the browser's top layer, where no style that a page gives
 * its body moves or hides them (https://fullscreen.spec.whatwg.org/#top-layer).
 */
import { document } from '../safe/dom.js';

/** What the page showed as modal, when it was looked at last. @type {Element | null} */
let modal = null;

/** Whether the page shows a modal dialog or fills the screen: a raised part would not be usable there. @param {() => List<Document | ShadowRoot>} all */
const isTaken = (all) => {
  if (document.fullscreenElement || (modal?.isConnected && modal.matches(':modal'))) return true;
  const roots = all();
  // Uses an index: `roots` is a list of safe/builtins.js, which has no iterator.
  for (let i = 0; i < roots.length; i++)
    if ((roots[i].ownerDocument || roots[i]) === window.document && (modal = roots[i].querySelector(':modal'))) return true;
  return false;
};

/**
 * Raises a part as a popover. A page that lowers the part each time wins: `scene.mayRaise` ends
 * the contest.
 *
 * @param {import('./stage.js').Scene} scene
 * @param {HTMLElement} part
 */
export const raise = (scene, part) => {
  const { inert } = part;
  const open = part.hasAttribute('open');
  try {
    if (part.matches(':popover-open') || isTaken(scene.roots) || !scene.mayRaise()) return;
    part.popover = 'manual';
    // Chromium takes a raised dialog for a modal one and keeps screen readers off the page.
    if (part === scene.dialog) part.ariaModal = 'false';
    // The browser raises no dialog that is open, and moves the focus into a part that is not inert.
    part.inert = true;
    part.removeAttribute('open');
    part.showPopover();
  } catch {}
  // Writes no value that is already there: the page may observe every attribute.
  if (part.inert !== inert) part.inert = inert;
  if (open && !part.hasAttribute('open')) part.setAttribute('open', '');
};
