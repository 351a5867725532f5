import { octroi } from 'octroi/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [octroi()],
});
