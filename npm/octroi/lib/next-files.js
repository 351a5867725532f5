/* Places what a declaration becomes where Next serves it from: below public/. */

import { watch as watchFolder } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from './build.js';

/** What is asked for by all that asks for others: it is written last. */
const last = ['octroi.js', 'manifest.json'];

/**
 * Writes files into a folder, none half, and leaves those that are the same. Engines of earlier
 * builds stay, for pages that are open.
 *
 * @param {string} folder
 * @param {Record<string, Uint8Array>} files
 */
const write = async (folder, files) => {
  const names = Object.keys(files).sort((a, b) => last.indexOf(a) - last.indexOf(b));
  for (const name of names) {
    const file = join(folder, name);
    const before = await readFile(file).catch(() => null);
    if (before?.equals(files[name])) continue;
    await mkdir(dirname(file), { recursive: true });
    // Next has several processes, and more than one may read its configuration.
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, files[name]);
    await rename(fresh, file);
  }
};

/**
 * Builds a declaration into public/, again whenever it changes if it is watched.
 *
 * @param {object} options
 * @param {string} options.root the app's folder, which has public/
 * @param {string} options.declaration its file, from there
 * @param {string} options.folder below public/, as `/octroi/`
 * @param {string} options.path of that folder on the site, as `/base/octroi/`
 * @param {string[] | undefined} options.languages
 * @param {boolean} options.watch
 * @returns {Promise<{ src: string }[]>} the attributes of the tags of octroi.js and octroi.hold.js
 */
export const place = async ({ root, declaration, folder, path, languages, watch }) => {
  const to = join(root, 'public', folder);
  const source = resolve(root, declaration);
  const make = async () => {
    const built = await build({ declaration, root, path, languages });
    await write(to, built.files);
    built.hints.forEach((hint) => console.warn(`octroi: ${hint}`));
    return ['octroi.js', 'octroi.hold.js'].map((name) => ({ src: `${path}${name}?v=${built.manifest.build}` }));
  };
  const tags = await make();
  if (!watch) return tags;
  let text = await readFile(source, 'utf8');
  // Editors put another file in the place of the one that was there: only its folder knows.
  watchFolder(dirname(source), { persistent: false }, async (_, name) => {
    if (name !== basename(source)) return;
    const now = await readFile(source, 'utf8').catch(() => '');
    if (!now || now === text) return; // on its way, or saved as it was
    text = now;
    try {
      await make();
      console.log(`octroi: ${declaration} has changed and ${to} is built again; load the page again`);
    } catch (error) {
      console.error(`octroi: ${/** @type {Error} */ (error).message}\noctroi: ${to} stays as it was`);
    }
  });
  return tags;
};
