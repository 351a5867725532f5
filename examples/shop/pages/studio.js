/*
 * The studio: shows the interface in two frames, in the state that is wanted. What is declared, its
 * faults and its contrasts the server tells, by the engine's own code; each state is brought about
 * in the real pages by the clicks of a visitor.
 */

const form = document.getElementById('studio');
const frames = [...form.querySelectorAll('iframe')];
const narrow = matchMedia('(max-width: 48rem)');

/** How long a state may take to come, in ms. */
const patience = 15000;
/** Says that a state that is being brought about is no longer wanted. */
const outdated = new Error('outdated');
let wanted = 0;

/** The controls' values. A colour that is the theme's own, and what is left empty, is left out. */
const values = () => {
  const given = new URLSearchParams();
  for (const { name, type, value, checked, dataset } of form.elements) {
    if (name && value && (type !== 'radio' || checked) && (type !== 'color' || value !== dataset.own)) given.set(name, value);
  }
  return given;
};

/** The name of a state's control. @param {string} name */
const chosen = (name) => form.elements[name].value;

/** Waits, frame by frame of the screen, until a page gives something. */
const until = async (current, give) => {
  for (const end = performance.now() + patience; ; await new Promise((next) => setTimeout(next, 16))) {
    if (current !== wanted) throw outdated;
    const given = give();
    if (given) return given;
    if (performance.now() > end) throw new Error('It has not come: ' + give);
  }
};

/** The address of a frame's page. */
const address = (frame, more = {}) => '/preview/frame?' + new URLSearchParams([...values(), ['frame', frame.id], ...Object.entries(more)]);

/** Takes away what a frame's pages keep of their visitor. The names are those of its record. */
const forget = ({ id }) => {
  for (const name of document.cookie.split('; ').map((pair) => pair.split('=')[0])) {
    if (name.startsWith('studio-' + id)) document.cookie = name + '=; path=/; max-age=0';
  }
  for (const store of [localStorage, sessionStorage]) {
    for (const key of Object.keys(store)) if (key.startsWith('studio-' + id)) store.removeItem(key);
  }
};

/** A visitor of a frame: what it sees, and what it does. */
const visitor = (frame, current) => {
  const page = () => frame.contentDocument;
  const seen = (selector) => {
    const element = page()?.querySelector(selector);
    return element?.checkVisibility?.({ visibilityProperty: true }) !== false && element?.getClientRects().length ? element : null;
  };
  const sees = (selector) => until(current, () => seen(selector));
  return {
    sees,
    goes: async (more) => {
      const marked = frame.contentWindow;
      marked.leaves = true;
      marked.location.replace(address(frame, more));
      await until(current, () => !frame.contentWindow.leaves && page().readyState === 'complete' && frame.contentWindow.octroi?.state());
    },
    presses: async (selector) => (await sees(selector)).click(),
    has: (test) => until(current, () => test(frame.contentWindow)),
  };
};

const ask = 'dialog.octroi-ask[open]';
const choices = 'dialog.octroi-preferences[open]';
const act = (name, within = '.octroi') => `${within} [data-octroi-act="${name}"]`;

/** Refuses everything, and puts the message away. */
const refuses = async ({ presses, sees }) => {
  await presses(act('refuse', ask));
  await sees('.octroi-status');
  await presses(act('dismiss', '.octroi-status'));
};

/** Where a visitor comes to a state from, if not from today's page. */
const origins = { again: { months: 7 } };

/** How a visitor comes to each state, beginning on a page that has asked. */
const ways = {
  first: ({ sees }) => sees(ask),
  second: async ({ presses, sees }) => {
    await presses(ask + ' .octroi-select');
    await sees(choices);
  },
  standin: async (they) => {
    await refuses(they);
    // Scrolling it into view would scroll the studio, too.
    await they.has((page) => {
      const embed = page.document.querySelector('iframe[data-octroi]');
      page.scrollTo(0, page.scrollY + embed.getBoundingClientRect().top - page.innerHeight / 3);
      return embed;
    });
    await they.sees('.octroi-embed');
  },
  message: async ({ presses, sees }) => {
    await presses(act('refuse', ask));
    await sees('.octroi-status');
  },
  policy: async (they) => {
    await refuses(they);
    await they.goes({ page: 'policy' });
    await they.sees('[data-octroi-declaration] .octroi-policy');
  },
  again: async ({ presses, goes, has, sees }) => {
    await presses(act('accept', ask));
    await has(({ octroi }) => octroi.state().decided);
    await goes();
    await sees(ask);
  },
  reload: async ({ presses, sees, has }) => {
    await presses(act('accept', ask));
    await has(({ dataLayer }) => dataLayer);
    await presses(act('preferences', '.octroi-status'));
    await presses(act('refuse', choices));
    await sees(act('reload'));
  },
};

/** Brings a state about in a frame. */
const bring = async (frame, state, current) => {
  const they = visitor(frame, current);
  frame.style.colorScheme = chosen('shade');
  forget(frame);
  await they.goes(origins[state]);
  await ways[state](they);
};

/** Whether a frame's page takes the shade for its visitor's system: Safari's goes by the real one. */
const followsShade = ({ contentWindow }) => contentWindow.matchMedia('(prefers-color-scheme: dark)').matches === (chosen('shade') === 'dark');

const status = document.getElementById('status');

/** Shows the state that is wanted in both frames. */
const show = async (faulty) => {
  const current = ++wanted;
  const state = chosen('state');
  const focused = document.activeElement;
  status.textContent = 'One moment …';
  form.dataset.state = 'busy';
  const name = form.querySelector('[name=state]:checked + span').textContent;
  let said = `Both frames show: ${name}.`;
  try {
    // With a fault nothing is asked: there is a page, and no interface to bring about.
    await Promise.all(frames.map((frame) => (faulty ? visitor(frame, current).goes() : bring(frame, state, current))));
    if (chosen('scheme') === 'auto' && !followsShade(frames[0])) said += ' This browser’s frames go by your system’s scheme, so “auto” does.';
    if (faulty) said = 'The declaration has a fault: the engine grants nothing and asks for nothing until it is mended.';
  } catch (error) {
    if (error === outdated) return;
    said = `Not all of it came: ${error.message}`;
  }
  // A dialog that opens takes the focus into its frame, from whoever moves through the controls.
  if (frames.includes(document.activeElement)) focused?.focus?.({ preventScroll: true });
  status.textContent = said;
  form.dataset.state = faulty ? 'faulty' : 'shown';
};

/** @param {string} tag @param {Record<string, any>} properties @param {(string | Node)[]} children */
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** A cell with a contrast, its colours and what it comes to. */
const figure = (pair, ratio, right, [color, ground]) => {
  const sample = make('span', { className: 'sample', ariaHidden: 'true' });
  // No text of the page's own: its colours may be ones that nobody can read.
  sample.dataset.text = pair.startsWith('line') ? '──' : 'Aa';
  Object.assign(sample.style, { color, background: ground });
  const mark = right
    ? make('span', { className: 'mark' }, '✓', make('span', { className: 'spoken' }, 'passes'))
    : make('span', { className: 'mark' }, 'too pale');
  return make('td', { className: right ? 'right' : 'wrong' }, color ? sample : '', `${ratio} `, mark);
};

/** Shows what the engine says of the controls. */
const tell = ({ faults, colors, contrasts, part, style }) => {
  for (const line of form.querySelectorAll('.fault')) {
    const control = line.id.slice('fault-'.length);
    line.textContent = faults[control] || '';
    form.elements[control]?.setAttribute('aria-invalid', String(!!faults[control]));
  }
  for (const { pair, right } of contrasts) {
    for (const color of pair.split(' on ')) {
      for (const [i, shade] of ['light', 'dark'].entries()) if (!right[i]) form.elements[`${shade}.${color}`].setAttribute('aria-invalid', 'true');
    }
  }
  for (const [name, color] of Object.entries(colors)) {
    const field = form.elements[name];
    const isOwn = field.value === field.dataset.own;
    field.dataset.own = color.toLowerCase();
    if (isOwn) field.value = color;
  }
  form
    .querySelector('.contrasts tbody')
    .replaceChildren(
      ...contrasts.map(({ pair, least, ratio, right, shown }) =>
        make('tr', {}, make('th', { scope: 'row' }, pair, make('small', {}, `at least ${least}`)), ...ratio.map((n, i) => figure(pair, n, right[i], shown[i]))),
      ),
    );
  document.getElementById('part').textContent = part;
  document.getElementById('style').textContent = style;
  document.getElementById('styled').hidden = !style;
  for (const frame of frames) frame.closest('figure').querySelector('a').href = address(frame);
};

let asked = 0;

/** Has the engine judge the controls; the last answer counts. @returns {Promise<boolean | undefined>} whether the declaration has faults */
const judge = async () => {
  const current = ++asked;
  const answer = await (await fetch('/preview/check?' + values())).json();
  if (current !== asked) return;
  tell(answer);
  history.replaceState(null, '', '?' + values());
  return (
    ['lang', 'layout', 'theme', 'scheme', 'light', 'dark', ''].some((control) => answer.faults[control]) ||
    Object.keys(answer.faults).some((control) => control.includes('.'))
  );
};

const redraw = async () => {
  const faulty = await judge();
  if (faulty !== undefined) await show(faulty);
};

/** Gives the colours back to the theme. */
const own = () => {
  for (const field of form.querySelectorAll('[type=color]')) field.value = field.dataset.own;
};

/** Has each frame as large as its place lets it be. */
const fit = ({ target, contentRect }) => {
  const frame = target.querySelector('iframe');
  const tallest = frame.id === 'phone' && !narrow.matches ? Math.max(480, innerHeight * 0.78) / frame.height : 1;
  const scale = Math.min(1, contentRect.width / frame.width, tallest);
  frame.style.scale = String(scale);
  Object.assign(target.firstElementChild.style, { width: `${frame.width * scale}px`, height: `${frame.height * scale}px` });
};
// What an observer resizes in its own turn, it would have to be told of again.
const fitting = new ResizeObserver((entries) => requestAnimationFrame(() => entries.forEach(fit)));

/** Copies a text; where the clipboard is closed, the text is selected. */
const copy = async (id) => {
  const text = document.getElementById(id);
  const said = document.getElementById('copied');
  try {
    await navigator.clipboard.writeText(text.textContent);
    said.textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren(text);
    text.focus({ preventScroll: true });
    said.textContent = 'The clipboard is closed here. The text is selected: copy it with Ctrl+C or ⌘C.';
  }
};

const languages = new Intl.DisplayNames('en', { type: 'language' });
for (const option of form.elements.lang.options) {
  const code = option.value;
  option.value = code;
  try {
    option.textContent = `${languages.of(code)} (${code})`;
  } catch {
    // It is no language's code; what is wrong with it stands below.
  }
}
for (const field of form.querySelectorAll('[type=color]')) {
  // Until the engine has told the theme's own colours, those of the address are chosen.
  field.dataset.own = new URLSearchParams(location.search).has(field.name) ? '' : field.value;
}
if (narrow.matches) for (const group of form.querySelectorAll('.controls details')) group.open = false;
for (const { parentElement } of frames) fitting.observe(parentElement.parentElement);

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', ({ target }) => target.type === 'color' && judge());
form.addEventListener('change', ({ target }) => {
  if (target.name === 'theme') own();
  redraw();
});
form.addEventListener('click', ({ target }) => {
  if (target.dataset.copy) copy(target.dataset.copy);
  if (target.id === 'own') {
    own();
    redraw();
  }
});
redraw();
