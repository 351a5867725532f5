import { useEffect, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';

/** Whether a category or a service is granted; the component is drawn again when that changes. */
const subscribe = (changed) => {
  const stop = ['ready', 'change'].map((event) => window.octroi.on(event, changed));
  return () => stop.forEach((one) => one());
};
export const useConsent = (id) => useSyncExternalStore(subscribe, () => window.octroi.allows(id), () => false);

/** A tag that is added once its service is granted: the drop-in holds it until then. */
export const useScript = (src) =>
  useEffect(() => {
    const script = Object.assign(document.createElement('script'), { src });
    document.head.append(script);
    return () => script.remove();
  }, [src]);

const Player = () => <iframe data-octroi="player" data-src="{third}/social/video.html" width="480" height="270" title="The spring show" />;

const Statistics = () => {
  useScript('{third}/matomo/matomo.js');
  return <p id="says">{useConsent('matomo') ? 'Visits are counted.' : 'Visits are not counted.'}</p>;
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
