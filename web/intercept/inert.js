/*
 * Documents in which no script runs and nothing loads. Octroi reads markup in them, to judge
 * the elements before any of them reaches the page.
 */
import { HTML } from './loads.js';
import {
  appendChild,
  closest,
  contentOf,
  createElementNS,
  createHTMLDocument,
  defaultView,
  free,
  getAttribute,
  implementation,
  localName,
  namespaceURI,
  nodeType,
  ownerDocument,
  parseFromString,
  reads,
  setAttribute,
  compatMode,
} from '../safe/builtins.js';
import { markup as trusted } from '../safe/trust.js';

const createXML = free(DOMImplementation.prototype.createDocument);
const contentTypeOf = reads(Document.prototype, 'contentType');

/** An inert document in standards mode, as most pages are. */
export const inertDocument = createHTMLDocument(implementation, '');
const inertXML = createXML(implementation, null, '', null);
/** An inert document in quirks mode, made at its first use. @type {Document | undefined} */
let inertQuirks;
/** The one document that owns the contents of all templates. */
const templateDocument = ownerDocument(contentOf(createElementNS(document, HTML, 'template')));

/** Whether a document's parser reads HTML, and not XML. @param {Document} document */
export const isHTML = (document) => contentTypeOf(document) === 'text/html';

/** Returns the inert document whose parser reads as another document's does. @param {Document} document */
const inertLike = (document) => {
  if (!isHTML(document)) return inertXML;
  return compatMode(document) === 'BackCompat' ? (inertQuirks ??= parseFromString(new DOMParser(), trusted(''), 'text/html')) : inertDocument;
};

/** Makes an inert element in which markup is read as it would be in `context`. @param {Element} context */
export const placeLike = (context) => {
  const document = inertLike(ownerDocument(context));
  const tag = localName(context);
  const place = createElementNS(document, namespaceURI(context), tag);
  if (tag === 'annotation-xml') setAttribute(place, 'encoding', getAttribute(context, 'encoding') || '');
  // The parser drops a form inside a form.
  if (closest(context, 'form')) appendChild(createElementNS(document, HTML, 'form'), place);
  return place;
};

/**
 * Returns the window of a node's document. A document without a window loads nothing: those
 * that DOMParser makes, and that of templates' contents.
 *
 * @param {Node} node
 */
export const viewOf = (node) => defaultView(nodeType(node) === 9 ? node : ownerDocument(node));

/**
 * Whether a node belongs to a document that runs no scripts, such as DOMParser's. Scripts of
 * such a document never run, even after a move into the page. Scripts of templates do.
 *
 * @param {Node} node
 */
export const isForeign = (node) => {
  const document = ownerDocument(node);
  return !!document && document !== templateDocument && !viewOf(node);
};
