/* octroi.js: everything in one classic script, at work from its first byte. */
import { failed, ready, start } from './page.js';
import { bytes, rare, sum } from 'octroi:wasm';

if (!Object.hasOwn(window, 'octroi')) {
  // One character for each byte; those that a string must escape and five rare ones
  // have changed places.
  const table = Uint8Array.from({ length: 256 }, (_, i) => i);
  ['\0', '\n', '\r', '"', '\\'].forEach((c, i) => {
    const a = c.charCodeAt(0);
    const b = rare.charCodeAt(i);
    table[a] = b;
    table[b] = a;
  });
  const wasm = Uint8Array.from(bytes, (c) => table[c.charCodeAt(0)]);
  // FNV-1a, as the build wrote it: a page read with another charset would change
  // the bytes, and not each change makes them invalid.
  const intact = wasm.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619), -2128831035) === sum;
  /** What comes instead of the engine, if it cannot be had at once. */
  let otherwise = failed;
  try {
    if (intact) {
      ready(new WebAssembly.Module(wasm));
      otherwise = () => {};
    }
  } catch (error) {
    // Chrome before 114 compiles no more than 4 KB at once on the main thread. What a
    // policy forbids would only be reported twice.
    if (error instanceof RangeError) otherwise = () => void WebAssembly.compile(wasm).then(ready, failed);
  }
  start();
  otherwise();
}
