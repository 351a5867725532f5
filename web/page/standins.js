/*
 * What stands in the place of held embeds, and what of them is allowed once.
 */
import { attempt, exec, getAttribute, localName, WeakMap } from '../safe/builtins.js';
import { document, unseen } from '../safe/dom.js';
import { pace } from '../core/pace.js';
import * as kinds from '../../jsbridge/kinds.js';
import { listen } from '../ui/tree.js';
import { loadDeferred } from './deferred.js';
import { learn, machine } from './engine.js';
import { page } from './interface.js';
import { act } from './stores.js';

/** A number for each element that has a stand-in. @type {WeakMap<Element, string>} */
const tokens = new WeakMap();
let counted = 0;

/** @param {Element} element */
export const idsOf = (element) => getAttribute(element, 'data-octroi') || '';

/** What an element's ids end in where it may be allowed once. @param {Element} element */
export const onceOf = (element) => (tokens.has(element) ? '!' + tokens.get(element) : '');

/** @type {import('../ui/stand-in.js').Tools} */
const tools = {
  draw: (element) => learn(kinds.embed({ ids: idsOf(element), poster: getAttribute(element, 'data-octroi-poster') || '' })),
  fill: page.fill,
  act(action, element) {
    if (!tokens.has(element)) tokens.set(element, String(++counted));
    act(action, '', idsOf(element), /** @type {string} */ (tokens.get(element)));
  },
  listen,
  document,
  unseen,
  pace,
};
/** @type {ReturnType<typeof import('../ui/embeds.js').embeds> | undefined} */
let embedded;
/** Held embeds whose stand-ins wait for the deferred part. @type {Set<Element>} */
const unplaced = new Set();

/** What draws them has come. @param {typeof import('../ui/embeds.js').embeds} embeds */
export const installStandIns = (embeds) => {
  embedded = attempt(() => embeds(tools));
};

/** Places those that have waited. */
export const placeWaiting = () => {
  for (const one of unplaced) embedded?.place(one);
  unplaced.clear();
};

export const standIns = {
  /** @param {Element} element */
  place(element) {
    if (!exec(/^(?:iframe|video|object|embed|frame)$/, localName(element))) return;
    if (embedded) return embedded.place(element);
    unplaced.add(element);
    if (machine) loadDeferred(() => {});
  },
  /** @param {Element} element */
  remove(element) {
    unplaced.delete(element);
    embedded?.remove(element);
  },
  follow: () => embedded?.follow(),
  redraw: () => embedded?.redraw(),
};
