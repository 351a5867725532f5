import { octroi } from 'octroi/vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte(), octroi()],
  // The server puts a nonce in its place, another with each page.
  html: { cspNonce: '__NONCE__' },
});
