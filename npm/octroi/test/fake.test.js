import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';

import { allows, state, subscribe, when } from '../lib/index.js';
import { fake } from '../lib/testing/fake.js';

const { shop } = JSON.parse(readFileSync(new URL('../../../docs/record-vectors.json', import.meta.url), 'utf8')).declarations;

// As much of a document as it needs; examples/testing runs it in jsdom.
globalThis.window = globalThis;
globalThis.document = new EventTarget();

let consent;
afterEach(() => {
  consent?.restore();
  assert.equal(window.octroi, undefined);
});

const granted = () => ['essential', 'audience', 'ads', 'display', 'pixel', 'basket', 'matomo', 'ga'].filter((id) => allows(id)).join(' ');

test('it grants what it was told, and no more', () => {
  consent = fake({ grants: ['matomo', 'ads'], declaration: shop });
  assert.equal(granted(), 'essential ads pixel basket matomo');
  assert.ok(window.octroi.ready);
  assert.ok(allows('matomo ads'));
  for (const ids of ['matomo ga', '', ' ', 'nobody']) assert.ok(!allows(ids), ids);
  assert.deepEqual(state().services, { pixel: true, basket: true, matomo: true, ga: false });
  assert.ok(state().decided);
});

test('without grants nobody has chosen', () => {
  consent = fake({ declaration: shop });
  assert.equal(granted(), 'essential basket');
  assert.equal(state().decided, false);
  assert.equal(state().categories.audience.ask, 'undecided');
  assert.equal(state().categories.essential.ask, '');
});

test('changes are told, and only those', async () => {
  consent = fake({ grants: [], declaration: shop });
  const told = [];
  document.addEventListener('octroi:change', ({ detail }) => told.push(detail.changed.join(' ')));
  let calls = 0;
  const end = subscribe(() => calls++);
  const waited = when('audience');
  consent.grant('matomo');
  consent.grant('ga');
  await waited;
  consent.grant('ga');
  window.octroi.save({ matomo: false, ads: 'visit' });
  window.octroi.withdraw('ads');
  window.octroi.acceptAll();
  window.octroi.refuseAll();
  assert.deepEqual(told, [
    'matomo',
    'audience ga',
    'audience ads pixel matomo',
    'ads pixel',
    'audience ads display pixel matomo',
    'audience ads display pixel matomo ga',
  ]);
  assert.equal(calls, told.length);
  end();
  consent.grant('ga');
  assert.equal(calls, told.length - 1);
});

test('without a declaration any id will do', () => {
  consent = fake({ grants: ['anything'] });
  assert.ok(allows('anything'));
  consent.withdraw();
  assert.ok(!allows('anything'));
});

test('an id that the declaration does not have is told', () => {
  assert.throws(() => fake({ grants: ['matom'], declaration: shop }), { message: /nothing in the declaration has the id "matom"; there are: essential / });
  consent = fake({ declaration: shop });
  assert.throws(() => consent.grant('x'), /has the id "x"/);
});

test('what was there before comes back', () => {
  const outer = fake({ grants: ['a'] });
  const inner = fake({ grants: ['b'] });
  assert.ok(!allows('a'));
  inner.restore();
  assert.ok(allows('a'));
  outer.restore();
  assert.ok(!allows('a'));
});
