/*
 * Ties hooks, gates, interface and engine together, and starts them.
 */
import { attempt, getAttribute, localName, failClosed, visit } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import * as kinds from '../../jsbridge/kinds.js';
import { language, texts } from 'octroi:texts';
import languages from 'octroi:languages';
import { cookies as cookieHooks } from '../intercept/cookies.js';
import { databases } from '../intercept/databases.js';
import { hooks } from '../intercept/hooks.js';
import { blobHooks, local } from '../intercept/local.js';
import { passed } from '../intercept/passed.js';
import { calls } from '../intercept/requests.js';
import { endShut, running } from '../intercept/running.js';
import { share } from '../intercept/shared.js';
import { storage } from '../intercept/storage.js';
import { sheets } from '../intercept/styles.js';
import { tags } from '../intercept/tags.js';
import { debug, makeAPI, preferences, resolveGranted } from './api.js';
import { sweep } from './copies.js';
import { findDeclaration } from './declaration.js';
import { completeEngine, deferred, loadDeferred, onInstalled } from './deferred.js';
import { effects } from './effects.js';
import { emit } from './emit.js';
import { spread } from './enforce.js';
import { allows, close, compiled, connect, ready, tell } from './engine.js';
import { base, runFile } from './files.js';
import { guard } from './gates.js';
import { page } from './interface.js';
import { followLanguage, wanted } from './language.js';
import { tables } from './policies.js';
import { roots } from './roots.js';
import { idsOf, installStandIns, onceOf, placeWaiting, standIns } from './standins.js';
import { framed } from './stores.js';
import { soon, tick } from './survey.js';
import { classifyScript, classifyURL, everything, forgetAddresses } from './verdicts.js';
import { arrive, attendVisitor, clicked } from './visitor.js';
import { forgetNames, judge, mayWrite, retryWrites } from './writes.js';

const styled = sheets(classifyURL);
const shared = share({
  classifyURL,
  classifyScript,
  local,
  everything,
  styles: styled,
  opened(element, ids) {
    look.opened(element, ids);
    // What is in the document is shut with its markup.
    const tag = localName(element);
    if (tag === 'audio' || tag === 'video') running('Audio', element, getAttribute(element, 'data-src') || '');
  },
  shadow(root) {
    look.shadow(root);
    called.within(root);
  },
  frames: (view) => hooked.frames(view),
  reopened(own) {
    if (own.defaultView) called.watch(own.defaultView);
    hear(own);
    if (own === window.document) attend();
  },
});
const tagged = tags();
const called = calls(
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

const shut = failClosed(judge, undefined);
const writing = [cookieHooks(shut), storage(shut, mayWrite), databases(shut)];
const hooked = hooks(
  (view, wrap, wrapConstructor) => {
    for (let i = 0; i < writing.length; i++) writing[i](view, wrap, wrapConstructor);
    blobHooks(view, wrap, wrapConstructor);
    called.hook(view, wrap, wrapConstructor);
    tagged.hook(view, wrap, wrapConstructor);
    missed.hook(view, wrap, wrapConstructor);
    styled.hook(view, wrap, wrapConstructor);
  },
  (own) => {
    look.watch(own);
    hear(own);
    called.watch(own.defaultView);
  },
);

/** Hears what is told in one tree alone. @param {Document | ShadowRoot} root */
const hear = (root) => {
  hooked.listen(root);
  styled.listen(root);
};

/** Events that gated scripts have missed. */
const missed = passed();

const look = guard(shared, {
  allowed: (element, injected) => shared.tags.mayLoad(element) ?? allows((injected ? '?' : '') + idsOf(element) + onceOf(element)),
  blocked(element) {
    const id = idsOf(element);
    tell(kinds.held({ ids: id }));
    emit('blocked', { id, element });
  },
  ran: (ids) => tell(kinds.ran({ ids })),
  failed: failClosed((element, reason) => {
    console.warn('octroi: a gated script does not run: ' + reason, element);
    emit('blocked', { id: idsOf(element), element, reason });
  }, undefined),
  drained: missed.schedule,
  standIns,
  changed(frames) {
    sweep();
    page.mount();
    followLanguage();
    standIns.follow();
    visit(frames, hooked.within);
    if (frames.length) spread();
  },
  rooted(root) {
    hear(root);
    // What is clicked in a closed one is told there alone.
    root.addEventListener('click', clicked, true);
  },
});

/** Opens and shuts what a choice has changed. */
const review = () => {
  forgetNames();
  look.review();
  styled.review(roots());
  endShut(
    (address, kind) => kind !== 'Database' && !classifyURL(address)[1],
    (address) => tell(kinds.ran({ ids: classifyURL(address)[0] })),
  );
  resolveGranted();
};

onInstalled((came) => {
  page.more(came.css);
  installStandIns(came.embeds);
  completeEngine();
  placeWaiting();
  tables();
});

/** Waits for the document's first element, which what begins before it does not find. @param {() => void} then */
const rooted = (then) => {
  if (document.documentElement) return then();
  new MutationObserver((_, observer) => {
    if (!document.documentElement) return;
    observer.disconnect();
    then();
  }).observe(window.document, { childList: true });
};

/** There is no WebAssembly: the same engine comes as JavaScript. Until then, and without it, all is shut. */
export const failed = () =>
  rooted(() => {
    // A site whose policy knows none of our name lets nothing of it load.
    const element = attempt(() => runFile('octroi.nowasm.js'));
    if (!element) return close('wasm');
    element.octroi = ready;
    element.onload = element.onerror = () => compiled || close('wasm');
  });

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
      texts,
      framed: !!framed,
    });
  },
  started(again) {
    retryWrites(true);
    arrive();
    if (!again && /[?&]octroi=debug\b/.test(location.search)) debug();
  },
  closed(reason) {
    retryWrites(false);
    review();
    attempt(() => page.draw('', '', ''));
    emit('error', { reason });
  },
});

/** Listens to the page; a document that is opened anew has lost what it had. */
const attend = () => {
  attendVisitor();
  look.listen();
  hear(window.document);
};

export const start = () => {
  Object.defineProperty(window, 'octroi', { value: makeAPI(hooked.replaced, tagged.ungated) });
  hooked.start();
  called.watch(window);
  attend();
  new MutationObserver(followLanguage).observe(window.document, { subtree: true, attributeFilter: ['lang'] });
  setInterval(() => {
    tick();
    arrive();
  }, 1000);
  attempt(() => /** @type {any} */ (window).cookieStore.addEventListener('change', soon));
  attempt(() => /** @type {any} */ (window).navigation.addEventListener('currententrychange', arrive));
  findDeclaration();
};
