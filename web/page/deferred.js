/*
 * Loads the deferred part, octroi.rest.js. It holds the code of the engine and of the page half
 * that most page views do not need.
 */
import * as kinds from '../../jsbridge/kinds.js';
import { build } from 'octroi:engine';
import { language, texts } from 'octroi:texts';
import { emit } from './emit.js';
import { compiled, complete } from './engine.js';
import { bring, cure, elementOf, script, self } from './files.js';

/**
 * What octroi.rest.js brings.
 *
 * @typedef {object} Deferred
 * @property {string} build that the file is of
 * @property {string} css
 * @property {string} texts the built-in language's, as JSON
 * @property {typeof import('../ui/embeds.js').embeds} embeds
 * @property {typeof import('./inventory.js').inventory} inventory
 * @property {typeof import('../ui/device.js').list} list
 * @property {typeof import('../ui/reveal.js').reveal} reveal
 * @property {typeof import('./conflicts.js').conflicts} conflicts
 * @property {typeof import('../ui/presses.js').watchPresses} watchPresses
 * @property {(ready: (module: WebAssembly.Module) => void, failed: () => void) => void} compile compiles the engine's deferred part
 * @property {WebAssembly.Module} [module] the engine's deferred part; missing if the engine runs as JavaScript
 */

/** The deferred part, once it is installed. @type {Deferred | undefined} */
export let deferred;
/** Returns the built-in language's texts, as JSON: all of them once the deferred part has brought them. */
export const builtIn = () => (deferred ? deferred.texts : texts);
/** Functions that are called once the deferred part is installed, or cannot be. @type {((here: boolean) => void)[] | undefined} */
let deferredWaiters;
/** @type {(part: Deferred) => void} */
let installed = () => {};

/** Sets the function that installs what the deferred part brings to the page half. @param {typeof installed} then */
export const onInstalled = (then) => void (installed = then);

/** Adds the deferred part to the engine, if it is installed. */
export const completeEngine = () => {
  if (deferred) complete(deferred.module, kinds.restCame({ language, texts: deferred.texts }));
};

/**
 * Compiles the deferred part and installs it.
 *
 * @param {Deferred} part
 * @param {() => void} done called in any case
 */
const installDeferred = (part, done) => {
  /** @param {WebAssembly.Module} [module] */
  const finish = (module) => {
    deferred = part;
    deferred.module = module;
    installed(part);
    done();
  };
  // The engine that runs as JavaScript already contains the deferred part.
  if (typeof compiled === 'function') finish();
  else part.compile(finish, done);
};

const file = 'octroi.rest.js';

/** Loads the deferred part, unless it is installed. @param {(here: boolean) => void} then called with whether it is installed */
export const loadDeferred = (then) => {
  if (deferred) return then(true);
  if (deferredWaiters) return void deferredWaiters.push(then);
  deferredWaiters = [then];
  const done = () => {
    const all = deferredWaiters || [];
    deferredWaiters = undefined;
    if (!deferred) {
      console.error('octroi: octroi.rest.js cannot be had' + (self === script?.src ? '' : '; ' + cure));
      emit('error', { reason: 'rest' });
    }
    for (const one of all) one(!!deferred);
  };
  /** Installs what an element's file has brought, if it is of this build. @param {any} element */
  const install = (element) => element?.octroi?.build === build && (installDeferred(element.octroi, done), true);
  // A page that needs the deferred part at once may have loaded it before octroi.js.
  if (!install(elementOf(file))) bring(file, install, done);
};
