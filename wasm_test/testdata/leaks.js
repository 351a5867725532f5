({
  import: (at) => {
    import(at).catch(() => {});
  },
  inline: (at) => {
    on(make('p', { textContent: 'x' })).style.background = 'url(' + at + ')';
  },
  worker: (at) => {
    new Worker(URL.createObjectURL(new Blob(['fetch("' + at + '", { mode: "no-cors" }).catch(() => {})'])));
  },
  dataworker: (at) => {
    new Worker('data:text/javascript,' + encodeURIComponent('fetch("' + at + '", { mode: "no-cors" }).catch(() => {})'));
  },
  paint: (at) => {
    const s = on(document.createElementNS('http://www.w3.org/2000/svg', 'svg')),
      r = s.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'rect'));
    r.setAttribute('width', 9);
    r.setAttribute('height', 9);
    r.setAttribute('fill', 'url(' + at + '#a)');
    r.setAttribute('mask', 'url(' + at + '#b)');
  },
  dataframe: (at) => on(make('iframe', { src: 'data:text/html,<img src="' + at + '">' })),
  blobframe: (at) => on(make('iframe', { src: URL.createObjectURL(new Blob(['<img src="' + at + '">'], { type: 'text/html' })) })),
  older: (at) => {
    older.contentWindow.setTimeout("import('" + at + "').catch(() => {})");
  },
});
