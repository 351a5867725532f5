/*
 * Ties guard, stage and engine together and gives the page its window.octroi. It
 * holds shut, asks, and does as it is told.
 */
import * as bridge from '../jsbridge/bridge.js';
import { guard } from './guard.js';
import { stage } from './stage.js';
import { language, texts } from 'octroi:texts';
import languages from 'octroi:languages';

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** @type {WebAssembly.Module | undefined} */
let compiled;
/** @type {bridge.Machine | undefined} */
let machine;
/** @type {string | undefined} */
let declaration;
let traps = 0;
/** The name of the record's cookie and mirror, once the engine has told it. @type {string | undefined} */
let name;
/** @type {ReturnType<typeof setTimeout>} */
let timer;
/** @type {[string, (value: void) => void][]} */
let waiting = [];

/**
 * @template T
 * @param {() => T} read storage may be denied: then it throws
 * @returns {T | undefined}
 */
const attempt = (read) => {
  try {
    return read();
  } catch {}
};

/** @param {string} event @param {unknown} detail */
const emit = (event, detail) => {
  document.dispatchEvent(new CustomEvent('octroi:' + event, { detail }));
};

/** The engine is broken: it is built once more from the record, then all stays shut. */
const broken = () => {
  if (traps++) close('trap');
  else boot();
};

/** Without an engine everything is shut, and nothing is asked. @param {string} reason */
const close = (reason) => {
  machine = undefined;
  todo.length = 0;
  review();
  attempt(() => page.draw('', '', ''));
  emit('error', { reason });
};

/** @type {[number, ...string[]][]} */
const todo = [];
let busy = false;

/**
 * Hands over an event and does what the engine says. What answers to an effect lead
 * to comes after what is still to be done, so that the last word is the engine's.
 *
 * @param {number} kind
 * @param {string[]} args
 * @returns {string | undefined} the reply to a query
 */
const send = (kind, ...args) => {
  /** @type {string | undefined} */
  let reply;
  try {
    for (const effect of machine ? machine.handle(kind, args) : []) {
      if (effect[0] === bridge.REPLY) reply = effect[1];
      else todo.push(effect);
    }
  } catch {
    broken();
  }
  if (!busy) {
    busy = true;
    for (let next; (next = todo.shift());) {
      const [effect, ...values] = next;
      try {
        /** @type {any} */ (apply)[effect](...values);
      } catch (error) {
        // A page that has bent the DOM must neither see this thrown nor keep the rest,
        // the shutting of gates among it, from being done.
        setTimeout(() => {
          throw error;
        });
      }
    }
    busy = false;
  }
  return reply;
};

/** @param {string} ids */
const decide = (ids) => {
  try {
    return machine ? machine.decide(ids) : 0;
  } catch {
    broken();
    return 0;
  }
};

/** @param {string} ids */
const allows = (ids) => decide(ids) === 1;

const cookies = () => attempt(() => document.cookie) || '';

/** What the two stores hold. @returns {[cookies: string, mirror: string]} */
const stores = () => [cookies(), (name !== undefined && attempt(() => localStorage.getItem(/** @type {string} */ (name)))) || ''];

/** @param {string[]} args */
const act = (...args) => void send(bridge.ACT, ...stores(), ...args);

const recheck = () => {
  if (name !== undefined) send(bridge.STORED, ...stores());
};

const page = stage(
  (action) => act(action, ''),
  (id, on) => send(bridge.TOGGLE, id, on ? '1' : ''),
);

const look = guard(
  (element) => allows(element.getAttribute('data-octroi') || ''),
  (element) => {
    const id = element.getAttribute('data-octroi') || '';
    send(bridge.QUERY, 'held', id);
    emit('blocked', { id, element });
  },
  page.mount,
);

const review = () => {
  look();
  waiting = waiting.filter(([id, resolve]) => {
    if (!allows(id)) return true;
    resolve();
  });
};

const apply = {
  /** @param {string} record */
  [bridge.READ](record) {
    name = record;
    recheck();
  },
  /** @param {string} record @param {string} cookie @param {string} mirror */
  [bridge.STORE](record, cookie, mirror) {
    attempt(() => (document.cookie = cookie));
    attempt(() => (mirror ? localStorage.setItem(record, mirror) : localStorage.removeItem(record)));
  },
  [bridge.GATES]: review,
  /** @param {string} event @param {string} detail */
  [bridge.EMIT](event, detail) {
    emit(event, JSON.parse(detail));
  },
  [bridge.DRAW]: page.draw,
  [bridge.SWITCH]: page.switch,
  /** @param {string} delay */
  [bridge.TIMER](delay) {
    clearTimeout(timer);
    timer = setTimeout(recheck, +delay);
  },
  /** @param {string} phase */
  [bridge.INVENTORY](phase) {
    send(
      bridge.SURVEY,
      phase,
      location.hostname,
      location.pathname,
      cookies(),
      ...(attempt(() => Object.keys(localStorage)) || []),
      ...(attempt(() => Object.keys(sessionStorage)) || []),
    );
  },
  /** @param {string} assignment */
  [bridge.COOKIE](assignment) {
    attempt(() => (document.cookie = assignment));
  },
  /** @param {string} key */
  [bridge.REMOVE](key) {
    attempt(() => localStorage.removeItem(key));
    attempt(() => sessionStorage.removeItem(key));
  },
  /** @param {string} text */
  [bridge.LOG](text) {
    console.error('octroi: ' + text);
  },
  /** @param {string} wanted */
  [bridge.FETCH](wanted) {
    fetch(new URL(`locales/${wanted}.json`, base()))
      .then((response) => (response.ok ? response.text() : ''))
      .catch(() => '')
      .then((json) => send(bridge.TEXTS, wanted, json));
  },
  [bridge.SAY]: page.say,
};

/** Makes the engine and gives it the declaration, once both are there. */
const boot = () => {
  if (!compiled || declaration === undefined) return;
  machine = undefined;
  todo.length = 0;
  try {
    machine = bridge.open(compiled);
  } catch {
    close('wasm');
    return;
  }
  const wanted = [document.documentElement.lang, ...(navigator.languages || [])].join(' ');
  send(bridge.START, declaration, location.hostname, location.protocol === 'https:' ? '1' : '', wanted, languages, language, texts);
  if (!traps && location.hash === '#octroi') api.preferences();
};

/** @param {string} text */
const declare = (text) => {
  declaration = text;
  boot();
};

/** @param {boolean} last */
const find = (last) => {
  const element = document.getElementById('octroi-config');
  if (element || last) declare((element && element.textContent) || '');
  else document.addEventListener('DOMContentLoaded', () => find(true));
};

const api = {
  state: () => JSON.parse(send(bridge.QUERY, 'state') || 'null'),
  report: () => JSON.parse(send(bridge.QUERY, 'report') || 'null'),
  /** @param {string} id */
  allows: (id) => allows(String(id)),
  /** @param {string} id */
  when: (id) =>
    new Promise((resolve) => {
      if (allows(String(id))) resolve(undefined);
      else waiting.push([String(id), resolve]);
    }),
  acceptAll: () => act('accept', 'page'),
  refuseAll: () => act('refuse', 'page'),
  /** @param {Record<string, boolean>} selection */
  save: (selection) => void send(bridge.CHOOSE, ...stores(), ...Object.entries(selection || {}).flatMap(([id, on]) => [id, on === true ? '1' : ''])),
  show: () => act('show', ''),
  preferences: () => act('preferences', ''),
  /** @param {string} [id] */
  withdraw: (id) => (id === undefined ? api.refuseAll() : api.save({ [id]: false })),
  /** @param {string} event @param {(detail: any) => void} listener */
  on(event, listener) {
    /** @param {Event} e */
    const listen = (e) => listener(/** @type {CustomEvent} */ (e).detail);
    document.addEventListener('octroi:' + event, listen);
    return () => document.removeEventListener('octroi:' + event, listen);
  },
};

/** @param {WebAssembly.Module} module */
export const ready = (module) => {
  compiled = module;
  boot();
};

/** The engine cannot be had: everything stays shut. */
export const failed = () => close('wasm');

export const start = () => {
  Object.defineProperty(window, 'octroi', { value: Object.freeze(api) });
  addEventListener('storage', ({ key }) => (key === name || key === null) && recheck());
  addEventListener('pageshow', recheck);
  document.addEventListener('visibilitychange', () => document.hidden || recheck());
  document.addEventListener('click', (event) => {
    const opener = event.target instanceof Element && event.target.closest('a[href="#octroi"], [data-octroi-open]');
    if (opener) {
      event.preventDefault();
      api.preferences();
    }
  });
  const url = script?.dataset.config;
  if (url) {
    fetch(url)
      .then((response) => (response.ok ? response.text() : Promise.reject()))
      .then(declare, () => close('config'));
  } else {
    find(document.readyState !== 'loading');
  }
};

/** Where the script came from. */
export const base = () => script?.src || location.href;
