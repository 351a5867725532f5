/* The configurator: a declaration as a form and as JSON, what it looks like, and what comes of it. */

import { at, history, packed, put, read, unpacked, write } from './model.js';
import { show, states } from './states.js';
import { zip } from './zip.js';

const form = /** @type {HTMLFormElement} */ (document.getElementById('configurator'));
/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
const frames = [...form.querySelectorAll('iframe')];

/** @param {string} tag @param {Record<string, any>} properties @param {(string | Node)[]} children @returns {any} */
const make = (tag, properties, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-')) element.setAttribute(name, value);
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...children);
  return element;
};

/** What a new declaration begins with. */
const fresh = {
  site: { name: 'My shop', controller: 'My Shop Ltd', contact: 'mailto:privacy@shop.example' },
  policy: { url: '/cookies', revision: '1' },
  categories: [
    { id: 'essential', required: true, label: 'Essential', text: 'Keeps your choices and your basket.' },
    { id: 'statistics', label: 'Statistics', text: 'Counts visits.' },
  ],
  services: [],
};

let now = read(write(fresh));
const past = history();
/** The declaration as it is on the site. */
let baseline = '';

/* The command, in a worker. */

const worker = new Worker('command.js', { type: 'module' });
/** @type {Map<number, (answer: Answer) => void>} */
const waiting = new Map();
let asked = 0;
/** @typedef {{ code: number, out: string, err: string, files: Record<string, Uint8Array> }} Answer */
worker.addEventListener('message', ({ data }) => {
  waiting.get(data.id)?.(data);
  waiting.delete(data.id);
});
worker.addEventListener('error', () => {
  for (const answer of waiting.values()) answer({ code: 2, out: '', err: 'The command could not be loaded.', files: {} });
  waiting.clear();
});

/** Runs the owner's command. @param {string[]} args @param {Record<string, string>} files @param {string} [out] @returns {Promise<Answer>} */
const command = (args, files, out) =>
  new Promise((done) => {
    waiting.set(++asked, done);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage({ id: asked, args, files, out });
  });

/* The form: each field has a path into the declaration. */

/** @typedef {{ path: string, label: string, options?: string[], hint?: string, area?: boolean, check?: boolean, list?: string }} Field */

/** A field, with a place for its fault. @param {Field} f */
const field = ({ path, label, options, hint = '', area, check, list }) => {
  const id = `field-${path}`;
  const common = { id, 'data-path': path, 'aria-describedby': `fault-${path}` };
  let control;
  if (options) control = make('select', common, make('option', { value: '' }, hint || 'as usual'), ...options.map((o) => make('option', { value: o }, o)));
  else if (area) control = make('textarea', { ...common, rows: 2, placeholder: hint });
  else if (check) control = make('input', { ...common, type: 'checkbox' });
  else control = make('input', { ...common, type: 'text', placeholder: hint, ...(list && { list: undefined }) });
  return make(
    'div',
    { className: check ? 'field check' : 'field' },
    make('label', { htmlFor: id }, label),
    control,
    make('p', { className: 'fault', id: `fault-${path}` }),
  );
};

const times = ['1 month', '3 months', '6 months', '12 months', '13 months'];
/** @type {Record<string, Field[]>} */
const fixed = {
  site: [
    { path: '$.site.name', label: 'The site’s name' },
    { path: '$.site.controller', label: 'Who is responsible (the controller)' },
    { path: '$.site.contact', label: 'Contact', hint: 'mailto:privacy@shop.example' },
    { path: '$.site.authority.name', label: 'Supervisory authority', hint: 'CNIL' },
    { path: '$.site.authority.url', label: 'Its address', hint: 'https://www.cnil.fr/' },
    { path: '$.site.domain', label: 'Domain whose hosts share choices', hint: 'shop.example' },
    { path: '$.policy.url', label: 'Cookie policy', hint: '/cookies' },
    { path: '$.policy.revision', label: 'Its revision' },
  ],
  look: [
    { path: '$.layout', label: 'Layout', options: ['corner', 'bar', 'dialog'], hint: 'corner' },
    { path: '$.theme.name', label: 'Theme', options: ['neutral', 'editorial', 'contrast', 'plain'], hint: 'neutral' },
    { path: '$.theme.scheme', label: 'Light or dark', options: ['page', 'auto', 'light', 'dark'], hint: 'as the page' },
    { path: '$.language', label: 'Language of plain texts', hint: 'en' },
  ],
  rules: [
    { path: '$.unknown', label: 'What no service declares', options: ['report', 'block'], hint: 'is reported' },
    { path: '$.enforce', label: 'The browser’s policy', options: ['refusal', 'always', 'hooks'], hint: 'from a refusal on' },
    { path: '$.onWithdraw', label: 'After a withdrawal', options: ['ask', 'reload'], hint: 'ask to reload' },
    { path: '$.sessionIdle', label: 'A visit ends after', hint: '30 minutes' },
    { path: '$.lifetimes.max', label: 'Longest life of anything', options: times, hint: '13 months' },
    { path: '$.erase.endpoint', label: 'Path that erases HttpOnly cookies', hint: '/erase' },
    { path: '$.receipts.endpoint', label: 'Path that takes receipts', hint: '/consent' },
  ],
};
const colors = ['ink', 'paper', 'soft', 'line', 'accent', 'onAccent'];

/** @param {number} i @returns {Field[]} */
const ofCategory = (i) => [
  { path: `$.categories[${i}].id`, label: 'Id' },
  { path: `$.categories[${i}].label`, label: 'Label' },
  { path: `$.categories[${i}].text`, label: 'What happens when it is granted', area: true },
  { path: `$.categories[${i}].required`, label: 'Essential: always on', check: true },
  { path: `$.categories[${i}].renewAfter`, label: 'Ask again after', options: times, hint: '6 months' },
  { path: `$.categories[${i}].gpc`, label: 'When the browser says no', options: ['ask', 'refuse'], hint: 'ask' },
];

/** @param {number} i @returns {Field[]} */
const ofService = (i) => [
  { path: `$.services[${i}].id`, label: 'Id' },
  {
    path: `$.services[${i}].category`,
    label: 'Category',
    options: (now.value.categories ?? []).map((/** @type {any} */ c) => String(c?.id ?? '')),
    hint: 'choose one',
  },
  { path: `$.services[${i}].name`, label: 'Name' },
  { path: `$.services[${i}].provider`, label: 'Provider' },
  { path: `$.services[${i}].purpose`, label: 'Purpose', area: true },
  { path: `$.services[${i}].policy`, label: 'Privacy policy', hint: 'https://' },
  { path: `$.services[${i}].urls`, label: 'Addresses, a line each', area: true },
];

/** A group that can be taken out. @param {string} path @param {string} title @param {Field[]} fields */
const group = (path, title, fields) =>
  make(
    'details',
    { className: 'one', 'data-group': path },
    make('summary', {}, title),
    ...fields.map(field),
    make('button', { type: 'button', 'data-do': 'remove', 'data-remove': path }, `Remove ${title}`),
  );

/** What the form is made for: it is made anew where there are other groups. */
let shape = '';

/** Makes the fields, and keeps open what was open. */
const shapeForm = () => {
  const { categories = [], services = [] } = now.value;
  /** @param {any} list */
  const names = (list) => (Array.isArray(list) ? list : []).map((one, i) => String(one?.id || i + 1));
  const next = JSON.stringify([names(categories), names(services)]);
  if (next === shape) return;
  shape = next;
  const open = new Set([...form.querySelectorAll('details.one[open]')].map((d) => /** @type {HTMLElement} */ (d).dataset.group));
  const focused = document.activeElement?.id;
  byId('categories').replaceChildren(...names(categories).map((name, i) => group(`$.categories[${i}]`, name, ofCategory(i))));
  byId('services').replaceChildren(...names(services).map((name, i) => group(`$.services[${i}]`, name, ofService(i))));
  for (const details of /** @type {NodeListOf<HTMLDetailsElement>} */ (form.querySelectorAll('details.one')))
    details.open = open.has(details.dataset.group ?? '');
  if (focused) byId(focused)?.focus();
};

/** What a field shows of a value. @param {any} value */
const shown = (value) => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join('\n');
  // A text for each language is edited as JSON.
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** Puts the declaration's values into the fields, but for the one that is being written in. */
const fillForm = () => {
  for (const control of /** @type {NodeListOf<any>} */ (form.querySelectorAll('[data-path]'))) {
    const value = at(now.value, control.dataset.path);
    if (control === document.activeElement && control.type !== 'checkbox') continue;
    if (control.type === 'checkbox') control.checked = value === true;
    else if (control.type === 'color') control.value = value ?? control.dataset.own ?? '#000000';
    else control.value = shown(value);
  }
  if (byId('json') !== document.activeElement) byId('json').value = now.text;
  const can = past.state();
  /** @type {any} */ (form.querySelector('[data-do=undo]')).disabled = !can.undo;
  /** @type {any} */ (form.querySelector('[data-do=redo]')).disabled = !can.redo;
};

/** A field's value as the declaration has it. @param {any} control */
const given = (control) => {
  if (control.type === 'checkbox') return control.checked || undefined;
  if (control.dataset.path.endsWith('.urls')) {
    const lines = control.value
      .split('\n')
      .map((/** @type {string} */ l) => l.trim())
      .filter(Boolean);
    return lines.length ? lines : undefined;
  }
  const text = control.value;
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // It is not finished.
    }
  }
  return text;
};

/* What the engine says. */

/** Shows faults at their fields; those of no field stand below the JSON. @param {{ path: string, reason: string, right: string, line?: number, message?: string }[]} faults */
const tellFaults = (faults) => {
  for (const place of form.querySelectorAll('.fault')) place.textContent = '';
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  for (const { path, reason, right } of faults) {
    const exact = byId(`fault-${path}`) ?? byId(`fault-${path.replace(/\[\d+\]$/, '')}`);
    if (!exact) continue;
    exact.textContent = `${reason}: ${right}.`;
    byId(exact.id.replace('fault-', 'field-'))?.setAttribute('aria-invalid', 'true');
    const details = exact.closest('details');
    if (details) details.dataset.faulty = '';
  }
  for (const details of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('details[data-faulty]'))) {
    if (![...details.querySelectorAll('.fault')].some((f) => f.textContent)) delete details.dataset.faulty;
  }
  const list = make('ul', {}, ...faults.map((f) => make('li', {}, f.line ? `Line ${f.line}: ` : '', `${f.path}: ${f.reason}; ${f.right}`)));
  byId('faults').replaceChildren(faults.length ? list : 'The engine finds no fault.');
};

/** @param {{ pair: string, least: number, light: any, dark: any }[]} pairs */
const tellContrasts = (pairs) => {
  /** @param {any} one */
  const cell = ({ ratio, legible, upon, ground }) => {
    const sample = make('span', { className: 'sample', ariaHidden: 'true' });
    Object.assign(sample.style, { color: upon, background: ground });
    const figure = ratio ? `${Math.floor(ratio * 100) / 100}:1` : '–';
    return make('td', {}, sample, ` ${figure} ${legible ? '✓' : 'too pale'}`);
  };
  byId('contrasts').replaceChildren(
    ...pairs.map(({ pair, least, light, dark }) => make('tr', {}, make('th', { scope: 'row' }, `${pair}, at least ${least}:1`), cell(light), cell(dark))),
  );
  for (const { pair, light, dark } of pairs) {
    const [upon, ground] = pair.split(' on ');
    for (const [shade, of] of /** @type {[string, any][]} */ ([
      ['light', light],
      ['dark', dark],
    ])) {
      for (const [name, color] of [
        [upon, of.upon],
        [ground, of.ground],
      ]) {
        const control = byId(`field-$.theme.${shade}.${name}`);
        if (!control || !color) continue;
        control.dataset.own = color;
        if (at(now.value, control.dataset.path) === undefined) control.value = color;
      }
    }
  }
};

/** @param {any} difference */
const tellAsked = ({ categories, notes }) => {
  /** @type {Record<string, string>} */
  const who = { nobody: 'nobody is asked again', granted: 'those who granted anything of it are asked again', everybody: 'everybody is asked' };
  byId('asked').replaceChildren(
    make('ul', {}, ...categories.map((/** @type {any} */ c) => make('li', {}, make('strong', {}, c.id), `: ${who[c.who] ?? c.who}. ${c.why.join(' ')}`))),
    ...notes.map((/** @type {string} */ note) => make('p', {}, note)),
  );
};

let judged = 0;

/** Has the engine judge the declaration, and shows what it says. */
const judge = async () => {
  const mine = ++judged;
  if (now.error) {
    byId('faults').textContent = now.error;
    return true;
  }
  const files = { 'octroi.json': now.text, 'old.json': baseline };
  const found = await command(['check', '--json', 'octroi.json'], files);
  if (mine !== judged) return;
  if (!found.out) {
    byId('faults').textContent = found.err;
    return;
  }
  const [file] = JSON.parse(found.out).files;
  tellFaults(file.faults);
  if (file.contrasts.length) tellContrasts(file.contrasts);
  if (file.faults.length) {
    byId('asked').textContent = 'Once the faults are mended, this tells.';
    return true;
  }
  const compared = await command(['diff', '--json', 'old.json', 'octroi.json'], files);
  if (mine !== judged) return;
  if (compared.out) tellAsked(JSON.parse(compared.out));
  else byId('asked').textContent = compared.err;
  return false;
};

/* The preview. */

/** @param {string} name */
const chosen = (name) => /** @type {RadioNodeList} */ (form.elements.namedItem(name)).value;

const preview = async () => {
  /** @type {any} */ (window).declared = now.error ? '{}' : now.text;
  const state = chosen('state');
  byId('status').textContent = 'One moment …';
  form.dataset.state = 'busy';
  // With a fault nothing is asked; the frames say so by themselves.
  const faulty = Boolean(now.error) || Boolean(byId('faults').querySelector('li'));
  const focused = document.activeElement;
  try {
    const there = await show(frames, state, { shade: chosen('shade'), lang: String(now.value.language ?? 'en') }, faulty);
    if (!there) return;
    byId('status').textContent = faulty
      ? 'The declaration has a fault: the engine asks for nothing until it is mended.'
      : `Both frames show: ${states[/** @type {keyof typeof states} */ (state)]}.`;
    form.dataset.state = faulty ? 'faulty' : 'shown';
  } catch (error) {
    byId('status').textContent = `This state has not come. Nothing may need consent yet: add a service. (${/** @type {Error} */ (error).message})`;
    form.dataset.state = 'missing';
  }
  // A dialog that opens takes the focus into its frame, from whoever moves through the form.
  if (document.activeElement && frames.includes(/** @type {any} */ (document.activeElement))) /** @type {any} */ (focused)?.focus?.({ preventScroll: true });
};

/** Has each frame as large as its place lets it be. @param {ResizeObserverEntry} entry */
const fit = ({ target, contentRect }) => {
  const frame = /** @type {HTMLIFrameElement} */ (target.querySelector('iframe'));
  const scale = Math.min(1, contentRect.width / Number(frame.width), Math.max(480, innerHeight * 0.75) / Number(frame.height));
  frame.style.scale = String(scale);
  Object.assign(/** @type {HTMLElement} */ (target.firstElementChild).style, {
    width: `${Number(frame.width) * scale}px`,
    height: `${Number(frame.height) * scale}px`,
  });
};
const fitting = new ResizeObserver((entries) => requestAnimationFrame(() => entries.forEach(fit)));

/* Changes. */

let later = 0;

/** Shows what came of a change, once its author pauses. */
const settle = () => {
  clearTimeout(later);
  form.dataset.state = 'asked';
  later = setTimeout(async () => {
    try {
      history_(await packed(now.text));
    } catch {
      // The address stays as it is.
    }
    const faulty = await judge();
    if (faulty !== undefined) await preview();
  }, 400);
};
/** @param {string} part */
const history_ = (part) => window.history.replaceState(null, '', `#${part}`);

/** Takes a new text. @param {string} text @param {string} from the field that it comes from */
const take = (text, from) => {
  if (text === now.text) return;
  past.note(now.text, from, performance.now());
  now = read(text);
  if (!now.error) shapeForm();
  fillForm();
  settle();
};

/** Changes the declaration. @param {(value: any) => void} change @param {string} from */
const edit = (change, from) => {
  if (now.error) return void (byId('said').textContent = 'Mend the JSON first.');
  const value = structuredClone(now.value);
  change(value);
  take(write(value), from);
};

/** @type {any[]} */
let known = [];

/** Lists known services that a word fits. */
const find = async () => {
  if (!known.length) known = await (await fetch('../octroi/catalog.json')).json();
  const word = byId('find').value.trim().toLowerCase();
  const has = new Set((now.value.services ?? []).map((/** @type {any} */ s) => s?.id));
  const hits = word
    ? known.filter((s) =>
        [s.name, s.provider, s.id, ...(s.urls ?? []), ...(s.cookies ?? []).map((/** @type {any} */ c) => c.name)].some((t) =>
          String(t).toLowerCase().includes(word),
        ),
      )
    : [];
  byId('known').replaceChildren(
    ...hits
      .slice(0, 8)
      .map((s) =>
        make(
          'li',
          {},
          `${s.name}, of ${s.provider} `,
          make('button', { type: 'button', disabled: has.has(s.id), 'data-do': 'add', 'data-id': s.id }, has.has(s.id) ? 'Added' : `Add ${s.name}`),
        ),
      ),
  );
};

/** Adds a known service, and its category if there is none. @param {string} id */
const add = (id) => {
  const service = known.find((s) => s.id === id);
  edit((value) => {
    value.categories ??= [];
    if (!value.categories.some((/** @type {any} */ c) => c.id === service.category)) {
      const label = service.category.charAt(0).toUpperCase() + service.category.slice(1).replaceAll('-', ' ');
      value.categories.push({ id: service.category, label, text: service.purpose.en ?? label });
    }
    (value.services ??= []).push(service);
  }, id);
  find();
};

/** @param {string} name @param {Blob} content */
const download = (name, content) => {
  const link = make('a', { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** Reads what somebody has: a declaration, or what another manager was configured by. */
const bring = async () => {
  /** @type {Record<string, string>} */
  const files = {};
  for (const file of byId('files').files) files[file.name] = await file.text();
  const text = byId('pasted').value.trim();
  if (text) files[text.startsWith('<') ? 'pasted.html' : text.startsWith('{') ? 'pasted.json' : 'pasted.js'] = text;
  const names = Object.keys(files);
  if (!names.length) return void (byId('imported').textContent = 'Choose a file, or paste one.');
  const own = names.map((name) => read(files[name])).find(({ error, value }) => !error && value.categories && value.site);
  if (own) {
    take(write(own.value), 'import');
    return void (byId('imported').textContent = 'This is the declaration now.');
  }
  byId('imported').textContent = 'One moment …';
  const { code, out, err } = await command(['migrate', '--json', ...names], files);
  if (code || !out) return void (byId('imported').textContent = err || 'Nothing of another manager is in these files.');
  const { declaration, questions = [] } = JSON.parse(out);
  take(write(declaration), 'import');
  byId('imported').replaceChildren(
    make('p', {}, `This is the declaration now. What only you can answer: ${questions.length}.`),
    make('ul', {}, ...questions.map((/** @type {any} */ q) => make('li', {}, typeof q === 'string' ? q : (q.text ?? JSON.stringify(q))))),
  );
};

/** Makes the site's files, as octroi build does. */
const build = async () => {
  byId('built').textContent = 'The files are being made …';
  const { code, out, err, files } = await command(['build', '--no-sizes', 'octroi.json', '-o', 'octroi'], { 'octroi.json': now.text }, 'octroi');
  if (code) return void (byId('built').textContent = out + err);
  download('octroi.zip', zip(Object.fromEntries(Object.entries(files).map(([name, content]) => [`octroi/${name}`, content]))));
  const { html } = JSON.parse(new TextDecoder().decode(files['manifest.json']));
  byId('built').replaceChildren(
    make(
      'p',
      {},
      'Put the folder of the zip onto your site as /octroi/, and these lines into each page: the first one first in <head>, the last one at its foot.',
    ),
    make('pre', { tabIndex: 0, 'aria-label': 'The lines to paste' }, make('code', {}, html.join('\n'))),
  );
};

/** @type {Record<string, (target: HTMLElement) => unknown>} */
const actions = {
  undo: () => restore(past.undo(now.text)),
  redo: () => restore(past.redo(now.text)),
  fresh: () => take(write(fresh), 'fresh'),
  share: async () => {
    const link = new URL(location.href);
    link.hash = await packed(now.text);
    history_(link.hash.slice(1));
    try {
      await navigator.clipboard.writeText(link.href);
      byId('said').textContent = 'The link is copied. Whoever opens it sees this declaration; no server does.';
    } catch {
      byId('said').textContent = 'The clipboard is closed here. Copy the address of this page: it has the declaration.';
    }
  },
  category: () =>
    edit((value) => (value.categories ??= []).push({ id: `category-${value.categories.length + 1}`, label: 'New', text: 'What it is for.' }), 'category'),
  service: () =>
    edit(
      (value) =>
        (value.services ??= []).push({
          id: `service-${value.services.length + 1}`,
          category: value.categories?.find((/** @type {any} */ c) => !c.required)?.id ?? '',
          name: 'New',
          provider: '',
          purpose: '',
        }),
      'service',
    ),
  remove: ({ dataset }) => edit((value) => put(value, dataset.remove ?? '', undefined), dataset.remove ?? ''),
  add: ({ dataset }) => add(dataset.id ?? ''),
  baseline: () => {
    baseline = now.text;
    settle();
  },
  import: bring,
  save: () => download('octroi.json', new Blob([now.text], { type: 'application/json' })),
  zip: build,
};

/** @param {string | undefined} text */
const restore = (text) => {
  if (text === undefined) return;
  now = read(text);
  if (!now.error) shapeForm();
  byId('json').value = now.text;
  fillForm();
  settle();
};

/** Begins with what the address has. */
const begin = async () => {
  for (const [place, fields] of Object.entries(fixed)) byId(place).replaceChildren(...fields.map(field));
  byId('colors').replaceChildren(
    ...colors.map((color) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, color),
        ...['light', 'dark'].map((shade) => {
          const path = `$.theme.${shade}.${color}`;
          return make(
            'td',
            {},
            make('input', {
              type: 'color',
              id: `field-${path}`,
              'data-path': path,
              'aria-label': `${color}, ${shade}`,
              'aria-describedby': `fault-$.theme.${shade}`,
            }),
          );
        }),
      ),
    ),
  );
  byId('look').append(make('p', { className: 'fault', id: 'fault-$.theme.light' }), make('p', { className: 'fault', id: 'fault-$.theme.dark' }));
  byId('states').replaceChildren(
    ...Object.entries(states).map(([id, name], i) =>
      make('label', {}, make('input', { type: 'radio', name: 'state', value: id, checked: i === 0 }), make('span', {}, name)),
    ),
  );
  if (location.hash.length > 1) {
    try {
      now = read(await unpacked(location.hash.slice(1)));
    } catch {
      byId('said').textContent = 'The address has no declaration that could be read; this is a new one.';
    }
  }
  baseline = now.error ? write(fresh) : now.text;
  shapeForm();
  form.hidden = false;
  fillForm();
  for (const frame of frames) fitting.observe(/** @type {Element} */ (frame.closest('figure')));
  settle();
};

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', ({ target }) => {
  const control = /** @type {any} */ (target);
  if (control.id === 'json') take(control.value, 'json');
  else if (control.id === 'find') find();
  else if (control.dataset.path) edit((value) => put(value, control.dataset.path, given(control)), control.id);
});
form.addEventListener('change', ({ target }) => {
  if (['state', 'shade'].includes(/** @type {any} */ (target).name)) preview();
});
form.addEventListener('click', ({ target }) => {
  const button = /** @type {HTMLElement} */ (target).closest('[data-do]');
  if (button) actions[/** @type {HTMLElement} */ (button).dataset.do ?? '']?.(/** @type {HTMLElement} */ (button));
});
form.addEventListener('keydown', (event) => {
  const { key, ctrlKey, metaKey, shiftKey } = event;
  if (!(ctrlKey || metaKey) || key.toLowerCase() !== 'z') return;
  event.preventDefault();
  actions[shiftKey ? 'redo' : 'undo'](form);
});
begin();
