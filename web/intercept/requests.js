/*
 * The calls hold what a script asks the network for. What is held fails as it would without
 * a network, and nothing is sent.
 */
import { attempt } from '../safe/builtins.js';
import { fetches } from './fetch.js';
import { forms } from './forms.js';
import { navigation } from './navigation.js';
import { favours } from './payment.js';
import { peers } from './peers.js';
import { sockets } from './sockets.js';
import { asking } from './values.js';
import { workers } from './workers.js';

/**
 * @param {(address: string, base: string) => boolean} holds
 * @param {() => boolean} everything whether what cannot be judged may be let through
 * @param {import('./values.js').Ask['told']} told
 */
export const calls = (holds, everything, told) => {
  const ask = asking(holds, everything, told);
  const paths = navigation(ask);
  const sent = forms(ask, paths.sent);
  const families = [fetches(ask), sockets(ask), workers(ask), peers(ask), favours(ask), sent.hook, paths.hook];
  return {
    /** @type {import('./hooks.js').Hooks} */
    hook(view, wrap, wrapConstructor) {
      for (let i = 0; i < families.length; i++) families[i](view, wrap, wrapConstructor);
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
