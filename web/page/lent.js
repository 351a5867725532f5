/* What octroi.js lends to a file that the engine has it load. */
import { hrefOf, indexOf, slice, split } from '../safe/builtins.js';
import { scriptURL } from '../safe/trust.js';
import { declared } from './engine.js';
import { base, fileURL, origin } from './files.js';
import { whenIdle } from './idle.js';
import { cookies, readStored, recordName } from './stores.js';
import { classifyURL } from './verdicts.js';

/** Returns the record in a store, without the ledger behind it. @param {string} text */
const recordIn = (text) => split(text, '.')[0];

/** Returns the visitor's record: the cookie's, else the mirror's; "" for none. */
const record = () => {
  const all = '; ' + cookies() + ';';
  const mark = `; ${recordName}=`;
  const at = indexOf(all, mark) + mark.length;
  return (at < mark.length ? '' : recordIn(slice(all, at, indexOf(all, ';', at)))) || recordIn(readStored(0));
};

/** @param {string[]} given what the file needs of the declaration */
export const lent = (given) => ({
  given,
  classifyURL,
  declaration: COMPILED ? '' : declared() || '',
  folder: base(),
  record,
  whenIdle,
  /** Returns the address of a script of this site, as a browser takes it. @param {string} path */
  trusted: (path) => scriptURL(hrefOf(fileURL(slice(origin, 0, origin.length - 1) + path))),
});

/** @typedef {ReturnType<typeof lent>} Lent */
