/* Carries out the effects that the engine answers with. */
import { attempt, indexOf } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import { native } from '../safe/native.js';
import * as kinds from '../../jsbridge/kinds.js';
import { warnOfConflicts } from './api.js';
import { deferred, loadDeferred } from './deferred.js';
import { emit } from './emit.js';
import { enforce } from './enforce.js';
import { tell } from './engine.js';
import { elementOf, runFile, version } from './files.js';
import { draw, page } from './interface.js';
import { fetchTexts } from './language.js';
import { lent } from './lent.js';
import { tables } from './policies.js';
import { keepReceipts, takeReceipt } from './receipts.js';
import { roots } from './roots.js';
import { makeStatus } from '../ui/status.js';
import { build, writeDates } from '../ui/tree.js';
import { readRecord, recheck, reload, storeRecord } from './stores.js';
import { eraseCookie, remove, survey } from './survey.js';
import { signal } from './signals.js';

/** What octroi.js lends to the list of what lies on this device. @type {import('../ui/device.js').Tools} */
const tools = { scene: page.scene, build, writeDates, document };

/** Runs until the engine wants the stores read again. @type {ReturnType<typeof setTimeout>} */
let timer;

/** @param {() => void} review opens and shuts what a choice has changed @returns {kinds.Effects} the function for each kind of effect */
export const effects = (review) => ({
  [kinds.READ]: readRecord,
  [kinds.STORE]: storeRecord,
  [kinds.GATES]: review,
  [kinds.EMIT](event, detail) {
    const tell = () => emit(event, JSON.parse(detail));
    // The scripts in the page's markup can listen to the question by then.
    if (event === 'ask' && document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => setTimeout(tell), { once: true });
    else tell();
    tables();
  },
  [kinds.DRAW]: COMPILED ? draw : page.draw,
  [kinds.SWITCH]: page.switch,
  [kinds.TIMER](delay) {
    clearTimeout(timer);
    timer = setTimeout(recheck, +delay, '');
  },
  [kinds.INVENTORY]: survey,
  [kinds.COOKIE]: eraseCookie,
  [kinds.REMOVE]: remove,
  [kinds.REMEMBER_TAB](record, visit) {
    attempt(() => native.keep(1, record, visit));
  },
  [kinds.RELOAD]: reload,
  [kinds.LOAD](file, ...given) {
    if (!elementOf(file)) runFile(file, indexOf(file, '?') < 0 ? version : '').octroi = lent(given);
  },
  [kinds.REQUEST](url, body) {
    native
      .fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json' }, keepalive: true })
      .then(
        (response) => response.ok,
        () => false,
      )
      .then((done) => tell(kinds.answer({ done })));
  },
  [kinds.LOG](text, level) {
    console[/** @type {'info'} */ (level || 'error')]('octroi: ' + text);
  },
  [kinds.FETCH]: fetchTexts,
  [kinds.SAY]: makeStatus(page.scene),
  [kinds.STYLE]: page.theme,
  [kinds.LIST]: (...list) => deferred?.list(tools, ...list),
  [kinds.ENFORCE]: enforce,
  [kinds.KEEP_RECEIPTS]: keepReceipts,
  [kinds.RECEIPT]: takeReceipt,
  [kinds.SIGNAL]: signal,
  [kinds.WATCH_SIGNALS]: warnOfConflicts,
  [kinds.WATCH_PRESSES]: () => loadDeferred(() => deferred?.watchPresses(roots, (press) => tell(kinds.pressed(press)))),
});
