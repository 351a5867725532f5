import { createApp, onMounted, onUnmounted, ref, watchEffect } from 'vue';

/**
 * Whether a category or a service is granted, as a ref. Where octroi.js cannot be had, as
 * with some filter lists, nothing is.
 */
export const useConsent = (id) => {
  const granted = ref(false);
  const look = () => (granted.value = window.octroi?.allows(id) ?? false);
  const events = ['octroi:ready', 'octroi:change'];
  onMounted(() => {
    events.forEach((event) => document.addEventListener(event, look));
    look();
  });
  onUnmounted(() => events.forEach((event) => document.removeEventListener(event, look)));
  return granted;
};

/** A tag that is added once its service is granted, however often the component comes and goes. */
const added = new Set();
export const useScript = (src, granted) =>
  watchEffect(() => {
    if (!granted.value || added.has(src)) return;
    added.add(src);
    document.head.append(Object.assign(document.createElement('script'), { src }));
  });

const Statistics = {
  setup() {
    const counted = useConsent('matomo');
    useScript('{third}/matomo/matomo.js', counted);
    return { counted };
  },
  template: `<p id="says">{{ counted ? 'Visits are counted.' : 'Visits are not counted.' }}</p>`,
};

const Player = {
  template: `<iframe data-octroi="player" data-src="{third}/social/video.html" width="480" height="270" title="The spring show"></iframe>`,
};

createApp({
  components: { Statistics, Player },
  setup: () => ({ page: ref('home') }),
  template: `
    <button id="go" @click="page = page === 'home' ? 'film' : 'home'">{{ page === 'home' ? 'To the film' : 'Back' }}</button>
    <Statistics v-if="page === 'home'" /><Player v-else />
    <button data-octroi-open>Cookies</button>`,
}).mount('#app');
