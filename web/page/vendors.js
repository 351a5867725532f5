/* Tells vendors what the engine says, and what is left to tell when there is none any more. */
import { list, ownKeys, visit } from '../safe/builtins.js';
import { signals, tellDefault, tellVendor } from './signals.js';

const { parse } = JSON;

/**
 * Carries out a Signal effect.
 *
 * @param {string} vendor
 * @param {string} phase
 * @param {string} calls JSON
 * @param {string} closing JSON
 */
export const signal = (vendor, phase, calls, closing) => {
  if (phase === 'default') return tellDefault(vendor, parse(calls));
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
