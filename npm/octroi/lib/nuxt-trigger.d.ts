import type { Ids } from './index.js';

/**
 * What `useScript` of @nuxt/scripts takes for `trigger`: the script loads once this is granted, and
 * nothing of it is asked for before. On a server it never is.
 *
 * @example
 * useScript('https://stats.example/tag.js', { trigger: useConsentTrigger('stats') });
 */
export function useConsentTrigger(id: Ids): Promise<void>;
