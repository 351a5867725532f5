#!/usr/bin/env node
// What plug-ins run in their unit tests in the place of the command, with the same arguments, exit codes and output: the
// files have their names and hold little. A declaration that has "fault" has one there.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [command, file, ...options] = process.argv.slice(2);
const option = (name) => options[options.indexOf(name) + 1];

/** @param {string} text @param {number} at */
const findings = (text, at) => {
  const lines = text.slice(0, at).split('\n');
  const region = { startLine: lines.length, startColumn: lines.at(-1).length + 1 };
  return JSON.stringify({
    runs: [{ results: at < 0 ? [] : [{ level: 'error', message: { text: '$.fault: unknown; remove it' }, locations: [{ physicalLocation: { region } }] }] }],
  });
};

let text = '';
try {
  text = readFileSync(file, 'utf8');
} catch {
  console.error(`octroi ${command}: open ${file}: no such file or directory`);
  process.exit(2);
}
if (command === 'types') {
  writeFileSync(option('-o'), '// types\n');
  process.exit();
}
const at = text.indexOf('"fault"');
console.log(findings(text, at));
if (at >= 0) process.exit(1);
const files = {
  'octroi.js': `/* ${text} */`,
  'octroi.hold.js': '/* hooks */',
  'engine.1.wasm': '\0asm',
  'locales/fr.json': '{}',
  ...(text.includes('"gpc"') ? { 'gpc.json': '{"gpc":true}' } : {}),
};
const described = {};
mkdirSync(join(option('-o'), 'locales'), { recursive: true });
for (const [name, content] of Object.entries(files)) {
  writeFileSync(join(option('-o'), name), content);
  described[name] = { bytes: content.length, integrity: `sha384-${createHash('sha384').update(content).digest('base64')}` };
}
writeFileSync(join(option('-o'), 'manifest.json'), JSON.stringify({ version: '1.0.0', build: createHash('sha256').update(files['octroi.js']).digest('hex').slice(0, 16), languages: ['en'], files: described, html: [] }));
