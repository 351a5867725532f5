import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

const { acceptAll, allows, consentScript, on, preferences, refuseAll, save, show, state, subscribe, when, withdraw } = await import('../lib/index.js');

/** What octroi.js puts on a page, as far as the facade asks it. */
class Page extends EventTarget {
  granted = new Set(['essential']);
  called = [];
  octroi = Object.freeze({
    ready: true,
    allows: (ids) => ids.split(' ').every((id) => this.granted.has(id)),
    state: () => ({ decided: this.granted.size > 1 }),
    ...Object.fromEntries(
      ['preferences', 'show', 'save', 'acceptAll', 'refuseAll', 'withdraw'].map((name) => [name, (...args) => void this.called.push([name, ...args])]),
    ),
  });

  /** Puts it there. @param {PropertyDescriptor} [how] */
  come(how = { value: this.octroi }) {
    Object.defineProperty(globalThis.window, 'octroi', { configurable: true, ...how });
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`octroi:${name}`, { detail }));
  }

  grant(...ids) {
    for (const id of ids) this.granted.add(id);
    this.tell('change', { changed: ids });
  }
}

/** @type {Page} */
let page;

/** A page without octroi.js, which may come. */
beforeEach((t) => {
  if (t.name.startsWith('server: ')) return;
  page = new Page();
  globalThis.window = {};
  globalThis.document = page;
});

afterEach(() => {
  delete globalThis.window;
  delete globalThis.document;
});

/** Whether a promise has been kept by now. */
const kept = async (promise) => {
  const no = {};
  await new Promise((done) => setImmediate(done));
  return (await Promise.race([promise, no])) !== no;
};

/** Everything that a page may call, where it must do nothing. */
const callAll = () => {
  assert.equal(allows('stats'), false);
  assert.equal(state(), null);
  for (const act of [preferences, show, acceptAll, refuseAll, withdraw]) assert.equal(act(), undefined);
  assert.equal(save({ stats: true }), undefined);
  on('change', assert.fail)();
  subscribe(assert.fail)();
};

test('server: nothing is granted, and nothing throws', async () => {
  assert.equal(typeof window, 'undefined');
  callAll();
  consentScript({ service: 'stats', src: '/x.js' })();
  assert.equal(await kept(when('stats')), false);
});

test('blocked: nothing is granted, and nothing throws', async () => {
  callAll();
  const granted = when('stats');
  page.tell('other');
  assert.equal(await kept(granted), false);
});

test('an element with the id octroi, or a variable of that name, is not taken for it', () => {
  for (const value of [{ nodeName: 'DIV' }, 'x', null, () => {}]) {
    page.come({ value });
    callAll();
  }
});

test('what is there is asked', () => {
  page.come();
  assert.equal(allows('stats'), false);
  assert.equal(allows('essential'), true);
  page.granted.add('stats');
  assert.equal(allows('stats essential'), true);
  assert.equal(allows('stats film'), false);
  assert.deepEqual(state(), { decided: true });
  preferences();
  show();
  save({ stats: 'visit' });
  acceptAll();
  refuseAll();
  withdraw();
  withdraw('stats');
  assert.deepEqual(page.called, [
    ['preferences'],
    ['show'],
    ['save', { stats: 'visit' }],
    ['acceptAll'],
    ['refuseAll'],
    ['withdraw', undefined],
    ['withdraw', 'stats'],
  ]);
});

test('what comes later is heard: a deferred octroi.js', async () => {
  const heard = [];
  const stop = subscribe(() => heard.push(allows('stats')));
  const off = on('change', ({ changed }) => heard.push(changed));
  const granted = when('stats film');
  page.come();
  page.tell('ready', state());
  assert.deepEqual(heard, [false]);
  page.grant('stats');
  assert.deepEqual(heard, [false, true, ['stats']]);
  assert.equal(await kept(granted), false, 'film is not granted');
  page.grant('film');
  assert.equal(await kept(granted), true);
  assert.equal(await kept(when('stats')), true, 'at once');
  stop();
  off();
  page.grant('more');
  assert.equal(heard.length, 5);
});

test('a returning visitor’s grant counts from octroi:ready on', async () => {
  page.granted.add('stats');
  const granted = when('stats');
  assert.equal(await kept(granted), false);
  page.come();
  page.tell('ready');
  assert.equal(await kept(granted), true);
});

test('nothing makes the page wait: a getter is not read, and no engine is asked that is not there', () => {
  page.come({ get: () => assert.fail('it is read') });
  assert.equal(allows('essential'), false);
  assert.equal(state(), null);
  page.come({ value: { ...page.octroi, ready: false, allows: () => assert.fail('it is asked'), state: assert.fail } });
  assert.equal(allows('essential'), false);
  assert.equal(state(), null);
  preferences();
  assert.deepEqual(page.called, [['preferences']], 'a visitor who wants something waits');
});

test('a listener is told what the event has, once', () => {
  const heard = [];
  const off = on('blocked', (detail) => heard.push(detail));
  page.tell('blocked', { id: 'stats' });
  off();
  page.tell('blocked', { id: 'film' });
  assert.deepEqual(heard, [{ id: 'stats' }]);
});
