/*
 * The plug-in for Vite: the declaration becomes the files that visitors load, and each page's
 * HTML gets the tag of octroi.js first.
 */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';

import { DeclarationError, builder, script, tags } from './build.js';
import { place, placed } from './place.js';

const mimeTypes = new Map(Object.entries({ js: 'text/javascript; charset=utf-8', json: 'application/json', wasm: 'application/wasm' }));

/** What server code imports for the tag. */
const virtual = 'virtual:octroi';

/** Where browsers look for gpc.json, from the root of an origin. */
const wellKnown = '.well-known/gpc.json';

/** The lines around a place, as Vite's overlay shows them. @param {string} text @param {number} line @param {number} column */
const frame = (text, line, column) => {
  const first = Math.max(1, line - 2);
  const shown = text.split('\n').slice(first - 1, line + 2);
  return shown
    .flatMap((content, i) => {
      const mark = first + i === line ? [`     | ${' '.repeat(Math.max(0, column - 1))}^`] : [];
      return [`${String(first + i).padStart(4)} | ${content}`, ...mark];
    })
    .join('\n');
};

/** An error as Vite shows it. @param {unknown} fault @param {string} file the declaration's */
const shown = async (fault, file) => {
  if (!(fault instanceof DeclarationError)) return fault;
  const [{ line, column }] = fault.faults;
  /** @type {any} */
  const told = Object.assign(new Error(fault.message), { name: 'Octroi', plugin: 'octroi', id: file, stack: '' });
  if (line === undefined || column === undefined) return told;
  const text = await readFile(file, 'utf8').catch(() => '');
  return Object.assign(told, { loc: { file, line, column }, frame: frame(text, line, column) });
};

/** The folder below Vite's base, as "octroi/". @param {string} path */
const folderOf = (path) => {
  if (/^[a-z]*:?\/\//i.test(path))
    throw new Error(`octroi/vite: path: ${path} is another host's; write a folder of the site, as "/octroi/", and the host as Vite's base`);
  const folder = posix.join('/', path, '/').slice(1);
  if (!folder) throw new Error('octroi/vite: path: the files need a folder of their own; write one, as "/octroi/"');
  return folder;
};

/** @type {typeof import('./vite.js').octroi} */
export const octroi = ({ declaration = 'octroi.json', path = '/octroi/', languages, types, hold } = {}) => {
  const folder = folderOf(path);
  /** Vite's, once it has resolved it. @type {any} */
  let config;
  /** @type {Promise<import('./build.js').Built>} */
  let built;
  const file = () => resolve(config.root, declaration);

  /** The address of the files, for a page in the given folder of the site's, as "/" or "/about/". @param {string} [page] */
  const address = (page) => {
    const { base } = config;
    if (base && base !== './') return base + folder;
    return page === undefined ? `/${folder}` : (posix.relative(page, '/') || '.') + `/${folder}`;
  };

  /** @type {() => Promise<import('./build.js').Built>} */
  let build;
  const start = () => (built = build());

  /** @param {import('./build.js').Built} site */
  const hint = (site) => site.hints.forEach((text) => config.logger.warn(`octroi: ${text}`));

  /** The files by their path below the output folder. @param {import('./build.js').Built} site */
  const outputs = (site) => {
    const list = Object.entries(site.files).map(([name, bytes]) => [folder + name, bytes]);
    const gpc = site.files['gpc.json'];
    // It is found at the root of an origin alone; a file of the site's own has precedence.
    if (gpc && address() === `/${folder}` && !(config.publicDir && existsSync(join(config.publicDir, wellKnown)))) list.push([wellKnown, gpc]);
    return /** @type {[string, Uint8Array][]} */ (list);
  };

  /** Whether a build makes what browsers load. @param {any} context */
  const forBrowsers = (context) => (context.environment?.config?.consumer ?? (config.build.ssr ? 'server' : 'client')) === 'client';

  /** @type {any} */
  const plugin = {
    name: 'octroi',

    /** For plug-ins around this one: the files by their path below the output folder. */
    api: { files: async () => outputs(await built) },

    /** @param {any} resolved */
    configResolved(resolved) {
      config = resolved;
      // The builds of an app are for several environments; they are of one declaration.
      build ??= builder({ declaration, root: config.root, path: `/${folder}`, languages, types });
    },

    /** @this {any} */
    async buildStart() {
      if (config.command !== 'build') return;
      this.addWatchFile(file());
      try {
        const before = built;
        const site = await start();
        if (built !== before) hint(site);
      } catch (error) {
        this.error(await shown(error, file()));
      }
    },

    /** @this {any} */
    async generateBundle() {
      if (!forBrowsers(this)) return;
      for (const [fileName, source] of outputs(await built)) this.emitFile({ type: 'asset', fileName, source });
    },

    /** @param {any} server */
    configureServer(server) {
      start().then(hint, () => {});

      /** @param {string} changed */
      const heard = async (changed) => {
        if (resolve(changed) !== file()) return;
        const before = built;
        const mine = start();
        if (mine === before) return;
        try {
          const site = await mine;
          if (mine !== built) return;
          hint(site);
          const graphs = server.environments ? Object.values(server.environments).map(({ moduleGraph }) => moduleGraph) : [server.moduleGraph];
          for (const graph of graphs) {
            const module = graph?.getModuleById('\0' + virtual);
            if (module) graph.invalidateModule(module);
          }
          config.logger.info(`octroi: ${declaration} changed, the page reloads`, { timestamp: true });
          server.ws.send({ type: 'full-reload', path: '*' });
        } catch (error) {
          if (mine !== built) return;
          const { message, plugin, id, loc, frame, stack = '' } = /** @type {any} */ (await shown(error, file()));
          config.logger.error(`octroi: ${message}${frame ? `\n${frame}` : ''}`, { timestamp: true });
          server.ws.send({ type: 'error', err: { message, plugin, id, loc, frame, stack } });
        }
      };
      server.watcher.add(file());
      server.watcher.on('change', heard);
      server.watcher.on('add', heard);

      /** @param {string} name @param {any} request @param {any} response @param {any} next */
      const serve = async (name, request, response, next) => {
        try {
          const bytes = new Map(outputs(await built)).get(name);
          if (!bytes) return next();
          response.setHeader('Content-Type', mimeTypes.get(name.split('.').at(-1) ?? '') ?? 'application/octet-stream');
          response.setHeader('Cache-Control', 'no-cache');
          response.setHeader('Content-Length', bytes.length);
          response.end(request.method === 'HEAD' ? undefined : bytes);
        } catch (fault) {
          next(await shown(fault, file()));
        }
      };
      server.middlewares.use((/** @type {any} */ request, /** @type {any} */ response, /** @type {any} */ next) => {
        const asked = String(request.url).replace(/[?#].*$/s, '');
        const name = asked.startsWith(address()) ? asked.slice(config.base.length) : asked === `/${wellKnown}` ? wellKnown : '';
        if (!name) return next();
        void serve(name, request, response, next);
      });
    },

    transformIndexHtml: {
      // Others put their tags where they like; this one's place is seen when they have.
      order: 'post',
      /** @param {string} html @param {{ path: string }} page */
      async handler(html, { path: page }) {
        if (placed(html)) {
          config.logger.warn(
            `octroi: ${page} has a tag of octroi.js of its own, whose version nobody keeps up to date; remove it, and the plug-in puts one there`,
          );
          return html;
        }
        try {
          return place(html, tags(await built, { path: address(posix.dirname(page)), hold }));
        } catch (error) {
          throw await shown(error, file());
        }
      },
    },

    /** @param {string} id */
    resolveId: (id) => (id === virtual ? '\0' + virtual : undefined),

    /** @param {string} id */
    async load(id) {
      if (id !== '\0' + virtual) return;
      try {
        const site = await built;
        const options = { path: address(), hold };
        return `export const script = ${JSON.stringify(script(site, options))};\nexport const tag = ${JSON.stringify(tags(site, options))};\n`;
      } catch (error) {
        throw await shown(error, file());
      }
    },
  };
  return plugin;
};

export default octroi;
