/*
 * The package as it is installed: with dist/ and the command beside lib/. Without a build there
 * is neither, and what needs them is left out.
 */

import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** Why tests are left out that need the engine; false where they need not be. */
export const skip = existsSync(path('../../../dist/octroi.wasm')) ? false : 'there is no dist/: ./build.sh build makes it';

const folder = mkdtempSync(join(tmpdir(), 'octroi-'));
after(() => rmSync(folder, { recursive: true }));
cpSync(path('../lib'), join(folder, 'lib'), { recursive: true });
cpSync(path('../package.json'), join(folder, 'package.json'));
cpSync(path('examples'), join(folder, 'examples'), { recursive: true });
if (!skip) symlinkSync(path('../../../dist'), join(folder, 'dist'));
if (existsSync(path('../bin'))) symlinkSync(path('../bin'), join(folder, 'bin'));

/** Imports a file of the package's. @param {string} name @returns {Promise<any>} */
export const packed = (name) => import(pathToFileURL(join(folder, 'lib', name)).href);
