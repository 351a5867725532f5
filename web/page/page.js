/*
 * Connects the hooks, the gates, the interface and the engine, and starts them.
 */
import { attempt, getAttribute, localName, failClosed, includes, list, nodeType, takeFirst, visit } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import * as kinds from '../../jsbridge/kinds.js';
import { build } from 'octroi:engine';
import release from 'octroi:version';
import { language } from 'octroi:texts';
import languages from 'octroi:languages';
import { cookieStore } from '../intercept/cookie-store.js';
import { databases } from '../intercept/databases.js';
import { blobHooks, local } from '../intercept/local.js';
import { passed } from '../intercept/passed.js';
import { calls } from '../intercept/requests.js';
import { endShut, running } from '../intercept/running.js';
import { share } from '../intercept/shared.js';
import { sheets } from '../intercept/styles.js';
import { tags } from '../intercept/tags.js';
import { replaced } from '../intercept/wrap.js';
import { afterPaint } from '../safe/painted.js';
import { after, everything as everyNode, hasOpener } from '../ui/come.js';
import { watchLook } from '../ui/look.js';
import { uncoverFocus } from '../ui/uncover.js';
import { objects } from './ahead.js';
import { debug, makeAPI, preferences, resolveGranted } from './api.js';
import { sweep } from './copies.js';
import { builtIn, completeEngine, deferred, loadDeferred, onInstalled } from './deferred.js';
import { effects } from './effects.js';
import { emit } from './emit.js';
import { listenForFrames, spread } from './enforce.js';
import { allows, close, compiled, connect, learn, machine, ready, tell, whenRunning } from './engine.js';
import { base, bring } from './files.js';
import { pause } from './gated-scripts.js';
import { guard } from './gates.js';
import { early } from './early.js';
import { answerBy, endAhead, page, showPressed } from './interface.js';
import { hookBy, realms } from './realms.js';
import { hookWrites, judgeBy, judgeOrBlock } from './write-hooks.js';
import { followLanguage, wanted } from './language.js';
import { looks } from './needed.js';
import { lateness } from './placing.js';
import { tables } from './policies.js';
import { roots } from './roots.js';
import { idsOf, installStandIns, onceOf, placeWaiting, standIns } from './standins.js';
import { framed } from './framed.js';
import { act } from './stores.js';
import { closeSignals, deliver } from './signals.js';
import { tick } from './survey.js';
import { classifyScript, classifyURL, everything, forgetAddresses } from './verdicts.js';
import { arrive, attendVisitor, clicked, onCookies } from './visitor.js';
import { forgetNames, judge, mayWrite, retryWrites, tellForeseen } from './writes.js';

const styleHooks = sheets(classifyURL, looks);
const shared = share({
  classifyURL,
  classifyScript,
  local,
  everything,
  styles: styleHooks,
  opened(element, ids) {
    gates.opened(element, ids);
    // The gates shut only elements in a document; sound plays outside of it, too.
    const tag = localName(element);
    if (tag === 'audio' || tag === 'video') running('Audio', element, getAttribute(element, 'data-src') || '');
  },
  shadow(root) {
    gates.shadow(root);
    requestHooks.within(root);
  },
  frames: (view) => realms.frames(view),
  reopened(itsDocument) {
    if (itsDocument.defaultView) requestHooks.watch(itsDocument.defaultView);
    listenIn(itsDocument);
    if (itsDocument === window.document) attend();
  },
});
const tagHooks = tags();
const requestHooks = calls(
  (address, base) => !classifyURL(address, base)[1],
  everything,
  (what, element, base, address, asked) => {
    const [id] = classifyURL(address, base);
    console.warn(`octroi: held: a ${what} to ${address}: ${id ? `"${id}" is not granted` : 'no service that is granted declares it'}`);
    emit('blocked', { id, element, address });
    if (!asked || !id) return;
    preferences();
    loadDeferred(() => deferred?.reveal(document, id));
  },
);

const hookStores = [cookieStore(judgeOrBlock), databases(judgeOrBlock)];

/** Puts the hooks into a realm that octroi.js does not bring ahead of these. @type {import('../intercept/hooks.js').Hooks} */
const hookLate = (view) => {
  for (let i = 0; i < hookStores.length; i++) hookStores[i](view);
  blobHooks(view);
  requestHooks.hook(view);
  tagHooks.hook(view);
  missedEvents.hook(view);
  styleHooks.hook(view);
};

/** Attends a new document of a frame or another window. @param {Document} itsDocument */
const attendDocument = (itsDocument) => {
  listenIn(itsDocument);
  gates.watch(itsDocument);
  requestHooks.watch(itsDocument.defaultView);
};

/** Hooks each realm from now on, and judges what it writes. */
const hookRealms = () => {
  judgeBy(judge, mayWrite);
  answerBy(
    (action) => {
      if (COMPILED && !machine) showPressed(action);
      // What a choice lets run comes behind the frame that shows the choice.
      pause();
      act(action, '');
    },
    (id, answer) => tell(kinds.toggle({ id, answer })),
  );
  hookBy((view) => {
    hookWrites(view);
    hookLate(view);
  }, attendDocument);
  uncoverFocus(page.scene);
  page.scene.coloured = (colors) => whenRunning(() => tell(kinds.colored({ colors })));
  page.scene.look = watchLook((look) => whenRunning(() => tell(kinds.measured({ look }))));
  page.scene.hasOpener = hasOpener;
  page.scene.later = afterPaint;
};

/** Adds the listeners for events that do not leave one tree. @param {Document | ShadowRoot} root */
const listenIn = (root) => {
  realms.listen(root);
  styleHooks.listen(root);
  root.addEventListener('load', () => deliver(), true);
  listenForFrames(root);
};

/** Whether the document has changed since it was searched as a whole: a class may change unheard. */
let unsearched = false;

/** Searches the document as a whole, if it has changed. */
const searchAgain = () => {
  if (!unsearched) return;
  unsearched = false;
  sweep(everyNode);
  page.mount();
};

/** Calls listeners of gated scripts for events that have passed, such as load. */
const missedEvents = passed();

/** The services of what was held before the engine was there. @type {List<string>} */
const heldAhead = list();

/** Tells the engine whose markup is held, as soon as it is there. @param {string} ids */
const tellHeld = (ids) => {
  if (!COMPILED || machine) tell(kinds.held({ ids }));
  else if (!includes(heldAhead, ids)) heldAhead[heldAhead.length] = ids;
};

const gates = guard(shared, {
  allowed: (element, injected) => shared.tags.mayLoad(element) ?? allows((injected ? '?' : '') + idsOf(element) + onceOf(element)),
  blocked(element) {
    const id = idsOf(element);
    tellHeld(id);
    emit('blocked', { id, element });
  },
  ran: (ids) => tell(kinds.ran({ ids })),
  failed: failClosed((element, reason) => {
    console.warn('octroi: a gated script does not run: ' + reason, element);
    emit('blocked', { id: idsOf(element), element, reason });
  }, undefined),
  drained() {
    deliver();
    missedEvents.schedule();
  },
  standIns,
  changed(frames, come) {
    unsearched = true;
    sweep(come);
    after(come, page.mount);
    followLanguage();
    standIns.follow();
    visit(frames, realms.within);
    visit(frames, spread);
  },
  rooted(root) {
    listenIn(root);
    // A click in a closed root shows its target to listeners of that root alone.
    root.addEventListener('click', clicked, true);
  },
});

/** Opens and shuts everything that a change of the grants concerns: gates, style sheets, open connections. */
const review = () => {
  forgetNames();
  gates.review();
  styleHooks.review(roots());
  endShut(
    (address, kind) => kind !== 'Database' && !classifyURL(address)[1],
    (address) => tell(kinds.ran({ ids: classifyURL(address)[0] })),
  );
  resolveGranted();
};

onInstalled((part) => {
  page.more(part.css);
  installStandIns(part.embeds);
  completeEngine();
  placeWaiting();
  tables();
});

/** Waits for the document's root element: octroi.js may run before there is one. @param {() => void} then */
const whenRooted = (then) => {
  if (document.documentElement) return then();
  new MutationObserver((_, observer) => {
    if (!document.documentElement) return;
    observer.disconnect();
    then();
  }).observe(window.document, { childList: true });
};

/** Loads the engine as JavaScript. */
const loadPlain = () =>
  bring(
    'octroi.nowasm.js',
    () => compiled,
    () => close('wasm'),
    (element) => {
      /** @param {() => any} make @param {string} declaration @param {string} of the build of the file */
      element.octroi = (make, declaration, of) => of === build && ready(make, declaration);
    },
  );

/** Loads the engine as JavaScript, if the browser has no WebAssembly. Until it is there everything stays blocked. */
export const failed = () => whenRooted(loadPlain);

connect({
  effects: effects(review),
  loadDeferred,
  failed,
  renewed: forgetAddresses,
  opened: completeEngine,
  beginning(declaration) {
    const from = base();
    return kinds.start({
      declaration,
      host: location.host,
      folder: from === location.href ? '' : attempt(() => new URL('.', from).href) || '',
      secure: location.protocol === 'https:',
      wanted: wanted(),
      languages,
      language,
      texts: builtIn(),
      framed: !!framed,
      objects,
      version: release,
    });
  },
  started(again) {
    if (COMPILED) {
      tellForeseen();
      while (heldAhead.length) tellHeld(takeFirst(heldAhead));
    }
    if (COMPILED) endAhead(() => learn(kinds.state())?.decided);
    if (again) page.scene.look(true);
    retryWrites(true);
    arrive();
    if (!again && late) tell(kinds.misplaced({ how: late }));
    if (!again && /[?&]octroi=debug\b/.test(location.search)) debug();
  },
  closed(reason) {
    closeSignals();
    retryWrites(false);
    review();
    attempt(() => page.draw('', '', ''));
    emit('error', { reason });
  },
});

/** Adds the listeners; called again for a document that was opened anew (document.open), which has lost them. */
const attend = () => {
  attendVisitor();
  gates.listen();
  listenIn(window.document);
};

/** Takes over from octroi.js, in each realm that it has reached. */
export const takeOver = () => {
  hookRealms();
  early.heard = (event) => (event.type === 'load' ? styleHooks.loaded(event) : requestHooks.heard(event));
  if (early.acting) requestHooks.act();
  realms.each((view) => {
    hookLate(view);
    if (view !== window) attendDocument(view.document);
  });
  const known = roots();
  for (let i = 0; i < known.length; i++) if (nodeType(known[i]) === 11) gates.shadow(/** @type {ShadowRoot} */ (known[i]));
};

/** How octroi.js comes too late, where it does: what stood before it may go. */
const late = attempt(lateness);

/** Starts Octroi in this page. @param {() => void} beginEngine hands the declaration to the engine, once it is found */
export const start = (beginEngine) => {
  Object.defineProperty(window, 'octroi', { value: makeAPI(replaced, tagHooks.ungated) });
  if (!COMPILED) hookRealms();
  realms.start();
  requestHooks.watch(window);
  attend();
  new MutationObserver(followLanguage).observe(window.document, { subtree: true, attributeFilter: ['lang'] });
  setInterval(() => {
    tick();
    arrive();
    deliver();
    searchAgain();
  }, 1000);
  attempt(() => /** @type {any} */ (window).cookieStore.addEventListener('change', onCookies));
  attempt(() => /** @type {any} */ (window).navigation.addEventListener('currententrychange', arrive));
  beginEngine();
};
