/*
 * Cookies: what is assigned to document.cookie and set in the cookie store.
 */
import { apart } from '../hooks.js';

const { apply, getOwnPropertyDescriptor } = Reflect;
const { get } = /** @type {any} */ (getOwnPropertyDescriptor(Document.prototype, 'cookie'));

/** @param {import('../hooks.js').Judge} judge @returns {import('../hooks.js').Hooks} */
export const cookies = (judge) => (view, wrap) => {
  wrap(view.Document.prototype, 'cookie', 'set', (original) => ({
    hook(value) {
      if (!arguments.length) return apply(original, this, arguments);
      // Chromium keeps half a surrogate pair, and then reads no cookie at all any more:
      // the API is specified to replace it.
      const string = /** @type {any} */ (`${value}`);
      const text = string.toWellFormed?.() ?? string;
      const verdict = apart(view)
        ? []
        : judge(0, text, () => apply(/** @type {any} */ (getOwnPropertyDescriptor(view.Document.prototype, 'cookie')).set, this, [text]));
      if (verdict) apply(original, this, [verdict[0] ?? text]);
      else apply(get, this, []);
    },
  }));

  wrap(view.CookieStore?.prototype, 'set', 'value', (original) => ({
    hook(first, second) {
      const object = first && typeof first === 'object';
      if (!arguments.length || (!object && arguments.length < 2)) return apply(original, this, arguments);
      // Read once, as the original would: what is judged is what is set.
      const { name, value, expires, maxAge, domain, path, sameSite, partitioned } = object ? first : { name: first, value: second };
      const options = { name: name && `${name}`, value: value && `${value}`, expires, maxAge, domain, path, sameSite, partitioned };
      for (const key in options) if (/** @type {any} */ (options)[key] === undefined) delete (/** @type {any} */ (options)[key]);
      const age = maxAge ?? (expires == null ? expires : (expires - Date.now()) / 1000);
      let text = options.name + '=' + options.value;
      if (age != null) text += ';Max-Age=' + Math.ceil(Math.min(Math.max(age, -1), 1e9));
      // What cannot be a cookie is left to the original, which says so.
      const verdict =
        name === undefined || value === undefined || /^=$|[;\0-\x08\n-\x1f\x7f]/.test(options.name + '=' + options.value)
          ? []
          : judge(0, text, () => apply(/** @type {any} */ (getOwnPropertyDescriptor(view.CookieStore.prototype, 'set')).value, this, [options]));
      if (!verdict) return view.Promise.resolve();
      if (verdict.length) {
        delete options.maxAge;
        options.expires = verdict[1] ? Date.now() + +verdict[1] * 1000 : null;
      }
      return apply(original, this, [options]);
    },
  }));
};
