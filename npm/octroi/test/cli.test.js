import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { command, folder, make, makeNative, missing, root } from './made.js';

const shop = join(root, 'examples/shop/octroi.json');

/** Runs it under Node. @param {string[]} args @param {import('node:child_process').SpawnSyncOptionsWithStringEncoding} [options] */
const octroi = (args, options) => spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', maxBuffer: 1 << 26, ...options });

/** All files below a folder, with their hashes. @param {string} at */
const hashes = (at) =>
  Object.fromEntries(
    readdirSync(at, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((file) => [relative(at, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );

describe('the command under Node', { skip: missing }, () => {
  let native = '';
  let at = '';
  before(() => {
    make();
    native = makeNative();
    at = folder();
  });
  after(() => rmSync(at, { recursive: true, force: true }));

  test('an old Node is told in a sentence', () => {
    const old = join(at, 'old.cjs');
    writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '18.20.0' });");
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', old, command, 'help'], { encoding: 'utf8' });
    assert.equal(stderr, 'octroi: Node 18.20.0 is too old: install Node 20 or later (https://nodejs.org)\n');
    assert.equal(stdout, '');
    assert.equal(status, 2);
  });

  test('build writes the same bytes as the native program', () => {
    const [here, there] = [join(at, 'here'), join(at, 'there')];
    const one = octroi(['build', shop, '-o', here, '--lang', 'de']);
    assert.equal(one.status, 0, one.stderr);
    assert.equal(spawnSync(native, ['build', shop, '-o', there, '--lang', 'de']).status, 0);
    const files = hashes(there);
    assert.ok(Object.keys(files).length > 8);
    assert.deepEqual(hashes(here), files);
    assert.equal(one.stderr, '', 'no progress where nobody watches');
  });

  test('what it prints, and its exit codes, are those of the native program', () => {
    const faulty = join(at, 'faulty.json');
    writeFileSync(faulty, readFileSync(shop, 'utf8').replace('"revision": "2026-11"', '"revision": 1'));
    const minting = ['record', shop, '--all', '--at', '2026-11-27'];
    const record = octroi(minting).stdout.trim();
    assert.match(record, /^octroi=.{100}/);
    assert.equal(spawnSync(native, minting, { encoding: 'utf8' }).stdout.trim(), record);
    const added = [octroi, (args) => spawnSync(native, args)].map((add, i) => {
      const file = join(at, `${i}.json`);
      copyFileSync(shop, file);
      assert.equal(add(['add', 'vimeo', 'social', file]).status, 0);
      return readFileSync(file, 'utf8');
    });
    assert.equal(added[0], added[1]);
    assert.match(added[0], /"vimeo": "social"/);
    for (const [args, status] of [
      [['check', faulty, '--json'], 1],
      [['check', at], 2],
      [['build', shop, '-o', shop, '--no-sizes'], 2],
      [['build', faulty, '-o', join(at, 'never')], 1],
      [['buidl'], 2],
      [['search', 'youtbe'], 1],
      [['read', shop, record, '--at', '2026-11-28', '--json'], 0],
    ]) {
      const [one, other] = [octroi(args), spawnSync(native, args, { encoding: 'utf8' })];
      assert.equal(one.status, status, args.join(' '));
      assert.equal(other.status, status, args.join(' '));
      assert.equal(one.stdout, other.stdout, args.join(' '));
      assert.equal(one.stderr, other.stderr, args.join(' '));
    }
    assert.ok(!existsSync(join(at, 'never')));
  });

  test('standard input is read to its end, and a long output is not cut, however slow its reader', async () => {
    const declared = octroi(['declare', '-'], { input: readFileSync(shop) });
    assert.equal(declared.status, 0, declared.stderr);
    assert.ok(JSON.parse(declared.stdout).services.length > 5);

    const slow = spawn(process.execPath, [command, 'search', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    for await (const chunk of slow.stdout.setEncoding('utf8')) {
      text += chunk;
      await new Promise((go) => setTimeout(go, 10));
    }
    assert.ok(text.length > 65536, 'more than a pipe holds');
    assert.ok(JSON.parse(text).length > 150);
  });

  test('who stops reading ends it without a word', () => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', '"$1" "$2" search --json | head -c 10', 'sh', process.execPath, command], { encoding: 'utf8' });
    assert.equal(stdout.length, 10);
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });

  test('a command line and an environment may be long', () => {
    const words = Array.from({ length: 2000 }, (_, i) => `word-${i}`);
    const { status, stdout, stderr } = octroi(['search', ...words], { env: { ...process.env, LONG: 'x'.repeat(60_000) } });
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.ok(stderr.includes('word-1999'));
  });

  test('audit runs the native program of its package, and tells of the package where it is not there', () => {
    const here = folder();
    const name = `@octroi/audit-${process.platform}-${process.arch}`;
    const without = octroi(['audit', 'shop.example'], { cwd: here });
    assert.equal(without.status, 2);
    assert.equal(
      without.stderr,
      `octroi audit: it needs a native program: npm install --save-dev ${name}; or, with Go, go install github.com/octroi-consent/octroi/cmd/octroi@latest\n`,
    );
    const bin = join(here, 'node_modules', name, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, '../package.json'), JSON.stringify({ name, version: '1.0.0' }));
    writeFileSync(join(bin, 'octroi'), '#!/bin/sh\necho "$@"\nexit 1\n');
    chmodSync(join(bin, 'octroi'), 0o755);
    const { status, stdout } = octroi(['audit', '--headless', 'shop.example'], { cwd: here });
    assert.equal(stdout, 'audit --headless shop.example\n');
    assert.equal(status, 1);
    rmSync(here, { recursive: true });
  });

  test('copy takes the files of the package that it is in', () => {
    const here = folder();
    cpSync(join(root, 'npm/octroi/bin'), join(here, 'bin'), { recursive: true });
    mkdirSync(join(here, 'dist/locales'), { recursive: true });
    for (const name of ['octroi.js', 'octroi.rest.js', 'locales/fr.json', 'octroi.d.ts']) writeFileSync(join(here, 'dist', name), name);
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(here, 'bin/octroi.js'), 'copy', join(here, 'public'), '--json'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const { files } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(files), ['locales/fr.json', 'octroi.js', 'octroi.rest.js']);
    assert.equal(files['octroi.js'].integrity, `sha384-${createHash('sha384').update('octroi.js').digest('base64')}`);
    assert.deepEqual(Object.keys(hashes(join(here, 'public'))).sort(), Object.keys(files));
    rmSync(here, { recursive: true });
  });

  test('build --watch builds again when the declaration changes', { timeout: 60_000 }, async () => {
    const here = folder();
    const [file, out] = [join(here, 'octroi.json'), join(here, 'out')];
    const text = readFileSync(shop, 'utf8');
    writeFileSync(file, text);
    mkdirSync(out);
    const manifest = () => {
      try {
        return readFileSync(join(out, 'manifest.json'), 'utf8');
      } catch {
        return '';
      }
    };
    const { signal, abort } = ((c) => ({ signal: c.signal, abort: () => c.abort() }))(new AbortController());
    const changed = (before) =>
      new Promise((done) => {
        const look = () => manifest() !== before && (watcher.close(), done(manifest()));
        const watcher = watch(out, look);
        look();
      });
    const running = spawn(process.execPath, [command, 'build', file, '-o', out, '--no-sizes', '--watch'], { stdio: 'ignore', signal });
    running.on('error', () => {});
    const first = await changed('');
    writeFileSync(file, text.replace('Maison Lysandre', 'Maison Lisandre'));
    await changed(first);
    abort();
    rmSync(here, { recursive: true });
  });

  test("an id that the declaration does not have is a type error once types has written the declaration's", (t) => {
    const tsc = [join(homedir(), '.cache/octroi/npm/node_modules/.bin'), ...(process.env.PATH ?? '').split(delimiter)]
      .map((bin) => join(bin, 'tsc'))
      .find(existsSync);
    if (!tsc) return t.skip('there is no tsc');
    const here = folder();
    const installed = join(here, 'node_modules/octroi');
    cpSync(join(root, 'npm/octroi/lib'), join(installed, 'lib'), { recursive: true });
    copyFileSync(join(root, 'npm/octroi/package.json'), join(installed, 'package.json'));
    mkdirSync(join(installed, 'dist'));
    copyFileSync(join(root, 'web/octroi.d.ts'), join(installed, 'dist/octroi.d.ts'));
    writeFileSync(
      join(here, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { module: 'nodenext', strict: true, noEmit: true, types: [] }, include: ['*.ts'] }),
    );
    writeFileSync(join(here, 'a.ts'), "import { allows } from 'octroi';\nallows('audience matomo');\nallows('audiense');\n");
    const compiled = () => spawnSync(tsc, ['-p', here], { encoding: 'utf8' });
    assert.equal(compiled().stdout, '', 'any id, before');
    assert.equal(octroi(['types', shop, '-o', join(here, 'octroi-env.d.ts')]).status, 0);
    const { stdout, status } = compiled();
    assert.match(stdout, /a\.ts\(3,8\): error TS2345/);
    assert.equal(
      stdout
        .trim()
        .split('\n')
        .filter((line) => /error/.test(line)).length,
      1,
      stdout,
    );
    assert.notEqual(status, 0);
    rmSync(here, { recursive: true });
  });
});
