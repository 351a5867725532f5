/*
 * Ties guard, stage and engine together and gives the page its window.octroi. It
 * holds shut, asks, and does as it is told.
 */
import {
  apply,
  attempt,
  exec,
  floor,
  getAttribute,
  hasOwn,
  hrefOf,
  indexOf,
  isFull,
  list,
  localName,
  Map,
  mapGet,
  mapSet,
  now,
  ownKeys,
  reads,
  Set,
  setAdd,
  setHas,
  setPrototypeOf,
  slice as cut,
  startsWith,
  sure,
  URL,
  visit,
  takeFirst,
} from '../safe/builtins.js';
import * as bridge from '../../jsbridge/bridge.js';
import * as kinds from '../../jsbridge/kinds.js';
import { calls } from '../intercept/requests.js';
import { blobHooks, local } from '../intercept/local.js';
import { sweep } from './copies.js';
import { document, unseen } from '../safe/dom.js';
import { enforce, spread } from './enforce.js';
import { guard } from './gates.js';
import { hooks } from '../intercept/hooks.js';
import { native } from '../safe/native.js';
import { cookies as cookieHooks } from '../intercept/cookies.js';
import { databases } from '../intercept/databases.js';
import { passed } from '../intercept/passed.js';
import { endShut, running } from '../intercept/running.js';
import { imports, literals, maps, speculates } from '../core/scripts-text.js';
import { storage } from '../intercept/storage.js';
import { drop, keys } from './keys.js';
import { pace } from '../core/pace.js';
import { leads, listen, stage } from '../ui/stage.js';
import { sheets } from '../intercept/styles.js';
import { tags } from '../intercept/tags.js';
import { judged, nonce, own, scriptURL } from '../safe/trust.js';
import { language, texts } from 'octroi:texts';
import languages from 'octroi:languages';
import version from 'octroi:version';

const { parse: parseJSON } = JSON;
const { replaceState } = History.prototype;
const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** What the addresses of this site begin with. */
const origin = location.origin + '/';

/** Its address, where no element tells it: a module has none. */
const self = script ? script.src : exec(/https?:[^\s()@]*\/octroi(?:\.split)?\.js/, String(new Error().stack))?.[0];

/** @type {string | undefined} */
let lies;
/**
 * Where its files lie: beside it, unless the page says so, as it must where a bundler hides
 * that. What stands in markup is trusted for this site alone, since any markup can say it.
 */
export const base = () => {
  if (lies !== undefined) return lies;
  const { octroiBase } = /** @type {any} */ (window);
  const root = document.documentElement;
  const written = root && getAttribute(root, 'data-base');
  const told = typeof octroiBase === 'string' ? octroiBase : written;
  const url = told ? attempt(() => hrefOf(new URL(told, document.baseURI))) : '';
  if (url && (told === octroiBase || startsWith(url, origin))) return (lies = url);
  if (self) return (lies = self);
  if (root) {
    lies = location.href;
    console.warn('octroi: ' + cure);
  }
  return location.href;
};
const cure = 'its files are sought beside the page; say where they lie: <html data-base="/octroi/">, or octroiBase = "https://…/octroi/" before it';

/** @type {bridge.Compiled | undefined} */
let compiled;
/** @type {bridge.Machine | undefined} */
let machine;
/** @type {string | undefined} */
let declaration;
let traps = 0;
/** Whether the page around this one is the site's too, and asks. Another origin's throws. */
const framed = parent !== window && attempt(() => Object.hasOwn(parent, 'octroi'));
/** The name of the record's cookie and mirror, once the engine has told it. @type {string | undefined} */
let name;
/** What the next reading of the stores tells of the visitor. */
let sign = /** @type {any} */ (performance.getEntriesByType('navigation')[0])?.type === 'back_forward' ? 'restored' : 'start';
/**
 * In characters: a longer assignment or name is refused without asking, and names
 * beyond so many in all are not looked at. The engine takes 16 MiB at once.
 */
const longest = 1 << 18;
/** Its host, and port. */
const { host: home } = location;
/** Behind the record's name: what the page is to know once it is loaded again. */
const reloading = ':reload';
/** When the page was asked for. */
const born = Math.floor(Date.now() - performance.now());
/** Writes that came before the engine; there is no list once it cannot come. @type {(() => void)[] | undefined} */
let early = list();
/** Names that may be written within this minute, by area: not cookies. @type {Set<string>[]} */
const let_ = list([new Set(), new Set(), new Set(), new Set(), new Set()]);
/** Of the time at which these were cleared, in minutes. */
let minute = 0;
/** How many there are, at most. */
let count = 0;
/**
 * The cookies as they were looked at last; unknown once any was erased, lest one that
 * comes back at once looks like one that never went.
 *
 * @type {string | undefined}
 */
let seen;
/** @type {ReturnType<typeof setTimeout>} */
let timer;
/** @type {[string, (value: void) => void][]} */
let waiting = [];

/** @param {string} event @param {unknown} detail */
const emit = (event, detail) => {
  document.dispatchEvent(new CustomEvent('octroi:' + event, { detail }));
};

/**
 * The rest of the engine and of this half, once they have come; see entry/octroi.rest.js.
 *
 * @type {undefined | {
 *   css: string, texts: string, embeds: typeof import('../ui/embeds.js').embeds, things: typeof import('./inventory.js').things,
 *   reveal: typeof import('../ui/reveal.js').reveal,
 *   compile: (ready: (module: WebAssembly.Module) => void, failed: () => void) => void, module?: WebAssembly.Module,
 * }}
 */
let kit;
/** What waits for them; it is told whether they have come. @type {((here: boolean) => void)[] | undefined} */
let wanting;

/** Adds the rest to an engine. */
const complete = () => {
  if (!machine || !kit) return;
  try {
    if (kit.module && typeof compiled !== 'function') machine.complete(kit.module);
  } catch (error) {
    return broken(error);
  }
  tell(kinds.restCame({ language, texts: kit.texts }));
};

/**
 * Takes the rest in, once it is compiled.
 *
 * @param {NonNullable<typeof kit>} came
 * @param {() => void} done
 */
const take = (came, done) => {
  /** @param {WebAssembly.Module} [module] */
  const here = (module) => {
    kit = came;
    kit.module = module;
    page.more(kit.css);
    embedded = attempt(() => came.embeds(...embedding, listen, document, unseen, pace));
    complete();
    for (const one of unplaced) embedded?.place(one);
    unplaced.clear();
    tables();
    done();
  };
  // The engine in JavaScript is whole.
  if (typeof compiled === 'function') here();
  else came.compile(here, done);
};

/** Brings the rest, unless it is there. @param {(here: boolean) => void} then */
const bring = (then) => {
  if (kit) return then(true);
  if (wanting) return void wanting.push(then);
  wanting = [then];
  const done = () => {
    const all = wanting || [];
    wanting = undefined;
    if (!kit) {
      // Firefox fails what still loads when a page is left; who stays hears of it.
      setTimeout(() => console.error('octroi: octroi.rest.js cannot be had' + (self === script?.src ? '' : '; ' + cure)), 1000);
      emit('error', { reason: 'rest' });
    }
    for (const one of all) one(!!kit);
  };
  // A page that needs it from the start has it stand before the drop-in.
  /** @type {any} */
  const before = document.querySelector('script[src$="octroi.rest.js"]');
  if (before?.octroi) return take(before.octroi, done);
  const element = attempt(() => load('octroi.rest.js'));
  if (!element) return done();
  element.onload = element.onerror = () => (element.octroi ? take(element.octroi, done) : done());
};

/** Whether a full stack has ended the engine, and no other has come since. */
let stopped = false;
let renewing = false;

/** An engine that a full stack has ended is built anew where the stack is empty. */
const renew = () => {
  if (!stopped || renewing) return;
  setTimeout(() => {
    renewing = stopped = false;
    boot();
  }, 0);
  renewing = true;
};

/** The engine is broken: it is built once more from the record, then all stays shut. @param {any} error */
const broken = (error) => {
  if (isFull(error)) {
    stopped = true;
    machine = undefined;
    renew();
  } else if (traps++) close('trap');
  else boot();
};

/** Does the writes once more that came early. @param {typeof early} writes */
const retry = (writes) => {
  if (writes) for (let i = 0; i < writes.length; i++) attempt(writes[i]);
};

/** Without an engine everything is shut, and nothing is asked. @param {string} reason */
const close = (reason) => {
  machine = undefined;
  parsed = new Map();
  todo.length = 0;
  const refused = early;
  early = undefined;
  retry(refused);
  review();
  attempt(() => page.draw('', '', ''));
  emit('error', { reason });
};

// The drop-in's own files may come from another host, before anybody could ask for them.
if (self) {
  setAdd(own, self);
  visit(['rest', 'app', 'inherit', 'debug', 'nowasm'], (file) => setAdd(own, hrefOf(new URL(`octroi.${file}.js`, self))));
}

const hostOf = reads(URL.prototype, 'host');
const absolute = /^(https?|wss?):\/\//;
/** Servers that help to find a peer: their host is no part of theirs that URL knows. */
const hostless = /^(stun|turn)s?:/;

const arrays = Array.prototype;

/** @type {[number, ...string[]][]} */
const todo = list();
let busy = false;

/**
 * Hands over an event and does what the engine says. What answers to an effect lead
 * to comes after what is still to be done, so that the last word is the engine's.
 *
 * @param {kinds.Message} event
 * @returns {string[] | undefined} the reply to a question, or the verdict on a write
 */
const tell = (event) => {
  /** @type {string[] | undefined} */
  let reply;
  let again = false;
  try {
    const all = machine ? machine.handle(event[0], event[1]) : list();
    if (!machine) renew();
    for (let i = 0; i < all.length; i++) {
      const effect = all[i];
      if (effect[0] === kinds.LET) reply = effect.length > 1 ? [effect[1], effect[2]] : [];
      else if (effect[0] === kinds.REPLY) reply = values(effect);
      else if (effect[0] === kinds.AGAIN) again = true;
      else if (effect[0] === kinds.REST) rest(event, effect[1]);
      else todo[todo.length] = effect;
    }
  } catch (error) {
    broken(error);
  }
  if (!busy) {
    busy = true;
    try {
      while (todo.length) {
        const effect = takeFirst(todo);
        try {
          apply(/** @type {any} */ (effects)[effect[0]], undefined, values(effect));
        } catch (error) {
          // A page that has bent the DOM must neither see this thrown nor keep the rest,
          // the shutting of gates among it, from being done.
          setTimeout(() => {
            throw error;
          });
        }
      }
    } finally {
      busy = false;
    }
  }
  return again ? tell(event) : reply;
};

/** An effect without its kind; its items are its own. @param {any} effect @returns {string[]} */
const values = (effect) => {
  const all = list();
  for (let i = 1; i < effect.length; i++) all[i - 1] = effect[i];
  return setPrototypeOf(all, arrays);
};

/**
 * Asks; the engine does no more than to note for the report what it refuses.
 *
 * @param {kinds.Message} question
 * @returns {string[] | undefined} a text, and "1" where what was asked about may run
 */
const ask = (question) => tell(question);

/** The rest is wanted, and then perhaps the event again. @param {kinds.Message} event @param {string} again */
const rest = (event, again) => {
  if (event[0] !== kinds.START) return bring((here) => here && again && tell(event));
  // Until then it is as if there were no engine.
  machine = undefined;
  bring((here) => (here ? boot() : close('rest')));
};

/** @param {string} ids */
const decide = (ids) => {
  try {
    return machine ? machine.decide(ids) : 0;
  } catch (error) {
    broken(error);
    return 0;
  }
};

/** @param {string} ids */
const allows = (ids) => decide(ids) === 1;

const cookies = () => attempt(native.cookies) || '';

/** What a storage holds under the record's name. @param {0 | 1} which */
const kept = (which) => (name !== undefined && attempt(() => native.read(which, /** @type {string} */ (name)))) || '';

/** @param {string} action @param {string} from @param {string} [ids] @param {string} [token] */
const act = (action, from, ids = '', token = '') => {
  tell(kinds.act({ cookies: cookies(), mirror: kept(0), action, from, ids, token }));
};

/** Tells what the stores hold, and what was seen of the visitor. */
const recheck = (sign = '', before = '') => {
  if (name !== undefined) tell(kinds.stored({ cookies: cookies(), mirror: kept(0), sign, mark: kept(1), born, depth: history.length, before }));
};

const here = () => recheck('here');

/** Looks whether any cookie has come or gone. */
const tick = () => {
  if (name === undefined || seen === cookies()) return;
  effects[kinds.INVENTORY]('watch', '');
  tables();
};

/** Whether a name was let within this minute, and nothing has shut since. @param {number} area @param {string} name */
const may = (area, name) => {
  const time = floor(now() / 60000);
  if (time !== minute) forget();
  minute = time;
  return !!machine && setHas(let_[area], name);
};

const forget = () => {
  count = 0;
  for (let i = 0; i < let_.length; i++) let_[i] = new Set();
};

/** Whether the cookies will be looked at. */
let ticking = false;

/** Looks at the cookies soon: a page may set many in a row. */
const soon = () => {
  if (ticking) return;
  ticking = true;
  setTimeout(() => {
    ticking = false;
    tick();
  }, 50);
};

/** @type {import('../intercept/hooks.js').Judge} */
const judge = (area, text, again, view) => {
  if (text.length > longest) return;
  if (!machine) {
    if (!early) return;
    early[early.length] = again;
    return null;
  }
  const write = kinds.write({ area, text });
  let verdict = tell(write);
  // One who has chosen in a frame has done so for its scripts, too.
  if (!verdict && view !== window && hasOwn(view, 'octroi')) {
    recheck();
    verdict = tell(write);
  }
  // A cookie's depends on all that is assigned.
  if (area && verdict) {
    if (++count > 999) forget();
    setAdd(let_[area], text);
  }
  return verdict;
};

/**
 * An address as the engine is asked about it.
 *
 * @typedef {object} Parsed
 * @property {string} href
 * @property {string} host
 * @property {boolean} mine whether it is of the page's own host
 * @property {boolean} free whether it is of no service and open, which no choice changes
 */
/** What addresses are from one base, which pages ask for again and again. @type {Map<string, Parsed>} */
let parsed = new Map();
let parsedFrom = '';
/** @type {readonly [ids: string, open: boolean]} */
const nobodys = ['', true];
let parsedCount = 0;

/** @param {string} address @param {string} base @returns {Parsed} */
const parse = (address, base) => {
  if (base !== parsedFrom || parsedCount > 999) {
    parsed = new Map();
    parsedFrom = base;
    parsedCount = 0;
  }
  const known = mapGet(parsed, address);
  if (known) return known;
  const url = attempt(() => new URL(address, exec(absolute, address) ? undefined : base));
  const host = url ? hostOf(url) : '';
  let href = url ? hrefOf(url) : '';
  if (href.length > longest) {
    // A name and a password come before the host: they must not push it out.
    const at = indexOf(href, '@' + host);
    href = cut(at < 0 ? href : cut(href, 0, indexOf(href, '//') + 2) + cut(href, at + 1, href.length), 0, longest);
  }
  // A socket to the page's own host is its own too.
  const one = { href, host, mine: host !== '' && host === home && !!exec(absolute, href), free: false };
  if (address.length < 500) {
    mapSet(parsed, address, one);
    parsedCount++;
  }
  return one;
};

/**
 * Whose an address is, and whether it may be asked for now.
 *
 * @param {string} address
 * @param {string} [base]
 * @returns {readonly [ids: string, open: boolean]}
 */
const whose = (address, base = document.baseURI) => {
  const one = parse(address, base);
  const { href, host, mine } = one;
  // What is ours may come from a host that no service declares.
  if (setHas(own, href)) return ['', true];
  // Without an engine nobody knows whose another host is: a page has its own, and what is on none.
  if (!machine) {
    renew();
    return ['', !stopped && (mine || (host === '' && !exec(hostless, href)))];
  }
  if (one.free) return nobodys;
  try {
    const said = machine.access(href, mine);
    one.free = said[1] && !said[0];
    return said;
  } catch (error) {
    broken(error);
    return ['', false];
  }
};

// A page with a nonce vouches for each script by name: gated markup alone is no voucher.
judged((address) => {
  const href = (address && attempt(() => new URL(address, document.baseURI).href)) || '';
  return !!machine && !!ask(kinds.script({ address: href, origin: nonce && (startsWith(href, origin) ? 'own' : 'other') }))?.[1];
});

/** Whether all that is declared is granted: then what cannot be judged may come in. */
const everything = () => {
  const reply = machine && ask(kinds.state());
  const services = reply && parseJSON(reply[0])?.services;
  if (!services) return false;
  const ids = ownKeys(services);
  for (let i = 0; i < ids.length; i++) if (services[ids[i]] !== true) return false;
  return true;
};
const styled = sheets(whose);
/** What runs, by the type that a script says. */
const runs = /^$|^module$|(?:java|ecma|j|live)script/;
/** Addresses as they stand in a text. */
const written = /(?:(?:https?|wss?):)?[\\/]{2}[^\s"'`<>\\]+/gi;

/** Whose the addresses in a text are. @param {string} text @param {string} base @returns {readonly [ids: string, open: boolean]} */
const whoseIn = (text, base) => {
  for (let at = 0; ;) {
    written.lastIndex = at;
    const found = exec(written, text);
    if (!found) return ['', true];
    const said = whose(found[0], base);
    if (!said[1]) return said;
    at = found.index + found[0].length;
  }
};

/**
 * Whose a script is, by its text.
 *
 * @param {string} text
 * @param {string} type in lower case; "literal" where what it calls cannot be held
 * @param {string} base
 * @returns {readonly [ids: string, open: boolean]}
 */
const whoseScript = (text, type, base) => {
  /** @type {readonly [ids: string, open: boolean]} */
  let said = ['', true];
  if (type === 'literal') literals(text, (literal) => !(said = whoseIn(literal, base))[1]);
  else {
    const all = type === 'importmap' ? maps(text) : type === 'speculationrules' ? speculates(text) : exec(runs, type) ? imports(text) : list();
    for (let i = 0; i < all.length && said[1]; i++) said = whose(all[i], base);
    const asked = said[1] && machine && exec(runs, type);
    const reply = asked && ask(kinds.inline({ text }));
    if (stopped || (asked && !reply)) said = ['', false];
    else if (reply && !reply[1]) said = [reply[0], false];
  }
  return said;
};
const tagged = tags(
  {
    whose,
    script: whoseScript,
    local,
    everything,
    allowed: (element) => look.allowed(element),
  },
  {
    opened(element, ids) {
      look.opened(element, ids);
      // What is in the document is shut with its markup.
      const tag = localName(element);
      if (tag === 'audio' || tag === 'video') running('Audio', element, getAttribute(element, 'data-src') || '');
    },
    loose: (element) => look.loose(element),
    shadow(root) {
      look.shadow(root);
      called.within(root);
    },
    hold: (element) => look.hold(element),
    frames: (view) => hooked.frames(view),
    reopened(own) {
      if (own.defaultView) called.watch(own.defaultView);
      if (own === window.document) attend();
    },
  },
  styled,
);
const called = calls(
  (address, base) => !whose(address, base)[1],
  everything,
  (what, element, base, address, asked) => {
    const [id] = whose(address, base);
    console.warn(`octroi: held: a ${what} to ${address}: ${id ? `"${id}" is not granted` : 'no service that is granted declares it'}`);
    emit('blocked', { id, element, address });
    if (!asked || !id) return;
    act('preferences', '');
    bring(() => kit?.reveal(document, id));
  },
);

const shut = sure(judge, undefined);
const writing = [cookieHooks(shut), storage(shut, may), databases(shut)];
const hooked = hooks(
  (view, wrap, stand) => {
    for (let i = 0; i < writing.length; i++) writing[i](view, wrap, stand);
    blobHooks(view, wrap, stand);
    called.hook(view, wrap, stand);
    tagged.hook(view, wrap, stand);
    missed.hook(view, wrap, stand);
    styled.hook(view, wrap, stand);
  },
  (own) => {
    look.watch(own);
    called.watch(own.defaultView);
  },
);

/** Events that gated scripts have missed. */
const missed = passed(
  () => tagged.writing.current(),
  () => look.busy(),
);

const page = stage(
  (action) => act(action, ''),
  (id, on) => tell(kinds.toggle({ id, on })),
  () => look.roots(),
);

/** A number for each element that has a stand-in. @type {WeakMap<Element, string>} */
const tokens = new WeakMap();
let counted = 0;

/** @param {Element} element */
const idsOf = (element) => getAttribute(element, 'data-octroi') || '';

/** @type {[draw: (element: Element) => any, fill: (place: Element, tree: any) => void, act: (action: string, element: Element) => void]} */
const embedding = [
  (element) => learn(kinds.embed({ ids: idsOf(element), poster: getAttribute(element, 'data-octroi-poster') || '' })),
  (place, tree) => page.fill(place, tree),
  (action, element) => {
    if (!tokens.has(element)) tokens.set(element, String(++counted));
    act(action, '', idsOf(element), /** @type {string} */ (tokens.get(element)));
  },
];
/** @type {ReturnType<typeof import('../ui/embeds.js').embeds> | undefined} */
let embedded;
/** Held embeds whose stand-ins wait for the rest. @type {Set<Element>} */
const unplaced = new Set();

/** @param {Element} element @param {boolean} injected */
const mayLoad = (element, injected) =>
  tagged.mayLoad(element) ?? allows((injected ? '?' : '') + idsOf(element) + (tokens.has(element) ? '!' + tokens.get(element) : ''));

const look = guard(
  mayLoad,
  (element) => {
    const id = idsOf(element);
    tell(kinds.held({ ids: id }));
    emit('blocked', { id, element });
  },
  (ids) => tell(kinds.ran({ ids })),
  sure((element, reason) => {
    console.warn('octroi: a gated script does not run: ' + reason, element);
    emit('blocked', { id: idsOf(element), element, reason });
  }, undefined),
  () => missed.soon(),
  {
    place(element) {
      if (!exec(/^(?:iframe|video|object|embed|frame)$/, localName(element))) return;
      if (embedded) return embedded.place(element);
      unplaced.add(element);
      if (machine) bring(() => {});
    },
    remove(element) {
      unplaced.delete(element);
      embedded?.remove(element);
    },
  },
  tagged,
  (frames) => {
    sweep();
    page.mount();
    turn();
    embedded?.follow();
    visit(frames, hooked.within);
    if (frames.length) spread();
  },
  (root) => {
    hooked.listen(root);
    // What is clicked in a closed one is told there alone.
    root.addEventListener('click', clicked, true);
  },
);

const review = () => {
  forget();
  look.review();
  styled.review(look.roots());
  endShut(
    (address, kind) => kind !== 'Database' && !whose(address)[1],
    (address) => tell(kinds.ran({ ids: whose(address)[0] })),
  );
  waiting = waiting.filter(([id, resolve]) => {
    if (!allows(id)) return true;
    resolve();
    return false;
  });
};

/** Runs a file that stands beside the drop-in. @param {string} file */
const load = (file) => {
  const element = /** @type {any} */ (document.createElement('script'));
  const { href } = new URL(file, base());
  own.add(href);
  element.nonce = nonce;
  element.src = scriptURL(href);
  document.documentElement.append(unseen(element));
  return element;
};

/**
 * Has the page around decide as it was decided here. It judges what its frames write, too,
 * and lets none write a record: who is in a frame cannot be told for sure.
 */
const pass = () => {
  const { octroi } = /** @type {any} */ (parent);
  const mine = learn(kinds.state());
  const theirs = octroi.state();
  /** @type {Record<string, boolean | 'visit'>} */
  const selection = {};
  let news = false;
  /** @param {string} id @param {boolean} on @param {boolean} same @param {boolean} [visit] */
  const pick = (id, on, same, visit) => {
    selection[id] = visit ? 'visit' : on;
    news ||= !same;
  };
  if (mine.decided) for (const id in mine.services) if (hasOwn(theirs.services, id)) pick(id, mine.services[id], mine.services[id] === theirs.services[id]);
  for (const id in mine.categories) {
    const { required, decided, granted, visit } = mine.categories[id];
    const other = theirs.categories[id];
    // What was granted in part has been told by its services.
    if (!required && decided && other && (granted || !mine.decided)) pick(id, granted, !!other.decided && granted === other.granted, visit);
  }
  if (news || (mine.decided && !theirs.decided)) octroi.save(selection);
};

/** @type {kinds.Effects} */
const effects = {
  [kinds.READ](record) {
    name = record;
    const what = sign;
    let before = '';
    sign = '';
    if (what) {
      attempt(() => {
        before = native.read(1, name + reloading) || '';
        native.drop(1, name + reloading);
      });
    }
    recheck(what, before);
  },
  [kinds.STORE](record, cookie, ...mirrors) {
    attempt(() => native.assign(cookie));
    if (framed && indexOf(cookies(), cut(cookie, 0, indexOf(cookie, ';'))) < 0) attempt(pass);
    // What storage does not take must not leave an older copy there.
    let taken;
    for (let i = 0; i < mirrors.length && !taken; i++) taken = mirrors[i] && attempt(() => (native.keep(0, record, mirrors[i]), true));
    if (!taken) attempt(() => native.drop(0, record));
  },
  [kinds.GATES]: review,
  [kinds.EMIT](event, detail) {
    emit(event, JSON.parse(detail));
    tables();
  },
  [kinds.DRAW]: page.draw,
  [kinds.SWITCH]: page.switch,
  [kinds.TIMER](delay) {
    clearTimeout(timer);
    timer = setTimeout(recheck, +delay, '');
  },
  [kinds.INVENTORY](phase, wide) {
    /** @param {[things: string[], unknown: string]} slow */
    const found = ([slow, unknown]) => {
      const now = cookies();
      if (phase === 'watch') seen = now;
      const names = [...keys(longest), ...slow];
      tell(kinds.survey({ phase, wide: !!wide, unknown, host: location.hostname, path: location.pathname, cookies: now, names }));
    };
    if (wide) bring(() => (kit ? kit.things.list().then(found) : found([[], '234'])));
    else found([[], '']);
  },
  [kinds.COOKIE](assignment) {
    seen = undefined;
    attempt(() => native.assign(assignment));
  },
  [kinds.REMOVE](area, name) {
    if (area === '1') return drop(name);
    // What is open cannot be erased.
    endShut(
      (other, kind) => kind === 'Database' && area === '2' && other === name,
      () => {},
    );
    bring(() => kit?.things.remove(area, name));
  },
  [kinds.MARK](record, visit) {
    attempt(() => native.keep(1, record, visit));
  },
  [kinds.RELOAD](record, ids) {
    attempt(() => native.keep(1, record + reloading, ids));
    location.reload();
  },
  [kinds.LOAD](file) {
    if (!document.querySelector(`script[src$="${file}"]`)) load(file);
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
  [kinds.LOG](text, hint) {
    console[hint ? 'info' : 'error']('octroi: ' + text);
  },
  [kinds.FETCH](wanted, patience) {
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
  },
  [kinds.SAY]: page.say,
  [kinds.STYLE]: page.theme,
  [kinds.ENFORCE]: enforce,
};

/** The page's language, as the engine was told it. @type {string | undefined} */
let spoken;

/** The languages that are wanted: the page's, then the visitor's. */
const wanted = () => [(spoken = document.documentElement?.lang || ''), ...(navigator.languages || [])].join(' ');

/** Draws anew what another language is written in. */
const reword = () => {
  embedded?.redraw();
  tables();
};

/** A page that renders itself has changed its language. */
const turn = () => {
  if (spoken === undefined || (document.documentElement?.lang || '') === spoken) return;
  const all = wanted();
  bring(() => {
    tell(kinds.speak({ wanted: all, languages, language, texts: kit ? kit.texts : texts, begun: page.begun() }));
    reword();
  });
};

/** Makes the engine and gives it the declaration, once both are there. */
const boot = () => {
  if (!compiled || declaration === undefined) return;
  // Nobody has seen such a page, and what was chosen elsewhere by then is not known yet.
  if (/** @type {any} */ (document).prerendering) return document.addEventListener('prerenderingchange', boot, { once: true });
  machine = undefined;
  parsed = new Map();
  todo.length = 0;
  /** @type {bridge.Machine | undefined} */
  let fresh;
  try {
    fresh = machine = bridge.open(compiled);
  } catch {
    if (traps || typeof compiled === 'function') return close('wasm');
    compiled = undefined;
    return failed();
  }
  complete();
  const from = base();
  tell(
    kinds.start({
      declaration,
      host: location.host,
      folder: from === location.href ? '' : attempt(() => new URL('.', from).href) || '',
      secure: location.protocol === 'https:',
      wanted: wanted(),
      languages,
      language,
      texts,
      framed: !!framed,
    }),
  );
  // It has broken, or waits for its rest.
  if (machine !== fresh) return;
  const writes = early;
  early = list();
  retry(writes);
  arrive();
  if (!traps && /[?&]octroi=debug\b/.test(location.search)) debug();
};

/** @param {string} text */
const declare = (text) => {
  // Of what is longer than the engine takes it says so.
  declaration = cut(text, 0, (1 << 22) + 1);
  boot();
};

/** @param {boolean} last */
const find = (last) => {
  const look = () => document.querySelector('script#octroi-config')?.textContent || '';
  const text = look();
  if (text || last) return declare(text);
  // The parser brings it, perhaps in parts.
  const end = () => {
    observer.disconnect();
    document.removeEventListener('DOMContentLoaded', end);
    declare(look());
  };
  const observer = new MutationObserver(() => attempt(() => parseJSON(look())) && end());
  observer.observe(window.document, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', end);
};

/** Waits for the document's first element, which what begins before it does not find. @param {() => void} then */
const rooted = (then) => {
  if (document.documentElement) return then();
  new MutationObserver((_, observer) => {
    if (!document.documentElement) return;
    observer.disconnect();
    then();
  }).observe(window.document, { childList: true });
};

/** What is answered as JSON. @param {kinds.Message} question */
const learn = (question) => JSON.parse(ask(question)?.[0] || 'null');

/** Fills the places where a policy page wants the table of all that is kept. */
const tables = () => {
  for (const what of ['policy', 'declaration']) {
    for (const place of document.querySelectorAll(what === 'policy' ? '[data-octroi-table]' : '[data-octroi-declaration]')) {
      const tree = learn(what === 'policy' ? kinds.policy() : kinds.declaration());
      if (tree) page.fill(place, tree);
    }
  }
};

/** The overlay comes, if it may. */
const debug = () => void tell(kinds.debug({ host: location.hostname }));

const api = {
  version,
  debug,
  state: () => learn(kinds.state()),
  whole: () => new Promise((resolve) => bring(() => resolve(undefined))),
  report() {
    const report = learn(kinds.report());
    return report && { ...report, replaced: hooked.replaced, ungated: tagged.ungated };
  },
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
  /** @param {Record<string, boolean | 'visit'>} selection */
  save(selection) {
    const pairs = Object.entries(selection || {}).flatMap(([id, on]) => [id, on === true ? '1' : on === 'visit' ? on : '']);
    tell(kinds.choose({ cookies: cookies(), mirror: kept(0), pairs }));
  },
  show: () => act('show', ''),
  preferences: () => act('preferences', ''),
  /** @param {any} message @param {string} [where] @param {string} [origin] */
  native(message, where = 'call', origin = '') {
    const text = attempt(() => (typeof message === 'string' ? message : JSON.stringify(message))) ?? '';
    // A longer one is no message, and is refused as that.
    tell(kinds.message({ cookies: cookies(), mirror: kept(0), where: String(where), origin: String(origin), message: text.length > longest ? '' : text }));
  },
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

/** @param {bridge.Compiled} module */
export const ready = (module) => {
  compiled = module;
  boot();
};

/** There is no WebAssembly: the same engine comes as JavaScript. Until then, and without it, all is shut. */
export const failed = () =>
  rooted(() => {
    // A site whose policy knows none of our name lets nothing of it load.
    const element = attempt(() => load('octroi.nowasm.js'));
    if (!element) return close('wasm');
    element.octroi = ready;
    element.onload = element.onerror = () => compiled || close('wasm');
  });

let active = 0;
/** The visitor does something. */
const sense = () => {
  if (Date.now() - active < 15000) return;
  active = Date.now();
  here();
};
/** @param {StorageEvent} event */
const stored = ({ key }) => {
  if (key === name || key === null) recheck();
  else if (name !== undefined) effects[kinds.INVENTORY]('watch', '');
};
/** @param {PageTransitionEvent} event */
const shown = ({ persisted }) => void (persisted && here());
const left = () => recheck('gone');
const seenOrNot = () => recheck(document.hidden ? 'hidden' : 'here');
/** What was clicked on before anything of the page's hears of it, for that may end the event. @param {Event} event */
const clicked = (event) => {
  const { ctrlKey, metaKey, shiftKey, altKey } = /** @type {MouseEvent} */ (event);
  // Another tab or a file is wanted. A link that comes before the engine leads to where that looks.
  if (!machine || ctrlKey || metaKey || shiftKey || altKey || !event.composedPath().some((node) => node instanceof Element && leads(node))) return;
  event.preventDefault();
  api.preferences();
};

/** Without what leads to a place in the page. @param {string} address */
const placeless = (address) => address.replace(/#.*/, '');

/** Opens the choices where the page's address asks for it, which then is what it was before. @param {any} [event] */
const arrive = (event) => {
  if (!machine || location.hash !== '#octroi') return;
  const old = attempt(() => event.oldURL || event.from.url) || '';
  const page = placeless(location.href);
  attempt(() => apply(replaceState, history, [history.state, '', placeless(old) === page ? old : page]));
  api.preferences();
};

/** Listens to the page; a document that is opened anew has lost what it had. */
const attend = () => {
  addEventListener('storage', stored);
  addEventListener('pageshow', shown);
  addEventListener('pagehide', left);
  visit(['pointerdown', 'keydown', 'wheel', 'touchmove'], (event) => addEventListener(event, sense, { capture: true, passive: true }));
  document.addEventListener('visibilitychange', seenOrNot);
  document.addEventListener('DOMContentLoaded', tables);
  addEventListener('click', clicked, true);
  addEventListener('hashchange', arrive, true);
  look.listen();
  hooked.listen(window.document);
};

export const start = () => {
  Object.defineProperty(window, 'octroi', { value: Object.freeze(api) });
  hooked.start();
  called.watch(window);
  attend();
  new MutationObserver(turn).observe(window.document, { subtree: true, attributeFilter: ['lang'] });
  setInterval(() => {
    tick();
    arrive();
  }, 1000);
  attempt(() => /** @type {any} */ (window).cookieStore.addEventListener('change', soon));
  attempt(() => /** @type {any} */ (window).navigation.addEventListener('currententrychange', arrive));
  const url = script?.dataset.config;
  if (url) {
    native
      .fetch(url)
      .then((response) => (response.ok ? response.text() : Promise.reject()))
      .then(declare, () => close('config'));
  } else {
    find(document.readyState !== 'loading' && !!document.documentElement);
  }
};
