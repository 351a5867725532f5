import { useEffect, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';

/**
 * Whether a category or a service is granted; the component is drawn again when that
 * changes. Where octroi.js cannot be had, as with some filter lists, nothing is.
 */
const subscribe = (changed) => {
  const events = ['octroi:ready', 'octroi:change'];
  events.forEach((event) => document.addEventListener(event, changed));
  return () => events.forEach((event) => document.removeEventListener(event, changed));
};
export const useConsent = (id) => useSyncExternalStore(subscribe, () => window.octroi?.allows(id) ?? false, () => false);

/** A tag that is added once its service is granted, however often the component comes and goes. */
const added = new Set();
export const useScript = (src, granted) =>
  useEffect(() => {
    if (!granted || added.has(src)) return;
    added.add(src);
    document.head.append(Object.assign(document.createElement('script'), { src }));
  }, [src, granted]);

// Rendered by a server, it also needs suppressHydrationWarning while one develops with React 18: once granted, it has a src.
const Player = () => <iframe data-octroi="player" data-src="{third}/social/video.html" width="480" height="270" title="The spring show" />;

const Statistics = () => {
  const counted = useConsent('matomo');
  useScript('{third}/matomo/matomo.js', counted);
  return <p id="says">{counted ? 'Visits are counted.' : 'Visits are not counted.'}</p>;
};

const App = () => {
  const [page, setPage] = useState('home');
  return (
    <>
      <button id="go" onClick={() => setPage(page === 'home' ? 'film' : 'home')}>{page === 'home' ? 'To the film' : 'Back'}</button>
      {page === 'home' ? <Statistics /> : <Player />}
      <button data-octroi-open>Cookies</button>
    </>
  );
};

createRoot(document.getElementById('app')).render(<App />);
