/*
 * XMLHttpRequest.
 */
import { WeakMap, apply, weakGet, weakSet } from '../safe/builtins.js';
import { running } from './running.js';
import { address, nowhere } from './values.js';
import { wrap } from './wrap.js';

/** @param {import('./requests.js').Realm} realm */
export const hookXHR = ({ ask, view }) => {
  const { prototype } = view.XMLHttpRequest;
  /** What each request was opened with: method, address, whether it is asynchronous. @type {WeakMap<object, [method: string, href: string, async: boolean]>} */
  const opened = new WeakMap();
  /** @type {Function} */
  let open;
  wrap(prototype, 'open', 'value', (original) => {
    open = original;
    return {
      hook(...args) {
        if (args.length < 2) return apply(original, this, args);
        args[0] = `${args[0]}`;
        const href = (args[1] = address(view, args[1]));
        const held = ask.held(view, href);
        if (held) args[1] = nowhere;
        const result = apply(original, this, args);
        weakSet(opened, this, [args[0], href, args.length < 3 || !!args[2]]);
        running('XMLHttpRequest', this, held ? '' : href);
        return result;
      },
    };
  });
  // The address is judged again, because consent may be withdrawn between "open" and "send".
  wrap(prototype, 'send', 'value', (original) => ({
    hook(...args) {
      const request = weakGet(opened, this);
      if (request && ask.held(view, request[1])) apply(open, this, [request[0], nowhere, request[2]]);
      return apply(original, this, args);
    },
  }));
};
