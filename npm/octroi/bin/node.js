/* oxlint-disable import/no-unassigned-import */
/* Runs the program, octroi.wasm: Go compiled for GOOS=js, with Go's own wasm_exec.js around it. */

'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const v8 = require('node:v8');
const zlib = require('node:zlib');

/** Ends with a sentence, where nothing could be looked at. @param {string} why @returns {never} */
const fail = (why) => {
  fs.writeSync(2, `octroi: ${why}\n`);
  process.exit(2);
};

/** The path of the native program, and the package that brings it; "" for what there is not. */
const native = () => {
  const kinds = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
  const kind = `${process.platform}-${process.arch}`;
  if (!kinds.includes(kind)) return ['', ''];
  const name = `@octroi/audit-${kind}`;
  try {
    const folder = path.dirname(require.resolve(`${name}/package.json`, { paths: [process.cwd(), __dirname] }));
    const program = path.join(folder, 'bin', process.platform === 'win32' ? 'octroi.exe' : 'octroi');
    return [fs.existsSync(program) ? program : '', name];
  } catch {
    return ['', name];
  }
};

/** Runs a program with these streams: its exit code, and why it did not run. @param {string} program @param {string[]} args */
const run = (program, args) => {
  const { error, status, signal } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) return [2, error.message];
  return signal ? [2, `it was ended by ${signal}`] : [status, ''];
};

/**
 * Node's fs, where a pipe that is full or empty for the moment is tried again, and one that nobody
 * reads any more ends the program, as it ends others.
 */
const patient = () => {
  const again = new Set(['EAGAIN', 'EWOULDBLOCK']);
  /** @param {'read' | 'write'} name */
  const wrap = (name) => (fd, buffer, offset, length, position, done) => {
    const attempt = () =>
      fs[name](fd, buffer, offset, length, position, (error, count) => {
        if (error && again.has(error.code)) setTimeout(attempt, 5);
        else if (error?.code === 'EPIPE' && fd === 1) quit();
        // Windows has an error for a pipe's end.
        else if (error?.code === 'EOF' && name === 'read') done(null, 0);
        else done(error, count);
      });
    attempt();
  };
  return { ...fs, read: wrap('read'), write: wrap('write') };
};

/** Ends the program although nothing is wrong with it. */
let gone = false;
const quit = () => {
  gone = true;
  process.exit(0);
};

const main = async () => {
  const program = path.join(__dirname, 'octroi.wasm');
  if (!fs.existsSync(program)) fail(`${program} is not there: install the package anew; in the repository, go run ./cmd/dev/cli makes it`);
  const globals = /** @type {any} */ (globalThis);
  globals.fs = patient();
  globals.path = path;
  // Go's own start takes few arguments and variables: they come another way.
  const args = process.argv.slice(2);
  globals.octroiHost = {
    args: process.platform === 'win32' ? args.map((arg) => arg.replaceAll('\\', '/')) : args,
    native,
    run,
    zlib,
    dist: path.join(__dirname, '../dist'),
  };
  require('./wasm_exec.js');
  const go = new globals.Go();
  go.env = { TMPDIR: tmpdir() };
  for (const name of ['HOME', 'CHROME', 'CI', 'NO_COLOR', 'TERM']) if (process.env[name]) go.env[name] = process.env[name];
  go.exit = (/** @type {number} */ code) => process.exit(code);
  // The quick compiler alone: what optimizes takes three times as long as most commands do.
  v8.setFlagsFromString('--liftoff-only');
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(program), go.importObject);
  process.on('exit', (code) => {
    if (code || go.exited || gone) return;
    // Nothing is left to wait for, and the program has not ended: it says where it stands.
    go._pendingEvent = { id: 0 };
    go._resume();
  });
  await go.run(instance);
};

main().catch((error) => fail(error.stack ?? String(error)));
