/*
 * octroi.register.js: registers the service worker that the declaration names, once the page is
 * idle; tells it how the visitor's choices stand here, and answers its questions. Octroi loads
 * this file where there is one.
 */
import { current } from '../safe/current.js';

/** @type {import('../page/lent.js').Lent} */
const lent = current.octroi;
const [file, scope] = lent.given;
const { serviceWorker } = navigator;
const { octroi } = /** @type {any} */ (window);

/** Returns the record in a store, without the ledger behind it. @param {string | undefined} text */
const recordIn = (text) => (text || '').split('.')[0];

/** Returns the visitor's record: the cookie's, else the mirror's; "" for none. */
const readRecord = () => {
  const [name, cookies, mirror] = lent.stored();
  const cookie = (cookies || '').split('; ').find((pair) => pair.startsWith(name + '='));
  return recordIn(cookie?.slice(`${name}=`.length)) || recordIn(mirror);
};

/** Tells a worker how things stand. @param {ServiceWorker | null | undefined} worker */
const tell = (worker) => {
  /** @type {Record<string, boolean> | undefined} */
  const services = octroi.state()?.services;
  if (!worker || !services) return;
  const granted = Object.keys(services).filter((id) => services[id]);
  worker.postMessage({ octroi: 'told', declaration: lent.declaration, folder: lent.folder, record: readRecord(), granted });
};

const tellAgain = () => tell(serviceWorker.controller);

/** Whether something of services may load here: it is granted, or some element may load it once. What may not is told to the page. @param {string} address @param {string} ids */
const mayLoad = (address, ids) => {
  // Having judged it, the engine has what it blocks in its report.
  const [id, open] = lent.classifyURL(address);
  if (open || (ids !== '' && octroi.allows(ids + '!*'))) return true;
  document.dispatchEvent(new CustomEvent('octroi:blocked', { detail: { id, element: null, address } }));
  return false;
};

/** @param {MessageEvent} event */
const hear = ({ data, ports }) => {
  if (data?.octroi !== 'ask' && data?.octroi !== 'held') return;
  const may = mayLoad(data.address, data.ids);
  if (data.octroi === 'ask') ports[0].postMessage(may);
};

const register = () =>
  serviceWorker.register(lent.trusted(file), { updateViaCache: 'none', ...(scope && { scope }) }).then(
    () => serviceWorker.ready.then(({ active }) => tell(active)),
    (error) => console.error(`octroi: the service worker ${file} cannot be registered: ${error}`),
  );

if (serviceWorker) {
  serviceWorker.addEventListener('message', hear);
  serviceWorker.startMessages();
  serviceWorker.addEventListener('controllerchange', tellAgain);
  octroi.on('change', tellAgain);
  // The event comes once what was withdrawn is erased; the visitor may be quicker.
  addEventListener('pagehide', tellAgain);
  tellAgain();
  if (window === top) lent.whenIdle(register);
}
