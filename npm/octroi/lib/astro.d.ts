import type { Options } from './vite.js';
export type { Options };

/** @see https://docs.astro.build/en/reference/integrations-reference/; any version's type takes it. */
export interface Integration {
  name: string;
  hooks: Record<string, any>;
}

/**
 * Serves and builds what visitors load, and puts the tag of octroi.js first into each page:
 * prerendered, rendered by a server, and in development.
 *
 * @example
 * import octroi from 'octroi/astro';
 * export default defineConfig({ integrations: [octroi({ declaration: 'octroi.json' })] });
 */
export function octroi(options?: Options): Integration;
export default octroi;
