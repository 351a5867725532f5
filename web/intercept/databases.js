/*
 * Databases, caches, private files and service workers. Each is judged by its name, also in a
 * storage bucket, because buckets have the same prototypes.
 */
import { AREA_CACHES, AREA_DATABASES, AREA_WORKERS } from '../../jsbridge/kinds.js';
import { apply, attempt, baseURI, free, reads, URL, visit, listen } from '../safe/builtins.js';
import { typed } from '../safe/trust.js';
import { running } from './running.js';
import { rejects } from './values.js';
import { wrap } from './wrap.js';

/** @typedef {import('./hooks.js').Judge} Judge */

const stop = free(Event.prototype.stopImmediatePropagation);
const abort = free(IDBTransaction.prototype.abort);
const result = reads(IDBRequest.prototype, 'result');
const transaction = reads(IDBRequest.prototype, 'transaction');
const pathname = reads(URL.prototype, 'pathname');
const nameOf = attempt(() => reads(FileSystemHandle.prototype, 'name'));

const nothing = () => {};

/** Makes the rejected promise of a blocked call. @param {any} view @returns {() => any} */
const insecure = (view) => {
  const { DOMException } = view;
  const reject = rejects(view);
  return () => reject(new DOMException('The operation is insecure.', 'SecurityError'));
};

/** @param {Judge} judge @param {any} view */
const hookDatabases = (judge, view) =>
  wrap(view.IDBFactory?.prototype, 'open', 'value', (original) => ({
    hook(...args) {
      if (!args.length) return apply(original, this, args);
      const name = (args[0] = `${args[0]}`);
      const blocked = !judge(AREA_DATABASES, name, nothing, view);
      const request = apply(original, this, blocked ? ['octroi', 1] : args);
      if (blocked) {
        // An upgrade that is aborted fails as a real request does, and leaves no database behind.
        listen(request, 'upgradeneeded', (/** @type {Event} */ event) => {
          stop(event);
          abort(transaction(request));
        });
      } else listen(request, 'success', () => running('Database', result(request), name)); // an open database cannot be erased
      return request;
    },
  }));

/** @param {Judge} judge @param {any} view */
const hookCaches = (judge, view) => {
  const reject = insecure(view);
  wrap(view.CacheStorage?.prototype, 'open', 'value', (original) => ({
    hook(...args) {
      if (!args.length) return apply(original, this, args);
      args[0] = `${args[0]}`;
      return judge(AREA_CACHES, args[0], nothing, view) ? apply(original, this, args) : reject();
    },
  }));
};

/** Hooks the origin's private file system, whose files at the root count as databases. @param {Judge} judge @param {any} view */
const hookFiles = (judge, view) => {
  const reject = insecure(view);
  visit(['getFileHandle', 'getDirectoryHandle'], (name) =>
    wrap(view.FileSystemDirectoryHandle?.prototype, name, 'value', (original) => ({
      hook(...args) {
        // Only the root has an empty name.
        if (!args.length || nameOf?.(this) !== '') return apply(original, this, args);
        args[0] = `${args[0]}`;
        args[1] = { create: !!args[1]?.create };
        return !args[1].create || judge(AREA_DATABASES, args[0], nothing, view) ? apply(original, this, args) : reject();
      },
    })),
  );
};

/** @param {Judge} judge @param {any} view */
const hookServiceWorkers = (judge, view) => {
  const { Promise, TypeError } = view;
  const reject = rejects(view);
  wrap(view.ServiceWorkerContainer?.prototype, 'register', 'value', (original) => ({
    hook(...args) {
      if (!args.length) return apply(original, this, args);
      const script = `${args[0]}`;
      if (!typed(args[0])) args[0] = script;
      const path = attempt(() => pathname(new URL(script, baseURI(view.document))));
      /** @param {any} verdict */
      const register = (verdict) => (verdict ? apply(original, this, args) : reject(new TypeError('Failed to register a ServiceWorker')));
      /** @type {(promise: any) => void} */
      let resolve = nothing;
      const again = () => resolve(register(judge(AREA_WORKERS, /** @type {string} */ (path), nothing, view)));
      const verdict = path === undefined ? [] : judge(AREA_WORKERS, path, again, view);
      return verdict === null ? new Promise((/** @type {typeof resolve} */ fulfil) => (resolve = fulfil)) : register(verdict);
    },
  }));
};

/** @param {Judge} judge @returns {import('./hooks.js').Hooks} */
export const databases = (judge) => (view) => {
  hookDatabases(judge, view);
  hookCaches(judge, view);
  hookFiles(judge, view);
  hookServiceWorkers(judge, view);
};
