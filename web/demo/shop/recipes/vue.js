import { createApp, onMounted, onUnmounted, ref } from 'vue';

/** Whether a category or a service is granted, as a ref. */
export const useConsent = (id) => {
  const granted = ref(false);
  const look = () => (granted.value = window.octroi.allows(id));
  let stop = [];
  onMounted(() => {
    stop = ['ready', 'change'].map((event) => window.octroi.on(event, look));
    look();
  });
  onUnmounted(() => stop.forEach((one) => one()));
  return granted;
};

const Statistics = {
  setup() {
    // The drop-in holds it until its service is granted.
    onMounted(() => document.head.append(Object.assign(document.createElement('script'), { src: '{third}/matomo/matomo.js' })));
    return { counted: useConsent('matomo') };
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
