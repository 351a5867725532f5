/*
 * The manners in which a member is bent, and what bends it.
 */
import { apply, create, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, iterate, setPrototypeOf } from './builtins.js';

// What a bent function answers.
const answers = {
  nothing: function () {},
  yes: function () {
    return true;
  },
  no: function () {
    return false;
  },
  empty: function () {
    return '';
  },
  one: function () {
    return 1;
  },
  throws: function () {
    throw new Error('bent');
  },
  first: function (value) {
    return value;
  },
  self: function () {
    return this;
  },
  hollow: function () {
    return create(null);
  },
  pair: function () {
    return apply(iterate, ['', true], []);
  },
};
export const manners = Object.keys(answers);
// What a name of the window's is set to instead.
export const values = { text: '/api', number: 1, nil: null, gone: undefined, plain: function () {}, arrow: (value) => value };

/** Bends a member; what puts it back. */
export const bend = ({ object, key, descriptor, part, manner }) => {
  const back = descriptor && setPrototypeOf({ ...descriptor }, null);
  const value = manner[0] === '=' ? values[manner.slice(1)] : answers[manner];
  const plain = { value, writable: true, configurable: true, enumerable: !!descriptor?.enumerable };
  const bent = setPrototypeOf(descriptor && (part === 'value' || manner[0] !== '=') ? { ...descriptor, [part]: value } : plain, null);
  // An added accessor hides an inherited one; a method an inherited method.
  if (!descriptor && manner[0] !== '=' && key in object) {
    let above = object;
    while (above && !getOwnPropertyDescriptor(above, key)) above = getPrototypeOf(above);
    if (above && getOwnPropertyDescriptor(above, key).get) {
      delete bent.value;
      delete bent.writable;
      bent.get = value;
    }
  }
  defineProperty(object, key, bent);
  return () => (back ? defineProperty(object, key, back) : deleteProperty(object, key));
};
