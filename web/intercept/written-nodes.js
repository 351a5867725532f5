/*
 * Makes the nodes of the page, judged, for nodes that an inert document's parser has made.
 */
import { receive } from './gating.js';
import { SVG } from './loads.js';
import {
  appendChild,
  attempt,
  attributeNames,
  createElementNS,
  findAll,
  firstChild,
  free,
  getAttribute,
  hasAttribute,
  importNode,
  localName,
  namespaceURI,
  nodeType,
  outerHTML,
  reads,
  setAttribute,
  textOf,
  visit,
  createRange,
} from '../safe/builtins.js';
import { markup as trusted, nonce, scriptURL, signed } from '../safe/trust.js';

const innerHTML = reads(Element.prototype, 'innerHTML');
const createContextualFragment = free(Range.prototype.createContextualFragment);

/** Makes a script of SVG that runs once inserted. @param {any} node */
const svgScriptLike = (node) => {
  const { document } = window;
  const script = createElementNS(document, SVG, 'script');
  visit(attributeNames(node), (/** @type {string} */ name) => void attempt(() => setAttribute(script, name, getAttribute(node, name))));
  attempt(() => appendChild(script, importNode(document, firstChild(node), false)));
  return script;
};

/**
 * Makes a script that runs once inserted. The browser reads it from markup: a page's policy
 * may trust no text and no address of a script that was made otherwise. On a page with a
 * nonce, a script without the nonce is judged as any gated script is.
 *
 * @param {any} node
 */
const scriptLike = (node) => {
  if (namespaceURI(node) === SVG) return svgScriptLike(node);
  const { document } = window;
  const address = getAttribute(node, 'src');
  const hasNonce = !nonce || getAttribute(node, 'nonce') === nonce;
  // A copy of an inert document's script never runs.
  if (!hasNonce && !(address ? attempt(() => scriptURL(address)) : signed(node))) return importNode(document, node, true);
  const script = /** @type {any} */ (firstChild(createContextualFragment(createRange(document), trusted(outerHTML(node)))));
  script.async = hasAttribute(node, 'async');
  return script;
};

/** Makes the node of the page for a node of an inert document, without most of its children. @param {Document} inert @param {any} node @param {string} base */
export const nodeLike = (inert, node, base) => {
  if (nodeType(node) !== 1) return importNode(window.document, node, true);
  const tag = localName(node);
  if (tag === 'script') {
    const script = scriptLike(node);
    receive(script, base);
    return script;
  }
  const copy = importNode(inert, node, tag === 'style' || tag === 'template');
  // Where scripts run, the content of a noscript is text; to Firefox's inert parser too.
  if (tag === 'noscript') copy.textContent = findAll(node, '*').length ? innerHTML(node) : textOf(node);
  receive(copy, base);
  return copy;
};
