package wasmtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// styleWays are the ways of CSS to another party. Each asks for place and its own name;
// "p" makes a paragraph of a class, "css" a style element with a text, "rule" a sheet's
// rule, "svg" an SVG's content.
const styleWays = `{
	cssEscape: (at, { p, css }) => { p('k1'); css('.k1{background:url(\\' + at.charCodeAt(0).toString(16) + ' ' + at.slice(1) + ')}'); },
	cssEscapedName: (at, { p, css }) => { p('k2'); css('.k2{background:\\75\\72 L( "' + at + '" )}'); },
	cssEscapedPlain: (at, { p, css }) => { p('k3'); css('.k3{background:\\000075rl(' + at.replace(/:/g, '\\:') + ')}'); },
	cssComment: (at, { p, css }) => { p('k4'); css('.k4{background:/*"*/url(/**/)/*\'*/,url(' + at + ')}'); },
	cssBroken: (at, { p, css }) => { p('k5'); css('a{b:"\n} c{d:url(x"y)} .k5{background:URL(' + at + ')}'); },
	cssUnclosed: (at, { p, css }) => { p('k6'); css('.k6{background:url("' + at); },
	cssUnclosedPlain: (at, { p, css }) => { p('k7'); css('.k7{background:url( ' + at); },
	cssNumber: (at, { p, css }) => { p('k8'); css('.k8{x:1url(")") ;background:url(' + at + ')}/*"*/'); },
	cssHtmlComment: (at, { p, css }) => { p('k9'); css('<!--.k9{--a:1;background:url(' + at + ')}-->'); },
	cssContinued: (at, { p, css }) => { p('k10'); css('.k10{background:url("' + at.slice(0, 3) + '\\\n' + at.slice(3) + '")}'); },
	cssImportComment: (at, { css }) => css('@import/**/"' + at.replace('//', '\\/\\/') + '";'),
	cssImportEscaped: (at, { css }) => css('@\\69 MPORT "' + at + '" layer(a);'),
	cssImportUrl: (at, { css }) => css('@import url(' + at + ') supports(color:red);'),
	cssImportEnd: (at, { css }) => css('@import "' + at),
	cssImportNested: (at, { css }) => css('@import "data:text/css,' + encodeURIComponent('@import "' + at + '";') + '";'),
	cssImportBlob: (at, { css }) => css('@import url(' + URL.createObjectURL(new Blob(['@import "' + at + '";'], { type: 'text/css' })) + ');'),
	cssImageSet: (at, { p, css }) => { p('k20'); css('.k20{background:image-set("' + at.replace('//', '\\/\\/') + '" 1x)}'); },
	cssWebkitImageSet: (at, { p, css }) => { p('k21'); css('.k21{background:-webkit-IMAGE-set(url(' + at + ') 1x)}'); },
	cssCrossFade: (at, { p, css }) => { p('k22'); css('.k22{background:-webkit-cross-fade(url(' + at + '),url(' + at + '),50%)}'); },
	cssImage: (at, { p, css }) => { p('k23'); css('.k23{background:image("' + at + '")}'); },
	cssSrc: (at, { p, css }) => { p('k24'); css('.k24{background:src("' + at + '")}'); },
	cssVarString: (at, { p, css }) => { p('k25'); css('.k25{--x:"' + at + '";background:image-set(var(--x) 1x)}'); },
	cssVarFallback: (at, { p, css }) => { p('k26'); css('.k26{background:image-set(var(--none,"' + at + '") 1x)}'); },
	cssVarElement: (at, { p, css }) => { const e = p('k27'); css('.k27{background:var(--z)}'); e.style.setProperty('--z', 'url(' + at + ')'); },
	cssVarStringElement: (at, { p, css }) => { const e = p('k28'); css('.k28{background:image-set(var(--z) 1x)}'); e.style.setProperty('--z', '"' + at + '"'); },
	cssFunction: (at, { p, css }) => { p('k29'); css('@function --f(){result:"' + at + '"} .k29{background:image-set(--f() 1x)}'); },
	cssProperty: (at, { p, css }) => { p('k30'); css('@property --pp{syntax:"<image>";inherits:false;initial-value:url(' + at + ')} .k30{background:var(--pp)}'); },
	cssPropertyString: (at, { p, css }) => { p('k31'); css('@property --ps{syntax:"<string>";inherits:false;initial-value:"' + at + '"} .k31{background:image-set(var(--ps) 1x)}'); },
	cssNested: (at, { p, css }) => { p('k32'); css('.k32{color:red;&{@media all{background:url(' + at + ')}}}'); },
	cssContent: (at, { p, css }) => { p('k33'); css('.k33::before{content:url(' + at + ')}'); },
	cssListStyle: (at, { css }) => { const l = on(make('ul')); l.className = 'k34'; l.append(make('li', { textContent: 'a' })); css('.k34{list-style:url(' + at + ')}'); },
	cssMask: (at, { p, css }) => { p('k35'); css('.k35{-webkit-mask-image:url(' + at + ')}'); },
	cssShape: (at, { p, css }) => { p('k36'); css('.k36{float:left;width:9px;height:9px;shape-outside:url(' + at + ')}'); },
	cssBorderImage: (at, { p, css }) => { p('k37'); css('.k37{border:9px solid;border-image:url(' + at + ') 3}'); },
	cssKeyframes: (at, { p, css }) => { p('k38'); css('.k38{animation:k38 9000s}@keyframes k38{from,to{background-image:url(' + at + ')}}'); },
	cssFont: (at, { p, css }) => { p('k39'); css('@font-face{font-family:k39;src:local(none),url(' + at + ') format("woff2")}.k39{font-family:k39}'); },
	splitNodes: (at, { p }) => { p('s1'); const s = make('style'); s.append('.s1{background:url("', at, '")}'); on(s); },
	splitName: (at, { p }) => { p('s2'); const s = make('style'); s.append('.s2{background:u', 'rl(' + at + ')}'); on(s); },
	splitLater: (at, { p }) => { p('s3'); const s = on(make('style')); s.append('.s3{background:u'); s.append(document.createTextNode('rl(')); s.append(at + ')}'); },
	splitImport: (at) => { const s = on(make('style')); for (const t of ['@im', 'port "', at, '";']) s.appendChild(document.createTextNode(t)); },
	splitRemoved: (at) => { const s = on(make('style')); s.append('@im', 'x', 'port "' + at + '";'); s.removeChild(s.childNodes[1]); },
	splitRemove: (at) => { const s = on(make('style')); s.append('@im', 'x', 'port "' + at + '";'); s.childNodes[1].remove(); },
	splitDeleted: (at) => { const s = on(make('style')); s.append('@imxport "' + at + '";'); s.firstChild.deleteData(3, 1); },
	splitRange: (at) => { const s = on(make('style')); s.append('@im', 'x', 'port "' + at + '";'); const r = document.createRange(); r.selectNode(s.childNodes[1]); r.deleteContents(); },
	splitMoved: (at) => { const s = on(make('style')); s.append('@im', 'x', 'port "' + at + '";'); on(make('p')).append(s.childNodes[1]); },
	splitOuter: (at) => { const s = on(make('style')), b = make('b'); s.append('@import "', b, '";'); b.outerText = at; },
	splitComment: (at) => { const s = on(make('style')); s.append('@import "', document.createComment('c'), '";'); s.childNodes[1].replaceWith(at); },
	splitElement: (at) => { const s = on(make('style')); s.append('@import "', make('b'), '";'); s.childNodes[1].before(at); },
	reactLike: (at, { p }) => { p('s4'); const s = make('style'); for (const t of ['.s4{background:url(', at, ')}']) s.appendChild(document.createTextNode(t)); document.head.appendChild(s); },
	appendData: (at) => { const s = on(make('style')); s.append('@import "'); s.firstChild.appendData(at + '";'); },
	insertData: (at) => { const s = on(make('style')); s.append('";'); s.firstChild.insertData(0, '@import "' + at); },
	replaceData: (at) => { const s = on(make('style')); s.append('xxx";'); s.firstChild.replaceData(0, 3, '@import "' + at); },
	nodeValue: (at) => { const s = on(make('style')); s.append('x'); s.firstChild.nodeValue = '@import "' + at + '";'; },
	textOfNode: (at) => { const s = on(make('style')); s.append('x'); s.firstChild.textContent = '@import "' + at + '";'; },
	innerText: (at) => { on(make('style')).innerText = '@import "' + at + '";'; },
	adjacentText: (at) => { on(make('style')).insertAdjacentText('beforeend', '@import "' + at + '";'); },
	styleHTML: (at) => { on(make('style')).innerHTML = '@import "' + at + '";'; },
	styleRange: (at) => { const s = on(make('style')), r = document.createRange(); r.setStart(s, 0); r.insertNode(document.createTextNode('@import "' + at + '";')); },
	foreignText: (at) => { const f = on(make('iframe')); const t = f.contentDocument.createTextNode('@import "' + at + '";'); on(make('style')).append(t); },
	svgStyle: (at) => { const s = document.createElementNS('http://www.w3.org/2000/svg', 'style'); s.textContent = '@import "' + at + '";'; const g = document.createElementNS('http://www.w3.org/2000/svg', 'svg'); g.append(s); on(g); },
	cdata: (at) => { const s = document.createElementNS('http://www.w3.org/2000/svg', 'style'); s.append(document.adoptNode(new DOMParser().parseFromString('<a><![CDATA[@import "' + at + '";]]></a>', 'text/xml').documentElement.firstChild)); const g = document.createElementNS('http://www.w3.org/2000/svg', 'svg'); g.append(s); on(g); },
	shadowStyle: (at) => { const r = on(make('div')).attachShadow({ mode: 'closed' }), s = make('style'); r.append(s); s.append('@import "', at, '";'); },
	insertRule: (at, { p, sheet }) => { p('r1'); sheet().insertRule('.r1{background:\\url(' + at + ')}'); },
	insertImport: (at, { sheet }) => sheet().insertRule('@import "' + at + '"'),
	addRule: (at, { p, sheet }) => { p('r2'); sheet().addRule('.r2', 'background:url(' + at + ')'); },
	ruleProperty: (at, { p, rule }) => { p('r3'); rule('.r3{color:red}').style.backgroundImage = 'url(' + at + ')'; },
	ruleDashed: (at, { p, rule }) => { p('r4'); rule('.r4{color:red}').style['background-image'] = 'url(' + at + ')'; },
	ruleText: (at, { p, rule }) => { p('r5'); rule('.r5{color:red}').style.cssText = 'background:url(' + at + ')'; },
	ruleStyle: (at, { p, rule }) => { p('r6'); rule('.r6{color:red}').style = 'background:url(' + at + ')'; },
	ruleMap: (at, { p, rule }) => { p('r7'); rule('.r7{color:red}').styleMap.set('background-image', 'url(' + at + ')'); },
	ruleInner: (at, { p, rule }) => { p('r8'); rule('@media all{}').insertRule('.r8{background:url(' + at + ')}'); },
	ruleNested: (at, { p, rule }) => { p('r9'); rule('.r9{color:red}').insertRule('&{background:url(' + at + ')}'); },
	keyframeAppend: (at, { p, sheet }) => { p('r10'); const s = sheet(); s.insertRule('.r10{animation:r10 9000s}'); s.insertRule('@keyframes r10{}'); s.cssRules[0].appendRule('from{background-image:url(' + at + ')}'); },
	keyframeStyle: (at, { p, sheet }) => { p('r11'); const s = sheet(); s.insertRule('.r11{animation:r11 9000s}'); s.insertRule('@keyframes r11{from{color:red}}'); s.cssRules[0].cssRules[0].style.backgroundImage = 'url(' + at + ')'; },
	fontRule: (at, { p, rule }) => { p('r12', 'x').style.fontFamily = 'r12'; rule('@font-face{font-family:r12;src:url(/empty)}').style.setProperty('src', 'url(' + at + ')'); },
	fontRuleSrc: (at, { p, rule }) => { p('r13', 'x').style.fontFamily = 'r13'; rule('@font-face{font-family:r13;src:url(/empty)}').style.src = 'url(' + at + ')'; },
	adoptedForeign: (at, { p }) => { p('r14'); const W = on(make('iframe')).contentWindow, s = new CSSStyleSheet(); W.CSSStyleSheet.prototype.replaceSync.call(s, '.r14{background:url(' + at + ')}'); document.adoptedStyleSheets.push(s); },
	adoptedReplace: (at, { p }) => { p('r15'); const s = new CSSStyleSheet(); s.replace('.r15{background:url(' + at + ')}'); document.adoptedStyleSheets.push(s); },
	adoptedBase: (at, { p }) => { p('r16'); const s = new CSSStyleSheet({ baseURL: new URL('.', at).href }); s.replaceSync('.r16{background:url(' + at.split('/').pop() + ')}'); document.adoptedStyleSheets.push(s); },
	styleProperty: (at, { p }) => { p('e1').style.background = 'url(' + at + ')'; },
	styleDashed: (at, { p }) => { p('e2').style['background-image'] = 'url(' + at + ')'; },
	styleWebkit: (at, { p }) => { p('e3').style.WebkitMaskImage = 'url(' + at + ')'; },
	styleText: (at, { p }) => { p('e4').style.cssText = 'background:url(' + at + ')'; },
	styleForward: (at, { p }) => { p('e5').style = 'background:url(' + at + ')'; },
	styleSet: (at, { p }) => { p('e6').style.setProperty('background', 'url(' + at + ')', 'important'); },
	styleObject: (at, { p }) => { let n = 0; p('e7').style.background = { toString: () => (n++ ? 'none' : 'url(' + at + ')') }; },
	styleAssign: (at, { p }) => { Object.assign(p('e8').style, { backgroundImage: 'url(' + at + ')' }); },
	styleForced: (at, { p }) => { const e = p('e9'); e.style.backgroundImage = 'url(' + at + ')'; getComputedStyle(e).backgroundImage; e.offsetWidth; },
	styleForeign: (at, { p }) => { const W = on(make('iframe')).contentWindow; W.CSSStyleDeclaration.prototype.setProperty.call(p('e10').style, 'background', 'url(' + at + ')'); },
	styleDetached: (at) => { const e = make('p', { textContent: 'x' }); e.style.backgroundImage = 'url(' + at + ')'; on(e); },
	styleAttr: (at, { p }) => p('e11').setAttribute('style', 'background:url(' + at + ')'),
	styleAttrNS: (at, { p }) => p('e12').setAttributeNS(null, 'style', 'background:url(' + at + ')'),
	styleMap: (at, { p }) => { p('e13').attributeStyleMap.set('background-image', 'url(' + at + ')'); },
	styleMapValue: (at, { p }) => { p('e14').attributeStyleMap.set('background-image', CSSStyleValue.parse('background-image', 'url(' + at + ')')); },
	styleMapUnparsed: (at, { p }) => { const e = p('e15'); e.style.background = 'var(--u)'; e.attributeStyleMap.set('--u', new CSSUnparsedValue(['url(', at, ')'])); },
	styleMapAppend: (at, { p }) => { p('e16').attributeStyleMap.append('background-image', 'linear-gradient(red,blue)', 'url(' + at + ')'); },
	styleFrame: (at) => { const d = on(make('iframe')).contentDocument, e = d.createElement('p'); e.textContent = 'x'; d.body.append(e); e.style.backgroundImage = 'url(' + at + ')'; },
	animate: (at, { p }) => { p('a1').animate([{ backgroundImage: 'url(' + at + ')' }, { backgroundImage: 'url(' + at + ')' }], 9e6); },
	animateLists: (at, { p }) => { p('a2').animate({ backgroundImage: ['url(' + at + ')', 'url(' + at + ')'], offset: [0, 1] }, 9e6); },
	animateTwice: (at, { p }) => { let n = 0; p('a3').animate([{ get backgroundImage() { return n++ ? 'none' : 'url(' + at + ')'; } }, {}], 9e6); },
	animateIterator: (at, { p }) => { const clean = [{ opacity: 1 }], own = Array.prototype[Symbol.iterator]; let n = 0; clean[Symbol.iterator] = function () { return own.call(n++ ? clean : [{ backgroundImage: 'url(' + at + ')' }, { backgroundImage: 'url(' + at + ')' }]); }; p('a4').animate(clean, 9e6); },
	animateVar: (at, { p, css }) => { css('.a5{background:var(--av)}'); p('a5').animate({ '--av': ['url(' + at + ')', 'url(' + at + ')'] }, 9e6); },
	keyframeEffect: (at, { p }) => { new Animation(new KeyframeEffect(p('a6'), [{ backgroundImage: 'url(' + at + ')' }, {}], 9e6)).play(); },
	setKeyframes: (at, { p }) => { const a = p('a7').animate([{ opacity: 0 }], 9e6); a.effect.setKeyframes([{ backgroundImage: 'url(' + at + ')' }, {}]); },
	fontFace: (at) => { new FontFace('f1', 'local(none), \\75rl(' + at + ')').load().catch(() => {}); },
	fontFaceObject: (at) => { let n = 0; const f = new FontFace('f2', { toString: () => (n++ ? 'url(/empty)' : 'url(' + at + ')') }); document.fonts.add(f); f.load().catch(() => {}); },
	registered: (at, { p, css }) => { CSS.registerProperty({ name: '--r' + Math.random().toString(36).slice(2), syntax: '*', inherits: false, initialValue: '1' }); const name = '--rg' + Math.random().toString(36).slice(2); CSS.registerProperty({ name, syntax: '<image>', inherits: false, initialValue: 'url(' + at + ')' }); p(name); css('.' + name + '{background:var(' + name + ')}'); },
	svgFill: (at, { svg }) => svg('rect', { width: 9, height: 9, fill: 'url(' + at + '#a)' }),
	svgMask: (at, { svg }) => svg('rect', { width: 9, height: 9, mask: 'url(' + at + '#a)' }),
	svgFilter: (at, { svg }) => svg('rect', { width: 9, height: 9, filter: 'url(' + at + '#a)' }),
	svgClip: (at, { svg }) => svg('rect', { width: 9, height: 9, 'clip-path': 'url(' + at + '#a)' }),
	svgMarker: (at, { svg }) => svg('path', { d: 'M0 0L9 9L0 9', 'marker-start': 'url(' + at + '#a)', 'marker-end': 'url("' + at + '#a")' }),
	svgCursor: (at, { svg }) => svg('rect', { width: 9, height: 9, cursor: 'url(' + at + '),auto' }),
	canvasFilter: (at) => { const c = on(make('canvas')).getContext('2d'); c.filter = 'url(' + at + '#a)'; c.fillRect(0, 0, 9, 9); },
}`

// styleTools are what the ways make things with.
const styleTools = `{
	p: (name, text = 'x') => { const e = make('p', { className: name, textContent: text }); on(e); return e; },
	css: (text) => { const s = make('style'); s.textContent = text; on(s); return s; },
	sheet: () => on(make('style')).sheet,
	rule: (text) => { const { sheet } = on(make('style')); sheet.insertRule(text); return sheet.cssRules[0]; },
	svg: (tag, given) => { const ns = 'http://www.w3.org/2000/svg', s = document.createElementNS(ns, 'svg'), e = document.createElementNS(ns, tag); for (const n in given) e.setAttribute(n, given[n]); s.append(e); on(s); },
}`

// collected makes so much that what nothing holds goes: some engines give out another object
// then for what is still the same rule, animation or font.
const collected = `(async () => {
	for (let i = 0; i < 30; i++) {
		const all = [];
		for (let j = 0; j < 3e5; j++) all.push({ j, s: 'x' + j });
		await new Promise((done) => setTimeout(done));
	}
	return true;
})()`

// asked waits until nothing new comes, nor is wanted, and lists what of a folder the third
// party was asked for. A busy machine draws late, and what is drawn is what loads; Chromium
// asks for an image that does not come again in each frame of an animation.
func asked(t *tab, folder string, want ...string) (names []string) {
	t.t.Helper()
	seen := map[string]bool{}
	deadline := time.Now().Add(stepTimeout)
	for still, before := 0, 0; still < 5 || len(seen) < len(want) && time.Now().Before(deadline); still++ {
		t.truth(`new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))`)
		for _, e := range t.site.Log.Requests() {
			if name, found := strings.CutPrefix(e.URL, folder); found {
				name, _, _ = strings.Cut(name, "?")
				seen[name] = true
			}
		}
		if len(seen) > before {
			before, still = len(seen), 0
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func TestEveryWayOfCSSWaits(t *testing.T) { // R2.10
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "" })
	s.keeper("/styles", strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/"],`, 1), ``)
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
	visits := 0
	try := func(tab *tab, want ...string) []string {
		visits++
		s.Log.Clear()
		var names []string
		tools, err := json.Marshal(fmt.Sprint(visits))
		require.NoError(t, err)
		tab.eval(`((list, tools) => {
			window.make ||= (tag, props) => Object.assign(document.createElement(tag), props);
			window.on ||= (e) => document.body.appendChild(e);
			const missing = [];
			for (const name in list) {
				try {
					list[name]('`+s.Third+`/ads/' + name + '?' + `+string(tools)+`, tools);
				} catch (error) {
					missing.push(name + ': ' + error);
				}
			}
			return missing;
		})(`+styleWays+`, `+styleTools+`)`, &names)
		if len(names) > 0 {
			t.Log("not in "+running+":", strings.Join(names, ", "))
		}
		return asked(tab, "/ads/", want...)
	}
	_, bare := visit(t, s)
	want := try(bare.open("/bare"))
	t.Log("asked for in "+running+":", len(want), strings.Join(want, " "))
	assert.Greater(t, len(want), 60)
	bare.open("/empty")

	_, tab := visit(t, s)
	assert.Empty(t, try(tab.open("/styles")), "undecided")
	tab.until(`document.querySelector('dialog')`)
	tab.press("refuse")
	assert.Empty(t, try(tab), "refused")
	assert.Empty(t, try(tab.open("/styles")), "refused, at the next page")

	// What stands in the page comes back; what a call has been given stays what it was.
	never := []string{"fontFace", "fontFaceObject", "registered", "canvasFilter", "adoptedBase", "styleFrame"}
	// Chromium writes what was appended so that it cannot read it again.
	never = append(never, "styleMapAppend")
	released := slices.DeleteFunc(slices.Clone(want), func(name string) bool { return slices.Contains(never, name) })
	tab.truth(collected) // animations, sheets and rules that no script keeps a hold of
	tab.truth(`octroi.acceptAll()`)
	assert.Equal(t, released, asked(tab, "/ads/", released...), "released")
	assert.Equal(t, want, try(tab.open("/styles"), want...), "granted")
	// What was granted on this page may be asked for late, where the machine is busy.
	tab.open("/styles").truth(`octroi.refuseAll()`)
	// A property that was registered stays so.
	assert.Empty(t, slices.DeleteFunc(try(tab), func(name string) bool { return name == "registered" }), "withdrawn")
}

// parts serves the page half's own files as modules.
func (s *site) parts() {
	s.pages.Handle("GET /web/", http.StripPrefix("/web/", http.FileServer(http.Dir("../web"))))
	s.raw("/parts", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
}

func TestCSSIsReadInOnePass(t *testing.T) { // R6
	s := newSite(t)
	s.parts()
	_, tab := visit(t, s)
	tab.open("/parts")
	parts := []string{"url(", "url(a)", "\"", "\"\n", "(", "a(", "\\", "\\a", "\\000061", "/*", "/**/", "a", "é", "url(a\"", "url( ", "@import \"a\";", "image-set(\"a\"", "--a:\"b\";", "@", "#", "{", "([{", ")", "<!", "-", ";", " "}
	for _, part := range parts {
		quoted, err := json.Marshal(part)
		require.NoError(t, err)
		var took [2]float64 // milliseconds for 32 times 32 KiB, and for 1 MiB
		tab.eval(`import('/web/core/css.js').then(({ edits }) => {
			const part = `+string(quoted)+`;
			return [1 << 15, 1 << 20].map((length) => {
				const text = part.repeat(length / part.length) + "'";
				let best = 1 / 0;
				for (let i = 0; i < 2; i++) {
					const from = performance.now();
					for (let done = 0; done < 1 << 20; done += length) edits(text, false, () => undefined);
					best = Math.min(best, performance.now() - from);
				}
				return best;
			});
		})`, &took)
		// On a machine that has other things to do.
		assert.False(t, took[1] > 100 && took[1] > 10*took[0], "%q: %v ms, %v ms", part, took[0], took[1])
	}
}

func TestCSSIsReadAsTheBrowserReadsIt(t *testing.T) {
	s := newSite(t)
	s.parts()
	s.raw("/t.example", "image/svg+xml", func() string { return `<svg xmlns="http://www.w3.org/2000/svg"/>` })
	_, tab := visit(t, s)
	tab.open("/parts")
	var found struct {
		Through, Changed []string
		Live, Texts      int
	}
	tab.eval(`import('/web/core/css.js').then(({ edits, edited }) => {
		let seed = 16;
		const random = (n) => ((seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0) >>> 8) % n;
		const at = location.origin + '/t.example';
		const parts = ['url(', 'URL(', 'u', 'rl(', '\\75rl(', 'ur\\6c (', '1', '-', '--', '--x', '#', '@', '<!--', '-->', '"', "'", '\\', '\\\n', '\n', '\r\n', ' ', '/*', '*/', '(', ')', '[', ']', '{', '}', ';', ':', ',', '.', '+', '%', 'é', '\0', 'image-set(', '-webkit-image-set(', 'type(', 'var(--x', 'background:', 'background-image:', 'cursor:', '--x:', '.a{', 'p{', '@media all{', 'color:red', ' 1x', '@namespace', 'content:', 'list-style:', 'U+', 'e', at, at, 'background-image:url(' + at, 'cursor:url("' + at + '"),auto', '--x:image-set(', '--x:"' + at, 'url(' + at + ')', 'url("' + at + '")', '"' + at + '"', "'" + at + "'"];
		const sheet = new CSSStyleSheet(), using = new CSSStyleSheet();
		using.replaceSync('.v{background-image:var(--x)!important}.w{background-image:image-set(var(--x) 1x)!important}');
		document.adoptedStyleSheets = [sheet, using];
		document.body.innerHTML = '<p class=a><b class=v></b><b class=w></b></p>';
		const elements = [...document.querySelectorAll('p, b')];
		const blank = 'about:invalid#o';
		// What the browser would ask for, and all that it has understood.
		const read = (text) => { sheet.replaceSync(text); return elements.map((e) => { const s = getComputedStyle(e); return [s.backgroundImage, s.cursor, s.content, s.listStyleImage, s.color].join(); }).join('\n'); };
		const live = (text) => /url\("[^"]*t\.example/.test(text);
		const out = { Through: [], Changed: [], Live: 0, Texts: 0 };
		for (const end = performance.now() + 4000; performance.now() < end; out.Texts++) {
			let text = '.a{';
			for (let i = 3 + random(12); i > 0; i--) text += parts[random(parts.length)];
			const now = edited(text, edits(text, false, (address) => (address.includes('t.example') ? blank : undefined)));
			const before = read(text);
			if (live(before)) out.Live++;
			// What is blanked is all that is live, and nothing else is another.
			const after = read(now);
			if (live(after) && out.Through.length < 9) out.Through.push(text + ' → ' + now + ' → ' + after);
			// What is not closed is closed, in a custom property.
			if (!live(before) && before !== after && !edits(text, false, () => undefined).length && out.Changed.length < 9) out.Changed.push(text + ' → ' + now);
		}
		return out;
	})`, &found)
	t.Log(found.Texts, "texts,", found.Live, "of them with an address")
	assert.Greater(t, found.Live, 20)
	assert.Empty(t, found.Through)
	assert.Empty(t, found.Changed)
}

// TestEveryPropertyThatTakesAnAddressIsHeld asks the browser which do, so that new ones are
// missed by none.
func TestEveryPropertyThatTakesAnAddressIsHeld(t *testing.T) {
	s := newSite(t)
	s.keeper("/styles", strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/"],`, 1), ``)
	_, tab := visit(t, s)
	tab.open("/styles")
	tab.until(`octroi.state()`)
	var found struct{ Through, Held []string }
	tab.eval(`(() => {
		const at = '`+s.Third+`/ads/x', out = { Through: [], Held: [] };
		const sheet = document.head.appendChild(document.createElement('style')).sheet;
		for (const rule of ['@font-face{font-family:a}', '@page{margin:0}', '@keyframes k{from{color:red}}', '.none{color:red}']) sheet.insertRule(rule);
		const styles = [document.createElement('p').style, document.createElementNS('http://www.w3.org/2000/svg', 'g').style];
		for (const rule of sheet.cssRules) styles.push((rule.cssRules?.[0] || rule).style);
		const names = new Set();
		for (const style of styles) {
			for (const name in style) names.add(name);
			for (let p = style; p; p = Object.getPrototypeOf(p)) for (const name of Object.getOwnPropertyNames(p)) names.add(name);
		}
		for (const name of [...names]) {
			const dashed = name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase()).replace(/^(webkit|moz|epub)-/, '-$1-');
			names.add(dashed).add(dashed.replace(/^-/, '').replace(/-([a-z])/g, (_, c) => c.toUpperCase())).add(dashed.replace(/-([a-z])/g, (_, c) => c.toUpperCase()));
		}
		const url = 'url("' + at + '")';
		for (const name of names) {
			for (const style of styles) {
				for (const value of [url, url + ' 0 0, auto', url + ', auto', 'below 0px ' + url, url + ' 3', url + ' red', 'a ' + url, 'a, ' + url, url + ' format("woff")', 'image-set("' + at + '" 1x)', '"a" ' + url, 'normal ' + url, url + ' inside']) {
					const before = style.cssText;
					try {
						if (name === 'cssText') continue;
						style[name] = value;
					} catch {
						continue;
					}
					const text = style.cssText;
					if (text.includes(at)) out.Through.push(name + ': ' + value);
					else if (text !== before && text.includes('octroi-') && !out.Held.includes(name)) out.Held.push(name);
					try {
						style.removeProperty(name);
						style[name] = '';
						style.cssText = '';
					} catch {}
				}
			}
		}
		return out;
	})()`, &found)
	assert.Empty(t, found.Through)
	assert.Greater(t, len(found.Held), 30)
	t.Log(len(found.Held), "in", running+":", strings.Join(found.Held, " "))
}

func TestSheetsOfTheSiteAndInstructionsAreHeld(t *testing.T) {
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "" })
	s.raw("/own.css", "text/css", func() string {
		return `@font-face{font-family:o;src:url(` + s.Third + `/ads/ownfont)} .later{background:url(` + s.Third + `/ads/ownlater)} @media all{.later{list-style:url(` + s.Third + `/ads/ownmedia)}}`
	})
	s.keeper("/styles", strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/"],`, 1), `<link rel="stylesheet" href="/own.css"><style>@import "/own.css?imported";</style>`)
	_, tab := visit(t, s)
	tab.open("/styles")
	tab.until(`document.querySelector('dialog')`)
	tab.press("refuse")
	s.Log.Clear()
	tab.truth(`(() => {
		const at = '` + s.Third + `/ads/';
		const p = document.body.appendChild(document.createElement('p'));
		p.textContent = 'x';
		p.className = 'later';
		p.style.fontFamily = 'o';
		const link = (href) => document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
		link('data:text/css,@import "' + at + 'linkdata";');
		link(URL.createObjectURL(new Blob(['.later{background:url(' + at + 'linkblob)}'], { type: 'text/css' })));
		const i = document.createProcessingInstruction('xml-stylesheet', 'type="text/css" href="' + at + 'instruction"');
		document.insertBefore(i, document.documentElement);
		const late = document.createProcessingInstruction('xml-stylesheet', 'type="text/css" href="/empty"');
		document.insertBefore(late, document.documentElement);
		late.data = 'type="text/css" href="&#104;ttp' + at.slice(4) + 'instructed"';
		const f = document.createElement('iframe');
		document.body.append(f);
		return true;
	})()`)
	assert.Empty(t, asked(tab, "/ads/"))
	tab.truth(`octroi.acceptAll()`)
	got := asked(tab, "/ads/", "ownlater", "ownfont")
	for _, name := range []string{"ownlater", "ownfont"} {
		assert.Contains(t, got, name)
	}
}

func TestAStylesTextsStayWhatTheyAre(t *testing.T) {
	s := newSite(t)
	s.keeper("/styles", strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/"],`, 1), ``)
	_, tab := visit(t, s)
	tab.open("/styles")
	tab.until(`octroi.state()`)
	var failed []string
	tab.eval(`(() => {
		const failed = [], check = (what, ok) => ok || failed.push(what);
		const at = '`+s.Third+`/ads/x';
		const style = document.head.appendChild(document.createElement('style'));
		const texts = ['.t{color:red} .u{background:u', 'rl(' + at, ')} .v{color:blue}'].map((t) => document.createTextNode(t));
		style.append(...texts);
		check('as many texts', style.childNodes.length === 3 && texts.every((t, i) => style.childNodes[i] === t));
		check('nothing is asked for', !style.textContent.includes(at) && style.textContent.includes('octroi-'));
		check('the rules', [...style.sheet.cssRules].map((r) => r.selectorText).join() === '.t,.u,.v');
		check('the type', !style.hasAttribute('type'));
		// What is not held stays as it was written, to the letter.
		const odd = ".a{b:\\75rl( 'own.gif' ) ; content:'" + at + "'} a[href=\"" + at + "\"]{} /* url(" + at + ") */ @namespace q url(" + at + ");";
		style.textContent = odd;
		check('to the letter: ' + style.textContent, style.textContent === odd);
		const typed = document.createElement('style');
		typed.type = 'text/css';
		typed.textContent = '.a{color:red}';
		document.head.append(typed);
		typed.firstChild.data = '.b{color:red}';
		check('its own type', typed.type === 'text/css' && typed.sheet.cssRules[0].selectorText === '.b');
		const rule = typed.sheet.cssRules[0];
		rule.style.backgroundImage = 'url(' + at + ')';
		check('a rule', rule.style.backgroundImage.includes('octroi-') && typed.sheet.cssRules[0] === rule);
		const e = document.createElement('p');
		check('has', 'background' in e.style && e.style.background === '' && getComputedStyle(document.body).backgroundImage === 'none');
		e.style.background = 'red';
		check('reads', e.style.backgroundColor === 'red');
		e.style.background = null;
		check('empties', e.style.cssText === '');
		e.style.backgroundImage = 'url(own.gif)';
		check('own', e.style.backgroundImage.includes('own.gif'));
		const a = e.animate([{ opacity: 0, offset: 0 }, { opacity: 1, easing: 'ease-in' }], 100);
		check('keyframes', a.effect.getKeyframes().length === 2 && a.effect.getKeyframes()[1].opacity === '1');
		try { e.animate([{ get color() { throw 1; } }], 1); check('throws', false); } catch (error) { check('throws what the page throws', error === 1); }
		try { e.style.setProperty('color'); check('throws', false); } catch (error) { check('a TypeError', error instanceof TypeError); }
		return failed;
	})()`, &failed)
	assert.Empty(t, failed)
}

// BenchmarkStyles tells what hot paths cost, against a page without Octroi.
func BenchmarkStyles(b *testing.B) {
	s := newSite(b)
	s.keeper("/styles", keeping(""), ``)
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
	const measure = `(() => {
		const e = document.body.appendChild(document.createElement('p')), { sheet } = document.head.appendChild(document.createElement('style'));
		const text = document.body.appendChild(document.createElement('p')).appendChild(document.createTextNode(''));
		const all = {
			'style.left': (i) => { e.style.left = (i & 7) + 'px'; },
			'style.background': (i) => { e.style.background = i & 1 ? 'red' : 'rgb(0,0,1)'; },
			'setProperty': (i) => e.style.setProperty('transform', i & 1 ? 'translate(1px)' : 'none'),
			'cssText': (i) => { e.style.cssText = i & 1 ? 'left: 1px; top: 2px' : 'left: 2px'; },
			'insertRule': (i) => { sheet.insertRule('.r' + i + '{color:rgb(1,2,3);transform:translate(1px)}', 0); if (i % 50 === 49) while (sheet.cssRules.length) sheet.deleteRule(0); },
			'animate': (i) => e.animate([{ opacity: 0 }, { opacity: 1 }], 1).cancel(),
			'textContent': (i) => { e.textContent = i & 1 ? 'a' : 'b'; },
			'data': (i) => { text.data = i & 1 ? 'a' : 'b'; },
			'removeChild': (i) => { e.appendChild(text); e.removeChild(text); },
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
	})()`
	_, tab := visit(b, s)
	for b.Loop() {
		var bare, ours map[string]float64 // ns
		tab.open("/bare").eval(measure, &bare)
		tab.open("/styles").until(`octroi.state()`)
		tab.eval(measure, &ours)
		for _, name := range slices.Sorted(maps.Keys(bare)) {
			b.Logf("%s: %s %.0f ns, bare %.0f ns: × %.1f", running, name, ours[name], bare[name], ours[name]/bare[name])
		}
	}
}
