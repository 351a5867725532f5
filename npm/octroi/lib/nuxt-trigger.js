/* For @nuxt/scripts: what a script of a service's waits for. */

import { when } from './index.js';

/** @type {typeof import('./nuxt-trigger.js').useConsentTrigger} */
export const useConsentTrigger = (id) => when(id);
