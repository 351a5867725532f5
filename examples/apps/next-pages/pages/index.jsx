import Head from 'next/head';
import Link from 'next/link';
import { Consent, ConsentScript } from 'octroi/next';
import { Stats } from '../parts/stats';

export default function Home() {
  return (
    <main>
      <Head>
        <title>Home</title>
      </Head>
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
