/*
 * octroi.hold.js of one site: the hooks, and what serves the engine. It takes over from octroi.js,
 * which lends it what it has. The site's own engine has the declaration in its memory: it comes
 * when somebody wants something of it, or when the page is idle; for a visitor who has decided, at
 * once. Before the page goes on it comes where a call hangs on the choice, and where a policy has
 * to stand first.
 */
import { native } from '../safe/native.js';
import { door, removeWritten } from '../page/door.js';
import { early } from '../page/early.js';
import { compiled, declare, onWanted, ready } from '../page/engine.js';
import { fileURL } from '../page/files.js';
import { whenIdle } from '../page/idle.js';
import { failed, start, takeOver } from '../page/page.js';
import { readNow } from '../page/read-now.js';
import { endScout } from '../page/scout.js';
import { act } from '../page/stores.js';
import { awaitsLook } from '../ui/styles.js';
import { engine } from 'octroi:engine';
import { site } from 'octroi:site';

/** Loads the engine before the page goes on. Throws where that cannot be, as in a file or where the page's policy forbids it. */
const loadAtOnce = () => {
  // A document may ask for no bytes so: these characters carry them in their lower halves.
  const text = readNow(fileURL(engine, ''), 'text/plain; charset=x-user-defined');
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
  const get = () => native.fetch(fileURL(engine, ''));
  // Compiles from the bytes if streaming fails: a server may send the file with a type that is not application/wasm.
  new Promise((resolve) => resolve(early.engine || WebAssembly.compileStreaming(get())))
    .catch((error) => {
      if (isRefused(error)) throw error;
      return get()
        .then((response) => response.arrayBuffer())
        .then((bytes) => WebAssembly.compile(bytes));
    })
    .then((module) => compiled || ready(module), failed);
};

onWanted(load, loadNow);
removeWritten();
endScout();
takeOver();
door.open = true;
if (!early.asks) (site.policy === 'hooks' ? load : loadNow)();
start(() => declare(''));
const { actions } = early;
for (let i = 0; i < actions.length; i++) act(actions[i], '');
// A theme that is made of how the page looks waits for the engine.
if (early.asks) (awaitsLook() ? load : () => whenIdle(load))();
