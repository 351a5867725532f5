/*
 * Octroi in Next 14 to 16, with the App Router and the Pages Router. Nothing here asks for a
 * request's headers or cookies: pages that are static stay so.
 */

import { createElement } from 'react';

export { Consent, ConsentScript, Embed, useConsent } from './react.js';

/** The phases of Next in which the declaration is built: `next build` and `next dev`. */
const phases = ['phase-production-build', 'phase-development-server'];
/** Where the process that Next starts first tells its workers that the files are there. */
const told = 'OCTROI_NEXT_FILES';

/** A part of the package that runs in Node.js alone, and that no page's bundle may hold. */
const inNode = () => import(/* webpackIgnore: true */ /* turbopackIgnore: true */ './next-files.js');

/** @type {typeof import('./next.js').withOctroi} */
export const withOctroi =
  (config = {}, { declaration = 'octroi.json', root = process.cwd(), path = '/octroi/', languages } = {}) =>
  async (phase, context) => {
    const own = typeof config === 'function' ? await config(phase, context) : await config;
    const folder = `/${path.replace(/^\/+|\/+$/g, '')}/`;
    const dev = phase === 'phase-development-server';
    if (phases.includes(phase) && !process.env[told]) {
      const { place } = await inNode();
      process.env[told] = JSON.stringify(await place({ root, declaration, folder, path: (own.basePath ?? '') + folder, languages, watch: dev }));
    }
    const { headers } = own;
    return {
      ...own,
      // So that the tags, which OctroiHead takes from the environment, are put in with both routers.
      transpilePackages: [...(own.transpilePackages ?? []), 'octroi'],
      env: { ...own.env, ...(process.env[told] ? { OCTROI_NEXT_TAGS: process.env[told] } : {}) },
      // An export has no server of Next's that would send them.
      ...(own.output === 'export'
        ? {}
        : {
            headers: async () => [
              ...((await headers?.()) ?? []),
              { source: `${folder}engine.:hash([0-9a-f]+).wasm`, headers: [{ key: 'Cache-Control', value: 'public, max-age=31536000, immutable' }] },
            ],
          }),
    };
  };

/** @type {typeof import('./next.js').OctroiHead} */
export const OctroiHead = ({ nonce, hold }) => {
  const tags = process.env.OCTROI_NEXT_TAGS;
  if (!tags) throw new Error('<OctroiHead> has no files to name: next.config.mjs has to export withOctroi(config)');
  return JSON.parse(tags)
    .slice(0, hold ? 2 : 1)
    .map((/** @type {{ src: string }} */ tag) => createElement('script', { key: tag.src, ...tag, nonce, suppressHydrationWarning: true }));
};
