/* Waits until the page has time. */
import { apply, listen, setTimeout } from '../safe/reading.js';
import { document } from '../safe/dom.js';

const { requestIdleCallback } = window;

/** How long the page may take to become idle, once it has loaded, in milliseconds. */
const patience = 2000;

/** Calls a function once the page has loaded and is idle. @param {() => void} then */
export const whenIdle = (then) => {
  const wait = () => (requestIdleCallback ? apply(requestIdleCallback, window, [then, { timeout: patience }]) : setTimeout(then, 200));
  if (document.readyState === 'complete') wait();
  else listen(window, 'load', wait, { once: true });
};
