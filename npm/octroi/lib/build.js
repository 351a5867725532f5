/* What plug-ins of build tools share: a declaration becomes the files that visitors load. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export class DeclarationError extends Error {
  /** @param {string} message @param {import('./build.js').DeclarationError['faults']} faults */
  constructor(message, faults) {
    super(message);
    this.name = 'DeclarationError';
    this.faults = faults;
  }
}

/** The command, as this package has it: $OCTROI names another program, as a native one. */
const command = () => {
  const native = process.env.OCTROI;
  return native ? [native] : [process.execPath, join(dirname(fileURLToPath(import.meta.url)), '../bin/octroi.js')];
};

/** @param {string[]} args @returns {Promise<{ code: number; output: string }>} */
const run = (args) =>
  new Promise((ended) => {
    const [program, ...first] = command();
    execFile(program, [...first, ...args], { maxBuffer: 1 << 26 }, (error, out, err) =>
      ended({ code: error ? Number(error.code ?? 2) || 2 : 0, output: out + err }),
    );
  });

/** @type {import('./build.js').build} */
export const build = async ({ declaration = 'octroi.json', path = '/octroi/', languages = [] } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'octroi-'));
  try {
    const { code, output } = await run(['build', declaration, '-o', folder, '--path', path, ...languages.flatMap((tag) => ['--lang', tag])]);
    if (code) throw new DeclarationError(output.trim(), [{ message: output.trim() }]);
    /** @type {Record<string, Uint8Array>} */
    const files = {};
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      files[relative(folder, file).split(sep).join('/')] = await readFile(file);
    }
    return { files, manifest: JSON.parse(Buffer.from(files['manifest.json']).toString()), hints: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** @type {import('./build.js').script} */
export const script = ({ manifest }, { path = '/octroi/', nonce } = {}) => ({
  src: `${path}octroi.js`,
  integrity: manifest.files['octroi.js'].integrity,
  ...(nonce ? { nonce } : {}),
});

/** @type {import('./build.js').tags} */
export const tags = (built, options) =>
  `<script ${Object.entries(script(built, options))
    .map(([name, value]) => `${name}="${String(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join(' ')}></script>`;
