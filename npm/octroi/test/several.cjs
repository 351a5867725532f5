/*
 * Runs the command several times in one process, since most of what one run takes is its start:
 *
 *   node several.cjs FILE   FILE has, as JSON, a list of { args, input, cwd, bin }; what each has
 *                           printed and its exit code are written there in their place. What
 *                           programs print that it starts goes to standard output.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const here = path.join(__dirname, '../bin');
const { exit } = process;
const { read, write } = fs;
const { setTimeout } = globalThis;
const { instantiate } = WebAssembly;

/** The program, compiled once. @type {Promise<WebAssembly.Module> | undefined} */
let compiled;
WebAssembly.instantiate = async (bytes, imports) => ({ instance: await instantiate(await (compiled ??= WebAssembly.compile(bytes)), imports) });

/** @param {{ args: string[]; input?: string; cwd?: string; bin?: string }} one */
const run = ({ args, input = '', cwd, bin = here }) =>
  new Promise((ended) => {
    if (cwd) process.chdir(cwd);
    const printed = { 1: [], 2: [] };
    let rest = Buffer.from(input);
    fs.write = (fd, buffer, offset, length, position, done) => {
      if (!printed[fd]) return write(fd, buffer, offset, length, position, done);
      printed[fd].push(Buffer.from(buffer.subarray(offset, offset + length)));
      setImmediate(done, null, length);
    };
    fs.read = (fd, buffer, offset, length, position, done) => {
      if (fd !== 0) return read(fd, buffer, offset, length, position, done);
      const count = rest.copy(buffer, offset, 0, length);
      rest = rest.subarray(count);
      setImmediate(done, null, count);
    };
    process.argv = [process.execPath, path.join(bin, 'octroi.js'), ...args];
    /** What a program that has ended would wait for. */
    const timers = [];
    globalThis.setTimeout = (...args) => timers[timers.push(setTimeout(...args)) - 1];
    process.exit = (status = 0) => {
      timers.forEach(clearTimeout);
      ended({ status, stdout: Buffer.concat(printed[1]).toString(), stderr: Buffer.concat(printed[2]).toString() });
    };
    for (const name of ['octroi.js', 'node.js', 'wasm_exec.js']) delete require.cache[path.join(bin, name)];
    require(path.join(bin, 'octroi.js'));
  });

const main = async () => {
  const file = process.argv[2];
  const told = [];
  for (const one of JSON.parse(fs.readFileSync(file, 'utf8'))) told.push(await run(one));
  fs.writeFileSync(file, JSON.stringify(told));
  exit(0);
};

void main();
