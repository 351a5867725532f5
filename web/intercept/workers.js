/*
 * Scripts that run beside the page: workers, service workers, worklets. The hooks of a page do
 * not reach what such a script calls. A script that the page carries in a blob: or data:
 * address is judged by the addresses in its text.
 */
import { apply, construct, exec, visit } from '../safe/builtins.js';
import { own, scriptURL } from '../safe/trust.js';
import { local } from './local.js';
import { running } from './running.js';
import { literals } from '../core/scripts-text.js';
import { address, instead, resolve, trustedText } from './values.js';
import { wrap, wrapConstructor } from './wrap.js';

/** @typedef {import('./requests.js').Realm} Realm */

/** The address that a held worker's script gets, where nothing can be fetched. */
const nothing = `blob:${location.origin}/held`;
own.add(nothing);

/** The longest script that is read, in bytes. A longer script is held. */
const longest = 1 << 24;

/** Whether a script is held, by its address or by an address in its text. @param {Realm} realm @param {string} href */
const isHeld = ({ ask, view }, href) => {
  if (!exec(/^(blob|data):/, href)) return ask.held(view, href);
  const found = local(href, longest);
  return !found || literals(found.text, (text) => exec(/^(https?:|wss?:|\/\/)/i, text) && ask.held(view, text));
};

/** Reads a script's address in a call's first argument, once. @param {Realm} realm @param {any[]} args */
const readAddress = ({ view }, args) => {
  const text = trustedText(args[0]);
  // A value that a policy of the page trusts loses its trust if it is replaced by a text.
  if (text === undefined) args[0] = address(view, args[0]);
  return resolve(view, text ?? args[0]);
};

/** @param {Realm} realm */
const hookConstructors = (realm) =>
  visit(['Worker', 'SharedWorker'], (name) =>
    wrapConstructor(realm.view, name, (target, args, as) => {
      if (!args.length) return construct(target, args, as);
      const href = readAddress(realm, args);
      const held = isHeld(realm, href);
      if (held) args[0] = scriptURL(nothing);
      return running(name, construct(target, args, as), held ? '' : href);
    }),
  );

/**
 * Hooks a method that loads a script, and returns a promise.
 *
 * @param {Realm} realm
 * @param {any} object
 * @param {string} name
 * @param {() => any} error makes the reason of rejection if the script is held
 * @param {(args: any[]) => void} [read] reads further arguments, once
 */
const hookLoader = (realm, object, name, error, read) =>
  wrap(object, name, 'value', (original) => ({
    hook(...args) {
      if (args.length) {
        try {
          if (isHeld(realm, readAddress(realm, args))) return realm.rejected(error());
          read?.(args);
        } catch (thrown) {
          return realm.rejected(thrown);
        }
      }
      return apply(original, this, args);
    },
  }));

/** @param {any[]} args */
const readScope = (args) => {
  const scope = args[1]?.scope;
  if (scope !== undefined) args[1] = instead(args[1], 'scope', `${scope}`);
};

/** @param {Realm} realm */
export const hookWorkers = (realm) => {
  const { view } = realm;
  const { TypeError, DOMException } = view;
  const noModule = () => new DOMException("Unable to load a worklet's module.", 'AbortError');
  const noWorker = () => new TypeError('Failed to register a ServiceWorker');
  hookConstructors(realm);
  hookLoader(realm, view.Worklet?.prototype, 'addModule', noModule);
  hookLoader(realm, view.SharedStorageWorklet?.prototype, 'addModule', noModule);
  hookLoader(realm, view.SharedStorage?.prototype, 'createWorklet', noModule);
  hookLoader(realm, view.ServiceWorkerContainer?.prototype, 'register', noWorker, readScope);
};
