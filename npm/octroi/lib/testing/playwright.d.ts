import type {
  Expect,
  Locator,
  MatcherReturnType,
  Page,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  Request,
  TestType,
} from '@playwright/test';

import type { Declaration, Minted, RecordOptions, Verdict } from '../testing.js';

/** What `test.use` and the configuration's `use` take. */
export interface Options {
  /** The declaration, or its path from the folder of Playwright's configuration; `octroi.json`, unless given. */
  declaration: Declaration;
  /**
   * What the visitor has chosen before: everything, nothing, the categories and services that are
   * named, or what `record` takes. `null`, unless given: nothing yet, so the banner is there. It needs
   * `baseURL`.
   */
  consent: 'all' | 'none' | string[] | RecordOptions | null;
}

/** Presses what the visitor presses, whatever language it is in. */
export interface Banner {
  /** Accepts all. */
  accept(): Promise<void>;
  /** Refuses all. */
  refuse(): Promise<void>;
  /** Opens the visitor's choices. */
  customise(): Promise<void>;
  /** Keeps the switches as they stand. */
  save(): Promise<void>;
  /** Moves a switch of the visitor's choices: that of a category or a service. Only a category has `'visit'`. */
  set(id: string, to: 'on' | 'off' | 'visit'): Promise<void>;
  /** Presses another button, by its action, as docs/testing.md lists them. */
  press(action: string): Promise<void>;
}

/** The moment from which on the visitor has agreed: the first press of accept or save by this fixture. */
export interface Consent {
  /** Says that it is now: where the test agrees in another way, as in an interface of the page's own. */
  give(): void;
  requestsBefore(page: Page): Request[];
  judge(url: string): (address: string) => Verdict;
}

export interface OctroiFixture extends Banner {
  consent: Consent;
  /** What `octroi.state()` answers on the page; `null` without the engine. */
  state(): Promise<OctroiState | null>;
}

export interface Fixtures {
  octroi: OctroiFixture;
  /** The visitor's record before the page opens; `null` for one who has not chosen. */
  octroiRecord: Minted | null;
}

export type Matchers = {
  /**
   * No request has left the page to a service that the visitor had not granted: until they agreed,
   * or so far. It names the service and the address. The page has to have loaded, and waits for that.
   */
  toHaveNoRequestsBefore(page: Page, consent: Consent): Promise<MatcherReturnType>;
};

export function banner(page: Pick<Page, 'locator'>): Banner;

export const fixtures: Parameters<TestType<any, any>['extend']>[0];
export const matchers: Matchers;

/** Playwright's own, with `octroi`; with `fixtures`, `base.extend(fixtures)` is the same of another. */
export const test: TestType<PlaywrightTestArgs & PlaywrightTestOptions & Options & Fixtures, PlaywrightWorkerArgs & PlaywrightWorkerOptions>;

/** Playwright's own, with `toHaveNoRequestsBefore`. */
export const expect: Expect<Matchers>;
