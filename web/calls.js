/*
 * The calls hold what a script asks the network for: fetch, XMLHttpRequest, beacons,
 * WebSocket and EventSource. What is held fails as it would without a network, and
 * nothing is sent.
 */

const { apply, construct } = Reflect;

const secure = location.protocol === 'https:' ? 's' : '';
/** A port that every browser refuses (Fetch, section 2.9); nothing leaves the machine. */
const nowhere = `http${secure}://localhost:1/`;
/**
 * WebSocket throws at such a port, and WebKit's EventSource says nothing; a name that
 * never resolves (RFC 6761) is an error to both.
 */
const nobody = `${secure}://held.invalid/`;

/**
 * @param {(address: string) => boolean} held
 * @returns {import('./hooks.js').Hooks}
 */
export const calls = (held) => (view, wrap, stand) => {
  wrap(view, 'fetch', 'value', (original) => ({
    hook(input, ...rest) {
      if (!arguments.length) return apply(original, this, arguments);
      const request = input && typeof input === 'object' && 'url' in input;
      const address = request ? input.url : `${input}`;
      if (held(address)) return view.Promise.reject(new view.TypeError('Failed to fetch'));
      return apply(original, this, [request ? input : address, ...rest]);
    },
  }));

  wrap(view.XMLHttpRequest.prototype, 'open', 'value', (original) => ({
    hook(method, address, ...rest) {
      if (arguments.length < 2) return apply(original, this, arguments);
      address = `${address}`;
      return apply(original, this, [method, held(address) ? nowhere : address, ...rest]);
    },
  }));

  wrap(view.Navigator.prototype, 'sendBeacon', 'value', (original) => ({
    hook(address, ...rest) {
      if (!arguments.length) return apply(original, this, arguments);
      address = `${address}`;
      return held(address) || apply(original, this, [address, ...rest]);
    },
  }));

  for (const [name, instead] of [
    ['WebSocket', 'ws' + nobody],
    ['EventSource', 'http' + nobody],
  ]) {
    stand(view, name, (/** @type {Function} */ target, /** @type {any[]} */ args, /** @type {Function} */ as) => {
      if (!args.length) return construct(target, args, as);
      const [address, ...rest] = args;
      const text = `${address}`;
      return construct(target, [held(text) ? instead : text, ...rest], as);
    });
  }
};
