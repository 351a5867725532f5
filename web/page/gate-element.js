/*
 * Opens, holds and shuts one gated element, by the verdict on it.
 */
import { enqueue, isOpen, mayLoad, opened, reports, tags } from './gate-state.js';
import { load, unload } from './gated-sources.js';
import { empty } from './gated-templates.js';
import { hold } from './hold.js';
import { sourceOf, sourcesOf, twin } from '../intercept/loads.js';
import { pace } from '../core/pace.js';
import {
  attempt,
  dispatch,
  getAttribute,
  isConnected,
  knows,
  learn,
  localName,
  setTimeout,
  unlearn,
  weakGet,
  WeakMap,
  weakSet,
  WeakSet,
} from '../safe/builtins.js';

const { Event } = window;

/** Elements that were reported as blocked. @type {WeakSet<Element>} */
const reported = new WeakSet();
/** For each element that has lost a source, whether it may get the source back. @type {WeakMap<Element, () => boolean>} */
const losses = new WeakMap();

/** Shuts an element that was open. @param {Element} element */
const shut = (element) => {
  unlearn(opened, element);
  if (localName(element) === 'template') empty(element);
  else unload(element);
  reports.standIns.place(element);
};

/** Reports an element once as blocked, and gives it a stand-in. @param {Element} element */
const block = (element) => {
  if (!knows(reported, element)) {
    learn(reported, element);
    reports.blocked(element);
    // Routers wait for the load or the error of a style sheet before they show a page.
    if (localName(element) === 'link' && tags.marked(element)) setTimeout(() => attempt(() => dispatch(element, new Event('error'))));
  }
  reports.standIns.place(element);
};

/** Opens an element that is no script and no template. @param {Element} element */
const open = (element) => {
  learn(opened, element);
  reports.standIns.remove(element);
  // Chromium forgets the address of a frame that is set in the microtask after the parser inserted the frame.
  if (localName(element) === 'iframe') setTimeout(load, 0, element);
  else load(element);
};

/** Opens, blocks or shuts an element, as the verdict says. @param {Element} element */
export const consider = (element) => {
  const tag = localName(element);
  const isScript = tag === 'script';
  if (isOpen(element)) {
    // A script that has run cannot be shut.
    if (!isScript && !mayLoad(element)) shut(element);
  } else if (!mayLoad(element)) block(element);
  else if (isScript || tag === 'template') enqueue(element);
  else open(element);
};

/**
 * Whether an open element gets back a source that it has lost. Code that brings markup up to date
 * removes a source that the new markup lacks. A page that removes it each time wins.
 *
 * @param {Element} element
 */
const mayRecover = (element) => {
  if (localName(element) === 'script') return false;
  const sources = sourcesOf(element);
  let lost = false;
  for (let i = 0; i < sources.length; i++) lost ||= sourceOf(element, sources[i]) === null && getAttribute(element, twin(sources[i])) !== null;
  if (!lost) return false;
  let again = weakGet(losses, element);
  if (!again) weakSet(losses, element, (again = pace(20)));
  return again() && mayLoad(element);
};

/** Loads the sources of an open element again that it has lost. @param {Element} element */
export const recover = (element) => {
  if (isOpen(element) && mayRecover(element)) load(element);
};

/** Judges a gated element that has come into the document. @param {Element} element */
export const onAdded = (element) => {
  if (!isOpen(element) && (!mayLoad(element) || localName(element) === 'script')) hold(element);
  if (isConnected(element)) consider(element);
};
