/*
 * What a page's code imports. octroi.js itself is never bundled: it is a file of the site, first
 * in <head>. Where it is not there, as on a server or where a filter list keeps it from loading,
 * nothing is granted, and nothing here throws.
 */

/** Whether a value is what octroi.js puts there, and not an element with that id or a variable of the page's. @param {any} value */
const isOctroi = (value) => typeof value?.allows === 'function';

/** octroi.js, if it is there. */
const page = () => {
  const octroi = typeof window === 'undefined' ? undefined : window.octroi;
  return isOctroi(octroi) ? octroi : undefined;
};

/**
 * The same once its engine is there. A page that asked earlier would wait for it, and nothing but
 * what is essential is granted before: `octroi:ready` tells when it has come.
 */
const running = () => {
  // To read the getter that a site's own octroi.js has there at first would bring the rest of it.
  const octroi = typeof window === 'undefined' ? undefined : Object.getOwnPropertyDescriptor(window, 'octroi')?.value;
  return isOctroi(octroi) && octroi.ready !== false ? octroi : undefined;
};

/** Listens to events of the document. @param {string[]} events @param {(event: any) => void} heard @returns {() => void} */
const listen = (events, heard) => {
  if (typeof document === 'undefined') return () => {};
  for (const event of events) document.addEventListener(event, heard);
  return () => {
    for (const event of events) document.removeEventListener(event, heard);
  };
};

/** @type {typeof import('./index.js').allows} */
export const allows = (id) => running()?.allows(id) ?? false;

/** @type {typeof import('./index.js').state} */
export const state = () => running()?.state() ?? null;

/** @type {typeof import('./index.js').subscribe} */
export const subscribe = (changed) => listen(['octroi:ready', 'octroi:change'], () => changed());

/** @type {typeof import('./index.js').when} */
export const when = (id) =>
  new Promise((granted) => {
    if (allows(id)) return granted();
    const stop = subscribe(() => {
      if (!allows(id)) return;
      stop();
      granted();
    });
  });

/** @type {typeof import('./index.js').on} */
export const on = (event, listener) => listen([`octroi:${event}`], ({ detail }) => listener(detail));

/** @type {typeof import('./index.js').preferences} */
export const preferences = () => page()?.preferences();

/** @type {typeof import('./index.js').show} */
export const show = () => page()?.show();

/** @type {typeof import('./index.js').save} */
export const save = (selection) => page()?.save(selection);

/** @type {typeof import('./index.js').acceptAll} */
export const acceptAll = () => page()?.acceptAll();

/** @type {typeof import('./index.js').refuseAll} */
export const refuseAll = () => page()?.refuseAll();

/** @type {typeof import('./index.js').withdraw} */
export const withdraw = (id) => page()?.withdraw(id);

/** Scripts that the page has, by their address or their text. @type {Set<string>} */
const added = new Set();

/** @type {typeof import('./index.js').consentScript} */
export const consentScript = ({ service, src, text = '', type, nonce, ...attributes }) => {
  const key = src ?? text;
  const add = () => {
    if (added.has(key) || !allows(service)) return;
    added.add(key);
    const script = document.createElement('script');
    // As gated markup: the engine runs it, and knows at a withdrawal that it has run.
    /** @type {Record<string, any>} */
    const all = { type: 'text/plain', 'data-octroi': service, 'data-src': src, 'data-type': type, ...attributes };
    for (const [name, value] of /** @type {[string, any][]} */ (Object.entries(all))) {
      if (typeof value === 'function') script.addEventListener(name.slice(2).toLowerCase(), value);
      else if (value != null && value !== false) script.setAttribute(name, value === true ? '' : value);
    }
    if (nonce) script.nonce = nonce;
    script.append(src ? '' : text);
    document.head.append(script);
  };
  if (typeof document !== 'undefined') add();
  return subscribe(add);
};
