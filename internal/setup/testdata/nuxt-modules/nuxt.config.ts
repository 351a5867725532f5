export default defineNuxtConfig({
  modules: [
    "@nuxt/image",
    "@nuxt/scripts",
  ],
});
