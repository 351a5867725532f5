/*
 * A window.octroi for jsdom, Storybook and the like, that grants what the test says. It is no
 * engine: nothing is held, asked, stored or erased.
 */

/** @param {string} ids */
const words = (ids) =>
  String(ids)
    .split(/[ \t\n\r\f]+/)
    .filter(Boolean);

const nothing = () => {};

/** @type {typeof import('./fake.js').fake} */
export const fake = ({ grants, declaration } = {}) => {
  const categories = declaration?.categories ?? [];
  const services = declaration?.services ?? [];
  const essential = new Set(categories.filter((one) => one.required).map((one) => one.id));
  for (const { id, category } of services) if (essential.has(category)) essential.add(id);
  const known = [...categories, ...services].map((one) => one.id);
  /** @type {Set<string>} */
  const granted = new Set();
  let decided = grants !== undefined;

  /** @param {string} id a category's stands for its services @returns {string[]} */
  const meant = (id) => {
    if (declaration && !known.includes(id)) throw new Error(`octroi/testing: nothing in the declaration has the id "${id}"; there are: ${known.join(' ')}`);
    return [id, ...services.filter(({ category }) => category === id).map((one) => one.id)];
  };
  /** A category with services is granted where all of them are. */
  const weigh = () => {
    for (const { id } of categories) {
      const own = services.filter(({ category }) => category === id);
      if (!own.length) continue;
      if (own.every((one) => granted.has(one.id))) granted.add(id);
      else granted.delete(id);
    }
  };
  /** @param {string} id @param {boolean} on */
  const put = (id, on) => {
    for (const one of meant(id)) {
      if (on) granted.add(one);
      else granted.delete(one);
    }
  };
  const allowed = (/** @type {string} */ id) => granted.has(id) || essential.has(id);

  /** @returns {OctroiState} */
  const state = () => ({
    decided,
    revision: declaration?.policy?.revision ?? '',
    language: 'en',
    categories: Object.fromEntries(
      categories.map(({ id }) => {
        const required = essential.has(id);
        return [id, { granted: allowed(id), required, ask: required || decided ? '' : 'undecided' }];
      }),
    ),
    services: Object.fromEntries((declaration ? services.map((one) => one.id) : [...granted]).map((id) => [id, allowed(id)])),
  });

  /** @param {string} name @param {object} detail */
  const emit = (name, detail) => document.dispatchEvent(new CustomEvent(`octroi:${name}`, { detail }));

  /** @param {() => void} change */
  const decide = (change) => {
    const before = new Set(granted);
    const asked = !decided;
    change();
    weigh();
    decided = true;
    const changed = [...new Set([...known, ...before, ...granted])].filter((id) => before.has(id) !== granted.has(id));
    if (changed.length || asked) emit('change', { changed, erased: [], survivors: [], state: state() });
  };

  const all = () => known.filter((id) => !essential.has(id));
  /** @param {string} [id] */
  const withdraw = (id) => decide(() => (id === undefined ? granted.clear() : put(id, false)));

  /** @type {Octroi} */
  const octroi = {
    version: '0.0.0',
    ready: true,
    state,
    allows(ids) {
      const named = words(ids);
      return named.length > 0 && named.every(allowed);
    },
    when: (ids) =>
      new Promise((resolve) => {
        if (octroi.allows(ids)) return resolve();
        const stop = octroi.on('change', () => {
          if (!octroi.allows(ids)) return;
          stop();
          resolve();
        });
      }),
    on(name, listener) {
      const heard = (/** @type {any} */ event) => listener(event.detail);
      document.addEventListener(`octroi:${name}`, heard);
      return () => document.removeEventListener(`octroi:${name}`, heard);
    },
    acceptAll: () => decide(() => all().forEach((id) => put(id, true))),
    refuseAll: () => decide(() => granted.clear()),
    save: (selection) => decide(() => Object.entries(selection).forEach(([id, on]) => put(id, on === true || on === 'visit'))),
    withdraw,
    ask: async () => null,
    receipt: async () => null,
    whole: async () => {},
    report: () => null,
    signals: () => [],
    show: nothing,
    preferences: nothing,
    reload: nothing,
    native: nothing,
    debug: nothing,
  };

  for (const id of grants ?? []) put(id, true);
  weigh();
  const before = Object.getOwnPropertyDescriptor(window, 'octroi');
  Object.defineProperty(window, 'octroi', { value: octroi, configurable: true, writable: true, enumerable: true });
  emit('ready', state());

  return {
    octroi,
    grant: (...ids) => decide(() => ids.forEach((id) => put(id, true))),
    withdraw: (...ids) => (ids.length ? decide(() => ids.forEach((id) => put(id, false))) : withdraw()),
    restore() {
      if (before) Object.defineProperty(window, 'octroi', before);
      else Reflect.deleteProperty(window, 'octroi');
    },
  };
};
