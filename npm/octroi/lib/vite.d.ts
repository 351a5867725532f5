import type { Options as BuildOptions, TagOptions } from './build.js';

/** @see https://vite.dev/guide/api-plugin; any version's plug-in type takes it. */
export interface Plugin {
  name: string;
}

export interface Options extends Pick<BuildOptions, 'languages' | 'types'>, Pick<TagOptions, 'hold'> {
  /** The declaration's file, from Vite's root; `octroi.json` unless given. */
  declaration?: string;
  /** The folder of the files below Vite's `base`; `/octroi/` unless given. */
  path?: string;
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
