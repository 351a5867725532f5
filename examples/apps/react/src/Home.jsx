import { Consent, ConsentScript } from 'octroi/react';
import { Link } from 'react-router';
import { Stats } from './Stats.jsx';

export const Home = () => (
  <main>
    <h1>Home</h1>
    <Stats />
    <Consent id="stats">
      <p id="only">Visits are counted.</p>
    </Consent>
    <ConsentScript service="stats" src="http://stats.example/tag.js?page=home" />
    <Link id="to-film" to="/film">
      To the film
    </Link>
  </main>
);
