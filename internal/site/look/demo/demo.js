/* The demo: a shop in a frame, and beside it what a service worker, which plays its third parties, notes. */

const form = /** @type {HTMLFormElement} */ (document.getElementById('demo'));
const shop = /** @type {HTMLIFrameElement} */ (document.getElementById('shop'));
const log = /** @type {HTMLElement} */ (document.getElementById('log'));
const said = /** @type {HTMLElement} */ (document.getElementById('said'));

/** Notes what a third party got, or (an act) what the visitor did. @param {string} text @param {string} kind */
const note = (text, kind) => {
  const line = document.createElement('li');
  line.className = kind;
  line.textContent = text;
  log.append(line);
  const room = /** @type {HTMLElement} */ (log.parentElement);
  room.scrollTop = room.scrollHeight;
};

const manager = () => /** @type {RadioNodeList} */ (form.elements.namedItem('manager')).value;

/** How often the visitor has come since the managers know nothing of them. */
let visits = 0;

const visit = () => {
  const name = form.querySelector(':checked')?.closest('label')?.textContent?.trim();
  note(`${visits++ ? 'The visitor comes again' : 'A visitor comes for the first time'}. ${name} asks.`, 'act');
  // In the place of the page before: the tab's history stays this page's.
  shop.contentWindow?.location.replace(new URL(`shop/${manager()}.html?${Date.now()}`, location.href));
};

/** Notes what the visitor presses, so that the log shows what came of it. */
const watch = () =>
  shop.contentDocument?.addEventListener(
    'click',
    ({ target }) => {
      const pressed = /** @type {Element} */ (target).closest?.('button, a');
      const name = pressed?.textContent?.trim() || pressed?.getAttribute('aria-label');
      if (name) note(`The visitor presses “${name}”.`, 'act');
    },
    true,
  );

/** Takes away what the shop's pages keep of their visitor. The third parties have their own. */
const forget = () => {
  visits = 0;
  for (const pair of document.cookie.split('; ')) {
    const [name] = pair.split('=');
    if (/^(demo-|cc_cookie|klaro)/.test(name))
      for (const path of ['/', location.pathname.replace(/[^/]*$/, ''), `${location.pathname.replace(/[^/]*$/, '')}shop`])
        document.cookie = `${name}=; path=${path}; max-age=0`;
  }
  for (const key of Object.keys(localStorage)) if (/^(demo-|cc_|klaro)/.test(key)) localStorage.removeItem(key);
};

const begin = async () => {
  if (!navigator.serviceWorker)
    return void (said.textContent = 'This browser has no service workers here, which play the third parties: open the page by https, or on localhost.');
  await navigator.serviceWorker.register('third-parties.js', { scope: './' });
  await navigator.serviceWorker.ready;
  navigator.serviceWorker.addEventListener('message', ({ data }) => data?.got && note(`${data.method} ${data.got}`, 'got'));
  form.hidden = false;
  /** @type {HTMLElement} */ (document.querySelector('.beside-it')).hidden = false;
  forget();
  visit();
};

shop.addEventListener('load', watch);
form.addEventListener('change', () => {
  forget();
  visit();
});
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('click', ({ target }) => {
  const { do: what } = /** @type {HTMLElement} */ (target).dataset;
  if (what === 'forget') forget();
  if (what) visit();
});
begin().catch((error) => (said.textContent = `The demo could not start: ${error.message}`));
