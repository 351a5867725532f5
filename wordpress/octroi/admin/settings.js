/*
 * The settings page: tells what is wrong with the declaration while it is written, adds services of
 * the catalogue, and looks at the site's pages.
 */
import { check } from './check.js';
import { explain } from '../ui/faults.js';

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {any} */ (document.getElementById(id));

const facts = JSON.parse(element('octroi-facts').textContent || '');
const form = /** @type {HTMLFormElement} */ (element('octroi-form'));
const editor = /** @type {HTMLTextAreaElement} */ (element('octroi-declaration'));
const verdict = element('octroi-verdict');
const list = element('octroi-faults');

/** Makes an element. @param {string} tag @param {...(string | Node)} children */
const make = (tag, ...children) => {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
};

/** Reads the declaration; null where it is no JSON object. @returns {any} */
const declared = () => {
  try {
    const value = JSON.parse(editor.value);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
};

/** Writes a changed declaration into the editor. @param {any} declaration */
const write = (declaration) => {
  editor.value = JSON.stringify(declaration, null, 2);
  editor.dispatchEvent(new Event('input'));
};

/** Puts the cursor at a line. @param {number} line from 1 on */
const goTo = (line) => {
  const before = editor.value.split('\n').slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const end = editor.value.indexOf('\n', start);
  editor.focus();
  editor.setSelectionRange(start, end < 0 ? editor.value.length : end);
  editor.scrollTop = (editor.scrollHeight / editor.value.split('\n').length) * (line - 4);
};

/** Makes the entry of a fault or a hint. @param {string} text @param {boolean} hint */
const entryOf = (text, hint) => {
  const { where, line, what, is, right } = explain(text, editor.value);
  const entry = make('li', make('code', where), ' ', what);
  if (hint) entry.className = 'octroi-hint';
  if (line) {
    const button = /** @type {HTMLButtonElement} */ (make('button', `Line ${line}`));
    button.type = 'button';
    button.className = 'button button-small';
    button.addEventListener('click', () => goTo(line));
    entry.prepend(button, ' ');
  }
  if (is) entry.append(make('pre', '− ' + is));
  if (right) {
    const should = make('pre', '+ ' + right);
    should.className = 'right';
    entry.append(should);
  }
  if (text.startsWith('$.use:')) {
    const button = /** @type {HTMLButtonElement} */ (make('button', 'Write these services out'));
    button.type = 'button';
    button.className = 'button button-small';
    button.addEventListener('click', writeOut);
    entry.append(' ', button);
  }
  return entry;
};

/** Says how the declaration stands. @param {'' | 'fine' | 'faulty'} state @param {string} text @param {HTMLElement[]} entries */
const say = (state, text, entries = []) => {
  verdict.dataset.state = state;
  verdict.textContent = text;
  list.replaceChildren(...entries);
};

/** The languages that the policy is wanted in: the site's, and those that the declaration has texts in. @param {any} declaration @returns {string[]} */
const languagesOf = (declaration) => {
  const all = new Set(facts.languages);
  if (declaration.language) all.add(declaration.language);
  for (const { label, text } of declaration.categories || []) {
    for (const texts of [label, text]) if (texts && typeof texts === 'object') for (const language of Object.keys(texts)) all.add(language);
  }
  return [...all];
};

/** Counts the checks: an older one says nothing any more. */
let latest = 0;

/** Checks the declaration as it is written now. @returns {Promise<boolean>} whether it may be saved; false where it was changed meanwhile */
const look = async () => {
  const current = ++latest;
  const text = editor.value.trim();
  fillCategories();
  element('octroi-policy').setAttribute('value', '');
  if (!text) {
    say('', '');
    return true;
  }
  say('', 'The engine reads it …');
  /** @type {Record<string, string>} */
  const policies = {};
  try {
    for (const language of languagesOf(declared() || {})) {
      const answer = await check(facts.assets, editor.value, language);
      if (current !== latest) return false;
      const hints = answer.hints.map((hint) => entryOf(hint, true));
      if (answer.faults.length) {
        const entries = answer.faults.map((fault) => entryOf(fault, false));
        const many = answer.faults.length > 1;
        const before = editor.defaultValue ? ' The declaration that was saved before still stands.' : '';
        say('faulty', `${many ? answer.faults.length + ' faults: mend them' : 'One fault: mend it'}, then save.${before}`, [...entries, ...hints]);
        return false;
      }
      if (answer.policy) policies[language] = answer.policy;
      say('fine', 'The engine finds no fault.', hints);
    }
  } catch (error) {
    if (current === latest) say('faulty', /** @type {Error} */ (error).message);
    return current === latest;
  }
  element('octroi-policy').setAttribute('value', JSON.stringify(policies));
  return true;
};

let timer = 0;
editor.addEventListener('input', () => {
  latest++;
  say('', '');
  clearTimeout(timer);
  timer = setTimeout(look, 300);
});
// The Tab key still leaves the editor: nobody is caught in it.
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  if (await look()) HTMLFormElement.prototype.submit.call(form);
  else verdict.scrollIntoView({ block: 'center' });
});

element('octroi-begin')?.addEventListener('click', () => {
  editor.value = facts.beginning;
  editor.dispatchEvent(new Event('input'));
});

/** The services that many sites use, as a declaration has them. @type {Promise<any[]>} */
const catalogue = fetch(new URL('catalog.json', facts.assets)).then((response) => response.json());

const category = /** @type {HTMLSelectElement} */ (element('octroi-category'));

/** Offers the declaration's categories. */
const fillCategories = () => {
  const ids = (declared()?.categories || []).filter((/** @type {any} */ one) => one?.id && !one.required).map((/** @type {any} */ one) => one.id);
  const before = category.value;
  if ([...category.options].map(({ value }) => value).join() === ids.join()) return;
  category.replaceChildren(...ids.map((/** @type {string} */ id) => make('option', id)));
  if (ids.includes(before)) category.value = before;
};

/** Which of the declaration's categories a service of the catalogue fits: that of its own name, or one that is often called so. @param {string} name */
const fitting = (name) => {
  /** @type {Record<string, string[]>} */
  const alike = {
    advertising: ['marketing', 'ads'],
    statistics: ['analytics', 'audience'],
    video: ['media', 'embeds'],
    maps: ['media', 'embeds'],
    music: ['media', 'embeds'],
    content: ['media', 'embeds'],
    social: ['media', 'marketing'],
  };
  const ids = [...category.options].map(({ value }) => value);
  return [name, .../** @type {any} */ (alike[name] || [])].find((id) => ids.includes(id));
};

/** Finds a service by its id or its name. @param {string} text */
const known = async (text) => (await catalogue).find(({ id, name }) => id === text || name.toLowerCase() === text.toLowerCase());

const service = /** @type {HTMLInputElement} */ (element('octroi-service'));
service.addEventListener('input', async () => {
  const fits = fitting((await known(service.value))?.category);
  if (fits) category.value = fits;
});

/** Adds a service of the catalogue to the declaration. @param {string} text its id or name @param {string} [into] a category */
const add = async (text, into) => {
  const found = await known(text);
  const declaration = declared();
  const say = (/** @type {string} */ line) => (element('octroi-added').textContent = line);
  if (!found) return say(`The catalogue has no “${text}”.`);
  if (!declaration) return say('The declaration has to be JSON first.');
  if (!into) return say('The declaration needs a category first that is not essential.');
  declaration.services ??= [];
  if (declaration.services.some((/** @type {any} */ one) => one?.id === found.id)) return say(`${found.name} is there already.`);
  declaration.services.push({ ...found, category: into });
  write(declaration);
  say(`${found.name} was added, in “${into}”. Save to use it.`);
};

element('octroi-add').addEventListener('click', () => add(service.value.trim(), category.value));
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-octroi-add]'))) {
  button.addEventListener('click', async () => {
    const id = button.dataset.octroiAdd || '';
    await add(id, fitting((await known(id))?.category) || category.value);
    editor.scrollIntoView({ block: 'center' });
  });
}

/** Writes out what stands under "use". */
const writeOut = async () => {
  const { use, ...declaration } = declared() || {};
  declaration.services ??= [];
  for (const [id, into] of Object.entries(use || {})) {
    const found = await known(id);
    if (found) declaration.services.push({ ...found, category: into });
  }
  write(declaration);
};

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-octroi-copy]'))) {
  button.addEventListener('click', async () => {
    const text = button.dataset.octroiCopy || '';
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      // Without https there is no clipboard: the markup is selected, to copy by hand.
      getSelection()?.selectAllChildren(/** @type {Node} */ (button.previousElementSibling));
    }
  });
}

element('octroi-look').addEventListener('click', async () => {
  const looked = element('octroi-looked');
  for (const [i, page] of facts.pages.entries()) {
    looked.textContent = `${i + 1} of ${facts.pages.length} …`;
    // Past any cache, as the one who is signed in: what such a page loads is kept.
    await fetch(page, { cache: 'reload' }).catch(() => {});
  }
  looked.textContent = 'Done.';
  if (editor.value === editor.defaultValue) location.reload();
  else looked.textContent += ' Save, and what was found appears.';
});

catalogue.then((services) =>
  element('octroi-services').append(...services.map(({ name }) => Object.assign(document.createElement('option'), { value: name }))),
);
look();
