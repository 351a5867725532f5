/*
 * Opens and shuts gated templates. The content of an open template stands behind the template.
 */
import { enqueueFirst, isVouched } from './gate-state.js';
import { parsed } from '../intercept/origins.js';
import { hold } from './hold.js';
import { names, twin } from '../intercept/loads.js';
import {
  appendChild,
  contentOf,
  createComment,
  createDocumentFragment,
  findAll,
  free,
  getAttribute,
  hasAttribute,
  importNode,
  insertBefore,
  learn,
  nextSibling,
  parentNode,
  setAttribute,
  visit,
  weakGet,
  WeakMap,
  weakSet,
} from '../safe/builtins.js';

const compare = free(Node.prototype.compareDocumentPosition);

/** Selects what in a template is held: scripts, gated elements, and all that Firefox would load while it reads the template. */
let holdable = 'script,[data-octroi]';
visit(names, (name) => void (holdable += `,[${twin(name)}]`));

/** The content of each template that was open and is not now. @type {WeakMap<Element, Node>} */
const contents = new WeakMap();
/** The comment that ends the content of each template. @type {WeakMap<Element, Node>} */
const ends = new WeakMap();

/** Makes the content of a template, up to the comment that ends it. Puts its scripts at the head of the queue. @param {Element} template */
const makeContent = (template) => {
  const inside = contentOf(template);
  const vouched = isVouched(template);
  // Holds elements while they are inert: the browser loads them as soon as the document adopts them.
  const held = findAll(inside, holdable);
  for (let i = 0; i < held.length; i++) {
    if (vouched) learn(parsed, held[i]);
    hold(held[i]);
    if (!hasAttribute(held[i], 'data-octroi')) setAttribute(held[i], 'data-octroi', getAttribute(template, 'data-octroi') || '');
  }
  const content = importNode(window.document, inside, true);
  const copies = findAll(content, holdable);
  if (vouched) for (let i = 0; i < copies.length; i++) learn(parsed, copies[i]);
  enqueueFirst(findAll(content, 'script'));
  const end = createComment(window.document, '');
  weakSet(ends, template, end);
  appendChild(content, end);
  return content;
};

/** Opens a template: inserts its content behind it. @param {Element} template */
export const insert = (template) => {
  const content = weakGet(contents, template) || makeContent(template);
  insertBefore(parentNode(template), content, nextSibling(template));
};

/** Shuts a template: takes its content out of the document. @param {Element} template */
export const empty = (template) => {
  const end = /** @type {Node} */ (weakGet(ends, template));
  // The page has moved the template or the end: the content stays.
  if (parentNode(end) !== parentNode(template) || !(compare(template, end) & 4)) return;
  const content = createDocumentFragment(window.document);
  for (let node; (node = nextSibling(template)) !== end;) appendChild(content, node);
  appendChild(content, end);
  weakSet(contents, template, content);
};
