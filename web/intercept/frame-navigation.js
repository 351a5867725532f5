/*
 * Where scripts take frames. The page itself may go anywhere, and so may the visitor.
 */
import {
  WeakMap,
  WeakSet,
  apply,
  attempt,
  baseURI,
  failClosed,
  findAll,
  getAttribute,
  getOwnPropertyDescriptor,
  hasAttribute,
  insertBefore,
  knows,
  learn,
  listen,
  localName,
  nextSibling,
  parentNode,
  reads,
  removeChild,
  setTimeout,
  toLowerCase,
  unlearn,
  weakGet,
  weakSet,
  preventDefault,
} from '../safe/builtins.js';
import { address, resolveAt } from './values.js';
import { wrap } from './wrap.js';

const { Navigation, NavigateEvent, NavigationDestination } = /** @type {any} */ (window);
const currentTarget = reads(Event.prototype, 'currentTarget');
const currentEntryOf = reads(Navigation?.prototype, 'currentEntry');
const destinationOf = reads(NavigateEvent?.prototype, 'destination');
const isUserInitiated = reads(NavigateEvent?.prototype, 'userInitiated');
const urlOf = reads(NavigationDestination?.prototype, 'url');
const frameElement = /** @type {any} */ (getOwnPropertyDescriptor(window, 'frameElement')).get;

/** How long a navigation may take to begin after its verdict, in milliseconds. */
const longestDelay = 1000;

/**
 * @typedef {object} State what is known of navigations
 * @property {import('./values.js').Ask} ask
 * @property {boolean} acting whether the visitor clicks or types at this moment
 * @property {number} expected how many navigations of frames were allowed and have not begun
 */

/** @type {State} */
export const state = { ask: /** @type {any} */ (undefined), acting: false, expected: 0 };

/** The window of each Navigation object. @type {WeakMap<object, any>} */
const windows = new WeakMap();
/** Windows that leave their document in this turn; the windows of their frames leave with them. */
const leaving = new WeakSet();
/** The source from which each frame has begun to load. @type {WeakMap<object, string>} */
const begun = new WeakMap();

/** @param {any} view */
export const isTop = (view) => view.top === view;

/** Whether a target is the page itself, which may go anywhere. @param {any} view @param {string} target */
export const isPage = (view, target) => {
  const name = toLowerCase(target);
  return name === '_top' || (isTop(view) && (name === '' || name === '_self' || name === '_parent'));
};

/** Whether the page has a frame of this name, by its markup. @param {any} view @param {string} name */
export const isFrame = failClosed((view, name) => {
  const all = findAll(view.top.document, 'iframe[name],frame[name],object[name],embed[name]');
  for (let i = 0; i < all.length; i++) if (getAttribute(all[i], 'name') === name) return true;
  return false;
}, true);

/** Expects a frame's navigation that was allowed. */
const expect = () => {
  state.expected++;
  setTimeout(() => state.expected && state.expected--, longestDelay);
};

/** Expects a navigation that was allowed, if its target is a frame. @param {any} view @param {string} target */
export const expectFrame = (view, target) => {
  if (!isPage(view, target) && toLowerCase(target) !== '_blank' && (!isTop(view) || isFrame(view, target))) expect();
};

/** Returns the element of a frame; undefined or null if the browser tells none. @param {any} view @returns {any} */
const elementOf = (view) => attempt(() => apply(frameElement, view, []));

/** Returns the address that a frame's element has in its markup. @param {any} element @returns {string} */
const addressOf = (element) => {
  const source = element && getAttribute(element, localName(element) === 'object' ? 'data' : 'src');
  return source ? resolveAt(baseURI(element), source) : '';
};

/** Prevents a frame's navigation to a blocked address, in browsers with the Navigation API. @param {any} event */
const onNavigate = (event) => {
  const view = weakGet(windows, currentTarget(event));
  if (isTop(view)) return;
  const mayGo = failClosed(() => {
    const href = urlOf(destinationOf(event));
    const element = elementOf(view);
    if (isUserInitiated(event) || addressOf(element) === href || !state.ask.held(view, href)) return true;
    state.ask.told('frame', element, href, href, false);
    return false;
  }, false);
  if (!mayGo()) preventDefault(event);
};

/** Whether a window leaves its document because a window around it does. @param {any} view */
const leavesWithParent = (view) => {
  for (let up = view; up !== up.top;) if (knows(leaving, (up = up.parent))) return true;
  return false;
};

/**
 * Stops the first navigation of a frame, of which no browser tells the address: unless the
 * element's source or an allowed call has caused it, the element is put back empty. In
 * Firefox, the script that caused it gets an exception.
 *
 * @param {any} event
 */
const onBeforeUnload = (event) => {
  const view = currentTarget(event);
  learn(leaving, view);
  setTimeout(() => unlearn(leaving, view), 0);
  if (leavesWithParent(view)) return;
  if (isTop(view) || state.acting || view.location.href !== 'about:blank' || (Navigation && currentEntryOf(view.navigation))) return;
  if (state.expected) return void state.expected--;
  const element = elementOf(view);
  if (!element || hasAttribute(element, 'srcdoc') || state.ask.everything()) return;
  const source = addressOf(element);
  if (source && source !== 'about:blank' && weakGet(begun, element) !== source) return void weakSet(begun, element, source);
  renew(element);
};

/** Takes a frame's element out and puts it back, which empties the frame. @param {any} element */
const renew = (element) => {
  const parent = parentNode(element);
  const next = nextSibling(element);
  if (!parent) return;
  removeChild(parent, element);
  insertBefore(parent, element, next);
};

/** Listens to a frame's window and to those around it; again, if document.open has removed the listeners. @param {any} view */
export const watchFrame = (view) => {
  if (isTop(view)) return;
  for (let up = view; ; up = up.parent) {
    attempt(() => listen(up, 'beforeunload', onBeforeUnload));
    if (up === up.top) break;
  }
  const navigation = Navigation && attempt(() => view.navigation);
  if (!navigation) return;
  weakSet(windows, navigation, view);
  listen(navigation, 'navigate', onNavigate);
};

/** Hooks navigation.navigate. @param {any} view */
export const hookNavigate = (view) => {
  const { Promise } = view;
  wrap(view.Navigation?.prototype, 'navigate', 'value', (original) => ({
    hook(...args) {
      const target = weakGet(windows, this);
      if (args.length && target && !isTop(target)) {
        args[0] = address(target, args[0]);
        if (state.ask.held(target, args[0])) {
          state.ask.told('frame', elementOf(target), args[0], args[0], false);
          // Neither settles, as if another document had come.
          const never = new Promise(() => {});
          return { committed: never, finished: never };
        }
        expect();
      }
      return apply(original, this, args);
    },
  }));
};
