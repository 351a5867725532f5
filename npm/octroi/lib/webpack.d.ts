export interface Options {
  /** The declaration's file, from webpack's `context`; `octroi.json` unless given. */
  declaration?: string;
  /** The folder of the files below webpack's `publicPath`; `/octroi/` unless given. */
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
 * Emits what visitors load, and puts the tag of octroi.js first into each page that
 * html-webpack-plugin makes. Without that plug-in it tells the tag.
 *
 * @example
 * const { OctroiPlugin } = require('octroi/webpack');
 * module.exports = { plugins: [new HtmlWebpackPlugin(), new OctroiPlugin()] };
 */
export class OctroiPlugin {
  constructor(options?: Options);
  /** webpack calls it. */
  apply(compiler: any): void;
}
export default OctroiPlugin;
