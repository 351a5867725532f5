/*
 * What takes time to list, and to remove: databases, caches and workers. An item is its
 * name behind the digit of its area, as numbered in engine/config. Files that a page keeps
 * in private are as databases, and storage buckets have their own of each.
 */
import { AREA_CACHES, AREA_DATABASES, AREA_WORKERS } from '../../jsbridge/kinds.js';

/** The path of a service worker's script. @param {ServiceWorkerRegistration} registration */
const path = ({ active, waiting, installing }) => new URL(/** @type {ServiceWorker} */ (active || waiting || installing).scriptURL).pathname;

/** What a browser lacks is empty. @typedef {{ indexedDB?: IDBFactory, caches?: CacheStorage, getDirectory?: () => Promise<any> }} Place */

/** Where databases, caches and files are: the origin's own, and its buckets. @returns {Promise<Place[]>} */
const places = async () => {
  const { storage, storageBuckets } = /** @type {any} */ (navigator);
  const all = [{ indexedDB: window.indexedDB, caches: window.caches, getDirectory: storage?.getDirectory?.bind(storage) }];
  for (const name of (await storageBuckets?.keys()) || []) all.push(await storageBuckets.open(name));
  return all;
};

/** @type {Record<number, (place: Place) => Promise<(string | undefined)[]>>} */
const lists = {
  [AREA_DATABASES]: async ({ indexedDB }) => ((await indexedDB?.databases()) || []).map(({ name }) => name),
  [AREA_CACHES]: async ({ caches }) => (await caches?.keys()) || [],
};

/** The files and folders at the root. @param {Place} place @returns {Promise<string[]>} */
const files = async (place) => {
  const names = [];
  // Where there are none, as in WebKit's private windows, it cannot be had.
  const root = await place.getDirectory?.().catch(() => {});
  if (root) for await (const name of root.keys()) names.push(name);
  return names;
};

/** @returns {Promise<readonly ServiceWorkerRegistration[]>} */
const workers = async () => (await navigator.serviceWorker?.getRegistrations()) || [];

const removals = {
  /** @param {Place} place @param {string} name */
  [AREA_DATABASES]: async (place, name) => {
    await new Promise((done) => {
      const request = /** @type {IDBFactory} */ (place.indexedDB).deleteDatabase(name);
      // Blocked, it goes when the page closes it.
      request.onsuccess = request.onerror = request.onblocked = done;
    });
    await (await place.getDirectory?.())?.removeEntry(name, { recursive: true });
  },
  /** @param {Place} place @param {string} name */
  [AREA_CACHES]: (place, name) => place.caches?.delete(name),
};

/** @param {string} area @param {string} name */
const removal = async (area, name) => {
  if (+area !== AREA_WORKERS) return Promise.allSettled((await places()).map(async (place) => /** @type {any} */ (removals)[area](place, name)));
  for (const one of await workers()) if (path(one) === name) await one.unregister();
};

/** Removals on their way. @type {Promise<unknown>[]} */
let going = [];

export const inventory = {
  /**
   * All of them, once removals are done.
   *
   * @returns {Promise<[items: string[], unknown: string]>} unknown are the areas that could not be looked at
   */
  async list() {
    await Promise.allSettled(going.splice(0));
    /** @type {string[]} */
    const all = [];
    let unknown = '';
    /** @param {number} area @param {() => Promise<any[]>} names */
    const look = async (area, names) => {
      try {
        for (const name of await names()) all.push(area + (name || ''));
      } catch (error) {
        // Denied, there is nothing.
        if (/** @type {any} */ (error).name !== 'SecurityError') unknown += area;
      }
    };
    await look(AREA_DATABASES, async () => {
      const names = (await places()).map(async (place) => [...(await lists[AREA_DATABASES](place)), ...(await files(place))]);
      return (await Promise.all(names)).flat();
    });
    await look(AREA_CACHES, async () => (await Promise.all((await places()).map(lists[AREA_CACHES]))).flat());
    await look(AREA_WORKERS, async () => (await workers()).map(path));
    return [all, unknown];
  },

  /** @param {string} area @param {string} name */
  remove(area, name) {
    going.push(removal(area, name));
  },
};
