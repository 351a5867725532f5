/*
 * Keeps one gated element from loading.
 */
import { isOpen, runnable } from './gate-state.js';
import { stop, take } from './gated-sources.js';
import { remember } from './script-attributes.js';
import { sourceOf, sourcesOf, twin } from '../intercept/loads.js';
import { getAttribute, hasAttribute, isConnected, learn, localName, setAttribute } from '../safe/builtins.js';

/** Gives a script a type that does not run. @param {Element} script */
const holdScript = (script) => {
  remember(script);
  const type = getAttribute(script, 'type');
  if (type === 'text/plain') return;
  if (isConnected(script)) learn(runnable, script);
  if (type) setAttribute(script, 'data-type', type);
  setAttribute(script, 'type', 'text/plain');
};

/**
 * Holds an element, if it is not open. Moves each source to its twin, where it waits: `src` to
 * `data-src`. What the parser has begun to load before can only be stopped.
 *
 * @param {Element} element
 */
export const hold = (element) => {
  if (isOpen(element)) return;
  if (localName(element) === 'script') return holdScript(element);
  let taken = false;
  const sources = sourcesOf(element);
  for (let i = 0; i < sources.length; i++) {
    const value = sourceOf(element, sources[i]);
    if (value === null) continue;
    if (!hasAttribute(element, twin(sources[i]))) setAttribute(element, twin(sources[i]), value);
    take(element, sources[i]);
    taken = true;
  }
  // A frame that the parser has inserted goes on loading until it leaves the document.
  if (taken) stop(element);
};
