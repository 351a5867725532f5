/*
 * What Octroi remembers of elements, and the attributes that it writes on them.
 */
import { sourceOf, sourcesOf, twin } from './loads.js';
import { inserted } from './origins.js';
import {
  bare,
  getAttribute,
  hasAttribute,
  knows,
  learn,
  removeAttribute,
  setAttribute,
  unlearn,
  weakGet,
  WeakMap,
  weakSet,
  WeakSet,
} from '../safe/builtins.js';

/** Marks a gated script that came by innerHTML or the like, which never runs such scripts. */
export const inertMark = 'data-octroi-inert';

/** Marks an element that is held for no known service: the engine is not there yet, or unknown addresses are blocked. */
export const unknown = 'data-octroi-unknown';

/** Elements that Octroi gated by their address or text, not the page by its markup. @type {WeakSet<Element>} */
const marked = new WeakSet();
/** The sources that scripts gave to elements while these were held, by attribute. @type {WeakMap<Element, Record<string, string>>} */
const heldSources = new WeakMap();

/** @param {Element} element */
export const isMarked = (element) => knows(marked, element);
/** @param {Element} element */
export const isInserted = (element) => knows(inserted, element);
/** @param {Element} element */
export const noteInserted = (element) => learn(inserted, element);
/** @param {Element} element */
export const heldSourcesOf = (element) => weakGet(heldSources, element);

/** Sets an attribute, unless it has that value: observers of the page need not hear of it. @param {Element} element @param {string} name @param {string} value */
export const setOnce = (element, name, value) => {
  if (getAttribute(element, name) !== value) setAttribute(element, name, value);
};

/** @param {Element} element @param {string} name @param {string} value */
const remember = (element, name, value) => {
  let sources = heldSourcesOf(element);
  if (!sources) weakSet(heldSources, element, (sources = bare({})));
  sources[name] = value;
};

/** Keeps a source of an element in the data- attribute from which a grant restores it. @param {Element} element @param {string} name @param {string} value */
export const keepSource = (element, name, value) => {
  remember(element, name, value);
  setOnce(element, twin(name), value);
};

/** Writes the services of an element on it. @param {Element} element @param {string} ids */
export const setServices = (element, ids) => {
  setOnce(element, 'data-octroi', ids);
  if (!ids) setOnce(element, unknown, '');
};

/** Remembers that Octroi gates an element, and the sources that the element has. @param {Element} element @param {string} ids its services */
export const markAll = (element, ids) => {
  const sources = sourcesOf(element);
  learn(marked, element);
  for (let i = 0; i < sources.length; i++) {
    const value = sourceOf(element, sources[i]);
    if (value !== null) remember(element, sources[i], value);
  }
  setServices(element, ids);
};

/** Remembers that Octroi gates an element for a source that it is about to get. @param {Element} element @param {string} name @param {string} value @param {string} ids */
export const markSource = (element, name, value, ids) => {
  learn(marked, element);
  keepSource(element, name, value);
  setServices(element, ids);
};

/** Forgets a held source of an element, and with the last of them that Octroi gates it. @param {Element} element @param {string} name */
export const unmarkSource = (element, name) => {
  const sources = sourcesOf(element);
  delete heldSourcesOf(element)?.[name];
  removeAttribute(element, twin(name));
  for (let i = 0; i < sources.length; i++) if (hasAttribute(element, twin(sources[i]))) return;
  unlearn(marked, element);
  removeAttribute(element, 'data-octroi');
  removeAttribute(element, unknown);
};
