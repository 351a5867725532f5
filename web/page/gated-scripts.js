/*
 * Runs gated scripts and opens gated templates one after the other, in document order, as the
 * parser would have done.
 */
import { dequeue, isOpen, isQueued, mayLoad, opened, reports, runnable, visitQueued } from './gate-state.js';
import { parsed } from '../intercept/origins.js';
import { insert } from './gated-templates.js';
import { prefetch } from './prefetch.js';
import { patience, run } from './run-script.js';
import { HTML } from '../intercept/loads.js';
import { afterPaint } from '../safe/painted.js';
import { inertMark } from '../intercept/marks.js';
import { vouchedURL } from '../safe/trust.js';
import {
  appendChild,
  attempt,
  attributeNames,
  clearTimeout,
  createElementNS,
  hasAttribute,
  importNode,
  isConnected,
  knows,
  learn,
  list,
  listen,
  localName,
  namespaceURI,
  ownerDocument,
  parentNode,
  readyState,
  removeAttribute,
  removeChild,
  setAttribute,
  setTimeout,
  visit,
} from '../safe/builtins.js';

/** How many of those that wait are fetched meanwhile: as many as browsers ask one host for at once. */
const ahead = 6;

/** Whether the queue waits for a script. */
let busy = false;

/** Whether the queue waits until the visitor sees the answer to a choice. */
let paused = false;

/** Has the queue go on behind the next frame. */
export const pause = () => {
  if (paused) return;
  paused = true;
  afterPaint(() => {
    paused = false;
    drain();
  });
};

/** Whether scripts are still to run. */
export const isBusy = () => busy || isQueued();

/** Runs what is queued, until a script has to be waited for. */
export const drain = () => {
  // The parser may show the beginning of a script or a template before its end has arrived.
  while (!busy && !paused && isQueued() && readyState(window.document) !== 'loading') {
    const element = dequeue();
    if (isOpen(element) || !isConnected(element) || !mayLoad(element)) continue;
    if (localName(element) === 'template') {
      learn(opened, element);
      insert(element);
    } else {
      // WebKit delivers mutation records, and so calls `drain` again, while a script that was inserted still runs.
      busy = true;
      let waits = false;
      try {
        const inert = hasAttribute(element, inertMark);
        const known = inert || namespaceURI(element) !== HTML || (knows(parsed, element) && !knows(runnable, element));
        waits = known ? run(element, inert, next) : probe(element);
      } finally {
        busy = waits;
      }
      if (waits) attempt(() => visitQueued(ahead, prefetch));
    }
  }
  if (!busy && !paused) reports.drained();
};

/** Goes on with the queue. */
const next = () => {
  busy = false;
  drain();
};

/**
 * Asks the browser whether it would still run a script, and runs the script accordingly. No
 * property tells: a script that came as innerHTML never runs, nor does a copy of it (HTML,
 * "already started", https://html.spec.whatwg.org/multipage/scripting.html#already-started). A
 * copy with an empty address gets an error event if it would run; a new script gets one in any
 * case, and so ends the wait.
 *
 * @param {any} script
 * @returns {boolean} whether the next script waits
 */
const probe = (script) => {
  const parent = parentNode(script);
  const document = ownerDocument(script);
  const fresh = createElementNS(document, namespaceURI(script), 'script');
  const copy = importNode(document, script, false);
  visit(attributeNames(copy), (/** @type {string} */ name) => removeAttribute(copy, name));
  let alive = false;
  let timer = 0;
  const done = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    busy = isConnected(script) && mayLoad(script) && run(script, !alive, next);
    drain();
  };
  timer = setTimeout(done, patience);
  listen(copy, 'error', () => (alive = true));
  listen(fresh, 'error', done);
  visit(list([copy, fresh]), (one) => {
    // A policy that lacks Octroi's name lets script set no address at all.
    if (attempt(() => (setAttribute(one, 'src', vouchedURL('')), true)) === undefined) alive = true;
    appendChild(parent, one);
    removeChild(parent, one);
  });
  if (!alive) return true;
  clearTimeout(timer);
  timer = 0;
  return run(script, false, next);
};
