/*
 * Cookies: what is assigned to document.cookie and set in the cookie store.
 */
import { apply, ceil, exec, getOwnPropertyDescriptor, max, min, now } from '../safe.js';

const { toWellFormed } = /** @type {any} */ (String.prototype);
const { get } = /** @type {any} */ (getOwnPropertyDescriptor(Document.prototype, 'cookie'));

/** @param {import('../hooks.js').Judge} judge @returns {import('../hooks.js').Hooks} */
export const cookies = (judge) => (view, wrap) => {
  wrap(view.Document.prototype, 'cookie', 'set', (original) => ({
    hook(value) {
      if (!arguments.length) return apply(original, this, arguments);
      // Chromium keeps half a surrogate pair, and then reads no cookie at all any more:
      // the API is specified to replace it.
      const text = toWellFormed ? apply(toWellFormed, `${value}`, []) : `${value}`;
      const again = () => apply(/** @type {any} */ (getOwnPropertyDescriptor(view.Document.prototype, 'cookie')).set, this, [text]);
      const verdict = judge(0, text, again, view);
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
      const age = maxAge ?? (expires == null ? expires : (expires - now()) / 1000);
      let text = options.name + '=' + options.value;
      if (age != null) text += ';Max-Age=' + ceil(min(max(age, -1), 1e9));
      // What cannot be a cookie is left to the original, which says so.
      const verdict =
        name === undefined || value === undefined || exec(/^=$|[;\0-\x08\n-\x1f\x7f]/, options.name + '=' + options.value)
          ? []
          : judge(0, text, () => apply(/** @type {any} */ (getOwnPropertyDescriptor(view.CookieStore.prototype, 'set')).value, this, [options]), view);
      if (!verdict) return view.Promise.resolve();
      if (verdict.length) {
        delete options.maxAge;
        options.expires = verdict[1] ? now() + +verdict[1] * 1000 : null;
      }
      return apply(original, this, [options]);
    },
  }));
};
