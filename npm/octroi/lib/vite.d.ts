/** @see https://vite.dev/guide/api-plugin; any version's plug-in type takes it. */
export interface Plugin {
  name: string;
}

export interface Options {
  /** The declaration's file, from Vite's root; `octroi.json` unless given. */
  declaration?: string;
  /** The folder of the files below Vite's `base`; `/octroi/` unless given. */
  path?: string;
  /** Languages of the interface, besides those that the declaration has texts in; `['all']` for all. */
  languages?: string[];
  /** Has TypeScript take only the declaration's ids: writes `octroi-env.d.ts`, or the file named, as `octroi types` does. */
  types?: boolean | string;
  /**
   * A tag for octroi.hold.js too, for pages whose Content Security Policy allows no inline scripts and has no nonce:
   * there no script can load another one at once.
   */
  hold?: boolean;
}

/**
 * Serves and builds what visitors load, and puts the tag of octroi.js first into each page's HTML.
 *
 * @example
 * import { octroi } from 'octroi/vite';
 * export default defineConfig({ plugins: [octroi({ declaration: 'octroi.json' })] });
 */
export function octroi(options?: Options): Plugin;
export default octroi;
