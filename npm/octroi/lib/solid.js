/*
 * Octroi in Solid. There is no provider: what is granted is a property of the page. On a server,
 * and while Solid takes over what a server has rendered, nothing is granted.
 */

import { Show, createComponent, createEffect, createSignal, mergeProps, onCleanup, onMount, sharedConfig, splitProps } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { allows, consentScript, subscribe } from './index.js';

/** Changes whenever `allows` may answer otherwise; one for the page. */
const [changes, change] = createSignal(0);
subscribe(() => change((n) => n + 1));

/** @type {typeof import('./solid.js').useConsent} */
export const useConsent = (id) => {
  const hydrates = !!sharedConfig.context;
  const [ready, setReady] = createSignal(!hydrates);
  if (hydrates) onMount(() => setReady(true));
  return () => changes() >= 0 && ready() && allows(typeof id === 'function' ? id() : id);
};

/** @type {typeof import('./solid.js').Consent} */
export const Consent = (props) => {
  const granted = useConsent(() => props.id);
  /** @type {any} */
  const shown = mergeProps(props, {
    get when() {
      return granted();
    },
  });
  return createComponent(Show, shown);
};

/** @type {typeof import('./solid.js').ConsentScript} */
export const ConsentScript = (props) => {
  createEffect(() => onCleanup(consentScript({ ...props })));
  return null;
};

/** @type {typeof import('./solid.js').Embed} */
export const Embed = (props) => {
  const [own, attributes] = splitProps(props, ['service', 'src']);
  // Another address is another frame.
  return createComponent(Show, {
    keyed: true,
    get when() {
      return own.src;
    },
    children: (/** @type {any} */ src) =>
      createComponent(
        Dynamic,
        mergeProps(attributes, {
          component: 'iframe',
          get 'data-octroi'() {
            return own.service;
          },
          'data-src': src,
        }),
      ),
  });
};
