/*
 * What a page undoes at once is not done again for ever, lest both go on without end; what
 * it undoes now and then, as routers do with each page, is.
 */
import { now } from '../safe/language.js';

/** What comes later than that after the last time is no answer to it, in ms. */
const calm = 1000;

/** Tells whether something may be done again: so often in a row. @param {number} most */
export const pace = (most) => {
  let last = 0;
  let times = 0;
  return () => {
    const time = now();
    // A clock that stands, or is turned back, ends a row as little as a busy page does.
    if (time - last >= calm) times = 0;
    last = time;
    return times++ < most;
  };
};
