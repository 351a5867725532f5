import type { FunctionComponent } from 'react';

export { Consent, ConsentScript, Embed, useConsent } from './react.js';

export interface Options {
  /** The declaration's file; `octroi.json` unless given. */
  declaration?: string;
  /** The app's folder, where Next is started from another: `import.meta.dirname`. */
  root?: string;
  /** Of the folder below `public/` that it is built into; `/octroi/` unless given. */
  path?: string;
  /** Languages of the interface, besides those that the declaration has texts in. */
  languages?: string[];
}

/** A configuration of Next: an object, or a function that returns one. */
type Configuration = object | ((phase: string, context: { defaultConfig: object }) => object | Promise<object>);

/**
 * For next.config.mjs. It builds the declaration into `public/octroi/` with `next build` and with
 * `next dev`, there again whenever it changes, and adds a header by which browsers keep the engine,
 * whose name has its hash. A declaration with a fault ends the build, and says where it is.
 */
export function withOctroi(config?: Configuration, options?: Options): (phase: string, context: { defaultConfig: object }) => Promise<object>;

/**
 * The tag of octroi.js, for the `<head>` of app/layout or pages/_document. It asks nothing of the
 * request, so static pages stay static.
 */
export function OctroiHead(props: {
  /** The request's, on a site whose Content Security Policy goes by nonces. */
  nonce?: string;
  /** Also the tag of octroi.hold.js: for a policy that allows no inline scripts, on pages without a nonce. */
  hold?: boolean;
}): ReturnType<FunctionComponent>;
