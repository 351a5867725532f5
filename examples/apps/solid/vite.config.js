import { octroi } from 'octroi/vite';
import { defineConfig } from 'vite';
import solid from 'vite-plugin-solid';

export default defineConfig({
  plugins: [solid(), octroi()],
  // The server puts a nonce in its place, another with each page.
  html: { cspNonce: '__NONCE__' },
});
