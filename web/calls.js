/*
 * The calls hold what a script asks the network for. What is held fails as it would without
 * a network, and nothing is sent.
 */
import { attempt } from './safe.js';
import { fetches } from './intercept/fetch.js';
import { forms } from './intercept/forms.js';
import { navigation } from './intercept/navigation.js';
import { favours } from './intercept/payment.js';
import { peers } from './intercept/peers.js';
import { sockets } from './intercept/sockets.js';
import { asking } from './intercept/values.js';
import { workers } from './intercept/workers.js';

/**
 * @param {(address: string, base: string) => boolean} holds
 * @param {() => boolean} everything whether what cannot be judged may be let through
 * @param {import('./intercept/values.js').Ask['told']} told
 */
export const calls = (holds, everything, told) => {
  const ask = asking(holds, everything, told);
  const paths = navigation(ask);
  const sent = forms(ask, paths.sent);
  const families = [fetches(ask), sockets(ask), workers(ask), peers(ask), favours(ask), sent.hook, paths.hook];
  return {
    /** @type {import('./hooks.js').Hooks} */
    hook(view, wrap, stand) {
      for (let i = 0; i < families.length; i++) families[i](view, wrap, stand);
    },
    /** Listens to a window; again, where it may have lost its listeners. @param {any} view */
    watch(view) {
      attempt(() => sent.watch(view));
      attempt(() => paths.watch(view));
    },
    /** Listens to a shadow root. @param {any} root */
    within(root) {
      sent.watch(root);
      paths.within(root);
    },
  };
};
