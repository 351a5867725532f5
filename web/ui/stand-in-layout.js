/*
 * Lays stand-ins over their embeds.
 */
import { hide, isEdited, show } from './stand-in.js';

/** The smallest embed that gets a stand-in, in CSS pixels: a smaller one, such as a counter's frame, has no room for a word. */
const least = { width: 120, height: 60 };
/** In how many forms a stand-in comes. The style sheet says what each leaves out, the second only the picture. */
const forms = 9;

/** Sets a property, with the priority of the style sheet's own. @param {HTMLElement} box @param {string} name @param {string} value */
const set = ({ style }, name, value) => {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value, 'important');
};

/** Whether so little is left of the picture that it shows nothing. @param {HTMLElement} box */
const isFilled = (box) => /** @type {HTMLElement} */ (box.querySelector('.octroi-body')).offsetHeight > 0.8 * box.clientHeight;

/** Whether something of a stand-in is cut off. @param {HTMLElement} box */
const isCut = (box) => box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth;

/** Shortens stand-ins until nothing is cut off, all by one step at a time. What a visitor has opened stays. @param {HTMLElement[]} boxes */
const shorten = (boxes) => {
  let long = boxes.filter((box) => !box.querySelector('[open]'));
  let brief = '';
  for (let form = 1; long.length && form <= forms; form++) {
    for (const { dataset } of long) dataset.octroiBrief = brief;
    long = long.filter(brief ? isCut : isFilled);
    brief += form;
  }
};

/**
 * Draws the stand-ins of these embeds where that is due, and lays them over the embeds. Reads all
 * positions before it writes anything: each turn from writing to reading costs a layout.
 *
 * @param {import('./stand-in.js').Embeds} embeds
 * @param {any[]} elements
 */
export const lay = (embeds, elements) => {
  const jobs = elements.map((element) => ({
    element,
    standIn: /** @type {import('./stand-in.js').StandIn} */ (embeds.held.get(element)),
    edited: isEdited(embeds, element),
    at: element.getBoundingClientRect(),
    width: element.offsetWidth,
    height: element.offsetHeight,
  }));
  const laid = jobs.filter(({ element, standIn, edited, at, width, height }) => {
    if (edited) hide(standIn);
    else show(embeds, element, standIn);
    const { box, drawn } = standIn;
    if (!box || !drawn) return false;
    const fits = at.width >= least.width && at.height >= least.height;
    set(box, 'display', fits ? '' : 'none');
    set(box, 'width', width + 'px');
    set(box, 'height', height + 'px');
    return fits;
  });
  shorten(
    laid
      .filter(({ standIn, width, height }) => standIn.fitted !== (standIn.fitted = width + ' ' + height))
      .map(({ standIn }) => /** @type {HTMLElement} */ (standIn.box)),
  );
  const boxes = laid.map(({ standIn }) => /** @type {HTMLElement} */ (standIn.box).getBoundingClientRect());
  laid.forEach(({ standIn, at, width }, i) => {
    // In print the style sheet shows no stand-in.
    if (!boxes[i].width) return;
    const scale = at.width / width || 1;
    standIn.x += (at.left - boxes[i].left) / scale;
    standIn.y += (at.top - boxes[i].top) / scale;
    set(/** @type {HTMLElement} */ (standIn.box), 'transform', `translate(${standIn.x}px, ${standIn.y}px)`);
  });
};
