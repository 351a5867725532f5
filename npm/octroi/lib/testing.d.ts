/// <reference path="../dist/octroi.d.ts" />

/** The path of `octroi.json`, or what it says, parsed. */
export type Declaration = string | object;

export interface RecordOptions {
  /** What the visitor has granted: everything, nothing (unless given), or the categories and services that are named. All else is refused. */
  grant?: 'all' | 'none' | string[];
  /** What is granted for this visit only; a category is, as a whole. It needs the record in local storage too. */
  visit?: string[];
  /**
   * What has to be asked again, though it was granted: a category, because the policy has had
   * another revision; a service, because its category was granted in full before it was there.
   */
  due?: string[];
  /**
   * The choice was made so long ago that it has to be made again. What lasts for 13 months, as long
   * as the record itself may, is still in force; where all does, there is no record any more.
   */
  expired?: boolean;
  /** The instant of the test, Unix milliseconds; the clock's, unless given. The same arguments give the same record. */
  at?: number;
  /** A page of the site; `http://localhost`, unless given. */
  url?: string;
}

export interface Cookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** Unix seconds. */
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  sameSite: 'Lax';
}

/** A visitor's record. It is a `storageState` of Playwright's. */
export interface Minted {
  /** Of the cookie. */
  name: string;
  /** Of the cookie; '' where the record is too long for one, and in local storage alone. */
  value: string;
  /** As Playwright and Puppeteer take them. */
  cookies: Cookie[];
  origins: { origin: string; localStorage: { name: string; value: string }[] }[];
  /** What `octroi.state()` answers on a page that begins with it. */
  state: OctroiState;
}

/**
 * Makes the record of a visitor who has chosen. The engine itself does so, without a browser.
 *
 * @example
 * const { name, value } = record('octroi.json', { grant: ['statistics'], url: 'https://shop.example' });
 *
 * @throws {Error} where the declaration has a fault, or an id is none of it
 */
export function record(declaration: Declaration, options?: RecordOptions): Minted;

export interface Verdict {
  /** The services that the address belongs to; none where nothing declares it. */
  ids: string[];
  /** What they are called in the declaration. */
  names: string[];
  /** Whether a page of this visitor's may load it. */
  granted: boolean;
}

/**
 * Tells whose an address is, and whether it may be loaded, as the engine does on a page.
 *
 * @param options.url a page of the site; `http://localhost`, unless given
 * @param options.record the visitor's; one who has not chosen, unless given
 */
export function judge(declaration: Declaration, options?: { url?: string; at?: number; record?: Minted }): (address: string) => Verdict;

/** What Cypress' Node process does for the commands of `octroi/testing/cypress`. */
export function tasks(declaration: Declaration): { 'octroi:record': (options: RecordOptions) => Minted };
