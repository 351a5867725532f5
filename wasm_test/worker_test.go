package wasmtest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// workerWays are what a page asks for where no hook is: by its markup, AT being an address, and
// by its scripts, at being one. Not all of it comes by the page's service worker.
var workerWays = []struct{ name, file, markup, code string }{
	{name: "script", file: "js", markup: `<script src="AT"></script>`},
	{name: "asyncScript", file: "js", markup: `<script async src="AT"></script>`},
	{name: "deferScript", file: "js", markup: `<script defer src="AT"></script>`},
	{name: "module", file: "js", markup: `<script type="module" src="AT"></script>`},
	{name: "inlineModule", file: "js", markup: `<script type="module">import "AT"</script>`},
	{name: "stylesheet", file: "css", markup: `<link rel="stylesheet" href="AT">`},
	{name: "preload", file: "gif", markup: `<link rel="preload" as="image" href="AT">`},
	{name: "modulepreload", file: "js", markup: `<link rel="modulepreload" href="AT">`},
	{name: "prefetch", file: "js", markup: `<link rel="prefetch" href="AT">`},
	{name: "preconnect", file: "conn", markup: `<link rel="preconnect" href="AT">`},
	{name: "img", file: "gif", markup: `<img src="AT">`},
	{name: "srcset", file: "gif", markup: `<img srcset="AT 1x">`},
	{name: "picture", file: "gif", markup: `<picture><source srcset="AT"><img></picture>`},
	{name: "imageInput", file: "gif", markup: `<input type="image" src="AT">`},
	{name: "svgImage", file: "gif", markup: `<svg><image href="AT"/></svg>`},
	{name: "video", file: "gif", markup: `<video preload="auto" src="AT"></video>`},
	{name: "audio", file: "gif", markup: `<audio preload="auto" src="AT"></audio>`},
	{name: "poster", file: "gif", markup: `<video poster="AT"></video>`},
	{name: "background", file: "gif", markup: `<table background="AT"><tr><td>a</table>`},
	{name: "styleImport", file: "css", markup: `<style>@import "AT";</style>`},
	{name: "styleURL", file: "gif", markup: `<style>.w { background: url(AT) }</style><p class="w">a</p>`},
	{name: "font", file: "woff2", markup: `<style>@font-face { font-family: f; src: url(AT) }</style><p style="font-family: f">a</p>`},
	{name: "iframe", file: "html", markup: `<iframe src="AT"></iframe>`},
	{name: "object", file: "svg", markup: `<object data="AT" type="image/svg+xml"></object>`},
	{name: "embed", file: "svg", markup: `<embed src="AT" type="image/svg+xml">`},

	{name: "fetch", file: "json", code: `fetch(at, { mode: 'no-cors' }).catch(() => {})`},
	{name: "fetchKeepalive", file: "json", code: `fetch(at, { method: 'POST', body: 'a', mode: 'no-cors', keepalive: true }).catch(() => {})`},
	{name: "XHR", file: "json", code: `const x = new XMLHttpRequest(); x.open('GET', at); x.send()`},
	{name: "beacon", file: "json", code: `navigator.sendBeacon(at, 'a')`},
	{name: "EventSource", file: "json", code: `new EventSource(at)`},
	{name: "WebSocket", file: "ws", code: `new WebSocket(at.replace('http', 'ws'))`},
	{name: "image", file: "gif", code: `new Image().src = at`},
	{name: "dynamicImport", file: "js", code: `import(at).catch(() => {})`},
	{name: "cacheAdd", file: "json", code: `caches.open('own').then((c) => c.add(at)).catch(() => {})`},
	{name: "worker", file: "json", code: `new Worker('/fetches.js#' + at)`},
	{name: "blobWorker", file: "json", code: `new Worker(URL.createObjectURL(new Blob(['fetch("' + at + '", { mode: "no-cors" }).catch(() => {})'])))`},
	{name: "sharedWorker", file: "json", code: `new SharedWorker('/fetches.js?' + performance.timeOrigin + '#' + at)`},
	{name: "importScripts", file: "js", code: `new Worker('/imports.js#' + at)`},
	{name: "ownFrame", file: "json", code: `document.body.append(Object.assign(document.createElement('iframe'), { src: '/frame#' + at }))`},
	{name: "srcdoc", file: "gif", code: `document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: '<img src="' + at + '">' }))`},
	{name: "ping", file: "json", code: `const a = document.createElement('a'); a.href = '#'; a.ping = at; document.body.append(a); a.click()`},
	{name: "redirected", file: "gif", code: `new Image().src = '/own-redirect?' + encodeURIComponent(at)`},
}

// unseen are those that do not come by the page's service worker, by engine: a frame's, an
// object's and an embed's document is another site's own, and so is where an address of the
// site's redirects to; sockets and connections are no requests. Firefox asks for media, and for
// what outlasts the page, beside the worker.
var unseen = map[string]string{
	"chromium": "iframe object embed WebSocket preconnect redirected",
	"firefox":  "iframe object embed WebSocket preconnect redirected video audio fetchKeepalive",
	"webkit":   "iframe object embed WebSocket preconnect redirected",
}

// unasked is what a page gets nobody asked for in an engine.
var unasked = map[string]string{"chromium": "preconnect", "firefox": "ping", "webkit": "prefetch"}

// workerForms are the two forms of octroi.worker.js, and of the pages that register it.
var workerForms = []string{"drop-in", "compiled"}

// controlled is a site with a service worker, in one of the forms: "/with" is a page with
// Octroi, "/ways" has all ways and no Octroi.
type controlled struct {
	*party
	declaration string
	files       *ownFiles // of the compiled form
	tab         *tab
	visitor     *visitor
}

// working is a declaration with a worker.
func working(more string) string {
	return measuring(`"worker": {"file": "/octroi.worker.js"},`+more, `"urls": ["ads.localhost", "*.ads.localhost"],`)
}

// newControlled serves such a site. The worker's script is the given one, or of one line.
func newControlled(t *testing.T, form, declaration string, script ...string) *controlled {
	t.Helper()
	c := &controlled{party: newParty(t, ""), declaration: declaration}
	folder := "/octroi/"
	if form == "compiled" {
		folder = "/own/"
		c.files = c.built(t, declaration)
		close(c.files.withheld)
	}
	c.raw("/octroi.worker.js", "text/javascript", func() string {
		if len(script) > 0 {
			return strings.ReplaceAll(script[0], "FOLDER", folder)
		}
		return `importScripts('` + folder + `octroi.worker.js');`
	})
	head := `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,">`
	octroi := `<script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn
	if form == "compiled" {
		octroi = `<script src="/own/octroi.js"></script>`
	}
	c.raw("/with", "text/html; charset=utf-8", func() string { return head + octroi + `</head><body><a href="#octroi">Cookies</a></body></html>` })
	c.raw("/plain", "text/html; charset=utf-8", func() string { return head + `</head><body></body></html>` })
	// The picture stands before Octroi: the parser asks for it first.
	c.raw("/late", "text/html; charset=utf-8", func() string {
		return head + `<link rel="preload" as="image" href="` + c.origin + `/p/late.gif">` + octroi + `</head><body><a href="#octroi">Cookies</a></body></html>`
	})
	loads := 0
	c.raw("/ways", "text/html; charset=utf-8", func() string {
		var markup, code strings.Builder
		loads++
		for _, w := range workerWays {
			order := c.order(t, way{w.name, w.file, w.code})
			// A browser may ask no second time for what has failed.
			order["at"] += fmt.Sprint("?", loads)
			if w.file == "conn" {
				order["at"] = order["T"]
			}
			markup.WriteString(strings.ReplaceAll(w.markup, "AT", order["at"]) + "\n")
			if w.code != "" {
				fmt.Fprintf(&code, "try { const at = '%s'; { %s } } catch (error) { console.log(error) }\n", order["at"], w.code)
			}
		}
		return head + `</head><body>` + markup.String() + `<script>` + code.String() + `</script></body></html>`
	})
	c.raw("/fetches.js", "text/javascript", func() string { return `fetch(location.hash.slice(1), { mode: 'no-cors' }).catch(() => {})` })
	c.raw("/imports.js", "text/javascript", func() string { return `try { importScripts(location.hash.slice(1)) } catch {}` })
	c.raw("/frame", "text/html; charset=utf-8", func() string {
		return head + `<script>fetch(location.hash.slice(1), { mode: 'no-cors' }).catch(() => {})</script>`
	})
	c.visitor, c.tab = visit(t, c.site, "")
	return c
}

// registered visits a page with Octroi, until the worker controls it.
func (c *controlled) registered() *tab {
	c.tab.t.Helper()
	c.tab.open("/with").comes(`navigator.serviceWorker.controller && window.octroi?.ready`)
	return c.tab
}

// decide has the visitor choose on a page with Octroi, until that is done.
func (c *controlled) decide(how string, granted bool) {
	c.tab.t.Helper()
	c.tab.truth(how)
	c.tab.until(fmt.Sprintf(`octroi.state().decided && octroi.allows('pixel') === %t`, granted))
}

// forget forgets what the third party has heard.
func (p *party) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.seen)
	p.moved = time.Now()
}

// asked opens a page, and returns what the third party hears of it once that is quiet.
func (c *controlled) asked(path string, want ...string) []string {
	c.tab.t.Helper()
	c.forget()
	c.tab.open(path)
	c.quiet(800*time.Millisecond, want)
	return slices.Sorted(maps.Keys(c.reached()))
}

func TestTheWorkerHoldsWhatTheParserAsksFor(t *testing.T) {
	paired(t, "firefox")
	bare := slices.DeleteFunc(sure(names()), func(name string) bool { return name == unasked[running] })
	if whole {
		assert.ElementsMatch(t, bare, sure(newControlled(t, "drop-in", working("")).asked("/ways", bare...)), "without a worker")
	}
	for _, form := range workerForms {
		if form == "compiled" && !whole {
			continue
		}
		t.Run(form, func(t *testing.T) {
			c := newControlled(t, form, working(""))
			c.registered()
			through := slices.Sorted(slices.Values(slices.DeleteFunc(strings.Fields(unseen[running]), func(name string) bool { return !slices.Contains(bare, name) })))
			assert.Equal(t, through, c.asked("/ways", through...), "undecided")
			c.registered()
			c.decide(`octroi.acceptAll()`, true)
			assert.ElementsMatch(t, bare, sure(c.asked("/ways", bare...)), "granted")
			if !whole {
				return // a withdrawal is held by the verdict that holds the undecided
			}
			c.registered()
			c.decide(`octroi.refuseAll()`, false)
			assert.Equal(t, through, c.asked("/ways", through...), "withdrawn")
		})
	}
}

// wholly skips what is only run where all is.
func wholly(t *testing.T) {
	t.Helper()
	if !whole {
		t.Skip("with OCTROI_WHOLE")
	}
}

// names are those of all ways.
func names() (list []string) {
	for _, w := range workerWays {
		list = append(list, w.name)
	}
	return list
}

// What a hook cannot hold, import() of a computed address, the worker holds: as soon as
// the visitor has withdrawn, without another page.
func TestAWithdrawalHoldsWithoutAnotherPage(t *testing.T) {
	sampled(t, "the engine decides it, whichever browser asks")
	c := newControlled(t, "drop-in", working(""))
	c.registered()
	asks := func(name string) bool {
		c.forget()
		c.tab.truth(`import('` + c.origin + `/p/' + '` + name + `.js').then(() => true, () => true)`)
		return c.reached()[name] != ""
	}
	assert.False(t, asks("undecided"))
	c.decide(`octroi.acceptAll()`, true)
	assert.True(t, asks("granted"))
	c.decide(`octroi.save({ pixel: false })`, false)
	assert.False(t, asks("withdrawn"))
	c.decide(`octroi.acceptAll()`, true)
	assert.True(t, asks("again"))
}

// Without a page that has Octroi, the record decides; one that is damaged or gone grants nothing.
func TestTheWorkerReadsTheRecord(t *testing.T) {
	paired(t, "webkit")
	for _, form := range workerForms {
		t.Run(form, func(t *testing.T) {
			if form == "compiled" {
				wholly(t)
			}
			c := newControlled(t, form, working(""))
			c.registered()
			c.decide(`octroi.acceptAll()`, true)
			asks := func() bool {
				c.forget()
				c.tab.truth(`fetch('` + c.origin + `/p/plain.json', { mode: 'no-cors' }).then(() => true, () => true)`)
				return c.reached()["plain"] != ""
			}
			c.tab.open("/plain")
			assert.True(t, asks(), "granted")
			// What a browser ends, it starts again: the record is all that is left.
			for name, change := range map[string]string{
				"damaged":                         `document.cookie.match(/octroi=[^;]*/)[0].replace(/(octroi=......)./, '$1!')`,
				"of another declaration, or none": `'octroi=AgAA'`,
				"missing":                         `'octroi='`,
			} {
				var before string
				c.tab.eval(`document.cookie.match(/octroi=[^;]*/)[0]`, &before)
				c.tab.truth(`(document.cookie = ` + change + ` + '; Path=/; Max-Age=1000', localStorage.clear(), caches.delete('octroi'), true)`)
				assert.False(t, asks(), name)
				c.tab.truth(`fetch('/empty').then((r) => r.ok)`)
				assert.True(t, c.tab.truth(`fetch('`+c.Third+`/free', { mode: 'no-cors' }).then(() => true, () => false)`), "what nobody declares goes on")
				c.tab.truth(`(document.cookie = '` + before + `; Path=/; Max-Age=1000', true)`)
			}
		})
	}
}

// What is held is told: to the page that asked, once its engine is there.
func TestWhatTheWorkerHoldsIsReported(t *testing.T) {
	paired(t, "firefox")
	c := newControlled(t, "drop-in", working(""))
	c.registered()
	c.tab.truth(`(window.told = [], document.addEventListener('octroi:blocked', ({ detail }) => told.push(detail.id + ' ' + detail.address)))`)
	c.tab.truth(`import('` + c.origin + `/p/' + 'unhooked.js').then(() => false, () => true)`)
	c.tab.whole().until(`octroi.report().held.some(({ what, ids }) => what.includes('/p/unhooked.js') && ids.startsWith('pixel'))`)
	assert.Empty(t, c.reached())
	// What the parser asks for comes before there is an engine to tell: its page hears of it then.
	c.raw("/early", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script>window.told = []; document.addEventListener('octroi:blocked', ({ detail }) => told.push(detail.id + ' ' + detail.address)); import('` + c.origin + `/p/early.js').catch(() => {})</script>
<script type="application/json" id="octroi-config">` + c.declaration + `</script>` + dropIn + `</head><body><a href="#octroi">Cookies</a></body></html>`
	})
	assert.Empty(t, c.asked("/early"))
	c.tab.until(`told.some((line) => line.startsWith('pixel') && line.endsWith('/p/early.js'))`)
}

// A grant for the visit, which no record tells, counts where a page says that its visit goes on.
func TestAGrantForTheVisitCountsInTheWorker(t *testing.T) {
	sampled(t, "the engine decides it, whichever browser asks")
	c := newControlled(t, "drop-in", working(""))
	c.registered()
	c.decide(`octroi.save({ pixel: 'visit' })`, true)
	c.tab.open("/plain")
	await(t, "what the page has told", func() bool {
		return c.tab.truth(`caches.match('/octroi.told').then((told) => told.json()).then(({ beyond }) => beyond.includes('pixel'))`)
	})
	assert.Equal(t, []string{"late"}, c.asked("/late", "late"))
	c.tab.comes(`window.octroi?.ready`)
	c.decide(`octroi.refuseAll()`, false)
	assert.Empty(t, c.asked("/late"))
}

// What is granted comes as without a worker: in parts, where a player asks for them.
func TestSoundOfAGrantedServicePlaysThroughTheWorker(t *testing.T) {
	wholly(t)
	c := newControlled(t, "drop-in", working(""))
	var mu sync.Mutex
	var ranges []string
	const seconds, rate = 20, 48_000
	wav := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\xbb\x00\x00\x00\x77\x01\x00\x02\x00\x10\x00data\x00\x00\x00\x00")
	wav = append(wav, make([]byte, seconds*rate*2)...)
	binary.LittleEndian.PutUint32(wav[4:], uint32(len(wav)-8))
	binary.LittleEndian.PutUint32(wav[40:], seconds*rate*2)
	port := loopback(t, func(l net.Listener) {
		http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			ranges = append(ranges, r.Header.Get("Range"))
			mu.Unlock()
			w.Header().Set("Content-Type", "audio/wav")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(wav))
		}))
	})
	c.registered()
	play := fmt.Sprintf(`new Promise((resolve) => {
		const sound = Object.assign(document.createElement('audio'), { preload: 'auto', src: 'http://ads.localhost:%d/sound.wav?' + Math.random() });
		sound.onloadedmetadata = () => (sound.currentTime = 19);
		sound.onseeked = () => resolve(Math.round(sound.duration) === 20 && sound.currentTime === 19);
		sound.onerror = () => resolve(false);
		document.body.append(sound);
	})`, port)
	c.tab.open("/plain")
	if running != "firefox" {
		assert.False(t, c.tab.truth(play), "undecided")
		assert.Empty(t, ranges)
	}
	c.registered()
	c.decide(`octroi.acceptAll()`, true)
	c.tab.open("/plain")
	assert.True(t, c.tab.truth(play), "granted")
	mu.Lock()
	t.Logf("asked for: %q", ranges)
	mu.Unlock()
}

// What a visitor plays once, the worker lets pass: its page says so.
func TestTheWorkerLetsPassWhatIsPlayedOnce(t *testing.T) {
	only(t, "Firefox asks for media beside the worker, and the page decides it", "chromium", "webkit")
	sampled(t, "the page decides it")
	c := newControlled(t, "drop-in", working(""))
	c.keeper("/film", c.declaration, `<video data-octroi="pixel" data-src="`+c.origin+`/p/once.gif" preload="auto" width="320" height="240"></video>`)
	c.registered()
	assert.Empty(t, c.asked("/film"))
	c.tab.click(`[data-octroi-act="once"]`)
	c.quiet(time.Second, []string{"once"})
	assert.Contains(t, c.reached(), "once")
	assert.False(t, c.tab.truth(`octroi.allows('pixel')`))
}

// A first visit is not controlled before its page has been idle: what the parser asks for comes
// before that. From then on the same page is.
func TestAFirstVisitIsControlledOnceItWasIdle(t *testing.T) {
	paired(t, "webkit")
	c := newControlled(t, "drop-in", working(""))
	assert.Equal(t, []string{"late"}, c.asked("/late", "late"), "the parser was first")
	c.tab.comes(`navigator.serviceWorker.controller`)
	c.forget()
	c.tab.truth(`import('` + c.origin + `/p/' + 'first.js').then(() => true, () => true)`)
	assert.Empty(t, c.reached())
	assert.Empty(t, c.asked("/late"), "the second page")
}

// ownWorker is a site's own worker: it keeps what it gets, and answers from that.
const ownWorker = `
importScripts('FOLDERoctroi.worker.js');
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('message', (event) => event.source.postMessage({ heard: event.data }));
addEventListener('fetch', (event) => {
	if (event.request.mode === 'navigate') return;
	event.respondWith(caches.open('own').then(async (cache) => {
		const found = await cache.match(event.request);
		if (found) return found;
		const answer = await fetch(event.request);
		await cache.put(event.request, answer.clone());
		return answer;
	}));
});`

// A site's own worker answers what is open, and never sees what is held.
func TestASitesOwnWorkerGoesOn(t *testing.T) {
	paired(t, "webkit")
	declaration := measuring(`"worker": {"file": "/sw.js"},`, `"urls": ["ads.localhost", "*.ads.localhost"],`)
	for _, form := range workerForms {
		t.Run(form, func(t *testing.T) {
			if form == "compiled" {
				wholly(t)
			}
			c := newControlled(t, form, declaration)
			folder := map[string]string{"drop-in": "/octroi/", "compiled": "/own/"}[form]
			c.raw("/sw.js", "text/javascript", func() string { return strings.ReplaceAll(ownWorker, "FOLDER", folder) })
			served := 0
			c.pages.HandleFunc("GET /counted", func(w http.ResponseWriter, r *http.Request) { served++ })
			c.registered()
			c.tab.truth(`fetch('/counted').then((r) => r.ok)`)
			assert.True(t, c.tab.truth(`fetch('/counted').then((r) => r.ok)`))
			assert.Equal(t, 1, served, "the second answer is the worker's")
			asks := func(name string) int {
				c.forget()
				times := 0
				for range 2 {
					c.tab.truth(`fetch('` + c.origin + `/p/` + name + `.json?' + Math.ceil(performance.timeOrigin), { mode: 'no-cors' }).then(() => true, () => true)`)
				}
				if c.reached()[name] != "" {
					times++
				}
				return times
			}
			c.tab.open("/plain")
			assert.Zero(t, asks("held"))
			kept := func() (all []string) {
				c.tab.eval(`caches.open('own').then((c) => c.keys()).then((all) => all.map(({ url }) => url.replace(/.*\/|\?.*/g, '')))`, &all)
				return all
			}
			assert.NotContains(t, kept(), "held.json")
			c.registered()
			c.decide(`octroi.acceptAll()`, true)
			c.tab.open("/plain")
			assert.Equal(t, 1, asks("open"))
			assert.Contains(t, kept(), "open.json", "the site's own worker has kept it")
			var heard string
			c.tab.eval(`new Promise((resolve) => { navigator.serviceWorker.onmessage = (event) => resolve(event.data.heard); navigator.serviceWorker.controller.postMessage('own') })`, &heard)
			assert.Equal(t, "own", heard)
		})
	}
}

// Without WebAssembly in the worker, the engine comes as JavaScript.
func TestTheWorkerWithoutWebAssembly(t *testing.T) {
	wholly(t)
	for _, form := range workerForms {
		t.Run(form, func(t *testing.T) {
			c := newControlled(t, form, working(""), `delete self.WebAssembly; importScripts('FOLDERoctroi.worker.js');`)
			c.registered()
			assert.Empty(t, c.asked("/late"))
			c.tab.comes(`window.octroi?.ready`)
			c.decide(`octroi.acceptAll()`, true)
			c.tab.open("/plain")
			c.forget()
			c.tab.truth(`fetch('` + c.origin + `/p/plain.json', { mode: 'no-cors' }).then(() => true, () => true)`)
			assert.Equal(t, []string{"plain"}, slices.Collect(maps.Keys(c.reached())))
		})
	}
}

// A new declaration is a new worker, and one without a worker takes the old one away, with what
// it has kept.
func TestANewDeclarationIsANewWorker(t *testing.T) {
	sampled(t, "browsers compare scripts in the same way")
	c := newControlled(t, "compiled", strings.Replace(working(""), `"ads.localhost", "*.ads.localhost"`, `"other.localhost"`, 1))
	c.registered()
	assert.Equal(t, []string{"late"}, c.asked("/late", "late"), "nobody has declared it")
	again := newSite(t).built(t, working(""))
	c.files.files = again.files
	update := `navigator.serviceWorker.getRegistration().then((one) => one?.update()).catch(() => {}).then(() => true)`
	c.tab.open("/plain").truth(`(window.before = navigator.serviceWorker.controller, ` + update + `)`)
	c.tab.comes(`navigator.serviceWorker.controller !== window.before`)
	assert.Empty(t, c.asked("/late"))
	c.tab.open("/plain").truth(`caches.open('octroi').then(() => true)`)
	c.files.files = newSite(t).built(t, measuring("", `"urls": ["ads.localhost"],`)).files
	c.tab.open("/plain").truth(update)
	await(t, "the end of the worker", func() bool {
		return c.tab.truth(`Promise.all([navigator.serviceWorker.getRegistrations(), caches.has('octroi')]).then(([all, kept]) => !all.length && !kept)`)
	})
	assert.Equal(t, []string{"late"}, c.asked("/late", "late"))
}

// Its file and its cache are Octroi's own: they are in no report of what nobody declares, no page's
// script may open the cache, and with what is unknown refused the worker is registered all the same.
func TestTheWorkerIsOctroisOwn(t *testing.T) {
	sampled(t, "the engine decides it")
	c := newControlled(t, "drop-in", working(`"unknown": "block", "enforce": "hooks",`))
	c.registered()
	assert.False(t, c.tab.truth(`caches.open('octroi').then(() => true, () => false)`))
	assert.True(t, c.tab.whole().truth(`!JSON.stringify(octroi.report().unknown ?? []).includes('octroi')`))
	require.True(t, c.tab.truth(`fetch('`+c.Third+`/free', { mode: 'no-cors' }).then(() => false, () => true)`), "what nobody declares is held")
	c.tab.open("/plain")
	assert.True(t, c.tab.truth(`fetch('`+c.Third+`/free', { mode: 'no-cors' }).then(() => false, () => true)`), "by the worker as well")
	assert.True(t, c.tab.truth(`fetch('/empty').then((r) => r.ok)`))
}
