/* octroi.split.js: the page half alone. It loads the engine from octroi.wasm; until then all gates are shut. */
import { native } from '../safe/native.js';
import { findDeclaration } from '../page/declaration.js';
import { ready } from '../page/engine.js';
import { base, version } from '../page/files.js';
import { failed, start } from '../page/page.js';

start(findDeclaration);
const load = () => native.fetch(new URL('octroi.wasm' + version, base()));
// Compiles from the bytes if streaming fails: a server may send octroi.wasm with a type that is not application/wasm.
new Promise((resolve) => resolve(WebAssembly.compileStreaming(load())))
  .catch(() =>
    load()
      .then((response) => response.arrayBuffer())
      .then((bytes) => WebAssembly.compile(bytes)),
  )
  .then(ready, failed);
