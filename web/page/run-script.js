/*
 * Runs one gated script, where it stands.
 *
 * A script without a type that runs may get one later (HTML, "prepare the script element",
 * https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element): so the
 * element itself runs, once, its clones do not, and listeners hear its load event. A script that
 * was set as innerHTML would never run ("already started"); it runs by a copy, because frameworks
 * make nodes that way.
 */
import { hasNonce, opened, reports, runnable, tags } from './gate-state.js';
import { parsed } from '../intercept/origins.js';
import { reinsert } from './gated-sources.js';
import { looksLoading, remember, restore } from './script-attributes.js';
import { HTML, sourceOf, speaks, SVG } from '../intercept/loads.js';
import { inertMark, unknown } from '../intercept/marks.js';
import { nonce, scriptURL, signed, vouchedURL } from '../safe/trust.js';
import {
  attempt,
  attributeNames,
  baseURI,
  clearTimeout,
  createElementNS,
  deref,
  dispatch,
  exec,
  getAttribute,
  hasAttribute,
  insertBefore,
  isConnected,
  knows,
  learn,
  list,
  listen,
  Map,
  mapGet,
  mapSet,
  namespaceURI,
  nextSibling,
  ownerDocument,
  parentNode,
  protocolOf,
  removeAttribute,
  removeChild,
  setAttribute,
  setTimeout,
  textOf,
  unlearn,
  unlisten,
  URL,
  visit,
  WeakRef,
  WeakSet,
} from '../safe/builtins.js';

const { Event } = window;

/** How long the next script waits for one that loads, in milliseconds. */
export const patience = 10000;
/** The events by which a script tells that it has run, or that it cannot. */
const endings = list(['load', 'error']);

/** Scripts that load, and scripts whose load has ended less than a second ago. @type {WeakSet<Element>} */
const loading = new WeakSet();
/** The script that ran last for each type with its address or its text. @type {Map<string, WeakRef<Element>>} */
const ranLast = new Map();

/**
 * A script that is to run.
 *
 * @typedef {object} Job
 * @property {any} script
 * @property {boolean} dead whether the browser itself will not run it
 * @property {boolean} svg
 * @property {string} ids its services and categories
 * @property {string} type
 * @property {string | null} src its address as the page wrote it
 * @property {boolean} loads whether a script can load from that address
 * @property {string | undefined} address its address, if the engine and the page's policy let it load
 * @property {boolean} silent whether the browser tells nothing of its end
 */

/** @param {any} script @param {boolean} dead @returns {Job} */
export const jobOf = (script, dead) => {
  const svg = namespaceURI(script) === SVG;
  const ids = getAttribute(script, 'data-octroi') || '';
  const type = getAttribute(script, 'data-type') || '';
  const src = svg
    ? (getAttribute(script, 'data-href') ?? getAttribute(script, 'data-xlink-href') ?? sourceOf(script, 'href') ?? sourceOf(script, 'xlink:href'))
    : (getAttribute(script, 'data-src') ?? getAttribute(script, 'src'));
  // A page with a nonce lets only vouched scripts load; the engine judges that. A script of the
  // page's own, which only waited for the engine, is vouched for by its nonce.
  const isOwn = !ids && hasAttribute(script, unknown) && hasNonce(script);
  const loads = !!src && !!attempt(() => exec(/^(?:https?|blob|data):$/, protocolOf(new URL(src, baseURI(script)))) !== null);
  const address = loads ? attempt(() => (isOwn ? vouchedURL : scriptURL)(/** @type {string} */ (src))) : undefined;
  return { script, dead, svg, ids, type, src, loads, address, silent: !speaks(script, type) };
};

/** Why no browser runs a script; "" if browsers do. @param {Job} job */
const faultOf = ({ script, svg, src, loads }) => {
  if (namespaceURI(script) !== HTML && !svg) return 'it is no script of HTML or SVG';
  return src !== null && !loads && (src || !textOf(script)) ? 'no script loads from "' + src + '"' : '';
};

/**
 * Whether a script that the browser would not run has run already. It has if it is a clone, as in
 * a snapshot of the page; if Astro's router marks it as known; or if it came as markup in the place
 * of the script that ran, which has left the document.
 *
 * @param {Job} job
 * @param {WeakRef<Element> | undefined} last what ran last with the same address or text
 */
const hasRun = ({ script, dead }, last) => {
  if (!dead || !last) return false;
  const mark = hasAttribute(script, 'data-astro-exec') ? null : getAttribute(script, inertMark);
  const stands = attempt(() => isConnected(deref(last)));
  return mark === null || (!mark && !stands);
};

/**
 * Whether a router has inserted a script because the same script did not look as the page wrote
 * it: it was loading. The router brings it again, or as it looked then, from a cache. Removes
 * the second one, for the router would find one too many later, and passes on the end of the first.
 *
 * @param {Job} job
 * @param {Element | undefined} last
 */
const isRepeated = ({ script }, last) => {
  const compared = last && knows(parsed, last) && knows(loading, last);
  if (!last || !tags.inserted(script) || tags.marked(script) || !(compared || looksLoading(script))) return false;
  if (compared) passOn(last, script);
  removeChild(parentNode(script), script);
  return true;
};

/** Dispatches the end of one script on another, too. @param {any} from @param {any} to */
const passOn = (from, to) => visit(endings, (event) => listen(from, event, () => attempt(() => dispatch(to, new Event(event)))));

/** Inserts a copy of a script behind it, without its address. @param {Job} job @returns {any} */
const insertCopy = ({ script, svg }) => {
  const copy = /** @type {any} */ (createElementNS(ownerDocument(script), namespaceURI(script), 'script'));
  visit(attributeNames(script), (/** @type {string} */ name) => {
    if (name !== inertMark && name !== 'src' && name !== 'href' && name !== 'xlink:href') setAttribute(copy, name, getAttribute(script, name));
  });
  copy.nonce = script.nonce;
  // Throws where Trusted Types accept a script's text from the parser alone.
  attempt(() => (svg ? (copy.textContent = textOf(script)) : (copy.text = script.text)));
  passOn(copy, script);
  learn(opened, copy);
  insertBefore(parentNode(script), copy, nextSibling(script));
  return copy;
};

/**
 * Waits until a script has loaded or failed, at most for `patience`.
 *
 * @param {any} script
 * @param {string} address
 * @param {() => void} then
 */
const wait = (script, address, then) => {
  const done = () => {
    clearTimeout(timer);
    visit(endings, (event) => unlisten(script, event, done));
    then();
  };
  const timer = setTimeout(() => {
    done();
    reports.failed(script, address + ' neither loads nor fails; the others go on');
  }, patience);
  visit(endings, (event) => listen(script, event, done));
};

/**
 * Starts a script, or the copy in its place, that has an address.
 *
 * @param {Job} job
 * @param {any} element the script, or its copy
 * @param {() => void} next
 * @returns {boolean} whether the next script waits
 */
const load = ({ script, svg, silent, address }, element, next) => {
  // A script that script has made is async unless it is told otherwise.
  if ('async' in element) element.async = hasAttribute(element, 'async');
  const waits = !element.async && !silent;
  removeAttribute(element, 'src');
  element.nonce ||= nonce;
  try {
    if (svg) {
      setAttribute(element, 'href', address);
      reinsert(element);
    } else element.src = address;
  } catch {
    return false; // The site's policy lacks Octroi's name; the browser reports that.
  }
  learn(loading, element);
  visit(endings, (event) =>
    listen(element, event, () => {
      // A router may have compared the script just before it ended.
      setTimeout(unlearn, 1000, loading, element);
      restore(script, element === script ? undefined : element);
    }),
  );
  if (waits) wait(element, /** @type {string} */ (address), () => tags.writing.over(element, next) && next());
  return waits;
};

/**
 * Runs a script, unless it must not run, or has run. The next script waits for it unless it is
 * async.
 *
 * @param {any} script
 * @param {boolean} dead whether the browser itself will not run it
 * @param {() => void} next called when the next script may run, if it waits
 * @returns {boolean} whether the next script waits
 */
export const run = (script, dead, next) => {
  const { writing } = tags;
  learn(opened, script);
  remember(script);
  // The browser has run these already, or would never have run them.
  if (dead && (knows(runnable, script) || tags.marked(script))) return false;
  const job = jobOf(script, dead);
  const { svg, type, src, address } = job;
  const fault = faultOf(job);
  if (fault) return (reports.failed(script, fault), false);
  if (src ? !address : !signed(script)) return false;
  const key = type + ' ' + (address || textOf(script));
  const last = mapGet(ranLast, key);
  if (hasRun(job, last) || isRepeated(job, last && deref(last))) return false;
  mapSet(ranLast, key, new WeakRef(script));
  reports.ran(job.ids);
  const copy = dead || svg ? insertCopy(job) : undefined;
  const element = copy || script;
  if (type) setAttribute(element, 'type', type);
  else removeAttribute(element, 'type');
  if (job.silent && (address || hasAttribute(element, 'nomodule') || exec(/script/i, type) !== null)) reports.failed(element, 'browsers run no such script');
  // A script that nothing waits for may not write into the document.
  writing.late(element, address && (hasAttribute(element, 'async') || hasAttribute(element, 'defer')) ? undefined : wait);
  if (address) return load(job, element, next);
  // Reinserts the script with the parser's text: Firefox trusts no text that script has set.
  writing.within(element, () => reinsert(element));
  restore(script, copy);
  return !writing.over(element, next);
};
