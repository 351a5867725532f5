/*
 * Reads what data: and blob: addresses carry. Such an address names no host, so that what loads
 * from it is judged by its text.
 */
import {
  iterable,
  Map,
  URL,
  Uint8Array,
  WeakMap,
  WeakRef,
  apply,
  attempt,
  charCodeAt,
  construct,
  exec,
  free,
  hrefOf,
  indexOf,
  list,
  mapDelete,
  mapGet,
  mapSet,
  reads,
  slice,
  startsWith,
  weakGet,
  weakSet,
  visit,
  encode,
  decode,
  deref,
} from '../safe/builtins.js';
import { wrap, wrapConstructor } from './wrap.js';

const { Blob, TextDecoder, TextEncoder, XMLHttpRequest, atob } = window;
const { isArray } = Array;
const { createObjectURL, revokeObjectURL } = URL;
const typeOf = reads(Blob.prototype, 'type');
const open = free(XMLHttpRequest.prototype.open);
const send = free(XMLHttpRequest.prototype.send);
const setRequestHeader = free(XMLHttpRequest.prototype.setRequestHeader);
const getResponseHeader = free(XMLHttpRequest.prototype.getResponseHeader);
const responseText = reads(XMLHttpRequest.prototype, 'responseText');

/** How much of a text is read where the caller sets no limit, in bytes; and how long a blob's text may be to be remembered, in UTF-16 units. */
const usual = 1 << 20;

const encoder = new TextEncoder();
const utf8 = new TextDecoder();
const latin1 = new TextDecoder('latin1');

/** The parts of each blob that was made of texts only. @type {WeakMap<object, string[]>} */
const texts = new WeakMap();
/** The blobs in "texts", by their addresses. @type {Map<string, WeakRef<object>>} */
const blobs = new Map();
/** Blobs in "texts" that are kept until their address is revoked, because an address outlives its blob's last reference in a script. @type {Map<string, { blob: object, length: number }>} */
const pinned = new Map();
/** How much text "pinned" keeps, in UTF-16 units. */
let pinnedText = 0;
/** Whether the page's Content Security Policy allows requests for blobs. */
let readable = true;

/** Returns the value of a hexadecimal digit, or NaN. @param {number} code @returns {number} */
const digit = (code) => (code > 47 && code < 58 ? code - 48 : (code |= 32) > 96 && code < 103 ? code - 87 : NaN);

/** Returns an address without its fragment. @param {string} href */
const withoutFragment = (href) => {
  const hash = indexOf(href, '#');
  return hash < 0 ? href : slice(href, 0, hash);
};

/** Returns the first bytes. @param {Uint8Array} bytes @param {number} length */
const first = (bytes, length) => {
  const exact = new Uint8Array(length);
  for (let i = 0; i < length; i++) exact[i] = bytes[i];
  return exact;
};

/**
 * Decodes bytes as the browser does: a byte order mark at the beginning precedes the charset of
 * the type (https://encoding.spec.whatwg.org/#decode).
 *
 * @param {Uint8Array} bytes
 * @param {number} length
 * @param {string} type
 * @returns {string}
 */
const decoded = (bytes, length, type) => {
  const mark = (bytes[0] << 8) | bytes[1];
  const charset = exec(/;\s*charset\s*=\s*"?([^\s;"]+)/i, type);
  const label = mark === 0xfeff ? 'utf-16be' : mark === 0xfffe ? 'utf-16le' : charset ? charset[1] : 'utf-8';
  return decode(attempt(() => new TextDecoder(label)) || utf8, first(bytes, length));
};

/**
 * Reads what a data: address carries (https://fetch.spec.whatwg.org/#data-urls). Returns nothing for more bytes than "most".
 *
 * @param {string} href
 * @param {number} most
 */
const carried = (href, most) => {
  href = withoutFragment(href);
  const comma = indexOf(href, ',');
  // A byte takes at most three characters.
  if (comma < 0 || href.length - comma > 3 * most) return;
  let type = slice(href, 5, comma);
  const base64 = exec(/;\s*base64\s*$/i, type);
  if (base64) type = slice(type, 0, base64.index);
  if (!exec(/^\s*[^\s;/]+\//, type)) type = 'text/plain' + type;
  const written = encode(encoder, href);
  const bytes = new Uint8Array(href.length);
  let length = 0;
  for (let i = comma + 1; i < href.length; i++) {
    let byte = written[i];
    const escaped = byte === 37 ? digit(written[i + 1]) * 16 + digit(written[i + 2]) : NaN;
    if (escaped >= 0) {
      byte = escaped;
      i += 2;
    }
    bytes[length++] = byte;
  }
  if (base64) {
    const binary = atob(decode(latin1, first(bytes, length)));
    for (length = 0; length < binary.length; length++) bytes[length] = charCodeAt(binary, length);
  }
  return length > most ? undefined : { type, text: decoded(bytes, length, type) };
};

/**
 * Reads the beginning of a blob, and its type, by a synchronous request: no other way returns
 * the text of any blob within the call.
 *
 * @param {string} href
 * @param {number} most
 */
const read = (href, most) => {
  const request = new XMLHttpRequest();
  open(request, 'GET', href, false);
  setRequestHeader(request, 'Range', 'bytes=0-' + most);
  send(request);
  return { type: getResponseHeader(request, 'content-type') || '', text: responseText(request) };
};

/** Whether the page's policy blocks requests for blobs: then even a blob that surely exists cannot be read. */
const isUnreadable = () => {
  const address = createObjectURL(new Blob(['.']));
  const found = attempt(() => read(address, 0));
  revokeObjectURL(address);
  return !found;
};

/**
 * Reads what a blob: address carries. The text of a blob that was made of texts is remembered
 * and needs no request, because browsers warn of synchronous requests, and policies report them.
 *
 * @param {string} href
 * @param {number} most
 */
const stored = (href, most) => {
  const weak = mapGet(blobs, withoutFragment(href));
  const blob = weak && deref(weak);
  const parts = blob && weakGet(texts, blob);
  let found;
  if (parts) {
    let text = '';
    for (let i = 0; i < parts.length; i++) text += parts[i];
    found = { type: typeOf(blob), text };
  } else {
    found = readable ? attempt(() => read(href, most)) : undefined;
    if (readable && !found) readable = !isUnreadable();
  }
  return found && found.text.length <= most ? found : undefined;
};

/**
 * Returns the text and the type that a data: or blob: address carries; nothing for another
 * address, for one that cannot be read, and for one whose text is too long.
 *
 * @param {string} address
 * @param {number} [most] the longest text, in bytes
 * @returns {{ type: string, text: string } | undefined}
 */
export const local = (address, most = usual) =>
  attempt(() => {
    const href = hrefOf(new URL(address));
    return startsWith(href, 'data:') ? carried(href, most) : startsWith(href, 'blob:') ? stored(href, most) : undefined;
  });

/**
 * Returns the parts of a blob if all are texts, and together not too long.
 *
 * @param {any} parts
 * @returns {List<string> | undefined}
 */
const textual = (parts) => {
  if (!isArray(parts)) return;
  /** @type {List<string>} */
  const all = list();
  let length = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (typeof part !== 'string' || (length += part.length) > usual) return;
    all[i] = part;
  }
  return all;
};

/** Keeps a blob at its address, unless too much text is kept already. @param {string} address @param {object} blob @param {List<string>} parts */
const pin = (address, blob, parts) => {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += parts[i].length;
  if (pinnedText + length > 4 * usual) return;
  pinnedText += length;
  mapSet(pinned, address, { blob, length });
};

/** Keeps the blob at an address no longer. @param {string} address */
const unpin = (address) => {
  pinnedText -= mapGet(pinned, address)?.length ?? 0;
  mapDelete(pinned, address);
};

/** Remembers what a page makes its blobs of. @type {import('./hooks.js').Hooks} */
export const blobHooks = (view) => {
  visit(['Blob', 'File'], (name) => {
    wrapConstructor(view, name, (target, args, as) => {
      const parts = attempt(() => textual(args[0]));
      if (parts) args[0] = iterable(parts);
      const blob = construct(target, args, as);
      if (parts) weakSet(texts, blob, parts);
      return blob;
    });
  });
  wrap(view.URL, 'createObjectURL', 'value', (original) => ({
    hook(...args) {
      const address = apply(original, this, args);
      const parts = weakGet(texts, args[0]);
      if (parts) {
        mapSet(blobs, address, new WeakRef(args[0]));
        pin(address, args[0], parts);
      }
      return address;
    },
  }));
  wrap(view.URL, 'revokeObjectURL', 'value', (original) => ({
    hook(...args) {
      if (args.length) args[0] = `${args[0]}`;
      unpin(args[0]);
      mapDelete(blobs, args[0]);
      return apply(original, this, args);
    },
  }));
};
