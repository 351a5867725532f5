import Link from 'next/link';
import { Consent, ConsentScript } from 'octroi/next';
import { Stats } from './stats';

export default function Home() {
  return (
    <main>
      <h1>Home</h1>
      <Stats />
      <Consent id="stats">
        <p id="only">Visits are counted.</p>
      </Consent>
      <ConsentScript service="stats" src="http://stats.example/tag.js?page=home" />
      <Link id="to-film" href="/film">
        To the film
      </Link>
    </main>
  );
}
