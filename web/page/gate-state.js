/*
 * What the gates' parts share, and the questions that all of them ask about an element.
 */
import { attempt, bare, knows, learn, reads, unlearn, WeakSet } from '../safe/builtins.js';
import { parsed } from '../intercept/origins.js';
import { nonce } from '../safe/trust.js';

const nonceOf = reads(HTMLElement.prototype, 'nonce');

/** Whether an element has the nonce of the page, if the page has one. @param {Element} element */
export const hasNonce = (element) => !!nonce && attempt(() => nonceOf(element)) === nonce;

/**
 * What the gates ask and report.
 *
 * @typedef {object} Reports
 * @property {(element: Element, injected: boolean) => boolean} allowed whether an element may load; an injected one may not load for being essential
 * @property {(element: Element) => void} blocked called once for each element that is held
 * @property {(ids: string) => void} ran called with the services of each script that runs
 * @property {(script: Element, why: string) => void} failed called for each script that was to run and does not
 * @property {() => void} drained called when no script that may run is left
 * @property {{ place: (element: Element) => void, remove: (element: Element) => void }} standIns
 * @property {(frames: List<Element>, come: List<Node>) => void} changed called with the new frames, and all that has come, when the document has changed
 * @property {(root: ShadowRoot) => void} rooted called for each shadow root that is found
 */

/** @type {import('../intercept/shared.js').Tags} */
export let tags;
/** @type {Reports} */
export let reports;

/** Connects the gates with the page half; nothing is gated before. @param {import('../intercept/shared.js').Tags} itsTags @param {Reports} itsReports */
export const connectGates = (itsTags, itsReports) => {
  tags = itsTags;
  reports = itsReports;
};

/** Elements that were let load: a script stays in here, any other element until it is denied. @type {WeakSet<Element>} */
export const opened = new WeakSet();
/** Scripts that stood in the document with a type that browsers run. @type {WeakSet<Element>} */
export const runnable = new WeakSet();

/** A script or a template that waits for its turn. @typedef {{ element: Element, next: Turn | undefined }} Turn */

/** The first that waits; each leads to the next, in document order. @type {Turn | undefined} */
let first;
/** The last that waits, if any does. @type {Turn} */
let last;
/** Those that wait. @type {WeakSet<Element>} */
const waiting = new WeakSet();

/** Whether any waits for its turn. */
export const isQueued = () => !!first;

/** Queues a script or a template. @param {Element} element */
export const enqueue = (element) => {
  if (knows(waiting, element)) return;
  learn(waiting, element);
  const turn = bare({ element, next: undefined });
  if (first) last.next = turn;
  else first = turn;
  last = turn;
};

/** Queues scripts before all others. @param {List<Element>} scripts */
export const enqueueFirst = (scripts) => {
  for (let i = scripts.length; i--;) {
    learn(waiting, scripts[i]);
    const turn = bare({ element: scripts[i], next: first });
    if (!first) last = turn;
    first = turn;
  }
};

/** Calls a function with each of the next that wait, so many at the most. @param {number} most @param {(element: Element) => void} see */
export const visitQueued = (most, see) => {
  for (let turn = first; turn && most--; turn = turn.next) see(turn.element);
};

/** Takes the first out of the queue, which must not be empty. */
export const dequeue = () => {
  const { element, next } = /** @type {Turn} */ (first);
  first = next;
  unlearn(waiting, element);
  return element;
};

/** Whether an element was let load. @param {Element} element */
export const isOpen = (element) => knows(opened, element);

/** Whether the page itself vouches for an element: the element came with the page, or has the page's nonce. @param {Element} element @returns {boolean} */
export const isVouched = (element) => knows(parsed, element) || hasNonce(element);

/** Whether an element may load now. @param {Element} element */
export const mayLoad = (element) => reports.allowed(element, !isVouched(element));
