/*
 * Scripts that run beside the page: workers, service workers, worklets. What they call is
 * their own; but those that the page carries in a blob: or data: address are judged by the
 * addresses that stand in their text.
 */
import { apply, construct, exec, visit } from '../safe/builtins.js';
import { own, scriptURL } from '../safe/trust.js';
import { local } from './local.js';
import { running } from './running.js';
import { literals } from '../core/scripts-text.js';
import { address, instead, rejects, resolve, trustedText } from './values.js';

/** What a worker's script is where nothing can be fetched. */
const nothing = `blob:${location.origin}/held`;
own.add(nothing);

/** The longest script that is read, in bytes; longer ones are held. */
const longest = 1 << 24;

/** @param {import('./values.js').Ask} ask @returns {import('./hooks.js').Hooks} */
export const workers = (ask) => (view, wrap, wrapConstructor) => {
  const { TypeError, DOMException } = view;
  const rejected = rejects(view);

  /** Whether a script is shut, by its address or by one in its text. @param {string} href */
  const shut = (href) => {
    if (!exec(/^(blob|data):/, href)) return ask.held(view, href);
    const found = local(href, longest);
    return !found || literals(found.text, (text) => exec(/^(https?:|wss?:|\/\/)/i, text) && ask.held(view, text));
  };
  /** A script's address in a call's arguments, read once. @param {any[]} args */
  const read = (args) => {
    const text = trustedText(args[0]);
    // What the page's policy trusts must stay what it is.
    if (text === undefined) args[0] = address(view, args[0]);
    return resolve(view, text ?? args[0]);
  };

  visit(['Worker', 'SharedWorker'], (name) => {
    wrapConstructor(view, name, (target, args, as) => {
      if (!args.length) return construct(target, args, as);
      const own = read(args);
      const held = shut(own);
      if (held) args[0] = scriptURL(nothing);
      return running(name, construct(target, args, as), held ? '' : own);
    });
  });

  /** @param {any} object @param {string} name @param {() => any} error */
  const modules = (object, name, error) =>
    wrap(object, name, 'value', (original) => ({
      hook(...args) {
        if (args.length) {
          try {
            if (shut(read(args))) return rejected(error());
          } catch (thrown) {
            return rejected(thrown);
          }
        }
        return apply(original, this, args);
      },
    }));
  const missing = () => new DOMException("Unable to load a worklet's module.", 'AbortError');
  modules(view.Worklet?.prototype, 'addModule', missing);
  modules(view.SharedStorageWorklet?.prototype, 'addModule', missing);
  modules(view.SharedStorage?.prototype, 'createWorklet', missing);

  wrap(view.ServiceWorkerContainer?.prototype, 'register', 'value', (original) => ({
    hook(...args) {
      if (args.length) {
        try {
          if (shut(read(args))) return rejected(new TypeError('Failed to register a ServiceWorker'));
          const scope = args[1]?.scope;
          if (scope !== undefined) args[1] = instead(args[1], 'scope', `${scope}`);
        } catch (thrown) {
          return rejected(thrown);
        }
      }
      return apply(original, this, args);
    },
  }));
};
