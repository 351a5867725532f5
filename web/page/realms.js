/*
 * The realms that the page reaches, and what puts hooks into them.
 */
import { hooks } from '../intercept/hooks.js';

/** Puts the hooks into a realm. @type {import('../intercept/hooks.js').Hooks} */
let hookAPIs = () => {};
/** @type {(document: Document) => void} */
let onDocument = () => {};

/** Sets what is put into each realm from now on. @param {typeof hookAPIs} hook @param {typeof onDocument} see called with each new document of a frame or another window */
export const hookBy = (hook, see) => {
  hookAPIs = hook;
  onDocument = see;
};

export const realms = hooks(
  (view) => hookAPIs(view),
  (document) => onDocument(document),
);
