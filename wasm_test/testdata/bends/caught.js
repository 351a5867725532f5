/*
 * What the tries have left behind.
 */
import { apply, cookies, crumble, doc, getItem, includes, local, removeItem, session } from './builtins.js';
import { hooked } from './page.js';

const gone = '=; max-age=0; path=/';
/** Lists what was kept or ran though nothing is granted, and erases it. */
export const caught = () => {
  const bad = [];
  const jar = apply(cookies, doc, []);
  for (const name of ['px', 'px1', 'px3']) {
    if (!apply(includes, `; ${jar}`, [`; ${name}=`])) continue;
    bad.push('cookie ' + name);
    apply(crumble, doc, [name + gone]);
    apply(crumble, doc, [name + '=; max-age=0']);
  }
  for (const key of ['px', 'px1', 'px2']) {
    if (apply(getItem, local, [key]) !== null) bad.push('local ' + key);
    if (apply(getItem, session, [key]) !== null) bad.push('session ' + key);
    apply(removeItem, local, [key]);
    apply(removeItem, session, [key]);
  }
  if (window.bends.ran) bad.push('a script that is held');
  try {
    if (apply(hooked.allows, hooked.api, ['pixel'])) bad.push('allows');
  } catch {}
  return bad;
};
