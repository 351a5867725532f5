/*
 * The calls of the cookie store (https://cookiestore.spec.whatwg.org/).
 */
import { AREA_COOKIES } from '../../jsbridge/kinds.js';
import { apply, bare, ceil, exec, getOwnPropertyDescriptor, max, min, now } from '../safe/builtins.js';
import { wrap } from './wrap.js';

/** @typedef {import('./hooks.js').Judge} Judge */

/**
 * Copies the options of a call to the cookie store. Each member is read and converted once, so
 * that what is judged is what is set. Of "expires" and "maxAge", the later time becomes
 * "expires", in ms since 1970.
 *
 * @param {any} given
 */
const copyOptions = (given) => {
  const { domain, expires, maxAge, name, partitioned, path, sameSite, value } = given;
  const options = bare(/** @type {any} */ ({}));
  if (domain != null) options.domain = `${domain}`;
  if (expires != null) options.expires = +expires;
  if (maxAge != null) {
    const at = now() + maxAge * 1000;
    if (!(options.expires > at)) options.expires = at;
  }
  if (name !== undefined) options.name = `${name}`;
  if (partitioned !== undefined) options.partitioned = !!partitioned;
  if (path !== undefined) options.path = `${path}`;
  if (sameSite !== undefined) options.sameSite = `${sameSite}`;
  if (value !== undefined) options.value = `${value}`;
  return options;
};

/**
 * Whether "set" may store a cookie with these options. The life of the cookie is cut to what
 * the verdict allows.
 *
 * @param {Judge} judge
 * @param {any} view
 * @param {any} options
 * @param {() => void} again
 */
const maySet = (judge, view, options, again) => {
  const { name, value, expires } = options;
  let text = name + '=' + value;
  // The original rejects what cannot be a cookie, and says why.
  if (name === undefined || value === undefined || (expires !== undefined && expires - expires !== 0) || exec(/^=$|[;\0-\x08\n-\x1f\x7f]/, text)) return true;
  if (expires !== undefined) text += ';Max-Age=' + ceil(min(max((expires - now()) / 1000, -1), 1e9));
  const verdict = judge(AREA_COOKIES, text, again, view);
  if (verdict?.length) {
    const seconds = verdict[1];
    options.expires = seconds ? +seconds && now() + +seconds * 1000 : null;
    if (seconds === '0') options.value = '';
  }
  return !!verdict;
};

/** Whether "delete" may delete a cookie. @type {typeof maySet} */
const mayDelete = (judge, view, options, again) => options.name === undefined || !!judge(AREA_COOKIES, options.name + '=;Max-Age=0', again, view);

/**
 * Hooks a method of the cookie store. A call that is blocked resolves as if it had been done.
 * A call that is invalid is passed on, and the original rejects it.
 *
 * @param {Judge} judge
 * @param {any} view
 * @param {'set' | 'delete'} method
 * @param {typeof maySet} may
 */
const hookStore = (judge, view, method, may) => {
  const { Promise, CookieStore } = view;
  const { resolve } = Promise;
  wrap(CookieStore?.prototype, method, 'value', (original) => ({
    hook(first, second) {
      const object = typeof first === 'object' || typeof first === 'function';
      const named = method === 'set' ? arguments.length > 1 : !object;
      if (!arguments.length || (!named && (!object || !first))) return apply(original, this, arguments);
      let options;
      try {
        options = copyOptions(named ? bare({ name: `${first}`, value: `${second}` }) : first);
      } catch (error) {
        options = {
          get name() {
            throw error;
          },
        };
        return apply(original, this, [options]);
      }
      const again = () => apply(/** @type {any} */ (getOwnPropertyDescriptor(CookieStore.prototype, method)).value, this, [options]);
      return may(judge, view, options, again) ? apply(original, this, [options]) : apply(resolve, Promise, []);
    },
  }));
};

/** @param {Judge} judge @returns {import('./hooks.js').Hooks} */
export const cookieStore = (judge) => (view) => {
  hookStore(judge, view, 'set', maySet);
  hookStore(judge, view, 'delete', mayDelete);
};
