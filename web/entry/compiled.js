/*
 * octroi.js of one site, as `octroi build` makes it: the page half. It loads the site's own
 * engine, in whose memory the declaration stands; until then all gates are shut.
 */
import { native } from '../safe/native.js';
import { declare, ready } from '../page/engine.js';
import { base } from '../page/files.js';
import { failed, start } from '../page/page.js';
import { engine } from 'octroi:engine';

if (!Object.hasOwn(window, 'octroi')) {
  const load = () => native.fetch(new URL(engine, base()));
  // Compiles from the bytes if streaming fails: a server may send the file with a type that is not application/wasm.
  const compiled = new Promise((resolve) => resolve(WebAssembly.compileStreaming(load()))).catch(() =>
    load()
      .then((response) => response.arrayBuffer())
      .then((bytes) => WebAssembly.compile(bytes)),
  );
  start(() => declare(''));
  compiled.then(ready, failed);
}
