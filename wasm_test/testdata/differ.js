/*
 * Makes markups by number, brings each into a document by one of the doors that there are,
 * and tells what tree came of it, as a hash: a page with Octroi and one without must tell the
 * same, but for what is held. It stands before the drop-in, and reads with what it took then.
 */
{
  const { apply, getOwnPropertyDescriptor } = Reflect;
  const getter = (kind, name) => getOwnPropertyDescriptor(kind.prototype, name).get;
  const read = {
    type: getter(Node, 'nodeType'),
    first: getter(Node, 'firstChild'),
    next: getter(Node, 'nextSibling'),
    text: getter(CharacterData, 'data'),
    attributes: getter(Element, 'attributes'),
    local: getter(Element, 'localName'),
    space: getter(Element, 'namespaceURI'),
    shadow: getter(Element, 'shadowRoot'),
    content: getter(HTMLTemplateElement, 'content'),
  };

  /** The addresses that markups name: of a service that is shut, of nobody's, and none that is asked. */
  const held = 'http://ads.localhost:1/a';
  const places = [held, held, 'http://ads.localhost:1/b?c&d=e', '//ads.localhost:1/a', 'http://other.localhost:1/c', 'data:,x', '#', ''];

  const random = (seed) => {
    let a = Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bf03635;
    const next = () => {
      a = (a + 0x6d2b79f5) | 0;
      let t = Math.imul(a ^ (a >>> 15), 1 | a);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const below = (n) => Math.floor(next() * n);
    return { next, below, of: (list) => list[below(list.length)] };
  };

  const pieces = [
    ...'<>"\'`=/ \n\t\f\0&;!-?',
    ...[
      '&quot;',
      '&#39;',
      '&gt;',
      '&lt;',
      '&amp;',
      '&#104;',
      '&NotEqualTilde;',
      '&#0;',
      '\u00a0',
      '\ud83d',
      'é',
      '--',
      '-->',
      '--!>',
      '<!--',
      '<!-->',
      '<!',
      '<?',
      '</',
      '/>',
      ']]>',
      '<![CDATA[',
    ],
    ...[
      '<!doctype html>',
      '<b>',
      '</b>',
      '<p>',
      '</p>',
      '<br/>',
      '<li>',
      '<a>',
      '</a>',
      '<form>',
      '<button>',
      '<nobr>',
      '<font color=a>',
      '<i x="',
      "<i x='",
      '<i x=',
      '<i x',
    ],
    ...[
      '<script>',
      '</script>',
      '<style>',
      '</style>',
      '<textarea>',
      '</textarea>',
      '<title>',
      '</title>',
      '<xmp>',
      '</xmp>',
      '<noscript>',
      '</noscript>',
      '<noembed>',
      '<noframes>',
      '<iframe>',
      '</iframe>',
      '<plaintext>',
    ],
    ...[
      '<svg>',
      '</svg>',
      '<math>',
      '</math>',
      '<mtext>',
      '<mglyph>',
      '<desc>',
      '<foreignObject>',
      '<annotation-xml encoding="text/html">',
      '<template>',
      '</template>',
      '<template shadowrootmode="open">',
      '<select>',
      '</select>',
      '<option>',
      '<table>',
      '<tr>',
      '<td>',
      '</table>',
      '<caption>',
      '<colgroup>',
      '<col>',
      '<frameset>',
      '<frame src="AT">',
      '<head>',
      '<body>',
      '<html>',
    ],
    ...[
      '<img src=AT>',
      '<img src="AT">',
      "<img src='AT' alt='>'>",
      '<img srcset="AT 1x, AT 2x">',
      '<img/src="AT"/onerror=XSS()>',
      '<image src=AT>',
      '<iframe src="AT"></iframe>',
      '<iframe srcdoc="<img src=AT>">',
      '<link rel=stylesheet href="AT">',
      '<script src="AT"></script>',
      '<script>XSS()</script>',
      '<script>"<img src=AT>"</script>',
      '<object data="AT">',
      '<embed src=AT>',
      '<video src="AT" poster=AT>',
      '<audio src=AT>',
      '<source src=AT srcset=AT>',
      '<track src=AT>',
      '<input type=image src=AT>',
      '<table background=AT>',
      '<td background=AT>',
      '<body background=AT>',
      '<a ping=AT href=AT>',
      '<svg><image href="AT"/>',
      '<svg><image xlink:href=AT>',
      '<svg><script href=AT></script>',
      '<svg><style>@import "AT"</style>',
      '<svg><use href=AT>',
      '<svg><set attributeName=href to=AT>',
      '<svg><feImage href=AT>',
    ],
    ...[
      '<style>a{background:url(AT)}</style>',
      '<style>@import "AT";</style>',
      '<style>a{b:c}</style>',
      '<p style="background:url(AT)">',
      '<p style=\'background:url("AT")\'>',
      '<b title="<img src=AT alt=\' onmouseover=XSS() x=\'>">t</b>',
      '<b title="</style><img src=AT>">',
      "<b title='<script src=AT>'>",
      '<!-- <img src=AT> -->',
      '<textarea><img src=AT></textarea>',
      '<i autofocus tabindex=1 onfocus=XSS()>',
      '<details open ontoggle=XSS()>',
    ],
    ...[
      ' src=AT',
      ' src="AT"',
      " src='AT'",
      ' href=AT',
      ' srcset="AT 1x"',
      ' style="background:url(AT)"',
      ' onerror=XSS()',
      ' onload="XSS()"',
      ' title=">"',
      " alt='\"'",
      " x='\"'",
      ' SRC=AT',
      ' src',
      ' =',
      ' type=text/plain',
      ' id=a',
      ' name=body',
      ' is=x',
      ' slot=a',
      ' async',
      ' data-src=AT',
      ' xlink:href=AT',
      ' xml:lang=a',
      ' formaction=AT',
      ' action=AT',
    ],
  ];
  const around = [
    ['<b title="', '">t</b>'],
    ["<b title='", "'>t</b>"],
    ['<b title=', '>t</b>'],
    ['<!--', '-->'],
    ['<textarea>', '</textarea>'],
    ['<title>', '</title>'],
    ['<style>', '</style>'],
    ['<script>"', '"</script>'],
    ['<script type=text/x>', '</script>'],
    ['<noscript>', '</noscript>'],
    ['<template>', '</template>'],
    ['<svg>', '</svg>'],
    ['<svg><desc>', '</desc></svg>'],
    ['<math><mtext>', '</mtext></math>'],
    ['<table>', '</table>'],
    ['<select>', '</select>'],
    ['<iframe srcdoc="', '"></iframe>'],
    ['<div><template shadowrootmode=open>', '</template></div>'],
    ['<xmp>', '</xmp>'],
    ['<![CDATA[', ']]>'],
  ];

  let seeds = ['<img src=AT>'];
  /** The markup of a number. */
  const markup = (n) => {
    const r = random(n);
    let html = n < seeds.length ? seeds[n] : r.next() < 0.3 ? '' : r.of(seeds);
    if (n >= seeds.length) {
      if (!html) for (let i = 1 + r.below(9); i > 0; i--) html += r.of(pieces);
      for (let i = r.below(5); i > 0; i--) {
        const at = r.below(html.length + 1);
        const to = Math.min(html.length, at + r.below(12));
        switch (r.below(8)) {
          case 0:
          case 1:
          case 2:
            html = html.slice(0, at) + r.of(pieces) + html.slice(at);
            break;
          case 3:
            html = html.slice(0, at) + html.slice(to);
            break;
          case 4:
            html = html.slice(0, to) + html.slice(at);
            break;
          case 5: {
            const other = r.of(seeds);
            html = html.slice(0, at) + other.slice(r.below(other.length + 1)) + html.slice(to);
            break;
          }
          case 6: {
            const [before, after] = r.of(around);
            html = before + html + after;
            break;
          }
          default:
            html = html.slice(0, at) + html.slice(at, to).toUpperCase() + html.slice(to);
        }
      }
    }
    html = html.slice(0, 3000);
    return {
      html: html
        .replace(/AT\b/g, () => r.of(places))
        .replace(/\b(?:alert|prompt|confirm|XSS)\b/g, 'top.XSS')
        .replace(/top\.XSS\([^)]{0,40}\)/g, `top.XSS(${n})`),
      r,
    };
  };

  const sources =
    /^(src|srcset|srcdoc|data|href|xlink:href|poster|imagesrcset|ping|background|action|formaction|to|values|from|by|style|fill|filter|mask|cursor|content|manifest)$/;
  const painted = /^(style|fill|stroke|filter|mask|clip-path|cursor|marker|marker-(start|mid|end))$/;
  const blank = /about:invalid#octroi-([^"')\s]*)/g;
  const unblank = (text) =>
    text.replace(blank, (_, address) => {
      try {
        return decodeURIComponent(address);
      } catch {
        return address;
      }
    });
  /** A style sheet's text, without the quotes and the letters that a blank may change. */
  const css = (text) =>
    unblank(text)
      .replace(/["'\s\\]/g, '')
      .replace(/url\(/gi, 'url(');

  const attributes = (element) => {
    const map = apply(read.attributes, element, []);
    const list = [];
    let gated = false;
    for (let i = 0; i < map.length; i++) {
      const { name, value, namespaceURI } = map[i];
      if (name === 'data-octroi') gated = true;
      list.push([name, value, namespaceURI || '']);
    }
    const found = new Map();
    for (const [name, value, space] of list) {
      if ((gated && name.startsWith('data-octroi')) || value === 'octroi-held') continue;
      const twin = name === 'data-xlink-href' ? 'xlink:href' : name.slice(5);
      if (name.startsWith('data-') && sources.test(twin)) {
        // A page's own stays where a source is held that has its place.
        if (!list.some(([other, text]) => other === twin && !/ads\.localhost/i.test(text))) {
          found.set(twin === 'xlink:href' ? '/xlink|xlink:href' : twin, value);
        }
        continue;
      }
      if (found.has(name) && sources.test(name)) continue;
      found.set(space ? `${space.slice(-6)}|${name}` : name, painted.test(name) ? css(value) : unblank(value));
    }
    return found;
  };

  const dump = (node, out = []) => {
    switch (apply(read.type, node, [])) {
      case 1: {
        const local = apply(read.local, node, []);
        const found = attributes(node);
        if (found.get('class') === 'octroi octroi-embed') return out; // stands for what is held
        if (local === 'script') {
          let all = '';
          for (const value of found.values()) all += value + ' ';
          all += node.textContent;
          if (/ads\.localhost/i.test(all)) for (const name of ['type', 'data-type', 'async']) found.delete(name);
        }
        out.push('<', apply(read.space, node, [])?.slice(-8) || '', ' ', local);
        for (const name of [...found.keys()].sort()) out.push(' ', name, '=', JSON.stringify(found.get(name)));
        out.push('>');
        if (local === 'template' && apply(read.space, node, []) === 'http://www.w3.org/1999/xhtml') dump(apply(read.content, node, []), out);
        const shadow = apply(read.shadow, node, []);
        if (shadow) {
          out.push('#shadow');
          dump(shadow, out);
        }
        if (local === 'style') {
          let text = '';
          for (let c = apply(read.first, node, []); c; c = apply(read.next, c, [])) text += apply(read.type, c, []) === 3 ? apply(read.text, c, []) : '?';
          out.push(css(text), '</>');
          return out;
        }
        children(node, out);
        out.push('</>');
        return out;
      }
      case 3:
      case 4:
        out.push(JSON.stringify(apply(read.text, node, [])));
        return out;
      case 8:
        out.push('<!--', JSON.stringify(apply(read.text, node, [])), '-->');
        return out;
      case 10:
        out.push('<!', node.name, '|', node.publicId, '|', node.systemId, '>');
        return out;
      case 7:
        out.push('<?', node.target, ' ', apply(read.text, node, []), '>');
        return out;
      default:
        children(node, out);
        return out;
    }
  };
  const children = (node, out) => {
    for (let c = apply(read.first, node, []); c; c = apply(read.next, c, [])) dump(c, out);
  };
  const hash = (text) => {
    let a = 0x811c9dc5;
    let b = 0x1b873593;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      a = Math.imul(a ^ c, 0x01000193);
      b = Math.imul(b + c, 0x85ebca6b) ^ (b >>> 13);
    }
    return (a >>> 0).toString(36) + (b >>> 0).toString(36);
  };

  let frame;
  /** A frame of this origin to bring markup into; another once it has gone elsewhere. */
  const inside = () => {
    try {
      if (frame?.contentDocument?.URL === 'about:blank') {
        const d = frame.contentDocument;
        if (d.body && d.documentElement?.localName === 'html') return d;
      }
    } catch {}
    frame?.remove();
    frame = document.createElement('iframe');
    document.body.append(frame);
    return frame.contentDocument;
  };
  const contexts = ['div', 'div', 'div', 'div', 'p', 'table', 'tr', 'select', 'style', 'script', 'textarea', 'body', 'template', 'a', 'svg', 'math'];
  const spaces = { svg: 'http://www.w3.org/2000/svg', math: 'http://www.w3.org/1998/Math/MathML' };
  const context = (r) => {
    const name = r.of(contexts);
    return spaces[name] ? document.createElementNS(spaces[name], name) : document.createElement(name);
  };
  /** A document that loads and runs nothing. */
  const unseen = () => document.implementation.createHTMLDocument('');
  /** A markup cut anywhere, into what is given to one write or the next. */
  const parts = (html, r) => {
    const list = [];
    while (html) {
      const few = [];
      for (let i = 1 + r.below(3); i > 0 && html; i--) {
        const n = 1 + r.below(r.next() < 0.5 ? 3 : 20);
        few.push(html.slice(0, n));
        html = html.slice(n);
      }
      list.push(few);
    }
    return list;
  };
  const written = (d, list) => {
    d.open();
    for (const few of list) d.write(...few);
    d.close();
    return [d];
  };

  /** Frames that what runs in them may still need. */
  const old = [];

  /** A parser waits for a script's and a sheet's file, which it need not where that is held. */
  const waits = /<(script|link)[^]*localhost/i;

  /** What brings markup into a document, with how many in a thousand come by it. */
  const doors = {
    innerHTML: [230, (html, r) => ((e) => ((e.innerHTML = html), [e]))(context(r))],
    template: [80, (html) => ((e) => ((e.innerHTML = html), [e]))(document.createElement('template'))],
    outerHTML: [80, (html, r) => ((e, c) => (e.append(c), (c.outerHTML = html), [e]))(document.createElement('div'), context(r))],
    insertAdjacentHTML: [
      110,
      (html, r) =>
        ((e, c) => (e.append(c), c.insertAdjacentHTML(r.of(['beforebegin', 'afterbegin', 'beforeend', 'afterend']), html), [e]))(
          document.createElement('div'),
          context(r),
        ),
    ],
    setHTMLUnsafe: [80, (html, r) => ((e) => (e.setHTMLUnsafe(html), [e]))(context(r))],
    shadow: [
      40,
      (html, r) => ((e) => (r.next() < 0.5 ? (e.innerHTML = html) : e.setHTMLUnsafe(html), [e]))(document.createElement('div').attachShadow({ mode: 'open' })),
    ],
    fragment: [
      100,
      (html, r) =>
        ((range) => (range.selectNodeContents(document.createElement(r.of(['div', 'div', 'table', 'p']))), [range.createContextualFragment(html)]))(
          document.createRange(),
        ),
    ],
    parser: [80, (html) => [new DOMParser().parseFromString(html, 'text/html')]],
    parseHTMLUnsafe: [40, (html) => [Document.parseHTMLUnsafe(html)]],
    connected: [
      10,
      (html, r) => {
        const d = inside();
        const e = d.createElement('div');
        d.body.append(e);
        if (r.next() < 0.5) e.innerHTML = html;
        else {
          const range = d.createRange();
          range.selectNodeContents(e);
          e.append(range.createContextualFragment(html));
        }
        return [e];
      },
    ],
    write: [40, (html) => written(unseen(), [[html]])],
    pieces: [105, (html, r) => written(unseen(), parts(html, r))],
    frameWrite: [4, (html) => (waits.test(html) ? [] : written(inside(), [[html]]))],
    framePieces: [4, (html, r) => (waits.test(html) ? [] : written(inside(), parts(html, r)))],
    srcdoc: [
      2,
      async (html) => {
        const f = document.createElement('iframe');
        f.srcdoc = html;
        const loaded = new Promise((done) => {
          f.onload = done;
          setTimeout(done, 5000);
        });
        document.body.append(f);
        await loaded;
        const d = f.contentDocument;
        old.push(f);
        if (f.hasAttribute('data-octroi')) throw new DOMException('', 'held');
        return d && d.URL === 'about:srcdoc' ? [d] : [];
      },
    ],
  };
  const drawn = Object.keys(doors).flatMap((name) => Array(doors[name][0]).fill(name));

  // Firefox brings markup in by another path, and to another tree, where anyone observes.
  new MutationObserver(() => {}).observe(document, { childList: true, subtree: true });

  const ran = new Set();
  window.XSS = (n) => ran.add(n);

  /** Brings a number's markup in, and tells the tree; or why not. */
  const one = (n) => {
    const { html, r } = markup(n);
    const door = r.of(drawn);
    let out;
    try {
      out = doors[door][1](html, r);
    } catch (error) {
      return { html, door, tree: 'throws ' + error.name };
    }
    const told = (nodes) => ({ html, door, tree: nodes.map((node) => dump(node).join('')).join('|') });
    return out.then ? out.then(told, (error) => ({ html, door, tree: 'throws ' + error.name })) : told(out);
  };

  /** The trees of so many numbers, or as many as five seconds take, as hashes; and which of them ran something. */
  window.differ = async (from, count, wait) => {
    ran.clear();
    const hashes = [];
    const late = [];
    const end = Date.now() + 5000;
    for (let i = 0; i < count && Date.now() < end; i++) {
      const told = one(from + i);
      if (told.then) late.push(told.then(({ tree }) => (hashes[i] = hash(tree))));
      else hashes[i] = hash(told.tree);
      if (late.length > 9) await Promise.all(late.splice(0));
    }
    await Promise.all(late);
    await new Promise((done) => setTimeout(done, wait));
    frame?.remove();
    frame = undefined;
    for (const f of old.splice(0)) f.remove();
    return { hashes, ran: [...ran].filter((n) => n >= from && n < from + count) };
  };
  window.differOne = async (n) => one(n);
  window.differSeeds = async () => (seeds = await (await fetch('/differ/seeds')).json()).length;
}
