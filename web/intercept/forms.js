/*
 * What forms send. It is judged when it is sent: what handlers of the page have changed by
 * then counts.
 */
import {
  WeakMap,
  WeakSet,
  apply,
  attempt,
  baseURI,
  createElementNS,
  exec,
  free,
  getAttribute,
  insertBefore,
  knows,
  learn,
  nextSibling,
  ownerDocument,
  parentNode,
  reads,
  removeAttribute,
  removeChild,
  setAttribute,
  setTimeout,
  failClosed,
  toLowerCase,
  unlearn,
  weakDelete,
  weakGet,
  weakSet,
  listen as hear,
} from '../safe/builtins.js';
import { active, gecko, resolveAt, visible } from './values.js';

const preventDefault = free(Event.prototype.preventDefault);
const defaultPrevented = reads(Event.prototype, 'defaultPrevented');
const targetOf = reads(Event.prototype, 'target');
const composedPath = free(Event.prototype.composedPath);
const submitterOf = reads(SubmitEvent.prototype, 'submitter');
/** Throws for what is no form, of whatever realm. */
const methodOf = reads(HTMLFormElement.prototype, 'method');

/**
 * @param {import('./values.js').Ask} ask
 * @param {(form: any, target: string | null) => void} sent told of a form that is sent, and of its own target
 */
export const forms = (ask, sent) => {
  /** What each form is sent by. @type {WeakMap<object, Element>} */
  const submitters = new WeakMap();

  /** An attribute as the form is sent with it. @param {any} form @param {any} button @param {string} name @returns {string | null} */
  const sentWith = (form, button, name) => (button && getAttribute(button, 'form' + name)) ?? getAttribute(form, name);

  /** Forms of which it was told in this turn. */
  const told = new WeakSet();
  /** Tells of a form that is held: who has pressed its button waits for it. @param {any} form @param {any} button */
  const tell = (form, button) => {
    if (knows(told, form)) return;
    learn(told, form);
    setTimeout(() => unlearn(told, form), 0);
    const base = baseURI(form);
    const asked = button ? visible(button) : active() && visible(form);
    ask.told('form', form, base, resolveAt(base, sentWith(form, button, 'action') ?? ''), asked);
  };

  /** Whether a form would send to where nothing may be asked. @param {any} form @param {any} button */
  const sends = failClosed((form, button) => {
    if (toLowerCase(sentWith(form, button, 'method') ?? '') === 'dialog') return false;
    const base = baseURI(form);
    const href = resolveAt(base, sentWith(form, button, 'action') ?? '');
    return exec(/^https?:/, href) !== null && ask.heldAt(base, href);
  }, true);

  /** The form of an event: seen from outside, its target is the host of its shadow. @param {Event} event */
  const formOf = (event) => composedPath(event)[0] ?? targetOf(event);

  /** Handlers of the page come after this. @param {Event} event */
  const submitted = (event) => {
    attempt(() => weakSet(submitters, formOf(event), submitterOf(event)));
  };
  /** And before this, unless they stop the event. @param {Event} event */
  const goes = (event) => {
    const form = formOf(event);
    if (attempt(() => methodOf(form)) === undefined || !sends(form, weakGet(submitters, form))) return;
    // What was stopped by the page was not to be sent.
    if (!defaultPrevented(event)) tell(form, weakGet(submitters, form));
    preventDefault(event);
  };
  /** Stops a form that is on its way, where it must; tells whether it goes on. @param {any} form */
  const passes = (form) => {
    const button = weakGet(submitters, form);
    const held = sends(form, button);
    if (held) {
      tell(form, button);
      stop(form, button);
    }
    return !held;
  };
  /** Nothing but the sending comes after this. @param {Event} event */
  const gathers = (event) => {
    const form = formOf(event);
    if (attempt(() => methodOf(form)) !== undefined && passes(form)) sent(form, sentWith(form, weakGet(submitters, form), 'target'));
  };
  /** But what other handlers of this event do, in Firefox. @param {Event} event */
  const gathered = (event) => {
    const form = formOf(event);
    if (gecko && attempt(() => methodOf(form)) !== undefined) passes(form);
  };

  /**
   * Keeps a form from being sent that is on its way: Firefox reads where to when it
   * has gathered what, and then finds a dialog; others have read it before, and are told that
   * the form is in no document for a moment.
   *
   * @param {any} form
   * @param {any} button
   */
  const stop = (form, button) => {
    if (gecko) {
      const sender = button && getAttribute(button, 'formmethod') !== null ? button : form;
      const name = sender === form ? 'method' : 'formmethod';
      const method = getAttribute(sender, name);
      setAttribute(sender, name, 'dialog');
      setTimeout(() => (method === null ? removeAttribute(sender, name) : setAttribute(sender, name, method)), 0);
      return;
    }
    const parent = parentNode(form);
    if (!parent) return;
    const place = createElementNS(ownerDocument(form), 'http://www.w3.org/1999/xhtml', 'octroi-form');
    insertBefore(parent, place, nextSibling(form));
    removeChild(parent, form);
    setTimeout(() => {
      const now = parentNode(place);
      if (now && !parentNode(form)) insertBefore(now, form, place);
      if (now) removeChild(now, place);
    }, 0);
  };

  /** Listens to a window or a shadow root, where these events end. @param {any} root */
  const watch = (root) => {
    hear(root, 'submit', submitted, true);
    hear(root, 'submit', goes);
    hear(root, 'formdata', gathers, true);
    hear(root, 'formdata', gathered);
  };

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap) => {
    wrap(view.HTMLFormElement.prototype, 'submit', 'value', (original) => ({
      hook() {
        // What is no form is left to the original, which says so.
        if (attempt(() => methodOf(this)) !== undefined) {
          if (sends(this, null)) return tell(this, null);
          weakDelete(submitters, this);
        }
        return apply(original, this, arguments);
      },
    }));
  };
  return { hook, watch };
};
