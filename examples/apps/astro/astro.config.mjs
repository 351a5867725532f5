import { defineConfig } from 'astro/config';
import octroi from 'octroi/astro';

export default defineConfig({
  integrations: [octroi()],
});
