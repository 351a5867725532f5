/*
 * Gated templates: what they bring stands behind them while they are open.
 */
import { names, twin } from '../intercept/loads.js';
import {
  appendChild,
  contentOf,
  findAll,
  free,
  getAttribute,
  hasAttribute,
  insertBefore,
  learn,
  nextSibling,
  parentNode,
  setAttribute,
  visit,
  weakGet,
  WeakMap,
  weakSet,
  importNode,
  createComment,
  createDocumentFragment,
} from '../safe/builtins.js';

const compare = free(Node.prototype.compareDocumentPosition);

/** What in a template waits for its turn: also what Firefox would ask for as it reads the template. */
let waiting = 'script,[data-octroi]';
visit(names, (name) => void (waiting += `,[${twin(name)}]`));

/**
 * @param {object} gates
 * @param {WeakSet<Element>} gates.written elements that the parser brought with the page
 * @param {(element: Element) => boolean} gates.vouched whether an element is the page's own word
 * @param {(element: Element) => void} gates.hold
 * @param {(scripts: Element[]) => void} gates.addBefore has scripts run before all others that wait
 */
export const gatedTemplates = ({ written, vouched, hold, addBefore }) => {
  /** What a template brought, while it is shut again. @type {WeakMap<Element, Node>} */
  const kept = new WeakMap();
  /** Marks the end of what a template brought. @type {WeakMap<Element, Node>} */
  const ends = new WeakMap();

  /**
   * A template's content comes to stand behind it, up to a comment that marks its
   * end. Scripts in it wait for their turn as the page's do.
   *
   * @param {Element} template
   */
  const insert = (template) => {
    let content = weakGet(kept, template);
    if (!content) {
      const inside = contentOf(template);
      // Held while they are inert: what is taken over into the document loads at once.
      const all = findAll(inside, waiting);
      for (let i = 0; i < all.length; i++) {
        if (vouched(template)) learn(written, all[i]);
        hold(all[i]);
        if (!hasAttribute(all[i], 'data-octroi')) setAttribute(all[i], 'data-octroi', getAttribute(template, 'data-octroi') || '');
      }
      const fresh = importNode(window.document, inside, true);
      const copies = findAll(fresh, waiting);
      if (vouched(template)) for (let i = 0; i < copies.length; i++) learn(written, copies[i]);
      addBefore(findAll(fresh, 'script'));
      const end = createComment(window.document, '');
      weakSet(ends, template, end);
      appendChild(fresh, end);
      content = fresh;
    }
    insertBefore(parentNode(template), content, nextSibling(template));
  };

  /** Puts back what a template brought. @param {Element} template */
  const empty = (template) => {
    const end = /** @type {Node} */ (weakGet(ends, template));
    // A page that has moved either keeps what is there.
    if (parentNode(end) !== parentNode(template) || !(compare(template, end) & 4)) return;
    const content = createDocumentFragment(window.document);
    for (let node; (node = nextSibling(template)) !== end;) appendChild(content, node);
    appendChild(content, end);
    weakSet(kept, template, content);
  };

  return { insert, empty };
};
