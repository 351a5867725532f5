import type { Options as BuildOptions, TagOptions } from './build.js';

export interface Options extends Pick<BuildOptions, 'languages' | 'types'>, Pick<TagOptions, 'hold'> {
  /** The declaration's file, from webpack's `context`; `octroi.json` unless given. */
  declaration?: string;
  /** The folder of the files below webpack's `publicPath`; `/octroi/` unless given. */
  path?: string;
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
