/* octroi.js: everything in one classic script, at work from its first byte. */
import { failed, ready, start } from './page.js';
import { bytes, sum } from 'octroi:wasm';

if (!Object.hasOwn(window, 'octroi')) {
  const wasm = Uint8Array.from(bytes, (c) => c.charCodeAt(0));
  // FNV-1a, as the build wrote it: a page read with another charset would change
  // the bytes, and not each change makes them invalid.
  const intact = wasm.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619), -2128831035) === sum;
  let module;
  try {
    if (intact) ready((module = new WebAssembly.Module(wasm)));
  } catch {}
  start();
  if (!module) {
    // Chrome before 114 compiles no more than 4 KB at once on the main thread.
    new Promise((resolve, reject) => (intact ? resolve(WebAssembly.compile(wasm)) : reject())).then(/** @type {any} */ (ready), failed);
  }
}
