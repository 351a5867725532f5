/*
 * What asks third parties on the browser's behalf: payments, sign-ins, notifications,
 * presentations, pictures of what plays.
 */
import { apply, construct, exec } from '../safe/builtins.js';
import { address, each, instead, isSequence, rejects, sequence } from './values.js';

/** Where nothing answers: of an address that must be one. */
const unanswered = 'https://held.invalid/';
/** The pictures of a notification. */
const pictures = ['icon', 'image', 'badge'];

/** @param {import('./values.js').Ask} ask @returns {import('./hooks.js').Hooks} */
export const favours = (ask) => (view, wrap, wrapConstructor) => {
  const { DOMException } = view;
  const rejected = rejects(view);
  /** An address, or another that nothing answers. @param {any} value */
  const answered = (value) => {
    const own = address(view, value);
    return ask.held(view, own) ? unanswered : own;
  };

  /** One way to pay; those that have a name and no address stay as they are. @param {any} method */
  const payable = (method) => {
    const ways = method?.supportedMethods;
    if (ways === undefined) return method;
    const text = `${ways}`;
    return instead(method, 'supportedMethods', exec(/^https?:/i, text) ? answered(text) : text);
  };
  wrapConstructor(view, 'PaymentRequest', (target, args, as) => {
    if (isSequence(args[0])) args[0] = sequence(each(args[0], payable));
    return construct(target, args, as);
  });

  wrapConstructor(view, 'PresentationRequest', (target, args, as) => {
    if (args.length) args[0] = isSequence(args[0]) ? sequence(each(args[0], answered)) : answered(args[0]);
    return construct(target, args, as);
  });

  /** Options without what is shut: a picture, or several in actions. @param {any} options */
  const plain = (options) => {
    if (!options || typeof options !== 'object') return options;
    for (let i = 0; i < pictures.length; i++) {
      const given = options[pictures[i]];
      if (given === undefined) continue;
      const own = address(view, given);
      options = instead(options, pictures[i], ask.held(view, own) ? undefined : own);
    }
    const { actions } = options;
    return actions === undefined ? options : instead(options, 'actions', sequence(each(actions, plain)));
  };
  wrapConstructor(view, 'Notification', (target, args, as) => {
    if (args.length > 1) args[1] = plain(args[1]);
    return construct(target, args, as);
  });
  wrap(view.ServiceWorkerRegistration?.prototype, 'showNotification', 'value', (original) => ({
    hook(...args) {
      try {
        if (args.length > 1) args[1] = plain(args[1]);
      } catch (thrown) {
        return rejected(thrown);
      }
      return apply(original, this, args);
    },
  }));

  /** A picture of what plays, nothing where it is shut. @param {any} picture */
  const shown = (picture) => {
    const src = picture?.src;
    if (src === undefined) return picture;
    const own = address(view, src);
    return ask.held(view, own) ? undefined : instead(picture, 'src', own);
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

  const unreachable = () => new DOMException('Error retrieving a token.', 'NetworkError');
  /** Options with an identity provider that may be asked, else nothing. @param {any} provider */
  const provided = (provider) => {
    const config = provider?.configURL;
    if (config === undefined) return provider;
    const own = address(view, config);
    return ask.held(view, own) ? undefined : instead(provider, 'configURL', own);
  };
  wrap(view.IdentityCredential && view.CredentialsContainer.prototype, 'get', 'value', (original) => ({
    hook(...args) {
      try {
        const identity = args[0]?.identity;
        const providers = identity?.providers;
        if (providers !== undefined) {
          const left = each(providers, provided);
          if (!left.length) return rejected(unreachable());
          args[0] = instead(args[0], 'identity', instead(identity, 'providers', sequence(left)));
        }
      } catch (thrown) {
        return rejected(thrown);
      }
      return apply(original, this, args);
    },
  }));
  /** @param {any} object @param {string} name */
  const identified = (object, name) =>
    wrap(object, name, 'value', (original) => ({
      hook(...args) {
        try {
          const given = args[0];
          if (given && !(args[0] = provided(given))) return rejected(unreachable());
        } catch (thrown) {
          return rejected(thrown);
        }
        return apply(original, this, args);
      },
    }));
  identified(view.IdentityCredential, 'disconnect');
  identified(view.IdentityProvider, 'getUserInfo');
};
