/*
 * Limits how often Octroi repeats what a page undoes. A page that undoes it at once, each time,
 * would keep both busy for ever; a router that undoes it once for each page does not.
 */
import { now } from '../safe/language.js';

/** A repetition that comes this long after the last one begins a new row, in ms. */
const calm = 1000;

/** Returns a function that tells whether something may be done once more. @param {number} most how often it may be done in a row */
export const pace = (most) => {
  let last = 0;
  let times = 0;
  return () => {
    const time = now();
    // A clock that stops or is set back does not end a row.
    if (time - last >= calm) times = 0;
    last = time;
    return times++ < most;
  };
};
