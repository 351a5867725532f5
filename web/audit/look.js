/*
 * Loads a page in a frame as a visitor meets it: undecided, refused, granted, withdrawn;
 * and measures what it then asks for, keeps and shows. What any of it means, the
 * rules in internal/audit decide.
 */

/** @typedef {{ State: string, At: number, Error: string, Engine: boolean, Requests: { URL: string, Kind: string }[], Cookies: { Name: string, End: number }[], Keys: string[], Databases: string[], Caches: string[], Workers: string[], HasReopenLink: boolean, ConsentUIs: ConsentUI[] }} Observation */
/** @typedef {{ What: string, Buttons: Button[] }} ConsentUI */
/** @typedef {{ Act: string, Text: string, Tag: string, Seen: boolean, Width: number, Height: number, Size: number, Weight: number, Opacity: number, Ratio: number, Filled: boolean }} Button */

/** @param {number} ms */
const pass = (ms) => new Promise((done) => setTimeout(done, ms));

/** @template T @param {() => T} fn @returns {T | undefined} */
const attempt = (fn) => {
  try {
    return fn();
  } catch {
    return undefined;
  }
};

/** @template T @param {Promise<T>} promise @param {number} ms @returns {Promise<T | undefined>} */
const within = (promise, ms) => Promise.race([promise.catch(() => undefined), pass(ms).then(() => undefined)]);

/** @param {string} header what document.cookie gives */
const names = (header) =>
  header
    .split(';')
    .map((pair) => pair.split('=')[0].trim())
    .filter(Boolean);

/** The visitor's choices, one after the other. @type {[string, (octroi: any) => void][]} */
const choices = [
  ['refused', (octroi) => octroi.refuseAll()],
  ['granted', (octroi) => octroi.acceptAll()],
  ['withdrawn', (octroi) => octroi.withdraw()],
];

/**
 * @param {HTMLIFrameElement} frame
 * @param {(name: string, host: string, path: string) => string[]} erasures
 * @param {number} seconds how long a page may take to load
 * @param {number} settle how long a page has to be quiet, in ms
 */
export const looker = (frame, erasures, seconds, settle) => {
  // Longest waits, in ms: for a page, for its engine, for it to come to rest.
  const patience = { page: seconds * 1000, engine: Math.min(seconds * 1000, 5000), rest: Math.min(seconds * 1000, 10000) };

  /** The frame's window, where it is of this origin. @returns {any} */
  const inside = () => attempt(() => frame.contentWindow && frame.contentDocument && frame.contentWindow);

  /** The same, where nothing can be done without it. */
  const here = () => {
    const page = inside();
    if (!page) throw new Error('it cannot be framed here, or leads to another site');
    return page;
  };

  let record = { began: 0, list: /** @type {Observation['Requests']} */ ([]), more: () => {} };

  /**
   * What the page in the frame has asked for. An observer is told of all of it; the page's
   * own list ends at 250, and some pages clear it.
   */
  const requests = () => {
    const page = inside();
    const began = attempt(() => page.performance.timeOrigin) || 0;
    if (began !== record.began) {
      /** @type {Observation['Requests']} */
      const list = [];
      const take = (/** @type {PerformanceResourceTiming[]} */ entries) =>
        list.push(...entries.map((entry) => ({ URL: entry.name, Kind: entry.initiatorType })));
      const observer = attempt(() => new page.PerformanceObserver((/** @type {any} */ entries) => take(entries.getEntries())));
      attempt(() => observer.observe({ type: 'resource', buffered: true }));
      record = { began, list, more: () => attempt(() => take(observer.takeRecords())) };
    }
    record.more();
    return record.list;
  };

  /** @param {string} address */
  const load = async (address) => {
    const came = new Promise((done) => frame.addEventListener('load', done, { once: true }));
    frame.src = address;
    const watch = setInterval(requests, 20);
    const loaded = await within(
      came.then(() => true),
      patience.page,
    );
    clearInterval(watch);
    if (!loaded) throw new Error('not loaded within ' + seconds + ' s');
    here();
  };

  /** Forgets the visitor. */
  const clear = async () => {
    const page = inside();
    const known = new Set(page ? names(attempt(() => page.document.cookie) || '') : []);
    const path = (page && attempt(() => page.location.pathname)) || '/';
    // No page that is left may write on.
    await load('about:blank');
    for (const name of [...known, ...names(document.cookie)]) {
      for (const assignment of [...erasures(name, location.hostname, path), ...erasures(name, location.hostname, '/')]) document.cookie = assignment;
    }
    attempt(() => localStorage.clear());
    attempt(() => sessionStorage.clear());
    await within(
      (async () => {
        for (const { name } of (await indexedDB.databases?.()) || []) {
          if (name) await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done));
        }
        for (const name of await caches.keys()) await caches.delete(name);
        for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
      })(),
      2000,
    );
  };

  /** Waits until nothing new was asked for or kept for a while. */
  const rest = async () => {
    const until = performance.now() + patience.rest;
    let last = '';
    let since = performance.now();
    while (performance.now() < until && performance.now() - since < settle) {
      const page = inside();
      const now = attempt(() => page.performance.timeOrigin + ' ' + requests().length + page.document.cookie) || '';
      if (now !== last) since = performance.now();
      last = now;
      await pass(Math.min(50, settle));
    }
  };

  const engine = async () => {
    const until = performance.now() + patience.engine;
    while (attempt(() => inside().octroi) && performance.now() < until) {
      if (attempt(() => inside().octroi.state())) return true;
      await pass(20);
    }
    return false;
  };

  /** Loads a page until it rests, and tells whether there is an engine. @param {string} address */
  const view = async (address) => {
    await load(address);
    const there = await engine();
    await rest();
    return there;
  };

  /** @param {(octroi: any) => void} act */
  const choose = async (act) => {
    const page = here();
    const changed = new Promise((done) => page.document.addEventListener('octroi:change', done, { once: true }));
    act(page.octroi);
    await within(changed, 3000);
    await rest();
  };

  /** @returns {Promise<Observation['Cookies']>} */
  const cookies = async () => {
    const page = here();
    const list = await within(Promise.resolve(attempt(() => page.cookieStore.getAll())), 2000);
    // Only Chromium tells when a cookie ends.
    if (list) return list.map((/** @type {any} */ one) => ({ Name: one.name || one.value, End: 'expires' in one ? Math.round(one.expires || 0) : -1 }));
    return names(attempt(() => page.document.cookie) || '').map((name) => ({ Name: name, End: -1 }));
  };

  const keys = () => [...new Set([localStorage, sessionStorage].flatMap((storage) => Object.keys(storage)))];

  /** @param {string} state @returns {Observation} */
  const blank = (state) => ({
    State: state,
    At: Date.now(),
    Error: '',
    Engine: false,
    Requests: [],
    Cookies: [],
    Keys: [],
    Databases: [],
    Caches: [],
    Workers: [],
    HasReopenLink: false,
    ConsentUIs: [],
  });

  /** @param {string} state @param {Observation['Requests']} before asked for already in this state */
  const observe = async (state, before = []) => {
    const page = here();
    const one = blank(state);
    one.Engine = !!attempt(() => page.octroi.state());
    one.Requests = [...before, ...requests()];
    one.Cookies = await cookies();
    one.Keys = attempt(keys) || [];
    one.Databases = (await within(Promise.resolve(indexedDB.databases?.() || []), 2000))?.flatMap(({ name }) => name || []) || [];
    one.Caches = (await within(attempt(() => caches.keys()) || Promise.resolve([]), 2000)) || [];
    const workers = (await within(attempt(() => navigator.serviceWorker.getRegistrations()) || Promise.resolve([]), 2000)) || [];
    one.Workers = workers.flatMap((worker) =>
      worker.active || worker.waiting || worker.installing
        ? [new URL((worker.active || worker.waiting || worker.installing || { scriptURL: '' }).scriptURL).pathname]
        : [],
    );
    one.HasReopenLink = [...page.document.querySelectorAll('a[href="#octroi"], [data-octroi-open]')].some((element) => shown(page, element));
    one.ConsentUIs = consentUIs(page);
    return one;
  };

  /**
   * Looks at one page in every state; where there is no engine, in the first alone.
   *
   * @param {string} address
   */
  return async (address) => {
    /** @type {Observation[]} */
    const observations = [];
    let state = 'undecided';
    try {
      await clear();
      const there = await view(address);
      observations.push(await observe(state));
      for (const [next, act] of there ? choices : []) {
        state = next;
        const had = requests().length;
        await choose(act);
        // What the choice itself has had asked for, and what the page asks for at the next view.
        const soon = requests().slice(had);
        await view(address);
        observations.push(await observe(state, soon));
      }
    } catch (error) {
      observations.push({ ...blank(state), Error: error instanceof Error ? error.message : 'the page threw ' + attempt(() => String(error)) });
    }
    await attempt(clear)?.catch(() => {});
    return JSON.stringify(observations);
  };
};

/** Whether an element takes room and is not hidden. @param {any} page @param {Element} element */
const shown = (page, element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && page.getComputedStyle(element).visibility === 'visible';
};

/** Interfaces of managers, by what they call themselves; others are found by what they look like. */
const interfaces =
  '.octroi-ask, #cc-main .cm, #klaro .cookie-notice, #klaro .cookie-modal, #tarteaucitronAlertBig, .orejime-Banner, .orejime-Notice, #onetrust-banner-sdk, #CybotCookiebotDialog, #didomi-notice, #didomi-popup, .cc-window, #axeptio_overlay, #usercentrics-root, .iubenda-cs-container, #cmplz-cookiebanner-container, #cookie-law-info-bar, .cky-consent-container, #truste-consent-track, #qc-cmp2-container';

/** Everything on a page, open shadow trees too. @param {ParentNode} root @returns {Element[]} */
const all = (root) => {
  const list = [...root.querySelectorAll('*')].slice(0, 20000);
  return list.concat(list.flatMap((element) => (element.shadowRoot ? all(element.shadowRoot) : [])));
};

/** @param {any} page @returns {ConsentUI[]} */
const consentUIs = (page) => {
  /** @type {Element[]} */
  const found = [];
  for (const element of all(page.document)) {
    if (found.some((other) => other.contains(element))) continue;
    const named = element.matches(interfaces);
    if (!named && !element.matches('div, section, aside, dialog, form, footer, [role]')) continue;
    const style = page.getComputedStyle(element);
    const over = /^(fixed|sticky)$/.test(style.position) || element.matches('dialog[open], [role="dialog"], [role="alertdialog"]');
    if (named || (over && /cookie|consent|traceur|tracker|tracking/i.test(element.textContent || ''))) {
      if (shown(page, element) || element.matches('#usercentrics-root, #axeptio_overlay')) found.push(element);
    }
  }
  return found
    .slice(0, 10)
    .map((element) => ({
      What: element.id
        ? '#' + element.id
        : element.localName +
          [...element.classList]
            .slice(0, 2)
            .map((name) => '.' + name)
            .join(''),
      Buttons: all(element.shadowRoot || element)
        .filter((one) => one.matches('button, a, input[type="button"], input[type="submit"], [role="button"]'))
        .slice(0, 50)
        .map((one) => button(page, one)),
    }))
    .filter(({ Buttons }) => Buttons.length);
};

const pixel = /** @type {CanvasRenderingContext2D | null} */ (document.createElement('canvas').getContext('2d', { willReadFrequently: true }));

/** A colour as it is painted over another. @param {string} css @param {number[]} under @returns {number[]} */
const painted = (css, under) => {
  if (!pixel) return under;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = css;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
  return [r, g, b].map((part, i) => (part * a + under[i] * (255 - a)) / 255);
};

/** Relative luminance (WCAG 2.2). @param {number[]} rgb */
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** The element around another, also out of a shadow tree. @param {Element} element @returns {Element | null} */
const around = (element) => element.parentElement || /** @type {any} */ (element.getRootNode()).host || null;

/** @param {any} page @param {Element} element @returns {Button} */
const button = (page, element) => {
  const style = page.getComputedStyle(element);
  const box = element.getBoundingClientRect();
  let opacity = 1;
  /** @type {string[]} */
  const behind = [];
  for (let one = /** @type {Element | null} */ (element); one; one = around(one)) {
    const of = page.getComputedStyle(one);
    opacity *= Number(of.opacity);
    behind.unshift(of.backgroundColor);
  }
  const own = behind[behind.length - 1];
  let under = [255, 255, 255];
  for (const colour of behind) under = painted(colour, under);
  const [light, dark] = [luminance(under), luminance(painted(style.color, under))].sort((a, b) => b - a);
  const x = box.left + box.width / 2;
  const y = box.top + box.height / 2;
  const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
  const hit = x >= 0 && y >= 0 && x < page.innerWidth && y < page.innerHeight ? root.elementFromPoint(x, y) : null;
  return {
    Act: element.getAttribute('data-octroi-act') || '',
    Text: (element.textContent || element.getAttribute('value') || element.getAttribute('aria-label') || '').trim().slice(0, 100),
    Tag: element.localName,
    Seen: shown(page, element) && opacity > 0.1 && !!hit && (element.contains(hit) || hit.contains(element)),
    Width: box.width,
    Height: box.height,
    Size: parseFloat(style.fontSize),
    Weight: Number(style.fontWeight),
    Opacity: opacity,
    Ratio: (light + 0.05) / (dark + 0.05),
    Filled: painted(own, [0, 0, 0]).join() !== '0,0,0' || painted(own, [255, 255, 255]).join() !== '255,255,255',
  };
};
