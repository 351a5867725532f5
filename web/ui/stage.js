/*
 * Draws the first and the second layer, the tab and the status line as the engine says. The stage
 * writes no text of its own.
 */
import { document, unseen } from '../safe/dom.js';
import { setTimeout } from '../safe/reading.js';
import { pace } from '../core/pace.js';
import { addStyles, awaitsLook, extendStyles, matchGround, setTheme } from './styles.js';
import { hasOpener } from './openers.js';
import { makeTab } from './tab.js';
import { raise } from './top-layer.js';
import { build, listen, writeDates } from './tree.js';

/**
 * What the parts of the interface share.
 *
 * @typedef {object} Scene
 * @property {(action: string) => void} act performs the action of a pressed button
 * @property {() => List<Document | ShadowRoot>} roots the document, and the known shadow roots
 * @property {HTMLDialogElement | undefined} dialog the layer that is shown
 * @property {boolean} modal whether that layer keeps the visitor from the page
 * @property {() => boolean} mayInsert whether a part that the page removed may be put back
 * @property {() => void} left called when a layer is left, or another comes
 * @property {() => void} came called when a layer is there
 * @property {(colours: string) => void} coloured called with the colours of a layer that the site has coloured by custom property
 * @property {(again?: boolean) => void} look has the engine told how the page looks, as soon as that is to be seen; again: only where it was told before
 * @property {(then: () => void) => void} later calls a function behind the next frame, or at once
 * @property {() => boolean} waits whether what is drawn has to wait for that
 * @property {() => boolean} hasOpener whether the page has an opener of its own
 * @property {() => boolean} mayRaise whether a part that the page lowered may be raised again
 */

/** How long is waited for how the page looks, in milliseconds; then a layer is drawn in the theme's own colours. */
const patience = 3000;

/** A switch is one box, or one for each of its places. @param {HTMLInputElement} box @param {string} state "on", "visit", "mixed" or "" */
const setSwitch = (box, state) => {
  box.checked = box.value === state;
  box.indeterminate = state === 'mixed';
};

/** @param {HTMLElement} dialog @returns {HTMLElement[]} */
const buttonsOf = (dialog) => [...dialog.querySelectorAll(/** @type {'button'} */ ('[data-octroi-act]'))];

/** The tree, as JSON, and the element that each place was filled with. @type {WeakMap<Element, [json: string, element: Element]>} */
const filled = new WeakMap();

/** Fills a place with a tree. @param {Element} place @param {any} tree */
const fill = (place, tree) => {
  addStyles();
  const root = place.getRootNode();
  if (root instanceof ShadowRoot) addStyles(root);
  // The same tree is not drawn again: a translator may have rewritten the texts.
  const json = JSON.stringify(tree);
  const [before, inside] = filled.get(place) || [];
  if (before === json && inside?.parentNode === place) return;
  const element = build(tree);
  writeDates(element);
  place.replaceChildren(unseen(element));
  filled.set(place, [json, element]);
};

/**
 * Builds a layer's dialog, with its listeners.
 *
 * @param {string} tree JSON
 * @param {(action: string) => void} act
 * @param {(id: string, answer: string) => void} toggle
 * @returns {HTMLDialogElement}
 */
const buildDialog = (tree, act, toggle) => {
  const dialog = build(JSON.parse(tree));
  for (const box of dialog.querySelectorAll('input')) setSwitch(box, /** @type {string} */ (box.dataset.octroiState));
  writeDates(dialog);
  listen(dialog, act);
  dialog.addEventListener('change', (/** @type {Event} */ { target }) => {
    const box = /** @type {HTMLInputElement} */ (target);
    toggle(/** @type {string} */ (box.dataset.octroiSwitch), box.checked ? box.value : '');
  });
  dialog.addEventListener('cancel', (/** @type {Event} */ event) => {
    event.preventDefault();
    act('close');
  });
  return dialog;
};

/**
 * @param {(action: string) => void} act called for a pressed button
 * @param {(id: string, answer: string) => void} toggle called for a moved switch, with "on", "visit" or ""
 * @param {() => List<Document | ShadowRoot>} roots the document, and the known shadow roots
 */
export const stage = (act, toggle, roots) => {
  /** @type {Scene} */
  const scene = {
    act,
    roots,
    dialog: undefined,
    modal: false,
    left() {},
    came() {},
    coloured() {},
    look() {},
    later: (then) => then(),
    waits,
    hasOpener,
    mayInsert: pace(100),
    mayRaise: pace(50),
  };
  /** Ends the waiting for how the page looks; 0 once it has ended. @type {any} */
  let late;
  function waits() {
    if (!awaitsLook()) return false;
    scene.look();
    late ??= setTimeout(() => {
      late = 0;
      mount();
    }, patience);
    return late !== 0;
  }
  /** The element that had the focus before a layer took it, and gets the focus back. @type {Element | null} */
  let opener;
  /** Which button of the first layer has led to the second; it gets the focus back. */
  let led = -1;
  /** Which button of the layer that comes gets the focus. */
  let returns = -1;
  /** Whether the layer takes the focus. */
  let focus = false;
  /** Whether the tab comes behind the next frame. */
  let coming = false;
  const tab = makeTab(scene);

  /**
   * Inserts the dialog as soon as there is a body, and again if the page has removed it. The
   * dialog stands before the body: the keyboard and screen readers reach it first, and a page
   * that counts the body's children counts no more of them.
   */
  const mount = () => {
    if (!coming) tab.update();
    const { dialog, modal } = scene;
    if (dialog?.isConnected && !modal) raise(scene, dialog);
    if (!dialog || dialog.isConnected || !document.body || waits() || !scene.mayInsert()) return;
    matchGround();
    addStyles();
    document.documentElement.insertBefore(unseen(dialog), document.body);
    if (modal && dialog.showModal) {
      dialog.open = false; // it still is where the page has removed it
      dialog.showModal();
      // A modal dialog that a filter list hides would leave the page inert.
      if (!dialog.getClientRects().length) dialog.close();
    } else {
      dialog.setAttribute('open', '');
      raise(scene, dialog);
    }
    if (focus) /** @type {HTMLElement} */ (dialog.querySelector('h2')).focus();
    buttonsOf(dialog)[returns]?.focus();
    returns = -1;
    scene.came();
  };
  // After these events a part can be raised that could not be before.
  for (const event of ['close', 'fullscreenchange']) document.addEventListener(event, () => mount(), true);
  // The page's style sheets have come by then.
  addEventListener('load', matchGround);

  return {
    mount,
    /** Fills a place with a tree. @param {Element} place @param {any} tree */
    fill(place, tree) {
      waits();
      fill(place, tree);
    },
    more: extendStyles,
    scene,

    /** Whether the visitor is using the dialog, which must not change then. The heading does not count: it got the focus without the visitor. */
    begun() {
      const { activeElement } = document;
      const { dialog } = scene;
      return !!dialog && (dialog.matches(':hover') || (activeElement?.localName !== 'h2' && dialog.contains(activeElement)));
    },

    /** Shows a layer in the place of the one before. @param {string} layer "" for none @param {string} tree JSON @param {string} focused not "" if the layer takes the focus */
    draw(layer, tree, focused) {
      scene.mayInsert = pace(100);
      scene.mayRaise = pace(50);
      const before = scene.dialog;
      const { activeElement } = document;
      const pressed = before ? buttonsOf(before).indexOf(/** @type {HTMLElement} */ (activeElement)) : -1;
      if (before) {
        if (before.open && scene.modal) before.close();
        before.remove();
        scene.dialog = undefined;
      }
      scene.left();
      if (!layer) {
        // The tab comes back first: it may be what takes the focus. Else a click need not wait for it.
        if (focus) tab.update();
        else if (!coming) {
          coming = true;
          scene.later(() => {
            coming = false;
            tab.update();
          });
        }
        if (focus && opener instanceof HTMLElement) opener.focus();
        opener = null;
        led = -1;
        focus = false;
        return;
      }
      if (!focus) opener = activeElement;
      if (!focused) returns = led;
      else if (before?.matches('.octroi-ask')) led = pressed;
      scene.dialog = buildDialog(tree, act, toggle);
      scene.modal = scene.dialog.classList.contains('octroi-modal');
      focus = !!focused || scene.modal;
      mount();
    },

    /** Tells the language of the layer that is shown. @param {string} tag BCP 47 */
    speak(tag) {
      if (scene.dialog) scene.dialog.lang = tag;
    },

    /** Sets a switch. @param {string} id @param {string} state "on", "visit", "mixed" or "" */
    switch(id, state) {
      for (const box of scene.dialog?.querySelectorAll(/** @type {'input'} */ (`[data-octroi-switch="${id}"]`)) ?? []) setSwitch(box, state);
    },

    /** @param {string} css of the site's theme @param {string} label of the tab @param {string} lang of the label @param {string} dir of the label */
    theme(css, label, lang, dir) {
      setTheme(css);
      tab.rename(label, lang, dir);
      mount();
    },
  };
};
