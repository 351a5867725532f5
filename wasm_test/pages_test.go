package wasmtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// crowd is a page of frames, each among four other gated elements.
func crowd(frames int) string {
	var b strings.Builder
	for i := range frames {
		fmt.Fprintf(&b, `<article><iframe width="300" height="150" data-octroi="pixel" data-src="THIRD/ads/f%d"></iframe><img width="20" height="20" data-octroi="pixel" data-src="THIRD/ads/i%[1]d"><img width="20" height="20" data-octroi="pixel" data-src="THIRD/ads/j%[1]d"><script type="text/plain" data-octroi="pixel" data-src="THIRD/ads/s%[1]d.js"></script><link rel="stylesheet" data-octroi="pixel" data-href="THIRD/ads/c%[1]d.css"></article>`, i)
	}
	return b.String()
}

// crowded serves such a page, and the same without the drop-in. Both count in layouts how
// often anybody asks where an element is after something was written.
func crowded(t testing.TB, frames int) *tab {
	s := newSite(t)
	body := `<script>
	window.layouts = 0;
	let written = true;
	for (const [{ prototype }, name] of [[CSSStyleDeclaration, 'setProperty'], [Element, 'after'], [Element, 'remove']]) {
		const own = prototype[name];
		prototype[name] = function () { written = true; return own.apply(this, arguments); };
	}
	const own = Element.prototype.getBoundingClientRect;
	Element.prototype.getBoundingClientRect = function () { layouts += written; written = false; return own.call(this); };
	</script>` +
		strings.ReplaceAll(crowd(frames), "THIRD", s.Third)
	s.keeper("/crowd", keeping(""), body)
	s.raw("/bare", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body>` + body
	})
	_, tab := visit(t, s)
	return tab
}

// BenchmarkManyHeldFrames times how long a page of many held frames among five times as
// many gated elements takes until it stands there, with the drop-in and without.
func BenchmarkManyHeldFrames(b *testing.B) {
	for _, frames := range []int{50, 100, 200} {
		tab := crowded(b, frames)
		for range b.N {
			times := map[string][]float64{}
			for range 3 {
				for _, path := range []string{"/bare", "/crowd"} {
					var ms float64
					tab.open(path)
					tab.eval(`new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))`, &ms)
					times[path] = append(times[path], ms)
				}
			}
			// The least: whatever else a machine does only adds.
			bare, held := slices.Min(times["/bare"]), slices.Min(times["/crowd"])
			b.ReportMetric(bare, fmt.Sprintf("%d-frames-bare-ms", frames))
			b.ReportMetric(held, fmt.Sprintf("%d-frames-held-ms", frames))
			b.ReportMetric(held/bare, fmt.Sprintf("%d-frames-ratio", frames))
		}
	}
}

// Many held frames cost layouts by their number, not by its square; what is in sight has
// its stand-in first.
func TestManyHeldFrames(t *testing.T) {
	only(t, "what many of them cost is the same code in each", "chromium")
	const frames = 80
	tab := crowded(t, frames)
	tab.open("/crowd")
	const boxes = `document.querySelectorAll('.octroi-embed').length`
	tab.until(boxes + ` > 0`)
	assert.True(t, tab.truth(`document.querySelector('iframe').nextElementSibling.className === 'octroi octroi-embed'`))
	tab.until(fmt.Sprint(boxes, ` === `, frames))
	var layouts int
	tab.eval(`layouts`, &layouts)
	t.Logf("%d layouts for %d stand-ins", layouts, frames)
	assert.Less(t, layouts, frames)
	assert.True(t, tab.truth(`[...document.querySelectorAll('iframe')].every((frame) => {
		const a = frame.getBoundingClientRect(), b = frame.nextElementSibling.getBoundingClientRect();
		return Math.abs(a.left - b.left) + Math.abs(a.top - b.top) < 1;
	})`), "each in its place, out of sight too")
	assert.True(t, tab.truth(`(window.laid = 0, new MutationObserver((records) => (laid += records.length)).observe(document.body, { subtree: true, attributeFilter: ['style'] }), true)`))
	tab.truth(`new Promise((done) => (scrollTo(0, 4000), document.body.append('x'), setTimeout(done, 300)))`)
	assert.True(t, tab.truth(`laid === 0`), "what has not moved is not written to")
	tab.truth(`octroi.acceptAll()`)
	tab.until(boxes + ` === 0`)
}

// What somebody edits is saved as it is: nothing of ours stands there, nor is written on
// the page's own elements.
func TestNoStandInsInEditors(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	const film = `<iframe width="300" height="150" data-octroi="pixel" data-src="THIRD/ads/`
	s.keeper("/editor", keeping(""), strings.ReplaceAll(`
<div id="always" contenteditable><p>a `+film+`1"></iframe></p></div>
<div id="later">`+film+`2"></iframe></div>
<div id="inside" contenteditable><div contenteditable="false">`+film+`3"></iframe></div></div>
<div id="outside">`+film+`4" inert></iframe></div>
<div id="plain" contenteditable="plaintext-only">`+film+`5"></iframe></div>`, "THIRD", s.Third))
	_, tab := visit(t, s)
	tab.open("/editor")
	tab.truth(`(window.boxes = (id) => document.querySelectorAll('#' + id + ' .octroi-embed').length, true)`)
	tab.until(`boxes('later') && boxes('outside')`)
	assert.True(t, tab.truth(`!boxes('always') && !boxes('plain') && !boxes('inside')`), "nor in an editor's islands")
	assert.True(t, tab.truth(`['always', 'later', 'plain'].every((id) => !document.querySelector('#' + id + ' iframe').hasAttribute('inert'))`), "nothing is written on them")
	assert.True(t, tab.truth(`getComputedStyle(later.querySelector('iframe')).visibility === 'hidden'`), "no stop for the keyboard")

	// It becomes an editor, and none again.
	assert.True(t, tab.truth(`(later.setAttribute('contenteditable', ''), Promise.resolve()).then(() => !boxes('later') && !/octroi-embed|inert|style/.test(later.innerHTML))`), "at once")
	tab.truth(`(later.contentEditable = 'false', true)`)
	tab.until(`boxes('later')`)
	tab.truth(`(document.body.contentEditable = 'true', true)`)
	tab.until(`!boxes('later') && !boxes('outside')`)
	tab.truth(`(document.body.removeAttribute('contenteditable'), true)`)
	tab.until(`boxes('later') && boxes('outside')`)
	tab.truth(`(document.designMode = 'on', true)`)
	tab.until(`!document.querySelector('.octroi-embed')`)
	tab.truth(`(document.designMode = 'off', true)`)
	tab.until(`boxes('later') && boxes('outside')`)
	assert.True(t, tab.truth(`!boxes('always') && !boxes('plain') && !boxes('inside')`))

	// What is moved into an editor, or comes to stand there.
	tab.truth(`(always.append(later.firstElementChild), true)`)
	tab.until(`!document.querySelector('#always .octroi-embed, #later .octroi-embed')`)
	tab.truth(`(always.innerHTML = outside.innerHTML.replace(/<div.*/, ''), true)`)
	tab.truth(`new Promise((done) => setTimeout(done, 400))`)
	assert.True(t, tab.truth(`!boxes('always')`))

	tab.truth(`octroi.acceptAll()`)
	tab.until(`!document.querySelector('.octroi-embed')`)
	assert.True(t, tab.truth(`outside.querySelector('iframe').inert && getComputedStyle(outside.querySelector('iframe')).visibility === 'visible'`), "what the page had made inert stays so")
}

// A page that has bent what stand-ins are made with has none, sees nothing thrown, and
// all is held.
func TestStandInsThatCannotBe(t *testing.T) {
	only(t, "what is bent is JavaScript, the same in each", "chromium")
	s := newSite(t)
	_, tab := visit(t, s)
	for i, bend := range []string{
		`Element.prototype.after = () => { throw new Error('bent'); }`,
		`Element.prototype.getBoundingClientRect = () => undefined`,
		`CSSStyleDeclaration.prototype.setProperty = () => { throw new Error('bent'); }`,
		`window.IntersectionObserver = function () { return { observe() { throw new Error('bent'); }, unobserve() {} }; }`,
		`window.ResizeObserver = undefined`,
		`Node.prototype.getRootNode = () => { throw new Error('bent'); }`,
		`window.requestAnimationFrame = window.requestIdleCallback = () => { throw new Error('bent'); }`,
	} {
		t.Run(bend, func(t *testing.T) {
			path := fmt.Sprint("/bent/", i)
			s.keeper(path, keeping(""), strings.ReplaceAll(`<script>`+bend+`</script>
<iframe width="300" height="150" data-octroi="pixel" data-src="THIRD/ads/frame"></iframe><img data-octroi="pixel" data-src="THIRD/ads/tr">`, "THIRD", s.Third))
			s.Log.Clear()
			tab.t = t
			tab.anew().open(path)
			tab.truth(`new Promise((done) => setTimeout(done, 500))`)
			tab.truth(`octroi.acceptAll()`)
			s.reached("/ads/frame", "/ads/tr")
			s.Log.Clear()
			tab.truth(`octroi.withdraw()`)
			const shut = `!document.querySelector('iframe').hasAttribute('src') && !document.querySelector('[data-src*=tr]').hasAttribute('src')`
			tab.until(shut)
			tab.truth(`new Promise((done) => setTimeout(done, 300))`)
			assert.True(t, tab.truth(shut), "and stays so")
		})
	}
}

// Where the words of a page's language do not come, the built-in ones are shown after a
// while; those that come later are taken, but not while somebody is at it.
func TestALocaleThatHangs(t *testing.T) {
	only(t, "a timer of the page half, the same code in each", "chromium")
	s := newSite(t)
	free := make(chan bool)
	held := s.Handler()
	s.pages.HandleFunc("GET /octroi/locales/fr.json", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-free:
			held.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
	s.raw("/hangs", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>test</title>
<script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head><body><p>texte</p>
<iframe width="400" height="300" data-octroi="pixel" data-src="` + s.Third + `/ads/frame"></iframe></body></html>`
	})
	v, tab := visit(t, s)
	from := time.Now()
	tab.open("/hangs")
	tab.until(`document.querySelector('dialog[open][lang="en"]')`)
	assert.Greater(t, time.Since(from), 2500*time.Millisecond, "they are waited for")
	// One is at it by the keyboard, one is not.
	busy := v.tab()
	busy.open("/hangs")
	busy.until(`document.querySelector('dialog[open][lang="en"]')`)
	busy.truth(`(document.querySelector('dialog button').focus(), true)`)
	close(free)
	tab.until(`document.querySelector('dialog[open][lang="fr"]')`)
	tab.until(`document.querySelector('.octroi-embed [lang="fr"]')`)
	assert.True(t, tab.truth(`document.querySelector('.octroi-tab, dialog').lang !== 'en'`))
	busy.until(`document.querySelector('.octroi-embed [lang="fr"]')`)
	assert.True(t, busy.truth(`document.querySelector('dialog[open][lang="en"]').contains(document.activeElement) && octroi.state().language === 'fr'`), "it stays as it is")
	busy.truth(`octroi.preferences()`)
	busy.until(`document.querySelector('dialog[open][lang="fr"]')`)
}

// pinging is a third party whose documents call it for as long as they run; pings tells
// how often each has since it was asked before.
func pinging(t *testing.T) (url string, pings func() map[string]int) {
	var mu sync.Mutex
	counts := map[string]int{}
	const script = `<script>setInterval(() => fetch('/ping' + location.search, { mode: 'no-cors' }), 40)</script>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		switch r.URL.Path {
		case "/ads/doc.html":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html>"+script)
		case "/ads/doc.svg":
			w.Header().Set("Content-Type", "image/svg+xml")
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg">`+strings.ReplaceAll(script, "=>", "=&gt;")+`</svg>`)
		case "/ping":
			mu.Lock()
			counts[r.URL.RawQuery]++
			mu.Unlock()
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		was := counts
		counts = map[string]int{}
		return was
	}
}

// What is held, or withdrawn, runs no more, whichever element it stands in.
func TestEmbeddedDocumentsEnd(t *testing.T) {
	paired(t, "webkit")
	kinds := map[string]string{
		"frame": `<iframe PREFIXsrc="DOC"></iframe>`, "object": `<object PREFIXdata="DOC"></object>`, "embed": `<embed PREFIXsrc="DOC">`,
		"typed object": `<object type="TYPE" PREFIXdata="DOC"></object>`, "typed embed": `<embed type="TYPE" PREFIXsrc="DOC">`,
	}
	types := map[string]string{"html": "text/html", "svg": "image/svg+xml"}
	for _, gated := range []bool{true, false} {
		t.Run(map[bool]string{true: "withdrawn", false: "plain in the markup"}[gated], func(t *testing.T) {
			s := newSite(t)
			url, pings := pinging(t)
			declaration := measuring("", `"urls": ["`+url+`/ads/"],`)
			prefix, body := "", ""
			if gated {
				prefix = `data-octroi="pixel" data-`
			}
			for name, markup := range kinds {
				for end, kind := range types {
					doc := url + "/ads/doc." + end + "?" + strings.ReplaceAll(name, " ", "-") + "-" + end
					body += strings.NewReplacer("PREFIX", prefix, "DOC", doc, "TYPE", kind).Replace(markup)
				}
			}
			s.keeper("/documents", declaration, body)
			_, tab := visit(t, s)
			tab.open("/documents").whole()
			const pause = `new Promise((done) => setTimeout(done, 800))`
			if gated {
				tab.truth(pause)
				assert.Empty(t, pings(), "held")
				tab.truth(`octroi.acceptAll()`)
				seen := map[string]int{}
				await(t, "all documents run", func() bool {
					for name, n := range pings() {
						seen[name] += n
					}
					return len(seen) == len(kinds)*len(types)
				})
				tab.truth(`octroi.withdraw()`)
			}
			tab.truth(pause) // what was on its way
			pings()
			tab.truth(pause)
			assert.Empty(t, pings(), "nothing of it runs any more")
		})
	}
}
