/*
 * Cookies: what is assigned to document.cookie, and set and deleted in the cookie store.
 */
import { AREA_COOKIES } from '../../jsbridge/kinds.js';
import { apply, bare, ceil, exec, getOwnPropertyDescriptor, max, min, now, reads } from '../safe/builtins.js';

const read = reads(Document.prototype, 'cookie');
const { toWellFormed } = /** @type {any} */ (String.prototype);

/**
 * What the cookie store is given, read and converted once: what is judged is what is set.
 * Of two ends the later one is told, as expires.
 *
 * @param {any} given
 */
const once = (given) => {
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

/** @param {import('./hooks.js').Judge} judge @returns {import('./hooks.js').Hooks} */
export const cookies = (judge) => (view, wrap) => {
  wrap(view.Document.prototype, 'cookie', 'set', (original) => ({
    hook(value) {
      if (!arguments.length) return apply(original, this, arguments);
      // Chromium keeps half a surrogate pair, and then reads no cookie at all any more:
      // the API is specified to replace it.
      const string = `${value}`;
      const text = toWellFormed ? apply(toWellFormed, string, []) : string;
      const again = () => apply(/** @type {any} */ (getOwnPropertyDescriptor(view.Document.prototype, 'cookie')).set, this, [text]);
      const verdict = judge(AREA_COOKIES, text, again, view);
      if (verdict) apply(original, this, [verdict.length ? verdict[0] : text]);
      else read(this);
    },
  }));

  const { Promise, CookieStore } = view;
  const { resolve } = Promise;

  /**
   * Hooks a method of the cookie store, which is told what may not be done as if it were.
   * What the original refuses is left to it.
   *
   * @param {'set' | 'delete'} method
   * @param {(options: any, again: () => void) => boolean} may
   */
  const hook = (method, may) =>
    wrap(CookieStore?.prototype, method, 'value', (original) => ({
      hook(first, second) {
        const object = typeof first === 'object' || typeof first === 'function';
        const named = method === 'set' ? arguments.length > 1 : !object;
        if (!arguments.length || (!named && (!object || !first))) return apply(original, this, arguments);
        let options;
        try {
          options = once(named ? bare({ name: `${first}`, value: `${second}` }) : first);
        } catch (error) {
          options = {
            get name() {
              throw error;
            },
          };
          return apply(original, this, [options]);
        }
        const again = () => apply(/** @type {any} */ (getOwnPropertyDescriptor(CookieStore.prototype, method)).value, this, [options]);
        return may(options, again) ? apply(original, this, [options]) : apply(resolve, Promise, []);
      },
    }));

  hook('set', (options, again) => {
    const { name, value, expires } = options;
    let text = name + '=' + value;
    // What cannot be a cookie is left to the original, which says so.
    if (name === undefined || value === undefined || (expires !== undefined && expires - expires !== 0) || exec(/^=$|[;\0-\x08\n-\x1f\x7f]/, text)) return true;
    if (expires !== undefined) text += ';Max-Age=' + ceil(min(max((expires - now()) / 1000, -1), 1e9));
    const verdict = judge(AREA_COOKIES, text, again, view);
    if (verdict?.length) {
      const seconds = verdict[1];
      options.expires = seconds ? +seconds && now() + +seconds * 1000 : null;
      if (seconds === '0') options.value = '';
    }
    return !!verdict;
  });

  hook('delete', (options, again) => options.name === undefined || !!judge(AREA_COOKIES, options.name + '=;Max-Age=0', again, view));
};
