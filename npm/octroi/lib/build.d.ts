/** What `octroi build` makes of a declaration, for plug-ins of build tools. */
export interface Built {
  /** By name, as `octroi.js` or `locales/fr.json`: what to serve below `path`. */
  files: Record<string, Uint8Array>;
  /** As manifest.json has it. */
  manifest: { version: string; build: string; languages: string[]; files: Record<string, { bytes: number; integrity: string }>; html: string[] };
  /** What is no fault and is seldom meant so, a sentence each. */
  hints: string[];
}

export interface Options {
  /** The declaration's file; `octroi.json` unless given. */
  declaration?: string;
  /** The folder that `declaration` is relative to; the working directory unless given. */
  root?: string;
  /** Of the folder that the files are served from; `/octroi/` unless given. */
  path?: string;
  /** Languages of the interface, besides those that the declaration has texts in; `['all']` for all. */
  languages?: string[];
  /** Has TypeScript take only the declaration's ids: writes `octroi-env.d.ts`, or the file named, as `octroi types` does. */
  types?: boolean | string;
}

/** What is wrong with a declaration: the message has each fault with its line and column. */
export class DeclarationError extends Error {
  faults: { message: string; line?: number; column?: number }[];
}

/** Builds a declaration. It rejects with a `DeclarationError` where that has faults. */
export function build(options?: Options): Promise<Built>;

/** A function that builds, anew only when the declaration's file has changed; until then it returns the same promise. */
export function builder(options?: Options): () => Promise<Built>;

/** The attributes of the tag, which stands first in `<head>`, right behind `<meta charset>`. */
export interface Script {
  /** It names the build, so that no cache answers with an earlier one. */
  src: string;
  /** Where `path` is another host's. */
  crossorigin?: 'anonymous';
  nonce?: string;
}

export interface TagOptions {
  /** Of the folder that the files are served from; `/octroi/` unless given. */
  path?: string;
  nonce?: string;
  /**
   * A tag for octroi.hold.js too, for pages whose Content Security Policy allows no inline scripts and has no nonce:
   * there no script can load another one at once.
   */
  hold?: boolean;
}

export function script(built: Built, options?: TagOptions): Script;

/** The same as markup. */
export function tags(built: Built, options?: TagOptions): string;
