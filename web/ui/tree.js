/*
 * Builds elements from the trees that the engine makes. Each node is created by itself, never
 * from markup, so that no text can become markup.
 */
import { document } from '../safe/dom.js';

const { apply } = Reflect;
/** The browser's own methods, saved before the hooks replace them: the interface needs no verdict. */
const { append, setAttribute } = Element.prototype;

/** @typedef {string | [tag: string, attributes: Record<string, string>, ...children: Node[]]} Node */

/** @param {any} node @returns {any} */
export const build = (node) => {
  if (typeof node === 'string') return node;
  const [tag, attributes, ...children] = node;
  const element = document.createElement(tag);
  for (const name in attributes) apply(setAttribute, element, [name, attributes[name]]);
  apply(append, element, children.map(build));
  return element;
};

/** Writes the dates below an element in the element's language. @param {HTMLElement} root */
export const writeDates = (root) => {
  for (const time of root.querySelectorAll('time')) {
    time.textContent = new Date(time.dateTime).toLocaleDateString(root.lang, { dateStyle: 'medium', timeZone: 'UTC' });
  }
};

/** Calls `act` with the action of each button that is pressed below an element. @param {HTMLElement} root @param {(action: string) => void} act */
export const listen = (root, act) => {
  root.addEventListener('click', ({ target }) => {
    const button = /** @type {Element} */ (target).closest('[data-octroi-act]');
    if (button) act(/** @type {string} */ (button.getAttribute('data-octroi-act')));
  });
  return root;
};
