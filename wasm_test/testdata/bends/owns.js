/*
 * What is the page's own, and must go on as it does without the drop-in.
 */
import { apply, cookies, doc, getItem, includes, inner, local, parent, quiet, read, textOf, thenOf } from './builtins.js';
import { box, element, hooked, put } from './page.js';
import { index } from './tries.js';

/** What is the page's own; each tells whether it was done. */
export const owns = {
  image: () => {
    const i = new hooked.Image();
    i.src = '/own.gif';
    return read(i, 'src') === '/own.gif';
  },
  attribute: () => {
    const i = element('img');
    apply(hooked.setAttribute, i, ['src', '/own.gif']);
    return read(i, 'src') === '/own.gif';
  },
  script: () => {
    const s = element('script');
    s.src = '/own.js';
    put(s);
    return read(s, 'src') === '/own.js' && read(s, 'type') !== 'text/plain' && apply(parent, s, []) === box;
  },
  inline: () => {
    const s = element('script');
    apply(hooked.text, s, ['bends.own = true']);
    window.bends.own = false;
    put(s);
    return window.bends.own;
  },
  markup: () => {
    const d = element('div');
    apply(hooked.inner, d, ['<p class="a">x<img src="/own.gif"></p>']);
    return apply(inner, d, []) === '<p class="a">x<img src="/own.gif"></p>';
  },
  append: () => {
    const p = element('p');
    put(p);
    return apply(parent, p, []) === box;
  },
  style: () => {
    const s = element('style');
    apply(hooked.text, s, ['i { color: red; background: url(/own.gif) }']);
    put(s);
    return apply(textOf, s, []) === 'i { color: red; background: url(/own.gif) }';
  },
  cookie: () => {
    apply(hooked.cookie, doc, ['basket=' + index]);
    return apply(includes, apply(cookies, doc, []), ['basket=' + index]);
  },
  storage: () => {
    apply(hooked.setItem, hooked.store, ['draft', '' + index]);
    return apply(getItem, local, ['draft']) === '' + index;
  },
  xhr: () => {
    const x = new hooked.XHR();
    apply(hooked.open, x, ['GET', '/empty']);
    return x.readyState === 1;
  },
  request: () => new hooked.Request('/empty').url.length > 6,
  fetch: () => {
    apply(thenOf, apply(hooked.fetch, window, ['data:,']), [quiet, quiet]);
    return true;
  },
};

export const owning = Object.keys(owns);
