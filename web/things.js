/*
 * What takes time to list, and to remove: databases, caches and workers. A thing is its
 * name behind the digit of its area, as numbered in engine/config. Storage can be denied:
 * then there is nothing.
 */

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

const removals = {
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

/** Removals on their way. @type {Promise<unknown>[]} */
let going = [];

export const things = {
  /** All of them, once removals are done. */
  async list() {
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
  },

  /** @param {string} area @param {string} name */
  remove(area, name) {
    going.push((async () => /** @type {any} */ (removals)[area](name))());
  },
};
