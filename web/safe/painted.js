/* Does something once what has changed can be seen. */
import { apply } from './language.js';
import { document } from './dom.js';

const { requestAnimationFrame, setTimeout } = window;

/** How long a page may draw nothing, in milliseconds: one that is hidden meanwhile draws no more. */
const patience = 250;

/** Calls a function behind the next frame; in a page that draws none, soon. @param {() => void} then */
export const afterPaint = (then) => {
  let done = false;
  const once = () => {
    if (!done) then();
    done = true;
  };
  setTimeout(once, document.hidden ? 0 : patience);
  if (!document.hidden) apply(requestAnimationFrame, window, [() => setTimeout(once)]);
};
