/*
 * Takes the inventory for the engine, and removes the items that the engine names.
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
import { longest } from './look-up.js';

/**
 * The cookies of the last inventory. None once a cookie was erased: a cookie that comes back at
 * once must not look as if it had stayed.
 *
 * @type {string | undefined}
 */
let seen;

/** Takes the inventory. @type {kinds.Effects[typeof kinds.INVENTORY]} */
export const survey = (phase, wide) => {
  /** Sends the inventory. @param {[items: string[], unknown: string]} slow the items that take time, and the areas that could not be listed */
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

/** Takes the inventory of what the page's scripts have stored since the last one. */
export const watch = () => {
  if (recordName !== undefined) survey('watch', '');
};

/** Takes the inventory if any cookie has changed. */
export const tick = () => {
  if (recordName === undefined || seen === cookies()) return;
  watch();
  tables();
};

/** Whether `soon` has scheduled a look. */
let ticking = false;

/** Looks for changed cookies in 50 ms: a page may set many in a row. */
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

/** Removes an item that is no cookie. @type {kinds.Effects[typeof kinds.REMOVE]} */
export const remove = (area, name) => {
  if (+area === kinds.AREA_STORAGE) return drop(name);
  // Closes the database first: browsers erase none that is open.
  endShut(
    (other, kind) => kind === 'Database' && +area === kinds.AREA_DATABASES && other === name,
    () => {},
  );
  loadDeferred(() => deferred?.inventory.remove(area, name));
};
