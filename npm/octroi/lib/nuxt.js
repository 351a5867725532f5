/*
 * The module for Nuxt: the declaration becomes the files that visitors load, and each page that
 * the server renders gets the tag of octroi.js first. What octroi/vue has needs no import.
 */

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeclarationError, build, tags } from './build.js';

/** @param {string} name */
const own = (name) => fileURLToPath(new URL(name, import.meta.url));

const components = ['Consent', 'ConsentScript', 'Embed'];

/** @param {string} name */
const kebab = (name) => name.replace(/\B[A-Z]/g, '-$&').toLowerCase();

/** Writes files into a folder, whole or not at all. @param {string} folder @param {Record<string, Uint8Array>} files */
const write = async (folder, files) => {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(files)) {
    const file = join(fresh, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
};

/** @type {typeof import('./nuxt.js').default} */
const octroi = async (inline, nuxt) => {
  const { declaration = 'octroi.json', path = '/octroi/', languages, types, hold } = { ...nuxt.options.octroi, ...inline };
  const { rootDir, dev, app } = nuxt.options;
  const folder = posix.join('/', path, '/');
  if (folder === '/') throw new Error('octroi/nuxt: path: the files need a folder of their own; write one, as "/octroi/"');
  const address = posix.join('/', app.baseURL, folder);

  const files = resolve(rootDir, 'node_modules/.cache/octroi');
  let tag = `<script src="${address}octroi.js"></script>`;
  try {
    const built = await build({ declaration, root: rootDir, path: address, languages, types });
    built.hints.forEach((hint) => console.warn(`octroi: ${hint}`));
    await write(join(files, 'public'), built.files);
    // Browsers find it at the root of an origin alone.
    if (built.files['gpc.json'] && address === folder) await write(join(files, 'well-known'), { 'gpc.json': built.files['gpc.json'] });
    else await rm(join(files, 'well-known'), { recursive: true, force: true });
    tag = tags(built, { path: address, hold });
  } catch (error) {
    // A developer mends it while the server runs, and meanwhile nothing is granted.
    if (!dev || !(error instanceof DeclarationError)) throw error;
    console.error(`octroi: ${error.message}`);
    await rm(files, { recursive: true, force: true });
  }
  // Nuxt starts anew when one of these changes.
  nuxt.options.watch.push(resolve(rootDir, declaration));

  nuxt.hook('nitro:config', (/** @type {any} */ config) => {
    (config.publicAssets ??= []).push(
      { dir: join(files, 'public'), baseURL: folder, maxAge: 0 },
      { dir: join(files, 'well-known'), baseURL: '/.well-known', maxAge: 0, fallthrough: true },
    );
    (config.virtual ??= {})['#octroi'] = `export const tag = ${JSON.stringify(tag)}`;
    // First, so that those that give nonces find the tag.
    (config.plugins ??= []).unshift(own('nuxt-server.js'));
  });

  // As the app's own: one Vue for both.
  nuxt.options.build.transpile.push('octroi');
  nuxt.hook('imports:extend', (/** @type {any[]} */ imports) => {
    imports.push({ name: 'useConsent', from: own('vue.js') }, { name: 'useConsentTrigger', from: own('nuxt-trigger.js') });
  });
  nuxt.hook('components:extend', (/** @type {any[]} */ all) => {
    for (const name of components) {
      // A component of the app's has precedence.
      if (all.some(({ pascalName }) => pascalName === name)) continue;
      const file = own('vue.js');
      all.push({
        export: name,
        pascalName: name,
        kebabName: kebab(name),
        chunkName: `components/${kebab(name)}`,
        filePath: file,
        shortPath: file,
        global: false,
        prefetch: false,
        preload: false,
        mode: 'all',
        priority: 0,
        meta: {},
      });
    }
  });
};

octroi.getMeta = async () => ({ name: 'octroi', configKey: 'octroi', compatibility: { nuxt: '>=4.0.0' } });

export default octroi;
