/*
 * The calls hold what a script asks the network for: fetch, XMLHttpRequest, beacons,
 * sockets, workers, connections to peers, and what forms send. What is held fails as it
 * would without a network, and nothing is sent.
 */

import { attempt, sure } from './hooks.js';
import { running } from './intercept/running.js';
import { own, scriptURL, typed } from './trust.js';

const { apply, construct } = Reflect;
/** A form's own may be hidden by a field of that name. */
const attribute = Element.prototype.getAttribute;

const secure = location.protocol === 'https:' ? 's' : '';
/** A port that every browser refuses (Fetch, section 2.9); nothing leaves the machine. */
const nowhere = `http${secure}://localhost:1/`;
/**
 * WebSocket throws at such a port, and WebKit's EventSource says nothing; a name that
 * never resolves (RFC 6761) is an error to both.
 */
const nobody = `${secure}://held.invalid/`;
/** What a worker's script is where nothing can be fetched. */
const nothing = `blob:${location.origin}/held`;
own.add(nothing);

/**
 * @param {(address: string) => boolean} holds
 * @returns {import('./hooks.js').Hooks}
 */
export const calls = (holds) => (view, wrap, stand) => {
  const held = sure(holds, true);
  const rejected = view.Promise.reject.bind(view.Promise);
  wrap(view, 'fetch', 'value', (original) => ({
    hook(input, ...rest) {
      if (!arguments.length) return apply(original, this, arguments);
      const request = input && typeof input === 'object' && 'url' in input;
      const address = request ? input.url : `${input}`;
      if (held(address)) return rejected(new view.TypeError('Failed to fetch'));
      return apply(original, this, [request ? input : address, ...rest]);
    },
  }));

  wrap(view.XMLHttpRequest.prototype, 'open', 'value', (original) => ({
    hook(method, address, ...rest) {
      if (arguments.length < 2) return apply(original, this, arguments);
      address = `${address}`;
      const shut = held(address);
      const result = apply(original, this, [method, shut ? nowhere : address, ...rest]);
      running('XMLHttpRequest', this, shut ? '' : address);
      return result;
    },
  }));

  wrap(view.Navigator.prototype, 'sendBeacon', 'value', (original) => ({
    hook(address, ...rest) {
      if (!arguments.length) return apply(original, this, arguments);
      address = `${address}`;
      return held(address) || apply(original, this, [address, ...rest]);
    },
  }));

  wrap(view, 'fetchLater', 'value', (original) => ({
    hook(input, ...rest) {
      if (!arguments.length) return apply(original, this, arguments);
      return apply(original, this, [held(`${input?.url ?? input}`) ? nowhere : input, ...rest]);
    },
  }));

  wrap(view.ServiceWorkerContainer?.prototype, 'register', 'value', (original) => ({
    hook(address) {
      if (arguments.length && held(`${address}`)) return rejected(new view.TypeError('Failed to register a ServiceWorker'));
      return apply(original, this, arguments);
    },
  }));

  for (const [name, instead] of [
    ['WebSocket', 'ws' + nobody],
    ['EventSource', 'http' + nobody],
    ['WebTransport', 'https://held.invalid/'],
    ['Worker', nothing],
    ['SharedWorker', nothing],
  ]) {
    stand(view, name, (/** @type {Function} */ target, /** @type {any[]} */ args, /** @type {Function} */ as) => {
      if (!args.length) return construct(target, args, as);
      const [address, ...rest] = args;
      const text = `${address}`;
      const given = typed(address) ? address : text;
      const shut = held(text);
      const made = construct(target, [!shut ? given : instead === nothing ? scriptURL(nothing) : instead, ...rest], as);
      return running(name, made, shut ? '' : text);
    });
  }

  /** Of the servers that help to find a peer, those that may be asked. @param {any[]} args */
  const peers = ([options, ...rest]) => {
    const servers = attempt(() => [...options.iceServers].filter(({ urls, url }) => ![urls ?? url].flat().some((address) => held(`${address}`))));
    return [servers ? { ...options, iceServers: servers } : options, ...rest];
  };
  for (const name of ['webkitRTCPeerConnection', 'RTCPeerConnection']) {
    stand(view, name, (/** @type {Function} */ target, /** @type {any[]} */ args, /** @type {Function} */ as) => construct(target, peers(args), as));
  }
  wrap(view.RTCPeerConnection?.prototype, 'setConfiguration', 'value', (original) => ({
    hook(...args) {
      return apply(original, this, args.length ? peers(args) : args);
    },
  }));

  /** @param {any} form @param {any} [button] */
  const sends = (form, button) => held(button?.getAttribute('formaction') ?? apply(attribute, form, ['action']) ?? '');
  wrap(view.HTMLFormElement.prototype, 'submit', 'value', (original) => ({
    hook() {
      if (!(this instanceof view.HTMLFormElement) || !sends(this)) apply(original, this, arguments);
    },
  }));
  view.addEventListener('submit', (/** @type {SubmitEvent} */ event) => sends(event.target, event.submitter) && event.preventDefault(), true);
};
