/*
 * octroi.js of one site, as `octroi build` makes it: the page half, with the table of what is held
 * and the first layer. The site's own engine, in whose memory the declaration stands, comes when
 * there is a record to read, when somebody wants something of it, or when the page is idle.
 */
import { native } from '../safe/native.js';
import { firstLayer, undecided } from '../page/ahead.js';
import { declare, onWanted, ready } from '../page/engine.js';
import { base } from '../page/files.js';
import { drawAhead } from '../page/interface.js';
import { failed, start } from '../page/page.js';
import { framed } from '../page/stores.js';
import { engine } from 'octroi:engine';

/** How long the page may take to become idle, once it has loaded, in milliseconds. */
const patience = 2000;

/** Calls a function once the page has loaded and is idle. @param {() => void} then */
const whenIdle = (then) => {
  const wait = () => ('requestIdleCallback' in window ? requestIdleCallback(then, { timeout: patience }) : setTimeout(then, 200));
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true });
};

if (!Object.hasOwn(window, 'octroi')) {
  let fetched = false;
  const load = () => native.fetch(new URL(engine, base()));
  const fetchEngine = () => {
    if (fetched) return;
    fetched = true;
    // Compiles from the bytes if streaming fails: a server may send the file with a type that is not application/wasm.
    new Promise((resolve) => resolve(WebAssembly.compileStreaming(load())))
      .catch(() =>
        load()
          .then((response) => response.arrayBuffer())
          .then((bytes) => WebAssembly.compile(bytes)),
      )
      .then(ready, failed);
  };
  onWanted(fetchEngine);
  const layer = !framed && undecided && firstLayer();
  if (!layer) fetchEngine();
  start(() => declare(''));
  if (layer) {
    drawAhead(layer);
    whenIdle(fetchEngine);
  }
}
