/*
 * Runs the engine: starts it, hands it events, carries out its effects in order, and starts a new
 * one after a crash.
 */
import { apply, attempt, isFull, list, setPrototypeOf, slice, takeFirst } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import * as bridge from '../../jsbridge/bridge.js';
import * as kinds from '../../jsbridge/kinds.js';

/**
 * What this file calls. Each part of it asks the engine in turn, so page.js connects them.
 *
 * @typedef {object} Parts
 * @property {kinds.Effects} effects
 * @property {(then: (here: boolean) => void) => void} loadDeferred loads octroi.rest.js
 * @property {() => void} renewed forgets the verdicts of the engine before
 * @property {() => void} opened adds the deferred part to a new engine, if that part is installed
 * @property {(declaration: string) => kinds.Message} beginning makes the event that starts an engine
 * @property {(again: boolean) => void} started called when an engine has started; again: after a crash
 * @property {(reason: string) => void} closed called when there is no engine for the rest of the page: everything stays blocked
 * @property {() => void} failed called if the browser has no WebAssembly
 */

/** @type {Parts} */
let parts;
/** Connects the engine with the rest of the page half. @param {Parts} all */
export const connect = (all) => void (parts = all);

/** The engine's code, once it is there. @type {bridge.Compiled | undefined} */
export let compiled;
/** The running engine; none before it starts and after it has crashed. @type {bridge.Machine | undefined} */
export let machine;
/** Loads the engine while the page goes on, where that waits until somebody wants it. */
export let want = () => {};
/** Loads it before the page goes on. */
export let wantNow = () => {};
/** Sets what loads the engine. @param {() => void} load @param {() => void} loadNow */
export const onWanted = (load, loadNow) => {
  want = load;
  wantNow = loadNow;
};
/** Whether an engine has started, or never will: from then on nothing is judged ahead of it. */
export let begun = false;
/** What waits for the engine. @type {List<() => void>} */
let waiting = list();
/** Does something once the engine is there. In the drop-in it is, or never comes. @param {() => void} then */
export const whenRunning = (then) => {
  if (!COMPILED || machine) return then();
  waiting[waiting.length] = then;
  want();
};

/** The site's declaration, once it is there. @type {string | undefined} */
let declaration;
/** Returns the declaration, once it is there. */
export const declared = () => declaration;
/** How many engines of this page have crashed. */
let traps = 0;

/** Whether the engine has ended for want of stack, and no new one has started since. */
export let stopped = false;
/** Whether a new engine is going to start. */
let renewing = false;

/** Starts a new engine in the place of one that has ended for want of stack: in a new task, where the stack is empty. */
export const renew = () => {
  if (!stopped || renewing) return;
  setTimeout(() => {
    renewing = stopped = false;
    boot();
  }, 0);
  renewing = true;
};

/** Starts a new engine after a crash, from the record; after a second crash everything stays blocked. @param {any} error */
export const broken = (error) => {
  if (isFull(error)) {
    stopped = true;
    machine = undefined;
    renew();
  } else if (traps++) close('trap');
  else boot();
};

/** Ends without an engine: everything stays blocked and the visitor is not asked. @param {string} reason of the event `octroi:error` */
export const close = (reason) => {
  if (COMPILED) begun = true;
  machine = undefined;
  parts.renewed();
  todo.length = 0;
  parts.closed(reason);
};

const arrays = Array.prototype;

/** Effects that are not carried out yet. @type {List<[number, ...string[]]>} */
const todo = list();
/** Whether effects are being carried out. */
let busy = false;

/**
 * Hands an event to the engine and carries out its effects. An effect may send an event in turn:
 * the effects of that event come last, so that the engine's latest word stands.
 *
 * @param {kinds.Message} event
 * @returns {string[] | undefined} the reply to a question, or the verdict on a write
 */
export const tell = (event) => {
  /** @type {string[] | undefined} */
  let reply;
  let again = false;
  try {
    const all = machine ? machine.handle(event[0], event[1]) : list();
    if (!machine) renew();
    for (let i = 0; i < all.length; i++) {
      const effect = all[i];
      if (effect[0] === kinds.ALLOW_WRITE) reply = effect.length > 1 ? [effect[1], effect[2]] : [];
      else if (effect[0] === kinds.REPLY) reply = values(effect);
      else if (effect[0] === kinds.RETRY_WRITE) again = true;
      else if (effect[0] === kinds.LOAD_DEFERRED) completeFor(event, effect[1]);
      else todo[todo.length] = effect;
    }
  } catch (error) {
    broken(error);
  }
  if (!busy) {
    busy = true;
    try {
      while (todo.length) {
        const effect = takeFirst(todo);
        try {
          apply(/** @type {any} */ (parts.effects)[effect[0]], undefined, values(effect));
        } catch (error) {
          // Reports the error later, and goes on: a page that has replaced DOM methods must not
          // see the error, nor prevent effects such as the shutting of gates.
          setTimeout(() => {
            throw error;
          });
        }
      }
    } finally {
      busy = false;
    }
  }
  return again ? tell(event) : reply;
};

/** Returns the arguments of an effect. @param {any} effect @returns {string[]} */
const values = (effect) => {
  const all = list();
  for (let i = 1; i < effect.length; i++) all[i - 1] = effect[i];
  return setPrototypeOf(all, arrays);
};

/** Loads the deferred part for an event that needs it. @param {kinds.Message} event @param {string} again not "" if the engine wants the event again then */
const completeFor = (event, again) => {
  if (event[0] !== kinds.START) return parts.loadDeferred((here) => here && again && tell(event));
  // Without its deferred part this engine cannot start: there is none until then.
  machine = undefined;
  parts.loadDeferred((here) => (here ? boot() : close('rest')));
};

/**
 * Asks the engine a question. The answer changes nothing but the report, which notes what was
 * blocked.
 *
 * @param {kinds.Message} question
 * @returns {string[] | undefined} a text, then "1" if what was asked about may run
 */
export const ask = (question) => {
  if (COMPILED && !machine) want();
  return tell(question);
};

/** Asks a question whose answer is JSON, and returns the value. @param {kinds.Message} question */
export const learn = (question) => JSON.parse(ask(question)?.[0] || 'null');

/** Whether all of these services and categories are granted. @param {string} ids */
export const allows = (ids) => {
  try {
    return !!machine && machine.decide(ids) === kinds.ALLOWED;
  } catch (error) {
    broken(error);
    return false;
  }
};

/** Starts an engine, if its code and the declaration are there. @param {WebAssembly.Instance} [instance] of the code, where it is made already */
const boot = (instance) => {
  if (!compiled || declaration === undefined) return;
  // Waits while the page is prerendered: nobody sees it, and the visitor may choose elsewhere meanwhile.
  if (/** @type {any} */ (document).prerendering) return document.addEventListener('prerenderingchange', () => boot(), { once: true });
  machine = undefined;
  parts.renewed();
  todo.length = 0;
  /** @type {bridge.Machine | undefined} */
  let fresh;
  try {
    fresh = machine = bridge.open(compiled, instance);
    if (COMPILED) begun = true;
  } catch {
    if (typeof compiled === 'function') return close('wasm');
    if (COMPILED && !instance) return bootLater(compiled);
    return bootPlain();
  }
  parts.opened();
  tell(parts.beginning(declaration));
  // Otherwise the engine has crashed, or waits for the deferred part.
  if (machine === fresh) parts.started(traps > 0);
  if (COMPILED && machine) {
    const all = waiting;
    waiting = list();
    for (let i = 0; i < all.length; i++) all[i]();
  }
};

/** Starts an engine that is too large to be made at once. @param {WebAssembly.Module} module */
const bootLater = (module) => {
  /** @param {WebAssembly.Instance} instance */
  const made = (instance) => machine || (instance ? boot(instance) : bootPlain());
  if (!attempt(() => bridge.prepare(module).then(made, bootPlain))) bootPlain();
};

/** Has the engine come as JavaScript, unless it has crashed before. */
const bootPlain = () => {
  if (traps) return close('wasm');
  compiled = undefined;
  parts.failed();
};

/** Takes the declaration and starts the engine if its code is there. @param {string} text JSON */
export const declare = (text) => {
  // Cuts the text one character behind the engine's limit of 4 MiB: the engine then reports that it is too long.
  declaration = slice(text, 0, (1 << 22) + 1);
  boot();
};

/**
 * Takes the engine's code and starts the engine if the declaration is there.
 *
 * @param {bridge.Compiled} module
 * @param {string} [text] the declaration, where it is none that has one in its memory
 */
export const ready = (module, text) => {
  compiled = module;
  declaration = text || declaration;
  boot();
};

/** Adds the deferred part to the running engine. @param {WebAssembly.Module | undefined} module @param {kinds.Message} event tells the engine of it */
export const complete = (module, event) => {
  if (!machine) return;
  try {
    if (module && typeof compiled !== 'function') machine.complete(module);
  } catch (error) {
    return broken(error);
  }
  tell(event);
};

/** Asks for the verdict on an address; returns none if the engine crashes over it. @param {string} address @param {boolean} mine whether it is of the page's own host */
export const access = (address, mine) => {
  try {
    return /** @type {bridge.Machine} */ (machine).access(address, mine);
  } catch (error) {
    broken(error);
  }
};
