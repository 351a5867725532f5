/*
 * The frame in which pages are loaded: loads a page, gives its window, and notes what the
 * page requests.
 */
import { attempt, pass, within } from './waits.js';

/** @typedef {{ URL: string, Kind: string }} Request */
/**
 * @typedef {object} Limits the longest waits, in ms
 * @property {number} page for a page to load
 * @property {number} engine for a page's engine to start
 * @property {number} rest for a page to become quiet
 * @property {number} settle how long a page must be quiet
 */
/** @typedef {{ element: HTMLIFrameElement, limits: Limits, log: { began: number, requests: Request[], update: () => void } }} Frame log holds the requests of the page that began at that time, in ms */

/** @param {HTMLIFrameElement} element @param {Limits} limits @returns {Frame} */
export const makeFrame = (element, limits) => ({ element, limits, log: { began: 0, requests: [], update: () => {} } });

/** Gives the window of the page in the frame; undefined where the page is of another origin. @param {Frame} frame @returns {any} */
export const windowOf = ({ element }) => attempt(() => element.contentWindow && element.contentDocument && element.contentWindow) || undefined;

/** Gives the window of the page in the frame, which must be there. @param {Frame} frame @returns {any} */
export const needWindow = (frame) => {
  const page = windowOf(frame);
  if (!page) throw new Error('it cannot be framed here, or leads to another site');
  return page;
};

/** Begins to note the requests of a page. @param {any} page @param {number} began @returns {Frame['log']} */
const logRequests = (page, began) => {
  /** @type {Request[]} */
  const requests = [];
  const add = (/** @type {PerformanceResourceTiming[]} */ entries) =>
    requests.push(...entries.map((entry) => ({ URL: entry.name, Kind: entry.initiatorType })));
  const observer = attempt(() => new page.PerformanceObserver((/** @type {any} */ entries) => add(entries.getEntries())));
  attempt(() => observer.observe({ type: 'resource', buffered: true }));
  return { began, requests, update: () => attempt(() => add(observer.takeRecords())) };
};

/**
 * Lists what the page in the frame has requested. An observer notes all requests; the page's
 * own list, performance.getEntries, ends at 250, and a page can clear it.
 *
 * @param {Frame} frame
 */
export const requestsOf = (frame) => {
  const page = windowOf(frame);
  const began = attempt(() => page.performance.timeOrigin) || 0;
  if (began !== frame.log.began) frame.log = logRequests(page, began);
  frame.log.update();
  return frame.log.requests;
};

/** Loads an address, and waits for the page's load event. @param {Frame} frame @param {string} address */
export const load = async (frame, address) => {
  const { element, limits } = frame;
  const event = new Promise((done) => element.addEventListener('load', done, { once: true }));
  element.src = address;
  // The observer has to begin soon after the page does, before the page can clear its list.
  const watch = setInterval(requestsOf, 20, frame);
  const loaded = await within(
    event.then(() => true),
    limits.page,
  );
  clearInterval(watch);
  if (!loaded) throw new Error('not loaded within ' + limits.page / 1000 + ' s');
  needWindow(frame);
};

/** Waits until the page has requested and stored nothing new for a while. @param {Frame} frame */
export const quiet = async (frame) => {
  const { rest, settle } = frame.limits;
  const end = performance.now() + rest;
  let last = '';
  let since = performance.now();
  while (performance.now() < end && performance.now() - since < settle) {
    const page = windowOf(frame);
    const now = attempt(() => page.performance.timeOrigin + ' ' + requestsOf(frame).length + page.document.cookie) || '';
    if (now !== last) since = performance.now();
    last = now;
    await pass(Math.min(50, settle));
  }
};
