// @vitest-environment jsdom
import { readFileSync } from 'node:fs';

import { on, preferences, save, state, when } from 'octroi';
// [fake]
import { fake } from 'octroi/testing/fake';

// [/fake]
import { afterEach, expect, test, vi } from 'vitest';

import { counter } from './counter.js';

const declaration = JSON.parse(readFileSync('octroi.json', 'utf8'));
let consent;
let stop = () => {};

afterEach(() => {
  stop();
  consent?.restore();
  expect(window.octroi).toBeUndefined();
});

const shown = () => {
  const element = document.createElement('p');
  stop = counter(element);
  return element;
};

test('without octroi.js nothing is granted, and nothing throws', () => {
  expect(shown().textContent).toBe('Visits are not counted.');
  expect(state()).toBeNull();
});

test('it follows grants and withdrawals', async () => {
  consent = fake({ grants: ['statistics'], declaration });
  const element = shown();
  expect(element.textContent).toBe('Visits are counted.');
  consent.withdraw('stats');
  expect(element.textContent).toBe('Visits are not counted.');
  expect(state().categories.statistics.granted).toBe(false);
  const granted = when('stats');
  consent.grant('statistics');
  await granted;
  expect(element.textContent).toBe('Visits are counted.');
});

test('a page’s own code decides', () => {
  consent = fake({ declaration });
  const heard = vi.fn();
  const end = on('change', heard);
  expect(state().decided).toBe(false);
  save({ stats: true });
  end();
  save({ stats: false });
  expect(heard).toHaveBeenCalledOnce();
  expect(heard.mock.lastCall[0]).toMatchObject({ changed: ['statistics', 'stats'], state: { decided: true, services: { stats: true, film: false } } });
});

test('a visitor withdraws and grants', () => {
  // [fake]
  const consent = fake({ grants: ['stats'], declaration });
  consent.withdraw('stats'); // fires octroi:change, as a visitor's withdrawal does
  consent.grant('stats');
  // [/fake]
  expect(state().services.stats).toBe(true);
  // [fake]
  consent.restore();
  // [/fake]
});

test('its methods can be spied on', () => {
  consent = fake();
  const asked = vi.spyOn(window.octroi, 'preferences');
  preferences();
  expect(asked).toHaveBeenCalledOnce();
});
