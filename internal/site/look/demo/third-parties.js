/* Plays the third parties of the demo's shop: notes what reaches them, and answers. */

const worker = /** @type {any} */ (globalThis);
const script = 'document.dispatchEvent(new Event("third-party"));';
const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60"><rect width="120" height="60" fill="#d8d0f0"/><text x="10" y="35">an advert</text></svg>';

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { pathname, search } = new URL(event.request.url);
  const [, party] = pathname.match(/\/third-party\/(.*)$/) ?? [];
  if (!party) return;
  event.respondWith(
    (async () => {
      for (const client of await worker.clients.matchAll({ includeUncontrolled: true }))
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's client has none
        client.postMessage({ got: party + search, method: event.request.method });
      if (party.endsWith('.js')) return new Response(script, { headers: { 'Content-Type': 'text/javascript' } });
      if (party.endsWith('.svg')) return new Response(picture, { headers: { 'Content-Type': 'image/svg+xml' } });
      if (party.endsWith('.html'))
        return new Response('<!doctype html><title>A video</title><p>A video plays.</p>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
      return new Response('{}', { headers: { 'Content-Type': 'application/json' } });
    })(),
  );
});
