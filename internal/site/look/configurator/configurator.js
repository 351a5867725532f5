/* The configurator: a declaration as a form and as JSON, what it looks like, and what comes of it. */

import { colors, field, fixed, ofCategory, ofService } from './fields.js';
import { make } from './make.js';
import { at, history, itemsOf, lined, packed, put, read, todo, unpacked, write } from './model.js';
import { address, show, states } from './states.js';
import { ofPage, sheet, styled } from './style.js';
import { zip } from './zip.js';

const form = /** @type {HTMLFormElement} */ (document.getElementById('configurator'));
/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
const frames = [...form.querySelectorAll('iframe')];
/** Where form and preview stand side by side. */
const beside = matchMedia('(min-width: 60rem) and (min-height: 45rem)');

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

/* The form. */

/** A group that can be taken out. @param {string} path @param {string} title @param {import('./fields.js').Field[]} fields */
const group = (path, title, fields) =>
  make(
    'details',
    { className: 'one', 'data-group': path },
    make('summary', {}, title),
    make('div', { className: 'grid' }, ...fields.map(field), make('button', { type: 'button', 'data-do': 'remove', 'data-remove': path }, `Remove ${title}`)),
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
  byId('services').replaceChildren(...names(services).map((name, i) => group(`$.services[${i}]`, name, ofService(i, names(categories)))));
  for (const details of /** @type {NodeListOf<HTMLDetailsElement>} */ (form.querySelectorAll('details.one')))
    details.open = open.has(details.dataset.group ?? '');
  if (focused) byId(focused)?.focus();
};

/** What a field shows of a value. @param {any} value */
const shown = (value) => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.some((one) => typeof one === 'object') ? lined(value) : value.join('\n');
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
  if (/\.(cookies|storage)$/.test(control.dataset.path)) return itemsOf(control.value, at(now.value, control.dataset.path));
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
  const { wrong } = styled(now.value.theme?.$style);
  for (const [name, hint] of Object.entries(wrong)) {
    byId(`fault-$.theme.$style.${name}`).textContent = hint;
    byId(`field-$.theme.$style.${name}`).setAttribute('aria-invalid', 'true');
  }
  byId('faults').replaceChildren(faults.length ? list : 'The engine finds no fault.');
};

/** @param {{ pair: string, least: number, light: any, dark: any }[]} pairs */
const tellContrasts = (pairs) => {
  const { theme } = now.value;
  /** @param {string} pair @param {string} shade @param {any} one */
  const cell = (pair, shade, { ratio, legible, upon, ground }) => {
    if (ofPage(theme, shade, pair.split(' on ')[0])) return make('td', {}, 'the page’s');
    const sample = make('span', { className: 'sample', ariaHidden: 'true', 'data-text': pair.startsWith('line') ? '──' : 'Aa' });
    Object.assign(sample.style, { color: upon, background: ground });
    const figure = ratio ? `${Math.floor(ratio * 100) / 100}:1` : '–';
    return make('td', legible ? {} : { className: 'wrong' }, sample, ` ${figure} ${legible ? '✓' : 'too pale'}`);
  };
  byId('contrasts').replaceChildren(
    ...pairs.map(({ pair, least, light, dark }) =>
      make('tr', {}, make('th', { scope: 'row' }, pair, make('small', {}, `at least ${least}:1`)), cell(pair, 'light', light), cell(pair, 'dark', dark)),
    ),
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
const chosen = (name) => /** @type {RadioNodeList | HTMLSelectElement} */ (form.elements.namedItem(name)).value;

const preview = async () => {
  const { set } = styled(now.value.theme?.$style);
  Object.assign(window, { declared: now.error ? '{}' : now.text, styled: set });
  byId('style').textContent = sheet(set);
  byId('styled').hidden = !sheet(set);
  const look = { shade: chosen('shade'), lang: chosen('lang') };
  for (const frame of frames) /** @type {any} */ (frame.closest('figure')).querySelector('a').href = address(frame, look);
  const state = chosen('state');
  byId('status').textContent = 'One moment …';
  form.dataset.state = 'busy';
  // With a fault nothing is asked; the frames say so by themselves.
  const faulty = Boolean(now.error) || Boolean(byId('faults').querySelector('li'));
  const focused = document.activeElement;
  try {
    const there = await show(frames, state, look, faulty);
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
  const caption = /** @type {HTMLElement} */ (target.querySelector('figcaption')).offsetHeight;
  // Beside the form a figure is as high as its place; below it, it is as high as its frame.
  const tallest = beside.matches ? contentRect.height - caption - 2 : Math.max(480, innerHeight * 0.75);
  const scale = Math.max(0.1, Math.min(1, (contentRect.width - 2) / Number(frame.width), tallest / Number(frame.height)));
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

/** Copies a text; where the clipboard is closed, it is selected. @param {string} text @param {any} [shown] where the text stands */
const copy = async (text, shown) => {
  try {
    await navigator.clipboard.writeText(text);
    byId('said').textContent = 'Copied.';
    return true;
  } catch {
    if (!shown) return false;
    if ('select' in shown) shown.select();
    else getSelection()?.selectAllChildren(shown);
    shown.focus({ preventScroll: true });
    byId('said').textContent = 'The clipboard is closed here. The text is selected: copy it with Ctrl+C or ⌘C.';
    return false;
  }
};

/** @param {string} name @param {Blob} content */
const download = (name, content) => {
  const link = make('a', { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/**
 * Tells what was brought, and what is left to do.
 *
 * @param {string} said
 * @param {{ where: string, text: string }[]} questions what only the owner can answer
 * @param {{ file: string, line: number, before: string, works: boolean, after: string, note?: string }[]} lines of pages
 */
const tellImported = (said, questions, lines) => {
  const works = lines.filter((l) => l.works && !l.note);
  const rest = lines.filter((l) => !works.includes(l));
  /** @param {string} text */
  const code = (text) => make('pre', { tabIndex: 0, role: 'group', ariaLabel: 'A line' }, make('code', {}, text));
  byId('imported').replaceChildren(
    make('p', {}, said),
    ...(questions.length
      ? [
          make('h3', {}, `What only you can answer: ${questions.length}`),
          make('ul', {}, ...questions.map(({ where, text }) => make('li', {}, make('code', {}, where), ` ${text}`))),
        ]
      : []),
    ...(rest.length
      ? [
          make('h3', {}, 'In your pages'),
          make(
            'ul',
            { className: 'before-after' },
            ...rest.map(({ file, line, before, after, note = '' }) =>
              make('li', {}, `${file}:${line} `, code(before), after ? 'becomes' : note || 'goes away', ...(after ? [code(after), note] : [])),
            ),
          ),
        ]
      : []),
    ...(works.length ? [make('p', {}, `Lines that work as they are: ${works.length}.`)] : []),
  );
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
  // The findings of an audit have its draft in them.
  const own = names
    .map((name) => read(files[name]).value)
    .map((value) => value.draft ?? value)
    .find((value) => value.categories && value.site);
  if (own) {
    take(write(own), 'import');
    return tellImported('This is the declaration now.', todo(own), []);
  }
  byId('imported').textContent = 'One moment …';
  const { code, out, err } = await command(['migrate', '--json', ...names], files);
  if (code || !out) return void (byId('imported').textContent = err || 'Nothing of another manager is in these files.');
  const { managers, declaration, questions, leftOut, lines } = JSON.parse(out);
  take(write(declaration), 'import');
  const left = leftOut?.length ? ` Octroi has its own way for: ${leftOut.join(', ')}.` : '';
  tellImported(`From ${managers.join(' and ')}: this is the declaration now.${left}`, questions ?? [], lines ?? []);
};

/** What the build is told besides the declaration. */
const buildOptions = () => {
  const path = byId('path').value.trim();
  const langs = byId('langs')
    .value.split(/[\s,;]+/)
    .filter(Boolean);
  return [
    ...(path && path !== '/octroi/' ? ['--path', path] : []),
    ...(langs.length ? ['--lang', langs.join(',')] : []),
    ...(byId('integrity').checked ? ['--integrity'] : []),
  ];
};

/** Shows the command that makes the same files. */
const tellCommand = () => {
  const quoted = buildOptions().map((word) => (/^[\w./,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  byId('npx').textContent = ['npx octroi build octroi.json -o public/octroi', ...quoted].join(' ');
};

/** Makes the site's files, as octroi build does. */
const build = async () => {
  byId('built').textContent = 'The files are being made …';
  const { code, out, err, files } = await command(
    ['build', '--no-sizes', 'octroi.json', '-o', 'octroi', ...buildOptions()],
    { 'octroi.json': now.text },
    'octroi',
  );
  if (code) return void (byId('built').textContent = out + err);
  download('octroi.zip', zip(Object.fromEntries(Object.entries(files).map(([name, content]) => [`octroi/${name}`, content]))));
  const { html } = JSON.parse(new TextDecoder().decode(files['manifest.json']));
  byId('built').replaceChildren(
    make(
      'p',
      {},
      `Put the folder of the zip onto your site as ${byId('path').value.trim() || '/octroi/'}, and these lines into each page: the first one first in <head>, the last one at its foot.`,
    ),
    make('pre', { id: 'lines', tabIndex: 0, role: 'group', ariaLabel: 'The lines to paste' }, make('code', {}, html.join('\n'))),
    make('button', { type: 'button', 'data-do': 'copy', 'data-copy': 'lines' }, 'Copy the lines'),
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
    byId('said').textContent = (await copy(link.href))
      ? 'The link is copied. Whoever opens it sees this declaration; no server does.'
      : 'The clipboard is closed here. Copy the address of this page: it has the declaration.';
  },
  copy: ({ dataset }) => {
    const shown = byId(dataset.copy ?? '');
    return copy(shown.value ?? shown.textContent, shown);
  },
  jump: ({ dataset }) => {
    const title = byId(dataset.to ?? '');
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: 'start' });
  },
  own: () =>
    edit((value) => {
      for (const shade of ['light', 'dark']) put(value, `$.theme.${shade}`, undefined);
    }, 'own'),
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
  byId('states').replaceChildren(
    ...Object.entries(states).map(([id, name], i) =>
      make('label', {}, make('input', { type: 'radio', name: 'state', value: id, checked: i === 0 }), make('span', {}, name)),
    ),
  );
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const languages = await (await fetch('languages.json')).json();
  byId('lang').replaceChildren(
    ...languages.map((/** @type {string} */ code) => make('option', { value: code, selected: code === 'en' }, names.of(code) ?? code)),
  );
  if (!matchMedia('(min-width: 60rem)').matches)
    for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (form.querySelectorAll('.text, .part ~ .part'))) part.open = false;
  if (location.hash.length > 1) {
    try {
      now = read(await unpacked(location.hash.slice(1)));
    } catch {
      byId('said').textContent = 'The address has no declaration that could be read; this is a new one.';
    }
  }
  baseline = now.error ? write(fresh) : now.text;
  tellCommand();
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
  else if (['path', 'langs', 'integrity'].includes(control.id)) tellCommand();
  else if (control.dataset.path) edit((value) => put(value, control.dataset.path, given(control)), control.id);
});
form.addEventListener('change', ({ target }) => {
  if (['state', 'shade', 'lang'].includes(/** @type {any} */ (target).name)) preview();
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
// Another declaration in the address: a link that somebody opens in this very tab.
addEventListener('hashchange', async () => {
  try {
    take(await unpacked(location.hash.slice(1)), 'address');
  } catch {
    byId('said').textContent = 'The address has no declaration that could be read.';
  }
});
begin();
