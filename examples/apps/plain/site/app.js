/* What changes with a choice, and links that bring the next page into the document that is there. */

const showChoice = () => {
  document.querySelector('#stats').textContent = window.octroi?.allows('stats') ? 'yes' : 'no';
};

/** Shows the page at the document's address; a script in its head runs once, as on sites with Turbo. */
const show = async () => {
  const answer = await fetch(location.pathname);
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const script of next.head.querySelectorAll('script[data-octroi]'))
    if (!document.head.querySelector(`script[data-src="${script.dataset.src}"]`)) document.head.append(document.importNode(script, true));
  document.title = next.title;
  document.querySelector('main').replaceWith(document.importNode(next.querySelector('main'), true));
  showChoice();
};

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/"]');
  if (!link) return;
  event.preventDefault();
  history.pushState({}, '', link.href);
  show();
});
addEventListener('popstate', show);
for (const event of ['octroi:ready', 'octroi:change']) document.addEventListener(event, showChoice);
showChoice();
