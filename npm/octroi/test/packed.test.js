/*
 * The package as it is packed, in an app's node_modules: $OCTROI_PACKAGE is the folder that
 * cmd/dev/npm has written, $OCTROI_NPM one with typescript, $OCTROI_PACKAGING one with publint and,
 * for OCTROI_WHOLE=1, @arethetypeswrong/cli.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { OCTROI_PACKAGE: folder, OCTROI_NPM: tools, OCTROI_PACKAGING: packaging, OCTROI_WHOLE: whole } = process.env;

/** Runs a program; what it says, and its exit code. @param {string} program @param {string[]} args @param {string} cwd */
const run = (program, args, cwd) =>
  new Promise((ended) => execFile(program, args, { cwd }, (error, out, err) => ended({ code: error ? (error.code ?? 1) : 0, said: out + err })));

describe('packed', { skip: !folder && 'OCTROI_PACKAGE names no package: ./build.sh check has it' }, () => {
  const manifest = folder && JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  /** An app that has installed the package. */
  let app;

  before(() => {
    app = mkdtempSync(join(tmpdir(), 'octroi-app-'));
    mkdirSync(join(app, 'node_modules'));
    cpSync(folder, join(app, 'node_modules/octroi'), { recursive: true });
    writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  });
  after(() => rmSync(app, { recursive: true, force: true }));

  /** Each export: its specifier and what it names. */
  const exported = Object.entries(manifest?.exports ?? {}).filter(([name]) => !name.includes('*'));
  const specifier = (name) => `octroi${name.slice(1)}`;

  test('every export is a file', () => {
    for (const [name, files] of exported)
      for (const file of typeof files === 'string' ? [files] : Object.values(files)) assert.ok(existsSync(join(folder, file)), `${name}: ${file}`);
  });

  test('every optional peer has a range, and none is needed', () => {
    const { peerDependencies = {}, peerDependenciesMeta = {}, dependencies } = manifest;
    assert.equal(dependencies, undefined);
    for (const name of Object.keys(peerDependencies)) assert.equal(peerDependenciesMeta[name]?.optional, true, name);
    assert.deepEqual(Object.keys(peerDependenciesMeta).sort(), Object.keys(peerDependencies).sort());
  });

  test('every export is imported in Node: nothing throws but for a framework that is not there', async () => {
    const names = exported.filter(([, files]) => files.default?.endsWith('.js')).map(([name]) => specifier(name));
    const program = `
      const said = {};
      for (const name of ${JSON.stringify(names)}) await import(name).catch((error) => { said[name] = error.code + ' ' + error.message; });
      process.stdout.write(JSON.stringify(said));`;
    const { said } = await run(process.execPath, ['--input-type=module', '-e', program], app);
    for (const [name, error] of Object.entries(JSON.parse(said))) {
      const missing = /^ERR_MODULE_NOT_FOUND Cannot find package '([^']*)'/.exec(error)?.[1];
      assert.ok(missing && Object.hasOwn(manifest.peerDependencies, missing), `${name}: ${error}`);
    }
    for (const name of ['octroi', 'octroi/build', 'octroi/embed', 'octroi/nuxt']) assert.ok(!Object.hasOwn(JSON.parse(said), name), name);
  });

  test('CommonJS requires it', async () => {
    const program = `const { allows } = require('octroi'); process.stdout.write(String(allows('stats')))`;
    const { said } = await run(process.execPath, ['--input-type=commonjs', '-e', program], app);
    assert.equal(said, 'false');
  });

  describe('TypeScript', { skip: !tools && 'OCTROI_NPM names no folder with typescript' }, () => {
    const fixtures = fileURLToPath(new URL('types', import.meta.url));
    /** What TypeScript says of a project. @param {string} project @param {object} of @param {object} how */
    const compiled = async (project, of, how) => {
      const options = { noEmit: true, strict: true, target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: [], skipLibCheck: false, ...how };
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, ...of }));
      return (await run(join(tools, '.bin/tsc'), ['-p', project], app)).said;
    };
    const cases = [
      { name: 'narrowed', module: 'nodenext' },
      { name: 'narrowed', module: 'preserve', moduleResolution: 'bundler' },
      { name: 'loose', module: 'preserve', moduleResolution: 'bundler' },
    ];
    for (const { name, ...how } of cases) {
      test(`${name}, ${how.moduleResolution ?? how.module}`, async () => {
        const project = mkdtempSync(join(app, 'types-'));
        const files = name === 'narrowed' ? ['narrowed.ts', 'octroi-env.d.ts'] : ['loose.ts'];
        for (const file of files) cpSync(join(fixtures, file), join(project, file));
        assert.equal(await compiled(project, { files }, how), '');
      });
    }
  });

  test('publint finds nothing', { skip: !packaging && 'OCTROI_PACKAGING names no folder with publint' }, async () => {
    const { publint } = await import(pathToFileURL(join(packaging, 'publint/src/index-node.js')).href);
    const { formatMessage } = await import(pathToFileURL(join(packaging, 'publint/src/utils.js')).href);
    const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, manifest)),
      [],
    );
  });

  // It takes several seconds.
  test('@arethetypeswrong/cli finds nothing', { skip: !(packaging && whole) && 'for OCTROI_WHOLE=1' }, async () => {
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', app], folder);
    const tarball = join(app, packed.said.trim());
    const args = [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--exclude-entrypoints', './global'];
    const { code, said } = await run(join(packaging, '.bin/attw'), args, app);
    assert.equal(code, 0, said);
  });
});
