/* What the documentation shows of the package does what it says there. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { read } from '../lib/server.js';
import { packed, skip } from './packed.js';

const shop = JSON.parse(readFileSync(new URL('../../../examples/snippets/matomo.json', import.meta.url), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'octroi-'));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'octroi.json'), JSON.stringify(shop));
process.chdir(folder);

/** @type {Promise<any>} */
const example = skip ? undefined : packed('../examples/record.js');

test('a record without a browser', { skip }, async () => {
  const { name, value } = await example;
  assert.ok(read(`${name}=${value}`, shop).allows('matomo'));
});

test('a server that reads the choices', { skip }, async () => {
  const { name, value } = await example;
  const { default: server } = await packed('../examples/server.js');
  for (const [headers, want] of [
    [{ cookie: `${name}=${value}` }, 'counted'],
    [{}, 'not counted'],
  ]) {
    const answer = server.fetch({ headers: new Headers(headers) });
    assert.equal(await answer.text(), want);
    assert.equal(answer.headers.get('vary'), 'Cookie');
  }
});

test('the parts of a set-up with Cypress', { skip }, async () => {
  const did = [];
  /** @type {Record<string, any>} */
  const commands = { visit: (path) => did.push(path) };
  const chain = new Proxy({}, { get: (_, key) => (next) => (key === 'then' ? next({ cookies: [], origins: [] }) : chain) });
  globalThis.Cypress = { Commands: { add: (name, command) => (commands[name] = command) }, config: () => 'https://shop.example/' };
  globalThis.cy = new Proxy({}, { get: (_, key) => commands[key] ?? ((...args) => (did.push([key, ...args]), chain)) });
  const { default: configuration } = await packed('../examples/cypress.js');
  assert.deepEqual(Object.keys(commands).toSorted(), ['consent', 'consentSwitch', 'octroi', 'visit']);
  assert.equal(did.filter((one) => one === '/').length, 1);
  let tasks;
  configuration.e2e.setupNodeEvents((_, given) => (tasks = given));
  const made = tasks['octroi:record']({ url: 'https://shop.example', grant: ['statistics'] });
  assert.ok(read(`octroi=${made.value}`, shop).allows('matomo'));
});
