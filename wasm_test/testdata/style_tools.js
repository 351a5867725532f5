({
  p: (name, text = 'x') => {
    const e = make('p', { className: name, textContent: text });
    on(e);
    return e;
  },
  css: (text) => {
    const s = make('style');
    s.textContent = text;
    on(s);
    return s;
  },
  sheet: () => on(make('style')).sheet,
  rule: (text) => {
    const { sheet } = on(make('style'));
    sheet.insertRule(text);
    return sheet.cssRules[0];
  },
  svg: (tag, given) => {
    const ns = 'http://www.w3.org/2000/svg',
      s = document.createElementNS(ns, 'svg'),
      e = document.createElementNS(ns, tag);
    for (const n in given) e.setAttribute(n, given[n]);
    s.append(e);
    on(s);
  },
});
