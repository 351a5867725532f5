import type { Ids } from './index.js';

/**
 * A script that is added once its service is granted, for `onMount` or `$effect`, which take the
 * function that it returns.
 *
 * @example
 * $effect(() => consentScript({ service: 'stats', src: 'https://stats.example/tag.js' }));
 */
export { consentScript, type Script } from './index.js';

/**
 * A readable store: whether a category or a service is granted. `false` on a server, and where
 * octroi.js is not there.
 *
 * @example
 * const stats = consent('stats'); // in markup: {#if $stats} … {/if}
 */
export function consent(id: Ids): { subscribe(run: (granted: boolean) => void): () => void };

/**
 * The attributes of a frame that loads once its service is granted. Until then a stand-in of its
 * size says what it is, and asks.
 *
 * @example
 * <iframe {...embed('film', 'https://film.example/1')} title="The spring show"></iframe>
 */
export function embed(service: Ids, src: string): { 'data-octroi': string; 'data-src': string };
