package wasmtest

import (
	"encoding/json"
	"fmt"
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

// leaks are ways to another party that hooks cannot hold, or hardly: syntax, styles of an
// element, workers and documents with no realm of the page's.
var leaks = expression("leaks")

// listing is a declaration of a service that is refused in these tests, one that is
// granted, and nobody else.
func (s *site) listing(enforce string) string {
	third := strings.TrimPrefix(s.Third, "http://")
	return strings.NewReplacer(`"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+third+`/ads/"],`,
		`{"id": "pixel",`, `{"id": "map", "category": "ads", "name": "Map", "provider": "Maps Ltd", "purpose": "Shows where we are.", "policy": "https://maps.example/", "urls": ["`+third+`/map/"]},
		{"id": "pixel",`).Replace(keeping(`"unknown": "block", ` + enforce))
}

// leak tries all leaks, and returns those that reached the third party: these at least, as
// long as they may take, and all that come until nothing new does for so many tenths of a
// second.
func (s *site) leak(t *tab, quiet int, want ...string) (names []string) {
	t.t.Helper()
	s.Log.Clear()
	visit := fmt.Sprint(time.Now().UnixMicro())
	var tried []string
	t.eval(waysOf+"("+leaks+", '"+s.Third+"/ads/', { visit: "+visit+" })", &tried)
	deadline := time.Now().Add(stepTimeout)
	for still := 0; still < quiet || lacks(names, want) && time.Now().Before(deadline); still++ {
		t.truth(`new Promise((done) => setTimeout(done, 100))`)
		if now := s.leaked(visit); len(now) > len(names) {
			names, still = now, 0
		}
	}
	return names
}

func (s *site) leaked(visit string) (names []string) {
	for _, path := range s.paths() {
		if name, query, _ := strings.Cut(strings.TrimPrefix(path, "/ads/"), "?"); query == visit {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

const olderFrame = `<iframe id="older"></iframe>`

// What no hook can hold reaches a third party after a refusal, unless a policy stands
// (R1.01).
func TestThePolicyHoldsWhatHooksCannot(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/hooks", s.listing(`"enforce": "hooks",`), olderFrame)
	s.keeper("/refusal", s.listing(``), olderFrame)
	s.keeper("/always", s.listing(`"enforce": "always",`), olderFrame)

	_, tab := visit(t, s)
	tab.open("/hooks").press("refuse")
	open := s.leak(tab, 10, "import")
	t.Logf("past the hooks in %s: %s", running, strings.Join(open, ", "))
	assert.Subset(t, open, []string{"import"})

	tab.anew().open("/refusal")
	assert.Subset(t, s.leak(tab, 0, "import"), []string{"import"}, "undecided: hooks alone")
	tab.press("refuse")
	assert.Empty(t, s.leak(tab, 10), "refused")
	tab.open("/refusal")
	assert.Empty(t, s.leak(tab, 10), "at the next page")
	assert.True(t, tab.truth(`document.querySelectorAll('head > meta[http-equiv="Content-Security-Policy"]').length === 1`))

	tab.anew().open("/always")
	assert.Empty(t, s.leak(tab, 10), "before a choice")
	tab.press("accept")
	tab.comes(`window.octroi?.allows('pixel') && document.readyState === 'complete' && !document.querySelector('dialog')`)
	assert.Subset(t, s.leak(tab, 0, open...), open, "allowing loads the page again")
	tab.truth(`octroi.refuseAll()`)
	assert.Empty(t, s.leak(tab, 10), "withdrawn")
}

// The policy alone, on a page without Octroi, holds what hooks hold in front of it, and what
// they cannot; what is left is told.
func TestThePolicyAlone(t *testing.T) {
	s := newSite(t)
	s.keeper("/refusal", s.listing(""), "")
	policy := ""
	s.raw("/empty", "text/html", func() string { return "" })
	s.raw("/bare", "text/html", func() string {
		return `<!doctype html><html lang="en"><head><script>document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'Content-Security-Policy', content: ` + "`" + policy + "`" + ` }))</script></head><body>` + olderFrame
	})
	_, tab := visit(t, s, "")
	tab.open("/refusal").press("refuse")
	tab.until(`document.querySelector('meta[http-equiv]')`)
	tab.eval(`document.querySelector('meta[http-equiv]').content`, &policy)
	peers, transports := newDeaf(t), newDeaf(t)
	try := func(list string) (names []string) {
		tab.open("/bare")
		s.Log.Clear()
		// What browsers stop may also throw.
		quiet := strings.Replace(waysOf, "if (!(error instanceof ReferenceError)) throw error;", "if (!(error instanceof ReferenceError)) continue;", 1)
		tab.eval(quiet+"("+list+", '"+s.Third+"/ads/', { visit: 1, own: '/none/', peer: '"+peers.LocalAddr().String()+"', transport: '"+transports.LocalAddr().String()+"' })", &names)
		return names
	}
	for _, list := range []string{leaks, ways} {
		tried := len(try(list))
		tab.truth(`new Promise((done) => setTimeout(done, 2000))`)
		left := s.leaked("1")
		for name, d := range map[string]*deaf{"peer": peers, "webtransport": transports} {
			if d.got.Load() > 0 {
				left = append(left, name)
			}
		}
		slices.Sort(left)
		t.Logf("of %d ways, past the policy in %s: %s", tried, running, strings.Join(left, ", "))
		assert.Subset(t, []string{"peer"}, left)
	}
}

// Who refused meets the policy before the page's next script runs.
func TestThePolicyIsThereFirst(t *testing.T) {
	s := newSite(t)
	s.raw("/first", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><script type="application/json" id="octroi-config">` + s.listing("") + `</script>` + dropIn +
			`<script>import(['` + s.Third + `', 'ads', 'first'].join('/')).catch(() => (window.stopped = true)); window.metas = document.querySelectorAll('meta[http-equiv]').length</script></head><body></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/first")
	s.reached("/ads/first")
	tab.press("refuse")
	s.Log.Clear()
	tab.open("/first")
	tab.until(`window.stopped && metas === 1`)
	assert.Empty(t, tab.requests())
}

// What a visitor grants in part works; what is allowed later waits for the page to be
// loaded again, as the visitor is told.
func TestAPolicyIsNotWidened(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/page", s.listing(""), `<img id="map" data-octroi="map" data-src="`+s.Third+`/map/tile" alt=""><img id="pixel" data-octroi="pixel" data-src="`+s.Third+`/ads/image" alt=""><iframe id="video" data-octroi="pixel" data-src="`+s.Third+`/ads/frame" width="400" height="300"></iframe>`)
	_, tab := visit(t, s)
	tab.open("/page")
	tab.truth(`octroi.save({ map: true, pixel: false })`)
	tab.arrived("/map/tile")
	tab.open("/page")
	s.reached("/map/tile")
	assert.Empty(t, s.leak(tab, 10))
	s.Log.Clear()
	tab.truth(`octroi.acceptAll()`)
	tab.until(`document.querySelector('[data-octroi-act="reload"]') && document.querySelector('dialog').innerText.includes('Pixel')`)
	assert.True(t, tab.truth(`octroi.state().services.pixel && !octroi.allows('pixel') && octroi.allows('map') && !document.querySelector('#pixel').hasAttribute('src')`), "nothing is broken by trying")
	assert.Empty(t, tab.requests())
	tab.press("reload")
	tab.comes(`window.octroi?.allows('pixel') && document.readyState === 'complete'`)
	s.reached("/ads/image", "/ads/frame", "/map/tile")
	assert.True(t, tab.truth(`!document.querySelector('meta[http-equiv]') && !document.querySelector('dialog')`))

	// Load once: the policy of the next page lists it, for that page.
	tab.truth(`octroi.refuseAll()`)
	tab.open("/page")
	tab.press("once")
	tab.press("reload")
	tab.comes(`window.octroi?.state()?.decided && document.readyState === 'complete' && !document.querySelector('[data-octroi-act="reload"]')`)
	s.Log.Clear()
	tab.press("once")
	tab.arrived("/ads/frame")
	assert.True(t, tab.truth(`!octroi.allows('pixel') && !document.querySelector('#pixel').hasAttribute('src')`))
	tab.open("/page")
	assert.Empty(t, s.leak(tab, 10))
}

// own is all that a page does by itself.
var own = expression("own")

// The site's own goes on under the policy, and fires no violation; what hooks hold is not
// told of either.
func TestTheSitesOwnGoesOnUnderThePolicy(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	sockets := 0
	const listens = `<script>window.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.effectiveDirective + ' ' + e.blockedURI))</script>`
	s.keeper("/always", s.listing(`"enforce": "always",`), listens)
	s.raw("/bare", "text/html; charset=utf-8", func() string { return `<!doctype html><html lang="en"><head></head><body>` + listens })
	s.raw("/own.js", "text/javascript", func() string { return `void 1` })
	s.raw("/own-worker.js", "text/javascript", func() string { return `postMessage('works')` })
	s.raw("/own.css", "text/css", func() string { return `b { color: red }` })
	s.raw("/own.html", "text/html", func() string { return `<!doctype html><p>own` })
	s.raw("/own.gif", "image/gif", func() string {
		return "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
	})
	s.raw("/own-stream", "text/event-stream", func() string { return "data: streamed\n\n" })
	s.pages.HandleFunc("/own-socket", func(w http.ResponseWriter, r *http.Request) {
		sockets++
		http.NotFound(w, r)
	})
	seen := map[string]map[string]any{}
	for _, path := range []string{"/bare", "/always"} {
		_, tab := visit(t, s, "own-socket", "own.woff", "404", "WebSocket", "WASM", "/always", "/bare")
		tab.open(path)
		var got map[string]any
		tab.eval(own, &got)
		seen[path] = got
		if path == "/bare" {
			assert.Equal(t, 1, sockets)
			continue
		}
		assert.Equal(t, 2, sockets, "a socket to the site")
		var told []string
		tab.eval(`(async () => {
			const at = '`+s.Third+`/ads/';
			await fetch(at).catch(() => {});
			await new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', at); x.onloadend = done; x.send(); });
			await new Promise((done) => { const w = new WebSocket(at.replace('http', 'ws')); w.onerror = done; });
			await new Promise((done) => { const e = new EventSource(at); e.onerror = () => { e.close(); done(); }; });
			new Image().src = at;
			return violations;
		})()`, &told)
		assert.Empty(t, told, "the hooks stand in front")
	}
	assert.Equal(t, seen["/bare"], seen["/always"])
	assert.Len(t, seen["/bare"], 28)
}

// A page's own policy goes on beside it: nonces, Trusted Types, and nothing is reported to
// the site that it did not ask for.
func TestThePolicyBesideAPagesOwn(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	declaration := strings.Replace(s.listing(""), `/ads/"]`, `/ads/", "/part.js"]`, 1)
	s.raw("/part.js", "text/javascript", func() string { return `ran.push('part')` })
	r := s.strictly(strictPage{path: "/strict", policy: s.strictest("octroi"), declaration: declaration, body: `<script NONCE>ran.push('nonce')</script><script>ran.push('none')</script>
<script NONCE type="text/plain" data-octroi="map" src="/own.js"></script><script NONCE type="text/plain" data-octroi="essential">ran.push('gated')</script>`})
	_, tab := visit(t, s, "no service that is granted declares the address", "Content-Security-Policy", "Content Security Policy")
	tab.open("/strict").press("refuse")
	for range 2 {
		assert.True(t, tab.truth(`ran.join() === 'nonce,gated' && document.querySelectorAll('meta[http-equiv]').length === 1`))
		assert.Len(t, r.all(), strings.Count(strings.Join(r.all(), ""), "inline"), "%v", r.all())
		tab.open("/strict")
	}
	before := len(r.all())
	tab.truth(`Promise.allSettled([import('` + s.Third + `/ads/import')])`)
	for _, report := range r.all()[before:] {
		var told any
		require.NoError(t, json.Unmarshal([]byte(report), &told))
		assert.NotContains(t, report, "default-src 'self'", "its own report, of its own policy")
	}
	if running == "webkit" {
		// WebKit asks no policy about import() where any of a page's has 'strict-dynamic'.
		tab.arrived("/ads/import")
		return
	}
	assert.Empty(t, tab.requests())
}

// A frame of the same origin with an engine of its own has a policy of its own record; a
// page that history brings back looks again; so does another tab.
func TestPoliciesOfFramesHistoryAndTabs(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/page", s.listing(""), `<iframe id="own" src="/inner"></iframe>`+olderFrame)
	s.keeper("/inner", s.listing(""), ``)
	s.keeper("/next", s.listing(""), ``)
	s.raw("/plain", "text/html", func() string { return `<p>plain` })
	const metas = `document.querySelectorAll('meta[http-equiv]').length`
	v, tab := visit(t, s)
	tab.open("/page")
	other := v.tab()
	other.open("/next")
	tab.press("refuse")
	tab.until(metas + ` === 1 && own.contentWindow.` + metas + ` === 1 && older.contentDocument.querySelectorAll('meta').length === 1`)
	other.until(metas + ` === 1`)
	// One of the site's own without an engine, and one whose mark is forged.
	tab.truth(`(document.body.append(Object.assign(document.createElement('iframe'), { id: 'plain', src: '/plain' }), Object.assign(document.createElement('iframe'), { id: 'forged' })), forged.contentWindow.octroi = 1)`)
	tab.until(`plain.contentDocument?.URL.includes('plain') && plain.contentDocument.querySelectorAll('head > meta').length === 1 && forged.contentDocument.querySelectorAll('meta').length === 1`)
	tab.open("/page")
	tab.until(metas + ` === 1 && own.contentWindow.` + metas + ` === 1`)
	tab.open("/next")
	tab.truth(`octroi.acceptAll()`)
	tab.back("/page")
	tab.until(`octroi.state()?.services.pixel && (octroi.allows('pixel') || document.querySelector('[data-octroi-act="reload"]'))`)
}

// From a file there is no host: what stands beside it loads.
func TestThePolicyFromAFile(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(folder, "octroi"), os.DirFS(Dist)))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "own.js"), []byte(`window.own = 1`), 0o666))
	page := `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>file</title><script type="application/json" id="octroi-config">` + s.listing(`"enforce": "always",`) + `</script><script src="octroi/octroi.js"></script></head>
<body><script src="own.js"></script><a href="#octroi" id="tab">Cookies</a></body></html>`
	require.NoError(t, os.WriteFile(filepath.Join(folder, "app.html"), []byte(page), 0o666))
	_, tab := visit(t, s)
	tab.away("file://" + folder + "/app.html")
	tab.until(`document.querySelector('dialog.octroi-ask[open]') && window.own`)
	tab.press("preferences")
	tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
	tab.truth(`(window.make = (tag, props) => Object.assign(document.createElement(tag), props), import('` + s.Third + `/ads/file').catch(() => true))`)
	assert.Empty(t, tab.site.paths())
}

// The drop-in's other files come from its own host under the policy too.
func TestThePolicyLetsTheRestComeFromItsHost(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.raw("/hosted", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>rest</title><script type="application/json" id="octroi-config">` + s.listing(`"enforce": "always",`) +
			`</script><script src="` + strings.Replace(s.URL, "localhost", "127.0.0.1", 1) + `/octroi/octroi.js"></script></head><body><a href="#octroi" id="tab">Cookies</a></body></html>`
	})
	_, tab := visit(t, s, "locales/de.json", "CORS", "Access-Control", "Failed to load resource")
	tab.open("/hosted")
	tab.whole().truth(`octroi.preferences()`)
	assert.True(t, tab.truth(`Boolean(document.querySelector('dialog.octroi-preferences[open]'))`))
}
