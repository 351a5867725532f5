/*
 * Connections to peers: the servers that help to find them, and the addresses at which they
 * are said to be.
 */
import { apply, attempt, construct, exec, indexOf, list, slice, visit } from '../safe/builtins.js';
import { running } from './running.js';
import { each, instead, isSequence, rejects, sequence } from './values.js';

/** Foundation, component, transport, priority, then address and port (RFC 8839, section 5.1). */
const candidacy = /^(?:a=)?candidate:\S+ +\S+ +\S+ +\S+ +(\S+) +(\d+)/i;

/** @param {import('./values.js').Ask} ask @returns {import('./hooks.js').Hooks} */
export const peers = (ask) => (view, wrap, wrapConstructor) => {
  const rejected = rejects(view);
  const { Promise } = view;
  const { resolve } = Promise;

  /** A server as it is read once, nothing where it is shut. @param {any} server @param {string[]} asked gets its addresses */
  const allowed = (server, asked) => {
    let held = false;
    const before = asked.length;
    /** @param {any} value */
    const judged = (value) => {
      const text = `${value}`;
      held = ask.held(view, text) || held;
      asked[asked.length] = text;
      return text;
    };
    visit(['urls', 'url'], (name) => {
      const given = server?.[name];
      if (given !== undefined) server = instead(server, name, isSequence(given) ? sequence(each(given, judged)) : judged(given));
    });
    if (!held) return server;
    asked.length = before;
  };
  /** Leaves the servers that may be asked, and tells their addresses. @param {any[]} args @returns {string[]} */
  const filter = (args) => {
    /** @type {string[]} */
    const asked = list();
    const servers = args[0]?.iceServers;
    if (servers !== undefined) args[0] = instead(args[0], 'iceServers', sequence(each(servers, (server) => allowed(server, asked))));
    return asked;
  };
  /** @param {any} peer @param {string[]} asked */
  const begun = (peer, asked) => {
    for (let i = 0; i < asked.length; i++) running('RTCPeerConnection', peer, asked[i]);
    return peer;
  };
  visit(['webkitRTCPeerConnection', 'RTCPeerConnection'], (name) => {
    wrapConstructor(view, name, (target, args, as) => {
      const asked = filter(args);
      return begun(construct(target, args, as), asked);
    });
  });

  const prototype = view.RTCPeerConnection?.prototype;
  wrap(prototype, 'setConfiguration', 'value', (original) => ({
    hook(...args) {
      const asked = filter(args);
      const result = apply(original, this, args);
      begun(this, asked);
      return result;
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
