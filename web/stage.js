/*
 * The stage draws the trees that the engine builds. It writes no text of its own
 * and makes nodes one by one, so that no text can become markup.
 */
import { document, unseen } from './dom.js';
import css from 'octroi:css';
import { nonce } from './trust.js';

const { apply } = Reflect;
/** As they were before the hooks, which have nothing to look for here. */
const { append, setAttribute } = Element.prototype;

/** @typedef {string | [tag: string, attributes: Record<string, string>, ...children: Node[]]} Node */

/** Listens to the buttons in a part of the interface. @param {HTMLElement} root @param {(action: string) => void} act */
export const listen = (root, act) => {
  root.addEventListener('click', ({ target }) => {
    const button = /** @type {Element} */ (target).closest('[data-octroi-act]');
    if (button) act(/** @type {string} */ (button.getAttribute('data-octroi-act')));
  });
  return root;
};

/**
 * @param {(action: string) => void} act called for a pressed button
 * @param {(id: string, on: boolean) => void} toggle called for a moved switch
 */
export const stage = (act, toggle) => {
  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  /** @type {HTMLElement | undefined} */
  let status;
  /** @type {Element | null} */
  let opener;
  /** Makes a page longer than its end while a dialog covers it. */
  const room = document.createElement('div');
  let styled = false;
  let theme = '';
  let label = '';
  /** @type {HTMLElement | undefined} */
  let tab;
  let modal = false;
  let focus = false;
  /** @type {ReturnType<typeof setTimeout>} */
  let hide;

  /** @param {any} node @returns {any} */
  const build = (node) => {
    if (typeof node === 'string') return node;
    const [tag, attributes, ...children] = node;
    const element = document.createElement(tag);
    for (const name in attributes) apply(setAttribute, element, [name, attributes[name]]);
    apply(append, element, children.map(build));
    return element;
  };

  /** @param {HTMLInputElement} box @param {string} state */
  const set = (box, state) => {
    box.checked = state === 'on';
    box.indeterminate = state === 'mixed';
  };

  /** Writes dates as people do. @param {HTMLElement} root */
  const date = (root) => {
    for (const time of root.querySelectorAll('time')) {
      time.textContent = new Date(time.dateTime).toLocaleDateString(root.lang, { dateStyle: 'long', timeZone: 'UTC' });
    }
  };

  /** @param {string} text */
  const add = (text) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    } catch {
      const element = document.createElement('style');
      element.nonce = nonce;
      element.textContent = text;
      document.documentElement.append(unseen(element));
    }
  };

  const style = () => {
    if (!styled) add(theme + css);
    styled = true;
  };

  /** How often what was drawn may be put back: a script that takes it out each time must not be fought for ever. */
  let puts = 0;
  const again = () => puts++ < 100;

  /** The way back stands at the foot of each page that has none of its own. */
  const foot = () => {
    const wanted = label && !dialog && !document.querySelector('a[href="#octroi"], [data-octroi-open]:not(.octroi-tab)');
    if (!wanted || !document.body || document.readyState === 'loading') return void (wanted || tab?.remove());
    style();
    tab ||= build(['button', { type: 'button', class: 'octroi octroi-tab', 'data-octroi-open': '' }]);
    const button = /** @type {HTMLElement} */ (tab);
    // Each change of the document leads here again.
    if (button.textContent !== label) button.textContent = label;
    if (!button.isConnected && again()) document.documentElement.append(unseen(button));
  };
  document.addEventListener('DOMContentLoaded', foot);

  // What has the focus must not lie below a dialog that the page does not wait for.
  document.addEventListener('focusin', ({ target }) => {
    const element = /** @type {Element} */ (target);
    if (!dialog || modal || dialog.contains(element)) return;
    const over = dialog.getBoundingClientRect();
    const clear = () => {
      const at = element.getBoundingClientRect();
      const covered = at.bottom > over.top && at.top < over.bottom && at.right > over.left && at.left < over.right;
      if (covered) scrollBy({ top: at.bottom - over.top + 8, behavior: 'instant' });
      return !covered;
    };
    if (clear() || clear()) return;
    // At the end of a page there is nothing left to scroll.
    room.style.height = over.height + 'px';
    document.documentElement.append(unseen(room));
    clear();
  });

  /**
   * Puts the dialog where it belongs, as soon as there is a body, and again if the page threw it out:
   * first for the keyboard and for who is read to, and outside of body, whose children a page counts.
   */
  const mount = () => {
    foot();
    if (!dialog || dialog.isConnected || !document.body || !again()) return;
    style();
    document.documentElement.insertBefore(unseen(dialog), document.body);
    if (modal && dialog.showModal) {
      dialog.showModal();
      // Hidden by a filter list, it would leave the page inert.
      if (!dialog.getClientRects().length) dialog.close();
    } else {
      dialog.setAttribute('open', '');
    }
    if (focus) /** @type {HTMLElement} */ (dialog.querySelector('h2')).focus();
  };

  return {
    mount,

    /** Whether the visitor is at the dialog: it must not change then. The focus that it was given tells nothing. */
    begun() {
      const { activeElement } = document;
      return !!dialog && (dialog.matches(':hover') || (activeElement?.localName !== 'h2' && dialog.contains(activeElement)));
    },

    /** @param {string} css_ of what is not drawn at first */
    more(css_) {
      style();
      add(css_);
    },

    /** @param {string} layer @param {string} tree @param {string} focused */
    draw(layer, tree, focused) {
      puts = 0;
      const before = dialog;
      if (before) {
        if (before.open && modal) before.close();
        before.remove();
        dialog = undefined;
      }
      room.remove();
      if (!layer) {
        if (focus && opener instanceof HTMLElement) opener.focus();
        opener = null;
        focus = false;
        foot();
        return;
      }
      if (!focus) opener = document.activeElement;
      dialog = build(JSON.parse(tree));
      const root = /** @type {HTMLDialogElement} */ (dialog);
      modal = root.classList.contains('octroi-modal');
      focus = !!focused || modal;
      for (const box of root.querySelectorAll('input')) set(box, /** @type {string} */ (box.dataset.octroiState));
      date(root);
      listen(root, act);
      root.addEventListener('change', ({ target }) => {
        const box = /** @type {HTMLInputElement} */ (target);
        toggle(/** @type {string} */ (box.dataset.octroiSwitch), box.checked);
      });
      root.addEventListener('cancel', (event) => {
        event.preventDefault();
        act('close');
      });
      mount();
    },

    /** @param {Element} place @param {any} tree */
    fill(place, tree) {
      style();
      const element = build(tree);
      date(element);
      place.replaceChildren(unseen(element));
    },

    /** @param {string} id @param {string} state */
    switch(id, state) {
      const box = dialog && dialog.querySelector(`[data-octroi-switch="${id}"]`);
      if (box) set(/** @type {HTMLInputElement} */ (box), state);
    },

    /** @param {string} css_ @param {string} text */
    theme(css_, text) {
      if (!styled) theme = css_;
      label = text;
      foot();
    },

    /** @param {string} text @param {string} undo */
    say(text, undo) {
      if (!document.body) return;
      style();
      status ||= listen(build(['div', { class: 'octroi octroi-status' }, ['p', { role: 'status' }]]), act);
      const { firstElementChild } = status;
      if (!status.isConnected) document.documentElement.append(unseen(status));
      status.replaceChildren(
        /** @type {Element} */ (firstElementChild),
        ...(undo ? [build(['button', { type: 'button', class: 'octroi-button', 'data-octroi-act': 'undo' }, undo])] : []),
      );
      // It stays for as long as somebody is at it (R6.11); the choices can be changed by the tab.
      const away = () => {
        clearTimeout(hide);
        hide = setTimeout(() => (status?.matches(':hover, :focus-within') ? away() : status?.remove()), 12000);
      };
      // A region that was there before its text is what screen readers speak.
      setTimeout(() => {
        /** @type {Element} */ (firstElementChild).textContent = text;
        if (!text) status?.remove();
      });
      away();
    },
  };
};
