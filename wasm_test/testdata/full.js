/*
 * Tries each door to another party from where the stack is as good as full, again and again
 * as it empties.
 */
{
  let n = 0;
  const script = (give) => {
    const made = document.createElement('script');
    give(made);
    document.head.append(made);
  };
  const frame = () => document.body.appendChild(document.createElement('iframe'));
  const styled = (act) => act(document.body.appendChild(document.createElement('p')));
  const quiet = (promise) => void promise.catch(() => {});
  const doors = {
    image: (at) => void (new Image().src = at),
    attribute: (at) => document.createElement('img').setAttribute('src', at),
    node: (at) => {
      const node = document.createAttribute('src');
      node.value = at;
      new Image().setAttributeNode(node);
    },
    script: (at) => script((made) => (made.src = at)),
    inserted: (at) => {
      const made = frame();
      made.src = at;
    },
    markup: (at) => void (document.createElement('div').innerHTML = `<img src="${at}">`),
    fragment: (at) => void document.createRange().createContextualFragment(`<img src="${at}">`),
    adjacent: (at) => document.body.insertAdjacentHTML('beforeend', `<img src="${at}">`),
    written: (at) => {
      const inside = frame().contentDocument;
      for (const part of ['<b title="', '<i>', `"><img src="${at}">`]) inside.write(part);
      inside.close();
    },
    fetch: (at) => quiet(fetch(at)),
    xhr: (at) => {
      const request = new XMLHttpRequest();
      request.open('GET', at);
      request.send();
    },
    beacon: (at) => navigator.sendBeacon(at),
    socket: (at) => new WebSocket(at.replace('http', 'ws')),
    events: (at) => new EventSource(at),
    style: (at) => styled((made) => (made.style.backgroundImage = `url(${at})`)),
    styleText: (at) => styled((made) => (made.style.cssText = `background: url(${at})`)),
    styleAttribute: (at) => styled((made) => made.setAttribute('style', `background: url(${at})`)),
    sheet: (at) => {
      const made = document.createElement('style');
      made.textContent = `@import "${at}"`;
      document.head.append(made);
    },
    link: (at) => {
      const made = document.createElement('link');
      made.rel = 'stylesheet';
      made.href = at;
      document.head.append(made);
    },
    realm: (at) => {
      const { contentWindow } = frame();
      new contentWindow.Image().src = at;
    },
    realmFetch: (at) => quiet(frame().contentWindow.fetch(at)),
    byNumber: (at) => {
      frame();
      quiet(window[window.length - 1].fetch(at));
    },
    byMarkup: (at) => {
      document.body.appendChild(document.createElement('div')).innerHTML = '<iframe></iframe>';
      quiet(window[window.length - 1].fetch(at));
    },
    keptInline: () => script((made) => (made.text = 'window.__pxInline = 1')),
    keptCookie: () => void (document.cookie = 'px1=1'),
    keptItem: () => localStorage.setItem('px1', '1'),
    keptProperty: () => void (localStorage.px1 = '1'),
  };

  window.full = {
    doors: Object.keys(doors),

    /** Goes through a door once. */
    once(name, third) {
      doors[name](third + name);
      return true;
    },

    /** Goes through a door from ever less full a stack, until it has returned thrice; whether it threw before. */
    deep(name, third) {
      const act = doors[name];
      const at = third + name;
      let full = false;
      let threw = 0;
      let done = 0;
      const deep = () => {
        try {
          deep();
        } catch {
          full = true;
        }
        if (!full || done > 2 || threw > 2000) return;
        try {
          act(`${at}?${n++}`);
          done++;
        } catch {
          threw++;
        }
      };
      deep();
      return threw > 0 && done > 0;
    },

    /** Fetches by each frame that has come, in whatever state it is; returns how many. */
    frames(third) {
      for (let i = 0; i < window.length; i++) {
        try {
          quiet(window[i].fetch(`${third}frame${i}`));
        } catch {}
      }
      return window.length;
    },
  };
}
