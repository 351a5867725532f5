import type { Options as BuildOptions, TagOptions } from './build.js';

export interface Options extends Pick<BuildOptions, 'languages' | 'types'>, Pick<TagOptions, 'hold'> {
  /** The declaration's file, from the app's root; `octroi.json` unless given. */
  declaration?: string;
  /** The folder of the files below the app's `baseURL`; `/octroi/` unless given. */
  path?: string;
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
