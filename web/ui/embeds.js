/*
 * Decides when each held embed (frame, video or the like) gets its stand-in, and when the stand-in
 * is drawn or moved again. Embeds near the visible part of the page come first, the others in idle
 * time. An embed that somebody edits gets none: the editor would save the stand-in.
 */
import { hide, isEdited, remove } from './stand-in.js';
import { lay } from './stand-in-layout.js';

/** How far out of sight an embed counts as near: one screen on each side. */
const nearby = { rootMargin: '100%' };
/** How many stand-ins are drawn in one idle period: each period costs two layouts. */
const batch = 20;
/** How long stand-ins wait for the page's load event, in milliseconds. */
const patience = 5000;
const whenIdle = window.requestIdleCallback || ((/** @type {() => void} */ then) => setTimeout(then, 50));

/** Makes a function that throws nothing: the page would see an error that a replaced DOM method causes. @template {any[]} A @param {(...args: A) => void} act */
const quietly =
  (act) =>
  (/** @type {A} */ ...args) => {
    try {
      act(...args);
    } catch {}
  };

/** Moves and redraws stand-ins once the page has changed. @param {import('./stand-in.js').Embeds} embeds */
const makeUpdater = (embeds) => {
  const { held } = embeds;
  /** Boxes that have scrolled since the last update. @type {Set<Node>} */
  const scrolled = new Set();
  let due = false;

  const update = quietly(() => {
    if (!due) return;
    due = false;
    const boxes = [...scrolled];
    scrolled.clear();
    const changed = [];
    for (const [element, { box, drawn, near }] of held) {
      if (!element.isConnected) remove(embeds, element);
      else if (near || (drawn && (element.nextSibling !== box || isEdited(embeds, element) || boxes.some((one) => one.contains(element)))))
        changed.push(element);
    }
    lay(embeds, changed);
  });

  /** Updates before the next frame is painted, or after 250 ms in a page that paints none. */
  const updateSoon = () => {
    if (due || !held.size) return;
    due = true;
    requestAnimationFrame(update);
    setTimeout(update, 250);
  };

  // A box that scrolls moves only the elements whose containing block it is, so each may need a move.
  embeds.tools.document.addEventListener(
    'scroll',
    ({ target }) => {
      if (target instanceof Element) scrolled.add(target);
      updateSoon();
    },
    { capture: true, passive: true },
  );
  return updateSoon;
};

/** Draws the waiting stand-ins in idle time, after the page has loaded. @param {import('./stand-in.js').Embeds} embeds */
const makeIdleDrawer = (embeds) => {
  const { waiting, tools } = embeds;
  let scheduled = false;

  const drawLater = () => {
    if (scheduled || !waiting.size) return;
    scheduled = true;
    if (tools.document.readyState !== 'complete') return addEventListener('load', drawBatch, { once: true });
    whenIdle(drawBatch);
  };

  const drawBatch = quietly(() => {
    scheduled = false;
    const due = [];
    for (const element of waiting) {
      if (due.length === batch) break;
      waiting.delete(element);
      if (element.isConnected) due.push(element);
      else remove(embeds, element);
    }
    drawLater();
    lay(embeds, due);
  });

  return drawLater;
};

/** Draws the stand-ins of all embeds that have come in this turn and are near. @param {import('./stand-in.js').Embeds} embeds */
const drawFresh = quietly((/** @type {import('./stand-in.js').Embeds} */ embeds) => {
  const come = [...embeds.fresh];
  embeds.fresh.clear();
  lay(
    embeds,
    come.filter((element) => {
      const { top, bottom, width } = element.getBoundingClientRect();
      return width && bottom > -innerHeight && top < 2 * innerHeight;
    }),
  );
});

/** @param {import('./stand-in.js').Tools} tools */
export const embeds = (tools) => {
  const { document, pace } = tools;
  /** @type {import('./stand-in.js').Embeds} */
  const state = {
    tools,
    held: new Map(),
    waiting: new Set(),
    fresh: new Set(),
    early: document.readyState === 'complete' ? undefined : new Set(),
    editing: false,
    // Defers each update. WebKit's own layout ignores style sheets that still load, but a layout
    // for reading a position waits for them; if sizes differ, it reports a loop to the page.
    sizes: new ResizeObserver(() => updateSoon()),
    sight: new IntersectionObserver(
      quietly((/** @type {IntersectionObserverEntry[]} */ entries) => {
        const come = [];
        for (const { target, isIntersecting } of entries) {
          const standIn = held.get(target);
          if (!standIn) continue;
          standIn.near = isIntersecting;
          if (isIntersecting) come.push(target);
        }
        lay(state, come);
      }),
      nearby,
    ),
  };
  const { held, waiting, fresh } = state;
  const updateSoon = makeUpdater(state);
  const drawLater = makeIdleDrawer(state);

  /** Draws each stand-in that is not drawn. @param {boolean} all whether the drawn ones are drawn again */
  const redraw = (all) => {
    for (const [element, standIn] of held) {
      if (all) standIn.drawn = false;
      if (!standIn.drawn) waiting.add(element);
    }
    updateSoon();
    drawLater();
  };

  /** Hides the stand-ins of edited embeds at once, before an editor saves them, and shows those of embeds that are no longer edited. */
  const followEditing = quietly(() => {
    state.editing = document.designMode === 'on';
    for (const [, standIn] of [...held].filter(([element, { drawn }]) => drawn && isEdited(state, element))) hide(standIn);
    redraw(false);
  });
  const editors = new MutationObserver(followEditing);

  /** Compares designMode with the last value: no event tells of a change. */
  const checkDesignMode = () => {
    if (held.size && state.editing !== (document.designMode === 'on')) followEditing();
  };
  document.addEventListener('selectionchange', checkDesignMode);
  setInterval(checkDesignMode, 1000);

  const place = quietly((/** @type {Element} */ element) => {
    if (state.early) return state.early.add(element);
    if (held.has(element)) return;
    held.set(element, { mayInsert: pace(20), x: 0, y: 0 });
    waiting.add(element);
    if (fresh.add(element).size === 1) queueMicrotask(() => drawFresh(state));
    checkDesignMode();
    drawLater();
    editors.observe(element.getRootNode(), { subtree: true, attributeFilter: ['contenteditable'] });
    state.sight.observe(element);
  });

  /** Places the embeds that came while the page loaded. */
  const placeEarly = quietly(() => {
    if (document.readyState === 'loading') return void setTimeout(placeEarly, patience);
    const all = state.early || [];
    state.early = undefined;
    all.forEach(place);
  });
  if (state.early) {
    addEventListener('load', placeEarly, { once: true });
    setTimeout(placeEarly, patience);
  }

  return {
    /** Gives an embed a stand-in. */
    place,

    /** Takes an embed's stand-in away. */
    remove: quietly((/** @type {Element} */ element) => remove(state, element)),

    /** Follows a change of the document. */
    follow: quietly(() => {
      checkDesignMode();
      updateSoon();
    }),

    /** Draws all stand-ins again, in another language. */
    redraw: quietly(() => redraw(true)),
  };
};
