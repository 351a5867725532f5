/* Brings rows of markup in by every way that takes a text, and tells how many images that makes. */
window.oddMarkup = (rows, at, which) => {
  const { body } = document;
  const frames = [];
  const fresh = () => {
    const frame = document.createElement('iframe');
    body.append(frame);
    frames.push(frame);
    return frame.contentDocument;
  };
  const box = () => {
    const div = document.createElement('div');
    body.append(div);
    return div;
  };
  const inPieces = (html, length) => {
    const inner = fresh();
    inner.open();
    for (let i = 0; i < html.length; i += length) inner.write(html.slice(i, i + length));
    inner.close();
  };
  const ways = {
    innerHTML: (html) => (box().innerHTML = '<noscript></noscript>' + html),
    adjacent: (html) => box().insertAdjacentHTML('beforeend', html + '<noscript></noscript>'),
    contextual: (html) => box().append(document.createRange().createContextualFragment('<noscript></noscript>' + html)),
    command: (html) => {
      const editor = box();
      editor.contentEditable = true;
      editor.focus();
      document.execCommand('insertHTML', false, html);
    },
    write: (html) => inPieces(html, html.length),
    pieces: (html) => inPieces(html, 7),
    letters: (html) => inPieces(html, 1),
  };
  for (const way of which) rows.forEach((row, i) => ways[way](row.replaceAll('THIRD', () => at + way + i)));
  const count = (root) => root.querySelectorAll('img, image').length;
  return count(document) + frames.reduce((n, frame) => n + count(frame.contentDocument), 0);
};
