import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { place } from '../lib/next-files.js';

process.env.OCTROI = fileURLToPath(new URL('command/octroi.js', import.meta.url));

let root = '';
before(() => (root = mkdtempSync(join(tmpdir(), 'octroi-next-'))));
after(() => rmSync(root, { recursive: true }));

const declare = (text) => writeFileSync(join(root, 'octroi.json'), text);
const file = (name) => join(root, 'public/octroi', name);
const build = () => JSON.parse(readFileSync(file('manifest.json'), 'utf8')).build;
const placed = (options) =>
  place({ root, declaration: 'octroi.json', folder: '/octroi/', path: '/base/octroi/', languages: undefined, watch: false, ...options });

test('a build places the files below public/, and tells the tags with their build', async () => {
  declare('{ "site": 1 }');
  assert.deepEqual(await placed(), [{ src: `/base/octroi/octroi.js?v=${build()}` }, { src: `/base/octroi/octroi.hold.js?v=${build()}` }]);
  assert.deepEqual(readdirSync(file('.')).sort(), ['engine.1.wasm', 'locales', 'manifest.json', 'octroi.hold.js', 'octroi.js']);
  writeFileSync(file('engine.0.wasm'), 'of an earlier build');
  const { mtimeMs } = statSync(file('octroi.hold.js'));
  declare('{ "site": 2 }');
  await placed();
  assert.equal(readFileSync(file('octroi.js'), 'utf8'), '/* { "site": 2 } */');
  assert.equal(statSync(file('octroi.hold.js')).mtimeMs, mtimeMs, 'what is the same is left alone');
  assert.ok(existsSync(file('engine.0.wasm')), 'a page that is open may still need it');
});

test('a fault ends a build, with its place, and what was there stays', async () => {
  const before = readFileSync(file('octroi.js'), 'utf8');
  declare('{ "fault": 1 }');
  await assert.rejects(placed(), { name: 'DeclarationError', message: 'octroi.json:1:3: $.fault: unknown; remove it' });
  assert.equal(readFileSync(file('octroi.js'), 'utf8'), before);
});

test('while one develops, an edit builds again, and a fault is told and leaves what was there', async () => {
  /** Resolves with the next line of the console. The watching itself keeps no process alive. */
  const said = (method) =>
    new Promise((told, fail) => {
      const timer = setTimeout(() => fail(new Error(`console.${method} is told nothing`)), 30000);
      const { mock: of } = mock.method(console, method, (line) => {
        clearTimeout(timer);
        of.restore();
        told(line);
      });
    });
  declare('{ "site": 3 }');
  const tags = await placed({ watch: true });
  assert.deepEqual(tags, [{ src: `/base/octroi/octroi.js?v=${build()}` }, { src: `/base/octroi/octroi.hold.js?v=${build()}` }]);
  const again = said('log');
  declare('{ "site": 4 }');
  assert.match(await again, /^octroi: octroi\.json has changed/);
  assert.equal(readFileSync(file('octroi.js'), 'utf8'), '/* { "site": 4 } */');
  const fault = said('error');
  declare('{ "fault": 4 }');
  assert.match(await fault, /octroi\.json:1:3: \$\.fault: unknown; remove it/);
  assert.equal(readFileSync(file('octroi.js'), 'utf8'), '/* { "site": 4 } */');
});
