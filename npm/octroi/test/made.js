/* The command as it is packed: tests make it of the sources that stand around them. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const command = fileURLToPath(new URL('../bin/octroi.js', import.meta.url));

/** Why it cannot be made here; false where it can. */
export const missing = spawnSync('go', ['version']).error ? 'there is no Go to make bin/octroi.wasm' : false;

/** Makes bin/octroi.wasm. */
export const make = () => execFileSync('go', ['run', './cmd/dev/cli'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

/** Makes the native program, unless $OCTROI names it, and returns its path. */
export const makeNative = () => {
  if (process.env.OCTROI) return process.env.OCTROI;
  const program = join(folder(), 'octroi');
  execFileSync('go', ['build', '-o', program, './cmd/octroi'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return program;
};

/** A folder of its own. */
export const folder = () => mkdtempSync(join(tmpdir(), 'octroi-test-'));
