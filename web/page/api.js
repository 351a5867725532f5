/* Makes window.octroi, as web/octroi.d.ts describes it. */
import { attempt } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import * as kinds from '../../jsbridge/kinds.js';
import version from 'octroi:version';
import { deferred, loadDeferred } from './deferred.js';
import { latestReceipt } from './receipts.js';
import { allows, learn, machine, tell, wantNow, whenRunning } from './engine.js';
import { act, cookies, readStored } from './stores.js';
import { longest } from './look-up.js';
import { toldSignals } from './signals.js';

/** The promises of `when` that are not resolved. @type {[id: string, resolve: (value: void) => void][]} */
let waiting = [];

/** Resolves the promises of `when` whose service or category is granted now. */
export const resolveGranted = () => {
  waiting = waiting.filter(([id, resolve]) => {
    if (!allows(id)) return true;
    resolve();
    return false;
  });
};

/** Asks the engine for the developer's overlay. The engine loads the overlay on localhost only, unless the declaration allows it. */
export const debug = () => void tell(kinds.debug({ host: location.hostname }));

/** Says who else speaks to vendors; nothing until the deferred part is there. @returns {string[]} */
const foundConflicts = () => attempt(() => deferred?.conflicts(toldSignals())) || [];

/** The conflicts that the console has had. @type {string[]} */
const warned = [];
/** Tells the developer of conflicts, each once: when the page has loaded, and when the page knows of a choice. */
export const warnOfConflicts = () => {
  const warn = () =>
    loadDeferred(() => {
      for (const one of foundConflicts()) if (!warned.includes(one)) console.warn(`octroi: ${(warned.push(one), one)}`);
    });
  // The page's own listeners, to the load or to the choice, speak first.
  const soon = () => void setTimeout(warn);
  if (document.readyState === 'complete') soon();
  else addEventListener('load', soon, { once: true });
  // A choice that has to erase something is told later.
  document.addEventListener('octroi:change', soon, { once: true });
};

/** Opens the second layer. */
export const preferences = () => act('preferences', '');

/**
 * @param {() => string[]} replaced returns the names of built-ins that the page had replaced before Octroi started
 * @param {{ id: string, markup: string }[]} ungated tags of the page's own markup that load something of a service
 */
export const makeAPI = (replaced, ungated) => {
  /** Has the engine there, for what answers at once. @type {<T>(then: () => T) => T} */
  const now = (then) => {
    if (COMPILED && !machine) wantNow();
    return then();
  };
  const api = {
    version,
    get ready() {
      return !!machine;
    },
    debug,
    state: () => now(() => learn(kinds.state())),
    whole: () => new Promise((resolve) => loadDeferred(() => resolve(undefined))),
    report() {
      const report = now(() => learn(kinds.report()));
      return report && { ...report, replaced: replaced(), ungated, signals: toldSignals(), conflicts: foundConflicts() };
    },
    signals: () => now(toldSignals),
    /** @param {string} id */
    allows: (id) => now(() => allows(String(id))),
    /** @param {string} id */
    when: (id) =>
      new Promise((resolve) => {
        if (allows(String(id))) resolve(undefined);
        else waiting.push([String(id), resolve]);
      }),
    acceptAll: () => act('accept', 'page'),
    refuseAll: () => act('refuse', 'page'),
    /** @param {Record<string, boolean | 'visit'>} selection */
    save(selection) {
      const pairs = Object.entries(selection || {}).flatMap(([id, on]) => [id, on === true ? '1' : on === 'visit' ? on : '']);
      now(() => whenRunning(() => tell(kinds.choose({ cookies: cookies(), mirror: readStored(0), pairs }))));
    },
    receipt: latestReceipt,
    show: () => act('show', ''),
    ask: () => new Promise((resolve) => loadDeferred(() => whenRunning(() => resolve(learn(kinds.ask()))))),
    reload: () => act('reload', ''),
    preferences,
    /** @param {any} message @param {string} [where] @param {string} [origin] */
    native(message, where = 'call', origin = '') {
      const text = attempt(() => (typeof message === 'string' ? message : JSON.stringify(message))) ?? '';
      // The engine rejects an empty text as no message; a text that is too long is replaced by it.
      const shorter = text.length > longest ? '' : text;
      whenRunning(() => tell(kinds.message({ cookies: cookies(), mirror: readStored(0), where: String(where), origin: String(origin), message: shorter })));
    },
    /** @param {string} [id] */
    withdraw: (id) => (id === undefined ? api.refuseAll() : api.save({ [id]: false })),
    /** @param {string} event @param {(detail: any) => void} listener */
    on(event, listener) {
      /** @param {Event} e */
      const listen = (e) => listener(/** @type {CustomEvent} */ (e).detail);
      document.addEventListener('octroi:' + event, listen);
      return () => document.removeEventListener('octroi:' + event, listen);
    },
  };
  return Object.freeze(api);
};
