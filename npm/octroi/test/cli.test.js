import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { command, folder, make, makeNative, missing, root } from './made.js';

/** The package that has the native program. */
const auditor = `@octroi/audit-${process.platform}-${process.arch}`;

const shop = join(root, 'examples/shop/octroi.json');

const several = fileURLToPath(new URL('several.cjs', import.meta.url));

/**
 * Runs it several times, in one process.
 *
 * @param {string} at a folder
 * @param {{ args: string[]; input?: string; cwd?: string; bin?: string }[]} all
 * @returns {{ told: { status: number; stdout: string; stderr: string }[]; stdout: string }} stdout: of the programs that it started
 */
const runs = (at, all) => {
  const file = join(at, 'several.json');
  writeFileSync(file, JSON.stringify(all));
  // An environment may be long.
  const env = { ...process.env, LONG: 'x'.repeat(60_000) };
  const { status, stdout, stderr } = spawnSync(process.execPath, [several, file], { cwd: at, encoding: 'utf8', env });
  assert.equal(status, 0, stderr);
  return { told: JSON.parse(readFileSync(file, 'utf8')), stdout };
};

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

  test('build writes the same bytes as the native program, and again when the declaration changes', { timeout: 120_000 }, async () => {
    const here = folder();
    const [file, out, there] = [join(here, 'octroi.json'), join(here, 'out'), join(here, 'there')];
    const text = readFileSync(shop, 'utf8');
    // What is told of their sizes takes two thirds of the time.
    const options = process.env.OCTROI_WHOLE ? ['--lang', 'de'] : ['--lang', 'de', '--no-sizes'];
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
    const same = () => {
      assert.equal(spawnSync(native, ['build', file, '-o', there, ...options]).status, 0);
      const files = hashes(there);
      assert.ok(Object.keys(files).length > 8);
      assert.deepEqual(hashes(out), files);
    };
    const running = spawn(process.execPath, [command, 'build', file, '-o', out, ...options, '--watch'], { stdio: 'ignore', signal });
    running.on('error', () => {});
    const first = await changed('');
    same();
    writeFileSync(file, text.replace('Maison Lysandre', 'Maison Lisandre'));
    await changed(first);
    same();
    abort();
    rmSync(here, { recursive: true });
  });

  test('what it prints, and its exit codes, are those of the native program', () => {
    const faulty = join(at, 'faulty.json');
    writeFileSync(faulty, readFileSync(shop, 'utf8').replace('"revision": "2026-11"', '"revision": 1'));
    const minting = ['record', shop, '--all', '--at', '2026-11-27'];
    const record = spawnSync(native, minting, { encoding: 'utf8' }).stdout.trim();
    assert.match(record, /^octroi=.{100}/);
    const [ours, theirs] = ['ours.json', 'theirs.json'].map((name) => join(at, name));
    for (const file of [ours, theirs]) copyFileSync(shop, file);
    const words = Array.from({ length: 2000 }, (_, i) => `word-${i}`);
    /** @type {[args: string[], status: number, input?: string][]} */
    const rows = [
      [minting, 0],
      [['check', faulty, '--json'], 1],
      [['check', at], 2],
      [['build', shop, '-o', shop, '--no-sizes'], 2],
      [['build', faulty, '-o', join(at, 'never')], 1],
      [['buidl'], 2],
      [['search', 'youtbe'], 1],
      // A command line may be long.
      [['search', ...words], 1],
      [['read', shop, record, '--at', '2026-11-28', '--json'], 0],
      [['declare', '-'], 0, readFileSync(shop, 'utf8')],
      [['types', shop, '-o', join(at, 'octroi-env.d.ts')], 0],
    ];
    // A package of the native program, and the package's own files, elsewhere.
    const [packaged, auditing] = ['packaged', 'auditing'].map((name) => join(at, name));
    const program = join(auditing, 'node_modules', auditor, 'bin/octroi');
    mkdirSync(join(program, '..'), { recursive: true });
    writeFileSync(join(program, '../../package.json'), JSON.stringify({ name: auditor, version: '1.0.0' }));
    writeFileSync(program, '#!/bin/sh\necho "$@"\nexit 1\n');
    chmodSync(program, 0o755);
    cpSync(join(root, 'npm/octroi/bin'), join(packaged, 'bin'), { recursive: true });
    mkdirSync(join(packaged, 'dist/locales'), { recursive: true });
    for (const name of ['octroi.js', 'octroi.rest.js', 'locales/fr.json', 'octroi.d.ts']) writeFileSync(join(packaged, 'dist', name), name);

    const { told, stdout } = runs(at, [
      ...rows.map(([args, , input]) => ({ args, input })),
      { args: ['add', 'vimeo', 'social', ours] },
      { args: ['audit', 'shop.example'] },
      { args: ['audit', '--headless', 'shop.example'], cwd: auditing },
      { args: ['copy', join(packaged, 'public'), '--json'], bin: join(packaged, 'bin') },
    ]);
    for (const [i, [args, status, input]] of rows.entries()) {
      const other = spawnSync(native, args, { encoding: 'utf8', input });
      const name = args.slice(0, 3).join(' ');
      assert.equal(told[i].status, status, name);
      assert.equal(other.status, status, name);
      assert.equal(told[i].stdout, other.stdout, name);
      assert.equal(told[i].stderr, other.stderr, name);
    }
    assert.ok(!existsSync(join(at, 'never')));
    assert.equal(spawnSync(native, ['add', 'vimeo', 'social', theirs]).status, 0);
    const [added, without, audited, copied] = told.slice(rows.length);
    assert.equal(added.status, 0, added.stderr);
    assert.equal(readFileSync(ours, 'utf8'), readFileSync(theirs, 'utf8'));
    assert.match(readFileSync(ours, 'utf8'), /"vimeo": "social"/);

    assert.deepEqual(without, {
      status: 2,
      stdout: '',
      stderr: `octroi audit: it needs a native program: npm install --save-dev ${auditor}; or, with Go, go install github.com/octroi-consent/octroi/cmd/octroi@latest\n`,
    });
    assert.equal(audited.status, 1, 'as the program ends');
    assert.equal(stdout, 'audit --headless shop.example\n');

    assert.equal(copied.status, 0, copied.stderr);
    const { files } = JSON.parse(copied.stdout);
    assert.deepEqual(Object.keys(files), ['locales/fr.json', 'octroi.js', 'octroi.rest.js'], 'of the package that it is in');
    assert.equal(files['octroi.js'].integrity, `sha384-${createHash('sha384').update('octroi.js').digest('base64')}`);
    assert.deepEqual(Object.keys(hashes(join(packaged, 'public'))).sort(), Object.keys(files));
  });

  test('a long output is not cut, however slow its reader; who stops reading ends it without a word', async () => {
    const slow = spawn(process.execPath, [command, 'search', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    for await (const chunk of slow.stdout.setEncoding('utf8')) {
      text += chunk;
      await new Promise((go) => setTimeout(go, 10));
    }
    assert.ok(text.length > 65536, 'more than a pipe holds');
    assert.ok(JSON.parse(text).length > 150);

    const { status, stdout, stderr } = spawnSync('sh', ['-c', '"$1" "$2" search --json | head -c 10', 'sh', process.execPath, command], { encoding: 'utf8' });
    assert.equal(stdout.length, 10);
    assert.equal(stderr, '');
    assert.equal(status, 0);
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
    copyFileSync(join(at, 'octroi-env.d.ts'), join(here, 'octroi-env.d.ts'));
    const { stdout, status } = spawnSync(tsc, ['-p', here], { encoding: 'utf8' });
    assert.match(stdout, /a\.ts\(3,8\): error TS2345/);
    assert.equal(stdout.match(/error TS/g)?.length, 1, stdout);
    assert.notEqual(status, 0);
    rmSync(here, { recursive: true });
  });
});
