/*
 * octroi.inherit.js: tags that were gated for another manager become Octroi's, by the
 * names that the declaration maps. They are inert by themselves, so this may come late;
 * in the place of tarteaucitron.js it has to stand in the page, behind octroi.js.
 */

/** @typedef {{ from: string, ids: Record<string, string> }} Mapping */

/**
 * How each manager marks its tags: which elements, and the names that they carry, all
 * of which are needed.
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

const start = () => {
  /** @type {Mapping[]} */
  const mappings = /** @type {any} */ (window.octroi?.report())?.inherit || [];
  for (const { from, ids } of mappings) if (from === 'tarteaucitron') jobs(ids);
  const known = mappings.filter(({ from }) => dialects[from]);
  if (!known.length) return;
  const look = () => {
    for (const { from, ids } of known) {
      const [selector, names] = dialects[from];
      for (const element of document.querySelectorAll(selector))
        if (!element.hasAttribute('data-octroi')) take(/** @type {HTMLElement} */ (element), names, ids, from);
    }
  };
  look();
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
};

/**
 * @param {HTMLElement} element
 * @param {(element: HTMLElement) => string[]} names
 * @param {Record<string, string>} ids
 * @param {string} from
 */
const take = (element, names, ids, from) => {
  let all = names(element);
  // The first that is mapped tells most.
  if (from === 'vanilla-cookieconsent') all = [all.find((name) => Object.hasOwn(ids, name)) ?? all[0]];
  const { cookieblockSrc } = element.dataset;
  if (cookieblockSrc) element.dataset.src = cookieblockSrc;
  if (element instanceof HTMLScriptElement) element.type = 'text/plain';
  // A name without a mapping stays what it is, and Octroi says that nothing has it.
  element.setAttribute('data-octroi', all.map((name) => (Object.hasOwn(ids, name) ? ids[name] : name || from)).join(' '));
};

/**
 * Runs the jobs that are granted: services that the page, or tarteaucitron.services.js,
 * defines.
 *
 * @param {Record<string, string>} ids
 */
const jobs = (ids) => {
  const { job, services } = tarteaucitron;
  /** @type {Set<string>} */
  const met = new Set();
  /** @param {string} name */
  const queue = (name) => {
    if (met.has(name)) return;
    met.add(name);
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
const whole = window;
/** What pages and definitions of services use of tarteaucitron. @type {any} */
const tarteaucitron = (whole.tarteaucitron ||= {});
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

// Loaded by the drop-in although the page has it, it does nothing twice.
const done = Symbol.for('octroi.inherit');
if (!Object.hasOwn(window, done)) {
  Object.defineProperty(window, done, { value: true });
  if (window.octroi?.state()) start();
  else document.addEventListener('octroi:ready', start, { once: true });
}
