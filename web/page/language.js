/*
 * Keeps the interface in the page's language.
 */
import { document } from '../safe/dom.js';
import { native } from '../safe/native.js';
import * as kinds from '../../jsbridge/kinds.js';
import { language } from 'octroi:texts';
import languages from 'octroi:languages';
import { builtIn, loadDeferred } from './deferred.js';
import { tell } from './engine.js';
import { base, version } from './files.js';
import { page } from './interface.js';
import { tables } from './policies.js';
import { standIns } from './standins.js';

/** The page's language that the engine was told last; none before the engine starts. @type {string | undefined} */
let reported;

/** Returns the wanted languages: the page's, then the visitor's, divided by spaces. */
export const wanted = () => [(reported = document.documentElement?.lang || ''), ...(navigator.languages || [])].join(' ');

/** Draws the stand-ins and the policy tables in the new language. */
const reword = () => {
  standIns.redraw();
  tables();
};

/** Tells the engine if the page has changed its language, as a page does that script renders. */
export const followLanguage = () => {
  if (reported === undefined || (document.documentElement?.lang || '') === reported) return;
  const all = wanted();
  loadDeferred(() => {
    tell(kinds.speak({ wanted: all, languages, language, texts: builtIn(), begun: page.begun() }));
    reword();
  });
};

/** Fetches the texts of a language; after `patience` milliseconds the engine goes on without them. @type {kinds.Effects[typeof kinds.FETCH]} */
export const fetchTexts = (wanted, patience) => {
  /** @param {string} json */
  const deliver = (json) => {
    tell(kinds.texts({ language: wanted, texts: json, begun: page.begun() }));
    reword();
  };
  // Waits by a timer of its own: a server may never answer, and the page may have replaced AbortSignal.
  let waits = /** @type {ReturnType<typeof setTimeout> | undefined} */ (
    setTimeout(() => {
      waits = undefined;
      deliver('');
    }, +patience)
  );
  native
    .fetch(new URL(`locales/${wanted}.json${version}`, base()))
    .then((response) => (response.ok ? response.text() : ''))
    .catch(() => '')
    .then((json) => {
      clearTimeout(waits);
      if (json || waits) deliver(json);
    });
};
