// Puts every element with every attribute that may be an address into the page: each asks
// for a path of its own, "html.img.src".
window.everyLoad = (third) => {
  const HTML = 'http://www.w3.org/1999/xhtml';
  const SVG = 'http://www.w3.org/2000/svg';
  const MATH = 'http://www.w3.org/1998/Math/MathML';
  const XLINK = 'http://www.w3.org/1999/xlink';
  /** @type {Record<string, [uri: string, tags: string]>} */
  const spaces = {
    html: [
      HTML,
      'a applet area audio bgsound blockquote body br button canvas caption center cite code col colgroup command data datalist dd del details dfn dialog dir div dl dt em embed fencedframe fieldset figcaption figure font footer form frameset geolocation h1 head header hgroup hr html i iframe image img input ins isindex kbd keygen label layer legend li link listing main map mark marquee menu menuitem meter model multicol nav nobr noembed noframes noscript object ol optgroup option output p param picture plaintext portal pre progress q rb rp rt ruby s samp script search section select selectedcontent slot small source spacer span strike strong style sub summary sup table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr webview xmp',
    ],
    svg: [
      SVG,
      'a altGlyph animate animateColor animateMotion animateTransform animation audio circle clipPath color-profile cursor defs desc discard ellipse embed feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter font font-face font-face-src font-face-uri foreignObject g glyph glyphRef handler hatch hkern iframe image img line linearGradient marker mask mesh metadata missing-glyph mpath object path pattern polygon polyline radialGradient rect script set solidcolor stop style svg switch symbol text textPath title tref tspan unknown use video view vkern',
    ],
    math: [MATH, 'math annotation-xml annotation img maction merror mglyph mi mn mo mrow ms mspace mstyle mtable mtd mtext mtr semantics script'],
  };
  const attributes =
    'src srcset href xlink:href data poster background ping imagesrcset lowsrc dynsrc classid codebase archive code longdesc cite profile manifest icon attributionsrc usemap object macros formaction action style fill stroke filter mask clip-path cursor marker-start marker-mid marker-end marker';
  const properties = /^(?:style|fill|stroke|filter|mask|clip-path|cursor|marker.*)$/;
  const make = (/** @type {string} */ uri, /** @type {string} */ tag, /** @type {Record<string, string>} */ attributes = {}) => {
    const element = document.createElementNS(uri, tag);
    for (const name in attributes) {
      if (name === 'xlink:href') element.setAttributeNS(XLINK, name, attributes[name]);
      else element.setAttribute(name, attributes[name]);
    }
    return element;
  };
  const box = document.body.appendChild(make(HTML, 'div'));
  let n = 0;
  /** Where an element stands for it to load. */
  const place = (/** @type {string} */ uri, /** @type {any} */ element) => {
    const tag = element.localName;
    const id = (element.id = 'n' + n++);
    if (uri === HTML) {
      if (tag === 'source') {
        const picture = make(HTML, 'picture');
        picture.append(element.cloneNode(), make(HTML, 'img'));
        const video = make(HTML, 'video', { preload: 'auto' });
        video.append(element);
        return [picture, video];
      }
      if (tag === 'track') {
        const video = make(HTML, 'video', { preload: 'auto' });
        element.default = true;
        element.kind = 'subtitles';
        video.append(element);
        element.track.mode = 'showing';
        return [video];
      }
      if (tag === 'input') element.type = 'image';
      if (tag === 'video' || tag === 'audio') element.preload = 'auto';
      if (tag === 'link') {
        return [
          'stylesheet',
          'icon',
          'preload',
          'prefetch',
          'modulepreload',
          'manifest',
          'apple-touch-icon',
          'mask-icon',
          'alternate stylesheet',
          'next',
          'prev',
          'search',
          'import',
          'author',
          'help',
          'license',
          'pingback',
          'compression-dictionary',
          'apple-touch-startup-image',
          'dns-prefetch',
        ].map((rel) => {
          const link = make(HTML, 'link', { rel, as: 'image', type: rel.endsWith('stylesheet') ? 'text/css' : '' });
          for (const name of ['href', 'imagesrcset', 'src', 'data'])
            if (element.hasAttribute(name)) link.setAttribute(name, element.getAttribute(name) + '.' + rel.replaceAll(' ', '-'));
          return link;
        });
      }
      return [element];
    }
    if (uri !== SVG) return [element];
    const svg = make(SVG, 'svg', { width: '20', height: '20', 'xmlns:xlink': XLINK });
    if (tag.startsWith('font-face')) {
      const uriOf = tag === 'font-face-uri' ? element : make(SVG, 'font-face-uri');
      const src = make(SVG, 'font-face-src');
      const face = make(SVG, 'font-face', { 'font-family': id });
      src.append(uriOf);
      face.append(src);
      const text = make(SVG, 'text', { 'font-family': id, y: '10' });
      text.textContent = 'text';
      svg.append(face, text);
    } else if (/^(?:linearGradient|radialGradient|pattern|hatch|mesh|solidcolor)$/.test(tag)) {
      svg.append(element, make(SVG, 'rect', { width: '10', height: '10', fill: `url(#${id})` }));
    } else if (tag === 'filter' || tag === 'mask' || tag === 'clipPath' || tag === 'marker' || tag === 'cursor') {
      svg.append(element, make(SVG, 'rect', { width: '10', height: '10', [tag === 'clipPath' ? 'clip-path' : tag]: `url(#${id})` }));
    } else if (tag.startsWith('fe')) {
      const filter = make(SVG, 'filter', { id: 'f' + id });
      filter.append(element);
      svg.append(filter, make(SVG, 'rect', { width: '10', height: '10', filter: `url(#f${id})` }));
    } else if (/^(?:textPath|tref|altGlyph|tspan|glyphRef)$/.test(tag)) {
      const text = make(SVG, 'text', { y: '10' });
      element.textContent = 'text';
      text.append(element);
      svg.append(text);
    } else if (tag === 'mpath') {
      const rect = make(SVG, 'rect', { width: '10', height: '10' });
      const motion = make(SVG, 'animateMotion', { dur: '1s' });
      motion.append(element);
      rect.append(motion);
      svg.append(rect);
    } else {
      element.setAttribute('width', '10');
      element.setAttribute('height', '10');
      element.setAttribute('d', 'M0 0L9 9');
      svg.append(element);
    }
    return [svg];
  };
  for (const space in spaces) {
    const [uri, tags] = spaces[space];
    for (const tag of tags.split(' ')) {
      for (const attribute of attributes.split(' ')) {
        // What takes url(…) is one property for all elements.
        if (properties.test(attribute) && !/^(?:div|g|rect|mi)$/.test(tag)) continue;
        const address = `${third}${space}.${tag}.${attribute.replace(':', '-')}`;
        const value =
          attribute === 'style'
            ? `background:url("${address}")`
            : properties.test(attribute)
              ? `url("${address}#a")`
              : /^(?:use|.*[gG]radient|pattern|filter|mpath|textPath|tref|altGlyph|hatch|mesh)$/.test(tag)
                ? address + '#a'
                : address;
        box.append(...place(uri, make(uri, tag, { [attribute]: value })));
      }
    }
    // Animations set what an element loads.
    if (space === 'svg') {
      for (const tag of ['set', 'animate', 'animateTransform', 'animateMotion', 'animateColor']) {
        for (const name of ['to', 'from', 'by', 'values']) {
          const svg = make(SVG, 'svg', { width: '20', height: '20' });
          const image = make(SVG, 'image', { width: '10', height: '10' });
          const address = `${third}svg.${tag}.${name}`;
          const other = name === 'from' ? { to: address + '.to' } : name === 'to' && tag !== 'set' ? { from: address + '.from' } : {};
          image.append(
            make(SVG, tag, {
              attributeName: 'href',
              dur: '10s',
              begin: '0s',
              fill: 'freeze',
              [name]: name === 'values' ? address + ';' + address : address,
              ...other,
            }),
          );
          svg.append(image);
          box.append(svg);
        }
      }
    }
  }
  const sets = document.createElement('iframe');
  sets.srcdoc = `<frameset><frame src="${third}html.frame.src"></frameset>`;
  document.body.append(sets);
  return true;
};
