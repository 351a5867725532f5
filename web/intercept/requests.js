/*
 * Hooks what a script asks the network for. A request that is held fails as it would without a
 * network, and nothing is sent.
 */
import { attempt } from '../safe/builtins.js';
import { hookFetches } from './fetch.js';
import { forms } from './forms.js';
import { hookIdentity } from './identity.js';
import { hookMediaSession } from './media-session.js';
import { navigation } from './navigation.js';
import { hookNotifications } from './notifications.js';
import { hookPayments } from './payment.js';
import { hookPeers } from './peers.js';
import { hookSockets } from './sockets.js';
import { asking, rejects } from './values.js';
import { hookWorkers } from './workers.js';
import { hookXHR } from './xhr.js';

/**
 * A window that gets hooks, and what the hooks use.
 *
 * @typedef {object} Realm
 * @property {any} view the window
 * @property {import('./values.js').Ask} ask
 * @property {(error: any) => any} rejected makes a rejected promise of the window's own
 */

/** @type {((realm: Realm) => void)[]} */
const families = [hookFetches, hookXHR, hookSockets, hookWorkers, hookPeers, hookPayments, hookNotifications, hookMediaSession, hookIdentity];

/**
 * @param {(address: string, base: string) => boolean} holds
 * @param {() => boolean} everything whether what cannot be judged may be let through
 * @param {import('./values.js').Ask['told']} told
 */
export const calls = (holds, everything, told) => {
  const ask = asking(holds, everything, told);
  const paths = navigation(ask);
  const sent = forms(ask, paths.sent);
  return {
    /** @type {import('./hooks.js').Hooks} */
    hook(view) {
      const realm = { view, ask, rejected: rejects(view) };
      for (let i = 0; i < families.length; i++) families[i](realm);
      sent.hook(view);
      paths.hook(view);
    },
    /** Listens to a window; again after document.open(), which removes listeners. @param {any} view */
    watch(view) {
      attempt(() => sent.watch(view));
      attempt(() => paths.watch(view));
    },
    act: paths.act,
    /** Hears an event for which the listeners came too late. @param {any} event */
    heard(event) {
      (event.type === 'submit' ? sent.submitted : event.type === 'click' ? paths.clicked : sent.collected)(event);
    },
    /** Listens to a shadow root. @param {any} root */
    within(root) {
      sent.watch(root);
      paths.within(root);
    },
  };
};
