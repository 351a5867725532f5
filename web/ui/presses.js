/*
 * Where the page draws the interface, tells what the visitor presses and how the refusal looks
 * beside it. What counts as equal is the engine's to say.
 */
import { document, unseen } from '../safe/dom.js';
import { met, parentOf } from './seen.js';

const { getComputedStyle } = window;
const { composedPath } = Event.prototype;
const { apply } = Reflect;

/** What the page calls its buttons by. */
const mark = 'data-octroi-answer';

/** Reads a computed colour of sRGB: red, green and blue from 0 to 255, and opacity. @param {string} css @returns {number[] | undefined} */
const parts = (css) => {
  const [r, g, b, a = 1] = (css.match(/[\d.]+(?:e[-+]?\d+)?/g) || []).map(Number);
  if (/^rgba?\(\d/.test(css)) return [r, g, b, a];
  return /^color\(srgb \d/.test(css) ? [...[r, g, b].map((part) => Math.min(1, part) * 255), a] : undefined;
};

/** Reads a computed colour, however it is written. @param {string} css */
const colour = (css) => {
  const plain = parts(css);
  if (plain) return plain;
  // Mixed with itself, a colour is written as parts of sRGB.
  const probe = unseen(document.createElement('i'));
  probe.style.color = `color-mix(in srgb,${css},${css})`;
  document.documentElement.append(probe);
  const mixed = parts(getComputedStyle(probe).color);
  probe.remove();
  return mixed;
};

/** Paints a colour over another. @param {number[]} upper with its opacity @param {number[]} lower */
const over = ([r, g, b, a], lower) => [r, g, b].map((part, i) => part * a + lower[i] * (1 - a));

/** Writes a colour as "#1c1b1a"; "?" for none. @param {number[] | undefined} rgb */
const hex = (rgb) => (rgb ? '#' + rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('') : '?');

/** Finds the element whose letters a button shows: that of its longest text. @param {Element} button */
const lettered = (button) => {
  let longest = '';
  let found = button;
  for (const root of [button, button.shadowRoot]) {
    const walker = root && document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker?.nextNode(); node; node = walker?.nextNode()) {
      const text = (node.nodeValue || '').trim();
      const parent = node.parentElement;
      if (text.length <= longest.length || (parent && getComputedStyle(parent).display === 'none')) continue;
      longest = text;
      found = parent || button;
    }
  }
  return { element: found, text: longest || (button instanceof HTMLInputElement ? button.value : '') };
};

/** Works out the colours of letters and of their ground. A ground that is a picture is not known. @param {Element} element */
const inks = (element) => {
  /** @type {number[][]} */
  const grounds = [];
  let opacity = 1;
  let known = true;
  let hidden = false;
  for (let one = /** @type {Element | null} */ (element); one; one = parentOf(one)) {
    const style = getComputedStyle(one);
    opacity *= Number(style.opacity);
    if (hidden) continue;
    const ground = colour(style.backgroundColor);
    known &&= style.backgroundImage === 'none' && !!ground;
    if (ground) grounds.unshift(ground);
    hidden = !known || ground?.[3] === 1;
  }
  const ground = grounds.reduce((under, upper) => over(upper, under), [255, 255, 255]);
  const ink = colour(getComputedStyle(element).color);
  return { opacity, ink: known && ink ? hex(over([ink[0], ink[1], ink[2], ink[3] * opacity], ground)) : '?', ground: known ? hex(ground) : '?' };
};

/** Finds the element that a visitor can scroll a button in; none where it stays where it is. @param {Element} button */
const scrollerOf = (button) => {
  for (let one = /** @type {Element | null} */ (button); one; one = parentOf(one)) {
    const { overflowY, position } = getComputedStyle(one);
    const scrolls = one === document.documentElement ? !/hidden|clip/.test(overflowY) : one !== button && /auto|scroll/.test(overflowY);
    if (scrolls && one.scrollHeight > one.clientHeight) return one;
    if (position === 'fixed') return null;
  }
  return null;
};

/** Where an element shows what it scrolls. @param {Element} scroller */
const windowOf = (scroller) => {
  const { left, top } = scroller === document.documentElement ? { left: 0, top: 0 } : scroller.getBoundingClientRect();
  return { left, top, right: left + scroller.clientWidth, bottom: top + scroller.clientHeight };
};

/** Whether a button can be scrolled into sight together with what accepts. @param {Element} scroller of both @param {DOMRect} box of the button @param {DOMRect} accepting */
const fits = (scroller, box, accepting) => {
  const { left, top, right, bottom } = windowOf(scroller);
  const reached = scroller.scrollTop + box.top >= top && scroller.scrollTop + box.bottom - top <= scroller.scrollHeight;
  const height = Math.max(box.bottom, accepting.bottom) - Math.min(box.top, accepting.top);
  return reached && box.left >= left && box.right <= right && height <= bottom - top;
};

/** Where a button is met: its middle, and around it. */
const points = [
  [0.5, 0.5],
  [0.2, 0.3],
  [0.8, 0.3],
  [0.2, 0.7],
  [0.8, 0.7],
];

/** Whether most of a button is in sight, or can be scrolled there together with what accepts. @param {Element} button @param {DOMRect} box @param {Element} accepting */
const isInSight = (button, box, accepting) => {
  const scroller = scrollerOf(button);
  const middle = (box.top + box.bottom) / 2;
  const frame = scroller && windowOf(scroller);
  if (scroller && frame && (middle < frame.top || middle > frame.bottom))
    return scroller === scrollerOf(accepting) && fits(scroller, box, accepting.getBoundingClientRect());
  return points.filter(([across, down]) => button.contains(met(window, button, box, across, down) ?? null)).length > 2;
};

/** Tells how a button looks; see docs/protocol.md, Pressed. @param {Element} button @param {Element} accepting what was pressed */
const look = (button, accepting) => {
  const box = button.getBoundingClientRect();
  const letters = lettered(button);
  const style = getComputedStyle(letters.element);
  const { opacity, ink, ground } = inks(letters.element);
  const there = box.width > 0 && box.height > 0 && style.visibility === 'visible' && opacity > 0.1;
  const dead = button.matches(':disabled, [aria-disabled="true"], [inert], [inert] *') || style.pointerEvents === 'none';
  const state = !there ? 'hidden' : dead ? 'dead' : !isInSight(button, box, accepting) ? 'hidden' : letters.text ? 'seen' : 'silent';
  return [state, Math.round(box.width), Math.round(box.height), Math.round(parseFloat(style.fontSize)), ink, ground].join(' ');
};

/**
 * Tells each press of the visitor's from now on.
 *
 * @param {() => List<Document | ShadowRoot>} roots the document, and the known shadow roots
 * @param {(press: { answer: string, counts: boolean, looks: string[] }) => void} tell
 */
export const watchPresses = (roots, tell) => {
  /** @param {Event} event */
  const pressed = (event) => {
    if (!event.isTrusted || (event instanceof KeyboardEvent && !/^(?: |Enter)$/.test(event.key))) return;
    const path = /** @type {EventTarget[]} */ (apply(composedPath, event, []));
    const button = path.find((node) => node instanceof Element && node.hasAttribute(mark));
    const answer = (button instanceof Element && button.getAttribute(mark)) || '';
    /** @type {string[]} */
    const looks = [];
    if (button instanceof Element && answer !== 'refuse') {
      looks.push(look(button, button));
      const all = roots();
      for (let i = 0; i < all.length; i++)
        if ((all[i].ownerDocument || all[i]) === window.document)
          for (const refusal of all[i].querySelectorAll(`[${mark}="refuse"]`)) if (looks.length < 20) looks.push(look(refusal, button));
    }
    tell({ answer, counts: event.type === 'click' || event.type === 'change', looks });
  };
  // Before the page's own listeners, which may take the layer away.
  for (const type of ['pointerdown', 'keydown', 'click', 'change']) addEventListener(type, pressed, true);
};
