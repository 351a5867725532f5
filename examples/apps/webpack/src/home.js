export default {
  tag: 'http://stats.example/tag.js?page=home',
  markup: `
    <h1>Home</h1>
    <p id="stats"></p>
    <a id="to-film" href="/film">To the film</a>`,
};
