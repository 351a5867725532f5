export default defineNuxtConfig({
  compatibilityDate: '2026-01-01',
  modules: ['octroi/nuxt', '@nuxt/scripts'],
  octroi: { hold: true },
  app: { head: { htmlAttrs: { lang: 'en' }, title: 'An app with Nuxt' } },
  telemetry: false,
});
