/*
 * Addresses that name no place in the network but carry what they stand for: data: and
 * blob:. What loads from them is judged by its text.
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

const { Blob, TextDecoder, TextEncoder, XMLHttpRequest, atob } = window;
const { isArray } = Array;
const { createObjectURL, revokeObjectURL } = URL;
const typeOf = reads(Blob.prototype, 'type');
const open = free(XMLHttpRequest.prototype.open);
const send = free(XMLHttpRequest.prototype.send);
const setRequestHeader = free(XMLHttpRequest.prototype.setRequestHeader);
const getResponseHeader = free(XMLHttpRequest.prototype.getResponseHeader);
const responseText = reads(XMLHttpRequest.prototype, 'responseText');

/** As much of a text as is read, in bytes, where nobody says more; and as is remembered. */
const usual = 1 << 20;

const encoder = new TextEncoder();
const utf8 = new TextDecoder();
const latin1 = new TextDecoder('latin1');

/** What blobs were made of, where that was text alone. @type {WeakMap<object, string[]>} */
const texts = new WeakMap();
/** Those blobs by their addresses. @type {Map<string, WeakRef<object>>} */
const blobs = new Map();
/** Those of them that live as long as their addresses, though no script holds them. @type {Map<string, { blob: object, length: number }>} */
const held = new Map();
/** How much text is held so, in UTF-16 units. */
let heldText = 0;
/** Whether the page's policy lets blobs be read. */
let readable = true;

/** The value of a hexadecimal digit, or NaN. @param {number} code @returns {number} */
const digit = (code) => (code > 47 && code < 58 ? code - 48 : (code |= 32) > 96 && code < 103 ? code - 87 : NaN);

/** An address without its fragment. @param {string} href */
const bare = (href) => {
  const hash = indexOf(href, '#');
  return hash < 0 ? href : slice(href, 0, hash);
};

/** The first so many bytes. @param {Uint8Array} bytes @param {number} length */
const first = (bytes, length) => {
  const exact = new Uint8Array(length);
  for (let i = 0; i < length; i++) exact[i] = bytes[i];
  return exact;
};

/**
 * Bytes as the browser reads them: a mark at their beginning comes before what is said of
 * them (Encoding, section 6).
 *
 * @param {Uint8Array} bytes
 * @param {number} length
 * @param {string} type
 * @returns {string}
 */
const decoded = (bytes, length, type) => {
  const mark = (bytes[0] << 8) | bytes[1];
  const said = exec(/;\s*charset\s*=\s*"?([^\s;"]+)/i, type);
  const label = mark === 0xfeff ? 'utf-16be' : mark === 0xfffe ? 'utf-16le' : said ? said[1] : 'utf-8';
  return decode(attempt(() => new TextDecoder(label)) || utf8, first(bytes, length));
};

/**
 * What a data: address carries (Fetch, section 6).
 *
 * @param {string} href
 * @param {number} most
 */
const carried = (href, most) => {
  href = bare(href);
  const comma = indexOf(href, ',');
  // Each byte is at most three characters.
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
 * The beginning of a blob, and its type. A request that waits is the one way to read any
 * blob at once.
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

/** Whether what cannot be read is refused by a policy: so is a blob that is surely there then. */
const refused = () => {
  const there = createObjectURL(new Blob(['.']));
  const seen = attempt(() => read(there, 0));
  revokeObjectURL(there);
  return !seen;
};

/**
 * What a blob: address stands for. What was made of text is remembered: browsers warn of
 * requests that wait, and policies report them.
 *
 * @param {string} href
 * @param {number} most
 */
const stored = (href, most) => {
  const known = mapGet(blobs, bare(href));
  const blob = known && deref(known);
  const parts = blob && weakGet(texts, blob);
  let found;
  if (parts) {
    let text = '';
    for (let i = 0; i < parts.length; i++) text += parts[i];
    found = { type: typeOf(blob), text };
  } else {
    found = readable ? attempt(() => read(href, most)) : undefined;
    if (readable && !found) readable = !refused();
  }
  return found && found.text.length <= most ? found : undefined;
};

/**
 * The text and the type of what a data: or blob: address stands for; nothing for other
 * addresses, and where it cannot be read or is too long.
 *
 * @param {string} address
 * @param {number} [most] bytes
 * @returns {{ type: string, text: string } | undefined}
 */
export const local = (address, most = usual) =>
  attempt(() => {
    const href = hrefOf(new URL(address));
    return startsWith(href, 'data:') ? carried(href, most) : startsWith(href, 'blob:') ? stored(href, most) : undefined;
  });

/**
 * The parts of a blob, if they are text and not too much of it.
 *
 * @param {any} parts
 * @returns {string[] | undefined}
 */
const textual = (parts) => {
  if (!isArray(parts)) return;
  /** @type {string[]} */
  const all = list();
  let length = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (typeof part !== 'string' || (length += part.length) > usual) return;
    all[i] = part;
  }
  return all;
};

/** Holds a blob of so much text. @param {string} address @param {object} blob @param {string[]} parts */
const hold = (address, blob, parts) => {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += parts[i].length;
  if (heldText + length > 4 * usual) return;
  heldText += length;
  mapSet(held, address, { blob, length });
};

/** Lets go of the blob at an address. @param {string} address */
const release = (address) => {
  heldText -= mapGet(held, address)?.length ?? 0;
  mapDelete(held, address);
};

/** Remembers what blobs are made of. @type {import('./hooks.js').Hooks} */
export const blobHooks = (view, wrap, wrapConstructor) => {
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
        hold(address, args[0], parts);
      }
      return address;
    },
  }));
  wrap(view.URL, 'revokeObjectURL', 'value', (original) => ({
    hook(...args) {
      if (args.length) args[0] = `${args[0]}`;
      release(args[0]);
      mapDelete(blobs, args[0]);
      return apply(original, this, args);
    },
  }));
};
