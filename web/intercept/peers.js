/*
 * Connections to peers (WebRTC): the servers that help to find a peer, and the addresses at
 * which a peer is said to be.
 */
import { apply, attempt, construct, exec, indexOf, list, slice, visit } from '../safe/builtins.js';
import { running } from './running.js';
import { each, instead, isSequence, sequence } from './values.js';
import { wrap, wrapConstructor } from './wrap.js';

/** @typedef {import('./requests.js').Realm} Realm */

/** A candidate: foundation, component, transport, priority, then address and port (RFC 8839, section 5.1). */
const candidacy = /^(?:a=)?candidate:\S+ +\S+ +\S+ +\S+ +(\S+) +(\d+)/i;

/**
 * Reads a server once. Returns nothing if one of its addresses is held, because the browser
 * may ask any of them.
 *
 * @param {Realm} realm
 * @param {any} server
 * @param {List<string>} asked gets the addresses of a server that is returned
 */
const allowedServer = ({ ask, view }, server, asked) => {
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

/** Removes the servers that are held from a configuration. Returns the addresses of the others. @param {Realm} realm @param {any[]} args */
const filterServers = (realm, args) => {
  /** @type {List<string>} */
  const asked = list();
  const servers = args[0]?.iceServers;
  if (servers !== undefined) args[0] = instead(args[0], 'iceServers', sequence(each(servers, (server) => allowedServer(realm, server, asked))));
  return asked;
};

/** Notes that a connection may use these servers. @param {any} peer @param {List<string>} asked */
const noteServers = (peer, asked) => {
  for (let i = 0; i < asked.length; i++) running('RTCPeerConnection', peer, asked[i]);
  return peer;
};

/** @param {Realm} realm */
const hookServers = (realm) => {
  const { view } = realm;
  visit(['webkitRTCPeerConnection', 'RTCPeerConnection'], (name) =>
    wrapConstructor(view, name, (target, args, as) => {
      const asked = filterServers(realm, args);
      return noteServers(construct(target, args, as), asked);
    }),
  );
  wrap(view.RTCPeerConnection?.prototype, 'setConfiguration', 'value', (original) => ({
    hook(...args) {
      const asked = filterServers(realm, args);
      const result = apply(original, this, args);
      noteServers(this, asked);
      return result;
    },
  }));
};

/** Whether a line is a candidate at an address that is held. @param {Realm} realm @param {string} line */
const isHeldCandidate = ({ ask, view }, line) => {
  const found = exec(candidacy, line);
  return !!found && ask.held(view, `stun:${indexOf(found[1], ':') < 0 ? found[1] : `[${found[1]}]`}:${found[2]}`);
};

/** @param {Realm} realm */
const hookCandidates = (realm) => {
  const { view, rejected } = realm;
  const { Promise } = view;
  const { resolve } = Promise;
  wrap(view.RTCPeerConnection?.prototype, 'addIceCandidate', 'value', (original) => ({
    hook(...args) {
      const given = args[0];
      if (given && typeof given === 'object') {
        try {
          const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = given;
          const line = candidate === undefined ? '' : `${candidate}`;
          if (isHeldCandidate(realm, line)) {
            // The call succeeds, as it does for a peer that does not answer.
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
};

/** Removes the lines that are candidates at held addresses from a description. @param {Realm} realm @param {string} sdp */
const withoutHeld = (realm, sdp) => {
  let text = '';
  for (let from = 0; from < sdp.length;) {
    const to = indexOf(sdp, '\n', from) + 1 || sdp.length;
    const line = slice(sdp, from, to);
    if (!isHeldCandidate(realm, line)) text += line;
    from = to;
  }
  return text;
};

/** @param {Realm} realm */
const hookDescriptions = (realm) =>
  wrap(realm.view.RTCPeerConnection?.prototype, 'setRemoteDescription', 'value', (original) => ({
    hook(...args) {
      const given = args[0];
      if (given && typeof given === 'object') {
        try {
          const { type, sdp } = given;
          args[0] = sdp === undefined ? { type } : { type, sdp: withoutHeld(realm, `${sdp}`) };
        } catch (thrown) {
          return realm.rejected(thrown);
        }
      }
      return apply(original, this, args);
    },
  }));

/** @param {Realm} realm */
export const hookPeers = (realm) => {
  hookServers(realm);
  hookCandidates(realm);
  hookDescriptions(realm);
};
