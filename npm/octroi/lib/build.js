/* What plug-ins of build tools share: a declaration becomes the files that visitors load. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
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

/** Runs the command in a folder. @param {string[]} args @param {string} cwd @returns {Promise<{ code: number; out: string; err: string }>} */
const run = (args, cwd) =>
  new Promise((ended) => {
    const [program, ...first] = command();
    execFile(program, [...first, ...args], { cwd, maxBuffer: 1 << 26 }, (error, out, err) =>
      ended({ code: error ? Number(error.code ?? 2) || 2 : 0, out, err: err || (error && !out ? error.message : '') }),
    );
  });

/** What the command found in a declaration, as SARIF has it. @param {string} sarif */
const findings = (sarif) => {
  /** @type {any[]} */
  const results = sarif ? JSON.parse(sarif).runs[0].results : [];
  return results.map(({ level, message, locations }) => {
    const { startLine: line, startColumn: column } = locations[0].physicalLocation.region;
    return { level, message: String(message.text), line: Number(line), column: Number(column) };
  });
};

/** As the command itself writes it. @param {string} file @param {{ message: string; line?: number; column?: number }} found */
const sentence = (file, { message, line, column }) => `${file}:${line}:${column}: ${message}`;

/** @type {typeof import('./build.js').build} */
export const build = async ({ declaration = 'octroi.json', root = '.', path = '/octroi/', languages = [], types = false } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'octroi-'));
  try {
    const args = ['build', declaration, '-o', folder, '--path', path, '--format', 'sarif', '--no-sizes', ...languages.flatMap((tag) => ['--lang', tag])];
    const { code, out, err } = await run(args, root);
    const found = code > 1 ? [] : findings(out);
    if (code) {
      const faults = found.filter(({ level }) => level === 'error').map(({ message, line, column }) => ({ message, line, column }));
      const text = faults.length ? faults.map((fault) => sentence(declaration, fault)).join('\n') : (err || out).trim();
      throw new DeclarationError(text, faults.length ? faults : [{ message: text }]);
    }
    if (types) {
      const told = await run(['types', declaration, '-o', types === true ? 'octroi-env.d.ts' : types], root);
      if (told.code) throw new Error(told.err.trim());
    }
    /** @type {Record<string, Uint8Array>} */
    const files = {};
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      files[relative(folder, file).split(sep).join('/')] = await readFile(file);
    }
    return { files, manifest: JSON.parse(Buffer.from(files['manifest.json']).toString()), hints: found.map((hint) => sentence(declaration, hint)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** @type {typeof import('./build.js').builder} */
export const builder = (options = {}) => {
  const { declaration = 'octroi.json', root = '.' } = options;
  /** @type {string | undefined} */
  let last;
  /** @type {Promise<import('./build.js').Built> | undefined} */
  let built;
  return () => {
    let text;
    try {
      text = readFileSync(resolve(root, declaration), 'utf8');
    } catch {} // the command says why
    if (built && text !== undefined && text === last) return built;
    last = text;
    built = build(options);
    built.catch(() => {}); // whoever awaits it is told
    return built;
  };
};

/** @param {import('./build.js').Built} built @param {string} name @param {import('./build.js').TagOptions} options */
const attributes = ({ manifest }, name, { path = '/octroi/', nonce } = {}) => ({
  // No cache answers with an earlier one. An integrity would have browsers refuse a later one, where a cache has kept the page.
  src: `${path}${name}?v=${manifest.build}`,
  // What another host lets scripts read can also be had before the page goes on.
  ...(/^(?:[a-z]+:)?\/\//i.test(path) ? { crossorigin: /** @type {const} */ ('anonymous') } : {}),
  ...(nonce ? { nonce } : {}),
});

/** @type {typeof import('./build.js').script} */
export const script = (built, options = {}) => attributes(built, 'octroi.js', options);

/** @type {typeof import('./build.js').tags} */
export const tags = (built, options = {}) =>
  ['octroi.js', ...(options.hold ? ['octroi.hold.js'] : [])]
    .map((name) => {
      const list = Object.entries(attributes(built, name, options)).map(
        ([key, value]) => `${key}="${String(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`,
      );
      return `<script ${list.join(' ')}></script>`;
    })
    .join('');
