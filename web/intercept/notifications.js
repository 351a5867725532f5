/*
 * Notifications, whose pictures the browser loads.
 */
import { apply, construct } from '../safe/builtins.js';
import { address, each, instead, sequence } from './values.js';
import { wrap, wrapConstructor } from './wrap.js';

/** The options of a notification that are addresses of pictures. */
const pictures = ['icon', 'image', 'badge'];

/** @param {import('./requests.js').Realm} realm */
export const hookNotifications = ({ ask, view, rejected }) => {
  /** Removes the pictures that are held from options, and from the actions in them. @param {any} options @returns {any} */
  const withoutHeld = (options) => {
    if (!options || typeof options !== 'object') return options;
    for (let i = 0; i < pictures.length; i++) {
      const picture = options[pictures[i]];
      if (picture === undefined) continue;
      const href = address(view, picture);
      options = instead(options, pictures[i], ask.held(view, href) ? undefined : href);
    }
    const { actions } = options;
    return actions === undefined ? options : instead(options, 'actions', sequence(each(actions, withoutHeld)));
  };
  wrapConstructor(view, 'Notification', (target, args, as) => {
    if (args.length > 1) args[1] = withoutHeld(args[1]);
    return construct(target, args, as);
  });
  wrap(view.ServiceWorkerRegistration?.prototype, 'showNotification', 'value', (original) => ({
    hook(...args) {
      try {
        if (args.length > 1) args[1] = withoutHeld(args[1]);
      } catch (thrown) {
        return rejected(thrown);
      }
      return apply(original, this, args);
    },
  }));
};
