/*
 * The JavaScript half of the one boundary between the engine and the page;
 * bridge.go is the other half. Both open with the same text:
 *
 * PROTOCOL 4
 *
 * The module exports
 *
 *   abi() → version             4; a page half of another version leaves all shut
 *   in(n) → pointer             where n bytes of input go; 0 where n is above 16 MiB
 *   handle(kind, now, n) → m    an event or a question whose arguments are n bytes of
 *                               input; its effects are m bytes at out(); -1 if it was
 *                               malformed, or has more arguments than its kind takes
 *   decide(now, n) → verdict    n bytes of input name categories and services;
 *                               0 hold, 1 allow, 2 unknown
 *   access(own, now, n) → m     n bytes of input are an address, own is 1 for the
 *                               page's origin; m is 1 if it is open, and 2 for each
 *                               byte at out() that names its services
 *   out() → pointer             where the effects or names are
 *
 * now is in Unix milliseconds. An argument is a length of 4 bytes, little-endian,
 * and so many bytes of UTF-8. An effect is a byte for its kind, a byte for the
 * number of its arguments, and the arguments. The kinds and their arguments stand in
 * jsbridge/protocol.go. Pointers and views are good until the next call.
 *
 * The module is a part of the engine. It imports, from "placeholder", functions that
 * it calls once the rest has come only; the rest is a module that imports the first
 * one's exports from "primary" and takes those places.
 *
 * END
 */

import { apply, bare, free, getPrototypeOf, list, now, RangeError, reads, TypeError, Uint8Array } from '../web/safe/language.js';

const bytesOf = /** @type {any} */ (getPrototypeOf(Uint8Array.prototype));
const lengthOf = reads(bytesOf, 'length');
const bufferOf = reads(bytesOf, 'buffer');
const offsetOf = reads(bytesOf, 'byteOffset');
const put = free(bytesOf.set);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const toBytes = free(encoder.encode);
const { encodeInto } = encoder;
const { decode: toText } = decoder;

/** Writes a text; tells how many bytes it has. @param {string} text @param {Uint8Array} bytes @returns {number} */
const into = (text, bytes) => apply(encodeInto, encoder, [text, bytes]).written;

/** There is none in some browsers, and under some policies. */
const { Instance, Memory, instantiate } = /** @type {Partial<typeof WebAssembly>} */ (globalThis.WebAssembly || {});
const memoryBuffer = Memory && reads(Memory.prototype, 'buffer');

/**
 * Writes arguments.
 *
 * @param {string[]} args
 * @returns {Uint8Array<ArrayBuffer>}
 */
export const encode = (args) => {
  /** @type {List<Uint8Array>} */
  const parts = list();
  let length = 0;
  for (let i = 0; i < args.length; i++) {
    parts[i] = toBytes(encoder, args[i]);
    length += 4 + lengthOf(parts[i]);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    length = lengthOf(parts[i]);
    for (let shift = 0; shift < 32; shift += 8) bytes[at++] = length >> shift;
    put(bytes, parts[i], at);
    at += length;
  }
  return bytes;
};

/**
 * Reads effects.
 *
 * @param {Uint8Array} bytes
 * @returns {List<[number, ...string[]]>} each its kind and its arguments, in lists without a prototype
 * @throws {RangeError} where bytes do not end with an effect
 */
export const decode = (bytes) => {
  const size = lengthOf(bytes);
  const buffer = bufferOf(bytes);
  const offset = offsetOf(bytes);
  /** @type {List<[number, ...string[]]>} */
  const effects = list();
  for (let i = 0; i < size;) {
    /** @type {[number, ...string[]]} */
    const effect = /** @type {any} */ (list([bytes[i]]));
    let n = bytes[i + 1];
    for (i += 2; n--;) {
      let length = 0;
      for (let shift = 0; shift < 32; shift += 8) length += bytes[i++] << shift;
      length >>>= 0;
      if (length > size - i) throw new RangeError();
      effect[effect.length] = apply(toText, decoder, [new Uint8Array(buffer, offset + i, length)]);
      i += length;
    }
    if (i > size) throw new RangeError();
    effects[effects.length] = effect;
  }
  return effects;
};

/**
 * The engine, as WebAssembly or as what makes the like in JavaScript.
 *
 * @typedef {WebAssembly.Module | (() => any)} Compiled
 */

/**
 * @typedef {object} Machine
 * @property {(rest: WebAssembly.Module) => void} complete brings the rest of one in WebAssembly
 * @property {(kind: number, args: string[]) => List<[number, ...string[]]>} handle
 * @property {(ids: string) => number} decide
 * @property {(address: string, own: boolean) => [ids: string, open: boolean]} access
 */

/** What the engine must not call before its rest has come. */
const placeholder = new Proxy(
  {},
  bare({
    get: () => () => {
      throw new RangeError();
    },
  }),
);

/**
 * Makes an instance while the page goes on: on a page's main thread Chromium makes none of more
 * than 8 MB at once, which a declaration of 30,000 rules has.
 *
 * @param {WebAssembly.Module} module
 * @returns {Promise<WebAssembly.Instance>}
 */
export const prepare = (module) => /** @type {any} */ (instantiate)(module, { placeholder });

/**
 * Makes an engine. Any of its calls may throw: the engine is then broken and must
 * be thrown away, for what it holds is half written.
 *
 * @param {Compiled} module
 * @param {WebAssembly.Instance} [instance] of the module, where it is made already
 * @returns {Machine}
 */
export const open = (module, instance) => {
  const wasm = typeof module === 'function' ? module() : /** @type {any} */ ((instance || new /** @type {any} */ (Instance)(module, { placeholder })).exports);
  wasm._initialize?.(); // one whose memory was filled ahead has none
  if (wasm.abi() !== 4) throw new TypeError();

  const { memory } = wasm;
  /** Views die when memory grows. @returns {ArrayBuffer} */
  const buffer = typeof module === 'function' ? () => memory.buffer : () => /** @type {any} */ (memoryBuffer)(memory);

  /** Makes what returns a view of memory, of this length at least: the last one, where that still shows the same place. */
  const views = () => {
    /** @type {Uint8Array | undefined} */
    let last;
    let from = 0;
    /** @param {number} at @param {number} length */
    return (at, length) => {
      // A view has no length any more once memory has grown; in JavaScript it is one of the old memory.
      if (!last || typeof module === 'function' || at !== from || lengthOf(last) < (length || 1)) last = new Uint8Array(buffer(), (from = at), length);
      return last;
    };
  };
  const inward = views();
  const outward = views();

  /** @param {number} length of what comes in @returns {Uint8Array} of this length at least */
  const room = (length) => {
    const at = wasm.in(length);
    if (!at) throw new RangeError();
    return inward(at, length);
  };

  /** The services that were named last, and their bytes: a page's calls go to few. */
  let names = '';
  let named = new Uint8Array(0);

  /** Reads the names of services, of so many bytes. @param {number} length */
  const readNames = (length) => {
    const at = wasm.out();
    const bytes = outward(at, length);
    let same = length === lengthOf(named);
    for (let i = 0; same && i < length; i++) same = bytes[i] === named[i];
    if (!same) {
      const exact = new Uint8Array(buffer(), at, length);
      names = apply(toText, decoder, [exact]);
      named = new Uint8Array(length);
      put(named, exact);
    }
    return names;
  };

  /** @param {Uint8Array} bytes */
  const write = (bytes) => {
    put(room(lengthOf(bytes)), bytes);
    return lengthOf(bytes);
  };

  /** Writes a text, of 3 bytes a character at most. @param {string} text @returns {number} */
  const tell = (text) => into(text, room(text.length * 3));

  /** Writes arguments; few of them need no place of their own on the way. @param {string[]} args @returns {number} */
  const pass = (args) => {
    let most = 0;
    for (let i = 0; i < args.length; i++) most += 4 + args[i].length * 3;
    if (most > 4096) return write(encode(args));
    const bytes = room(most);
    const within = bufferOf(bytes);
    const start = offsetOf(bytes);
    let at = 0;
    for (let i = 0; i < args.length; i++) {
      const length = into(args[i], new Uint8Array(within, start + at + 4, args[i].length * 3));
      for (let shift = 0; shift < 32; shift += 8) bytes[at++] = length >> shift;
      at += length;
    }
    return at;
  };

  return {
    complete(rest) {
      new /** @type {any} */ (Instance)(rest, { primary: wasm });
    },
    handle(kind, args) {
      const length = wasm.handle(kind, now(), pass(args));
      if (length < 0) throw new RangeError();
      return decode(new Uint8Array(buffer(), wasm.out(), length));
    },
    decide(ids) {
      const length = tell(ids);
      return wasm.decide(now(), length);
    },
    access(address, own) {
      const length = tell(address);
      const said = wasm.access(+own, now(), length);
      return [said > 1 ? readNames(said >> 1) : '', said % 2 === 1];
    },
  };
};
