/*
 * The pictures of what plays, which the browser shows in its controls and on a lock screen.
 */
import { apply, construct } from '../safe/builtins.js';
import { address, each, instead, isSequence, sequence } from './values.js';
import { wrap, wrapConstructor } from './wrap.js';

/** @param {import('./requests.js').Realm} realm */
export const hookMediaSession = ({ ask, view }) => {
  /** Returns a picture, or nothing if it is held. @param {any} picture */
  const shown = (picture) => {
    const src = picture?.src;
    if (src === undefined) return picture;
    const href = address(view, src);
    return ask.held(view, href) ? undefined : instead(picture, 'src', href);
  };
  wrapConstructor(view, 'MediaMetadata', (target, args, as) => {
    const artwork = args[0]?.artwork;
    if (artwork !== undefined) args[0] = instead(args[0], 'artwork', sequence(each(artwork, shown)));
    return construct(target, args, as);
  });
  wrap(view.MediaMetadata?.prototype, 'artwork', 'set', (original) => ({
    hook(...args) {
      if (isSequence(args[0])) args[0] = sequence(each(args[0], shown));
      return apply(original, this, args);
    },
  }));
};
