/*
 * Puts all hooks into the page's window, and into each window of the same origin that the page
 * can reach: frames, frames in these, and windows that it opens. A hook that a frame lacks would
 * let its script write and call unasked.
 */

import {
  apply,
  attempt,
  deref,
  exec,
  free,
  knows,
  learn,
  list,
  localName,
  reads,
  unlearn,
  visit,
  WeakRef,
  WeakSet,
  listen as addListener,
  eventTarget,
} from '../safe/reading.js';
import { hookToString, setStarted, wrap } from './wrap.js';

/** What the page's own realm is known by. */
const ofPage = Document.prototype;
const then = free(Promise.prototype.then);
/** The ways to get the window of a frame's element, or its document. Each throws for other elements. */
const windowsOf = list([
  reads(HTMLIFrameElement.prototype, 'contentWindow'),
  reads(HTMLObjectElement.prototype, 'contentWindow'),
  reads(HTMLFrameElement.prototype, 'contentWindow'),
  free(HTMLEmbedElement.prototype.getSVGDocument),
]);
/** The interfaces of elements that have a window, and their members that return it or its document. */
const frameElements = list(['HTMLIFrameElement', 'HTMLFrameElement', 'HTMLObjectElement', 'HTMLEmbedElement']);
const frameMembers = list(['contentWindow', 'contentDocument', 'getSVGDocument']);

/**
 * Returns the verdict on a write: nothing if the write is blocked, an empty list if it may be
 * done as it is, else the assignment to do in its place and its life in seconds.
 *
 * @callback Judge
 * @param {number} area a number from jsbridge/kinds.js, such as AREA_COOKIES
 * @param {string} text an assignment to document.cookie, or the name of an item
 * @param {() => void} again does the write once more, as soon as there is an engine
 * @param {any} view the window whose script writes
 * @returns {string[] | null | undefined} null if the write waits for the engine
 */

/**
 * Puts the hooks of one family of web APIs into a realm.
 *
 * @callback Hooks
 * @param {any} view a window
 *
 * @returns {void}
 */

/** Whether an element may have a window. @param {Element} element */
export const isFrame = (element) => exec(/^(?:i?frame|object|embed)$/, localName(element)) !== null;

/** Returns the window of a frame's element, if it is one and its document may be read. @param {Element} element @returns {any} */
export const windowOf = (element) => {
  for (let i = 0; i < windowsOf.length; i++) {
    const inside = attempt(() => windowsOf[i](element));
    if (inside) return attempt(() => inside.defaultView || inside);
  }
};

/** Hooks a window, if there is one and it is of this origin. @callback HookWindow @param {any} view @returns {void} */

/** @param {any} view @param {HookWindow} hookWindow */
const hookFrameElements = (view, hookWindow) =>
  visit(frameElements, (kind) =>
    visit(frameMembers, (name) =>
      wrap(view[kind]?.prototype, name, name === 'getSVGDocument' ? 'value' : 'get', (original) => ({
        hook() {
          const inside = apply(original, this, arguments);
          if (inside) attempt(() => hookWindow(inside.defaultView || inside));
          return inside;
        },
      })),
    ),
  );

/** @param {any} view @param {HookWindow} hookWindow */
const hookOpen = (view, hookWindow) =>
  wrap(view, 'open', 'value', (original) => ({
    hook() {
      const opened = apply(original, this, arguments);
      if (opened) attempt(() => hookWindow(opened));
      return opened;
    },
  }));

/** @param {any} view @param {HookWindow} hookWindow */
const hookPictureInPicture = (view, hookWindow) =>
  wrap(view.DocumentPictureInPicture?.prototype, 'requestWindow', 'value', (original) => ({
    hook() {
      return then(apply(original, this, arguments), (/** @type {any} */ opened) => {
        attempt(() => hookWindow(opened));
        return opened;
      });
    },
  }));

/**
 * @param {Hooks} hookAPIs
 * @param {(document: Document) => void} onDocument called with each new document of a frame or
 * another window
 */
export const hooks = (hookAPIs, onDocument) => {
  /** The Document.prototype of each realm that has its hooks. @type {WeakSet<object>} */
  const realms = new WeakSet();
  /** Documents that have listeners: a realm may have several documents, one after the other. @type {WeakSet<object>} */
  const documents = new WeakSet();
  /** The windows of these documents, but for the page's own, until somebody has asked for them. @type {List<WeakRef<any>> | undefined} */
  let views = COMPILED ? list() : undefined;

  /** @type {HookWindow} */
  const hookWindow = (view) => {
    const { document } = view;
    if (!knows(documents, document)) {
      learn(documents, document);
      if (view !== window) {
        if (views) views[views.length] = new WeakRef(view);
        onDocument(document);
      }
    }
    const { prototype } = view.Document;
    if (knows(realms, prototype)) return;
    learn(realms, prototype);
    try {
      hookFrameElements(view, hookWindow);
      hookOpen(view, hookWindow);
      hookPictureInPicture(view, hookWindow);
      hookAPIs(view); // after those: a latch waits for other hooks than these
      hookToString(view);
    } catch (error) {
      unlearn(realms, prototype); // a realm that lacks some hooks is tried again
      throw error;
    }
  };

  /** Hooks the frames in a window, and the frames in these. @param {any} view */
  const frames = (view) => {
    const { length } = view;
    for (let i = 0; i < length; i++) {
      attempt(() => {
        const inside = view[i];
        hookWindow(inside);
        frames(inside);
      });
    }
  };

  /** Hooks the window of a frame's element, and the frames in it. @param {Element} element */
  const within = (element) => {
    const view = windowOf(element);
    if (!view) return;
    attempt(() => {
      hookWindow(view);
      frames(view);
    });
  };

  /** Hooks the new realm of a frame that has loaded. @param {Event} event */
  const onLoad = (event) => {
    attempt(() => {
      const target = /** @type {any} */ (eventTarget(event));
      if (isFrame(target)) within(target);
    });
  };
  /** Listens to a tree, because a window does not receive the load events of elements. @param {Document | ShadowRoot} root */
  const listen = (root) => addListener(root, 'load', onLoad, true);

  return {
    frames,
    /** Calls a function with each window that has hooks, once. @param {(view: any) => void} see */
    each(see) {
      if (knows(realms, ofPage)) see(window);
      // A frame that has loaded again is the same window.
      const seen = new WeakSet();
      const all = views || list();
      views = undefined;
      visit(all, (weak) => {
        const view = deref(weak);
        if (!view || knows(seen, view)) return;
        learn(seen, view);
        attempt(() => see(view));
      });
    },
    within,
    listen,
    start() {
      hookWindow(window);
      setStarted();
      frames(window);
    },
  };
};
