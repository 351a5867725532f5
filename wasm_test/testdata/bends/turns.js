/*
 * The page's turns: what runs in the next one, and a watch that reports a turn that does not end.
 */
import { apply, quiet } from './builtins.js';

// The watch reports the number of the last turn that began, once 15 seconds have brought no
// next one. It counts rounds of its own, for on a busy machine these take longer too, as do
// the page's turns.
const watch = new Worker(
  URL.createObjectURL(
    new Blob([
      `let at = -1, rounds = 0; onmessage = ({ data }) => { at = data; rounds = 0; };
      setInterval(() => { if (at >= 0 && ++rounds > 30) { fetch('${location.origin}/hangs?' + at, { mode: 'no-cors' }); at = -1; } }, 500);`,
    ]),
  ),
);
const { postMessage: postToWorker } = Worker.prototype;
/** Tells the watch which turn begins; -1 where none does. */
export const begins = (n) => apply(postToWorker, watch, [n]);

const channel = new MessageChannel();
const { postMessage } = MessagePort.prototype;
let onward = quiet;
channel.port1.onmessage = () => onward();
/** Runs a function in a turn of its own. */
export const soon = (next) => {
  onward = next;
  apply(postMessage, channel.port2, [0]);
};
