/*
 * Sign-in with an identity provider, which the browser asks (FedCM, https://w3c-fedid.github.io/FedCM/).
 */
import { apply } from '../safe/builtins.js';
import { address, each, instead, sequence } from './values.js';
import { wrap } from './wrap.js';

/** @param {import('./requests.js').Realm} realm */
export const hookIdentity = ({ ask, view, rejected }) => {
  const { DOMException } = view;
  const unreachable = () => rejected(new DOMException('Error retrieving a token.', 'NetworkError'));

  /** Returns an identity provider, or nothing if it is held. @param {any} provider */
  const allowed = (provider) => {
    const config = provider?.configURL;
    if (config === undefined) return provider;
    const href = address(view, config);
    return ask.held(view, href) ? undefined : instead(provider, 'configURL', href);
  };

  wrap(view.IdentityCredential && view.CredentialsContainer.prototype, 'get', 'value', (original) => ({
    hook(...args) {
      try {
        const identity = args[0]?.identity;
        const providers = identity?.providers;
        if (providers !== undefined) {
          const left = each(providers, allowed);
          if (!left.length) return unreachable();
          args[0] = instead(args[0], 'identity', instead(identity, 'providers', sequence(left)));
        }
      } catch (thrown) {
        return rejected(thrown);
      }
      return apply(original, this, args);
    },
  }));

  /** Hooks a method that takes one identity provider. @param {any} object @param {string} name */
  const hookOne = (object, name) =>
    wrap(object, name, 'value', (original) => ({
      hook(...args) {
        try {
          const provider = args[0];
          if (provider && !(args[0] = allowed(provider))) return unreachable();
        } catch (thrown) {
          return rejected(thrown);
        }
        return apply(original, this, args);
      },
    }));
  hookOne(view.IdentityCredential, 'disconnect');
  hookOne(view.IdentityProvider, 'getUserInfo');
};
