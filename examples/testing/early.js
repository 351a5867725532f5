/* Shows how the test of a page fails that loads something too early: it has to, and has to say what. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { status, stdout, stderr } = spawnSync('npx', ['playwright', 'test', '-c', 'early.config.js'], { encoding: 'utf8' });
process.stdout.write(stdout + stderr);
for (const line of readFileSync('early.txt', 'utf8').split('\n')) {
  if (!stdout.includes(line.trim())) throw new Error(`the failing test does not say: ${line}`);
}
if (status !== 1) throw new Error(`the test of a page that loads something too early ended with ${status}`);
console.log('\nIt fails, as it has to.');
