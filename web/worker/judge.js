/*
 * Has the engine judge addresses in the worker. It starts as for a page that has no interface, and
 * gets a record to read; what it would do on a page is left out.
 */
import { compile } from '../core/bytes.js';
import * as bridge from '../../jsbridge/bridge.js';
import * as kinds from '../../jsbridge/kinds.js';
import { first, rest } from 'octroi:worker';
import { base, home, scope } from './scope.js';

/** The engine's code, once it was needed. @type {bridge.Compiled | undefined} */
let code;
/** Whether the code was looked for. */
let sought = false;
/** The declaration, where the engine has none in its memory. @type {string | undefined} */
let declaration = COMPILED ? '' : undefined;

/**
 * Finds the engine's code: in this file, or as JavaScript where the browser runs no WebAssembly
 * here. A worker may bring a script only while it is installed; later it has the same again.
 */
export const findEngine = () => {
  if (sought) return;
  sought = true;
  compile(
    first,
    (module) => (code = module),
    () => {},
  );
  if (code) return;
  scope.octroi = (/** @type {bridge.Compiled} */ make, /** @type {string | undefined} */ declared) => {
    code = make;
    if (COMPILED) declaration = declared || '';
  };
  try {
    scope.importScripts(new URL('octroi.nowasm.js', base));
  } catch {
    // Then nothing is known here, and pages are asked.
  }
};

/** @typedef {{ machine: bridge.Machine, name: string }} Reader name: of the record's cookie, "" where no record counts */

/** Hands an event to an engine, with the rest of its code if it needs that. @param {bridge.Machine} machine @param {kinds.Message} event */
const hand = (machine, event) => {
  const effects = machine.handle(event[0], event[1]);
  if (!effects.length || effects[0][0] !== kinds.LOAD_DEFERRED) return effects;
  if (typeof code !== 'function')
    compile(
      rest,
      (module) => machine.complete(module),
      () => {},
    );
  const came = kinds.restCame({ language: 'en', texts: '{}' });
  machine.handle(came[0], came[1]);
  return machine.handle(event[0], event[1]);
};

/** Starts an engine. @returns {Reader} @throws where there is none, or it crashes */
const begin = () => {
  const machine = bridge.open(/** @type {bridge.Compiled} */ (code));
  const effects = hand(
    machine,
    kinds.start({
      declaration: declaration || '',
      host: home,
      folder: '',
      secure: scope.location.protocol === 'https:',
      wanted: 'en',
      languages: 'en',
      language: 'en',
      texts: '{}',
      framed: false,
      objects: false,
      version: '',
    }),
  );
  let name = '';
  for (let i = 0; i < effects.length; i++) if (effects[i][0] === kinds.READ) name = String(effects[i][1]);
  return { machine, name };
};

/** The engines, by the record that they have read; "" for none. @type {Map<string, Reader>} */
const readers = new Map();

/** Returns an engine that has read a record, as a page does whose two stores hold it. @param {string} record @returns {Reader} @throws */
const readerOf = (record) => {
  const known = readers.get(record);
  if (known) return known;
  if (readers.size > 8) readers.clear();
  const reader = begin();
  const read = kinds.storesRead({ cookies: `${reader.name}=${record}`, mirror: record, sign: 'start', mark: '', born: 0, depth: 1, before: '' });
  // It reads twice where it has to find out whose a cookie is.
  for (let times = record ? 2 : 0; times; times--) hand(reader.machine, read);
  readers.set(record, reader);
  return reader;
};

/** Sets the declaration that the engine starts with. @param {string} text */
export const declare = (text) => {
  if (text === declaration) return;
  declaration = text;
  readers.clear();
};

/** Whether there is anything to judge by. */
export const isDeclared = () => declaration !== undefined;

/** Asks an engine; returns nothing where there is none, or it crashes. @template T @param {string} record @param {(reader: Reader) => T} question @returns {T | undefined} */
const ask = (record, question) => {
  findEngine();
  if (!code || declaration === undefined) return;
  try {
    return question(readerOf(record));
  } catch {
    readers.delete(record);
  }
};

/** Returns the name of the record's cookie. */
export const recordName = () => ask('', ({ name }) => name) || '';

/** Judges an address by a record; without one, what is open is so for everybody. @param {string} address @param {string} [record] @returns {[ids: string, open: boolean] | undefined} */
export const judge = (address, record = '') => ask(record, ({ machine }) => machine.access(address, new URL(address).host === home));

/** Whether records grant a service: each of them has to. @param {string[]} records @param {string} id */
export const grants = (records, id) => records.length > 0 && records.every((record) => ask(record, ({ machine }) => machine.decide(id)) === kinds.ALLOWED);
