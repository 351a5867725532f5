/*
 * What a site's own octroi.js does until octroi.hold.js takes over.
 */
import {
  apply,
  attempt,
  baseURI,
  bare,
  composedPath,
  currentScript,
  defineProperty,
  exec,
  getAttribute,
  getOwnPropertyDescriptor,
  hrefOf,
  indexOf,
  list,
  listen,
  localName,
  preventDefault,
  setTimeout,
  slice,
  startsWith,
  URL,
  visit,
} from '../safe/reading.js';
import { latch, latchConstructors, latchProperties } from '../intercept/latches.js';
import { asking, entering, inserting, marking, others, styling, texting } from '../intercept/members.js';
import { drawing, properties } from '../intercept/sources.js';
import { save } from '../safe/pristine.js';
import { isOpener } from '../ui/openers.js';
import { native } from '../safe/native.js';
import { engine } from 'octroi:engine';
import { site } from 'octroi:site';
import { tellDefaults } from 'octroi:signals';
import version from 'octroi:version';
import { undecided } from './ahead.js';
import { door, isAlone, open, openFirst, openSoon, whenShut, writeHold } from './door.js';
import { early } from './early.js';
import { fileURL, hold } from './files.js';
import { foresee } from './foreseen.js';
import { whenIdle } from './idle.js';
import { answerBy, drawAhead, showPressed } from './interface.js';
import { longest } from './look-up.js';
import { isPlainAddress, isPlainAttribute, isPlainCSS, isPlainMarkup, isPlainNode, isPlainPlace } from './plain.js';
import { hookBy, realms } from './realms.js';
import { scout } from './scout.js';
import { hookWrites, judgeBy } from './write-hooks.js';

const { requestAnimationFrame } = window;

/** Has the hooks there; tells whether they are. */
const opens = () => {
  open();
  return door.open;
};

/** The setters by which elements load, as members.js has them. */
let loading = '';
for (let i = 0; i < properties.length; i += 2) loading += `${i ? ',' : ''}${properties[i]} +${properties[i + 1]}`;
/** The getters of the addresses of SVG's elements, whose objects a script sets. */
let drawn = '';
visit(drawing, (name) => void (drawn += `,SVG${name}Element -href`));

/** Whether an element is a link. @param {any} node */
const isLink = (node) => exec(/^(?:a|area)$/, attempt(() => localName(node)) || '') !== null;

/** @type {import('../intercept/hooks.js').Hooks} */
const hookEarly = (view) => {
  /** Whether an address is plain. @param {unknown} address */
  const isOpen = (address) => typeof address === 'string' && isPlainAddress(address, baseURI(view.document));
  let framed = false;
  const onFrame = () => void (framed = true);
  hookWrites(view);
  latch(
    view,
    'Element attachShadow',
    opens,
    () => true,
    (root) => attempt(() => scout(root)),
  );
  latch(
    view,
    inserting,
    opens,
    (self, args) => {
      framed = false;
      if (!isPlainPlace(self)) return false;
      for (let i = 0; i < args.length; i++) if (!isPlainNode(args[i], onFrame)) return false;
      return true;
    },
    () => framed && realms.frames(view),
  );
  latch(view, texting, opens, (self) => isPlainPlace(self));
  latch(view, marking, opens, (self, args) => isPlainPlace(self) && isPlainMarkup(args[args.length - 1]));
  /** @type {import('../intercept/latches.js').Passes} */
  const isPlainStyle = (_, args) => {
    for (let i = 0; i < args.length; i++)
      if (typeof args[i] === 'object' ? args[i] !== null : typeof args[i] === 'string' && !isPlainCSS(args[i])) return false;
    return true;
  };
  latch(view, styling, opens, isPlainStyle);
  latchProperties(view, opens, isPlainStyle);
  latch(view, loading, opens, (self, args, name) => isPlainAttribute(self, name, args[0]));
  latch(view, 'Element setAttribute', opens, (self, args) => isPlainAttribute(self, args[0], args[1]));
  latch(view, asking, opens, (_, args) => isOpen(args[0]) && (args[1] === undefined || typeof args[1] === 'object' || startsWith(args[1], '_')));
  latch(view, 'XMLHttpRequest open', opens, (_, args) => isOpen(args[1]));
  latch(view, 'HTMLElement click', opens, (self) => !isLink(self));
  latch(view, `${others},${entering}${drawn}`, opens, () => false);
  latchConstructors(view, opens, (_, args, name) =>
    exec(/^(?:Audio|CSSStyleSheet)$/, name) !== null
      ? !args.length
      : name === 'FontFace'
        ? isPlainCSS(args[1])
        : exec(/^(?:WebSocket|EventSource)$/, name) !== null && isOpen(args[0]),
  );
};

/** @type {import('../intercept/hooks.js').Judge} */
const judgeEarly = (area, text, again) => {
  if (text.length > longest) return;
  const isOpen = foresee(area, text);
  if (isOpen !== undefined) return isOpen ? [] : undefined;
  // The hooks have another judge, and this write goes through them.
  if (opens()) again();
  return null;
};

/** Does what a button says, once octroi.hold.js is there. @param {string} action */
const press = (action) => {
  showPressed(action);
  early.actions[early.actions.length] = action;
  openSoon();
};

/** Whether a form, its button or a link leads to where everybody may go. @param {any} element */
const leadsHere = (element) => {
  const address = attempt(() => getAttribute(element, 'action') ?? getAttribute(element, 'formaction') ?? getAttribute(element, 'href'));
  return !address || isPlainAddress(address, baseURI(element));
};

/** Hears what the hooks would hear. @param {any} event */
const hear = (event) => {
  if (door.open) return;
  const { type, isTrusted } = event;
  const path = composedPath(event);
  let link = false;
  for (let i = 0; i < path.length; i++) {
    link ||= isLink(path[i]);
    if (
      type === 'click' &&
      isTrusted &&
      path[i] instanceof Element &&
      isOpener(path[i]) &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.shiftKey &&
      !event.altKey
    ) {
      preventDefault(event);
      return press('preferences');
    }
  }
  if (isTrusted && exec(/^(?:click|keydown)$/, type) !== null) {
    early.acting = true;
    setTimeout(() => (early.acting = false), 0);
  } else if ((type !== 'click' || link) && type !== 'keydown') {
    if (opens()) early.heard(event);
    else if (!leadsHere(path[0]) || !leadsHere(event.submitter)) preventDefault(event);
  }
};

/** Whether the script that runs is octroi.hold.js. */
const isHold = () => {
  const { href } = fileURL(hold);
  const source = attempt(() => getAttribute(currentScript(window.document), 'src'));
  const address = (source && attempt(() => hrefOf(new URL(source, baseURI(window.document))))) || '';
  return address && startsWith(href, slice(address + '?', 0, indexOf(address + '?', '?')) + '?');
};

/** What octroi.hold.js gets, and nobody else; to the page it is the interface of the hooks, which come for it. */
const lend = () => {
  if (!door.lent && (door.opening || (!door.open && isHold()))) {
    door.lent = true; // what runs within octroi.hold.js may be the page's, as its elements' own code
    return SHARE;
  }
  open();
  return door.open ? getOwnPropertyDescriptor(window, 'octroi')?.value : undefined;
};

/** Fetches the engine while octroi.hold.js is on its way, which sees to what comes of it. */
const fetchEngine = () => {
  early.engine = new Promise((resolve) => resolve(WebAssembly.compileStreaming(native.fetch(fileURL(engine, '')))));
  early.engine.catch(() => {});
};

/** Puts the latches in, and watches what the parser brings. */
const shut = () => {
  judgeBy(judgeEarly, () => false);
  answerBy(press, () => {});
  hookBy(hookEarly, scout);
  realms.start();
  visit(list(['click', 'keydown', 'submit', 'formdata']), (type) => listen(window, type, hear, true));
  scout(window.document);
};

/** Starts. @param {import("./interface.js").Layer | undefined} layer the first layer; none if the hooks and the engine have to be there first */
export const begin = (layer) => {
  save();
  defineProperty(window, 'octroi', bare({ get: Object.assign(lend, { version }), configurable: true }));
  early.untold = tellDefaults();
  if (!undecided && site.policy === 'hooks' && location.protocol !== 'file:') fetchEngine();
  // The hooks come before anything of the page can: they need no latches ahead of them.
  if (!layer && isAlone() && writeHold()) return whenShut(() => (shut(), openSoon()));
  shut();
  if (layer) {
    early.asks = true;
    drawAhead(layer);
  }
  if (!layer || location.protocol === 'file:') return openFirst();
  if (location.hash === '#octroi') return openSoon();
  apply(requestAnimationFrame, window, [() => setTimeout(openSoon, 0)]);
  whenIdle(openSoon);
};
