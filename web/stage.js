/*
 * The stage draws the trees that the engine builds. It writes no text of its own
 * and makes nodes one by one, so that no text can become markup.
 */
import css from 'octroi:css';

/** @typedef {string | [tag: string, attributes: Record<string, string>, ...children: Node[]]} Node */

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
  let styled = false;
  let modal = false;
  let focus = false;
  /** @type {ReturnType<typeof setTimeout>} */
  let hide;

  /** @param {any} node @returns {any} */
  const build = (node) => {
    if (typeof node === 'string') return node;
    const [tag, attributes, ...children] = node;
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...children.map(build));
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

  const style = () => {
    if (styled) return;
    styled = true;
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    } catch {
      const element = document.createElement('style');
      element.textContent = css;
      document.documentElement.append(element);
    }
  };

  /** Puts the dialog where it belongs, as soon as there is a body, and again if the page threw it out. */
  const mount = () => {
    if (!dialog || dialog.isConnected || !document.body) return;
    style();
    if (!status) {
      status = build(['div', { class: 'octroi-status', role: 'status' }]);
      document.body.append(/** @type {HTMLElement} */ (status));
    }
    document.body.prepend(dialog);
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

    /** @param {string} layer @param {string} tree @param {string} focused */
    draw(layer, tree, focused) {
      const before = dialog;
      if (before) {
        if (before.open && modal) before.close();
        before.remove();
        dialog = undefined;
      }
      if (!layer) {
        if (focus && opener instanceof HTMLElement) opener.focus();
        opener = null;
        focus = false;
        return;
      }
      if (!focus) opener = document.activeElement;
      modal = layer === 'preferences';
      focus = !!focused;
      dialog = build(JSON.parse(tree));
      const root = /** @type {HTMLDialogElement} */ (dialog);
      for (const box of root.querySelectorAll('input')) set(box, /** @type {string} */ (box.dataset.octroiState));
      date(root);
      root.addEventListener('click', ({ target }) => {
        const button = /** @type {Element} */ (target).closest('[data-octroi-act]');
        if (button) act(/** @type {string} */ (button.getAttribute('data-octroi-act')));
      });
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
      place.replaceChildren(element);
    },

    /** @param {string} id @param {string} state */
    switch(id, state) {
      const box = dialog && dialog.querySelector(`[data-octroi-switch="${id}"]`);
      if (box) set(/** @type {HTMLInputElement} */ (box), state);
    },

    /** @param {string} text */
    say(text) {
      if (!status) return;
      if (!status.isConnected) document.body.append(status);
      status.textContent = text;
      clearTimeout(hide);
      hide = setTimeout(() => {
        /** @type {HTMLElement} */ (status).textContent = '';
      }, 8000);
    },
  };
};
