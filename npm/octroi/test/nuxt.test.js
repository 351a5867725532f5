import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import octroi from '../lib/nuxt.js';

process.env.OCTROI = fileURLToPath(new URL('command/octroi.js', import.meta.url));

let rootDir = '';
before(() => (rootDir = mkdtempSync(join(tmpdir(), 'octroi-nuxt-'))));
after(() => rmSync(rootDir, { recursive: true }));

const declare = (text) => writeFileSync(join(rootDir, 'octroi.json'), text);
const good = '{ "site": 1 }';
const faulty = '{ "fault": 2 }';

/** What Nuxt has of the module: its options, and what its hooks have made. */
const set = async (options, { dev = false, baseURL = '/', components = [] } = {}) => {
  const hooks = {};
  const nuxt = {
    options: { rootDir, dev, app: { baseURL }, watch: [], build: { transpile: [] }, octroi: options },
    hook: (name, heard) => (hooks[name] = heard),
  };
  await octroi({}, nuxt);
  const nitro = {};
  const imports = [];
  hooks['nitro:config'](nitro);
  hooks['imports:extend'](imports);
  hooks['components:extend'](components);
  return { ...nuxt.options, nitro, imports, components, tag: JSON.parse(nitro.virtual['#octroi'].replace('export const tag = ', '')) };
};

test('files are served below the base, and the tag names them with their hash', async () => {
  declare(good);
  const { nitro, tag, watch, build } = await set({ hold: true }, { baseURL: '/shop/' });
  const [assets] = nitro.publicAssets;
  assert.equal(assets.baseURL, '/octroi/', 'of which Nitro knows that it is below the base');
  assert.match(readFileSync(join(assets.dir, 'octroi.js'), 'utf8'), /"site": 1/);
  assert.ok(existsSync(join(assets.dir, 'locales/fr.json')));
  assert.match(
    tag,
    /^<script src="\/shop\/octroi\/octroi\.js\?v=[0-9a-f]{16}"><\/script>\s*<script src="\/shop\/octroi\/octroi\.hold\.js\?v=[0-9a-f]{16}"><\/script>$/,
  );
  assert.deepEqual(watch, [join(rootDir, 'octroi.json')]);
  assert.deepEqual(build.transpile, ['octroi']);
});

test('gpc.json stands at the root of an origin alone', async () => {
  declare('{ "gpc": 1 }');
  const wellKnown = ({ nitro }) => existsSync(join(nitro.publicAssets[1].dir, 'gpc.json'));
  assert.equal(wellKnown(await set()), true);
  assert.equal(wellKnown(await set({}, { baseURL: '/shop/' })), false);
  declare(good);
  assert.equal(wellKnown(await set()), false);
});

test('each page gets the tag behind its charset', async () => {
  const hooked = {};
  const source = readFileSync(new URL('../lib/nuxt-server.js', import.meta.url), 'utf8')
    .replace("from '#octroi'", 'from \'data:text/javascript,export const tag = `<script src="/octroi/octroi.js"></script>`\'')
    .replace("'./place.js'", JSON.stringify(new URL('../lib/place.js', import.meta.url).href));
  const { default: plugin } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  plugin({ hooks: { hook: (name, heard) => (hooked[name] = heard) } });
  const page = { head: ['<meta charset="utf-8">', '<link rel="modulepreload" href="/a.js">'] };
  hooked['render:html'](page);
  assert.match(page.head.join(''), /^<meta charset="utf-8">\s*<script src="\/octroi\/octroi\.js"><\/script>\s*<link/);
});

test('what an app needs no import for', async () => {
  declare(good);
  const { imports, components } = await set({}, { components: [{ pascalName: 'Embed', filePath: 'own.vue' }] });
  assert.deepEqual(
    imports.map(({ name }) => name),
    ['useConsent', 'useConsentTrigger'],
  );
  assert.ok(imports.every(({ from }) => existsSync(from)));
  assert.deepEqual(components.map(({ pascalName, kebabName }) => [pascalName, kebabName]).slice(1), [
    ['Consent', 'consent'],
    ['ConsentScript', 'consent-script'],
  ]);
});

test('a fault ends a build; in development it is told, and no file is there', async (t) => {
  declare(faulty);
  await assert.rejects(set(), { name: 'DeclarationError', message: /octroi\.json:1:3: \$\.fault/ });
  const told = t.mock.method(console, 'error', () => {});
  const { nitro, tag, watch } = await set({}, { dev: true });
  assert.match(told.mock.calls[0].arguments[0], /^octroi: octroi\.json:1:3: \$\.fault/);
  assert.equal(existsSync(nitro.publicAssets[0].dir), false, 'nor those of an earlier build');
  assert.equal(tag, '<script src="/octroi/octroi.js"></script>');
  assert.deepEqual(watch, [join(rootDir, 'octroi.json')]);
});

test('files need a folder of their own', async () => {
  declare(good);
  await assert.rejects(set({ path: '/' }), /octroi\/nuxt: path: the files need a folder of their own/);
});
