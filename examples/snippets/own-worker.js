importScripts('/octroi/octroi.worker.js');
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname === '/hello') event.respondWith(new Response('Hello.'));
});
