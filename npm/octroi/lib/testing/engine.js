/*
 * The engine that visitors' browsers run, dist/octroi.wasm, without a page around it. The bytes are
 * those that jsbridge/bridge.go describes, the numbers those of docs/protocol.md.
 */

import { readFileSync } from 'node:fs';

const PROTOCOL = 4;

// Events and questions.
const START = 1;
const STORES_READ = 2;
const ACT = 3;
const CHOOSE = 5;
const STATE = 32;

// Effects.
const READ = 1;
const STORE = 2;
const EMIT = 4;
const REPLY = 14;
const LOAD_DEFERRED = 22;

/** The part of the engine that words faults is not here. */
export const UNTOLD = 'a fault';

/** @type {WebAssembly.Module | undefined} */
let compiled;

const code = () => {
  const file = new URL('../../dist/octroi.wasm', import.meta.url);
  try {
    return (compiled ??= new WebAssembly.Module(readFileSync(file)));
  } catch (cause) {
    throw new Error(`octroi/testing: the engine could not be read from ${file.pathname}; install the package again`, { cause });
  }
};

/** @param {string[]} args @returns {Buffer} */
const encode = (args) =>
  Buffer.concat(
    args.flatMap((arg) => {
      const text = Buffer.from(arg);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      return [length, text];
    }),
  );

/** @param {Buffer} bytes @returns {{ kind: number, args: string[] }[]} */
const decode = (bytes) => {
  const effects = [];
  for (let at = 0; at < bytes.length;) {
    const kind = bytes[at++];
    const args = [];
    for (let left = bytes[at++]; left > 0; left--) {
      const length = bytes.readUInt32LE(at);
      at += 4 + length;
      args.push(bytes.toString('utf8', at - length, at));
    }
    effects.push({ kind, args });
  }
  return effects;
};

/** The page's origin, and what its browser holds. @typedef {{ origin: string, cookie: string, mirror: string }} Stores */

export class Page {
  /**
   * Opens a page.
   *
   * @param {string} declaration JSON
   * @param {Stores} stores the record's cookie, as an assignment to document.cookie, and its mirror in local storage
   * @param {number} now Unix ms
   */
  constructor(declaration, { origin, cookie, mirror }, now) {
    const missing = new Proxy(
      {},
      {
        get: () => () => {
          throw new Error('octroi/testing: this needs a part of the engine that is not here');
        },
      },
    );
    const { exports } = new WebAssembly.Instance(code(), { placeholder: missing });
    /** @type {any} */
    this.wasm = exports;
    this.wasm._initialize();
    if (this.wasm.abi() !== PROTOCOL) throw new Error('octroi/testing: dist/octroi.wasm is of another version than this file; install the package again');
    this.now = now;
    /** What is wrong with the declaration, on this page; '' for nothing. */
    this.fault = '';
    this.cookie = cookie;
    this.mirror = mirror;
    this.sign = 'start';
    const { host, protocol } = new URL(origin);
    this.send(START, [declaration, host, `${origin}/`, protocol === 'https:' ? '1' : '', 'en', 'en', 'en', '{}', '', '']);
  }

  /** What document.cookie returns. @returns {string} */
  get cookies() {
    return this.cookie.split(';', 1)[0];
  }

  /** @param {Buffer} bytes */
  write(bytes) {
    const at = this.wasm.in(bytes.length);
    if (!at) throw new RangeError('octroi/testing: that is more than the engine reads');
    new Uint8Array(this.wasm.memory.buffer).set(bytes, at);
    return bytes.length;
  }

  /** @param {number} length @returns {Buffer} */
  output(length) {
    return Buffer.from(this.wasm.memory.buffer.slice(this.wasm.out(), this.wasm.out() + length));
  }

  /** Sends an event, and does what the engine says with the stores. @param {number} kind @param {string[]} args */
  send(kind, args) {
    const length = this.write(encode(args));
    const size = this.wasm.handle(kind, this.now, length);
    if (size < 0) throw new RangeError('octroi/testing: the engine did not understand this');
    let reply = '';
    for (const effect of decode(this.output(size))) {
      if (effect.kind === STORE) [, this.cookie, this.mirror] = effect.args;
      if (effect.kind === REPLY) [reply] = effect.args;
      if (effect.kind === LOAD_DEFERRED && kind === START) this.fault = UNTOLD;
      if (effect.kind === EMIT && effect.args[0] === 'error') this.fault = JSON.parse(effect.args[1]).faults.join('\n');
      if (effect.kind === READ) {
        const { sign } = this;
        this.sign = '';
        this.send(STORES_READ, [this.cookies, this.mirror, sign, '', String(this.now), '1', '']);
      }
    }
    return reply;
  }

  /** Presses one of the first layer's buttons. @param {'accept' | 'refuse'} action */
  press(action) {
    this.send(ACT, [this.cookies, this.mirror, action, '']);
  }

  /** @param {[id: string, answer: '1' | '' | 'visit'][]} answers */
  choose(answers) {
    this.send(CHOOSE, [this.cookies, this.mirror, ...answers.flat()]);
  }

  /** @returns {OctroiState} */
  state() {
    return JSON.parse(this.send(STATE, []));
  }

  /**
   * Judges an address.
   *
   * @param {string} address whole, as a browser writes it
   * @param {boolean} own it is of the page's origin
   * @returns {{ ids: string[], open: boolean }} the services that it belongs to, and whether the page may load it
   */
  access(address, own) {
    const length = this.write(Buffer.from(address));
    const said = this.wasm.access(Number(own), this.now, length);
    return {
      ids:
        said > 1
          ? this.output(said >> 1)
              .toString()
              .split(' ')
          : [],
      open: said % 2 === 1,
    };
  }
}
