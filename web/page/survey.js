/*
 * Tells the engine what lies in the stores, and removes what it wants removed.
 */
import { attempt } from '../safe/builtins.js';
import { native } from '../safe/native.js';
import { endShut } from '../intercept/running.js';
import * as kinds from '../../jsbridge/kinds.js';
import { deferred, loadDeferred } from './deferred.js';
import { tell } from './engine.js';
import { drop, keys } from './keys.js';
import { tables } from './policies.js';
import { cookies, recordName } from './stores.js';
import { longest } from './verdicts.js';

/**
 * The cookies as they were looked at last; unknown once any was erased, lest one that
 * comes back at once looks like one that never went.
 *
 * @type {string | undefined}
 */
let seen;

/** Lists what is there. @type {kinds.Effects[typeof kinds.INVENTORY]} */
export const survey = (phase, wide) => {
  /** @param {[items: string[], unknown: string]} slow */
  const found = ([slow, unknown]) => {
    const now = cookies();
    if (phase === 'watch') seen = now;
    const names = [...keys(longest), ...slow];
    tell(kinds.survey({ phase, wide: !!wide, unknown, host: location.hostname, path: location.pathname, cookies: now, names }));
  };
  if (wide)
    loadDeferred(() => (deferred ? deferred.inventory.list().then(found) : found([[], `${kinds.AREA_DATABASES}${kinds.AREA_CACHES}${kinds.AREA_WORKERS}`])));
  else found([[], '']);
};

/** Looks at what the page's scripts have stored meanwhile. */
export const watch = () => {
  if (recordName !== undefined) survey('watch', '');
};

/** Looks whether any cookie has come or gone. */
export const tick = () => {
  if (recordName === undefined || seen === cookies()) return;
  watch();
  tables();
};

/** Whether the cookies will be looked at. */
let ticking = false;

/** Looks at the cookies soon: a page may set many in a row. */
export const soon = () => {
  if (ticking) return;
  ticking = true;
  setTimeout(() => {
    ticking = false;
    tick();
  }, 50);
};

/** Erases a cookie. @type {kinds.Effects[typeof kinds.COOKIE]} */
export const eraseCookie = (assignment) => {
  seen = undefined;
  attempt(() => native.assign(assignment));
};

/** Removes what is no cookie. @type {kinds.Effects[typeof kinds.REMOVE]} */
export const remove = (area, name) => {
  if (+area === kinds.AREA_STORAGE) return drop(name);
  // What is open cannot be erased.
  endShut(
    (other, kind) => kind === 'Database' && +area === kinds.AREA_DATABASES && other === name,
    () => {},
  );
  loadDeferred(() => deferred?.inventory.remove(area, name));
};
