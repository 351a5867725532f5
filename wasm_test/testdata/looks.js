(() => {
  const seen = {};
  const result = (name, fn) => {
    try {
      seen[name] = [typeof fn(), String(fn())];
    } catch (error) {
      seen[name] = [error.constructor === window[error.name], error.name];
    }
  };
  const look = (name, object, key) => {
    const d = Object.getOwnPropertyDescriptor(object, key);
    const fn = (f) => f && [typeof f, f.name, f.length, String(f), Object.getOwnPropertyNames(f).sort(), 'prototype' in f, Function.prototype.toString.call(f)];
    seen[name] = d && [d.configurable, d.enumerable, d.writable, fn(d.get), fn(d.set), typeof d.value === 'function' ? fn(d.value) : typeof d.value];
  };
  look('cookie', Document.prototype, 'cookie');
  for (const key of ['setItem', 'getItem', 'removeItem', 'clear', 'key', 'length']) look(key, Storage.prototype, key);
  for (const key of ['localStorage', 'sessionStorage', 'StorageEvent']) look(key, window, key);
  look('storageArea', StorageEvent.prototype, 'storageArea');
  look('initStorageEvent', StorageEvent.prototype, 'initStorageEvent');
  look('cookieStore.set', CookieStore.prototype, 'set');
  look('indexedDB.open', IDBFactory.prototype, 'open');
  look('caches.open', CacheStorage.prototype, 'open');
  look('contentWindow', HTMLIFrameElement.prototype, 'contentWindow');
  look('contentDocument', HTMLIFrameElement.prototype, 'contentDocument');
  look('toString', Function.prototype, 'toString');
  for (const kind of ['Script', 'Image', 'IFrame', 'Embed', 'Media', 'Source', 'Track', 'Input'])
    look(kind + '.src', window['HTML' + kind + 'Element'].prototype, 'src');
  look('srcset', HTMLImageElement.prototype, 'srcset');
  look('href', HTMLLinkElement.prototype, 'href');
  look('setAttribute', Element.prototype, 'setAttribute');
  look('setAttributeNS', Element.prototype, 'setAttributeNS');
  for (const [kind, ...names] of [
    ['Node', 'appendChild', 'insertBefore', 'replaceChild'],
    [
      'Element',
      'append',
      'prepend',
      'before',
      'after',
      'replaceWith',
      'replaceChildren',
      'insertAdjacentElement',
      'insertAdjacentHTML',
      'innerHTML',
      'outerHTML',
      'setHTMLUnsafe',
    ],
    ['Document', 'append', 'write', 'writeln'],
    ['DocumentFragment', 'append'],
    ['CharacterData', 'before', 'after', 'replaceWith'],
    ['ShadowRoot', 'innerHTML'],
    ['Range', 'insertNode', 'surroundContents', 'createContextualFragment'],
  ]) {
    for (const name of names) look(kind + '.' + name, window[kind].prototype, name);
  }
  result('append child', () => {
    const d = document.createElement('div'),
      t = document.createTextNode('t');
    return [
      d.appendChild(t) === t,
      d.append('a', 'b'),
      d.innerHTML,
      d.insertBefore(document.createElement('b'), t).localName,
      d.replaceChild(document.createTextNode('r'), t) === t,
      d.outerHTML,
    ];
  });
  result('append nothing', () => document.body.appendChild());
  result('append null', () => document.body.appendChild(null));
  result('append to itself', () => document.body.appendChild(document.documentElement));
  result('inner', () => {
    const d = document.createElement('div');
    d.innerHTML = '<IMG src=/x ALT="a>b"><script src="/y"></script><p>1 < 2';
    return d.innerHTML;
  });
  result('inner null', () => {
    const d = document.createElement('div');
    d.innerHTML = null;
    d.insertAdjacentHTML('beforeend', 7);
    return d.outerHTML;
  });
  result('adjacent', () => document.body.insertAdjacentHTML('nowhere', ''));
  result('fragment', () => document.createRange().createContextualFragment('<img src=/x>').firstChild.outerHTML);
  result('own cookie', () => Object.keys(Object.getOwnPropertyDescriptors(document)));
  result('assign', () => (document.cookie = 'lang=fr'));
  result('read', () => document.cookie);
  result('symbol', () => (document.cookie = Symbol()));
  result(
    'throws',
    () =>
      (document.cookie = {
        toString() {
          throw new RangeError();
        },
      }),
  );
  result('once', () => {
    let n = 0;
    document.cookie = { toString: () => 'lang=' + ++n };
    return document.cookie;
  });
  result('stranger', () => Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call({}, 'lang=fr'));
  result('nothing', () => Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document));
  result('construct', () => new (Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set)());
  result('setItem', () => localStorage.setItem('draft', 1));
  result('too few', () => localStorage.setItem('draft'));
  result('stranger setItem', () => Storage.prototype.setItem.call({}, 'draft', 1));
  result('symbol key', () => localStorage.setItem(Symbol(), 1));
  result('quota', () => localStorage.setItem('draft', 'x'.repeat(6e6)));
  result('quota property', () => {
    'use strict';
    localStorage.draft = 'x'.repeat(6e6);
  });
  result('get', () => localStorage.getItem('draft') + localStorage.draft + localStorage['draft']);
  result('missing', () => [localStorage.getItem('no'), localStorage.no]);
  result('in', () => ['draft' in localStorage, 'no' in localStorage, 'setItem' in localStorage]);
  result('own', () => JSON.stringify(Object.getOwnPropertyDescriptor(localStorage, 'draft')));
  result('keys', () => Object.keys(localStorage).filter((key) => key !== 'octroi'));
  result('key', () => typeof localStorage.key(0));
  result('json', () => JSON.parse(JSON.stringify(localStorage)).draft);
  result('instance', () => [
    localStorage instanceof Storage,
    Object.prototype.toString.call(localStorage),
    Object.getPrototypeOf(localStorage) === Storage.prototype,
    localStorage.constructor === Storage,
  ]);
  result('same', () => [localStorage === window.localStorage, localStorage !== sessionStorage, localStorage.setItem === Storage.prototype.setItem]);
  result('method key', () => {
    localStorage.setItem('getItem', 1);
    const r = [typeof localStorage.getItem, localStorage.getItem('getItem')];
    localStorage.removeItem('getItem');
    return r;
  });
  result('delete', () => delete localStorage.draft && !('draft' in localStorage));
  result('length', () => typeof localStorage.length);
  result('expando', () => {
    const s = Symbol();
    localStorage[s] = 1;
    return [s in localStorage, delete localStorage[s]];
  });
  result('event', () => {
    const e = new StorageEvent('storage', { key: 'a', storageArea: localStorage });
    return [e.storageArea === localStorage, e.key, e instanceof StorageEvent, e.constructor === StorageEvent];
  });
  result('bad event', () => new StorageEvent('storage', { storageArea: {} }));
  result('options by getters', () => {
    class Options {
      get storageArea() {
        return localStorage;
      }
      get key() {
        return 'k';
      }
    }
    const e = new StorageEvent('storage', new Options());
    return [e.storageArea === localStorage, e.key];
  });
  result('init event', () => {
    const e = document.createEvent('StorageEvent');
    e.initStorageEvent('storage', true, false, 'k', 'o', 'n', 'u', localStorage);
    return [e.storageArea === localStorage, e.key, e.bubbles];
  });
  result('init few', () => {
    const e = new StorageEvent('x');
    e.initStorageEvent('storage');
    return [e.type, e.storageArea, e.key];
  });
  result('init wrong', () => new StorageEvent('x').initStorageEvent('storage', 1, 1, 'k', 'o', 'n', 'u', {}));
  result('extensible', () => [Object.isExtensible(localStorage), Reflect.preventExtensions(localStorage)]);
  result('derived', () => {
    const o = Object.create(localStorage);
    o.draft = 'd';
    return [Object.hasOwn(o, 'draft'), localStorage.draft];
  });
  result('clone', () => structuredClone(localStorage));
  result('no event', () => new StorageEvent());
  result('database', () => indexedDB.open());
  result('bad version', () => indexedDB.open('own', -1));
  result('stranger open', () => IDBFactory.prototype.open.call({}, 'own'));
  result('request', () => indexedDB.open('own', 1).constructor.name);
  result('frame', () => {
    const f = document.createElement('iframe');
    return [f.contentWindow, f.contentDocument];
  });
  result('src', () => {
    const i = new Image();
    i.src = '/a b';
    const a = [i.getAttribute('src'), new URL(i.src).pathname];
    i.setAttribute('SRC', 'c');
    return [...a, i.getAttribute('src'), i.attributes.length];
  });
  result('src of anything', () => {
    const i = new Image();
    i.src = null;
    i.srcset = undefined;
    i.alt = 1;
    return [i.getAttribute('src'), i.srcset, i.outerHTML];
  });
  result('own src', () => {
    const s = document.createElement('script');
    s.setAttribute('data-src', 'x');
    s.src = '';
    return s.outerHTML;
  });
  result('stranger src', () => Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').set.call({}, 'x'));
  result('wrong src', () => Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').set.call(document.body, 'x'));
  result('few attributes', () => document.body.setAttribute('src'));
  result('bad attribute', () => document.body.setAttribute('', 'x'));
  result('svg', () => {
    const e = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    e.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '#a');
    e.setAttribute('href', '#b');
    return e.outerHTML;
  });
  result('foreign src', () => {
    const i = new Image();
    i.src = 'http://127.0.0.1:1/x';
    return i.outerHTML;
  });
  result('for in', () => {
    let n = '';
    for (const key in localStorage) n += key;
    return n.replace('octroi', '');
  });
  result('toString of nothing', () => Function.prototype.toString.call(1));
  result('enumerable globals', () => Object.keys(window).filter((key) => /octroi/i.test(key)));
  return seen;
})();
