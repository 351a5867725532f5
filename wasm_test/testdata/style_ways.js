({
  cssEscape: (at, { p, css }) => {
    p('k1');
    css('.k1{background:url(\\' + at.charCodeAt(0).toString(16) + ' ' + at.slice(1) + ')}');
  },
  cssEscapedName: (at, { p, css }) => {
    p('k2');
    css('.k2{background:\\75\\72 L( "' + at + '" )}');
  },
  cssEscapedPlain: (at, { p, css }) => {
    p('k3');
    css('.k3{background:\\000075rl(' + at.replace(/:/g, '\\:') + ')}');
  },
  cssComment: (at, { p, css }) => {
    p('k4');
    css('.k4{background:/*"*/url(/**/)/*\'*/,url(' + at + ')}');
  },
  cssBroken: (at, { p, css }) => {
    p('k5');
    css('a{b:"\n} c{d:url(x"y)} .k5{background:URL(' + at + ')}');
  },
  cssUnclosed: (at, { p, css }) => {
    p('k6');
    css('.k6{background:url("' + at);
  },
  cssUnclosedPlain: (at, { p, css }) => {
    p('k7');
    css('.k7{background:url( ' + at);
  },
  cssNumber: (at, { p, css }) => {
    p('k8');
    css('.k8{x:1url(")") ;background:url(' + at + ')}/*"*/');
  },
  cssHtmlComment: (at, { p, css }) => {
    p('k9');
    css('<!--.k9{--a:1;background:url(' + at + ')}-->');
  },
  cssContinued: (at, { p, css }) => {
    p('k10');
    css('.k10{background:url("' + at.slice(0, 3) + '\\\n' + at.slice(3) + '")}');
  },
  cssImportComment: (at, { css }) => css('@import/**/"' + at.replace('//', '\\/\\/') + '";'),
  cssImportEscaped: (at, { css }) => css('@\\69 MPORT "' + at + '" layer(a);'),
  cssImportUrl: (at, { css }) => css('@import url(' + at + ') supports(color:red);'),
  cssImportEnd: (at, { css }) => css('@import "' + at),
  cssImportNested: (at, { css }) => css('@import "data:text/css,' + encodeURIComponent('@import "' + at + '";') + '";'),
  cssImportBlob: (at, { css }) => css('@import url(' + URL.createObjectURL(new Blob(['@import "' + at + '";'], { type: 'text/css' })) + ');'),
  cssImageSet: (at, { p, css }) => {
    p('k20');
    css('.k20{background:image-set("' + at.replace('//', '\\/\\/') + '" 1x)}');
  },
  cssWebkitImageSet: (at, { p, css }) => {
    p('k21');
    css('.k21{background:-webkit-IMAGE-set(url(' + at + ') 1x)}');
  },
  cssCrossFade: (at, { p, css }) => {
    p('k22');
    css('.k22{background:-webkit-cross-fade(url(' + at + '),url(' + at + '),50%)}');
  },
  cssImage: (at, { p, css }) => {
    p('k23');
    css('.k23{background:image("' + at + '")}');
  },
  cssSrc: (at, { p, css }) => {
    p('k24');
    css('.k24{background:src("' + at + '")}');
  },
  cssVarString: (at, { p, css }) => {
    p('k25');
    css('.k25{--x:"' + at + '";background:image-set(var(--x) 1x)}');
  },
  cssVarFallback: (at, { p, css }) => {
    p('k26');
    css('.k26{background:image-set(var(--none,"' + at + '") 1x)}');
  },
  cssVarElement: (at, { p, css }) => {
    const e = p('k27');
    css('.k27{background:var(--z)}');
    e.style.setProperty('--z', 'url(' + at + ')');
  },
  cssVarStringElement: (at, { p, css }) => {
    const e = p('k28');
    css('.k28{background:image-set(var(--z) 1x)}');
    e.style.setProperty('--z', '"' + at + '"');
  },
  cssFunction: (at, { p, css }) => {
    p('k29');
    css('@function --f(){result:"' + at + '"} .k29{background:image-set(--f() 1x)}');
  },
  cssProperty: (at, { p, css }) => {
    p('k30');
    css('@property --pp{syntax:"<image>";inherits:false;initial-value:url(' + at + ')} .k30{background:var(--pp)}');
  },
  cssPropertyString: (at, { p, css }) => {
    p('k31');
    css('@property --ps{syntax:"<string>";inherits:false;initial-value:"' + at + '"} .k31{background:image-set(var(--ps) 1x)}');
  },
  cssNested: (at, { p, css }) => {
    p('k32');
    css('.k32{color:red;&{@media all{background:url(' + at + ')}}}');
  },
  cssContent: (at, { p, css }) => {
    p('k33');
    css('.k33::before{content:url(' + at + ')}');
  },
  cssListStyle: (at, { css }) => {
    const l = on(make('ul'));
    l.className = 'k34';
    l.append(make('li', { textContent: 'a' }));
    css('.k34{list-style:url(' + at + ')}');
  },
  cssMask: (at, { p, css }) => {
    p('k35');
    css('.k35{-webkit-mask-image:url(' + at + ')}');
  },
  cssShape: (at, { p, css }) => {
    p('k36');
    css('.k36{float:left;width:9px;height:9px;shape-outside:url(' + at + ')}');
  },
  cssBorderImage: (at, { p, css }) => {
    p('k37');
    css('.k37{border:9px solid;border-image:url(' + at + ') 3}');
  },
  cssKeyframes: (at, { p, css }) => {
    p('k38');
    css('.k38{animation:k38 9000s}@keyframes k38{from,to{background-image:url(' + at + ')}}');
  },
  cssFont: (at, { p, css }) => {
    p('k39');
    css('@font-face{font-family:k39;src:local(none),url(' + at + ') format("woff2")}.k39{font-family:k39}');
  },
  splitNodes: (at, { p }) => {
    p('s1');
    const s = make('style');
    s.append('.s1{background:url("', at, '")}');
    on(s);
  },
  splitName: (at, { p }) => {
    p('s2');
    const s = make('style');
    s.append('.s2{background:u', 'rl(' + at + ')}');
    on(s);
  },
  splitLater: (at, { p }) => {
    p('s3');
    const s = on(make('style'));
    s.append('.s3{background:u');
    s.append(document.createTextNode('rl('));
    s.append(at + ')}');
  },
  splitImport: (at) => {
    const s = on(make('style'));
    for (const t of ['@im', 'port "', at, '";']) s.appendChild(document.createTextNode(t));
  },
  splitRemoved: (at) => {
    const s = on(make('style'));
    s.append('@im', 'x', 'port "' + at + '";');
    s.removeChild(s.childNodes[1]);
  },
  splitRemove: (at) => {
    const s = on(make('style'));
    s.append('@im', 'x', 'port "' + at + '";');
    s.childNodes[1].remove();
  },
  splitDeleted: (at) => {
    const s = on(make('style'));
    s.append('@imxport "' + at + '";');
    s.firstChild.deleteData(3, 1);
  },
  splitRange: (at) => {
    const s = on(make('style'));
    s.append('@im', 'x', 'port "' + at + '";');
    const r = document.createRange();
    r.selectNode(s.childNodes[1]);
    r.deleteContents();
  },
  splitMoved: (at) => {
    const s = on(make('style'));
    s.append('@im', 'x', 'port "' + at + '";');
    on(make('p')).append(s.childNodes[1]);
  },
  splitOuter: (at) => {
    const s = on(make('style')),
      b = make('b');
    s.append('@import "', b, '";');
    b.outerText = at;
  },
  splitComment: (at) => {
    const s = on(make('style'));
    s.append('@import "', document.createComment('c'), '";');
    s.childNodes[1].replaceWith(at);
  },
  splitElement: (at) => {
    const s = on(make('style'));
    s.append('@import "', make('b'), '";');
    s.childNodes[1].before(at);
  },
  reactLike: (at, { p }) => {
    p('s4');
    const s = make('style');
    for (const t of ['.s4{background:url(', at, ')}']) s.appendChild(document.createTextNode(t));
    document.head.appendChild(s);
  },
  appendData: (at) => {
    const s = on(make('style'));
    s.append('@import "');
    s.firstChild.appendData(at + '";');
  },
  insertData: (at) => {
    const s = on(make('style'));
    s.append('";');
    s.firstChild.insertData(0, '@import "' + at);
  },
  replaceData: (at) => {
    const s = on(make('style'));
    s.append('xxx";');
    s.firstChild.replaceData(0, 3, '@import "' + at);
  },
  nodeValue: (at) => {
    const s = on(make('style'));
    s.append('x');
    s.firstChild.nodeValue = '@import "' + at + '";';
  },
  textOfNode: (at) => {
    const s = on(make('style'));
    s.append('x');
    s.firstChild.textContent = '@import "' + at + '";';
  },
  innerText: (at) => {
    on(make('style')).innerText = '@import "' + at + '";';
  },
  adjacentText: (at) => {
    on(make('style')).insertAdjacentText('beforeend', '@import "' + at + '";');
  },
  styleHTML: (at) => {
    on(make('style')).innerHTML = '@import "' + at + '";';
  },
  styleRange: (at) => {
    const s = on(make('style')),
      r = document.createRange();
    r.setStart(s, 0);
    r.insertNode(document.createTextNode('@import "' + at + '";'));
  },
  foreignText: (at) => {
    const f = on(make('iframe'));
    const t = f.contentDocument.createTextNode('@import "' + at + '";');
    on(make('style')).append(t);
  },
  svgStyle: (at) => {
    const s = document.createElementNS('http://www.w3.org/2000/svg', 'style');
    s.textContent = '@import "' + at + '";';
    const g = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    g.append(s);
    on(g);
  },
  cdata: (at) => {
    const s = document.createElementNS('http://www.w3.org/2000/svg', 'style');
    s.append(document.adoptNode(new DOMParser().parseFromString('<a><![CDATA[@import "' + at + '";]]></a>', 'text/xml').documentElement.firstChild));
    const g = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    g.append(s);
    on(g);
  },
  shadowStyle: (at) => {
    const r = on(make('div')).attachShadow({ mode: 'closed' }),
      s = make('style');
    r.append(s);
    s.append('@import "', at, '";');
  },
  insertRule: (at, { p, sheet }) => {
    p('r1');
    sheet().insertRule('.r1{background:\\url(' + at + ')}');
  },
  insertImport: (at, { sheet }) => sheet().insertRule('@import "' + at + '"'),
  addRule: (at, { p, sheet }) => {
    p('r2');
    sheet().addRule('.r2', 'background:url(' + at + ')');
  },
  ruleProperty: (at, { p, rule }) => {
    p('r3');
    rule('.r3{color:red}').style.backgroundImage = 'url(' + at + ')';
  },
  ruleDashed: (at, { p, rule }) => {
    p('r4');
    rule('.r4{color:red}').style['background-image'] = 'url(' + at + ')';
  },
  ruleText: (at, { p, rule }) => {
    p('r5');
    rule('.r5{color:red}').style.cssText = 'background:url(' + at + ')';
  },
  ruleStyle: (at, { p, rule }) => {
    p('r6');
    rule('.r6{color:red}').style = 'background:url(' + at + ')';
  },
  ruleMap: (at, { p, rule }) => {
    p('r7');
    rule('.r7{color:red}').styleMap.set('background-image', 'url(' + at + ')');
  },
  ruleInner: (at, { p, rule }) => {
    p('r8');
    rule('@media all{}').insertRule('.r8{background:url(' + at + ')}');
  },
  ruleNested: (at, { p, rule }) => {
    p('r9');
    rule('.r9{color:red}').insertRule('&{background:url(' + at + ')}');
  },
  keyframeAppend: (at, { p, sheet }) => {
    p('r10');
    const s = sheet();
    s.insertRule('.r10{animation:r10 9000s}');
    s.insertRule('@keyframes r10{}');
    s.cssRules[0].appendRule('from{background-image:url(' + at + ')}');
  },
  keyframeStyle: (at, { p, sheet }) => {
    p('r11');
    const s = sheet();
    s.insertRule('.r11{animation:r11 9000s}');
    s.insertRule('@keyframes r11{from{color:red}}');
    s.cssRules[0].cssRules[0].style.backgroundImage = 'url(' + at + ')';
  },
  fontRule: (at, { p, rule }) => {
    p('r12', 'x').style.fontFamily = 'r12';
    rule('@font-face{font-family:r12;src:url(/empty)}').style.setProperty('src', 'url(' + at + ')');
  },
  fontRuleSrc: (at, { p, rule }) => {
    p('r13', 'x').style.fontFamily = 'r13';
    rule('@font-face{font-family:r13;src:url(/empty)}').style.src = 'url(' + at + ')';
  },
  adoptedForeign: (at, { p }) => {
    p('r14');
    const W = on(make('iframe')).contentWindow,
      s = new CSSStyleSheet();
    W.CSSStyleSheet.prototype.replaceSync.call(s, '.r14{background:url(' + at + ')}');
    document.adoptedStyleSheets.push(s);
  },
  adoptedReplace: (at, { p }) => {
    p('r15');
    const s = new CSSStyleSheet();
    s.replace('.r15{background:url(' + at + ')}');
    document.adoptedStyleSheets.push(s);
  },
  adoptedBase: (at, { p }) => {
    p('r16');
    const s = new CSSStyleSheet({ baseURL: new URL('.', at).href });
    s.replaceSync('.r16{background:url(' + at.split('/').pop() + ')}');
    document.adoptedStyleSheets.push(s);
  },
  styleProperty: (at, { p }) => {
    p('e1').style.background = 'url(' + at + ')';
  },
  styleDashed: (at, { p }) => {
    p('e2').style['background-image'] = 'url(' + at + ')';
  },
  styleWebkit: (at, { p }) => {
    p('e3').style.WebkitMaskImage = 'url(' + at + ')';
  },
  styleText: (at, { p }) => {
    p('e4').style.cssText = 'background:url(' + at + ')';
  },
  styleForward: (at, { p }) => {
    p('e5').style = 'background:url(' + at + ')';
  },
  styleSet: (at, { p }) => {
    p('e6').style.setProperty('background', 'url(' + at + ')', 'important');
  },
  styleObject: (at, { p }) => {
    let n = 0;
    p('e7').style.background = { toString: () => (n++ ? 'none' : 'url(' + at + ')') };
  },
  styleAssign: (at, { p }) => {
    Object.assign(p('e8').style, { backgroundImage: 'url(' + at + ')' });
  },
  styleForced: (at, { p }) => {
    const e = p('e9');
    e.style.backgroundImage = 'url(' + at + ')';
    getComputedStyle(e).backgroundImage;
    e.offsetWidth;
  },
  styleForeign: (at, { p }) => {
    const W = on(make('iframe')).contentWindow;
    W.CSSStyleDeclaration.prototype.setProperty.call(p('e10').style, 'background', 'url(' + at + ')');
  },
  styleDetached: (at) => {
    const e = make('p', { textContent: 'x' });
    e.style.backgroundImage = 'url(' + at + ')';
    on(e);
  },
  styleAttr: (at, { p }) => p('e11').setAttribute('style', 'background:url(' + at + ')'),
  styleAttrNS: (at, { p }) => p('e12').setAttributeNS(null, 'style', 'background:url(' + at + ')'),
  styleMap: (at, { p }) => {
    p('e13').attributeStyleMap.set('background-image', 'url(' + at + ')');
  },
  styleMapValue: (at, { p }) => {
    p('e14').attributeStyleMap.set('background-image', CSSStyleValue.parse('background-image', 'url(' + at + ')'));
  },
  styleMapUnparsed: (at, { p }) => {
    const e = p('e15');
    e.style.background = 'var(--u)';
    e.attributeStyleMap.set('--u', new CSSUnparsedValue(['url(', at, ')']));
  },
  styleMapAppend: (at, { p }) => {
    p('e16').attributeStyleMap.append('background-image', 'linear-gradient(red,blue)', 'url(' + at + ')');
  },
  styleFrame: (at) => {
    const d = on(make('iframe')).contentDocument,
      e = d.createElement('p');
    e.textContent = 'x';
    d.body.append(e);
    e.style.backgroundImage = 'url(' + at + ')';
  },
  animate: (at, { p }) => {
    p('a1').animate([{ backgroundImage: 'url(' + at + ')' }, { backgroundImage: 'url(' + at + ')' }], 9e6);
  },
  animateLists: (at, { p }) => {
    p('a2').animate({ backgroundImage: ['url(' + at + ')', 'url(' + at + ')'], offset: [0, 1] }, 9e6);
  },
  animateTwice: (at, { p }) => {
    let n = 0;
    p('a3').animate(
      [
        {
          get backgroundImage() {
            return n++ ? 'none' : 'url(' + at + ')';
          },
        },
        {},
      ],
      9e6,
    );
  },
  animateIterator: (at, { p }) => {
    const clean = [{ opacity: 1 }],
      own = Array.prototype[Symbol.iterator];
    let n = 0;
    clean[Symbol.iterator] = function () {
      return own.call(n++ ? clean : [{ backgroundImage: 'url(' + at + ')' }, { backgroundImage: 'url(' + at + ')' }]);
    };
    p('a4').animate(clean, 9e6);
  },
  animateVar: (at, { p, css }) => {
    css('.a5{background:var(--av)}');
    p('a5').animate({ '--av': ['url(' + at + ')', 'url(' + at + ')'] }, 9e6);
  },
  keyframeEffect: (at, { p }) => {
    new Animation(new KeyframeEffect(p('a6'), [{ backgroundImage: 'url(' + at + ')' }, {}], 9e6)).play();
  },
  setKeyframes: (at, { p }) => {
    const a = p('a7').animate([{ opacity: 0 }], 9e6);
    a.effect.setKeyframes([{ backgroundImage: 'url(' + at + ')' }, {}]);
  },
  fontFace: (at) => {
    new FontFace('f1', 'local(none), \\75rl(' + at + ')').load().catch(() => {});
  },
  fontFaceObject: (at) => {
    let n = 0;
    const f = new FontFace('f2', { toString: () => (n++ ? 'url(/empty)' : 'url(' + at + ')') });
    document.fonts.add(f);
    f.load().catch(() => {});
  },
  registered: (at, { p, css }) => {
    CSS.registerProperty({ name: '--r' + Math.random().toString(36).slice(2), syntax: '*', inherits: false, initialValue: '1' });
    const name = '--rg' + Math.random().toString(36).slice(2);
    CSS.registerProperty({ name, syntax: '<image>', inherits: false, initialValue: 'url(' + at + ')' });
    p(name);
    css('.' + name + '{background:var(' + name + ')}');
  },
  svgFill: (at, { svg }) => svg('rect', { width: 9, height: 9, fill: 'url(' + at + '#a)' }),
  svgMask: (at, { svg }) => svg('rect', { width: 9, height: 9, mask: 'url(' + at + '#a)' }),
  svgFilter: (at, { svg }) => svg('rect', { width: 9, height: 9, filter: 'url(' + at + '#a)' }),
  svgClip: (at, { svg }) => svg('rect', { width: 9, height: 9, 'clip-path': 'url(' + at + '#a)' }),
  svgMarker: (at, { svg }) => svg('path', { d: 'M0 0L9 9L0 9', 'marker-start': 'url(' + at + '#a)', 'marker-end': 'url("' + at + '#a")' }),
  svgCursor: (at, { svg }) => svg('rect', { width: 9, height: 9, cursor: 'url(' + at + '),auto' }),
  canvasFilter: (at) => {
    const c = on(make('canvas')).getContext('2d');
    c.filter = 'url(' + at + '#a)';
    c.fillRect(0, 0, 9, 9);
  },
});
