import { Consent, ConsentScript, Embed, useConsent } from 'octroi/react';
import { Map } from './Map.jsx';

export function Page() {
  const counted = useConsent('statistics'); // a category's or a service's id, or several: 'statistics video'
  return (
    <>
      {counted && <p>Visits are counted.</p>}

      <Consent id="maps" fallback={<p>Allow maps to see where we are.</p>}>
        <Map />
      </Consent>

      <ConsentScript service="statistics" src="https://stats.example/tag.js" />
      <ConsentScript service="statistics">{'startStatistics()'}</ConsentScript>

      <Embed service="film" src="https://film.example/embed/1" title="The spring show" width="480" height="270" />
    </>
  );
}
