/*
 * The language that visitors are spoken to in follows the page's.
 */
import { document } from '../safe/dom.js';
import { native } from '../safe/native.js';
import * as kinds from '../../jsbridge/kinds.js';
import { language, texts } from 'octroi:texts';
import languages from 'octroi:languages';
import { deferred, loadDeferred } from './deferred.js';
import { tell } from './engine.js';
import { base } from './files.js';
import { page } from './interface.js';
import { tables } from './policies.js';
import { standIns } from './standins.js';

/** The page's language, as the engine was told it. @type {string | undefined} */
let spoken;

/** The languages that are wanted: the page's, then the visitor's. */
export const wanted = () => [(spoken = document.documentElement?.lang || ''), ...(navigator.languages || [])].join(' ');

/** Draws anew what another language is written in. */
const reword = () => {
  standIns.redraw();
  tables();
};

/** A page that renders itself has changed its language. */
export const followLanguage = () => {
  if (spoken === undefined || (document.documentElement?.lang || '') === spoken) return;
  const all = wanted();
  loadDeferred(() => {
    tell(kinds.speak({ wanted: all, languages, language, texts: deferred ? deferred.texts : texts, begun: page.begun() }));
    reword();
  });
};

/** Fetches a language's texts. @type {kinds.Effects[typeof kinds.FETCH]} */
export const fetchTexts = (wanted, patience) => {
  /** @param {string} json */
  const came = (json) => {
    tell(kinds.texts({ language: wanted, texts: json, begun: page.begun() }));
    reword();
  };
  // A server may never answer, and a page may have bent what waits for it.
  let waits = /** @type {ReturnType<typeof setTimeout> | undefined} */ (
    setTimeout(() => {
      waits = undefined;
      came('');
    }, +patience)
  );
  native
    .fetch(new URL(`locales/${wanted}.json`, base()))
    .then((response) => (response.ok ? response.text() : ''))
    .catch(() => '')
    .then((json) => {
      clearTimeout(waits);
      if (json || waits) came(json);
    });
};
