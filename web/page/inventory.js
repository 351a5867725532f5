/*
 * Lists and removes the items that take time: databases, caches and service workers. An item is
 * written as the digit of its area (jsbridge/kinds.js) and its name. Files of the origin's private
 * file system (https://fs.spec.whatwg.org/#origin-private-file-system) count as databases. Each
 * storage bucket has databases, caches and files of its own.
 */
import { AREA_CACHES, AREA_DATABASES, AREA_WORKERS } from '../../jsbridge/kinds.js';

/** The path of a service worker's script; "" where a registration has none: it is about to go. @param {ServiceWorkerRegistration} registration */
const path = ({ active, waiting, installing }) => {
  const worker = active || waiting || installing;
  return worker ? new URL(worker.scriptURL).pathname : '';
};

/** How long a database may be blocked until it counts as left, in milliseconds: what holds it hears that it should close. */
const patience = 1000;

/** One store of the origin; an API that the browser lacks is undefined. @typedef {{ indexedDB?: IDBFactory, caches?: CacheStorage, getDirectory?: () => Promise<any> }} Place */

/** Returns the origin's default store and its storage buckets. @returns {Promise<Place[]>} */
const places = async () => {
  const { storage, storageBuckets } = /** @type {any} */ (navigator);
  const all = [{ indexedDB: window.indexedDB, caches: window.caches, getDirectory: storage?.getDirectory?.bind(storage) }];
  for (const name of (await storageBuckets?.keys()) || []) all.push(await storageBuckets.open(name));
  return all;
};

/** Lists the names of an area in one store. @type {Record<number, (place: Place) => Promise<(string | undefined)[]>>} */
const lists = {
  [AREA_DATABASES]: async ({ indexedDB }) => ((await indexedDB?.databases()) || []).map(({ name }) => name),
  [AREA_CACHES]: async ({ caches }) => (await caches?.keys()) || [],
};

/** Lists the files and folders at the root of one store. @param {Place} place @returns {Promise<string[]>} */
const files = async (place) => {
  const names = [];
  // Rejects in WebKit's private windows, which have no such files.
  const root = await place.getDirectory?.().catch(() => {});
  if (root) for await (const name of root.keys()) names.push(name);
  return names;
};

/** Lists the origin's service workers. @returns {Promise<readonly ServiceWorkerRegistration[]>} */
const workers = async () => (await navigator.serviceWorker?.getRegistrations()) || [];

/** Removes an item of an area from one store. */
const removals = {
  /** @param {Place} place @param {string} name */
  [AREA_DATABASES]: async (place, name) => {
    await new Promise((done) => {
      const request = /** @type {IDBFactory} */ (place.indexedDB).deleteDatabase(name);
      request.onsuccess = request.onerror = done;
      // It is deleted as soon as the last page has closed it.
      request.onblocked = () => setTimeout(done, patience);
    });
    await (await place.getDirectory?.())?.removeEntry(name, { recursive: true });
  },
  /** @param {Place} place @param {string} name */
  [AREA_CACHES]: (place, name) => place.caches?.delete(name),
};

/** Removes an item from all stores. @param {string} area @param {string} name */
const removal = async (area, name) => {
  if (+area !== AREA_WORKERS) return Promise.allSettled((await places()).map(async (place) => /** @type {any} */ (removals)[area](place, name)));
  for (const one of await workers()) if (path(one) === name) await one.unregister();
};

/** Removals that may not be finished. @type {Promise<unknown>[]} */
let going = [];

export const inventory = {
  /**
   * Lists all items, once the removals are finished.
   *
   * @returns {Promise<[items: string[], unknown: string]>} unknown: the digits of the areas that could not be listed
   */
  async list() {
    await Promise.allSettled(going.splice(0));
    /** @type {string[]} */
    const all = [];
    let unknown = '';
    /** Adds the items of an area. @param {number} area @param {() => Promise<any[]>} names */
    const add = async (area, names) => {
      try {
        for (const name of await names()) all.push(area + (name || ''));
      } catch (error) {
        // A page that is denied storage has no items.
        if (/** @type {any} */ (error).name !== 'SecurityError') unknown += area;
      }
    };
    await add(AREA_DATABASES, async () => {
      const names = (await places()).map(async (place) => [...(await lists[AREA_DATABASES](place)), ...(await files(place))]);
      return (await Promise.all(names)).flat();
    });
    await add(AREA_CACHES, async () => (await Promise.all((await places()).map(lists[AREA_CACHES]))).flat());
    await add(AREA_WORKERS, async () => (await workers()).map(path).filter(Boolean));
    return [all, unknown];
  },

  /** Removes an item. @param {string} area @param {string} name */
  remove(area, name) {
    going.push(removal(area, name));
  },
};
