/*
 * Lays stand-ins over their embeds.
 */
import { hide, isEdited, show } from './stand-in.js';

/** The smallest embed that gets a stand-in, in CSS pixels: a smaller one, such as a counter's frame, has no room for a word. */
const least = { width: 120, height: 60 };

/** Sets a property, with the priority of the style sheet's own. @param {HTMLElement} box @param {string} name @param {string} value */
const set = ({ style }, name, value) => {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value, 'important');
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
