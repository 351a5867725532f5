// What the build hands to the page half; cmd/dev/pack makes these modules.
declare module 'octroi:css' {
  const css: string;
  export default css;
}
declare module 'octroi:version' {
  const version: string;
  export default version;
}
declare module 'octroi:texts' {
  export const language: string, texts: string;
}
declare module 'octroi:languages' {
  const l: string;
  export default l;
}
declare module 'octroi:wasm' {
  export const first: [text: string, rare: string, sum: number];
}
declare module 'octroi:rest' {
  export const rest: [text: string, rare: string, sum: number];
}
declare module 'octroi:worker' {
  /** The name of the worker's cache. */
  export const cache: string;
  /** The engine, and the rest of it where the declaration needs that. */
  export const first: [text: string, rare: string, sum: number], rest: [text: string, rare: string, sum: number];
}
declare module 'octroi:restcss' {
  const css: string;
  export default css;
}
declare module 'octroi:alltexts' {
  export const texts: string;
}
declare module 'octroi:engine' {
  /** The file of a site's own engine. */
  export const engine: string;
  /** The build that all files are of. */
  export const build: string;
  /** The site's declaration, "" in what is for all sites. */
  export const declaration: string;
}
declare module 'octroi:site' {
  /** What is known of a site ahead of its engine. */
  export const site: import('./page/ahead.js').Site;
}
declare module 'octroi:signals' {
  /** Tells vendors that all is denied, ahead of the engine. */
  export const tellDefaults: () => string;
}
declare module 'octroi:taken' {
  /** Names of what octroi.hold.js saves, divided by spaces. */
  export const interfaces: string, globals: string, statics: string;
}
declare module 'octroi:nowasm' {
  const make: () => any;
  export default make;
}

/** Whether this is a site's own octroi.js, which `octroi build` makes: else the drop-in. */
declare const COMPILED: boolean;

/** A list without a prototype, as `list()` makes it: no iterator (`for … of`, `...`), no methods. */
declare type List<T> = { length: number; [index: number]: T };

/** What octroi.js of a site lends to octroi.hold.js: all that both use, as the build has divided it. */
declare const SHARE: object;
