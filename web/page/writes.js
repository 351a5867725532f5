/*
 * Judges what a page's script writes: cookies, keys, databases and caches.
 */
import { attempt, floor, hasOwn, list, now, Set, setAdd, setHas } from '../safe/builtins.js';
import * as kinds from '../../jsbridge/kinds.js';
import { machine, tell } from './engine.js';
import { recheck } from './stores.js';
import { longest } from './verdicts.js';

/** Writes that came before the engine; there is no list once it cannot come. @type {(() => void)[] | undefined} */
let early = list();
/** Names that may be written within this minute, by area: not cookies. @type {Set<string>[]} */
const allowedNames = list([new Set(), new Set(), new Set(), new Set(), new Set()]);
/** Of the time at which these were cleared, in minutes. */
let minute = 0;
/** How many there are, at most. */
let count = 0;

/** Does the writes once more that came early; they wait no longer. @param {boolean} more whether the next ones may wait */
export const retryWrites = (more) => {
  const writes = early;
  early = more ? list() : undefined;
  if (writes) for (let i = 0; i < writes.length; i++) attempt(writes[i]);
};

/** Whether a name was let within this minute, and nothing has shut since. @param {number} area @param {string} name */
export const mayWrite = (area, name) => {
  const time = floor(now() / 60000);
  if (time !== minute) forgetNames();
  minute = time;
  return !!machine && setHas(allowedNames[area], name);
};

export const forgetNames = () => {
  count = 0;
  for (let i = 0; i < allowedNames.length; i++) allowedNames[i] = new Set();
};

/** @type {import('../intercept/hooks.js').Judge} */
export const judge = (area, text, again, view) => {
  if (text.length > longest) return;
  if (!machine) {
    if (!early) return;
    early[early.length] = again;
    return null;
  }
  const write = kinds.write({ area, text });
  let verdict = tell(write);
  // One who has chosen in a frame has done so for its scripts, too.
  if (!verdict && view !== window && hasOwn(view, 'octroi')) {
    recheck();
    verdict = tell(write);
  }
  // A cookie's depends on all that is assigned.
  if (area && verdict) {
    if (++count > 999) forgetNames();
    setAdd(allowedNames[area], text);
  }
  return verdict;
};
