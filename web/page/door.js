/*
 * The door to octroi.hold.js, which has the hooks. It opens when the page has been seen, or before
 * a call goes on that is not plain.
 */
import { appendChild, apply, attempt, currentScript, indexOf, listen, parentNode, removeChild, startsWith, writes } from '../safe/reading.js';
import { document, unseen } from '../safe/dom.js';
import { markup, nonce } from '../safe/trust.js';
import { build } from 'octroi:engine';
import { emit } from './emit.js';
import { anew, bring, cure, fileURL, hold, origin, runText, script, self } from './files.js';
import { page } from './interface.js';
import { readNow } from './read-now.js';

/** How far the door is. */
export const door = {
  /** Whether the hooks are there. */
  open: false,
  /** Whether a script runs that may bring them. */
  opening: false,
  /** Whether what octroi.js has was lent to the script that runs. */
  lent: false,
  /** Whether octroi.hold.js is on its way, or cannot be had. */
  sought: false,
  /** Whether the parser has got it from here. */
  written: false,
};

/** Whether a script of this page can read octroi.hold.js before it goes on: no page of a file can, nor of another host that allows it to nobody. */
const canRead = () => location.protocol !== 'file:' && (startsWith(self || '', origin) || !!script?.crossOrigin);

const { write } = Document.prototype;
const setAddress = writes(HTMLLinkElement.prototype, 'href');

/** Whether the parser waits for octroi.js: then it runs next what is written here. */
const canWrite = () => script && !script.async && !script.defer && script.type !== 'module' && document.readyState === 'loading';

/** Runs octroi.hold.js as a script of its own. */
const runHold = () =>
  bring(
    hold,
    (element) => (attempt(() => element.remove()), door.open),
    () => {
      console.error('octroi: octroi.hold.js cannot be had, or is of another build: all stays shut' + (self === script?.src ? '' : '; ' + cure));
      // Nobody could answer.
      page.draw('', '', '');
      emit('error', { reason: 'hold' });
    },
    () => (door.lent = false),
  );

/** Has octroi.hold.js run while the page goes on. It is fetched before it is a script: the page's load event waits for scripts. */
export const openSoon = () => {
  if (door.open || door.sought) return;
  door.sought = true;
  const link = document.createElement('link');
  link.rel = 'preload';
  link.as = 'script';
  link.nonce = nonce;
  const end = () => {
    link.remove();
    if (!door.open) runHold();
  };
  link.onload = link.onerror = end;
  setAddress(link, fileURL(hold).href);
  appendChild(document.documentElement, unseen(link));
};

/** Has octroi.hold.js run before the page goes on, where that can be. */
export const open = () => {
  if (door.open || door.opening || !canRead()) return;
  let text = attempt(() => readNow(fileURL(hold)));
  if (text && indexOf(text, build) < 0) text = attempt(() => readNow(fileURL(hold, anew())));
  if (!text) return openSoon();
  door.opening = true;
  door.lent = false;
  attempt(() => runText(text));
  door.opening = false;
  if (!door.open) openSoon();
};

/** Removes the script element that runs now, if the parser got it from here: frameworks compare a page's elements with those of their own markup. */
export const removeWritten = () => {
  const element = currentScript(window.document);
  if (door.written && element) removeChild(parentNode(element), element);
};

/** Has the parser run octroi.hold.js next; tells whether it does. */
export const writeHold = () => {
  const nonced = nonce && ` nonce="${nonce}"`;
  const tag = () => markup(`<script src="${fileURL(hold).href}"${nonced}></script>`);
  return (door.written = !!canWrite() && !!attempt(() => (apply(write, window.document, [tag()]), true)));
};

/** Has octroi.hold.js run before any other script of the page. */
export const openFirst = () => {
  if (writeHold()) return;
  open();
  openSoon();
};

/**
 * Whether no script but Octroi's can run before the parser's next: none stands before octroi.js,
 * and no other window reaches this one.
 */
export const isAlone = () => parent === window && !window.opener && document.querySelector('script:not([type*="json"])') === script;

/** Calls a function if the door is still shut when the parser has run what was written, before the parser goes on. @param {() => void} otherwise */
export const whenShut = (otherwise) => {
  const written = script?.nextElementSibling;
  if (written?.localName !== 'script') return otherwise();
  const end = () => door.open || otherwise();
  listen(written, 'load', end);
  listen(written, 'error', end);
};
