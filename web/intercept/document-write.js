/*
 * Hooks for document.open, write, writeln and close. What a page writes may end inside a tag:
 * Octroi passes whole tokens to the browser, and keeps the rest until the page writes more or
 * its script has ended.
 */
import { inertDocument, viewOf } from './inert.js';
import { HTML, mayLoad } from './loads.js';
import { hookFrames, textOnce } from './markup-hooks.js';
import { rewrite } from './markup.js';
import { readInPieces } from './reader.js';
import { shared } from './shared.js';
import { lateScript, upTo, writeLate } from './written.js';
import { begin, feed } from '../core/tokens.js';
import {
  apply,
  attempt,
  bodyOf,
  createElementNS,
  currentScript,
  list,
  parentNode,
  readyState,
  room,
  setInnerHTML,
  weakDelete,
  weakGet,
  WeakMap,
  weakSet,
} from '../safe/builtins.js';
import { markup as trusted, typed } from '../safe/trust.js';
import { nativeOf, wrap } from './wrap.js';

const { queueMicrotask } = window;
const openAndClose = list(['open', 'close']);
const writers = list(['write', 'writeln']);

/**
 * @typedef {object} Stream what a page writes into a document
 * @property {import('../core/tokens.js').Place} place where the tokenizer is
 * @property {number} depth how many calls of write run, one inside another
 * @property {boolean} opened whether all of the document is written so, as after document.open
 * @property {string} before the text before the first that may load
 * @property {((text: string) => List<Element>) | undefined} read reads a piece in an inert document, and returns its elements
 */

/** @type {WeakMap<Document, Stream>} */
const streams = new WeakMap();

/** @param {boolean} opened @returns {Stream} */
const newStream = (opened) => ({ place: begin(), depth: 0, opened, before: '', read: undefined });

/** Returns the stream of a document. A write into a loaded document opens that anew. @param {Document} document */
const streamOf = (document) => {
  let stream = weakGet(streams, document);
  if (!stream || (!stream.depth && readyState(document) !== 'loading')) {
    stream = newStream(readyState(document) !== 'loading');
    weakSet(streams, document, stream);
  }
  return stream;
};

/**
 * Rewrites a text of whole tokens, with gated start tags.
 *
 * @param {Document} document
 * @param {Stream} stream
 * @param {string} text
 * @param {string} [raw] the element whose text goes on in this one, "" for none
 */
const rewriteTokens = (document, stream, text, raw = '') => {
  if (!stream.read) {
    if (!mayLoad(text)) {
      stream.before += text;
      return text;
    }
    const script = currentScript(document);
    stream.read = readInPieces((stream.opened ? '' : upTo(document, (script && parentNode(script)) || bodyOf(document))) + stream.before);
  }
  return rewrite(text, raw, stream.read);
};

/** Writes the rest that was kept. @param {any} document @param {Function} write */
const flush = (document, write) => {
  const stream = weakGet(streams, document);
  if (!stream || !stream.place.rest) return;
  const { rest, raw } = stream.place;
  stream.place = begin();
  attempt(() => apply(write, document, [trusted(rewriteTokens(document, stream, rest, raw))]));
};

/** Hooks document.open or document.close. @param {any} view @param {string} name @param {Function} write the browser's document.write */
const hookOpenOrClose = (view, name, write) => {
  wrap(view.Document.prototype, name, 'value', (original) => ({
    hook() {
      // With three arguments, document.open opens a window.
      const isWindow = arguments.length > 2;
      // While a parser waits for a script, the script's calls of both do nothing
      // (https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#opening-the-input-stream).
      if (!isWindow && lateScript(this)) return name === 'open' ? this : undefined;
      if (name === 'close') flush(this, write);
      else if (!isWindow) weakDelete(streams, this);
      const result = apply(original, this, arguments);
      if (name === 'open' && !isWindow) weakSet(streams, this, newStream(true));
      shared.reopened(this);
      return result;
    },
  }));
};

/**
 * Writes a text into a document, with gated start tags.
 *
 * @param {any} document
 * @param {string} text
 * @param {(text?: string) => void} write writes another text, or, without one, the page's own arguments
 * @param {() => void} written called after the write, also if it throws
 * @returns {Stream}
 */
const writeGated = (document, text, write, written) => {
  const stream = streamOf(document);
  // The text must not be counted as fed and then, for want of stack, not be written.
  room();
  // A script that is written writes before the rest of what wrote the script.
  const inner = stream.depth ? newStream(false) : stream;
  const { place } = inner;
  const { rest, raw } = place;
  const rewritten = rewriteTokens(document, inner, feed(place, text), raw);
  stream.depth++;
  try {
    write(rewritten === text && !rest ? undefined : rewritten);
    if (inner !== stream && place.rest) write(rewriteTokens(document, inner, place.rest, place.raw));
  } finally {
    stream.depth--;
    written();
  }
  return stream;
};

/** Hooks document.write or document.writeln. @param {any} view @param {string} name @param {Function} write the browser's document.write */
const hookWrite = (view, name, write) =>
  wrap(view.Document.prototype, name, 'value', (original) => ({
    hook(...pieces) {
      if (!viewOf(/** @type {any} */ (this))) return apply(original, this, pieces);
      let isTrusted = pieces.length > 0;
      let text = '';
      for (let i = 0; i < pieces.length; i++) {
        pieces[i] = textOnce(pieces[i], false);
        isTrusted &&= typed(pieces[i]);
        text += `${pieces[i]}`;
      }
      if (name === 'writeln') text += '\n';
      const script = lateScript(this);
      if (script) {
        // Where the page's policy trusts no text, this throws as document.write would.
        if (!isTrusted) setInnerHTML(createElementNS(inertDocument, HTML, 'b'), text);
        writeLate(script, text);
        hookFrames(view, text);
        return;
      }
      const stream = writeGated(
        this,
        text,
        (other) => (other === undefined ? apply(original, this, pieces) : apply(write, this, [isTrusted ? trusted(other) : other])),
        () => {
          shared.reopened(this);
          hookFrames(view, text);
        },
      );
      // The page's parser goes on behind the script that has written.
      if (!stream.opened && !stream.depth && stream.place.rest) queueMicrotask(() => flush(this, write));
    },
  }));

/** @param {any} view */
export const documentWriteHooks = (view) => {
  const write = nativeOf(view.Document.prototype.write);
  for (let i = 0; i < openAndClose.length; i++) hookOpenOrClose(view, openAndClose[i], write);
  for (let i = 0; i < writers.length; i++) hookWrite(view, writers[i], write);
};
