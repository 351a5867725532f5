/* octroi.split.js: the engine comes as a file of its own; gates are shut until then. */
import { native } from '../safe/native.js';
import { ready } from '../page/engine.js';
import { base } from '../page/files.js';
import { failed, start } from '../page/page.js';

if (!Object.hasOwn(window, 'octroi')) {
  start();
  const load = () => native.fetch(new URL('octroi.wasm', base()));
  // A server that gives wasm another type is taken all the same.
  new Promise((resolve) => resolve(WebAssembly.compileStreaming(load())))
    .catch(() =>
      load()
        .then((response) => response.arrayBuffer())
        .then((bytes) => WebAssembly.compile(bytes)),
    )
    .then(ready, failed);
}
