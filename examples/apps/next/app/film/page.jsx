import Link from 'next/link';
import { ConsentScript, Embed } from 'octroi/next';
import { Stats } from '../stats';

export default function Film() {
  return (
    <main>
      <h1>Film</h1>
      <Stats />
      <Embed service="film" src="http://film.example/film.html" title="The spring show" width="480" height="270" />
      <ConsentScript service="stats" src="http://stats.example/tag.js?page=film" />
      <Link id="to-home" href="/">
        Home
      </Link>
    </main>
  );
}
