/*
 * The embeds give each held frame, video or the like a stand-in: it lies over the
 * element, which keeps its place and its size, so that nothing moves when it loads.
 */

/**
 * @param {(element: Element) => any} draw the tree that stands for an element, if any
 * @param {(place: Element, tree: any) => void} fill
 * @param {(action: string, element: Element) => void} act called for a pressed button
 * @param {typeof import('./stage.js').listen} listen
 * @param {Document} document as it was made
 */
export const embeds = (draw, fill, act, listen, document) => {
  /** @type {Map<Element, HTMLElement>} */
  const shown = new Map();

  /** Lays a stand-in over its element. @param {any} element @param {HTMLElement} box */
  const lay = (element, box) => {
    /** The style sheet's own are important. @param {string} name @param {string} value */
    const set = (name, value) => box.style.setProperty(name, value, 'important');
    const at = element.getBoundingClientRect();
    // Less has no room for a word: a frame that only counts.
    set('display', at.width < 120 || at.height < 60 ? 'none' : 'block');
    set('transform', 'none');
    set('width', element.offsetWidth + 'px');
    set('height', element.offsetHeight + 'px');
    const from = box.getBoundingClientRect();
    const scale = at.width / element.offsetWidth || 1;
    set('transform', `translate(${(at.left - from.left) / scale}px, ${(at.top - from.top) / scale}px)`);
  };

  const layAll = () => shown.forEach((box, element) => lay(element, box));
  const sizes = new ResizeObserver(layAll);
  // A box that scrolls takes along only what it is the containing block of.
  document.addEventListener('scroll', layAll, { capture: true, passive: true });

  const all = {
    /** @param {Element} element */
    place(element) {
      if (shown.has(element)) return;
      const tree = draw(element);
      if (!tree) return;
      const box = document.createElement('div');
      box.className = 'octroi octroi-embed';
      fill(box, tree);
      listen(box, (action) => act(action, element));
      shown.set(element, box);
      // Empty as it is, a frame would be a stop for the keyboard.
      /** @type {HTMLElement} */ (element).inert = true;
      element.after(box);
      for (const one of [element, element.parentElement, document.body]) if (one) sizes.observe(one);
      lay(element, box);
    },

    /** @param {Element} element */
    remove(element) {
      const box = shown.get(element);
      if (!box) return;
      const focused = box.contains(document.activeElement);
      shown.delete(element);
      /** @type {HTMLElement} */ (element).inert = false;
      sizes.unobserve(element);
      box.remove();
      if (focused) /** @type {HTMLElement} */ (element).focus({ preventScroll: true });
    },

    /** Follows elements that have gone, or moved. */
    follow() {
      for (const [element, box] of shown) {
        if (!element.isConnected) all.remove(element);
        else if (element.nextSibling !== box) {
          element.after(box);
          lay(element, box);
        }
      }
    },

    /** Draws all anew, in another language. */
    redraw() {
      for (const [element, box] of shown) fill(box, draw(element));
    },
  };
  return all;
};
