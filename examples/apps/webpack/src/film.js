export default {
  tag: 'http://stats.example/tag.js?page=film',
  markup: `
    <h1>Film</h1>
    <p id="stats"></p>
    <octroi-embed service="film" src="http://film.example/film.html" title="The spring show" width="480" height="270"></octroi-embed>
    <a id="to-home" href="/">Home</a>`,
};
