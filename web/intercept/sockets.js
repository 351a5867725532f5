/*
 * Connections that stay open: WebSocket, WebSocketStream, EventSource, WebTransport.
 */
import { construct } from '../safe/builtins.js';
import { running } from './running.js';
import { address, nobody } from './values.js';
import { wrapConstructor } from './wrap.js';

/** Each interface, and an address that it cannot reach. */
const kinds = [
  ['WebSocket', 'ws' + nobody],
  ['WebSocketStream', 'ws' + nobody],
  ['EventSource', 'http' + nobody],
  ['WebTransport', 'https://held.invalid/'],
];

/** @param {import('./requests.js').Realm} realm */
export const hookSockets = ({ ask, view }) => {
  for (let i = 0; i < kinds.length; i++) {
    wrapConstructor(view, kinds[i][0], (target, args, as) => {
      if (!args.length) return construct(target, args, as);
      const href = (args[0] = address(view, args[0]));
      const held = ask.held(view, href);
      if (held) args[0] = kinds[i][1];
      return running(kinds[i][0], construct(target, args, as), held ? '' : href);
    });
  }
};
