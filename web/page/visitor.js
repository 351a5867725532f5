/*
 * Listens to the visitor: who comes, goes, does something, and wants to choose.
 */
import { apply, attempt, visit } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import { isOpener } from '../ui/openers.js';
import { preferences } from './api.js';
import { machine } from './engine.js';
import { tables } from './policies.js';
import { recheck, recordName } from './stores.js';
import { watch } from './survey.js';

const { replaceState } = History.prototype;

const here = () => recheck('here');
/** When the visitor last did something, in Unix milliseconds. */
let active = 0;
/** The visitor does something. */
const sense = () => {
  if (Date.now() - active < 15000) return;
  active = Date.now();
  here();
};
/** @param {StorageEvent} event */
const stored = ({ key }) => {
  if (key === recordName || key === null) recheck();
  else watch();
};
/** @param {PageTransitionEvent} event */
const shown = ({ persisted }) => void (persisted && here());
const left = () => recheck('gone');
const seenOrNot = () => recheck(document.hidden ? 'hidden' : 'here');
/** What was clicked on before anything of the page's hears of it, for that may end the event. @param {Event} event */
export const clicked = (event) => {
  const { ctrlKey, metaKey, shiftKey, altKey } = /** @type {MouseEvent} */ (event);
  // Another tab or a file is wanted. A link that comes before the engine leads to where that looks.
  if (!machine || ctrlKey || metaKey || shiftKey || altKey || !event.composedPath().some((node) => node instanceof Element && isOpener(node))) return;
  event.preventDefault();
  preferences();
};

/** Without what leads to a place in the page. @param {string} address */
const placeless = (address) => address.replace(/#.*/, '');

/** Opens the choices where the page's address asks for it, which then is what it was before. @param {any} [event] */
export const arrive = (event) => {
  if (!machine || location.hash !== '#octroi') return;
  const old = attempt(() => event.oldURL || event.from.url) || '';
  const page = placeless(location.href);
  attempt(() => apply(replaceState, history, [history.state, '', placeless(old) === page ? old : page]));
  preferences();
};

/** Listens to the page; a document that is opened anew has lost what it had. */
export const attendVisitor = () => {
  addEventListener('storage', stored);
  addEventListener('pageshow', shown);
  addEventListener('pagehide', left);
  visit(['pointerdown', 'keydown', 'wheel', 'touchmove'], (event) => addEventListener(event, sense, { capture: true, passive: true }));
  document.addEventListener('visibilitychange', seenOrNot);
  document.addEventListener('DOMContentLoaded', tables);
  addEventListener('click', clicked, true);
  addEventListener('hashchange', arrive, true);
};
