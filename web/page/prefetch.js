/*
 * Fetches gated scripts while they wait for their turn: they run one after the other, and ten of
 * them would otherwise take the network's latency ten times.
 */
import { mayLoad, runnable } from './gate-state.js';
import { jobOf } from './run-script.js';
import { parsed } from '../intercept/origins.js';
import { inertMark } from '../intercept/marks.js';
import {
  appendChild,
  createElementNS,
  exec,
  getAttribute,
  hasAttribute,
  hrefOf,
  knows,
  learn,
  list,
  listen,
  localName,
  parentNode,
  protocolOf,
  removeChild,
  setAttribute,
  URL,
  baseURI,
  visit,
  WeakSet,
} from '../safe/builtins.js';
import { document, unseen } from '../safe/dom.js';
import { HTML } from '../intercept/loads.js';
import { nonce } from '../safe/trust.js';

/** The scripts that were fetched so. @type {WeakSet<Element>} */
const fetched = new WeakSet();
/** The attributes of a script on which it depends whether what was fetched is taken. */
const decisive = list(['crossorigin', 'integrity', 'referrerpolicy']);

/** Whether a browser surely runs a script that it is given: of others that is found out when it is their turn. @param {Element} script */
const isAlive = (script) => knows(parsed, script) && !knows(runnable, script) && !hasAttribute(script, inertMark);

/** Fetches a script that may run, as the browser will when it is its turn. @param {any} script */
export const prefetch = (script) => {
  if (localName(script) !== 'script' || knows(fetched, script) || !isAlive(script) || !mayLoad(script)) return;
  learn(fetched, script);
  const { svg, silent, type, address } = jobOf(script, false);
  if (svg || silent || !address) return;
  const url = new URL(address, baseURI(script));
  if (exec(/^https?:$/, protocolOf(url)) === null) return;
  const link = createElementNS(window.document, HTML, 'link');
  visit(decisive, (name) => void (hasAttribute(script, name) && setAttribute(link, name, getAttribute(script, name))));
  if (nonce) setAttribute(link, 'nonce', nonce);
  // A page's own pictures and fonts come first.
  setAttribute(link, 'fetchpriority', 'low');
  if (type === 'module') setAttribute(link, 'rel', 'modulepreload');
  else {
    setAttribute(link, 'rel', 'preload');
    setAttribute(link, 'as', 'script');
  }
  const end = () => parentNode(link) && removeChild(parentNode(link), link);
  visit(list(['load', 'error']), (event) => listen(link, event, end));
  setAttribute(link, 'href', hrefOf(url));
  appendChild(document.documentElement, unseen(link));
};
