const doors = {
  markup: {
    innerHTML: (text) => {
      make('div').innerHTML = text + '<img src=AT>';
    },
    insertAdjacentHTML: (text) => {
      make('div').insertAdjacentHTML('beforeend', text + '<img src=AT>');
    },
    fragment: (text) => {
      document.createRange().createContextualFragment(text + '<img src=AT>');
    },
    setHTMLUnsafe: (text) => {
      make('div').setHTMLUnsafe(text + '<img src=AT>');
    },
    srcdoc: (text) => {
      make('iframe').srcdoc = text + '<img src=AT>';
    },
    write: (text) => {
      const d = inside();
      d.open();
      d.write(text + '<img src=AT>');
      d.close();
    },
    pieces: (text) => {
      const d = inside();
      d.open();
      for (let i = 0; i < text.length; i += 4000) d.write(text.slice(i, i + 4000));
      d.write('<img src=AT>');
      d.close();
    },
    frame: (text) => {
      make('iframe').src = 'data:text/html,' + text;
    },
  },
  css: {
    style: (text) => {
      const s = make('style');
      s.textContent = text + 'url(AT)';
      document.head.append(s);
      s.remove();
    },
    sheet: (text) => {
      new CSSStyleSheet().replaceSync(text + 'url(AT)');
    },
    rule: (text) => {
      try {
        new CSSStyleSheet().insertRule('a { b: ' + text + 'url(AT) }');
      } catch {}
    },
    styled: (text) => {
      make('p').style.cssText = 'background: ' + text + 'url(AT)';
    },
    attribute: (text) => {
      make('p').setAttribute('style', 'background: ' + text + 'url(AT)');
    },
  },
  address: {
    srcset: (text) => {
      make('img').setAttribute('srcset', text + ' AT');
    },
    ping: (text) => {
      make('a').setAttribute('ping', text + ' AT');
    },
    source: (text) => {
      make('img').src = 'AT' + text;
    },
    fetch: (text) => {
      fetch('data:,' + text).catch(() => {});
    },
  },
  write: {
    cookie: (text) => {
      document.cookie = 'basket=' + text;
    },
    cookieEnd: (text) => {
      document.cookie = 'basket=1; ' + text;
    },
    storage: (text) => {
      try {
        localStorage.setItem('draft' + text, '1');
      } catch {}
    },
  },
  script: {
    inline: (text) => {
      const s = make('script');
      s.type = 'module';
      s.text = '/' + '*' + text;
      document.head.append(s);
      s.remove();
    },
    inlineText: (text) => {
      const s = make('script');
      s.text = '{ /' + '*' + text;
      document.head.append(s);
      s.remove();
    },
  },
};
// A frame that stands nowhere is parsed by nobody without Octroi; one that stands somewhere is.
if (!window.octroi)
  doors.markup.srcdoc = doors.markup.frame = (text) => {
    new DOMParser().parseFromString(text + '<img src=AT>', 'text/html');
  };
const make = (tag) => document.createElement(tag);
const frame = document.body.appendChild(make('iframe'));
frame.style.display = 'none';
const inside = () => frame.contentDocument;
window.linearDoors = () => Object.fromEntries(Object.entries(doors).map(([kind, list]) => [kind, Object.keys(list)]));
window.linear = async (kind, door, units) => {
  const all = [];
  for (const unit of units) {
    const took = [];
    for (const size of [1 << 13, 1 << 15, 1 << 17]) {
      let least = Infinity;
      for (let again = 0; again < 3; again++) {
        const text = unit.repeat(size / unit.length);
        const start = performance.now();
        try {
          doors[kind][door](text);
        } catch {}
        least = Math.min(least, performance.now() - start);
        if (least < 10 || least > 1000) break;
      }
      took.push(least);
      if (least > 2000) break;
      if (least > 20) await new Promise((done) => setTimeout(done));
    }
    all.push(took);
  }
  return all;
};
