/*
 * Finds consent interfaces in a page, of Octroi and of other managers, and measures their
 * buttons.
 */
import { met, parentOf } from '../ui/seen.js';
import { contrast, isSeen, paintOver } from './colours.js';

/** @typedef {{ Act: string, Text: string, Tag: string, Seen: boolean, Width: number, Height: number, Size: number, Weight: number, Opacity: number, Ratio: number, Filled: boolean }} Button lengths in CSS px; Size and Weight are the font's; Ratio is the contrast of text and background, 1 to 21 */
/** @typedef {{ What: string, Buttons: Button[] }} ConsentUI */

/** Selectors of managers' interfaces; an interface that has none of these names is recognised by its text and place. */
const interfaces =
  '.octroi-ask, #cc-main .cm, #klaro .cookie-notice, #klaro .cookie-modal, #tarteaucitronAlertBig, .orejime-Banner, .orejime-Notice, #onetrust-banner-sdk, #CybotCookiebotDialog, #didomi-notice, #didomi-popup, .cc-window, #axeptio_overlay, #usercentrics-root, .iubenda-cs-container, #cmplz-cookiebanner-container, #cookie-law-info-bar, .cky-consent-container, #truste-consent-track, #qc-cmp2-container';
/** Elements without a size of their own: what they show is in their shadow tree. */
const shadowHosts = '#usercentrics-root, #axeptio_overlay';
const buttons = 'button, a, input[type="button"], input[type="submit"], [role="button"]';

/** Whether an element takes room and is not hidden. @param {any} page @param {Element} element */
export const isVisible = (page, element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && page.getComputedStyle(element).visibility === 'visible';
};

/** Lists the elements below a node, those of open shadow trees too; 20,000 of each tree. @param {ParentNode} root @returns {Element[]} */
const elementsBelow = (root) => {
  const list = [...root.querySelectorAll('*')].slice(0, 20000);
  return list.concat(list.flatMap((element) => (element.shadowRoot ? elementsBelow(element.shadowRoot) : [])));
};

/** Whether an element lies over the page and speaks of cookies. @param {any} page @param {Element} element */
const looksLikeOne = (page, element) => {
  if (!element.matches('div, section, aside, dialog, form, footer, [role]')) return false;
  const { position } = page.getComputedStyle(element);
  const over = /^(fixed|sticky)$/.test(position) || element.matches('dialog[open], [role="dialog"], [role="alertdialog"]');
  return over && /cookie|consent|traceur|tracker|tracking/i.test(element.textContent || '');
};

/** Names an element by its id, or by its tag and two classes. @param {Element} element */
const nameOf = ({ id, localName, classList }) => (id ? '#' + id : [localName, ...[...classList].slice(0, 2)].join('.'));

/** Works out an element's opacity, and the colour that is painted behind its text. @param {any} page @param {Element} element */
const backdrop = (page, element) => {
  let opacity = 1;
  /** @type {string[]} */
  const colours = [];
  for (let one = /** @type {Element | null} */ (element); one; one = parentOf(one)) {
    const style = page.getComputedStyle(one);
    opacity *= Number(style.opacity);
    colours.unshift(style.backgroundColor);
  }
  let colour = [255, 255, 255];
  for (const next of colours) colour = paintOver(next, colour);
  return { opacity, colour };
};

/** Whether the middle of an element lies in the window, with nothing in front of it. @param {any} page @param {Element} element @param {DOMRect} box */
const isInFront = (page, element, box) => {
  const hit = met(page, element, box);
  return !!hit && (element.contains(hit) || hit.contains(element));
};

/** @param {Element} element */
const textOf = (element) => (element.textContent || element.getAttribute('value') || element.getAttribute('aria-label') || '').trim().slice(0, 100);

/** Measures a button. @param {any} page @param {Element} element @returns {Button} */
const measure = (page, element) => {
  const style = page.getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const { opacity, colour } = backdrop(page, element);
  return {
    Act: element.getAttribute('data-octroi-act') || element.getAttribute('data-octroi-answer') || '',
    Text: textOf(element),
    Tag: element.localName,
    Seen: isVisible(page, element) && opacity > 0.1 && isInFront(page, element, box),
    Width: box.width,
    Height: box.height,
    Size: parseFloat(style.fontSize),
    Weight: Number(style.fontWeight),
    Opacity: opacity,
    Ratio: contrast(colour, paintOver(style.color, colour)),
    Filled: isSeen(style.backgroundColor),
  };
};

/** @param {any} page @param {Element} element @returns {ConsentUI} */
const measureUI = (page, element) => ({
  What: nameOf(element),
  Buttons: elementsBelow(element.shadowRoot || element)
    .filter((one) => one.matches(buttons))
    .slice(0, 50)
    .map((one) => measure(page, one)),
});

/** Finds the consent interfaces that a page shows, ten at most. @param {any} page @returns {ConsentUI[]} */
export const consentUIs = (page) => {
  /** @type {Element[]} */
  const found = [];
  for (const element of elementsBelow(page.document)) {
    if (found.some((other) => other.contains(element))) continue;
    if (!element.matches(interfaces) && !looksLikeOne(page, element)) continue;
    if (isVisible(page, element) || element.matches(shadowHosts)) found.push(element);
  }
  // An interface of the page's own, wherever it stands: its buttons say what they are.
  for (const accept of page.document.querySelectorAll('[data-octroi-answer="accept"]')) {
    const around = accept.closest('dialog, [role="dialog"], [role="alertdialog"], section, aside, form, footer') || page.document.body;
    if (!found.some((other) => other.contains(accept)) && isVisible(page, accept)) found.push(around);
  }
  return found
    .slice(0, 10)
    .map((element) => measureUI(page, element))
    .filter(({ Buttons }) => Buttons.length);
};
