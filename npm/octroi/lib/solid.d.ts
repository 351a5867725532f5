import type { Accessor, JSX } from 'solid-js';
import type { Ids } from './index.js';

/**
 * Whether a category or a service is granted. `false` on a server, while Solid takes over what a
 * server has rendered, and where octroi.js is not there.
 */
export function useConsent(id: Ids | Accessor<Ids>): Accessor<boolean>;

/** Its children while `id` is granted, otherwise `fallback`. */
export function Consent(props: { id: Ids; fallback?: JSX.Element; children?: JSX.Element }): JSX.Element;

/**
 * A script that is added once its service is granted, and once in a page however often the
 * component comes and goes: by `src`, or with `text`. What has to end at a withdrawal, the engine
 * ends.
 */
export function ConsentScript(
  props: Omit<JSX.ScriptHTMLAttributes<HTMLScriptElement>, 'src' | 'children'> & { service: Ids } & (
      { src: string; text?: undefined } | { src?: undefined; text: string }
    ),
): JSX.Element;

/** A frame that loads once its service is granted. Until then a stand-in of its size says what it is, and asks. */
export function Embed(props: Omit<JSX.IframeHTMLAttributes<HTMLIFrameElement>, 'src'> & { service: Ids; src: string; title: string }): JSX.Element;
