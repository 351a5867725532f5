/* Octroi in Svelte 4 and 5: a store, and functions for what a component mounts; nothing of Svelte's is imported. */

import { allows, subscribe } from './index.js';

export { consentScript } from './index.js';

/** @type {typeof import('./svelte.js').consent} */
export const consent = (id) => ({
  subscribe(run) {
    const tell = () => run(allows(id));
    tell();
    return subscribe(tell);
  },
});

/** @type {typeof import('./svelte.js').embed} */
export const embed = (service, src) => ({ 'data-octroi': service, 'data-src': src });
