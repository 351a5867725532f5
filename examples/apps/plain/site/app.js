/* What a page does with a choice, and links that bring the next page into the document that is there. */

// [import]
import { allows, consentScript, subscribe } from '/octroi/index.js';
// [/import]

const showChoice = () => {
  document.querySelector('#stats').textContent = allows('stats') ? 'yes' : 'no';
};

let leave = () => {};
const enter = () => {
  showChoice();
  leave = consentScript({ service: 'stats', src: document.querySelector('main').dataset.tag });
};

/** Shows the page at the document's address. */
const show = async () => {
  const answer = await fetch(location.pathname);
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  leave();
  document.title = next.title;
  document.querySelector('main').replaceWith(document.importNode(next.querySelector('main'), true));
  enter();
};

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/"]');
  if (!link) return;
  event.preventDefault();
  history.pushState({}, '', link.href);
  show();
});
addEventListener('popstate', show);
subscribe(showChoice);
enter();
