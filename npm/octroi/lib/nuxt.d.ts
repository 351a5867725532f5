export interface Options {
  /** The declaration's file, from the app's root; `octroi.json` unless given. */
  declaration?: string;
  /** The folder of the files below the app's `baseURL`; `/octroi/` unless given. */
  path?: string;
  /** Languages of the interface, besides those that the declaration has texts in; `['all']` for all. */
  languages?: string[];
  /** Has TypeScript take only the declaration's ids: writes `octroi-env.d.ts`, or the file named, with each build. */
  types?: boolean | string;
  /** Puts a tag of octroi.hold.js behind that of octroi.js, for a content security policy that allows no inline scripts and has no nonce. */
  hold?: boolean;
}

/**
 * Serves and builds what visitors load, puts the tag of octroi.js first into each page, and has
 * `useConsent`, `useConsentTrigger`, `<Consent>`, `<ConsentScript>` and `<Embed>` in the app without
 * an import. Any version's type of Nuxt takes it.
 *
 * @example
 * export default defineNuxtConfig({ modules: ['octroi/nuxt'], octroi: { declaration: 'octroi.json' } });
 */
declare const octroi: {
  (options: Options, nuxt: any): Promise<void>;
  getMeta(): Promise<{ name: string; configKey: string; compatibility: { nuxt: string } }>;
};
export default octroi;
