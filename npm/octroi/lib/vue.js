/*
 * Octroi in Vue 3. There is no plug-in to install: what is granted is a property of the page. On a
 * server, and for the first picture that Vue compares with the server's, nothing is granted.
 */

import { computed, getCurrentInstance, h, onMounted, shallowRef, toValue, watchEffect } from 'vue';
import { allows, consentScript, subscribe } from './index.js';

/** Changes whenever `allows` may answer otherwise; one for the page. */
const changes = shallowRef(0);
subscribe(() => changes.value++);

/** Whether the component that is set up has taken over what a server has rendered, or has nothing to take over. */
const taken = () => {
  // It has an element by now only where it does.
  const ready = shallowRef(!getCurrentInstance()?.vnode.el);
  if (!ready.value) onMounted(() => (ready.value = true));
  return ready;
};

/** @type {typeof import('./vue.js').useConsent} */
export const useConsent = (id) => {
  const ready = taken();
  return computed(() => changes.value >= 0 && ready.value && allows(toValue(id)));
};

/** @type {any} */
export const Consent = {
  name: 'Consent',
  props: ['id'],
  setup(/** @type {any} */ props, /** @type {any} */ { slots }) {
    const granted = useConsent(() => props.id);
    return () => (granted.value ? slots.default?.() : slots.fallback?.());
  },
};

/** @type {any} */
export const ConsentScript = {
  name: 'ConsentScript',
  props: ['service', 'src', 'text'],
  inheritAttrs: false,
  setup(/** @type {any} */ props, /** @type {any} */ { attrs }) {
    // Behind the drawing, so never on a server.
    watchEffect((cleanup) => cleanup(consentScript({ ...attrs, ...props })), { flush: 'post' });
    return () => null;
  },
};

/** @type {any} */
export const Embed = {
  name: 'Embed',
  props: ['service', 'src'],
  setup(/** @type {any} */ props) {
    // Beside a frame that the engine knows it puts a stand-in, which Vue would find in a server's elements.
    const ready = typeof window === 'undefined' ? shallowRef(false) : taken();
    return () => h('iframe', { key: props.src, ...(ready.value ? { 'data-octroi': props.service, 'data-src': props.src } : {}) });
  },
};
