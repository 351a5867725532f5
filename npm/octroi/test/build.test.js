import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DeclarationError, build, script, tags } from '../lib/build.js';
import { folder, make, missing, root } from './made.js';

describe('octroi/build', { skip: missing }, () => {
  let at = '';
  const text = readFileSync(join(root, 'examples/shop/octroi.json'), 'utf8');
  before(() => {
    make();
    delete process.env.OCTROI;
    at = folder();
    writeFileSync(join(at, 'octroi.json'), text);
    writeFileSync(join(at, 'faulty.json'), text.replace('"revision": "2026-11"', '"revision": 1').replace('"name": "Maison', '"nane": "Maison'));
  });
  after(() => rmSync(at, { recursive: true, force: true }));

  test('a declaration becomes its files, their integrity values and the tag', async () => {
    const built = await build({ root: at, path: '/consent/', languages: ['de'] });
    assert.deepEqual(
      Object.keys(built.files)
        .filter((name) => name !== 'manifest.json')
        .sort(),
      Object.keys(built.manifest.files).sort(),
    );
    for (const [name, { bytes, integrity }] of Object.entries(built.manifest.files)) {
      assert.equal(built.files[name].length, bytes, name);
      assert.equal(integrity, `sha384-${createHash('sha384').update(built.files[name]).digest('base64')}`, name);
    }
    assert.match(built.manifest.build, /^[0-9a-f]{16}$/);
    assert.deepEqual(built.manifest.languages, ['en', 'fr', 'de']);
    assert.equal(tags(built, { path: '/consent/' }), built.manifest.html[0]);
    assert.deepEqual(script(built, { path: '/consent/', nonce: 'n' }), {
      src: `/consent/octroi.js?v=${built.manifest.build}`,
      nonce: 'n',
    });
    assert.match(built.hints[0], /^octroi\.json:99:16: \$\.services\[3\]\.urls\[0\]: holds third\.example without/);
  });

  test('faults come with their lines and columns', async () => {
    await assert.rejects(build({ root: at, declaration: 'faulty.json' }), (error) => {
      assert.ok(error instanceof DeclarationError);
      assert.deepEqual(
        error.faults.map(({ line, column }) => [line, column]),
        [
          [4, 3], // "name" is missing in "site"
          [5, 5], // "nane" is not known
          [10, 34],
        ],
      );
      assert.match(error.message, /^faulty\.json:10:\d+: \$\.policy\.revision: not a text/m);
      return true;
    });
  });

  test('a declaration that is not there is told in a sentence', async () => {
    await assert.rejects(build({ root: at, declaration: 'none.json' }), { name: 'DeclarationError', message: 'octroi build: none.json: no such file' });
  });
});
