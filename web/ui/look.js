/*
 * Looks at how the page is drawn, for the theme that is made of that: its fonts, its colours, and
 * what is like a button. The engine chooses among them.
 */
import { document, unseen } from '../safe/dom.js';
import { attempt } from '../safe/reading.js';
import { readColour } from './colours.js';
import { set } from './spacing.js';

const { getComputedStyle, matchMedia, requestAnimationFrame } = window;

/** What may look like a button, but for Octroi's own. */
const buttons = ':is(button, a, [role="button"], [type="submit"]):not(.octroi, .octroi *)';
/** How many of these are looked at. */
const most = 200;
/** How many lines are told: those of eight of them. */
const enough = 6 + 8 * 4;

/** How the page looks, in the engine's lines. */
const look = () => {
  const { body, documentElement } = document;
  const find = (/** @type {string} */ selector) => body.querySelector(selector + ':not(.octroi *)');
  const probe = unseen(document.createElement('i'));
  for (const [name, value] of [
    ['all', 'initial'],
    ['color-scheme', 'inherit'],
    ['display', 'none'],
  ])
    set(probe.style, name, value, 'important');
  documentElement.append(probe);
  /** @param {string | undefined} color */
  const colour = (color) => (color ? readColour(probe, color) : '');
  /** The colour that an element is drawn on: its own, else the first of a gradient. @param {CSSStyleDeclaration} style */
  const groundOf = ({ backgroundColor, backgroundImage }) =>
    colour(backgroundColor) || colour(backgroundImage.match(/\b(?:rgba?|color|(?:ok)?l(?:ab|ch))\([^()]*\)/)?.[0]);
  const texts = find('main') || body;
  const text = getComputedStyle(texts);
  const titles = find(':is(h1, h2)');
  const title = titles ? getComputedStyle(titles) : text;
  const link = find('p a[href]') || find('a[href]');
  let ground = '';
  for (let at = /** @type {Element | null} */ (texts); at && !ground; at = at.parentElement) ground = groundOf(getComputedStyle(at));
  ground ||= colour('Canvas');
  const lines = [text.fontFamily, title.fontFamily, title.fontWeight, ground, colour(text.color), colour(link ? getComputedStyle(link).color : '')];
  const all = body.querySelectorAll(buttons);
  for (let i = 0; i < all.length && i < most && lines.length < enough; i++) {
    const style = getComputedStyle(all[i]);
    const own = groundOf(style);
    if (!own || own === ground || style.visibility !== 'visible' || +style.opacity < 0.5) continue;
    const { left, bottom, width, height } = all[i].getBoundingClientRect();
    // Of the size of a button, and not a link that only the keyboard brings into sight.
    if (left < 0 || bottom + scrollY < 0 || width < 32 || width > 600 || height < 20 || height > 90) continue;
    lines.push(own, colour(style.color), style.borderTopLeftRadius, style.borderTopWidth);
  }
  probe.remove();
  return lines.join('\n');
};

/** Tells how the page looks, once that is asked for, and again where it may have changed. @param {(look: string) => void} tell @returns {(again?: boolean) => void} */
export const watchLook = (tell) => {
  let asked = false;
  let told = false;
  const now = () => {
    tell(attempt(look) || '\n');
    told = true;
  };
  const again = () => void (told && now());
  // The page's style sheets have come before a frame is drawn.
  const soon = () => requestAnimationFrame(now);
  return (renewed) => {
    if (renewed) return again();
    if (asked) return;
    asked = true;
    addEventListener('load', again);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', soon);
    else soon();
  };
};
