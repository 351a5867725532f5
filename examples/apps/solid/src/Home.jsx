import { A } from '@solidjs/router';
import { Consent, ConsentScript } from 'octroi/solid';
import { Stats } from './Stats.jsx';

export const Home = () => (
  <main>
    <h1>Home</h1>
    <Stats />
    <Consent id="stats">
      <p id="only">Visits are counted.</p>
    </Consent>
    <ConsentScript service="stats" src="http://stats.example/tag.js?page=home" />
    <A id="to-film" href="/film">
      To the film
    </A>
  </main>
);
