'use client';
/*
 * Octroi in React 18 and 19. There is no provider: what is granted is a property of the page. On
 * a server, and for the first picture that React compares with the server's, nothing is granted.
 */

import { createElement, useEffect, useSyncExternalStore } from 'react';
import { allows, subscribe } from './index.js';

const shut = () => false;

/** @type {import('./react.js').useConsent} */
export const useConsent = (id) => useSyncExternalStore(subscribe, () => allows(id), shut);

/** @type {import('./react.js').Consent} */
export const Consent = ({ id, fallback = null, children = null }) => (useConsent(id) ? children : fallback);

/** Scripts that the page has, by their address or their text. @type {Set<string>} */
const added = new Set();

/** @type {import('./react.js').ConsentScript} */
export const ConsentScript = ({ service, src, children = '', nonce, type, ...attributes }) => {
  const granted = useConsent(service);
  const key = src ?? children;
  useEffect(() => {
    if (!granted || added.has(key)) return;
    added.add(key);
    const script = document.createElement('script');
    // As gated markup: the engine runs it, and knows at a withdrawal that it has run.
    const all = { type: 'text/plain', 'data-octroi': service, ...(src ? { 'data-src': src } : {}), ...(type ? { 'data-type': type } : {}), ...attributes };
    for (const [name, value] of Object.entries(all)) {
      if (typeof value === 'function') script.addEventListener(name.slice(2).toLowerCase(), value);
      else if (value != null && value !== false) script.setAttribute(name, value === true ? '' : value);
    }
    if (nonce) script.nonce = nonce;
    if (!src) script.append(children);
    document.head.append(script);
  }, [granted, key]);
  return null;
};

/** @type {import('./react.js').Embed} */
export const Embed = ({ service, src, ...attributes }) =>
  // The engine gives a granted frame its address before React looks at what a server has rendered.
  createElement('iframe', { key: src, suppressHydrationWarning: true, ...attributes, 'data-octroi': service, 'data-src': src });
