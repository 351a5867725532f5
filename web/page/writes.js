/*
 * Judges what the page's scripts write: cookies, storage keys, databases, caches and service workers.
 */
import { attempt, floor, hasOwn, list, now, Set, setAdd, setHas } from '../safe/builtins.js';
import * as kinds from '../../jsbridge/kinds.js';
import { undecided } from './ahead.js';
import { begun, machine, tell, want, wantNow } from './engine.js';
import { foresee, takeForeseen } from './foreseen.js';
import { recheck } from './stores.js';
import { longest } from './look-up.js';

/** Functions that repeat the writes which came before the engine; no list once there can be no engine. @type {List<() => void> | undefined} */
let early = list();
/** The names that may be written within this minute, by area; none for cookies. @type {List<Set<string>>} */
const allowedNames = list([new Set(), new Set(), new Set(), new Set(), new Set()]);
/** The minute in which these names were let: Unix time in minutes. */
let minute = 0;
/** How many names were added since they were cleared. */
let count = 0;

/** Tells the engine of the writes that the table has let pass. */
export const tellForeseen = () => takeForeseen((area, text) => tell(kinds.write({ area, text })));

/** Repeats the writes that came before the engine. @param {boolean} more whether further writes may wait */
export const retryWrites = (more) => {
  const writes = early;
  early = more ? list() : undefined;
  if (writes) for (let i = 0; i < writes.length; i++) attempt(writes[i]);
};

/** Whether a name was let within this minute and no verdict has changed since. @param {number} area @param {string} name */
export const mayWrite = (area, name) => {
  const time = floor(now() / 60000);
  if (time !== minute) forgetNames();
  minute = time;
  return !!machine && setHas(allowedNames[area], name);
};

/** Forgets the names that were let. */
export const forgetNames = () => {
  count = 0;
  for (let i = 0; i < allowedNames.length; i++) allowedNames[i] = new Set();
};

/** Asks for the verdict on a write. @type {import('../intercept/hooks.js').Judge} */
export const judge = (area, text, again, view) => {
  if (text.length > longest) return;
  if (COMPILED && !begun) {
    const isOpen = foresee(area, text);
    // What is open is so whatever was decided.
    if (isOpen || (undecided && isOpen === false)) return isOpen ? [] : undefined;
    wantNow();
  }
  if (!machine) {
    if (!early) return;
    early[early.length] = again;
    want();
    return null;
  }
  const write = kinds.write({ area, text });
  let verdict = tell(write);
  // Reads the record again for a frame with Octroi: the visitor may have chosen in that frame.
  if (!verdict && view !== window && hasOwn(view, 'octroi')) {
    recheck();
    verdict = tell(write);
  }
  // Remembers no cookie: the verdict depends on the whole assignment, not on the name.
  if (area && verdict) {
    if (++count > 999) forgetNames();
    setAdd(allowedNames[area], text);
  }
  return verdict;
};
