/*
 * Octroi in Angular: functions for an injection context, as a component's fields are. There is
 * nothing to provide: what is granted is a property of the page. On a server, and for the first
 * picture that Angular compares with the server's, nothing is granted.
 */

import { DestroyRef, afterNextRender, inject, signal } from '@angular/core';
import { allows, consentScript as add, subscribe } from './index.js';

/** Whether a server has rendered the page: Angular takes its elements over, and they must be the same. */
const isRendered = typeof document !== 'undefined' && document.querySelector?.('[ng-server-context]') != null;

/** @type {typeof import('./angular.js').consent} */
export const consent = (id) => {
  const granted = signal(!isRendered && allows(id));
  const look = () => granted.set(allows(id));
  if (isRendered) afterNextRender(look);
  inject(DestroyRef).onDestroy(subscribe(look));
  return granted.asReadonly();
};

/** @type {typeof import('./angular.js').consentScript} */
export const consentScript = (script) => {
  inject(DestroyRef).onDestroy(add(script));
};
