import { hydrateRoot } from 'react-dom/client';
import { App } from './package.jsx';

/** What React says of the page that it finds. */
window.said = [];
const { error } = console;
console.error = (...lines) => {
  said.push(lines.join(' '));
  error(...lines);
};
window.hydrate = () => {
  hydrateRoot(document.querySelector('#root'), <App />, { onRecoverableError: (error) => said.push('recoverable: ' + error) });
};
