// [import]
import { allows, consentScript, subscribe } from 'octroi';
import 'octroi/embed';
// [/import]
import film from './film.js';
import home from './home.js';

const pages = { '/': home, '/film': film };

/** What of a page changes with a choice. */
const drawChoice = () => {
  const granted = allows('stats');
  document.querySelector('#stats').textContent = granted ? 'yes' : 'no';
  document.querySelector('#only')?.remove();
  if (granted && location.pathname === '/') document.querySelector('#stats').insertAdjacentHTML('afterend', '<p id="only">Visits are counted.</p>');
};

let leave = () => {};
const show = () => {
  leave();
  const page = pages[location.pathname] ?? home;
  document.querySelector('main').innerHTML = page.markup;
  drawChoice();
  leave = consentScript({ service: 'stats', src: page.tag });
};

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/"]');
  if (!link) return;
  event.preventDefault();
  history.pushState({}, '', link.href);
  show();
});
addEventListener('popstate', show);
subscribe(drawChoice);
show();
