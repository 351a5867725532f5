/*
 * What forms send. Octroi judges a form when it is sent, so that changes by the page's event
 * handlers count.
 */
import {
  WeakMap,
  WeakSet,
  apply,
  attempt,
  baseURI,
  createElementNS,
  exec,
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
  listen,
  preventDefault,
  eventTarget,
  composedPath,
} from '../safe/builtins.js';
import { HTML } from './loads.js';
import { active, gecko, resolveAt, visible } from './values.js';
import { wrap } from './wrap.js';

const defaultPrevented = reads(Event.prototype, 'defaultPrevented');
const submitterOf = reads(SubmitEvent.prototype, 'submitter');
const methodOf = reads(HTMLFormElement.prototype, 'method');

/** @type {import('./values.js').Ask} */
let ask;
/** Expects the frame that a form is sent to. @type {(form: any, target: string | null) => void} */
let expect;

/** The button by which each form is sent. @type {WeakMap<object, Element>} */
const submitters = new WeakMap();
/** Forms that were reported in this turn. */
const reported = new WeakSet();

/** Whether a value is a form, of whatever realm. @param {any} value */
const isForm = (value) => attempt(() => methodOf(value)) !== undefined;

/** Returns an attribute with which a form is sent: the button's, or the form's. @param {any} form @param {any} button @param {string} name @returns {string | null} */
const sentWith = (form, button, name) => (button && getAttribute(button, 'form' + name)) ?? getAttribute(form, name);

/** Returns the form of an event. Outside of a shadow root, the event's target is the root's host. @param {Event} event */
const formOf = (event) => composedPath(event)[0] ?? eventTarget(event);

/** @param {any} form @param {any} button */
const actionOf = (form, button) => resolveAt(baseURI(form), sentWith(form, button, 'action') ?? '');

/** Reports a held form. The visitor waits for it if the visitor pressed its button. @param {any} form @param {any} button */
const report = (form, button) => {
  if (knows(reported, form)) return;
  learn(reported, form);
  setTimeout(() => unlearn(reported, form), 0);
  const isAsked = button ? visible(button) : active() && visible(form);
  ask.told('form', form, baseURI(form), actionOf(form, button), isAsked);
};

/** Whether a form would be sent to a blocked address. @param {any} form @param {any} button */
const isHeld = failClosed((form, button) => {
  if (toLowerCase(sentWith(form, button, 'method') ?? '') === 'dialog') return false;
  const href = actionOf(form, button);
  return exec(/^https?:/, href) !== null && ask.heldAt(baseURI(form), href);
}, true);

/** Stops a form that is being sent, if it must; tells whether it goes on. @param {any} form */
const passes = (form) => {
  const button = weakGet(submitters, form);
  const held = isHeld(form, button);
  if (held) {
    report(form, button);
    stop(form, button);
  }
  return !held;
};

/** Notes the button of a form, before the page's handlers. @param {Event} event */
const onSubmitFirst = (event) => {
  attempt(() => weakSet(submitters, formOf(event), submitterOf(event)));
};
/** Prevents a held form's submit, after the page's handlers unless they stop the event. @param {Event} event */
const onSubmitLast = (event) => {
  const form = formOf(event);
  if (!isForm(form) || !isHeld(form, weakGet(submitters, form))) return;
  // A form that the page's handlers prevented was not to be sent: nothing to report.
  if (!defaultPrevented(event)) report(form, weakGet(submitters, form));
  preventDefault(event);
};
/** Judges a form just before browsers other than Firefox send it. @param {Event} event */
const onFormDataFirst = (event) => {
  const form = formOf(event);
  if (isForm(form) && passes(form)) expect(form, sentWith(form, weakGet(submitters, form), 'target'));
};
/** Judges a form again in Firefox, which lets handlers of formdata still change the address. @param {Event} event */
const onFormDataLast = (event) => {
  const form = formOf(event);
  if (gecko && isForm(form)) passes(form);
};

/**
 * Stops a form that Firefox sends. Firefox reads the method after the formdata event, and
 * sends no form with the method "dialog".
 *
 * @param {any} form
 * @param {any} button
 */
const stopInFirefox = (form, button) => {
  const sender = button && getAttribute(button, 'formmethod') !== null ? button : form;
  const name = sender === form ? 'method' : 'formmethod';
  const method = getAttribute(sender, name);
  setAttribute(sender, name, 'dialog');
  setTimeout(() => (method === null ? removeAttribute(sender, name) : setAttribute(sender, name, method)), 0);
};

/**
 * Stops a form that is being sent. Browsers other than Firefox have read the method by now;
 * they send no form that is in no document, so the form leaves it for the rest of this turn.
 *
 * @param {any} form
 * @param {any} button
 */
const stop = (form, button) => {
  if (gecko) return stopInFirefox(form, button);
  const parent = parentNode(form);
  if (!parent) return;
  const place = createElementNS(ownerDocument(form), HTML, 'octroi-form');
  insertBefore(parent, place, nextSibling(form));
  removeChild(parent, form);
  setTimeout(() => {
    const now = parentNode(place);
    if (now && !parentNode(form)) insertBefore(now, form, place);
    if (now) removeChild(now, place);
  }, 0);
};

/** Listens to a window or a shadow root, which forms' events reach first and last. @param {any} root */
const watch = (root) => {
  listen(root, 'submit', onSubmitFirst, true);
  listen(root, 'submit', onSubmitLast);
  listen(root, 'formdata', onFormDataFirst, true);
  listen(root, 'formdata', onFormDataLast);
};

/** Hooks submit, which fires no submit event. @type {import('./hooks.js').Hooks} */
const hook = (view) => {
  wrap(view.HTMLFormElement.prototype, 'submit', 'value', (original) => ({
    hook() {
      // For an object that is no form, the original throws.
      if (isForm(this)) {
        if (isHeld(this, null)) return report(this, null);
        weakDelete(submitters, this);
      }
      return apply(original, this, arguments);
    },
  }));
};

/**
 * @param {import('./values.js').Ask} asking
 * @param {(form: any, target: string | null) => void} expecting called for a form that is sent, with its own target
 */
export const forms = (asking, expecting) => {
  ask = asking;
  expect = expecting;
  return { hook, watch, submitted: onSubmitFirst, collected: onFormDataFirst };
};
