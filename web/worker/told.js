/*
 * What pages have told the worker. It is kept in a cache, since a browser ends a worker whenever
 * it likes; of what the worker sees by itself, and can read in the browser's cookies, nothing is.
 */
import { cache as name } from 'octroi:worker';
import { declare, grants, recordName } from './judge.js';
import { home, scope } from './scope.js';

/**
 * @typedef {object} Told
 * @property {string} declaration the site's; "" where the engine has it in its memory
 * @property {string} folder of Octroi's files, where that is on another host; else ""
 * @property {string} record the visitor's, where this worker cannot read it by itself; else ""
 * @property {string[]} beyond the services that a page lets load though no record grants them: for a visit
 */

/** @type {Told} */
export let told = { declaration: '', folder: '', record: '', beyond: [] };

/** The key in the cache. */
const key = new URL('/octroi.told', scope.location.href).href;
/** What the cache holds. */
let kept = JSON.stringify(told);

/** Takes what was told. @param {Told} next */
const take = (next) => {
  told = next;
  if (!COMPILED && told.declaration) declare(told.declaration);
};

/** Reads the cache, once. @type {Promise<void> | undefined} */
let reading;
/** What was told before this worker was started is there once this resolves. */
export const recalled = () =>
  (reading ??= (async () => {
    try {
      const answer = await ((await scope.caches.has(name)) && (await scope.caches.open(name)).match(key));
      if (!answer) return;
      const text = await answer.text();
      take({ ...told, ...JSON.parse(text) });
      kept = text;
    } catch {
      // Denied, or damaged: then nothing was told.
    }
  })());

/** Keeps what was told, if that has changed. */
const keep = async () => {
  const text = JSON.stringify(told);
  if (text === kept) return;
  kept = text;
  try {
    const cache = await scope.caches.open(name);
    await cache.put(key, new Response(text, { headers: { 'Content-Type': 'application/json' } }));
  } catch {
    // The next page tells it again.
  }
};

/** Returns the records that the browser's cookies hold. @returns {Promise<string[]>} */
const inCookies = async () => {
  try {
    const all = await scope.cookieStore.getAll(recordName());
    return all.map((/** @type {{ value: string }} */ { value }) => value.split('.')[0]).filter(Boolean);
  } catch {
    return [];
  }
};

/** Returns the visitor's records. Another host of the site may have set a second one; one that is damaged is among them. */
export const readRecords = async () => {
  const records = await inCookies();
  return records.length || !told.record ? records : [told.record];
};

/** Hears what a page tells. @param {Told & { granted: string[] }} message granted: the services that are, on that page */
export const hear = async ({ declaration, folder, record, granted }) => {
  await recalled();
  take({ ...told, declaration: COMPILED ? '' : declaration, folder: new URL(folder).host === home ? '' : new URL('.', folder).href });
  const seen = await inCookies();
  const records = seen.length ? seen : record ? [record] : [];
  take({ ...told, record: seen.length ? '' : record, beyond: granted.filter((id) => !grants(records, id)) });
  await keep();
};
