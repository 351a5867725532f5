(() => {
  const e = document.body.appendChild(document.createElement('p')),
    { sheet } = document.head.appendChild(document.createElement('style'));
  const text = document.body.appendChild(document.createElement('p')).appendChild(document.createTextNode(''));
  const all = {
    'style.left': (i) => {
      e.style.left = (i & 7) + 'px';
    },
    'style.background': (i) => {
      e.style.background = i & 1 ? 'red' : 'rgb(0,0,1)';
    },
    setProperty: (i) => e.style.setProperty('transform', i & 1 ? 'translate(1px)' : 'none'),
    cssText: (i) => {
      e.style.cssText = i & 1 ? 'left: 1px; top: 2px' : 'left: 2px';
    },
    insertRule: (i) => {
      sheet.insertRule('.r' + i + '{color:rgb(1,2,3);transform:translate(1px)}', 0);
      if (i % 50 === 49) while (sheet.cssRules.length) sheet.deleteRule(0);
    },
    animate: () => e.animate([{ opacity: 0 }, { opacity: 1 }], 1).cancel(),
    textContent: (i) => {
      e.textContent = i & 1 ? 'a' : 'b';
    },
    data: (i) => {
      text.data = i & 1 ? 'a' : 'b';
    },
    removeChild: () => {
      e.appendChild(text);
      e.removeChild(text);
    },
  };
  const out = {};
  for (const name in all) {
    let best = 1 / 0;
    for (let n = 0; n < 5; n++) {
      const from = performance.now();
      const rounds = /animate|insertRule/.test(name) ? 2000 : 10000;
      for (let i = 0; i < rounds; i++) all[name](i);
      best = Math.min(best, ((performance.now() - from) / rounds) * 1e6);
    }
    out[name] = best;
  }
  return out;
})();
