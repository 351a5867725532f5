import { A } from '@solidjs/router';
import { ConsentScript, Embed } from 'octroi/solid';
import { Stats } from './Stats.jsx';

export const Film = () => (
  <main>
    <h1>Film</h1>
    <Stats />
    <Embed service="film" src="http://film.example/film.html" title="The spring show" width="480" height="270" />
    <ConsentScript service="stats" src="http://stats.example/tag.js?page=film" />
    <A id="to-home" href="/">
      Home
    </A>
  </main>
);
