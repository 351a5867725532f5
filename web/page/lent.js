/* What octroi.js lends to a file that the engine has it load. */
import { hrefOf, slice } from '../safe/builtins.js';
import { scriptURL } from '../safe/trust.js';
import { declared } from './engine.js';
import { base, fileURL, origin } from './files.js';
import { whenIdle } from './idle.js';
import { cookies, readStored, recordName } from './stores.js';
import { classifyURL } from './verdicts.js';

/** @param {string[]} given what the file needs of the declaration */
export const lent = (given) => ({
  given,
  classifyURL,
  declaration: COMPILED ? '' : declared() || '',
  folder: base(),
  /** Returns what the stores hold of the visitor's choices: the record's name, all cookies, and the mirror. */
  stored: () => [recordName, cookies(), readStored(0)],
  whenIdle,
  /** Returns the address of a script of this site, as a browser takes it. @param {string} path */
  trusted: (path) => scriptURL(hrefOf(fileURL(slice(origin, 0, origin.length - 1) + path))),
});

/** @typedef {ReturnType<typeof lent>} Lent */
