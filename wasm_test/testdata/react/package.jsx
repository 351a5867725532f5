import { StrictMode, startTransition, useEffect, useState } from 'react';
import { Consent, ConsentScript, Embed, useConsent } from '../../../npm/octroi/lib/react.js';

const Stats = () => <p id="stats">{useConsent('pixel') ? 'yes' : 'no'}</p>;

const Page = () => (
  <section>
    <Consent id="pixel" fallback={<p id="instead">not counted</p>}>
      <p id="only">counted</p>
    </Consent>
    <ConsentScript service="pixel" src={third + '/ads/tag.js?react'} async />
    <ConsentScript service="pixel">{'(window.inline ??= []).push(1)'}</ConsentScript>
    <Embed service="pixel" src={third + '/ads/film'} title="A film" width="300" height="150" />
    <p>the end</p>
  </section>
);

/** What a site makes of the package: a page that comes and goes. */
export const App = () => {
  const [here, put] = useState(true);
  const [hydrated, set] = useState(false);
  useEffect(() => startTransition(() => set(true)), []);
  return (
    <StrictMode>
      <main data-hydrated={hydrated}>
        <button id="go" onClick={() => put(!here)}>
          Go
        </button>
        <Stats />
        {here && <Page />}
      </main>
    </StrictMode>
  );
};
