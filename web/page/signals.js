/*
 * Tells vendors what the engine says of the visitor's choices: calls of what their scripts listen to.
 */
import { apply, bare, hasOwn, list, now, ownKeys, split, visit } from '../safe/builtins.js';
import { early } from './early.js';

const { parse } = JSON;

/** @typedef {[operation: string, target: string, args: any[]]} Call */

/**
 * @typedef {object} Told what a vendor was told
 * @property {string} vendor
 * @property {string} operation
 * @property {string} call its target
 * @property {any[]} arguments
 * @property {number} at Unix time in milliseconds
 * @property {'sent' | 'owed' | 'failed'} state owed: once the vendor's script has run
 */

/** What was told, and what is owed. */
const signals = {
  /** @type {List<Told>} */
  told: list(),
  /** @type {List<[told: Told, call: Call]>} */
  owed: list(),
  /** What closes each vendor that was told something, should the engine end. @type {Record<string, List<Call>>} */
  closing: bare({}),
};

/** How many of the calls that octroi.js of a site has made the engine has told of. */
let toldAhead = 0;
/** How many calls are remembered. */
const remembered = 200;
const { CustomEvent } = window;
const { dispatchEvent } = EventTarget.prototype;

/** Makes an Arguments object: Google's scripts take no list for a command. @type {(...args: any[]) => IArguments} */
const argumentsOf = function () {
  return arguments;
};

/** Makes a function that keeps its calls until the vendor's own takes its place. */
const makeQueue = () => {
  /** @type {any} */
  const queue = function () {
    (queue.q = queue.q || []).push(arguments);
  };
  return queue;
};

/**
 * Carries out a call. Returns false where the vendor's function is not there yet. Throws what the
 * vendor's code throws.
 *
 * @param {Call} call
 */
const carry = ([operation, target, args]) => {
  if (operation === 'event') {
    apply(dispatchEvent, document, [new CustomEvent(target, { detail: args[0] })]);
    return true;
  }
  const names = split(target, '.');
  const last = names[names.length - 1];
  /** @type {any} */
  let holder = window;
  for (let i = 0; i < names.length - 1; i++) {
    if (!holder[names[i]] && operation !== 'call') holder[names[i]] = {};
    holder = holder[names[i]];
    if (!holder) return false;
  }
  if (operation === 'set') holder[last] = args[0];
  else if (operation === 'call') {
    if (typeof holder[last] !== 'function') return false;
    apply(holder[last], holder, args);
  } else if (operation === 'stub') apply((holder[last] ||= makeQueue()), holder, args);
  else {
    const queue = (holder[last] ||= []);
    apply(queue.push, queue, operation === 'flat' ? args : [operation === 'array' ? args : apply(argumentsOf, undefined, args)]);
  }
  return true;
};

/** Calls, where that can be now; tells whether that is over. @param {Told} one @param {Call} call */
const call = (one, call) => {
  try {
    if (!carry(call)) return false;
    one.state = 'sent';
  } catch (error) {
    one.state = 'failed';
    console.error(`octroi: ${one.vendor} was not told: ${one.call} threw`, error);
  }
  one.at = now();
  return true;
};

/** Delivers what is owed, where that can be now. @param {string} [but] the vendor that is owed nothing any more */
export const deliver = (but) => {
  const all = signals.owed;
  if (!all.length) return;
  signals.owed = list();
  visit(all, (owed) => void (owed[0].vendor === but || call(owed[0], owed[1]) || (signals.owed[signals.owed.length] = owed)));
};

/**
 * Tells a vendor something; what it is owed from before is then out of date.
 *
 * @param {string} vendor
 * @param {Call[]} calls
 * @param {boolean} [ahead] whether octroi.js of a site has made these calls, but for those that may be owed
 */
const tellVendor = (vendor, calls, ahead) => {
  deliver(vendor);
  visit(calls, (one) => {
    /** @type {Told} */
    const told = { vendor, operation: one[0], call: one[1], arguments: one[2], at: now(), state: 'owed' };
    if (signals.told.length < remembered) signals.told[signals.told.length] = told;
    if (ahead && one[0] !== 'call') told.state = early.untold[toldAhead++] === '1' ? 'failed' : 'sent';
    else if (!call(told, one)) signals.owed[signals.owed.length] = [told, one];
  });
};

/**
 * Carries out a Signal effect.
 *
 * @param {string} vendor
 * @param {string} phase
 * @param {string} calls JSON
 * @param {string} closing JSON
 */
export const signal = (vendor, phase, calls, closing) => {
  if (phase === 'default') {
    // An engine that has crashed is followed by another.
    if (!hasOwn(signals.closing, vendor)) tellVendor(vendor, parse(calls), COMPILED);
    signals.closing[vendor] ||= list();
    return;
  }
  signals.closing[vendor] = parse(closing);
  tellVendor(vendor, parse(calls));
};

/** Tells each vendor that all is denied: no engine will take back what it was told. */
export const closeSignals = () =>
  visit(list(/** @type {string[]} */ (ownKeys(signals.closing))), (vendor) => {
    const calls = signals.closing[vendor];
    signals.closing[vendor] = list();
    if (calls.length) tellVendor(vendor, /** @type {any} */ (calls));
  });

/** Lists what vendors were told, for the page. */
export const toldSignals = () => {
  const all = [];
  for (let i = 0; i < signals.told.length; i++) all[i] = { ...signals.told[i] };
  return all;
};
