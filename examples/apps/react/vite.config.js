import react from '@vitejs/plugin-react';
import octroi from 'octroi/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react(), octroi()],
  // The server puts a nonce in its place, another with each page.
  html: { cspNonce: '__NONCE__' },
});
