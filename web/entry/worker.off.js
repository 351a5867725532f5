/*
 * octroi.worker.js of a site whose declaration names no worker: it takes away the one that an
 * earlier declaration named, and what that one kept. A site's own worker that imports it stays.
 */
import { cache as name } from 'octroi:worker';
import { isAlone, scope } from '../worker/scope.js';

scope.addEventListener('install', () => isAlone && scope.skipWaiting());
scope.addEventListener('activate', (/** @type {any} */ event) =>
  event.waitUntil(Promise.all([scope.caches.delete(name), isAlone && scope.registration.unregister()])),
);
