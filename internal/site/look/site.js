/** Opens the menu where there is room for it, and searches. Without it, all pages can be read. */
const all = /** @type {HTMLDetailsElement | null} */ (document.querySelector('nav details.all'));
if (all && !document.querySelector('.frame.wide') && matchMedia('(min-width: 56rem)').matches) all.open = true;

/* What is scrolled on its own takes the focus only while it is wider than its place. */
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries)
    if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
    else target.removeAttribute('tabindex');
});
for (const wide of document.querySelectorAll('pre[tabindex], .scrolled')) watch.observe(wide);

const root = document.documentElement.dataset.root ?? '.';
const form = /** @type {HTMLFormElement} */ (document.querySelector('form.search'));
const input = /** @type {HTMLInputElement} */ (form.querySelector('input'));
const found = /** @type {HTMLElement} */ (form.querySelector('#found'));

/** @type {Promise<any> | undefined} */
let index;

/** Brings the index, which `./build.sh site` has made, when somebody begins to search. */
const bring = () => (index ??= import(new URL(`${root}/pagefind/pagefind.js`, location.href).href));

let latest = 0;

async function search() {
  const mine = ++latest;
  const words = input.value.trim();
  if (!words) return void found.replaceChildren();
  let results;
  try {
    const { results: hits } = await (await bring()).search(words);
    results = await Promise.all(hits.slice(0, 8).map((/** @type {any} */ hit) => hit.data()));
  } catch {
    results = undefined;
  }
  if (mine !== latest) return;
  if (!results) return void (found.textContent = 'The search could not be loaded.');
  if (!results.length) return void (found.textContent = `Nothing has “${words}”.`);
  const list = document.createElement('ul');
  for (const page of results) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = page.url;
    link.textContent = page.meta.title;
    const text = document.createElement('p');
    text.textContent = page.plain_excerpt ?? '';
    item.append(link, text);
    list.append(item);
  }
  found.replaceChildren(list);
}

if (location.protocol !== 'file:') {
  form.hidden = false;
  input.addEventListener('input', search);
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    search();
  });
}
