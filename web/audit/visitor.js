/*
 * What a visitor does in the frame: comes as somebody whom the site does not know, views a
 * page, and chooses.
 */
import { load, needWindow, quiet, windowOf } from './frame.js';
import { attempt, pass, within } from './waits.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {(name: string, host: string, path: string) => string[]} Erasures the assignments to document.cookie that erase a cookie */

/** How long the browser may take to answer about its stores, in ms. */
export const storePatience = 2000;

/** Lists the names of cookies. @param {string} header the value of document.cookie */
export const cookieNames = (header) =>
  header
    .split(';')
    .map((pair) => pair.split('=')[0].trim())
    .filter(Boolean);

/** Deletes databases, caches and service workers. */
const deleteStores = async () => {
  for (const { name } of (await indexedDB.databases?.()) || []) {
    if (name) await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done));
  }
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
};

/** Erases all that the site has stored in this browser. @param {Frame} frame @param {Erasures} erasures */
export const eraseAll = async (frame, erasures) => {
  const page = windowOf(frame);
  const names = new Set(page ? cookieNames(attempt(() => page.document.cookie) || '') : []);
  const path = (page && attempt(() => page.location.pathname)) || '/';
  // The page goes first, or its scripts store again.
  await load(frame, 'about:blank');
  for (const name of [...names, ...cookieNames(document.cookie)]) {
    for (const assignment of [...erasures(name, location.hostname, path), ...erasures(name, location.hostname, '/')]) document.cookie = assignment;
  }
  attempt(() => localStorage.clear());
  attempt(() => sessionStorage.clear());
  await within(deleteStores(), storePatience);
};

/** Waits until the page's engine has started; false where the page has no engine, or one that does not start. @param {Frame} frame */
const engineStarts = async (frame) => {
  const end = performance.now() + frame.limits.engine;
  while (attempt(() => windowOf(frame).octroi) && performance.now() < end) {
    if (attempt(() => windowOf(frame).octroi.state())) return true;
    await pass(20);
  }
  return false;
};

/** Views a page until it is quiet; whether its engine has started. @param {Frame} frame @param {string} address */
export const view = async (frame, address) => {
  await load(frame, address);
  const started = await engineStarts(frame);
  await quiet(frame);
  return started;
};

/**
 * Allows everything by the button of a stand-in: where the page draws what asks, a grant of its
 * code counts only where a visitor has pressed something.
 *
 * @param {any} page
 */
const allowByStandIn = async ({ document, octroi }) => {
  const held = document.createElement('iframe');
  const { categories } = octroi.state();
  held.dataset.octroi = Object.keys(categories)
    .filter((id) => !categories[id].required)
    .join(' ');
  held.style.cssText = 'position:fixed;top:0;left:0;width:320px;height:240px';
  document.body.append(held);
  const end = performance.now() + 3000;
  const button = () => held.nextElementSibling?.querySelector('[data-octroi-act="always"]');
  while (!button() && performance.now() < end) await pass(20);
  button()?.click();
  held.remove();
};

/** Makes a choice by the page's API, and waits until the page is quiet again. @param {Frame} frame @param {(octroi: any) => void} act */
export const choose = async (frame, act) => {
  const page = needWindow(frame);
  const changed = new Promise((done) => page.document.addEventListener('octroi:change', done, { once: true }));
  let uncounted = false;
  page.document.addEventListener('octroi:ask', (/** @type {CustomEvent} */ { detail }) => (uncounted = !!detail.fault), { once: true });
  act(page.octroi);
  if (uncounted) await allowByStandIn(page);
  // A choice that changes nothing has no event.
  await within(changed, 3000);
  await quiet(frame);
};
