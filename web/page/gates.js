/*
 * The gates hold gated markup, and open it when the engine says so:
 *
 *   <script type="text/plain" data-octroi="id">       also with src, data-src, data-type="module"
 *   <iframe|img|link|… data-octroi="id" data-src="…"> also with data-srcset, data-href
 *   <template data-octroi="id">                       any markup
 *
 * They ask for each verdict and know no reason for it.
 */
import { consider, onAdded } from './gate-element.js';
import { connectGates, mayLoad, opened, tags } from './gate-state.js';
import { shadow, watch } from './gate-watch.js';
import { drain, isBusy } from './gated-scripts.js';
import { hold } from './hold.js';
import { roots } from './roots.js';
import { deref, findAll, hasAttribute, includes, isConnected, learn, list, listen, localName, unlearn, WeakRef } from '../safe/builtins.js';

/** How many elements outside of the document are remembered. */
const mostDetached = 1000;

/**
 * @param {import('../intercept/shared.js').Shared} shared
 * @param {import('./gate-state.js').Reports} reports
 */
export const guard = (shared, reports) => {
  connectGates(shared.tags, reports);
  /** Held elements that are in no document, such as counting pixels. @type {List<Element>} */
  let detached = list();
  /** Open links, which bear no mark: routers compare the elements of a head. @type {List<WeakRef<Element>>} */
  let links = list();

  /** Considers the held elements outside of the document again. */
  const reviewDetached = () => {
    const all = detached;
    detached = list();
    for (let i = 0; i < all.length; i++) {
      if (isConnected(all[i]) || mayLoad(all[i])) consider(all[i]);
      else detached[detached.length] = all[i];
    }
  };

  /** Judges open links anew. */
  const reviewLinks = () => {
    const all = links;
    links = list();
    for (let i = 0; i < all.length; i++) {
      const link = deref(all[i]);
      if (!link || hasAttribute(link, 'data-octroi')) continue;
      unlearn(opened, link);
      tags.gateParsed(link);
      if (hasAttribute(link, 'data-octroi')) onAdded(link);
    }
  };

  const gates = {
    watch,
    shadow,
    /** Opens and shuts the gated elements that a change of the grants concerns. */
    review() {
      reviewDetached();
      reviewLinks();
      const known = roots();
      for (let i = 0; i < known.length; i++) {
        const gated = findAll(known[i], '[data-octroi]');
        for (let k = 0; k < gated.length; k++) consider(gated[k]);
      }
      drain();
    },
    hold,
    busy: isBusy,
    allowed: mayLoad,
    /** Remembers as open an element that loads already. @param {Element} element @param {string} ids */
    opened(element, ids) {
      learn(opened, element);
      const tag = localName(element);
      if (tag === 'script') reports.ran(ids);
      if (tag === 'link') links[links.length] = new WeakRef(element);
    },
    /** Reports and remembers a held element that is in no document. @param {Element} element */
    detached(element) {
      if (detached.length < mostDetached && !includes(detached, element)) detached[detached.length] = element;
      reports.blocked(element);
    },
    /** Adds the listeners that a document loses when it is opened anew. */
    listen() {
      listen(window.document, 'readystatechange', drain);
    },
  };
  shared.gates = gates;
  gates.listen();
  watch(window.document);
  return gates;
};
