import type { ComputedRef, DefineComponent, IframeHTMLAttributes, MaybeRefOrGetter, ScriptHTMLAttributes, SlotsType, VNode } from 'vue';
import type { Ids } from './index.js';

/**
 * Whether a category or a service is granted. `false` on a server, while Vue takes over what a
 * server has rendered, and where octroi.js is not there.
 */
export function useConsent(id: MaybeRefOrGetter<Ids>): ComputedRef<boolean>;

/** Its default slot while `id` is granted, otherwise its slot `fallback`. */
export declare const Consent: DefineComponent<
  { id: Ids },
  {},
  {},
  {},
  {},
  {},
  {},
  {},
  string,
  {},
  {},
  {},
  SlotsType<{ default?: () => VNode[]; fallback?: () => VNode[] }>
>;

/**
 * A script that is added once its service is granted, and once in a page however often the
 * component comes and goes: by `src`, or with `text`. What has to end at a withdrawal, the engine
 * ends.
 */
export declare const ConsentScript: DefineComponent<
  Omit<ScriptHTMLAttributes, 'src'> & { service: Ids } & ({ src: string; text?: undefined } | { src?: undefined; text: string })
>;

/** A frame that loads once its service is granted. Until then a stand-in of its size says what it is, and asks. */
export declare const Embed: DefineComponent<Omit<IframeHTMLAttributes, 'src'> & { service: Ids; src: string; title: string }>;
