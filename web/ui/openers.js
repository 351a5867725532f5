/*
 * Finds the page's own links and buttons that open the second layer.
 */
import { document } from '../safe/dom.js';
import { getAttribute, hasAttribute, matches } from '../safe/reading.js';

/** Matches every element that may open the second layer, except for the tab. */
export const candidates = ':is(a, area)[*|href*="#octroi"], [data-octroi-open]:not(.octroi-tab)';

/**
 * Whether an element opens the second layer. A link opens it if its address is this page's with
 * the fragment #octroi, however the link writes that address.
 *
 * @param {Element} element
 */
export const isOpener = (element) => {
  if (hasAttribute(element, 'data-octroi-open')) return true;
  if (!matches(element, candidates)) return false;
  const href = (getAttribute(element, 'href') ?? element.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '').trim();
  if (href === '#octroi') return true;
  try {
    return new URL(href, document.baseURI).href === location.href.replace(/#.*|$/, '#octroi');
  } catch {
    return false;
  }
};

/** Whether the document has a link or button of its own that opens the second layer. */
export const hasOpener = () => [...document.querySelectorAll(candidates)].some(isOpener);
