/* The owner's command in a worker: the program that npx octroi runs, on files in memory. */

import { memory } from './files.js';
// oxlint-disable-next-line import/no-unassigned-import -- it makes globalThis.Go
import './wasm_exec.js';

const HOME = '/site';
const globals = /** @type {any} */ (globalThis);

/** @type {Promise<WebAssembly.Module> | undefined} */
let program;

/** Brings the program; it is kept compressed, since not every server compresses it. */
const bring = async () => {
  const response = await fetch(new URL('octroi.wasm.gz', import.meta.url));
  if (!response.ok || !response.body) throw new Error(`octroi.wasm.gz: ${response.status}`);
  const plain = response.body.pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compileStreaming(new Response(plain, { headers: { 'Content-Type': 'application/wasm' } }));
};

/**
 * Runs the command once.
 *
 * @param {string[]} args as behind `octroi`
 * @param {Record<string, string | Uint8Array>} files that it finds where it runs
 * @param {string} [out] the folder whose files are returned
 */
async function run(args, files, out) {
  const module = await (program ??= bring());
  const { fs, printed, files: left } = memory(files, HOME);
  globals.fs = fs;
  globals.process = {
    getuid: () => 0,
    getgid: () => 0,
    geteuid: () => 0,
    getegid: () => 0,
    getgroups: () => [],
    pid: 1,
    ppid: 1,
    umask: () => 0o22,
    cwd: () => HOME,
    chdir() {},
    argv: [],
  };
  globals.path = { resolve: (/** @type {string[]} */ ...parts) => parts.join('/') };
  globals.octroiHost = { args, native: () => ['', ''], run: () => [2, 'there are no other programs here'], dist: '/dist' };
  const go = new globals.Go();
  go.env = { TMPDIR: '/tmp', HOME, NO_COLOR: '1' };
  let code = 2;
  go.exit = (/** @type {number} */ n) => (code = n);
  await go.run(await WebAssembly.instantiate(module, go.importObject));
  // The program has ended, and its timers with it.
  for (const timer of go._scheduledTimeouts.values()) clearTimeout(timer);
  return { code, out: printed(1), err: printed(2), files: out ? left(out) : {} };
}

/** One run at a time: the program's files are the worker's. */
let last = Promise.resolve();

addEventListener('message', ({ data: { id, args, files, out } }) => {
  last = last.then(async () => {
    try {
      postMessage({ id, ...(await run(args, files, out)) });
    } catch (error) {
      program = undefined;
      postMessage({ id, code: 2, out: '', err: String(error), files: {} });
    }
  });
});
