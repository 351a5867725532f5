package wasmtest

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// order notes in window.ran what ran, and in which order.
const order = `<script>window.ran = []</script>`

func TestGatedScriptsRunOnceInDocumentOrder(t *testing.T) {
	s := newSite(t)
	slow := make(chan struct{})
	s.pages.HandleFunc("/slow.js", func(w http.ResponseWriter, r *http.Request) {
		<-slow
		w.Header().Set("Content-Type", "text/javascript")
		w.Write([]byte(`ran.push('slow')`))
	})
	s.raw("/quick.js", "text/javascript", func() string { return `ran.push('quick')` })
	s.raw("/async.js", "text/javascript", func() string { return `ran.push('async')` })
	s.page("/order", order+dropIn, `
		<script type="text/plain" data-octroi="gtag">ran.push('inline'); ran.push(document.currentScript.dataset.own)</script>
		<script type="text/plain" data-octroi="gtag" data-src="/slow.js"></script>
		<script type="text/plain" data-octroi="gtag" async src="/async.js"></script>
		<template data-octroi="matomo"><b id="in">template</b><script>ran.push('template')</script><script src="/quick.js"></script></template>
		<script type="text/plain" data-octroi="gtag" src="/quick.js" data-own="kept"></script>
		<script type="text/plain" data-octroi="matomo" data-type="application/json" src="/data.json"></script>
		<script type="text/plain" data-octroi="matomo">ran.push('last')</script>
		<script type="text/plain" data-octroi="audience pixel">ran.push('needs both')</script>
		<script type="text/plain" data-octroi="pixel">ran.push('refused')</script>
		<script type="text/plain" data-octroi="gtag" data-type="module">ran.push(typeof this + import.meta.url.includes('/order'))</script>`)
	_, tab := visit(t, s)
	tab.open("/order")
	assert.True(t, tab.truth(`ran.length === 0 && !document.getElementById('in')`))
	tab.truth(`octroi.save({ audience: true })`)
	tab.until(`ran.includes('inline')`)
	assert.True(t, tab.truth(`!ran.includes('quick') && !ran.includes('last')`), "the next waits for the one before")
	close(slow)
	tab.until(`ran.includes('last') && ran.includes('undefinedtrue')`)
	var ran []string
	tab.eval(`ran.filter((r) => r !== 'async' && r !== 'undefinedtrue')`, &ran)
	assert.Equal(t, []string{"inline", "", "slow", "template", "quick", "quick", "last"}, append(ran[:1:1], append([]string{""}, ran[2:]...)...))
	tab.truth(`(octroi.withdraw('audience'), octroi.save({ audience: true }), octroi.acceptAll(), true)`)
	tab.until(`ran.includes('refused')`)
	assert.True(t, tab.truth(`ran.filter((r) => r === 'inline').length === 1 && ran.filter((r) => r === 'quick').length === 2`), "and runs once")
	assert.True(t, tab.truth(`ran.includes('needs both')`))
}

func TestGatedElements(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.page("/elements", dropIn, `
		<iframe data-octroi="share" data-src="THIRD/social/video.html"></iframe>
		<img data-octroi="pixel" data-src="THIRD/ads/pixel.gif" data-srcset="THIRD/ads/pixel.gif 2x">
		<link rel="stylesheet" data-octroi="device" data-src="THIRD/display/device.css">
		<template data-octroi="share"><iframe id="deep" src="THIRD/social/share"></iframe></template>`)
	_, tab := visit(t, s)
	tab.open("/elements")
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.arrived("/social/video.html", "/ads/pixel.gif", "/display/device.css", "/social/share")
	s.Log.Clear()
	tab.truth(`octroi.withdraw()`)
	assert.True(t, tab.truth(`!document.getElementById('deep') && [...document.querySelectorAll('iframe')].every((f) => !f.src) && !document.querySelector('link').href`))
	s.Log.Clear()
	tab.truth(`octroi.acceptAll()`)
	assert.True(t, tab.truth(`document.querySelector('img').src && document.querySelector('img').srcset && document.querySelector('link').href`), "Firefox has them still")
	tab.until(`document.getElementById('deep')`)
	for changed := s.Log.Changed(); !slices.Contains(s.paths(), "/social/video.html"); changed = s.Log.Changed() {
		<-changed
	}
}

func TestTemplatesWithinTemplates(t *testing.T) {
	s := newSite(t)
	s.page("/nested", order+dropIn, `<div id="app"><template data-octroi="share"><b>outer</b><template data-octroi="pixel"><i>inner</i></template><b>end</b><script>ran.push('outer')</script></template><p>own</p></div>`)
	_, tab := visit(t, s)
	tab.open("/nested")
	assert.True(t, tab.truth(`app.innerText === 'own'`))
	tab.truth(`octroi.acceptAll()`)
	tab.until(`app.innerText.replace(/\s+/g, '') === 'outerinnerendown'`)
	tab.truth(`octroi.withdraw('share')`)
	assert.True(t, tab.truth(`app.innerText.trim() === 'own'`))
	tab.truth(`octroi.acceptAll()`)
	tab.until(`app.innerText.replace(/\s+/g, '') === 'outerinnerendown'`)
	tab.truth(`octroi.withdraw('pixel')`)
	assert.True(t, tab.truth(`app.innerText.replace(/\s+/g, '') === 'outerendown' && ran.join() === 'outer'`))
	// A page that moved things keeps its own.
	tab.truth(`(app.prepend(app.querySelector('p')), octroi.withdraw())`)
	assert.True(t, tab.truth(`app.innerText.trim() === 'own'`))
}

// What a template brings is held by its own id even where its markup is plain.
func TestATemplateOpensNothingBesidesItself(t *testing.T) {
	s := newSite(t)
	s.page("/inside", order+dropIn, `<template data-octroi="share"><b id="in"></b>
		<script data-octroi="pixel">ran.push('plain')</script>
		<script data-octroi="pixel" data-src="THIRD/ads/events.js"></script>
		<img data-octroi="pixel" data-src="THIRD/ads/pixel.gif"><iframe data-octroi="pixel" src="THIRD/social/video.html"></iframe></template>`)
	_, tab := visit(t, s)
	tab.open("/inside").truth(`octroi.save({ share: true })`)
	tab.until(`document.getElementById('in')`)
	assert.Empty(t, tab.requests())
	assert.True(t, tab.truth(`ran.length === 0`))
	tab.truth(`octroi.acceptAll()`)
	tab.arrived("/ads/events.js", "/ads/tr", "/ads/pixel.gif", "/social/video.html")
	assert.True(t, tab.truth(`ran.join() === 'plain'`))
}

func TestALinkFromElsewhereOpensTheChoices(t *testing.T) {
	sampled(t, "the interface's tree and its openers are the same in each")
	s := newSite(t)
	for _, script := range []string{"octroi.js", "octroi.split.js"} {
		s.page("/to/"+script, `<script src="/octroi/`+script+`"></script>`, ``)
		_, tab := visit(t, s)
		tab.open("/to/" + script + "#octroi")
		tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
	}
}

// Where two packets meet within a script or a template, the parser shows half of it.
func TestMarkupThatArrivesInPieces(t *testing.T) {
	s := newSite(t)
	s.page("/first", dropIn, "")
	next := make(chan struct{}, 10)
	s.pages.HandleFunc("/next", func(w http.ResponseWriter, r *http.Request) { next <- struct{}{} })
	s.pages.HandleFunc("/pieces", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for i, piece := range []string{
			`<!doctype html><html lang="en"><script type="application/json" id="octroi-config">` + s.Declaration() + `</script>` + order + dropIn +
				`<script>new MutationObserver(() => { for (const half of document.querySelectorAll('.half')) { half.classList.remove('half'); setTimeout(() => fetch('/next', { method: 'POST' })); } }).observe(document, { childList: true, subtree: true })</script>
				<body><script type="text/plain" data-octroi="gtag" class="half">ran.push('one'); `,
			`ran.push('whole');</script><template data-octroi="gtag" class="half"><b id="in">`,
			`in</b><script>ran.push('template')</script></template><script type="text/plain" data-octroi="gtag" class="half">ran.push('la`,
			`st')</script>`,
		} {
			if i > 0 {
				select {
				case <-next:
				case <-time.After(time.Second): // Firefox may show what it has read only when more has come
				case <-r.Context().Done():
				}
			}
			io.WriteString(w, piece)
			http.NewResponseController(w).Flush()
		}
	})
	_, tab := visit(t, s)
	tab.open("/first").truth(`octroi.save({ gtag: true })`)
	tab.open("/pieces")
	tab.until(`ran.length >= 4`)
	assert.True(t, tab.truth(`ran.join() === 'one,whole,template,last' && document.getElementById('in').textContent === 'in'`))
}

func TestMarkupAddedLater(t *testing.T) {
	s := newSite(t)
	s.page("/late", order+dropIn, `<div id="app"></div>`)
	_, tab := visit(t, s)
	tab.open("/late")
	add := `((n) => {
		const make = (tag, props, attributes = {}) => { const e = Object.assign(document.createElement(tag), props); for (const a in attributes) e.setAttribute(a, attributes[a]); return e; };
		app.append(make('script', { type: 'text/plain', text: 'ran.push("late")' }, { 'data-octroi': 'gtag' }));
		app.append(make('iframe', {}, { 'data-octroi': 'share', 'data-src': '` + s.Third + `/social/video.html' }));
		app.insertAdjacentHTML('beforeend', '<div><script type="text/plain" data-octroi="gtag">ran.push("deep")<\/script></div>');
		const plain = make('div');
		plain.innerHTML = '<img data-octroi="pixel" data-src="` + s.Third + `/ads/pixel.gif?' + n + '">';
		app.append(plain);
	})`
	tab.truth(add + "(1)")
	assert.Empty(t, tab.requests())
	assert.True(t, tab.truth(`ran.length === 0`))
	tab.press("accept")
	tab.arrived("/social/video.html", "/ads/pixel.gif")
	assert.True(t, tab.truth(`ran.join() === 'late,deep'`))
	tab.truth(add + "(2)")
	tab.until(`ran.join() === 'late,deep,late,deep'`)
	tab.arrived("/social/video.html", "/ads/pixel.gif", "/social/video.html", "/ads/pixel.gif")
}

func TestAnIdThatNothingHasIsToldAndHeld(t *testing.T) {
	s := newSite(t)
	s.page("/typo", order+dropIn, `<script type="text/plain" data-octroi="analytiks">ran.push(1)</script>`)
	v, tab := visit(t, s, `data-octroi="analytiks": no category or service has this id`)
	tab.open("/typo").press("accept")
	assert.True(t, tab.truth(`ran.length === 0`))
	assert.Len(t, v.console(1), 1, "once")
}

func TestThePagesView(t *testing.T) {
	s := newSite(t)
	s.page("/api", `<script>
		window.seen = [];
		for (const name of ['ready', 'change', 'blocked', 'error']) document.addEventListener('octroi:' + name, (e) => seen.push([name, e.detail]));
	</script>`+dropIn, `<img data-octroi="pixel" data-src="THIRD/ads/pixel.gif"><button data-octroi-open id="open">Cookies</button>`)
	v, tab := visit(t, s, "passed over")
	tab.open("/api")
	assert.True(t, tab.truth(`seen[0][0] === 'ready' && seen[0][1].decided === false && seen.some(([n, d]) => n === 'blocked' && d.id === 'pixel' && d.element.localName === 'img')`))
	declared, err := os.ReadFile(filepath.Join(Dist, "octroi.d.ts"))
	require.NoError(t, err)
	var members []string
	tab.eval(`Object.keys(octroi)`, &members)
	for _, m := range members {
		assert.Regexp(t, `(?m)^  (readonly )?`+m+`[(:<]`, string(declared), "described in octroi.d.ts")
	}
	assert.Len(t, members, 20)
	tab.truth(`(window.told = [], octroi.when('gtag').then(() => told.push('gtag')), octroi.when('pixel').then(() => told.push('pixel')), window.off = octroi.on('change', (d) => told.push(d.changed.length)))`)
	tab.truth(`octroi.save({ gtag: true, nobody: true, essential: false })`)
	tab.until(`told.includes('gtag')`)
	assert.True(t, tab.truth(`octroi.allows('gtag') && !octroi.allows('audience') && !octroi.allows('pixel') && !told.includes('pixel')`))
	assert.True(t, tab.whole().truth(`octroi.state().services.gtag === true && octroi.state().categories.audience.earlier === true && octroi.report().kept === true`))
	tab.truth(`(off(), octroi.acceptAll())`)
	tab.until(`told.includes('pixel')`)
	assert.True(t, tab.truth(`told.filter(Number.isInteger).length === 1`))
	tab.truth(`octroi.withdraw('pixel')`)
	assert.True(t, tab.truth(`!octroi.allows('pixel') && octroi.allows('mail')`))
	tab.truth(`octroi.withdraw()`)
	assert.True(t, tab.truth(`!octroi.allows('gtag') && octroi.allows('essential') && octroi.state().decided`))
	tab.click("#open")
	tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
	tab.press("close")
	tab.truth(`octroi.show()`)
	tab.until(`document.querySelector('dialog.octroi-ask[open]') && document.activeElement.matches('.octroi-title')`)
	tab.press("close")
	tab.until(`!document.querySelector('dialog')`)
	// Odd arguments throw nothing.
	assert.True(t, tab.truth(`(() => { for (const odd of [undefined, null, 0, {}, [], 'x', Symbol('s')]) { octroi.allows(odd); octroi.when(odd); octroi.save(odd); octroi.withdraw(typeof odd === 'symbol' ? 'x' : String(odd)); } return true; })()`))
	assert.True(t, tab.truth(`!octroi.allows('gtag')`))
	assert.NotEmpty(t, v.console(1))
}

func TestDeclarationByURL(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	s := newSite(t)
	gate := make(chan struct{})
	s.pages.HandleFunc("/declaration.json", func(w http.ResponseWriter, r *http.Request) {
		<-gate
		w.Write([]byte(s.Declaration()))
	})
	body := `<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title>%s<body><iframe data-octroi="share" data-src="` + s.Third + `/social/video.html"></iframe>`
	s.raw("/by-url", "text/html", func() string {
		return strings.Replace(body, "%s", `<script src="/octroi/octroi.js" data-config="/declaration.json"></script>`, 1)
	})
	s.raw("/by-dead-url", "text/html", func() string {
		return strings.Replace(body, "%s", `<script>addEventListener('load', () => 0); document.addEventListener('octroi:error', (e) => (window.wrong = e.detail))</script><script src="/octroi/octroi.js" data-config="/nothing.json"></script>`, 1)
	})
	_, tab := visit(t, s)
	tab.open("/by-url")
	assert.True(t, tab.truth(`octroi.state() === null && !document.querySelector('dialog')`))
	assert.Empty(t, tab.requests(), "shut until the declaration is there")
	close(gate)
	tab.until(`document.querySelector('dialog')`)
	tab.press("accept")
	tab.arrived("/social/video.html")
	tab.open("/by-url")
	tab.arrived("/social/video.html", "/social/video.html")

	_, other := visit(t, s)
	other.open("/by-dead-url")
	other.until(`window.wrong?.reason === 'config'`)
	assert.True(t, other.truth(`octroi.state() === null`))
}

func TestTheSplitBuild(t *testing.T) {
	s := newSite(t)
	s.page("/split", `<script src="/octroi/octroi.split.js"></script>`, `<iframe data-octroi="share" data-src="THIRD/social/video.html"></iframe>`)
	_, tab := visit(t, s)
	tab.open("/split")
	tab.until(`document.querySelector('dialog')`)
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.arrived("/social/video.html")
}

// Bytes that no engine sends must be refused, and those of Go's half read back.
func TestTheBridgesOtherHalf(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	for _, file := range []string{"jsbridge/bridge.js", "web/safe/language.js"} {
		source, err := os.ReadFile("../" + file)
		require.NoError(t, err)
		s.raw("/"+file, "text/javascript", func() string { return string(source) })
	}
	s.raw("/bridge", "text/html", func() string {
		return `<script type="module">import * as b from '/jsbridge/bridge.js'; window.b = b; window.ready = true</script>`
	})
	_, tab := visit(t, s)
	tab.open("/bridge")
	tab.until(`window.ready`)
	assert.True(t, tab.truth(`(() => {
		let seed = 7, taken = 0, refused = 0;
		const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648, seed % n);
		for (let i = 0; i < 20000; i++) {
			const bytes = Uint8Array.from({ length: random(40) }, () => (random(3) ? random(4) : random(256)));
			try { b.decode(bytes); taken++; } catch (e) { if (!(e instanceof RangeError)) throw e; refused++; }
		}
		return taken > 0 && refused > 0;
	})()`))
	// Also where a page bends what is at hand for reading them: what was an argument is never
	// taken for an effect.
	assert.True(t, tab.truth(`(() => {
		for (const name of Object.getOwnPropertyNames(DataView.prototype)) if (/^[gs]et/.test(name)) DataView.prototype[name] = () => 1;
		const effects = [[3], [5, 'ask', '["é😀"]', ''], [14, '\0']];
		const bytes = effects.flatMap(([kind, ...args]) => [kind, args.length, ...b.encode(args)]);
		return JSON.stringify(b.decode(Uint8Array.from(bytes))) === JSON.stringify(effects);
	})()`))
}
