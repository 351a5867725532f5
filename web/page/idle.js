/* Waits until the page has time. */
import { document } from '../safe/dom.js';

/** How long the page may take to become idle, once it has loaded, in milliseconds. */
const patience = 2000;

/** Calls a function once the page has loaded and is idle. @param {() => void} then */
export const whenIdle = (then) => {
  const wait = () => ('requestIdleCallback' in window ? requestIdleCallback(then, { timeout: patience }) : setTimeout(then, 200));
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true });
};
