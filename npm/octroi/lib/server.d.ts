/**
 * What the visitor has chosen, read from a request's cookies: for Node, Deno, Bun and the edge.
 *
 * @example
 * import { read } from 'octroi/server';
 * import declaration from './octroi.json' with { type: 'json' };
 *
 * const consent = read(request.headers.get('cookie'), declaration);
 * if (consent.allows('matomo')) count(request);
 *
 * A page that differs by it needs `Vary: Cookie`. The cookie is the visitor's: it says what they
 * want, and never who they are or what they may see.
 */

/**
 * `octroi.json`, parsed, in which `octroi check` finds no fault. One that has `"use"` has to be
 * written out first: `npx octroi declare octroi.json`.
 */
export interface Declaration {
  name?: string;
  language?: string;
  policy?: { revision?: string };
  categories: { id: string; required?: boolean; gpc?: string }[];
  services?: {
    id: string;
    category: string;
    provider?: string;
    purpose?: string | Record<string, string>;
    purposeId?: string;
  }[];
  use?: object;
}

/** Why something has to be asked for, as in `OctroiCategory`; '' where it has not. */
export type Reason = '' | 'service' | 'purpose' | 'policy' | 'expired' | 'undecided';

export interface Consent {
  /** Nothing waits for the visitor's answer. What the page alone knows can still have it ask. */
  decided: boolean;

  /**
   * Whether it is granted: the id of a category or a service; several, divided by spaces, must all
   * be. What is granted for one visit is not: a server does not know which visit it is. An id that
   * nothing has is never allowed.
   */
  allows(ids: string): boolean;

  /** Why a category, or that of a service, has to be asked for; '' where it has not. */
  ask(id: string): Reason;

  /** Until when the choice about a category, or about that of a service, holds, in Unix milliseconds; `null` where none is in force. */
  until(id: string): number | null;
}

export interface Options {
  /** Unix milliseconds; the clock's, unless given. */
  now?: number;
  /** The request has `Sec-GPC: 1`: categories with `"gpc": "refuse"` are then not asked for. */
  gpc?: boolean;
}

/**
 * Reads the visitor's record. Nothing in a request makes it throw: what is damaged, forged or too
 * old grants nothing.
 *
 * @param cookies the request's `Cookie` header
 * @param declaration parsed once, and not changed afterwards
 * @throws {TypeError} where it is no declaration, or has `"use"`
 */
export function read(cookies: string | null | undefined, declaration: Declaration, options?: Options): Consent;
