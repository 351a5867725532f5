import vue from '@vitejs/plugin-vue';
import { octroi } from 'octroi/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue(), octroi()],
  // The server puts a nonce in its place, another with each page.
  html: { cspNonce: '__NONCE__' },
});
