/* Fixtures and a matcher for Playwright. */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { expect as plainExpect, test as plainTest } from '@playwright/test';

import { judge, record } from '../testing.js';
import { button, place } from './acts.js';

/** @type {typeof import('./playwright.js').banner} */
export const banner = (page) => {
  /** @param {string} action */
  const press = (action) => page.locator(button(action)).last().click();
  /** The answer has been taken once the button is gone. @param {string} action */
  const answer = async (action) => {
    const pressed = await page.locator(button(action)).last().elementHandle();
    await press(action);
    await pressed?.waitForElementState('hidden');
  };
  return {
    accept: () => answer('accept'),
    refuse: () => answer('refuse'),
    save: () => answer('save'),
    customise: () => press('preferences'),
    press,
    set: async (id, to) => {
      const field = page.locator(place(id, to));
      const closed = page.locator('details:not([open])', { has: field });
      if (await closed.count()) await closed.locator('summary').first().click();
      await field.setChecked(to !== 'off' || (await field.getAttribute('type')) === 'radio', { force: true });
    },
  };
};

/** @param {import('../testing.js').Declaration} declaration @param {import('@playwright/test').TestInfo} info */
const located = (declaration, { config }) =>
  typeof declaration === 'string' ? resolve(config.configFile ? dirname(config.configFile) : config.rootDir, declaration) : declaration;

/** @param {import('./playwright.js').Options['consent']} consent */
const optionsOf = (consent) => (typeof consent === 'string' || Array.isArray(consent) ? { grant: consent } : consent);

/** @param {any} storageState @returns {{ cookies: any[], origins: any[] }} */
const opened = (storageState) => {
  const state = typeof storageState === 'string' ? JSON.parse(readFileSync(storageState, 'utf8')) : storageState;
  return { cookies: [], origins: [], ...state };
};

/** @type {any} */
export const fixtures = {
  declaration: ['octroi.json', { option: true }],
  consent: [null, { option: true }],

  /** The visitor's record, before the page opens; null for one who has not chosen. */
  octroiRecord: async (/** @type {any} */ { declaration, consent, baseURL }, /** @type {any} */ use, /** @type {any} */ info) => {
    if (consent && !baseURL) throw new Error('octroi/testing: a record belongs to a host; set baseURL in the configuration of Playwright');
    await use(consent ? record(located(declaration, info), { url: baseURL, ...optionsOf(consent) }) : null);
  },

  storageState: async (/** @type {any} */ { storageState, octroiRecord }, /** @type {any} */ use) => {
    if (!octroiRecord) return use(storageState);
    const { cookies, origins } = opened(storageState);
    const { name, cookies: own, origins: mirrors } = octroiRecord;
    const [{ origin, localStorage }] = mirrors;
    const there = origins.find((one) => one.origin === origin)?.localStorage ?? [];
    await use({
      cookies: [...cookies.filter((one) => one.name !== name), ...own],
      origins: [
        ...origins.filter((one) => one.origin !== origin),
        { origin, localStorage: [...there.filter((/** @type {any} */ one) => one.name !== name), ...localStorage] },
      ],
    });
  },

  octroi: async (/** @type {any} */ { context, page, declaration, octroiRecord }, /** @type {any} */ use, /** @type {any} */ info) => {
    /** @type {import('@playwright/test').Request[]} */
    const requests = [];
    context.on('request', (/** @type {any} */ request) => requests.push(request));
    let before = Infinity;
    const consent = {
      give: () => {
        before = Math.min(before, requests.length);
      },
      /** @param {import('@playwright/test').Page} of @returns {import('@playwright/test').Request[]} */
      requestsBefore: (of) => requests.slice(0, before).filter((request) => belongs(request, of)),
      judge: (/** @type {string} */ url) => judge(located(declaration, info), { url, record: octroiRecord ?? undefined }),
    };
    const pressed = banner(page);
    await use({
      ...pressed,
      accept: () => (consent.give(), pressed.accept()),
      save: () => (consent.give(), pressed.save()),
      consent,
      state: () => page.evaluate(() => window.octroi?.state() ?? null),
    });
  },
};

/** A request of a page, or of what works for it; where the page itself goes is no part of it. @param {import('@playwright/test').Request} request @param {import('@playwright/test').Page} page */
const belongs = (request, page) => {
  if (request.serviceWorker()) return true;
  // Of a page that is only opening there is no frame yet.
  if (request.isNavigationRequest() && request.url() === page.url()) return false;
  const frame = request.frame();
  return frame.page() === page && !(request.isNavigationRequest() && frame === page.mainFrame());
};

/** A request that the page's own policy stopped has not left. @param {import('@playwright/test').Request} request */
const left = (request) => request.failure()?.errorText !== 'csp';

/** @type {any} */
export const matchers = {
  async toHaveNoRequestsBefore(/** @type {import('@playwright/test').Page} */ page, /** @type {any} */ consent) {
    const name = 'toHaveNoRequestsBefore';
    if (typeof consent?.requestsBefore !== 'function') throw new Error(`octroi/testing: ${name} takes octroi.consent, of the fixture "octroi"`);
    await page.waitForLoadState('load');
    const of = consent.judge(page.url());
    const early = consent
      .requestsBefore(page)
      .filter(left)
      .map((/** @type {import('@playwright/test').Request} */ request) => ({ address: request.url(), ...of(request.url()) }))
      .filter((/** @type {any} */ one) => !one.granted);
    const lines = early.map(
      (/** @type {any} */ { address, ids, names }) =>
        `  ${ids.length ? ids.map((/** @type {string} */ id, /** @type {number} */ i) => `${names[i]} (${id})`).join(' and ') : 'declared by no service'}: ${address}`,
    );
    return {
      name,
      pass: !early.length,
      actual: lines,
      message: () =>
        early.length
          ? `${early.length === 1 ? 'A request' : `${early.length} requests`} left before the visitor had agreed to ${early.length === 1 ? 'it' : 'them'}:\n\n${[...new Set(lines)].join('\n')}\n`
          : 'No request left before the visitor had agreed to it; one was expected to.',
    };
  },
};

/** @type {any} */
export const test = plainTest.extend(fixtures);
/** @type {any} */
export const expect = plainExpect.extend(matchers);
