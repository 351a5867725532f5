/*
 * Looks at one page after the other as a visitor meets it: undecided, refused, granted,
 * withdrawn.
 */
import { makeFrame, requestsOf } from './frame.js';
import { emptyObservation, observe } from './observation.js';
import { choose, eraseAll, view } from './visitor.js';
import { attempt } from './waits.js';

/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./observation.js').Observation} Observation */

/** The visitor's choices in order, each with the state that it leads to. @type {{ state: string, act: (octroi: any) => void }[]} */
const choices = [
  { state: 'refused', act: (octroi) => octroi.refuseAll() },
  { state: 'granted', act: (octroi) => octroi.acceptAll() },
  { state: 'withdrawn', act: (octroi) => octroi.withdraw() },
];

/** Chooses, and views the page again; what the page requested between the choice and the next view. @param {Frame} frame @param {string} address @param {(octroi: any) => void} act */
const chooseAndView = async (frame, address, act) => {
  const before = requestsOf(frame).length;
  await choose(frame, act);
  const requests = requestsOf(frame).slice(before);
  await view(frame, address);
  return requests;
};

/** Explains an error of a page, which may throw anything. @param {unknown} error */
const explain = (error) => (error instanceof Error ? error.message : 'the page threw ' + attempt(() => String(error)));

/**
 * Looks at one page in every state; without an engine, in the first state alone.
 *
 * @param {Frame} frame
 * @param {string} address
 * @param {import('./visitor.js').Erasures} erasures
 */
const lookAt = async (frame, address, erasures) => {
  /** @type {Observation[]} */
  const observations = [];
  let state = 'undecided';
  try {
    await eraseAll(frame, erasures);
    const started = await view(frame, address);
    observations.push(await observe(frame, state, []));
    for (const choice of started ? choices : []) {
      state = choice.state;
      observations.push(await observe(frame, state, await chooseAndView(frame, address, choice.act)));
    }
  } catch (error) {
    observations.push({ ...emptyObservation(state), Error: explain(error) });
  }
  await eraseAll(frame, erasures).catch(() => {});
  return observations;
};

/**
 * Makes the function by which the program looks at an address: the observations, as JSON.
 *
 * @param {HTMLIFrameElement} element
 * @param {{ erasures: import('./visitor.js').Erasures, seconds: number, settle: number }} options seconds is how long a page may take to load, settle how long a page must be quiet, in ms
 */
export const openLook = (element, { erasures, seconds, settle }) => {
  const page = seconds * 1000;
  const frame = makeFrame(element, { page, engine: Math.min(page, 5000), rest: Math.min(page, 10000), settle });
  return async (/** @type {string} */ address) => JSON.stringify(await lookAt(frame, address, erasures));
};
