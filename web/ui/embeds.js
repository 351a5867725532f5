/*
 * The embeds give each held frame, video or the like a stand-in: it lies over the
 * element, which keeps its place and its size, so that nothing moves when it loads. What
 * is in sight or near it comes first, the rest in idle time; what somebody edits gets
 * none, since an editor would save it. Nothing is written on the element itself: the
 * style sheet hides what has a stand-in, so that it is no stop for the keyboard.
 */

/** What is no farther out of sight than this is near: a screen each way. */
const nearby = { rootMargin: '100%' };
/** So many stand-ins are drawn at a time where none is in sight: each time costs two layouts. */
const several = 20;
/** So long is waited at most for a page to have loaded, in ms. */
const patience = 5000;
const later = window.requestIdleCallback || ((/** @type {() => void} */ then) => setTimeout(then, 50));

/**
 * @typedef {object} Stand
 * @property {HTMLElement} [box] the stand-in, once there is one
 * @property {boolean} [drawn] whether it shows what it should
 * @property {boolean} [near] whether its element is in sight, or near it
 * @property {() => boolean} again whether it may be put into its place
 * @property {number} x by how much it is moved from where the page would lay it, in its own pixels
 * @property {number} y
 */

/** A page that has bent the DOM must not see it thrown. @template {any[]} A @param {(...args: A) => void} act */
const quietly =
  (act) =>
  (/** @type {A} */ ...args) => {
    try {
      act(...args);
    } catch {}
  };

/** The style sheet's own are important. @param {HTMLElement} box @param {string} name @param {string} value */
const set = ({ style }, name, value) => {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value, 'important');
};

/**
 * @param {(element: Element) => any} draw the tree that stands for an element, if any
 * @param {(place: Element, tree: any) => void} fill
 * @param {(action: string, element: Element) => void} act called for a pressed button
 * @param {typeof import('./stage.js').listen} listen
 * @param {Document} document as it was made
 * @param {typeof import('../safe/dom.js').unseen} unseen
 * @param {typeof import('../core/pace.js').pace} pace
 */
export const embeds = (draw, fill, act, listen, document, unseen, pace) => {
  /** @type {Map<any, Stand>} */
  const held = new Map();
  /** What waits for idle time. @type {Set<Element>} */
  const waiting = new Set();
  /** What has come since it was looked where it stands. @type {Set<Element>} */
  const fresh = new Set();
  /** What has come while the page loads, whose own scripts may yet look for their markup as the server made it. @type {Set<Element> | undefined} */
  let early = document.readyState === 'complete' ? undefined : new Set();
  /** Boxes that have scrolled since stand-ins were laid. @type {Set<Node>} */
  const scrolled = new Set();
  /** Whether the whole page is edited. */
  let editing = false;
  let due = false;
  let idling = false;

  /** An editor saves its islands too. @param {HTMLElement} element */
  const edited = (element) => editing || element.isContentEditable || !!element.closest('[contenteditable]:not([contenteditable=false i])');

  /** Puts a stand-in behind its element: not for ever, where a script puts something between. @param {Element} element @param {Stand} stand */
  const put = (element, stand) => {
    const { box } = stand;
    if (box && element.nextSibling !== box && stand.again()) element.after(box);
  };

  /** Has an element's stand-in show what it should. @param {Element} element @param {Stand} stand */
  const show = (element, stand) => {
    if (!stand.drawn) {
      const tree = draw(element);
      if (!tree) return remove(element);
      if (!stand.box) {
        stand.box = unseen(document.createElement('div'));
        stand.box.className = 'octroi octroi-embed';
        listen(stand.box, (action) => act(action, element));
        for (const one of [element, element.parentElement, document.body]) if (one) sizes.observe(one);
      }
      put(element, stand);
      // Where it stands tells where its style has to be.
      fill(stand.box, tree);
      stand.drawn = true;
      waiting.delete(element);
    }
    put(element, stand);
  };

  /** @param {Stand} stand */
  const hide = (stand) => {
    stand.box?.remove();
    stand.drawn = false;
  };

  /**
   * Draws what is not drawn and lays it over its element. All is read before anything is
   * written, since each turn from writing to reading costs a layout.
   *
   * @param {any[]} elements
   */
  const lay = (elements) => {
    const jobs = elements.map((element) => ({
      element,
      stand: /** @type {Stand} */ (held.get(element)),
      barred: edited(element),
      at: element.getBoundingClientRect(),
      width: element.offsetWidth,
      height: element.offsetHeight,
    }));
    const laid = jobs.filter(({ element, stand, barred, at, width, height }) => {
      if (barred) hide(stand);
      else show(element, stand);
      const { box, drawn } = stand;
      if (!box || !drawn) return false;
      // Less has no room for a word: a frame that only counts.
      const room = at.width >= 120 && at.height >= 60;
      set(box, 'display', room ? '' : 'none');
      set(box, 'width', width + 'px');
      set(box, 'height', height + 'px');
      return room;
    });
    const boxes = laid.map(({ stand }) => /** @type {HTMLElement} */ (stand.box).getBoundingClientRect());
    laid.forEach(({ stand, at, width }, i) => {
      // On paper there is none.
      if (!boxes[i].width) return;
      const scale = at.width / width || 1;
      stand.x += (at.left - boxes[i].left) / scale;
      stand.y += (at.top - boxes[i].top) / scale;
      set(/** @type {HTMLElement} */ (stand.box), 'transform', `translate(${stand.x}px, ${stand.y}px)`);
    });
  };

  /** Follows what has gone, has moved, is edited or is near. */
  const run = quietly(() => {
    if (!due) return;
    due = false;
    const boxes = [...scrolled];
    scrolled.clear();
    const some = [];
    for (const [element, { box, drawn, near }] of held) {
      if (!element.isConnected) remove(element);
      else if (near || (drawn && (element.nextSibling !== box || edited(element) || boxes.some((one) => one.contains(element))))) some.push(element);
    }
    lay(some);
  });

  /** Before the next picture is painted; where none is, soon. */
  const soon = () => {
    if (due || !held.size) return;
    due = true;
    requestAnimationFrame(run);
    setTimeout(run, 250);
  };

  /** Draws those that have come in sight or near it, in one go. */
  const first = quietly(() => {
    const come = [...fresh];
    fresh.clear();
    lay(
      come.filter((element) => {
        const { top, bottom, width } = element.getBoundingClientRect();
        return width && bottom > -innerHeight && top < 2 * innerHeight;
      }),
    );
  });

  const idle = () => {
    if (idling || !waiting.size) return;
    idling = true;
    if (document.readyState !== 'complete') return addEventListener('load', rest, { once: true });
    later(rest);
  };

  const rest = quietly(() => {
    idling = false;
    const some = [];
    for (const element of waiting) {
      if (some.length === several) break;
      waiting.delete(element);
      if (element.isConnected) some.push(element);
      else remove(element);
    }
    idle();
    lay(some);
  });

  /** Draws all anew that should be. @param {boolean} all though it is drawn */
  const anew = (all) => {
    for (const [element, stand] of held) {
      if (all) stand.drawn = false;
      if (!stand.drawn) waiting.add(element);
    }
    soon();
    idle();
  };

  /** What is edited loses its stand-ins at once, lest they be saved; what no longer is gets them back. */
  const edits = quietly(() => {
    editing = document.designMode === 'on';
    for (const [, stand] of [...held].filter(([element, { drawn }]) => drawn && edited(element))) hide(stand);
    anew(false);
  });

  /** A page that is made editable tells nobody. */
  const look = () => {
    if (held.size && editing !== (document.designMode === 'on')) edits();
  };

  // WebKit leaves out sheets that are still to come when it lays a page out by itself, and
  // counts on them when it is asked for a place: the page would be told of a loop.
  const sizes = new ResizeObserver(() => soon());
  const sight = new IntersectionObserver(
    quietly((entries) => {
      const some = [];
      for (const { target, isIntersecting } of entries) {
        const stand = held.get(target);
        if (!stand) continue;
        stand.near = isIntersecting;
        if (isIntersecting) some.push(target);
      }
      lay(some);
    }),
    nearby,
  );
  const editors = new MutationObserver(edits);

  /** @param {any} element */
  const remove = (element) => {
    const { box } = held.get(element) || {};
    held.delete(element);
    waiting.delete(element);
    fresh.delete(element);
    early?.delete(element);
    sight.unobserve(element);
    sizes.unobserve(element);
    const focused = box && box.contains(document.activeElement);
    box?.remove();
    if (focused) element.focus({ preventScroll: true });
  };

  // A box that scrolls takes along only what it is the containing block of.
  document.addEventListener(
    'scroll',
    ({ target }) => {
      if (target instanceof Element) scrolled.add(target);
      soon();
    },
    { capture: true, passive: true },
  );
  document.addEventListener('selectionchange', look);
  setInterval(look, 1000);

  const place = quietly((/** @type {Element} */ element) => {
    if (early) return early.add(element);
    if (held.has(element)) return;
    held.set(element, { again: pace(20), x: 0, y: 0 });
    waiting.add(element);
    if (fresh.add(element).size === 1) queueMicrotask(first);
    look();
    idle();
    editors.observe(element.getRootNode(), { subtree: true, attributeFilter: ['contenteditable'] });
    sight.observe(element);
  });
  const settle = quietly(() => {
    if (document.readyState === 'loading') return void setTimeout(settle, patience);
    const all = early || [];
    early = undefined;
    all.forEach(place);
  });
  if (early) {
    addEventListener('load', settle, { once: true });
    setTimeout(settle, patience);
  }

  return {
    place,

    remove: quietly(remove),

    /** The document has changed. */
    follow: quietly(() => {
      look();
      soon();
    }),

    /** Draws all anew, in another language. */
    redraw: quietly(() => anew(true)),
  };
};
