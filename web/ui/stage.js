/*
 * The stage draws the trees that the engine builds. It writes no text of its own
 * and makes nodes one by one, so that no text can become markup.
 */
import { document, unseen } from '../safe/dom.js';
import { pace } from '../core/pace.js';
import css from 'octroi:css';
import { getAttribute, hasAttribute, matches, parentNode } from '../safe/builtins.js';
import { nonce } from '../safe/trust.js';

const { apply } = Reflect;
/** As they were before the hooks, which have nothing to look for here. */
const { append, setAttribute } = Element.prototype;

/** @typedef {string | [tag: string, attributes: Record<string, string>, ...children: Node[]]} Node */

/** What may lead to the choices. */
const ways = ':is(a, area)[*|href*="#octroi"], [data-octroi-open]:not(.octroi-tab)';

/** Whether an element leads to the choices: a link does that is one to this page, however it is written. @param {Element} element */
export const leads = (element) => {
  if (hasAttribute(element, 'data-octroi-open')) return true;
  if (!matches(element, ways)) return false;
  const href = (getAttribute(element, 'href') ?? element.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '').trim();
  if (href === '#octroi') return true;
  try {
    return new URL(href, document.baseURI).href === location.href.replace(/#.*|$/, '#octroi');
  } catch {
    return false;
  }
};

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
 * @param {() => (Document | ShadowRoot)[]} roots the document, and the shadow roots that are known
 */
export const stage = (act, toggle, roots) => {
  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  /** @type {HTMLElement | undefined} */
  let status;
  /** @type {Element | null} */
  let opener;
  /** Makes a page longer than its end while a dialog covers it. */
  const room = document.createElement('div');
  room.className = 'octroi-room';
  /** Whether the visitor's last input was a key. */
  let keyed = false;
  /** The style sheets, once anything is drawn. @type {string[]} */
  const texts = [];
  /** @type {WeakMap<Document | ShadowRoot, number>} */
  const styled = new WeakMap();
  /** @type {(CSSStyleSheet | undefined)[]} */
  const sheets = [];
  /** What each place was filled with. @type {WeakMap<Element, [json: string, element: Element]>} */
  const filled = new WeakMap();
  let theme = '';
  let label = '';
  /** The label that the tab was given: what a translator has made of it stays. */
  let written = '';
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

  /** Gives the document, or a shadow root, what it lacks of the style. @param {any} [root] */
  const style = (root = window.document) => {
    texts[0] ??= theme + css;
    for (let i = styled.get(root) || 0; i < texts.length; i++) {
      try {
        if (!sheets[i]) {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(texts[i]);
          sheets[i] = sheet;
        }
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheets[i]];
      } catch {
        const element = document.createElement('style');
        element.nonce = nonce;
        element.textContent = texts[i];
        (root.documentElement || root).append(unseen(element));
      }
    }
    styled.set(root, texts.length);
  };

  /** A page that lowers what is raised each time is not fought. */
  let raises = pace(50);
  /**
   * Raises a part into the top layer, where nothing of what a page does to its body, and to all
   * that is in it, moves or hides it. Beside a modal dialog of the page's, which leaves nothing
   * else to be pressed, and over what fills the screen it has no place.
   *
   * @param {HTMLElement} part
   */
  const raise = (part) => {
    const { inert } = part;
    const open = part.hasAttribute('open');
    try {
      if (part.matches(':popover-open') || document.fullscreenElement) return;
      const all = roots();
      for (let i = 0; i < all.length; i++) if ((all[i].ownerDocument || all[i]) === window.document && all[i].querySelector(':modal')) return;
      if (!raises()) return;
      part.popover = 'manual';
      // Chromium takes a dialog up there for one that leaves nothing else to be read.
      if (part === dialog) part.ariaModal = 'false';
      // A dialog that is open already is not raised; what can have the focus would be given it.
      part.inert = true;
      part.removeAttribute('open');
      part.showPopover();
    } catch {}
    // What changes nothing must not be told to a page that looks after every attribute.
    if (part.inert !== inert) part.inert = inert;
    if (open && !part.hasAttribute('open')) part.setAttribute('open', '');
  };

  /** Nor is a script that takes out each time what was drawn. */
  let again = pace(100);

  /** The way back stands at the foot of each page that has none of its own. */
  const foot = () => {
    const wanted = label && !dialog && ![...document.querySelectorAll(ways)].some(leads);
    if (!wanted || !document.body || document.readyState === 'loading') return void (wanted || tab?.remove());
    style();
    tab ||= build(['button', { type: 'button', class: 'octroi octroi-tab', 'data-octroi-open': '' }]);
    const button = /** @type {HTMLElement} */ (tab);
    // Each change of the document leads here again.
    if (written !== label) button.textContent = written = label;
    if (!button.isConnected && again()) {
      raises = pace(50);
      document.documentElement.append(unseen(button));
    }
    if (button.isConnected) raise(button);
  };
  document.addEventListener('DOMContentLoaded', foot);

  for (const event of ['keydown', 'pointerdown', 'mousedown', 'touchstart']) {
    addEventListener(event, () => (keyed = event === 'keydown'), { capture: true, passive: true });
  }

  /** What gets the focus by a key must not lie below a dialog that the page does not wait for. @param {Element} element */
  const uncover = (element) => {
    if (!dialog || modal || dialog.contains(element)) return;
    const over = dialog.getBoundingClientRect();
    /** By how much it lies too low. */
    const low = () => {
      const at = element.getBoundingClientRect();
      const seen = at.bottom <= over.top + 1 || at.top >= over.bottom || at.right <= over.left || at.left >= over.right;
      // What there is no room for would not be seen whole.
      return seen || at.height + 8 > over.top ? 0 : at.bottom - over.top + 8;
    };
    /** What was scrolled, and where it stood. @type {[Element, number][]} */
    const moved = [];
    const screen = document.scrollingElement || document.documentElement;
    /** @param {Element} box */
    const scroll = (box) => {
      moved.push([box, box.scrollTop]);
      box.scrollBy({ top: low(), behavior: 'instant' });
    };
    /** @type {any} */
    let box = element;
    for (; box && box !== screen && low(); box = parentNode(box), box = box instanceof ShadowRoot ? box.host : box) {
      const { overflowY, position } = getComputedStyle(box);
      if (box !== document.body && /auto|scroll/.test(overflowY)) scroll(box);
      // Nothing around it moves it.
      if (position === 'fixed') break;
    }
    const still = [document.documentElement, document.body].some((one) => /hidden|clip/.test(getComputedStyle(one).overflowY));
    if (box === screen && !still && low()) {
      scroll(screen);
      if (low()) {
        // At the end of a page there is nothing left to scroll.
        room.style.height = over.height + 16 + 'px';
        document.documentElement.append(unseen(room));
        scroll(screen);
        if (low()) room.remove();
      }
    }
    if (low()) for (const [one, top] of moved.reverse()) one.scrollTo({ top, behavior: 'instant' });
  };
  document.addEventListener('focusin', (event) => {
    const element = /** @type {Element} */ (event.composedPath()[0]);
    if (!dialog || !keyed || !element.matches(':focus-visible')) return;
    uncover(element);
    // WebKit scrolls to it after this.
    requestAnimationFrame(() => element.matches(':focus') && uncover(element));
  });

  /**
   * Puts the dialog where it belongs, as soon as there is a body, and again if the page threw it out:
   * first for the keyboard and for who is read to, and outside of body, whose children a page counts.
   */
  const mount = () => {
    foot();
    if (dialog?.isConnected && !modal) raise(dialog);
    if (!dialog || dialog.isConnected || !document.body || !again()) return;
    style();
    document.documentElement.insertBefore(unseen(dialog), document.body);
    if (modal && dialog.showModal) {
      dialog.showModal();
      // Hidden by a filter list, it would leave the page inert.
      if (!dialog.getClientRects().length) dialog.close();
    } else {
      dialog.setAttribute('open', '');
      raise(dialog);
    }
    if (focus) /** @type {HTMLElement} */ (dialog.querySelector('h2')).focus();
  };
  // What could not be raised before.
  for (const event of ['close', 'fullscreenchange']) document.addEventListener(event, () => mount(), true);

  return {
    mount,

    /** Whether the visitor is at the dialog: it must not change then. The focus that it was given tells nothing. */
    begun() {
      const { activeElement } = document;
      return !!dialog && (dialog.matches(':hover') || (activeElement?.localName !== 'h2' && dialog.contains(activeElement)));
    },

    /** @param {string} css_ of what is not drawn at first */
    more(css_) {
      texts[0] ??= theme + css;
      texts.push(css_);
      style();
    },

    /** @param {string} layer @param {string} tree @param {string} focused */
    draw(layer, tree, focused) {
      again = pace(100);
      raises = pace(50);
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
      const root = place.getRootNode();
      if (root instanceof ShadowRoot) style(root);
      // What was made of it since, as by a translator, stays.
      const json = JSON.stringify(tree);
      const [before, inside] = filled.get(place) || [];
      if (before === json && inside?.parentNode === place) return;
      const element = build(tree);
      date(element);
      place.replaceChildren(unseen(element));
      filled.set(place, [json, element]);
    },

    /** @param {string} id @param {string} state */
    switch(id, state) {
      const box = dialog && dialog.querySelector(`[data-octroi-switch="${id}"]`);
      if (box) set(/** @type {HTMLInputElement} */ (box), state);
    },

    /** @param {string} css_ @param {string} text */
    theme(css_, text) {
      if (!texts.length) theme = css_;
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
      raise(status);
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
