/*
 * Gives held embeds their stand-ins, and remembers which embeds may be allowed once.
 */
import { attempt, closest, exec, getAttribute, localName, WeakMap } from '../safe/builtins.js';
import { document, unseen } from '../safe/dom.js';
import { pace } from '../core/pace.js';
import * as kinds from '../../jsbridge/kinds.js';
import { listen } from '../ui/tree.js';
import { loadDeferred } from './deferred.js';
import { learn, machine } from './engine.js';
import { page } from './interface.js';
import { act } from './stores.js';

/** The token of each embed whose stand-in was used: a number, by which the engine allows it once. @type {WeakMap<Element, string>} */
const tokens = new WeakMap();
let counted = 0;

/** Returns an attribute's value, "" for none. @param {Element} element @param {string} name */
const valueOf = (element, name) => getAttribute(element, name) || '';

/** Returns the services and categories of an element. @param {Element} element */
export const idsOf = (element) => valueOf(element, 'data-octroi');

/** Returns what follows an element's ids in a question to the engine if the element may be allowed once. @param {Element} element */
export const onceOf = (element) => (tokens.has(element) ? '!' + tokens.get(element) : '');

/** What octroi.js lends to the deferred part. @type {import('../ui/stand-in.js').Tools} */
const tools = {
  draw: (element) =>
    learn(
      kinds.embed({
        ids: idsOf(element),
        poster: valueOf(element, 'data-octroi-poster'),
        title: valueOf(element, 'aria-label') || valueOf(element, 'title'),
        lang: valueOf(closest(element, '[lang]') || element, 'lang'),
        video: localName(element) === 'video',
      }),
    ),
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
/** The deferred part's stand-ins, once that part is installed. @type {ReturnType<typeof import('../ui/embeds.js').embeds> | undefined} */
let embedded;
/** Held embeds whose stand-ins wait for the deferred part. @type {Set<Element>} */
const unplaced = new Set();

/** Takes the code of the stand-ins from the deferred part. @param {typeof import('../ui/embeds.js').embeds} embeds */
export const installStandIns = (embeds) => {
  embedded = attempt(() => embeds(tools));
};

/** Gives stand-ins to the embeds that waited for the deferred part. */
export const placeWaiting = () => {
  for (const one of unplaced) embedded?.place(one);
  unplaced.clear();
};

export const standIns = {
  /** Gives an element a stand-in, if it is an embed. @param {Element} element */
  place(element) {
    if (!exec(/^(?:iframe|video|object|embed|frame)$/, localName(element))) return;
    if (embedded) return embedded.place(element);
    unplaced.add(element);
    if (machine) loadDeferred(() => {});
  },
  /** Takes an element's stand-in away. @param {Element} element */
  remove(element) {
    unplaced.delete(element);
    embedded?.remove(element);
  },
  /** Follows a change of the document. */
  follow: () => embedded?.follow(),
  /** Draws all stand-ins again, in another language. */
  redraw: () => embedded?.redraw(),
};
