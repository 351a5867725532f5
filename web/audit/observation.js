/*
 * Observes a page in the frame: what it requested, stored and shows. The rules in
 * internal/audit judge it.
 */
import { consentUIs, isVisible } from './consent-ui.js';
import { needWindow, requestsOf } from './frame.js';
import { cookieNames, storePatience } from './visitor.js';
import { attempt, within } from './waits.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {{ Default: boolean, Update: boolean, Late: boolean, Types: Record<string, boolean> }} Google what Google's scripts took of the visitor's consent: whether each kind is granted */
/** @typedef {{ Told: boolean, Granted: boolean }} Microsoft the same of Microsoft's */
/** @typedef {{ State: string, At: number, Error: string, Engine: boolean, Requests: import('./frame.js').Request[], Cookies: { Name: string, End: number }[], Keys: string[], Databases: string[], Caches: string[], Workers: string[], HasReopenLink: boolean, ConsentUIs: import('./consent-ui.js').ConsentUI[], Conflicts: string[], Told: string[], Google: Google | null, Microsoft: Microsoft | null }} Observation times in ms since 1970; a cookie's End is 0 for the session, -1 where the browser does not tell it */

/** @param {string} state @returns {Observation} */
export const emptyObservation = (state) => ({
  State: state,
  At: Date.now(),
  Error: '',
  Engine: false,
  Requests: [],
  Cookies: [],
  Keys: [],
  Databases: [],
  Caches: [],
  Workers: [],
  HasReopenLink: false,
  ConsentUIs: [],
  Conflicts: [],
  Told: [],
  Google: null,
  Microsoft: null,
});

/** @param {any} page @returns {Promise<Observation['Cookies']>} */
const cookiesOf = async (page) => {
  const list = await within(
    attempt(() => page.cookieStore.getAll()),
    storePatience,
  );
  // Only Chromium tells when a cookie ends.
  if (list) return list.map((/** @type {any} */ one) => ({ Name: one.name || one.value, End: 'expires' in one ? Math.round(one.expires || 0) : -1 }));
  return cookieNames(attempt(() => page.document.cookie) || '').map((name) => ({ Name: name, End: -1 }));
};

const storageKeys = () => attempt(() => [...new Set([localStorage, sessionStorage].flatMap((storage) => Object.keys(storage)))]) || [];

const databaseNames = async () => {
  const list = await within(
    attempt(() => indexedDB.databases?.()),
    storePatience,
  );
  return (list || []).flatMap(({ name }) => name || []);
};

const cacheNames = async () =>
  (await within(
    attempt(() => caches.keys()),
    storePatience,
  )) || [];

/** Lists the paths of service workers' scripts. */
const workerPaths = async () => {
  const list = await within(
    attempt(() => navigator.serviceWorker.getRegistrations()),
    storePatience,
  );
  return (list || []).flatMap(({ active, waiting, installing }) => {
    const worker = active || waiting || installing;
    return worker ? [new URL(worker.scriptURL).pathname] : [];
  });
};

/** @param {any} page */
const hasReopenLink = (page) => [...page.document.querySelectorAll('a[href="#octroi"], [data-octroi-open]')].some((element) => isVisible(page, element));

/** Says who else tells vendors of consent, as the page's Octroi found it; nothing where it tells none. @param {any} page @returns {Promise<string[]>} */
const conflictsOf = async (page) => {
  if (!attempt(() => page.octroi.signals().length)) return [];
  await within(
    attempt(() => page.octroi.whole()),
    storePatience,
  );
  return attempt(() => [...page.octroi.report().conflicts].map(String)) || [];
};

/** Lists the kinds of consent that Octroi has told vendors last are granted, behind the queue that was told. @param {any} page @returns {string[]} */
const toldGranted = (page) => {
  /** @type {Map<string, unknown>} */
  const last = new Map();
  for (const told of attempt(() => [...page.octroi.signals()]) || []) {
    const queue = told.operation === 'arguments' ? 'google' : told.call;
    for (const [type, word] of Object.entries(told.arguments[2] || {})) last.set(`${queue} ${type}`, word);
  }
  return [...last].flatMap(([kind, word]) => (word === 'granted' ? [kind] : []));
};

/** Reads what Google's scripts took of the visitor's consent. @param {any} page @returns {Google | null} */
const googleOf = (page) =>
  attempt(() => {
    const { entries, usedDefault, usedUpdate, wasSetLate } = page.google_tag_data.ics;
    /** @type {Google['Types']} */
    const types = {};
    for (const type of Object.keys(entries)) {
      const state = entries[type].update ?? entries[type].default;
      if (state !== undefined) types[type] = !!state;
    }
    return { Default: !!usedDefault, Update: !!usedUpdate, Late: !!wasSetLate, Types: types };
  }) || null;

/** Reads the same of Microsoft's UET. @param {any} page @returns {Microsoft | null} */
const microsoftOf = (page) =>
  attempt(() => {
    const { enabled, adStorageAllowed } = page.uetq.uetConfig.consent;
    return { Told: !!enabled, Granted: !!adStorageAllowed };
  }) || null;

/**
 * Observes the page in the frame, in one of the visitor's states.
 *
 * @param {Frame} frame
 * @param {string} state
 * @param {Observation['Requests']} before what an earlier page has requested in this state
 * @returns {Promise<Observation>}
 */
export const observe = async (frame, state, before) => {
  const page = needWindow(frame);
  return {
    ...emptyObservation(state),
    Engine: !!attempt(() => page.octroi.state()),
    Requests: [...before, ...requestsOf(frame)],
    Cookies: await cookiesOf(page),
    Keys: storageKeys(),
    Databases: await databaseNames(),
    Caches: await cacheNames(),
    Workers: await workerPaths(),
    HasReopenLink: hasReopenLink(page),
    ConsentUIs: consentUIs(page),
    Conflicts: await conflictsOf(page),
    Told: toldGranted(page),
    Google: googleOf(page),
    Microsoft: microsoftOf(page),
  };
};
