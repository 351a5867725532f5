/* What the worker's own global scope has, and where octroi.worker.js came from. */

/** A service worker's global scope. @type {any} */
export const scope = globalThis;

/** The host of this site, with its port. */
export const home = scope.location.host;

/** Whether octroi.worker.js is all that this worker runs: then its life is Octroi's to rule. A site's own worker rules itself. */
export const isAlone = scope.location.pathname.endsWith('/octroi.worker.js');

/** The address that Octroi's other files are relative to: that of octroi.worker.js, unless the site's worker names another before it. */
export const base = new URL(
  String(scope.octroiBase || /https?:[^\s()@]*\/octroi\.worker\.js/.exec(String(new Error().stack))?.[0] || scope.location.href),
  scope.location.href,
);
