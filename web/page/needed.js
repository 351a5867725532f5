/*
 * Has the engine there where only it knows the answer: what a visitor has decided is not in the
 * site's table.
 */
import { undecided } from './ahead.js';
import { begun, want, wantNow } from './engine.js';

/** How deep the page is being looked at. */
let looking = 0;

/**
 * Looks at what the page has brought itself: its elements and its sheets. What hangs on a choice
 * is held meanwhile, and the engine comes while the page goes on. During a synchronous request
 * browsers would go on to load just what is looked at.
 *
 * @type {<T extends any[]>(look: (...args: T) => void) => (...args: T) => void}
 */
export const looks =
  (look) =>
  (...args) => {
    looking++;
    try {
      look(...args);
    } finally {
      looking--;
    }
  };

/** Has the engine there before a call goes on that hangs on the choice. */
export const needEngine = () => {
  if (begun || undecided) return;
  if (looking) want();
  else wantNow();
};
