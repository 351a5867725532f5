import type { Signal } from '@angular/core';
import type { Ids, Script } from './index.js';

/**
 * Whether the page may use it now, as a signal. Call it in an injection context, as for a
 * component's field: `readonly stats = consent('stats')`. `false` on a server, where octroi.js is
 * not there, and on a page of a server until Angular has taken it over.
 */
export function consent(id: Ids): Signal<boolean>;

/**
 * Adds a script once its service is granted, and once in a page however many components call for
 * it. Call it in an injection context.
 */
export function consentScript(script: Script): void;
