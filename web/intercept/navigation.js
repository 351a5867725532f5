/*
 * Where scripts take frames and new windows. Where a visitor goes is the visitor's, and the
 * page itself may go anywhere.
 */
import {
  WeakMap,
  WeakSet,
  apply,
  attempt,
  baseURI,
  defaultView,
  free,
  getAttribute,
  getOwnPropertyDescriptor,
  hasAttribute,
  insertBefore,
  isConnected,
  knows,
  learn,
  findAll,
  localName,
  nextSibling,
  ownerDocument,
  parentNode,
  reads,
  removeChild,
  setTimeout,
  failClosed,
  toLowerCase,
  unlearn,
  weakGet,
  weakSet,
  listen as hear,
} from '../safe/builtins.js';
import { active, address, resolveAt, visible } from './values.js';

const { Navigation, NavigateEvent, NavigationDestination } = /** @type {any} */ (window);
const preventDefault = free(Event.prototype.preventDefault);
const currentTarget = reads(Event.prototype, 'currentTarget');
const composedPath = free(Event.prototype.composedPath);
const entryOf = reads(Navigation?.prototype, 'currentEntry');
const destinationOf = reads(NavigateEvent?.prototype, 'destination');
const byVisitor = reads(NavigateEvent?.prototype, 'userInitiated');
const urlOf = reads(NavigationDestination?.prototype, 'url');
const frameElement = /** @type {any} */ (getOwnPropertyDescriptor(window, 'frameElement')).get;

/** For how long a navigation that was judged may take to begin, in milliseconds. */
const patience = 1000;

/** @param {import('./values.js').Ask} ask */
export const navigation = (ask) => {
  /** The windows of navigations. @type {WeakMap<object, any>} */
  const windows = new WeakMap();
  /** Windows that are on their way to another document, and their frames with them. */
  const leaving = new WeakSet();
  /** The sources by which frames have begun to load. @type {WeakMap<object, string>} */
  const begun = new WeakMap();
  /** Navigations of frames that were judged and have not begun. */
  let expected = 0;
  /** Whether the visitor is clicking or typing at this moment. */
  let acting = false;

  const expect = () => {
    expected++;
    setTimeout(() => expected && expected--, patience);
  };

  /** @param {any} view */
  const isTop = (view) => view.top === view;

  /** Whether a target is the page itself, which may go anywhere. @param {any} view @param {string} target */
  const goesTop = (view, target) => {
    const name = toLowerCase(target);
    return name === '_top' || (isTop(view) && (name === '' || name === '_self' || name === '_parent'));
  };

  /** Whether a frame of the page has a name. @param {any} view @param {string} name */
  const isFrame = failClosed((view, name) => {
    const all = findAll(view.top.document, 'iframe[name],frame[name],object[name],embed[name]');
    for (let i = 0; i < all.length; i++) if (getAttribute(all[i], 'name') === name) return true;
    return false;
  }, true);

  /** Expects what has been judged, if it is a frame that it takes somewhere. @param {any} view @param {string} target */
  const expects = (view, target) => {
    if (!goesTop(view, target) && toLowerCase(target) !== '_blank' && (!isTop(view) || isFrame(view, target))) expect();
  };

  /** Whether a script may open an address. @param {any} view @param {string} href @param {string} target @param {any} [link] */
  const opens = (view, href, target, link) => {
    if (goesTop(view, target)) return true;
    const own = toLowerCase(target);
    if (acting && (own === '' || own === '_blank' || !isFrame(view, target))) return true;
    if (ask.held(view, href)) {
      ask.told(link ? 'link' : 'window', link || null, baseURI(view.document), href, active() && (!link || visible(link)));
      return false;
    }
    expects(view, target);
    return true;
  };

  /** The link that an event would follow. @param {Event} event */
  const linkOf = (event) => {
    const path = composedPath(event);
    for (let i = 0; i < path.length; i++) if (isLink(path[i])) return path[i];
  };
  /** @param {any} node */
  const isLink = (node) => {
    const tag = attempt(() => localName(node));
    return (tag === 'a' || tag === 'area') && (hasAttribute(node, 'href') || hasAttribute(node, 'xlink:href'));
  };

  /** What a link or a form takes elsewhere. @param {any} element @param {string | null} [own] @returns {string} */
  const targetFor = (element, own = getAttribute(element, 'target')) => {
    const bases = own === null ? findAll(ownerDocument(element), 'base[target]') : '';
    return own ?? (bases.length ? getAttribute(/** @type {any} */ (bases)[0], 'target') : '');
  };

  /** Whether a link that a script clicks may be followed. @param {any} link */
  const follows = failClosed((link) => {
    const view = defaultView(ownerDocument(link));
    const target = targetFor(link);
    const href = getAttribute(link, 'href') ?? getAttribute(link, 'xlink:href');
    return opens(view, resolveAt(baseURI(link), href), target, link);
  }, false);

  /** @param {any} event */
  const clicked = (event) => {
    const link = linkOf(event);
    if (!link) return;
    if (event.isTrusted) attempt(() => expects(defaultView(ownerDocument(link)), targetFor(link)));
    else if (!follows(link)) preventDefault(event);
  };
  /** @param {any} event */
  const acts = (event) => {
    if (!event.isTrusted || acting) return;
    acting = true;
    setTimeout(() => (acting = false), 0);
  };

  /** The element of a frame. @param {any} view @returns {any} */
  const elementOf = (view) => attempt(() => apply(frameElement, view, []));

  /** What the element of a frame says that it shows. @param {any} element @returns {string} */
  const sourceOf = (element) => {
    const source = element && getAttribute(element, localName(element) === 'object' ? 'data' : 'src');
    return source ? resolveAt(baseURI(element), source) : '';
  };

  /** Where a frame is taken, where the browser asks. @param {any} event */
  const navigated = (event) => {
    const view = weakGet(windows, currentTarget(event));
    if (isTop(view)) return;
    const goes = failClosed(() => {
      const href = urlOf(destinationOf(event));
      const element = elementOf(view);
      if (byVisitor(event) || sourceOf(element) === href || !ask.held(view, href)) return true;
      ask.told('frame', element, href, href, false);
      return false;
    }, false);
    if (!goes()) preventDefault(event);
  };

  /**
   * A frame is about to leave its document. Of one that has shown none yet, no browser tells
   * where to; if neither its element nor anything else that was judged has sent it there, it
   * is put back as it was. Firefox tells the script that has sent it there by an exception.
   *
   * @param {any} event
   */
  const leaves = (event) => {
    const view = currentTarget(event);
    learn(leaving, view);
    setTimeout(() => unlearn(leaving, view), 0);
    for (let up = view; up !== up.top;) if (knows(leaving, (up = up.parent))) return;
    if (isTop(view) || acting || view.location.href !== 'about:blank' || (Navigation && entryOf(view.navigation))) return;
    if (expected) return void expected--;
    const element = elementOf(view);
    if (!element || hasAttribute(element, 'srcdoc') || ask.everything()) return;
    const source = sourceOf(element);
    if (source && source !== 'about:blank' && weakGet(begun, element) !== source) return void weakSet(begun, element, source);
    renew(element);
  };

  /** Takes a frame out and puts it back, empty. @param {any} element */
  const renew = (element) => {
    const parent = parentNode(element);
    const next = nextSibling(element);
    if (!parent) return;
    removeChild(parent, element);
    insertBefore(parent, element, next);
  };

  /** Listens to a window; what document.open has done away with is put back. @param {any} view */
  const watch = (view) => {
    hear(view, 'click', acts, true);
    hear(view, 'keydown', acts, true);
    hear(view, 'click', clicked, true);
    if (isTop(view)) return;
    for (let up = view; ; up = up.parent) {
      attempt(() => hear(up, 'beforeunload', leaves));
      if (up === up.top) break;
    }
    const own = Navigation && attempt(() => view.navigation);
    if (!own) return;
    weakSet(windows, own, view);
    hear(own, 'navigate', navigated);
  };

  /** Listens to a shadow root, in which links may be hidden. @param {any} root */
  const within = (root) => hear(root, 'click', clicked, true);

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap) => {
    const { Promise } = view;
    wrap(view, 'open', 'value', (original) => ({
      hook(...args) {
        const target = args.length > 1 ? (args[1] = `${args[1]}`) : '_blank';
        const text = args.length && args[0] !== undefined ? (args[0] = `${args[0]}`) : '';
        if (text && !opens(view, (args[0] = address(view, text)), target)) return null;
        return apply(original, this, args);
      },
    }));
    wrap(view.Navigation?.prototype, 'navigate', 'value', (original) => ({
      hook(...args) {
        const own = weakGet(windows, this);
        if (args.length && own && !isTop(own)) {
          args[0] = address(own, args[0]);
          if (ask.held(own, args[0])) {
            ask.told('frame', elementOf(own), args[0], args[0], false);
            // Neither ever comes: another document would have.
            const never = new Promise(() => {});
            return { committed: never, finished: never };
          }
          expect();
        }
        return apply(original, this, args);
      },
    }));
    // A link that is in no document is followed all the same, and no window hears of it.
    wrap(view.HTMLElement.prototype, 'click', 'value', (original) => ({
      hook(...args) {
        if (isLink(this) && !isConnected(this) && !follows(this)) return;
        return apply(original, this, args);
      },
    }));
  };
  return {
    hook,
    watch,
    within,
    /** Told of a form that is sent. @param {any} form @param {string | null} target */
    sent: (form, target) => void attempt(() => expects(defaultView(ownerDocument(form)), targetFor(form, target))),
  };
};
