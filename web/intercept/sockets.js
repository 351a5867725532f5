/*
 * What stays open: WebSocket and its streams, EventSource, WebTransport.
 */
import { construct } from '../safe/builtins.js';
import { running } from './running.js';
import { address, nobody } from './values.js';

/** The interfaces, and what none of them can reach. */
const kinds = [
  ['WebSocket', 'ws' + nobody],
  ['WebSocketStream', 'ws' + nobody],
  ['EventSource', 'http' + nobody],
  ['WebTransport', 'https://held.invalid/'],
];

/** @param {import('./values.js').Ask} ask @returns {import('./hooks.js').Hooks} */
export const sockets = (ask) => (view, wrap, wrapConstructor) => {
  for (let i = 0; i < kinds.length; i++) {
    wrapConstructor(view, kinds[i][0], (target, args, as) => {
      if (!args.length) return construct(target, args, as);
      const own = (args[0] = address(view, args[0]));
      const held = ask.held(view, own);
      if (held) args[0] = kinds[i][1];
      return running(kinds[i][0], construct(target, args, as), held ? '' : own);
    });
  }
};
