/*
 * The plug-in for webpack 5: the declaration becomes files beside the app's own, and pages of
 * html-webpack-plugin get the tag of octroi.js first.
 */

import { posix, resolve } from 'node:path';

import { builder, tags } from './build.js';
import { place } from './place.js';

const name = 'octroi';

/** The address of a folder below webpack's publicPath, for a page. @param {string} publicPath @param {string} folder @param {string} page */
const address = (publicPath, folder, page) => {
  if (publicPath !== 'auto') return publicPath.replace(/([^/])$/, '$1/') + folder;
  return (posix.relative(posix.dirname(`/${page}`), '/') || '.') + `/${folder}`;
};

/** @type {import('./webpack.js').OctroiPlugin} */
export class OctroiPlugin {
  /** @param {import('./webpack.js').Options} [options] */
  constructor({ declaration = 'octroi.json', path = '/octroi/', languages, types, hold = false } = {}) {
    this.folder = posix.join('/', path, '/').slice(1);
    if (!this.folder || /^[a-z]*:?\/\//i.test(path))
      throw new Error(`octroi/webpack: path: ${path} is no folder below webpack's publicPath; write one, as "/octroi/"`);
    this.hold = hold;
    this.options = { declaration, path: `/${this.folder}`, languages, types };
  }

  /** @param {any} compiler webpack's */
  apply(compiler) {
    const { folder, hold, options } = this;
    const { Compilation, WebpackError, sources } = compiler.webpack;
    const file = resolve(compiler.context, options.declaration);
    const build = builder({ ...options, root: compiler.context });
    let told = '';

    compiler.hooks.thisCompilation.tap(name, (/** @type {any} */ compilation) => {
      const built = build();
      compilation.fileDependencies.add(file);
      const publicPath = () => {
        const given = compilation.outputOptions.publicPath ?? 'auto';
        return given === 'auto' ? given : compilation.getPath(given, { hash: compilation.hash ?? '' });
      };

      const pages = compiler.options.plugins.filter((/** @type {any} */ plugin) => plugin?.constructor.name === 'HtmlWebpackPlugin');
      if (pages.length > 0)
        pages[0].constructor.getCompilationHooks(compilation).beforeEmit.tapPromise({ name, stage: 1000 }, async (/** @type {any} */ page) => {
          const site = await built.catch(() => undefined);
          const own = page.plugin?.userOptions?.publicPath;
          const base = own === undefined || own === 'auto' ? publicPath() : own;
          if (site) page.html = place(page.html, tags(site, { path: address(base, folder, page.outputName), hold }));
          return page;
        });

      // Behind minimizers, which would change files that are small already, and ahead of what compresses files for the wire.
      const stage = Compilation.PROCESS_ASSETS_STAGE_SUMMARIZE;
      compilation.hooks.processAssets.tapPromise({ name, stage }, async () => {
        try {
          const site = await built;
          for (const [path, bytes] of Object.entries(site.files))
            compilation.emitAsset(folder + path, new sources.RawSource(Buffer.from(bytes)), { minimized: true });
          for (const hint of site.hints) compilation.warnings.push(new WebpackError(`octroi: ${hint}`));
          const tag = tags(site, { path: address(publicPath(), folder, 'index.html'), hold });
          if (pages.length > 0 || tag === told) return;
          told = tag;
          compiler.getInfrastructureLogger(name).info(`put this first into each page's <head>, behind <meta charset>:\n  ${tag}`);
        } catch (error) {
          const { message } = /** @type {Error} */ (error);
          compilation.errors.push(Object.assign(new WebpackError(message), { hideStack: true }));
        }
      });
    });
  }
}

export default OctroiPlugin;
