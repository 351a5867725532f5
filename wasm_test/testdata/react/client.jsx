import { hydrateRoot } from 'react-dom/client';
import { App, Page } from './app.jsx';

/** What React says of the page that it finds. */
window.said = [];
const { error } = console;
console.error = (...lines) => {
  said.push(lines.join(' '));
  error(...lines);
};
const props = pages[location.pathname.split('/').at(-1)];
window.hydrate = () => {
  const options = { onRecoverableError: (error) => said.push('recoverable: ' + error) };
  if (props.whole || props.bootstrap) hydrateRoot(document, <Page {...props} />, options);
  else hydrateRoot(document.querySelector('#root'), <App {...props} />, options);
};
if (props.bootstrap) {
  hydrate();
  const wait = setInterval(() => {
    if (!document.querySelector('dialog[open]')) return;
    clearInterval(wait);
    fetch('/banner').catch(() => {});
  }, 10);
}
