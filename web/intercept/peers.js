/*
 * Connections to peers: the servers that help to find them, and the addresses at which they
 * are said to be.
 */
import { apply, attempt, construct, exec, indexOf, slice } from '../safe.js';
import { each, instead, isSequence, rejects, sequence } from './values.js';

/** Foundation, component, transport, priority, then address and port (RFC 8839, section 5.1). */
const candidacy = /^(?:a=)?candidate:\S+ +\S+ +\S+ +\S+ +(\S+) +(\d+)/i;

/** @param {import('./values.js').Ask} ask @returns {import('../hooks.js').Hooks} */
export const peers = (ask) => (view, wrap, stand) => {
  const rejected = rejects(view);
  const { Promise } = view;
  const { resolve } = Promise;

  /** A server as it is read once, nothing where it is shut. @param {any} server */
  const allowed = (server) => {
    let held = false;
    /** @param {any} value */
    const judged = (value) => {
      const text = `${value}`;
      held = ask.held(view, text) || held;
      return text;
    };
    for (const name of ['urls', 'url']) {
      const given = server?.[name];
      if (given !== undefined) server = instead(server, name, isSequence(given) ? sequence(each(given, judged)) : judged(given));
    }
    return held ? undefined : server;
  };
  /** Leaves the servers that may be asked. @param {any[]} args */
  const filter = (args) => {
    const servers = args[0]?.iceServers;
    if (servers !== undefined) args[0] = instead(args[0], 'iceServers', sequence(each(servers, allowed)));
    return args;
  };
  for (const name of ['webkitRTCPeerConnection', 'RTCPeerConnection']) stand(view, name, (target, args, as) => construct(target, filter(args), as));

  const prototype = view.RTCPeerConnection?.prototype;
  wrap(prototype, 'setConfiguration', 'value', (original) => ({
    hook(...args) {
      return apply(original, this, filter(args));
    },
  }));

  /** Whether a peer is said to be where nothing may be sent. @param {string} line */
  const distant = (line) => {
    const found = exec(candidacy, line);
    return !!found && ask.held(view, `stun:${indexOf(found[1], ':') < 0 ? found[1] : `[${found[1]}]`}:${found[2]}`);
  };

  wrap(prototype, 'addIceCandidate', 'value', (original) => ({
    hook(...args) {
      const given = args[0];
      if (given && typeof given === 'object') {
        try {
          const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = given;
          const line = candidate === undefined ? '' : `${candidate}`;
          if (distant(line)) {
            // As a peer that does not answer.
            if (typeof args[1] === 'function') attempt(() => view.queueMicrotask(args[1]));
            return apply(resolve, Promise, [undefined]);
          }
          args[0] = { candidate: line, sdpMid, sdpMLineIndex, usernameFragment };
        } catch (thrown) {
          return rejected(thrown);
        }
      }
      return apply(original, this, args);
    },
  }));

  /** A description without the peers that are shut. @param {string} sdp */
  const thinned = (sdp) => {
    let kept = '';
    for (let from = 0; from < sdp.length;) {
      let to = indexOf(sdp, '\n', from) + 1;
      if (!to) to = sdp.length;
      const line = slice(sdp, from, to);
      if (!distant(line)) kept += line;
      from = to;
    }
    return kept;
  };
  wrap(prototype, 'setRemoteDescription', 'value', (original) => ({
    hook(...args) {
      const given = args[0];
      if (given && typeof given === 'object') {
        try {
          const { type, sdp } = given;
          args[0] = sdp === undefined ? { type } : { type, sdp: thinned(`${sdp}`) };
        } catch (thrown) {
          return rejected(thrown);
        }
      }
      return apply(original, this, args);
    },
  }));
};
