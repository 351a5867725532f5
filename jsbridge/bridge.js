/*
 * The JavaScript half of the one boundary between the engine and the page;
 * bridge.go is the other half. Both open with the same text:
 *
 * PROTOCOL 3
 *
 * The module exports
 *
 *   abi() → version             3; a page half of another version leaves all shut
 *   in(n) → pointer             where n bytes of input go; 0 where n is above 2 MiB
 *   handle(kind, now, n) → m    an event whose arguments are n bytes of input; its
 *                               effects are m bytes at out(); -1 if it was malformed
 *   decide(now, n) → verdict    n bytes of input name categories and services;
 *                               0 hold, 1 allow, 2 unknown
 *   access(own, now, n) → m     n bytes of input are an address, own is 1 for the
 *                               page's origin; m is 1 if it is open, and 2 for each
 *                               byte at out() that names its services
 *   out() → pointer             where the effects or names are
 *
 * now is in Unix milliseconds. An argument is a length of 4 bytes, little-endian,
 * and so many bytes of UTF-8. An effect is a byte for its kind, a byte for the
 * number of its arguments, and the arguments. The numbers of the kinds stand in
 * engine/event.go. Pointers and views are good until the next call.
 *
 * The module is a part of the engine. It imports, from "placeholder", functions that
 * it calls once the rest has come only; the rest is a module that imports the first
 * one's exports from "primary" and takes those places.
 *
 * END
 */

/** Events, as numbered in engine/event.go. */
export const START = 1;
export const STORED = 2;
export const ACT = 3;
export const TOGGLE = 4;
export const CHOOSE = 5;
export const SURVEY = 6;
export const TEXTS = 7;
export const QUERY = 8;
export const WRITE = 9;
export const ANSWER = 10;
export const MESSAGE = 11;
export const REST_CAME = 12;

/** Effects, as numbered in engine/event.go. */
export const READ = 1;
export const STORE = 2;
export const GATES = 3;
export const EMIT = 4;
export const DRAW = 5;
export const SWITCH = 6;
export const TIMER = 7;
export const INVENTORY = 8;
export const COOKIE = 9;
export const REMOVE = 10;
export const LOG = 11;
export const FETCH = 12;
export const SAY = 13;
export const REPLY = 14;
export const LET = 15;
export const MARK = 16;
export const REQUEST = 17;
export const AGAIN = 18;
export const RELOAD = 19;
export const LOAD = 20;
export const STYLE = 21;
export const REST = 22;

const { apply } = Reflect;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** As they were: what they make decides, and a page may bend its own. */
const { encode: toBytes, encodeInto } = TextEncoder.prototype;
const { decode: toText } = TextDecoder.prototype;
/** @param {Uint8Array} bytes @returns {string} */
const text = (bytes) => apply(toText, decoder, [bytes]);

/**
 * Writes arguments.
 *
 * @param {string[]} args
 * @returns {Uint8Array}
 */
export const encode = (args) => {
  /** @type {Uint8Array[]} */
  const parts = [];
  for (let i = 0; i < args.length; i++) parts[i] = apply(toBytes, encoder, [args[i]]);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let i = 0;
  for (const part of parts) {
    for (let shift = 0; shift < 32; shift += 8) bytes[i++] = part.length >> shift;
    bytes.set(part, i);
    i += part.length;
  }
  return bytes;
};

/**
 * Reads effects. Their bytes are read one by one, since a page may bend DataView's
 * methods: arguments would then be taken for effects.
 *
 * @param {Uint8Array} bytes
 * @returns {[number, ...string[]][]} each its kind and its arguments
 * @throws {RangeError} where bytes do not end with an effect
 */
export const decode = (bytes) => {
  /** @type {[number, ...string[]][]} */
  const effects = [];
  for (let i = 0; i < bytes.length;) {
    /** @type {[number, ...string[]]} */
    const effect = [bytes[i]];
    let n = bytes[i + 1];
    for (i += 2; n--;) {
      let length = 0;
      for (let shift = 0; shift < 32; shift += 8) length += bytes[i++] << shift;
      effect[effect.length] = text(bytes.subarray(i, (i += length >>> 0)));
    }
    if (i > bytes.length) throw new RangeError();
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
 * @property {(kind: number, args: string[]) => [number, ...string[]][]} handle
 * @property {(ids: string) => number} decide
 * @property {(address: string, own: boolean) => [ids: string, open: boolean]} access
 */

/** What the engine must not call before its rest has come. */
const placeholder = new Proxy(
  {},
  {
    get: () => () => {
      throw new RangeError();
    },
  },
);

/**
 * Makes an engine. Any of its calls may throw: the engine is then broken and must
 * be thrown away, for what it holds is half written.
 *
 * @param {Compiled} module
 * @returns {Machine}
 */
export const open = (module) => {
  const wasm = typeof module === 'function' ? module() : /** @type {any} */ (new WebAssembly.Instance(module, { placeholder }).exports);
  wasm._initialize();
  if (wasm.abi() !== 3) throw new TypeError();

  /** @param {Uint8Array} bytes */
  const write = (bytes) => {
    const at = wasm.in(bytes.length);
    if (!at) throw new RangeError();
    // Views die when memory grows: each is made for one use.
    new Uint8Array(wasm.memory.buffer).set(bytes, at);
    return bytes.length;
  };

  /** Writes a text, of 3 bytes a character at most. @param {string} text */
  const tell = (text) => {
    const room = text.length * 3;
    const at = wasm.in(room);
    if (!at) throw new RangeError();
    return apply(encodeInto, encoder, [text, new Uint8Array(wasm.memory.buffer, at, room)]).written;
  };

  return {
    complete(rest) {
      new WebAssembly.Instance(rest, { primary: wasm });
    },
    handle(kind, args) {
      const length = wasm.handle(kind, Date.now(), write(encode(args)));
      if (length < 0) throw new RangeError();
      return decode(new Uint8Array(wasm.memory.buffer, wasm.out(), length));
    },
    decide(ids) {
      const length = tell(ids);
      return wasm.decide(Date.now(), length);
    },
    access(address, own) {
      const length = tell(address);
      const said = wasm.access(+own, Date.now(), length);
      return [said > 1 ? text(new Uint8Array(wasm.memory.buffer, wasm.out(), said >> 1)) : '', said % 2 === 1];
    },
  };
};
