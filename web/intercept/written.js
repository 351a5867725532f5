/*
 * What a granted script writes by document.write when the parser has gone on without it. The
 * text comes to stand where it would have: behind the script. An inert document's parser reads
 * the text piece by piece, and Octroi makes the same nodes, judged, in the page. Scripts among
 * them run in order.
 */
import { begin, feed } from '../core/tokens.js';
import {
  attempt,
  baseURI,
  bodyOf,
  createHTMLDocument,
  currentScript,
  exec,
  firstChild,
  free,
  getAttribute,
  hasAttribute,
  headOf,
  implementation,
  insertBefore,
  knows,
  learn,
  list,
  localName,
  namespaceURI,
  nextSibling,
  nodeType,
  openDocument,
  parentNode,
  previousSibling,
  slice,
  startsWith,
  textOf,
  weakGet,
  WeakMap,
  weakSet,
  WeakSet,
  writeDocument,
  compatMode,
} from '../safe/builtins.js';
import { markup as trusted } from '../safe/trust.js';
import { HTML, sourceOf, speaks, SVG } from './loads.js';
import { nodeLike } from './written-nodes.js';

const appendData = free(CharacterData.prototype.appendData);

/** Elements in which a parser reads markup otherwise than in a body. */
const contexts = /^(?:tr|tbody|thead|tfoot|colgroup|table|select|optgroup)$/;
/** Elements that are made with their content, once that is whole. */
const leaves = /^(?:script|style|template|noscript)$/;

/**
 * @callback Wait calls `then` when a script's file has run or failed
 * @param {any} script
 * @param {string} address
 * @param {() => void} then
 *
 * @typedef {object} Root a place that written nodes go to
 * @property {() => any} from returns the inert node whose children go there
 * @property {any} to their parent in the page
 * @property {any} end the node of the page before which they stand, or null
 *
 * @typedef {object} Writing what one script writes
 * @property {import('../core/tokens.js').Place} place where the tokenizer is
 * @property {Document} inert where a parser reads it
 * @property {List<Root>} roots
 * @property {WeakMap<Node, any>} made the page's node for each inert node
 * @property {WeakMap<Node, number>} lengths how many characters of each text node the page has
 * @property {WeakMap<Node, { node: any, previous: any }>} reached the last child of each inert node that the page has, and the child before
 * @property {boolean} waits whether a written script must run first
 * @property {() => void} [then] set once the script writes no more; called when all is in the page
 * @property {Wait} wait
 */

/** Scripts whose writing is taken, and how each waits for the file of another. @type {WeakMap<object, Wait>} */
const waits = new WeakMap();
/** @type {WeakMap<object, Writing>} */
const writings = new WeakMap();
/** Gated scripts that may run. @type {WeakSet<object>} */
const granted = new WeakSet();
/** The script that runs now, where document.currentScript is null: in a shadow root. @type {any} */
let running;

/**
 * Returns markup that brings a parser to where it would be in an element of a document.
 *
 * @param {Document} document
 * @param {any} parent
 */
export const upTo = (document, parent) => {
  let text = compatMode(document) === 'CSS1Compat' ? '<!doctype html>' : '';
  if (parent !== headOf(document)) text += '<body>';
  if (parent && namespaceURI(parent) === SVG) text += '<svg>';
  let around = '';
  for (let up = parent; up && exec(contexts, attempt(() => localName(up)) || '') !== null; up = parentNode(up)) around = `<${localName(up)}>` + around;
  return text + around;
};

/** @param {any} script @returns {Writing} */
const newWriting = (script) => {
  const { document } = window;
  const inert = createHTMLDocument(implementation, '');
  const parent = parentNode(script) || bodyOf(document);
  const end = parentNode(script) && nextSibling(script);
  const inHead = parent === headOf(document);
  openDocument(inert);
  writeDocument(inert, trusted(upTo(document, parent)));
  let innermost = bodyOf(inert);
  for (let node = innermost; node; node = firstChild(node)) innermost = node;
  const roots = list([{ from: () => (inHead ? headOf(inert) : innermost), to: parent, end }]);
  // What is written in the head may begin the body.
  if (inHead && bodyOf(document)) roots[1] = { from: () => bodyOf(inert), to: bodyOf(document), end: firstChild(bodyOf(document)) };
  const wait = weakGet(waits, script);
  return { place: begin(), inert, roots, made: new WeakMap(), lengths: new WeakMap(), reached: new WeakMap(), waits: false, wait };
};

/** Whether what is written behind a script must wait until the script, now in the page, has run. @param {Writing} writing @param {any} script */
const holdsUp = (writing, script) => {
  const resume = () => {
    writing.waits = false;
    step(writing);
  };
  const address = sourceOf(script, namespaceURI(script) === SVG ? 'href' : 'src');
  const type = getAttribute(script, 'type') || '';
  if (!address) return (writing.waits = !over(script, resume));
  if (script.async || hasAttribute(script, 'defer') || type === 'module' || !speaks(script, type)) return false;
  writing.waits = true;
  writing.wait(script, address, () => over(script, resume) && resume());
  return true;
};

/** Returns the first child of an inert node that may be new to the page. @param {Writing} writing @param {any} from */
const nextChild = (writing, from) => {
  // A parser goes on where it was, except that it puts some nodes before a table.
  const last = writing.then ? undefined : weakGet(writing.reached, from);
  return last && previousSibling(last.node) === last.previous && parentNode(last.node) === from ? last.node : firstChild(from);
};

/** Whether an inert node will be made only when it is whole: scripts and styles of HTML are whole at once. @param {any} node */
const isUnfinished = (node) => !(namespaceURI(node) === HTML && exec(/^s/, localName(node)));

/**
 * Makes the page's node for an inert node, and inserts it; tells whether the nodes behind it
 * must wait.
 *
 * @param {Writing} writing
 * @param {any} node
 * @param {any} to
 * @param {any} end
 */
const insert = (writing, node, to, end) => {
  const made = nodeLike(writing.inert, node, baseURI(to));
  weakSet(writing.made, node, made);
  const isScript = nodeType(node) === 1 && localName(node) === 'script';
  if (isScript) {
    weakSet(waits, made, writing.wait);
    learn(granted, made);
  }
  const following = nextSibling(node);
  const before = (following && weakGet(writing.made, following)) || end;
  insertBefore(to, made, before && parentNode(before) === to ? before : null);
  return isScript && holdsUp(writing, made);
};

/** Appends to the page's text node what the inert one has got since. @param {Writing} writing @param {any} node */
const growText = (writing, node) => {
  const text = textOf(node);
  const length = weakGet(writing.lengths, node) ?? text.length;
  if (text.length > length) appendData(weakGet(writing.made, node), slice(text, length));
  weakSet(writing.lengths, node, text.length);
};

/**
 * Makes the children of an inert node in the page, as far as they were read; tells whether
 * it made all of them.
 *
 * @param {Writing} writing
 * @param {any} from
 * @param {any} to
 * @param {any} end
 * @param {boolean} isLast whether the parser may still be inside `from`
 * @returns {boolean}
 */
const mirror = (writing, from, to, end, isLast) => {
  for (let node = nextChild(writing, from); node; node = nextSibling(node)) {
    weakSet(writing.reached, from, { node, previous: previousSibling(node) });
    const type = nodeType(node);
    const isOpen = isLast && !nextSibling(node);
    const isLeaf = type === 1 && exec(leaves, localName(node)) !== null;
    if (!weakGet(writing.made, node)) {
      if (isLeaf && isOpen && !writing.then && isUnfinished(node)) return true;
      if (insert(writing, node, to, end)) return false;
    }
    if (type === 3) growText(writing, node);
    if (type === 1 && !isLeaf && !mirror(writing, node, weakGet(writing.made, node), null, isOpen)) return false;
  }
  return true;
};

/** Makes in the page what was read, as far as no script must run first. @param {Writing} writing */
const step = (writing) => {
  if (writing.waits) return;
  const { roots, then } = writing;
  for (let i = 0; i < roots.length; i++) {
    const from = roots[i].from();
    if (from && !mirror(writing, from, roots[i].to, roots[i].end, true)) return;
  }
  if (then) then();
};

/** @param {Writing} writing @param {string} text */
const read = (writing, text) => {
  if (text) writeDocument(writing.inert, trusted(text));
  step(writing);
};

/**
 * Ends what a script writes. Tells whether all of it is in the page; if not, calls `then`
 * when it is.
 *
 * @param {any} script
 * @param {() => void} then
 */
const over = (script, then) => {
  const writing = weakGet(writings, script);
  if (!writing) return true;
  let isDone = false;
  let isHere = true;
  writing.then = () => {
    writing.then = () => {};
    isDone = true;
    if (!isHere) then();
  };
  const { rest } = writing.place;
  // A tag without an end is dropped, as a parser does at the end of its input.
  read(writing, startsWith(rest, '<') ? '' : rest);
  isHere = false;
  return isDone;
};

/** Returns the script that runs now, if what it writes is taken. @param {any} document @returns {any} */
export const lateScript = (document) => {
  if (document !== window.document) return undefined;
  const script = currentScript(document) || running;
  return script && weakGet(waits, script) ? script : undefined;
};

/** Writes for a script whose writing is taken. @param {any} script @param {string} text */
export const writeLate = (script, text) => {
  let writing = weakGet(writings, script);
  if (!writing) weakSet(writings, script, (writing = newWriting(script)));
  read(writing, feed(writing.place, text));
};

/** What the gates tell of the scripts that they run. */
export const writing = {
  over,
  /** A script may run now. @param {any} script @param {Wait} [wait] given if what the script writes is taken */
  late(script, wait) {
    learn(granted, script);
    if (wait) weakSet(waits, script, wait);
  },
  /** Returns the gated script that runs now. @returns {any} */
  current() {
    const script = currentScript(window.document) || running;
    return script && knows(granted, script) ? script : undefined;
  },
  /** Runs a script. @param {any} script @param {() => void} act */
  within(script, act) {
    const before = running;
    running = script;
    try {
      act();
    } finally {
      running = before;
    }
  },
};
