/*
 * octroi.inherit.js: turns tags that were gated for another consent manager into gates of Octroi's,
 * by the names that the declaration maps. Such tags load nothing by themselves, so this file may
 * come late. A page that has used tarteaucitron.js loads this file in its place, after octroi.js.
 */

/** @typedef {{ from: string, ids: Record<string, string> }} Mapping */

/**
 * How each manager marks its tags: a selector of the elements, and the names on an element. An
 * element needs a grant for each of its names.
 *
 * @type {Record<string, [selector: string, names: (element: HTMLElement) => string[]]>}
 */
const dialects = {
  'vanilla-cookieconsent': [
    'script[type="text/plain"][data-category]',
    ({ dataset: { category = '', service } }) => (service ? [`${category}/${service}`, service, category] : [category]),
  ],
  klaro: [
    'script[type="text/plain"][data-name], [data-name][data-src], [data-name][data-srcset], [data-name][data-href]',
    ({ dataset: { name = '' } }) => [name],
  ],
  orejime: ['template[data-purpose], script[type="opt-in"][data-name]', ({ dataset: { purpose, name = '' } }) => [purpose ?? name]],
  cookiebot: ['script[type="text/plain"][data-cookieconsent], [data-cookieblock-src]', ({ dataset: { cookieconsent = '' } }) => cookieconsent.split(/[\s,]+/)],
  onetrust: [
    'script[type="text/plain"][class*="optanon-category-"], [class*="optanon-category-"][data-src]',
    ({ className }) => (/optanon-category-(\S+)/.exec(className)?.[1] || '').split('-'),
  ],
};

/** Takes over the tags of all managers that the declaration maps, and those that come later. */
const start = () => {
  /** @type {Mapping[]} */
  const mappings = /** @type {any} */ (window.octroi?.report())?.inherit || [];
  for (const { from, ids } of mappings) if (from === 'tarteaucitron') jobs(ids);
  const known = mappings.filter(({ from }) => dialects[from]);
  if (!known.length) return;
  const takeAll = () => {
    for (const { from, ids } of known) {
      const [selector, names] = dialects[from];
      for (const element of document.querySelectorAll(selector))
        if (!element.hasAttribute('data-octroi')) take(/** @type {HTMLElement} */ (element), names, ids, from);
    }
  };
  takeAll();
  new MutationObserver(takeAll).observe(document, { childList: true, subtree: true });
};

/**
 * Turns one tag into a gate.
 *
 * @param {HTMLElement} element
 * @param {(element: HTMLElement) => string[]} names reads the names on the element
 * @param {Record<string, string>} ids the mapping: Octroi's ids by name
 * @param {string} from the manager
 */
const take = (element, names, ids, from) => {
  let all = names(element);
  // Of this manager's names, the first that is mapped is the most specific.
  if (from === 'vanilla-cookieconsent') all = [all.find((name) => Object.hasOwn(ids, name)) ?? all[0]];
  const { cookieblockSrc } = element.dataset;
  if (cookieblockSrc) element.dataset.src = cookieblockSrc;
  if (element instanceof HTMLScriptElement) element.type = 'text/plain';
  // Keeps a name without a mapping: Octroi reports an id that no service has.
  element.setAttribute('data-octroi', all.map((name) => (Object.hasOwn(ids, name) ? ids[name] : name || from)).join(' '));
};

/**
 * Runs each of tarteaucitron's jobs once its service is granted. The page, or
 * tarteaucitron.services.js, defines what a job does.
 *
 * @param {Record<string, string>} ids the mapping: Octroi's ids by name
 */
const jobs = (ids) => {
  const { job, services } = tarteaucitron;
  /** @type {Set<string>} */
  const queued = new Set();
  /** Runs a job once its service is granted. @param {string} name */
  const queue = (name) => {
    if (queued.has(name)) return;
    queued.add(name);
    window.octroi?.when(ids[name] ?? name).then(() => {
      if (services[name]) services[name].js();
      else console.error(`octroi: tarteaucitron.services.${name} is not defined; load tarteaucitron.services.js, or define it`);
    });
  };
  const { push } = job;
  job.push = (/** @type {string[]} */ ...names) => {
    names.forEach(queue);
    return push.apply(job, names);
  };
  job.forEach(queue);
};

/** @type {any} */
const globals = window;
/** The part of tarteaucitron's API that pages and definitions of services use. @type {any} */
const tarteaucitron = (globals.tarteaucitron ||= {});
for (const [name, value] of Object.entries({
  job: [],
  services: {},
  user: {},
  parameters: {},
  lang: {},
  state: {},
  init() {},
  fallback() {},
  /**
   * @param {string} src
   * @param {string} id
   * @param {() => void} [done]
   * @param {boolean} [execute]
   * @param {string} [attribute]
   * @param {string} [value]
   */
  addScript(src, id, done, execute, attribute, value) {
    const call = () => typeof done === 'function' && done();
    if (execute === false) return call();
    const script = Object.assign(document.createElement('script'), { src, id: id || '', async: true, onload: call });
    if (attribute !== undefined && value !== undefined) script.setAttribute(attribute, value);
    document.head.append(script);
  },
  /** @param {Element} element @param {string} name */
  getElemAttr: (element, name) => element.getAttribute('data-' + name) || element.getAttribute(name) || '',
  /** @param {Element} element */
  getElemWidth: (element) => tarteaucitron.getElemAttr(element, 'width') || element.clientWidth,
  /** @param {Element} element */
  getElemHeight: (element) => tarteaucitron.getElemAttr(element, 'height') || element.clientHeight,
})) {
  tarteaucitron[name] ??= value;
}
tarteaucitron.addInternalScript ??= tarteaucitron.addScript;

// Starts once, even if both the page and octroi.js load this file.
const done = Symbol.for('octroi.inherit');
if (!Object.hasOwn(window, done)) {
  Object.defineProperty(window, done, { value: true });
  if (window.octroi?.state()) start();
  else document.addEventListener('octroi:ready', start, { once: true });
}
