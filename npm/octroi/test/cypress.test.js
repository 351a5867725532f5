import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { read } from '../lib/server.js';
import { packed, skip } from './packed.js';

const { register } = await packed('testing/cypress.js');
const { tasks } = skip ? {} : await packed('testing.js');
const { shop } = JSON.parse(readFileSync(new URL('../../../docs/record-vectors.json', import.meta.url), 'utf8')).declarations;

/** As much of Cypress as the commands use: what each would do is noted. @param {string | null} baseUrl */
const cypress = (baseUrl = 'https://shop.example/') => {
  const did = [];
  const heard = [];
  const commands = {};
  const chain = (name) =>
    new Proxy(
      {},
      {
        get:
          (_, key) =>
          (...args) => {
            if (key === 'then') return args[0](name);
            did.push([key, ...args]);
            return chain(name);
          },
      },
    );
  const cy = {
    task: (name, options) => chain(tasks(shop)[name](options)),
    setCookie: (...args) => did.push(['setCookie', ...args]),
    on: (name, listener) => heard.push([name, listener]),
    get: (selector) => {
      did.push(['get', selector]);
      return chain({ attr: () => 'radio' });
    },
    wrap: () => chain(),
  };
  register({ Cypress: { Commands: { add: (name, command) => (commands[name] = command) }, config: () => baseUrl }, cy });
  return { did, heard, commands };
};

test('cy.octroi gives the visitor a record, before the page and once', { skip }, () => {
  const { did, heard, commands } = cypress();
  commands.octroi(['matomo']);
  const [[, name, value, options]] = did;
  assert.equal(name, 'octroi');
  assert.ok(read(`octroi=${value}`, shop).allows('matomo'));
  assert.ok(!read(`octroi=${value}`, shop).allows('ga'));
  const { expiry, log, ...rest } = options;
  assert.ok(expiry > Date.now() / 1000 && log === false);
  assert.deepEqual(rest, { domain: 'shop.example', hostOnly: true, path: '/', secure: true, sameSite: 'lax' });
  const stored = [];
  const page = (origin) => ({ location: { origin }, localStorage: { setItem: (...args) => stored.push(args) } });
  const [[event, listener]] = heard;
  assert.equal(event, 'window:before:load');
  for (const origin of ['https://login.example', 'https://shop.example', 'https://shop.example']) listener(page(origin));
  assert.equal(stored.length, 1);
  assert.equal(stored[0][1].split('.')[0], value);
});

test('it takes what record takes', { skip }, () => {
  for (const [given, allowed] of [
    ['all', true],
    ['none', false],
    [{ grant: 'all', due: ['matomo'] }, false],
  ]) {
    const { did, commands } = cypress();
    commands.octroi(given);
    assert.equal(read(`octroi=${did[0][2]}`, shop).allows('matomo'), allowed, JSON.stringify(given));
  }
  assert.throws(() => cypress(null).commands.octroi('all'), /set e2e\.baseUrl/);
});

test('cy.consent presses by the contract', () => {
  const { did, commands } = cypress();
  commands.consent('accept');
  commands.consent('customise');
  commands.consentSwitch('video', 'visit');
  assert.deepEqual(
    did.filter(([name]) => name === 'get').map(([, selector]) => selector),
    ['[data-octroi-act="accept"]', '[data-octroi-act="preferences"]', '[data-octroi-switch="video"]:is([type="checkbox"], [value="visit"])'],
  );
  assert.deepEqual(
    did.filter(([name]) => name !== 'get').map(([name]) => name),
    ['last', 'click', 'last', 'click', 'check'],
  );
});
