/*
 * Databases, caches, private files and service workers, by name; in storage buckets, too,
 * whose prototypes are the same.
 */
import { AREA_CACHES, AREA_DATABASES, AREA_WORKERS } from '../../jsbridge/kinds.js';
import { apply, attempt, baseURI, free, reads, URL, visit, listen } from '../safe/builtins.js';
import { typed } from '../safe/trust.js';
import { running } from './running.js';

const stop = free(Event.prototype.stopImmediatePropagation);
const abort = free(IDBTransaction.prototype.abort);
const result = reads(IDBRequest.prototype, 'result');
const transaction = reads(IDBRequest.prototype, 'transaction');
const pathname = reads(URL.prototype, 'pathname');
const nameOf = attempt(() => reads(FileSystemHandle.prototype, 'name'));

const nothing = () => {};

/** @param {import('./hooks.js').Judge} judge @returns {import('./hooks.js').Hooks} */
export const databases = (judge) => (view, wrap) => {
  const { Promise } = view;
  const { reject: refuse } = Promise;
  /** @param {any} reason */
  const reject = (reason) => apply(refuse, Promise, [reason]);
  const { DOMException, TypeError } = view;
  const insecure = () => reject(new DOMException('The operation is insecure.', 'SecurityError'));

  wrap(view.IDBFactory?.prototype, 'open', 'value', (original) => ({
    hook(...args) {
      if (!args.length) return apply(original, this, args);
      const name = (args[0] = `${args[0]}`);
      const held = !judge(AREA_DATABASES, name, nothing, view);
      const request = apply(original, this, held ? ['octroi', 1] : args);
      // What is open cannot be erased.
      if (!held) listen(request, 'success', () => running('Database', result(request), name));
      // Held, it fails as a real one does, and leaves nothing behind.
      else {
        listen(request, 'upgradeneeded', (/** @type {Event} */ event) => {
          stop(event);
          abort(transaction(request));
        });
      }
      return request;
    },
  }));

  wrap(view.CacheStorage?.prototype, 'open', 'value', (original) => ({
    hook(...args) {
      if (!args.length) return apply(original, this, args);
      args[0] = `${args[0]}`;
      return judge(AREA_CACHES, args[0], nothing, view) ? apply(original, this, args) : insecure();
    },
  }));

  // What stands at the root of the private files is a database to who visits.
  visit(['getFileHandle', 'getDirectoryHandle'], (name) => {
    wrap(view.FileSystemDirectoryHandle?.prototype, name, 'value', (original) => ({
      hook(...args) {
        if (!args.length || nameOf?.(this) !== '') return apply(original, this, args);
        args[0] = `${args[0]}`;
        args[1] = { create: !!args[1]?.create };
        return !args[1].create || judge(AREA_DATABASES, args[0], nothing, view) ? apply(original, this, args) : insecure();
      },
    }));
  });

  wrap(view.ServiceWorkerContainer?.prototype, 'register', 'value', (original) => ({
    hook(...args) {
      if (!args.length) return apply(original, this, args);
      const script = `${args[0]}`;
      if (!typed(args[0])) args[0] = script;
      const path = attempt(() => pathname(new URL(script, baseURI(view.document))));
      /** @param {any} verdict */
      const go = (verdict) => (verdict ? apply(original, this, args) : reject(new TypeError('Failed to register a ServiceWorker')));
      /** @type {(promise: any) => void} */
      let resolve = nothing;
      const verdict = path === undefined ? [] : judge(AREA_WORKERS, path, () => resolve(go(judge(AREA_WORKERS, path, nothing, view))), view);
      return verdict === null ? new Promise((/** @type {typeof resolve} */ now) => (resolve = now)) : go(verdict);
    },
  }));
};
