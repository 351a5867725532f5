/// <reference path="../../dist/octroi.d.ts" />

export interface FakeOptions {
  /** The categories and services that are granted; without it the visitor has not chosen yet. */
  grants?: string[];
  /** `octroi.json`, parsed: a category then stands for its services, what is essential is granted, and an id that it does not have throws. */
  declaration?: {
    policy?: { revision?: string };
    categories: { id: string; required?: boolean }[];
    services?: { id: string; category: string }[];
  };
}

export interface Fake {
  /** What `window.octroi` is. Its methods can be spied on. */
  octroi: Octroi;
  /** Grants, as a visitor does, and fires `octroi:change`. */
  grant(...ids: string[]): void;
  /** Takes grants back, or all of them, and fires `octroi:change`. */
  withdraw(...ids: string[]): void;
  /** Puts back what `window.octroi` was. */
  restore(): void;
}

/**
 * Puts a `window.octroi` in place that grants what the test says, and fires `octroi:ready`.
 *
 * @example
 * const consent = fake({ grants: ['matomo'] });
 * afterEach(() => consent.restore());
 */
export function fake(options?: FakeOptions): Fake;
