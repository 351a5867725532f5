/*
 * The integration for Astro: the declaration becomes the files that visitors load, and each page,
 * prerendered or not, gets the tag of octroi.js first.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { octroi as vite } from './vite.js';

/** @type {typeof import('./astro.js').octroi} */
export const octroi = (options) => {
  const plugin = /** @type {any} */ (vite(options));
  // Astro's builds are several, of which the one for browsers may be left out; the files are written at the end.
  delete plugin.generateBundle;
  return {
    name: 'octroi',
    hooks: {
      'astro:config:setup': (/** @type {any} */ { addMiddleware, updateConfig }) => {
        updateConfig({ vite: { plugins: [plugin], ssr: { noExternal: ['octroi'] } } });
        addMiddleware({ entrypoint: new URL('./astro-middleware.js', import.meta.url), order: 'pre' });
      },
      'astro:build:done': async (/** @type {any} */ { dir }) => {
        for (const [name, bytes] of await plugin.api.files()) {
          const file = join(fileURLToPath(dir), name);
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, bytes);
        }
      },
    },
  };
};

export default octroi;
