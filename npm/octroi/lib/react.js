'use client';
/*
 * Octroi in React 18 and 19. There is no provider: what is granted is a property of the page. On
 * a server, and for the first picture that React compares with the server's, nothing is granted.
 */

import { createElement, useEffect, useSyncExternalStore } from 'react';
import { allows, consentScript, subscribe } from './index.js';

const shut = () => false;

/** @type {typeof import('./react.js').useConsent} */
export const useConsent = (id) => useSyncExternalStore(subscribe, () => allows(id), shut);

/** @type {typeof import('./react.js').Consent} */
export const Consent = ({ id, fallback = null, children = null }) => (useConsent(id) ? children : fallback);

/** @type {typeof import('./react.js').ConsentScript} */
export const ConsentScript = ({ children, ...script }) => {
  useEffect(() => consentScript(/** @type {any} */ ({ text: children, ...script })), [script.service, script.src, children]);
  return null;
};

/** @type {typeof import('./react.js').Embed} */
export const Embed = ({ service, src, ...attributes }) =>
  // The engine gives a granted frame its address before React looks at what a server has rendered.
  createElement('iframe', { key: src, suppressHydrationWarning: true, ...attributes, 'data-octroi': service, 'data-src': src });
