/*
 * Payment methods and presentation screens that have an address, which the browser asks.
 */
import { construct, exec } from '../safe/builtins.js';
import { address, each, instead, isSequence, sequence } from './values.js';
import { wrapConstructor } from './wrap.js';

/** An address at which nothing answers: both APIs throw where there is no address (".invalid" never resolves, RFC 6761, section 6.4). */
const unanswered = 'https://held.invalid/';

/** @param {import('./requests.js').Realm} realm */
export const hookPayments = ({ ask, view }) => {
  /** Returns a page's address, or one at which nothing answers if the page's is held. @param {any} value */
  const answered = (value) => {
    const href = address(view, value);
    return ask.held(view, href) ? unanswered : href;
  };
  /** Judges a payment method; one with a name in the place of an address stays as it is. @param {any} method */
  const payable = (method) => {
    const methods = method?.supportedMethods;
    if (methods === undefined) return method;
    const text = `${methods}`;
    return instead(method, 'supportedMethods', exec(/^https?:/i, text) ? answered(text) : text);
  };
  wrapConstructor(view, 'PaymentRequest', (target, args, as) => {
    if (isSequence(args[0])) args[0] = sequence(each(args[0], payable));
    return construct(target, args, as);
  });
  wrapConstructor(view, 'PresentationRequest', (target, args, as) => {
    if (args.length) args[0] = isSequence(args[0]) ? sequence(each(args[0], answered)) : answered(args[0]);
    return construct(target, args, as);
  });
};
