/*
 * What the browser holds, and its removal. A thing is its name behind the digit of its
 * area, as numbered in engine/config. Storage can be denied: then there is nothing.
 */
import { attempt, native } from './hooks.js';

/** @type {(0 | 1)[]} */
const storages = [0, 1];

/** Removals on their way. @type {Promise<unknown>[]} */
let going = [];

/** The path of a service worker's script. @param {ServiceWorkerRegistration} registration */
const path = ({ active, waiting, installing }) => new URL(/** @type {ServiceWorker} */ (active || waiting || installing).scriptURL).pathname;

/** @template T @param {number} area @param {() => Promise<readonly T[]>} all @param {(one: T) => string | undefined} name */
const list = async (area, all, name) => {
  try {
    return (await all()).map((one) => area + (name(one) || ''));
  } catch {
    return [];
  }
};

/**
 * The keys of both storages.
 *
 * @param {number} longest so many characters of them, at most
 */
export const keys = (longest) =>
  storages
    .flatMap((which) => attempt(() => Object.keys(native.storage(which))) || [])
    .filter((key) => (longest -= key.length) > 0)
    .map((key) => '1' + key);

/** What takes time to list: databases, caches and workers, once removals are done. */
export const rest = async () => {
  await Promise.allSettled(going.splice(0));
  const lists = [
    list(
      2,
      () => indexedDB.databases(),
      (database) => database.name,
    ),
    list(3, () => caches.keys(), String),
    list(4, () => navigator.serviceWorker.getRegistrations(), path),
  ];
  return (await Promise.all(lists)).flat();
};

const removals = {
  /** @param {string} key */
  1: (key) => storages.forEach((which) => attempt(() => native.storage(which).removeItem(key))),
  /** @param {string} name */
  2: (name) =>
    new Promise((done) => {
      const request = indexedDB.deleteDatabase(name);
      // Blocked, it goes when the page closes it.
      request.onsuccess = request.onerror = request.onblocked = done;
    }),
  /** @param {string} name */
  3: (name) => caches.delete(name),
  /** @param {string} script */
  4: async (script) => {
    for (const one of await navigator.serviceWorker.getRegistrations()) if (path(one) === script) await one.unregister();
  },
};

/** @param {string} area @param {string} name */
export const remove = (area, name) => {
  going.push(Promise.resolve(attempt(() => /** @type {any} */ (removals)[area](name))));
};
