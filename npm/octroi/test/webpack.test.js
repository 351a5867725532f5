import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { OctroiPlugin } from '../lib/webpack.js';

process.env.OCTROI = fileURLToPath(new URL('command/octroi.js', import.meta.url));

let context = '';
before(() => (context = mkdtempSync(join(tmpdir(), 'octroi-webpack-'))));
after(() => rmSync(context, { recursive: true }));

/** A hook of webpack's, which keeps what was tapped. */
const hook = () => {
  const tapped = [];
  const tap = (_, f) => tapped.push(f);
  return { tap, tapPromise: tap, call: async (...args) => tapped.reduce(async (value, f) => (await value, f(...args)), undefined) };
};

/** One compilation as webpack runs it, with pages of html-webpack-plugin where there are any. */
const compile = async (options, { publicPath, pages = {} } = {}) => {
  const told = [];
  const beforeEmit = hook();
  function HtmlWebpackPlugin() {}
  HtmlWebpackPlugin.getCompilationHooks = () => ({ beforeEmit });
  const compiler = {
    context,
    webpack: {
      Compilation: { PROCESS_ASSETS_STAGE_SUMMARIZE: 1000 },
      WebpackError: Error,
      sources: {
        RawSource: function RawSource(bytes) {
          this.bytes = bytes;
        },
      },
    },
    options: { plugins: Object.keys(pages).length ? [new HtmlWebpackPlugin()] : [] },
    hooks: { thisCompilation: hook() },
    getInfrastructureLogger: () => ({ info: (text) => told.push(text) }),
  };
  const assets = {};
  const compilation = {
    hooks: { processAssets: hook() },
    fileDependencies: new Set(),
    outputOptions: { publicPath },
    getPath: (path) => path,
    emitAsset: (name, source, info) => (assets[name] = { ...info, bytes: source.bytes }),
    errors: [],
    warnings: [],
  };
  new OctroiPlugin(options).apply(compiler);
  await compiler.hooks.thisCompilation.call(compilation);
  const html = {};
  for (const [outputName, markup] of Object.entries(pages)) {
    const page = { html: markup, outputName, plugin: { userOptions: {} } };
    await beforeEmit.call(page);
    html[outputName] = page.html;
  }
  await compilation.hooks.processAssets.call();
  return { assets, html, told, ...compilation };
};

const declare = (text) => writeFileSync(join(context, 'octroi.json'), text);
const page = '<head><meta charset="utf-8"><script src="main.js"></script></head>';

test('assets are as their hashes say, and pages have the tag first', async () => {
  declare('{}');
  const { assets, html, told, fileDependencies } = await compile({}, { publicPath: '/app/', pages: { 'index.html': page } });
  const version = createHash('sha256').update(assets['octroi/octroi.js'].bytes).digest('hex').slice(0, 16);
  assert.equal(html['index.html'], page.replace('<script', `<script src="/app/octroi/octroi.js?v=${version}"></script><script`));
  assert.ok(
    Object.values(assets).every(({ minimized }) => minimized),
    'no minimizer changes them',
  );
  assert.deepEqual([...fileDependencies], [join(context, 'octroi.json')]);
  assert.deepEqual(told, []);
});

for (const [publicPath, name, src] of [
  [undefined, 'index.html', './octroi/octroi.js'],
  ['auto', 'a/b/index.html', '../../octroi/octroi.js'],
  ['https://cdn.example', 'index.html', 'https://cdn.example/octroi/octroi.js'],
  ['', 'index.html', 'octroi/octroi.js'],
])
  test(`publicPath ${publicPath}, page ${name}`, async () => {
    declare('{}');
    const { html } = await compile({}, { publicPath, pages: { [name]: page } });
    assert.ok(html[name].includes(`<script src="${src}?v=`), html[name]);
  });

test('without html-webpack-plugin the tag is told', async () => {
  declare('{}');
  const { told } = await compile({ path: 'consent' }, { publicPath: '/' });
  assert.match(told.join(), /put this first into each page's <head>, behind <meta charset>:\n {2}<script src="\/consent\/octroi\.js\?v=[0-9a-f]{16}"/);
});

test('a fault fails the build with its line and its column, and pages stay as they are', async () => {
  declare('{\n  "fault": 1\n}');
  const { errors, assets, html } = await compile({}, { pages: { 'index.html': page } });
  assert.deepEqual(
    errors.map(({ message }) => message),
    ['octroi.json:2:3: $.fault: unknown; remove it'],
  );
  assert.deepEqual(assets, {});
  assert.equal(html['index.html'], page);
  assert.throws(
    () => new OctroiPlugin({ path: 'https://cdn.example/' }),
    /path: https:\/\/cdn\.example\/ is no folder below webpack's publicPath; write one, as "\/octroi\/"/,
  );
});
