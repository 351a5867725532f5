/*
 * Runs the engine: starts it, hands it events, carries out its effects in order, and starts
 * it anew after a crash.
 */
import { apply, isFull, list, setPrototypeOf, slice, takeFirst } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import * as bridge from '../../jsbridge/bridge.js';
import * as kinds from '../../jsbridge/kinds.js';

/**
 * What the engine's events lead to. All of it asks the engine in turn, so page.js connects it.
 *
 * @typedef {object} Parts
 * @property {kinds.Effects} effects
 * @property {(then: (here: boolean) => void) => void} loadDeferred
 * @property {() => void} renewed forgets what the instance before has said
 * @property {() => void} opened adds the deferred part, if it is there
 * @property {(declaration: string) => kinds.Message} beginning the event by which an instance starts
 * @property {(again: boolean) => void} started told whether it starts after a crash
 * @property {(reason: string) => void} closed told when everything is blocked for good
 * @property {() => void} failed told where there is no WebAssembly
 */

/** @type {Parts} */
let parts;
/** @param {Parts} all */
export const connect = (all) => void (parts = all);

/** @type {bridge.Compiled | undefined} */
export let compiled;
/** The instance that runs; none before it starts, and after it has crashed. @type {bridge.Machine | undefined} */
export let machine;
/** @type {string | undefined} */
let declaration;
/** How often it has crashed. */
let traps = 0;

/** Whether a full stack has ended the engine, and no other has come since. */
export let stopped = false;
let renewing = false;

/** An engine that a full stack has ended is built anew where the stack is empty. */
export const renew = () => {
  if (!stopped || renewing) return;
  setTimeout(() => {
    renewing = stopped = false;
    boot();
  }, 0);
  renewing = true;
};

/** The engine is broken: it is built once more from the record, then all stays shut. @param {any} error */
export const broken = (error) => {
  if (isFull(error)) {
    stopped = true;
    machine = undefined;
    renew();
  } else if (traps++) close('trap');
  else boot();
};

/** Without an engine everything is shut, and nothing is asked. @param {string} reason */
export const close = (reason) => {
  machine = undefined;
  parts.renewed();
  todo.length = 0;
  parts.closed(reason);
};

const arrays = Array.prototype;

/** @type {[number, ...string[]][]} */
const todo = list();
let busy = false;

/**
 * Hands over an event and does what the engine says. What answers to an effect lead
 * to comes after what is still to be done, so that the last word is the engine's.
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
          // A page that has bent the DOM must neither see this thrown nor keep the rest,
          // the shutting of gates among it, from being done.
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

/** An effect without its kind; its items are its own. @param {any} effect @returns {string[]} */
const values = (effect) => {
  const all = list();
  for (let i = 1; i < effect.length; i++) all[i - 1] = effect[i];
  return setPrototypeOf(all, arrays);
};

/** The engine wants the deferred part, and then perhaps the event again. @param {kinds.Message} event @param {string} again */
const completeFor = (event, again) => {
  if (event[0] !== kinds.START) return parts.loadDeferred((here) => here && again && tell(event));
  // Until then it is as if there were no engine.
  machine = undefined;
  parts.loadDeferred((here) => (here ? boot() : close('rest')));
};

/**
 * Asks; the engine does no more than to note for the report what it refuses.
 *
 * @param {kinds.Message} question
 * @returns {string[] | undefined} a text, and "1" where what was asked about may run
 */
export const ask = (question) => tell(question);

/** What is answered as JSON. @param {kinds.Message} question */
export const learn = (question) => JSON.parse(ask(question)?.[0] || 'null');

/** Whether services and categories are granted, all of them. @param {string} ids */
export const allows = (ids) => {
  try {
    return !!machine && machine.decide(ids) === kinds.ALLOWED;
  } catch (error) {
    broken(error);
    return false;
  }
};

/** Makes the engine and gives it the declaration, once both are there. */
const boot = () => {
  if (!compiled || declaration === undefined) return;
  // Nobody has seen such a page, and what was chosen elsewhere by then is not known yet.
  if (/** @type {any} */ (document).prerendering) return document.addEventListener('prerenderingchange', boot, { once: true });
  machine = undefined;
  parts.renewed();
  todo.length = 0;
  /** @type {bridge.Machine | undefined} */
  let fresh;
  try {
    fresh = machine = bridge.open(compiled);
  } catch {
    if (traps || typeof compiled === 'function') return close('wasm');
    compiled = undefined;
    return parts.failed();
  }
  parts.opened();
  tell(parts.beginning(declaration));
  // It has broken, or waits for the deferred part.
  if (machine === fresh) parts.started(traps > 0);
};

/** The declaration is there. @param {string} text */
export const declare = (text) => {
  // Of what is longer than the engine takes it says so.
  declaration = slice(text, 0, (1 << 22) + 1);
  boot();
};

/** The engine is there. @param {bridge.Compiled} module */
export const ready = (module) => {
  compiled = module;
  boot();
};

/** Adds the deferred part to the engine. @param {WebAssembly.Module | undefined} module @param {kinds.Message} event */
export const complete = (module, event) => {
  if (!machine) return;
  try {
    if (module && typeof compiled !== 'function') machine.complete(module);
  } catch (error) {
    return broken(error);
  }
  tell(event);
};

/** Whose an address is, and whether it is open; nothing where the engine crashes over it. @param {string} address @param {boolean} mine */
export const access = (address, mine) => {
  try {
    return /** @type {bridge.Machine} */ (machine).access(address, mine);
  } catch (error) {
    broken(error);
  }
};
