/*
 * octroi.js of one site, as `octroi build` makes it: the page half, with the table of what is held
 * and the first layer. The site's own engine has the declaration in its memory. A visitor who has
 * decided gets it before the page goes on: what the page's scripts then call is judged at once.
 * For others it comes when somebody wants something of it, or when the page is idle.
 */
import { native } from '../safe/native.js';
import { firstLayer, isAhead } from '../page/ahead.js';
import { compiled, declare, onWanted, ready } from '../page/engine.js';
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

/** Returns the address of the engine. */
const address = () => new URL(engine, base());

/** Loads the engine before the page goes on. Throws where that cannot be, as in a file or where the page's policy forbids it. */
const loadAtOnce = () => {
  const request = new XMLHttpRequest();
  request.open('GET', address(), false);
  // A document may ask for no bytes so: these characters carry them in their lower halves.
  request.overrideMimeType('text/plain; charset=x-user-defined');
  request.send();
  if (request.status !== 200) throw new TypeError();
  const text = request.responseText;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return new WebAssembly.Module(bytes);
};

/** Whether the browser has not compiled what came, as where the page's policy forbids that: it would report a second try, too. @param {any} error */
const isRefused = (error) => !!window.WebAssembly && error instanceof WebAssembly.CompileError;

let loading = false;

/** Loads the engine before the page goes on, where that can be. */
const loadNow = () => {
  if (compiled) return;
  try {
    ready(loadAtOnce());
  } catch (error) {
    if (isRefused(error)) failed();
    else load();
  }
};

/** Loads the engine while the page goes on. */
const load = () => {
  if (loading || compiled) return;
  loading = true;
  const get = () => native.fetch(address());
  // Compiles from the bytes if streaming fails: a server may send the file with a type that is not application/wasm.
  new Promise((resolve) => resolve(WebAssembly.compileStreaming(get())))
    .catch((error) => {
      if (isRefused(error)) throw error;
      return get()
        .then((response) => response.arrayBuffer())
        .then((bytes) => WebAssembly.compile(bytes));
    })
    .then((module) => compiled || ready(module), failed);
};

if (!Object.hasOwn(window, 'octroi')) {
  onWanted(load, loadNow);
  const layer = !framed && isAhead() ? firstLayer() : undefined;
  if (!layer) loadNow();
  start(() => declare(''));
  if (layer) {
    drawAhead(layer);
    whenIdle(load);
  }
}
