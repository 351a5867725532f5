/*
 * Asks pages, and tells them what was held. A page that has an engine says so by what it tells;
 * one that has come while this worker runs, and has told nothing, has none yet.
 */
import { scope } from './scope.js';
import { told } from './told.js';

/** How long a page is waited for whose engine is there, or may be, in milliseconds. */
const patience = 1000;
/** The same for one that is about to start, and may let through what only a page can. */
const morePatience = 3000;
/** How many addresses that were held are remembered for a page. */
const remembered = 100;

/** @typedef {{ address: string, ids: string }} Question */

/** The pages that have an engine. @type {Set<string>} */
const speakers = new Set();
/** The pages that have come since this worker was started, and those that did not answer. @type {Set<string>} */
const silent = new Set();
/** Asks pages again that have not answered yet. @type {Map<string, Set<() => void>>} */
const unanswered = new Map();
/** What was held of pages that are not told yet. @type {Map<string, Question[]>} */
const untold = new Map();

/** Notes that a page comes. @param {string} id */
export const comes = (id) => {
  if (silent.size > 1000) silent.clear();
  if (id) silent.add(id);
};

/** Returns a page or a worker of the site; nothing where it is gone. @param {string} id */
const find = async (id) => id && (await scope.clients.get(id).catch(() => undefined));

/** Notes that a page has an engine, and tells it what was held of it before. @param {any} client */
export const speaks = (client) => {
  speakers.add(client.id);
  // A page hears nothing before it has a listener.
  for (const again of unanswered.get(client.id) || []) again();
  for (const question of untold.get(client.id) || []) client.postMessage({ octroi: 'held', ...question });
  untold.delete(client.id);
};

/** Asks a page; false where it does not answer in time. @param {any} client @param {Question} question @param {number} wait in milliseconds @returns {Promise<boolean>} */
const ask = (client, question, wait) =>
  new Promise((resolve) => {
    const waiting = unanswered.get(client.id) || new Set();
    unanswered.set(client.id, waiting);
    const put = () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => end(data === true);
      client.postMessage({ octroi: 'ask', ...question }, [port2]);
    };
    /** @param {boolean} answer */
    const end = (answer) => {
      clearTimeout(timer);
      waiting.delete(put);
      if (!waiting.size) unanswered.delete(client.id);
      resolve(answer);
    };
    const timer = setTimeout(() => {
      silent.add(client.id);
      end(false);
    }, wait);
    waiting.add(put);
    put();
  });

/** Tells a page, now or once it has an engine, that something was held. @param {any} client @param {Question} question */
const tellHeld = (client, question) => {
  if (speakers.has(client.id)) return client.postMessage({ octroi: 'held', ...question });
  if (untold.size > remembered) untold.clear();
  const list = untold.get(client.id) || [];
  if (list.length < remembered) list.push(question);
  untold.set(client.id, list);
};

/**
 * Whether a page lets something load that no record grants: what was granted for a visit, or one
 * element that is let load once. What is held is told to the page that has asked for it.
 *
 * @param {string} id of the page or the worker that has asked for it
 * @param {Question} question
 * @returns {Promise<boolean>}
 */
export const lets = async (id, question) => {
  const client = await find(id);
  const ids = question.ids.split(' ');
  const isBeyond = question.ids !== '' && ids.every((one) => told.beyond.includes(one));
  const isPage = client?.type === 'window';
  if (isPage && speakers.has(id)) return ask(client, question, patience); // who says no has noted it
  if (isPage && !silent.has(id) && !isBeyond && (await ask(client, question, patience))) return true;
  if (isBeyond) {
    const others = await Promise.all([...speakers].filter((one) => one !== id).map(find));
    const asked = [...others.filter(Boolean).map((one) => ask(one, question, patience)), ...(isPage ? [ask(client, question, morePatience)] : [])];
    const yes = asked.map((answer) => answer.then((open) => open || Promise.reject(new Error())));
    if (await Promise.any(yes).catch(() => false)) return true;
  }
  if (client) tellHeld(client, question);
  return false;
};
