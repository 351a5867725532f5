import { defineConfig } from 'astro/config';
import octroi from 'octroi/astro';

export default defineConfig({
  // The site's policy allows neither inline scripts nor inline styles.
  integrations: [octroi({ hold: true })],
  build: { inlineStylesheets: 'never' },
});
