import type { ComponentProps, FunctionComponent, ReactNode } from 'react';
import type { Ids } from './index.js';

/**
 * Whether a category or a service is granted; the component is drawn again when that changes.
 * `false` on a server, while React takes over what a server has rendered, and where octroi.js is
 * not there.
 */
export function useConsent(id: Ids): boolean;

/** Its children while `id` is granted, otherwise `fallback`. */
export function Consent(props: { id: Ids; fallback?: ReactNode; children?: ReactNode }): ReactNode;

/** A script's attributes as React has them; `onLoad` and `onError` are called with the browser's own event. */
type ScriptAttributes = Omit<ComponentProps<'script'>, 'children' | 'dangerouslySetInnerHTML' | 'onLoad' | 'onError' | 'ref' | 'src'> & {
  onLoad?: (event: Event) => void;
  onError?: (event: Event) => void;
};

/**
 * A script that is added once its service is granted, and once in a page however often the
 * component comes and goes: by `src`, or with its text as child. What has to end at a withdrawal,
 * the engine ends.
 */
export function ConsentScript(
  props: ScriptAttributes & { service: Ids } & ({ src: string; children?: undefined } | { src?: undefined; children: string }),
): null;

/** A frame that loads once its service is granted. Until then a stand-in of its size says what it is, and asks. */
export function Embed(props: Omit<ComponentProps<'iframe'>, 'src'> & { service: Ids; src: string; title: string }): ReturnType<FunctionComponent>;
