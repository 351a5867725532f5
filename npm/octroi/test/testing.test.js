import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { read } from '../lib/server.js';
import { packed, skip } from './packed.js';

const { record, judge } = skip ? {} : await packed('testing.js');
const { shop, domain, renamed } = JSON.parse(readFileSync(new URL('../../../docs/record-vectors.json', import.meta.url), 'utf8')).declarations;
const at = Date.UTC(2026, 10, 27, 12, 0, 31);
const native = process.env.OCTROI;
const noCommand = native || existsSync(new URL('../bin/octroi.wasm', import.meta.url)) ? false : 'the command is not here: go run ./cmd/dev/cli makes it';

/** What is granted, by another reader of the record. */
const granted = ({ name, value }, declaration = shop, now = at) => {
  const consent = read(`${name}=${value}`, declaration, { now });
  return declaration.categories
    .concat(declaration.services)
    .map(({ id }) => id)
    .filter((id) => consent.allows(id))
    .join(' ');
};
const asks = (minted) =>
  Object.entries(minted.state.categories)
    .filter(([, { ask }]) => ask)
    .map(([id, { ask }]) => `${id} ${ask}`)
    .join(', ');

test('a record grants what it was told to', { skip }, () => {
  const all = 'essential audience ads display pixel basket matomo ga';
  for (const [options, want] of [
    [{ grant: 'all' }, all],
    [{ grant: 'none' }, 'essential basket'],
    [{}, 'essential basket'],
    [{ grant: ['ga'] }, 'essential basket ga'],
    [{ grant: ['audience', 'display'] }, 'essential audience display basket matomo ga'],
    [{ grant: ['matomo', 'ga', 'ads', 'display'] }, all],
  ]) {
    const minted = record(shop, { at, ...options });
    assert.equal(granted(minted), want, JSON.stringify(options));
    assert.ok(minted.state.decided);
    const services = Object.keys(minted.state.services).filter((id) => minted.state.services[id]);
    assert.deepEqual(
      services,
      ['basket', 'matomo', 'ga', 'pixel'].filter((id) => want.split(' ').includes(id)),
    );
  }
});

test('the same arguments give the same record', { skip }, () => {
  const one = record(shop, { at, grant: ['ga'], due: ['ads'] });
  assert.deepEqual(record(shop, { at, grant: ['ga'], due: ['ads'] }), one);
  assert.notEqual(record(shop, { at: at + 60_000, grant: ['ga'], due: ['ads'] }).value, one.value);
  assert.equal(Buffer.from(one.value, 'base64url')[0], 2);
});

test('what is due is asked for, and nothing else', { skip }, () => {
  for (const [options, want, allowed] of [
    [{ due: ['ads'] }, 'ads policy', 'essential basket'],
    [{ due: ['ads'], grant: 'all' }, 'ads policy', 'essential audience display basket matomo ga'],
    [{ due: ['ga'] }, 'audience service', 'essential basket matomo'],
    [{ due: ['pixel'] }, 'ads service', 'essential basket'],
    [{ due: ['ga', 'display'], grant: ['pixel'] }, 'audience service, display policy', 'essential ads pixel basket matomo'],
  ]) {
    const minted = record(shop, { at, ...options });
    assert.equal(asks(minted), want, JSON.stringify(options));
    assert.equal(granted(minted), allowed, JSON.stringify(options));
    assert.ok(!minted.state.decided);
  }
});

test('an expired choice is asked for again, and was made', { skip }, () => {
  for (const grant of ['all', 'none', ['ga']]) {
    const minted = record(shop, { at, grant, expired: true });
    assert.equal(asks(minted), 'audience expired, ads expired');
    assert.equal(minted.state.categories.ads.earlier, grant === 'all');
    assert.ok(minted.cookies[0].expires * 1000 > at, 'it is still kept');
  }
  const lasting = { ...shop, categories: shop.categories.map((one) => (one.required ? one : { ...one, renewAfter: '13 months' })) };
  const gone = record(lasting, { at, grant: 'all', expired: true });
  assert.equal(asks(gone), 'audience undecided, ads undecided, display undecided');
  assert.deepEqual(gone.cookies, []);
});

test('a grant for a visit holds on pages, and on no server', { skip }, () => {
  const minted = record(shop, { at, grant: ['ads'], visit: ['audience'] });
  assert.ok(minted.state.decided);
  assert.ok(minted.state.categories.audience.granted);
  assert.ok(minted.state.categories.audience.visit);
  assert.equal(granted(minted), 'essential ads pixel basket');
});

test('it is a storage state', { skip }, () => {
  const minted = record(shop, { at, grant: 'all', url: 'https://shop.example:8443/basket?x' });
  const { name, value, cookies, origins } = minted;
  const expires = Date.UTC(2027, 11, 27, 12, 0, 31) / 1000;
  assert.deepEqual(cookies, [{ name, value, domain: 'shop.example', path: '/', expires, httpOnly: false, secure: true, sameSite: 'Lax' }]);
  assert.equal(name, 'octroi');
  assert.deepEqual(origins, [{ origin: 'https://shop.example:8443', localStorage: [{ name, value: origins[0].localStorage[0].value }] }]);
  assert.equal(origins[0].localStorage[0].value.split('.')[0], value);
  assert.equal(record(renamed, { at }).name, 'choices');
});

test('hosts that share the record share its cookie', { skip }, () => {
  const minted = record(domain, { at, grant: 'all', url: 'https://blog.example.org' });
  assert.equal(minted.cookies[0].domain, '.example.org');
  assert.ok(minted.state.decided);
  assert.ok(record(domain, { at, grant: 'all' }).state.decided);
  assert.throws(() => record(domain, { url: 'https://shop.example' }), /url: https:\/\/shop\.example: .*not under example\.org/);
});

test('a record that no cookie takes is in local storage alone', { skip }, () => {
  const services = Array.from({ length: 500 }, (_, i) => ({ ...shop.services[0], id: `pixel${i}` }));
  const minted = record({ ...shop, services }, { at, grant: 'all' });
  assert.equal(minted.value.length, 0);
  assert.deepEqual(minted.cookies, []);
  assert.ok(minted.origins[0].localStorage[0].value.length > 3900);
  assert.ok(minted.state.services.pixel499);
});

test('what is not understood is told in a sentence', { skip }, () => {
  for (const [options, want] of [
    [{ grant: ['matom'] }, 'octroi/testing: grant: nothing in the declaration has the id "matom"; did you mean "matomo"?'],
    [{ visit: ['x'] }, 'octroi/testing: visit: nothing in the declaration has the id "x"; there are: essential audience ads display pixel basket matomo ga'],
    [{ due: ['basket'] }, 'octroi/testing: due: "basket" is essential: it is always granted, and nobody is asked; leave it out'],
    [{ grant: 'audience' }, `octroi/testing: grant: "audience" is neither 'all' nor 'none' nor a list of ids, as ['audience']`],
  ]) {
    assert.throws(() => record(shop, options), { message: want });
  }
  assert.throws(() => record('no-such-file.json'), { message: /^octroi\/testing: no-such-file\.json could not be read \(ENOENT\)/ });
  assert.throws(() => record({ ...shop, categories: [{}] }), /^Error: octroi\/testing: the declaration has a fault: /);
  assert.throws(() => record(null), /is no declaration/);
});

test('a declaration is a file, too, and what it uses is written out', { skip: skip || noCommand }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'octroi-'));
  try {
    const file = join(folder, 'octroi.json');
    writeFileSync(file, `\ufeff${JSON.stringify({ ...shop, use: { hotjar: 'audience' } })}`);
    const minted = record(file, { at, grant: ['hotjar'] });
    assert.ok(minted.state.services.hotjar);
    assert.deepEqual(judge(file, { at })('https://script.hotjar.com/modules.js').ids, ['hotjar']);
    writeFileSync(file, JSON.stringify({ ...shop, use: { hotjra: 'audience' } }));
    assert.throws(() => record(file), /under "use" could not be written out: .*hotjra: not known/);
    assert.throws(() => record({ ...shop, services: [{ id: 'x' }] }), /\$\.services/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the engine tells whose an address is', { skip }, () => {
  const site = {
    ...shop,
    services: shop.services.map((one) =>
      one.id === 'ga' ? { ...one, name: { fr: 'Audience', en: 'Analytics' }, urls: ['stats.example', '*.stats.example/t/'] } : one,
    ),
  };
  const url = 'https://shop.example';
  const undecided = judge(site, { at, url });
  assert.deepEqual(undecided('https://stats.example/tag.js?page=home'), { ids: ['ga'], names: ['Analytics'], granted: false });
  assert.deepEqual(undecided('wss://eu.stats.example/t/live').ids, ['ga']);
  assert.deepEqual(undecided('https://eu.stats.example/other'), { ids: [], names: [], granted: true });
  assert.deepEqual(undecided('https://shop.example/main.js'), { ids: [], names: [], granted: true });
  assert.deepEqual(undecided('data:text/plain,x'), { ids: [], names: [], granted: true });
  assert.ok(judge(site, { at, url, record: record(site, { at, url, grant: ['ga'] }) })('https://stats.example/tag.js').granted);
  assert.ok(!judge(site, { at, url, record: record(site, { at, url, grant: ['ads'] }) })('https://stats.example/tag.js').granted);
  assert.ok(!judge({ ...site, unknown: 'block' }, { at, url })('https://nobody.example/').granted);
});

test('the command makes the same record', { skip: skip || noCommand }, () => {
  const [program, ...first] = native ? [native] : [process.execPath, fileURLToPath(new URL('../bin/octroi.js', import.meta.url))];
  const { stdout, stderr } = spawnSync(program, [...first, 'record', '-', '--grant', 'ga', '--visit', 'ads', '--at', new Date(at).toISOString(), '--json'], {
    input: JSON.stringify(shop),
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  const { value, localStorage } = JSON.parse(stdout);
  const minted = record(shop, { at, grant: ['ga'], visit: ['ads'] });
  assert.equal(value, minted.value);
  assert.equal(localStorage, minted.origins[0].localStorage[0].value);
});
