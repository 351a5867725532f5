/*
 * Observes a page in the frame: what it requested, stored and shows. The rules in
 * internal/audit judge it.
 */
import { consentUIs, isVisible } from './consent-ui.js';
import { needWindow, requestsOf } from './frame.js';
import { cookieNames, storePatience } from './visitor.js';
import { attempt, within } from './waits.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {{ State: string, At: number, Error: string, Engine: boolean, Requests: import('./frame.js').Request[], Cookies: { Name: string, End: number }[], Keys: string[], Databases: string[], Caches: string[], Workers: string[], HasReopenLink: boolean, ConsentUIs: import('./consent-ui.js').ConsentUI[] }} Observation times in ms since 1970; a cookie's End is 0 for the session, -1 where the browser does not tell it */

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
  };
};
