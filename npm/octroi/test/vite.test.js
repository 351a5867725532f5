import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { octroi } from '../lib/vite.js';

process.env.OCTROI = fileURLToPath(new URL('command/octroi.js', import.meta.url));

let root = '';
before(() => (root = mkdtempSync(join(tmpdir(), 'octroi-vite-'))));
after(() => rmSync(root, { recursive: true }));

const good = '{\n  "site": 1\n}\n';
const faulty = '{\n  "site": 1,\n  "fault": 2\n}\n';
const declare = (text) => writeFileSync(join(root, 'octroi.json'), text);
const page = '<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8" />\n    <script type="module" src="/a.js"></script>\n  </head>\n</html>\n';
const version = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** A plug-in as Vite has it after it read its configuration. */
const plugin = (options, config) => {
  const told = [];
  const p = octroi(options);
  p.configResolved({
    root,
    base: '/',
    command: 'build',
    publicDir: '',
    build: {},
    logger: { warn: (text) => told.push(text), info: (text) => told.push(text), error: (text) => told.push(text) },
    ...config,
  });
  return { p, told };
};

/** What a build emits, and what becomes of a page. */
const built = async (options, config, path = '/index.html', html = page) => {
  const { p, told } = plugin(options, config);
  const emitted = {};
  const context = {
    addWatchFile() {},
    error(error) {
      throw error;
    },
    emitFile: ({ fileName, source }) => (emitted[fileName] = source),
  };
  await p.buildStart.call(context);
  await p.generateBundle.call(context);
  return { emitted, told, html: await p.transformIndexHtml.handler(html, { path }) };
};

test('a build emits the files, and each page has the tag behind its charset, with its hash', async () => {
  declare(good);
  const { emitted, html } = await built();
  assert.deepEqual(Object.keys(emitted).sort(), [
    'octroi/engine.1.wasm',
    'octroi/locales/fr.json',
    'octroi/manifest.json',
    'octroi/octroi.hold.js',
    'octroi/octroi.js',
  ]);
  const tag = `<script src="/octroi/octroi.js?v=${version(emitted['octroi/octroi.js'])}"></script>`;
  assert.equal(html, page.replace('<meta charset="utf-8" />\n', `<meta charset="utf-8" />\n    ${tag}\n`));
});

for (const [base, path, src] of [
  ['/shop/', '/index.html', '/shop/octroi/octroi.js'],
  ['./', '/index.html', './octroi/octroi.js'],
  ['', '/a/b/index.html', '../../octroi/octroi.js'],
  ['./', '/about.html', './octroi/octroi.js'],
  ['https://static.example/x/', '/a/index.html', 'https://static.example/x/octroi/octroi.js'],
])
  test(`base ${base}, page ${path}`, async () => {
    declare(good);
    const { html, emitted } = await built({}, { base }, path);
    assert.ok(html.includes(`<script src="${src}?v=`), html);
    assert.equal(/octroi\.js\?v=[0-9a-f]{16}" crossorigin="anonymous">/.test(html), base.startsWith('https:'));
    assert.ok(emitted['octroi/octroi.js']);
  });

test('a folder is named as one likes, and is one', async () => {
  declare(good);
  const { html, emitted } = await built({ path: 'consent' });
  assert.ok(html.includes('src="/consent/octroi.js?v='), html);
  assert.ok(emitted['consent/octroi.js']);
  assert.throws(() => octroi({ path: '/' }), /the files need a folder of their own; write one, as "\/octroi\/"/);
  assert.throws(() => octroi({ path: 'https://cdn.example/' }), /another host's; write a folder of the site, as "\/octroi\/", and the host as Vite's base/);
});

test('octroi.hold.js has a tag where it is asked for, and types are written where they are', async () => {
  declare(good);
  const { html } = await built({ hold: true, types: true }, { base: './' }, '/a/index.html');
  assert.match(html, /octroi\.js\?v=[^"]*"><\/script><script src="\.\.\/octroi\/octroi\.hold\.js\?v=[0-9a-f]{16}">/);
  assert.equal(readFileSync(join(root, 'octroi-env.d.ts'), 'utf8'), '// types\n');
  await built({ types: 'src.d.ts' });
  assert.equal(readFileSync(join(root, 'src.d.ts'), 'utf8'), '// types\n');
});

test("a server's build emits nothing", async () => {
  declare(good);
  const { emitted } = await built({}, { build: { ssr: true } });
  assert.deepEqual(emitted, {});
});

test('gpc.json is where browsers look for it, at the root of an origin alone', async () => {
  declare('{ "gpc": "refuse" }');
  assert.equal(String((await built()).emitted['.well-known/gpc.json']), '{"gpc":true}');
  assert.equal((await built({}, { base: '/shop/' })).emitted['.well-known/gpc.json'], undefined);
});

test('a fault fails the build with its line and its column', async () => {
  declare(faulty);
  await assert.rejects(built(), (error) => {
    assert.equal(error.message, 'octroi.json:3:3: $.fault: unknown; remove it');
    assert.deepEqual(error.loc, { file: join(root, 'octroi.json'), line: 3, column: 3 });
    assert.equal(error.frame, '   1 | {\n   2 |   "site": 1,\n   3 |   "fault": 2\n     |   ^\n   4 | }\n   5 | ');
    return true;
  });
  await assert.rejects(built({ declaration: 'none.json' }), /^Octroi: octroi build: open none\.json: no such file or directory$/);
});

test('a page with a tag of its own keeps it, and is told of', async () => {
  declare(good);
  const own = page.replace('<script', '<script src="/octroi/octroi.js"></script><script');
  const { html, told } = await built({}, {}, '/about.html', own);
  assert.equal(html, own);
  assert.match(told.join(), /\/about\.html has a tag of octroi\.js of its own, .* remove it/);
});

/** A development server as the plug-in sees it: what it sends to pages, and how it is asked. */
const served = (config) => {
  const { p, told } = plugin({}, { command: 'serve', ...config });
  const watcher = Object.assign(new EventEmitter(), { add: (file) => (watcher.watched = file) });
  const sent = new EventEmitter();
  let middleware;
  p.configureServer({ watcher, ws: { send: (message) => sent.emit('sent', message) }, middlewares: { use: (f) => (middleware = f) } });
  const ask = (url, method = 'GET') =>
    new Promise((answered) => {
      const headers = {};
      middleware({ url, method }, { setHeader: (name, value) => (headers[name.toLowerCase()] = value), end: (body) => answered({ headers, body }) }, (error) =>
        answered({ passed: true, error }),
      );
    });
  return { p, told, watcher, sent, ask };
};

test('the development server has the files, below its base', async () => {
  declare(good);
  const { ask, p } = served({ base: '/shop/' });
  const { body, headers } = await ask('/shop/octroi/octroi.js?t=1');
  assert.match(String(body), /"site"/);
  assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal((await ask('/shop/octroi/engine.1.wasm')).headers['content-type'], 'application/wasm');
  assert.equal((await ask('/shop/octroi/octroi.js', 'HEAD')).body, undefined);
  for (const other of ['/octroi/octroi.js', '/shop/', '/shop/octroi/none.js', '/shop/src/a.js', '/.well-known/gpc.json'])
    assert.deepEqual(await ask(other), { passed: true, error: undefined }, other);
  const html = await p.transformIndexHtml.handler(page, { path: '/index.html' });
  assert.ok(html.includes(`src="/shop/octroi/octroi.js?v=${version(body)}"`), html);
});

test('an edit of the declaration reloads pages, a fault shows at its line, and its mending reloads them again', async () => {
  declare(good);
  const { watcher, sent, ask, p } = served();
  await ask('/octroi/octroi.js');
  assert.equal(watcher.watched, join(root, 'octroi.json'));
  const change = async (text) => {
    declare(text);
    const heard = once(sent, 'sent');
    watcher.emit('change', join(root, 'octroi.json'));
    return (await heard)[0];
  };
  assert.deepEqual(await change(good.replace('1', '2')), { type: 'full-reload', path: '*' });
  assert.match(String((await ask('/octroi/octroi.js')).body), /"site": 2/);

  const { type, err } = await change(faulty);
  assert.equal(type, 'error');
  assert.equal(err.message, 'octroi.json:3:3: $.fault: unknown; remove it');
  assert.equal(err.loc.line, 3);
  assert.match((await ask('/octroi/octroi.js')).error.message, /\$\.fault/);
  await assert.rejects(async () => p.transformIndexHtml.handler(page, { path: '/' }), /\$\.fault/);

  assert.equal((await change(good)).type, 'full-reload');
});

test('another file, and an edit that changes nothing, reload nothing', async () => {
  declare(good);
  const { watcher, sent, ask } = served();
  await ask('/octroi/octroi.js');
  sent.on('sent', (message) => assert.fail(JSON.stringify(message)));
  watcher.emit('change', join(root, 'other.json'));
  declare(good);
  const [listener] = watcher.listeners('change');
  await listener(join(root, 'octroi.json'));
});

test('server code imports the tag', async () => {
  declare(good);
  const { p } = served();
  const id = p.resolveId('virtual:octroi');
  assert.equal(p.resolveId('other'), undefined);
  const module = await import(`data:text/javascript,${encodeURIComponent(await p.load(id))}`);
  assert.match(module.script.src, /^\/octroi\/octroi\.js\?v=[0-9a-f]{16}$/);
  assert.ok(module.tag.startsWith('<script src="/octroi/octroi.js?v='));
});
