/*
 * Where links and window.open lead. The page itself may go anywhere, and so may the visitor;
 * a script may take a window or a frame only to an address that is not blocked.
 */
import {
  apply,
  attempt,
  baseURI,
  defaultView,
  failClosed,
  findAll,
  getAttribute,
  hasAttribute,
  isConnected,
  listen,
  localName,
  ownerDocument,
  setTimeout,
  toLowerCase,
  preventDefault,
  composedPath,
} from '../safe/builtins.js';
import { expectFrame, hookNavigate, isFrame, isPage, state, watchFrame } from './frame-navigation.js';
import { active, address, resolveAt, visible } from './values.js';
import { wrap } from './wrap.js';

/** Whether a script may open an address in a target; reports it if not. @param {any} view @param {string} href @param {string} target @param {any} [link] */
const mayOpen = (view, href, target, link) => {
  if (isPage(view, target)) return true;
  const name = toLowerCase(target);
  if (state.acting && (name === '' || name === '_blank' || !isFrame(view, target))) return true;
  if (state.ask.held(view, href)) {
    state.ask.told(link ? 'link' : 'window', link || null, baseURI(view.document), href, active() && (!link || visible(link)));
    return false;
  }
  expectFrame(view, target);
  return true;
};

/** @param {any} node */
const isLink = (node) => {
  const tag = attempt(() => localName(node));
  return (tag === 'a' || tag === 'area') && (hasAttribute(node, 'href') || hasAttribute(node, 'xlink:href'));
};

/** Returns the link that an event follows. @param {Event} event */
const linkOf = (event) => {
  const path = composedPath(event);
  for (let i = 0; i < path.length; i++) if (isLink(path[i])) return path[i];
};

/** Returns the target of a link or a form: the element's own, or the document's. @param {any} element @param {string | null} [target] @returns {string} */
const targetOf = (element, target = getAttribute(element, 'target')) => {
  if (target !== null) return target;
  const bases = findAll(ownerDocument(element), 'base[target]');
  return bases.length ? getAttribute(bases[0], 'target') : '';
};

/** Whether a link that a script clicks may be followed. @param {any} link */
const mayFollow = failClosed((link) => {
  const view = defaultView(ownerDocument(link));
  const href = getAttribute(link, 'href') ?? getAttribute(link, 'xlink:href');
  return mayOpen(view, resolveAt(baseURI(link), href), targetOf(link), link);
}, false);

/** Notes that the visitor acts, for the rest of this turn. */
const act = () => {
  if (state.acting) return;
  state.acting = true;
  setTimeout(() => (state.acting = false), 0);
};

/** @param {any} event */
const onAct = (event) => void (event.isTrusted && act());

/** Lets visitors follow any link, and scripts those that are not blocked. @param {any} event */
const onClick = (event) => {
  const link = linkOf(event);
  if (!link) return;
  if (event.isTrusted) attempt(() => expectFrame(defaultView(ownerDocument(link)), targetOf(link)));
  else if (!mayFollow(link)) preventDefault(event);
};

/** Listens to a window; again, if document.open has removed the listeners. @param {any} view */
const watch = (view) => {
  listen(view, 'click', onAct, true);
  listen(view, 'keydown', onAct, true);
  listen(view, 'click', onClick, true);
  watchFrame(view);
};

/** Listens to a shadow root, whose links a window's listener may not see. @param {any} root */
const within = (root) => listen(root, 'click', onClick, true);

/** Hooks window.open. @param {any} view */
const hookOpen = (view) =>
  wrap(view, 'open', 'value', (original) => ({
    hook(...args) {
      const target = args.length > 1 ? (args[1] = `${args[1]}`) : '_blank';
      const text = args.length && args[0] !== undefined ? (args[0] = `${args[0]}`) : '';
      if (text && !mayOpen(view, (args[0] = address(view, text)), target)) return null;
      return apply(original, this, args);
    },
  }));

/** Hooks click, for links outside of the document: browsers follow them, and no window hears of it. @param {any} view */
const hookClick = (view) =>
  wrap(view.HTMLElement.prototype, 'click', 'value', (original) => ({
    hook(...args) {
      if (isLink(this) && !isConnected(this) && !mayFollow(this)) return;
      return apply(original, this, args);
    },
  }));

/** @param {import('./values.js').Ask} ask */
export const navigation = (ask) => {
  state.ask = ask;
  return {
    /** @type {import('./hooks.js').Hooks} */
    hook(view) {
      hookOpen(view);
      hookNavigate(view);
      hookClick(view);
    },
    watch,
    within,
    act,
    clicked: onClick,
    /** Expects the frame that a form is sent to. @param {any} form @param {string | null} target the form's own target */
    sent: (form, target) => void attempt(() => expectFrame(defaultView(ownerDocument(form)), targetOf(form, target))),
  };
};
