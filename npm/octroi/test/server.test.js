import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { read } from '../lib/server.js';

const { format, declarations, vectors } = JSON.parse(readFileSync(new URL('../../../docs/record-vectors.json', import.meta.url), 'utf8'));
const named = (name) => vectors.find((vector) => vector.name === name);
const shop = declarations.shop;
const { cookie, now } = named('all is granted');

/** The same form as the vectors' answers. */
const answer = (consent, { categories, services }) => ({
  decided: consent.decided,
  categories: Object.fromEntries(
    categories.map(({ id }) => {
      const until = consent.until(id);
      return [id, { granted: consent.allows(id), ask: consent.ask(id), ...(until === null ? {} : { until }) }];
    }),
  ),
  services: Object.fromEntries(services.map(({ id }) => [id, consent.allows(id)])),
});

test('it answers as the engine does', () => {
  assert.equal(format, 2);
  assert.ok(vectors.length > 100);
  for (const { name, declaration, cookie, now, gpc, want } of vectors) {
    const site = declarations[declaration];
    assert.deepEqual(answer(read(cookie, site, { now, gpc }), site), want, name);
  }
});

test('every damage to a record grants nothing', () => {
  const record = cookie.slice('octroi='.length);
  for (let i = 0; i < record.length; i++) {
    for (const text of [record.slice(0, i), `${record.slice(0, i)}${record[i] === 'A' ? 'B' : 'A'}${record.slice(i + 1)}`]) {
      assert.ok(!read(`octroi=${text}`, shop, { now }).allows('matomo'), text);
    }
  }
});

test('ids: several must all be granted, and what nobody has is never', () => {
  const consent = read(cookie, shop, { now });
  assert.ok(consent.allows('matomo ga\taudience'));
  for (const ids of ['', ' ', 'nobody', 'matomo nobody', 'Matomo', 'toString', undefined]) assert.ok(!consent.allows(ids), String(ids));
  assert.equal(consent.ask('nobody'), '');
  assert.equal(consent.until('nobody'), null);
  assert.equal(consent.until('matomo'), consent.until('audience'));
});

test('without a cookie there is only what is essential', () => {
  for (const header of [null, undefined, '']) {
    const consent = read(header, shop);
    assert.ok(!consent.decided);
    assert.ok(consent.allows('basket'));
    assert.ok(!consent.allows('matomo'));
    assert.equal(consent.ask('matomo'), 'undecided');
    assert.equal(consent.ask('basket'), '');
  }
});

test('the clock is the machine’s unless one is given', () => {
  assert.ok(!read(cookie, shop).allows('matomo') || Date.now() > now);
  for (const now of [NaN, -1, Infinity, 8.64e15]) assert.ok(!read(cookie, shop, { now }).allows('matomo'), String(now));
});

test('what is no declaration is told to the developer', () => {
  for (const wrong of [undefined, null, '{}', {}, { services: [] }]) assert.throws(() => read(cookie, wrong), /no declaration; give octroi\.json, parsed/);
  assert.throws(() => read(cookie, { ...shop, use: { matomo: 'audience' } }), /octroi declare octroi\.json/);
});

test('a long header is read to its end', () => {
  const header = `${'octroi=A; '.repeat(2000)}${cookie}; octroi=${'A'.repeat(60_000)}`;
  assert.ok(read(header, shop, { now }).allows('matomo'));
});

test('what docs/server.md shows runs', async (t) => {
  const [, code] = readFileSync(new URL('../../../docs/server.md', import.meta.url), 'utf8').match(/```js\n(.*?)```/s);
  const folder = mkdtempSync(join(tmpdir(), 'octroi-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'octroi.json'), JSON.stringify(shop));
  const program = code
    .replace("'octroi/server'", JSON.stringify(new URL('../lib/server.js', import.meta.url).href))
    .replace("'octroi.json'", JSON.stringify(join(folder, 'octroi.json')));
  writeFileSync(join(folder, 'site.mjs'), program);
  const { default: site } = await import(pathToFileURL(join(folder, 'site.mjs')).href);
  t.mock.timers.enable({ apis: ['Date'], now });
  for (const [headers, want] of [
    [{ cookie }, 'counted'],
    [{}, 'not counted'],
  ]) {
    const response = site.fetch({ headers: new Headers(headers) });
    assert.equal(await response.text(), want);
    assert.equal(response.headers.get('vary'), 'Cookie');
  }
});
