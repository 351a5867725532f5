/*
 * Draws the stand-in of one held embed. The stand-in lies over the embed, which keeps its place and
 * size: nothing moves when the embed loads. Octroi writes nothing on the embed itself; the style sheet hides an
 * embed that has a stand-in, so that the keyboard does not stop at it.
 */

/**
 * What octroi.js lends to octroi.rest.js. The deferred part takes none of these from the page,
 * which may have replaced them by then.
 *
 * @typedef {object} Tools
 * @property {(element: Element) => any} draw makes the tree of an element's stand-in; nothing if the element needs none
 * @property {(place: Element, tree: any) => void} fill
 * @property {(action: string, element: Element) => void} act performs the action of a pressed button
 * @property {typeof import('./tree.js').listen} listen
 * @property {Document} document as the browser made it
 * @property {typeof import('../safe/dom.js').unseen} unseen
 * @property {typeof import('../core/pace.js').pace} pace
 */

/**
 * @typedef {object} StandIn
 * @property {HTMLElement} [box] the stand-in's own element, once it is drawn
 * @property {boolean} [drawn] whether the box shows the current text
 * @property {string} [fitted] the size that the text is shortened for, once it is
 * @property {boolean} [near] whether the embed is in sight, or at most one screen away from it
 * @property {() => boolean} mayInsert whether the box may be put back behind the embed
 * @property {number} x how far the box is moved from where the page lays it, in CSS pixels of the box
 * @property {number} y the same, downwards
 */

/**
 * What the code of stand-ins shares.
 *
 * @typedef {object} Embeds
 * @property {Tools} tools
 * @property {Map<any, StandIn>} held by embed
 * @property {Set<Element>} waiting embeds whose stand-ins are drawn in idle time
 * @property {Set<Element>} fresh embeds that have come in this turn, whose positions are not read yet
 * @property {Set<Element> | undefined} early embeds that have come while the page loads; its scripts may still look for the server's markup. Undefined once the page has loaded
 * @property {boolean} editing whether the whole page is edited (designMode)
 * @property {IntersectionObserver} sight
 * @property {ResizeObserver} sizes
 */

/** Whether somebody edits an element: an editor would save the stand-in, even in an island that is not editable. @param {Embeds} embeds @param {HTMLElement} element */
export const isEdited = ({ editing }, element) => editing || element.isContentEditable || !!element.closest('[contenteditable]:not([contenteditable=false i])');

/** Inserts the box behind its embed, again if a script has put something between, but not for ever. @param {Element} element @param {StandIn} standIn */
const insert = (element, { box, mayInsert }) => {
  if (box && element.nextSibling !== box && mayInsert()) element.after(box);
};

/** Draws an embed's stand-in and inserts it. @param {Embeds} embeds @param {Element} element @param {StandIn} standIn */
export const show = (embeds, element, standIn) => {
  if (!standIn.drawn) {
    const { draw, fill, act, listen, document, unseen } = embeds.tools;
    const tree = draw(element);
    if (!tree) return remove(embeds, element);
    if (!standIn.box) {
      standIn.box = unseen(document.createElement('div'));
      standIn.box.className = 'octroi octroi-embed';
      listen(standIn.box, (action) => act(action, element));
      for (const one of [element, element.parentElement, document.body]) if (one) embeds.sizes.observe(one);
    }
    // Inserts first: `fill` adds the style to the root that the box is in.
    insert(element, standIn);
    fill(standIn.box, tree);
    standIn.drawn = true;
    standIn.fitted = '';
    embeds.waiting.delete(element);
  }
  insert(element, standIn);
};

/** Removes a box; the embed stays held, and may be shown a stand-in again. @param {StandIn} standIn */
export const hide = (standIn) => {
  standIn.box?.remove();
  standIn.drawn = false;
};

/** Forgets an embed and removes its stand-in. The focus moves from the stand-in to the embed. @param {Embeds} embeds @param {any} element */
export const remove = (embeds, element) => {
  const { held, waiting, fresh, early, sight, sizes, tools } = embeds;
  const { box } = held.get(element) || {};
  held.delete(element);
  waiting.delete(element);
  fresh.delete(element);
  early?.delete(element);
  sight.unobserve(element);
  sizes.unobserve(element);
  const focused = box && box.contains(tools.document.activeElement);
  box?.remove();
  if (focused) element.focus({ preventScroll: true });
};
