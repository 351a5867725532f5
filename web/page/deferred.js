/*
 * Loads the deferred part, octroi.rest.js: what of the engine and of this half most page views
 * do without.
 */
import { attempt } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import * as kinds from '../../jsbridge/kinds.js';
import { language } from 'octroi:texts';
import { emit } from './emit.js';
import { compiled, complete } from './engine.js';
import { cure, runFile, script, self } from './files.js';

/**
 * @typedef {object} Deferred
 * @property {string} css
 * @property {string} texts
 * @property {typeof import('../ui/embeds.js').embeds} embeds
 * @property {typeof import('./inventory.js').inventory} inventory
 * @property {typeof import('../ui/reveal.js').reveal} reveal
 * @property {(ready: (module: WebAssembly.Module) => void, failed: () => void) => void} compile
 * @property {WebAssembly.Module} [module]
 */

/** The deferred part, once it has come. @type {Deferred | undefined} */
export let deferred;
/** What waits for it, and is told whether it has come. @type {((here: boolean) => void)[] | undefined} */
let deferredWaiters;
/** @type {(came: Deferred) => void} */
let installed = () => {};

/** What is done with the deferred part as it comes. @param {typeof installed} then */
export const onInstalled = (then) => void (installed = then);

/** Adds the deferred part to an engine. */
export const completeEngine = () => {
  if (deferred) complete(deferred.module, kinds.restCame({ language, texts: deferred.texts }));
};

/**
 * Takes the deferred part in, once it is compiled.
 *
 * @param {Deferred} came
 * @param {() => void} done
 */
const installDeferred = (came, done) => {
  /** @param {WebAssembly.Module} [module] */
  const here = (module) => {
    deferred = came;
    deferred.module = module;
    installed(came);
    done();
  };
  // The engine in JavaScript is whole.
  if (typeof compiled === 'function') here();
  else came.compile(here, done);
};

/** Loads the deferred part, unless it is there. @param {(here: boolean) => void} then */
export const loadDeferred = (then) => {
  if (deferred) return then(true);
  if (deferredWaiters) return void deferredWaiters.push(then);
  deferredWaiters = [then];
  const done = () => {
    const all = deferredWaiters || [];
    deferredWaiters = undefined;
    if (!deferred) {
      // Firefox fails what still loads when a page is left; who stays hears of it.
      setTimeout(() => console.error('octroi: octroi.rest.js cannot be had' + (self === script?.src ? '' : '; ' + cure)), 1000);
      emit('error', { reason: 'rest' });
    }
    for (const one of all) one(!!deferred);
  };
  // A page that needs it from the start has it stand before the drop-in.
  /** @type {any} */
  const before = document.querySelector('script[src$="octroi.rest.js"]');
  if (before?.octroi) return installDeferred(before.octroi, done);
  const element = attempt(() => runFile('octroi.rest.js'));
  if (!element) return done();
  element.onload = element.onerror = () => (element.octroi ? installDeferred(element.octroi, done) : done());
};
