/*
 * octroi.worker.js: a service worker, or the first that a site's own one imports. It holds what
 * pages under its control ask for of services that are not granted, also what the parser asks for
 * before any script runs. What is open for everybody passes as if there were no worker.
 */
import { findEngine, isDeclared, judge } from '../worker/judge.js';
import { answer, listen, noteListeners } from '../worker/others.js';
import { comes, lets, speaks } from '../worker/pages.js';
import { home, isAlone, scope } from '../worker/scope.js';
import { hear, readRecords, recalled, told } from '../worker/told.js';

/** Octroi's own files, in their folder. */
const files = /^(?:octroi(?:\.\w+)*\.(?:js|wasm)|engine\.\w+\.wasm|catalog\.json|locales\/[\w-]+\.json)(?:\?|$)/;

/** Whether an address is one of Octroi's own files on another host. @param {string} address */
const isOwn = (address) => told.folder !== '' && address.startsWith(told.folder) && files.test(address.slice(told.folder.length));

/** Whether something may load, by the visitor's record or by what a page says. @param {string} address @param {string} from the id of who asks for it */
const mayLoad = async (address, from) => {
  await recalled();
  const known = judge(address);
  if (!isDeclared() || known?.[1] || isOwn(address)) return true;
  const ids = known?.[0] || '';
  const records = ids ? await readRecords() : [];
  if (records.length && records.every((record) => judge(address, record)?.[1])) return true;
  return lets(from, { address, ids });
};

/** Whether an address is open for everybody, as far as can be told at once. @param {string} address */
const isOpen = (address) => {
  const { protocol, host } = new URL(address);
  if (!/^https?:$/.test(protocol)) return true;
  const known = judge(address);
  return known ? known[1] : host === home;
};

/** @param {any} event a FetchEvent */
const onFetch = (event) => {
  const { request, clientId, resultingClientId } = event;
  // Where a page goes is the visitor's to decide.
  if (request.mode === 'navigate') return comes(resultingClientId);
  if (isOpen(request.url)) return;
  event.stopImmediatePropagation();
  event.respondWith(
    mayLoad(request.url, clientId).then(
      (may) => (may ? answer(event) : Response.error()),
      () => Response.error(),
    ),
  );
};

/** @param {any} event an ExtendableMessageEvent */
const onMessage = (event) => {
  const { data, source } = event;
  if (data?.octroi !== 'told' || !source) return;
  event.stopImmediatePropagation();
  event.waitUntil(hear(data).then(() => speaks(source)));
};

listen('fetch', onFetch);
listen('message', onMessage);
listen('install', () => {
  findEngine();
  if (isAlone) scope.skipWaiting();
});
listen('activate', (event) => isAlone && event.waitUntil(scope.clients.claim()));
noteListeners();
if (!COMPILED) recalled();
