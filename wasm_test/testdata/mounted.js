(() => {
  window.main = document.querySelector('main');
  window.loads = [];
  const a = react(main, { type: 'text/plain', 'data-octroi': 'pixel', 'data-src': '/tag/a.js' });
  a.addEventListener('load', () => loads.push('a'));
  react(main, { type: 'text/plain', 'data-octroi': 'pixel', 'data-type': 'module', src: '/tag/b.js' });
  react(main, { type: 'text/plain', 'data-octroi': 'pixel' }, 'ran.push("inline")');
  cloned(main, '<script type="text/plain" data-octroi="pixel" data-src="/tag/c.js"><' + '/script>');
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.innerHTML = '<script type="text/plain" data-octroi="pixel">ran.push("svg")</' + 'script>';
  main.append(svg);
  const one = svg.appendChild(document.createElementNS(svg.namespaceURI, 'script'));
  one.setAttribute('type', 'text/plain');
  one.dataset.octroi = 'pixel';
  one.textContent = 'ran.push("made")';
  cloned(main, '<script type="text/plain" data-octroi="pixel">ran.push("cloned")<' + '/script>');
})();
