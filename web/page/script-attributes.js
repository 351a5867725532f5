/*
 * Keeps the attributes of gated scripts as the page wrote them, and gives them back once a script
 * has run. Routers compare the scripts of a page with those of the next, and run each one that
 * they do not know.
 */
import { tags } from './gate-state.js';
import { inertMark } from '../intercept/marks.js';
import { vouchedURL } from '../safe/trust.js';
import {
  attempt,
  attributeNames,
  exec,
  getAttribute,
  hasAttribute,
  includes,
  list,
  removeAttribute,
  setAttribute,
  startsWith,
  visit,
  weakGet,
  WeakMap,
  weakSet,
} from '../safe/builtins.js';

/** Scripts' attributes as the page wrote them, name and value in turn. @type {WeakMap<Element, string[]>} */
const asWritten = new WeakMap();

/** Keeps the attributes of a script. @param {Element} script */
export const remember = (script) => {
  if (weakGet(asWritten, script)) return;
  /** @type {List<string>} */
  const attributes = list();
  const marked = tags.marked(script);
  visit(attributeNames(script), (/** @type {string} */ name) => {
    if (name === inertMark || (marked && exec(/^data-octroi/, name) !== null)) return;
    attributes[attributes.length] = marked && name === 'data-src' ? 'src' : name;
    attributes[attributes.length] = getAttribute(script, name);
  });
  weakSet(asWritten, script, attributes);
};

/** Whether a script looks as Octroi's scripts do while they load: with its address in `src` and in `data-src`. @param {Element} script */
export const looksLoading = (script) => {
  const attributes = weakGet(asWritten, script);
  return includes(attributes, 'src') && includes(attributes, 'data-src');
};

/**
 * Gives a script that has run its attributes back. Leaves out two kinds: a nonce, for browsers
 * hide it from the attribute, and writing it there would delete it; event handlers, for Trusted
 * Types forbid setting them.
 *
 * @param {Element} script
 * @param {Element | undefined} copy the copy that ran in the script's place
 */
export const restore = (script, copy) => {
  const attributes = weakGet(asWritten, script);
  // Code that looks for scripts to run in new markup must not take the copy for one.
  if (copy) {
    removeAttribute(copy, 'data-octroi');
    setAttribute(copy, 'type', 'text/plain');
  }
  const hasNonce = hasAttribute(script, 'nonce');
  visit(attributeNames(script), (/** @type {string} */ name) => {
    if (!includes(attributes, name) || (!hasNonce && !startsWith(name, 'on'))) removeAttribute(script, name);
  });
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i];
    const value = attributes[i + 1];
    if (name === 'nonce' || startsWith(name, 'on')) continue;
    attempt(() => setAttribute(script, name, exec(/^(?:src|href|xlink:href)$/, name) ? vouchedURL(value) : value));
  }
};
