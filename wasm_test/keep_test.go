package wasmtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/erase"
)

// keeping is a declaration of one essential service and one that needs consent;
// both keep something in every area.
func keeping(more string) string {
	return `{` + more + `
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [
		{"id": "essential", "label": "Essential", "text": "Needed.", "required": true},
		{"id": "ads", "label": "Ads", "text": "Advertising.", "renewAfter": "13 months"}
	],
	"services": [
		{"id": "shop", "category": "essential", "name": "Shop", "provider": "Shop SAS", "purpose": "Works.",
			"cookies": [{"name": "basket", "life": "session"}, {"name": "lang", "life": "12 months"}, {"name": "csrf", "life": "1 day"}],
			"storage": [{"name": "draft", "life": "30 days"}, {"name": "step", "life": "session"}]},
		{"id": "pixel", "category": "ads", "name": "Pixel", "provider": "Ads Ltd", "purpose": "Measures.", "policy": "https://ads.example/privacy",
			"cookies": [{"name": "px*", "life": "13 months"}, {"name": "__Host-px"}, {"name": "__Secure-px"}],
			"storage": [{"name": "px*"}], "databases": [{"name": "px*"}], "caches": [{"name": "px*"}], "workers": [{"name": "/px-worker.js"}]}
	]}`
}

// measuring is the same with more fields of the service that needs consent.
func measuring(more, fields string) string {
	return strings.Replace(keeping(more), `"purpose": "Measures.",`, `"purpose": "Measures.", `+fields, 1)
}

// gated is the same where that service is the third party's /ads/.
func (s *site) gated() string { return measuring("", `"urls": ["`+s.Third+`/ads/"],`) }

// keeper serves a page with a declaration of its own.
func (s *site) keeper(path, declaration, body string) {
	s.raw(path, "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>test</title>
<script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn + `</head><body><a href="#octroi" id="tab">Cookies</a>` + body + `</body></html>`
	})
}

// kept returns all that the origin keeps, as the browser tells it.
func (t *tab) kept() (names []string) {
	t.t.Helper()
	t.eval(`(async () => [
		...document.cookie.split('; ').filter(Boolean).map((pair) => 'cookie ' + pair.split('=')[0]),
		...Object.keys(localStorage).map((key) => 'local ' + key),
		...Object.keys(sessionStorage).map((key) => 'session ' + key),
		...(await indexedDB.databases()).map(({ name }) => 'database ' + name),
		...(await caches.keys()).map((name) => 'cache ' + name),
		...(await navigator.serviceWorker.getRegistrations()).map((one) => 'worker ' + new URL((one.active || one.waiting || one.installing).scriptURL).pathname),
	].filter((name) => !/ octroi$/.test(name)).sort())()`, &names)
	return names
}

// writes are all the ways in which a script can keep something under a name.
var writes = expression("writes")

func TestEveryWriteIsJudged(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep")
	var done map[string]string
	tab.eval("("+writes+")('px1')", &done)
	assert.Empty(t, done, "nothing is kept of what is not granted, and nothing thrown")
	assert.Empty(t, tab.kept())
	assert.Empty(t, tab.cookies())
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	_, bare := visit(t, s)
	bare.open("/bare")
	var every map[string]string
	bare.eval("("+writes+")('px1')", &every)
	assert.Greater(t, len(every), 16)
	for _, name := range []string{"own", "draft"} {
		tab.eval("("+writes+")('"+name+"')", &done)
		assert.Equal(t, every, done, "%s: what is essential or unknown is let through", name)
	}
	tab.truth(`octroi.acceptAll(), true`)
	tab.eval("("+writes+")('px1')", &done)
	assert.Equal(t, every, done)
	tab.truth(`octroi.refuseAll(), true`)
	clear(done)
	tab.eval("("+writes+")('px2')", &done)
	assert.Empty(t, done)
}

// What a script can see of the hooks, as JSON: the same with Octroi and without.
var looks = expression("looks")

// Promises that hooked methods return settle as the originals'.
var settles = expression("settles")

func TestTheHooksLookAndBehaveAsTheOriginals(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	seen := map[string][2]map[string]any{}
	for i, path := range []string{"/bare", "/keep"} {
		_, tab := visit(t, s)
		tab.open(path)
		for name, js := range map[string]string{"looks": looks, "settles": settles} {
			var result map[string]any
			tab.eval(js, &result)
			both := seen[name]
			both[i] = result
			seen[name] = both
		}
	}
	assert.Greater(t, len(seen["looks"][0]), 50)
	for name, both := range seen {
		for key, want := range both[0] {
			assert.Equal(t, want, both[1][key], "%s: %s", name, key)
		}
		assert.Len(t, both[1], len(both[0]))
	}
}

func TestAPageThatReplacedThemFirstIsReported(t *testing.T) {
	s := newSite(t)
	s.raw("/late", "text/html", func() string {
		return `<!doctype html><html lang="en"><head><script>
			const d = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie'), set = Storage.prototype.setItem;
			Object.defineProperty(Document.prototype, 'cookie', { ...d, set(text) { d.set.call(this, text); } });
			Storage.prototype.setItem = function (key, value) { set.call(this, key, value); };
			</script><script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head>`
	})
	_, tab := visit(t, s)
	tab.open("/late")
	assert.True(t, tab.whole().truth(`octroi.report().replaced.join() === 'cookie,setItem'`))
	assert.True(t, tab.truth(`(document.cookie = 'px=1', localStorage.setItem('px', 1), !document.cookie && !('px' in localStorage))`), "and its own are judged")
	tab.open("/")
	assert.True(t, tab.whole().truth(`octroi.report().replaced.length === 0`))
}

func TestWhatBrowsersMayReadOtherwise(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep")
	tab.truth(`octroi.acceptAll(), true`)
	long := strings.Repeat("x", 1025)
	for i, attributes := range []string{
		strings.Repeat("; a=b", 60) + "; max-age=999999999",
		"; max-age=999999999" + strings.Repeat("; a=b", 60) + "; max-age=0x",
		"; expires=Fri, 01 Jan 2038 00:00:00 GMT" + strings.Repeat(";", 300),
		"; max-age=99999999; max-age=" + long,
		"; MAX-AGE = 99999999 ; path = / ",
		";\tmax-age\t=\t99999999",
		"; max-age=+99; expires=Fri 01 Jan 2038 00:00:00",
		"; expires=1 Jan 38 0:0:0 GMT; secure",
		"; max-age=99999999; partitioned; secure; samesite=none",
	} {
		if running == "webkit" && strings.Contains(attributes, "secure") {
			continue // it takes no secure cookie over HTTP, not even on localhost
		}
		name := "csrf" // a day at most
		tab.truth(fmt.Sprintf(`(document.cookie = %q, true)`, name+"=1"+attributes))
		c, set := tab.jar()[name]
		if assert.True(t, set, "%d", i) {
			assert.Equal(t, strings.HasSuffix(attributes, "0x"), c.Session, "%d: the last counts", i)
			assert.LessOrEqual(t, time.Until(time.UnixMilli(int64(c.Expires*1000))), 24*time.Hour+time.Second, "%d", i)
		}
		tab.truth(`(document.cookie = 'csrf=;max-age=0', document.cookie = 'csrf=;max-age=0;secure;partitioned', true)`)
	}
	// The engine takes for a deletion only what browsers take for one.
	tab.truth(`(document.cookie = 'csrf=1; max-age=99999999' + '; a=b'.repeat(60) + '; max-age=0', true)`)
	assert.NotContains(t, tab.jar(), "csrf")
	// A name that is hidden from the grammar is refused all the same.
	tab.truth(`octroi.refuseAll(), true`)
	for _, text := range []string{"px=1", "=px=1", " px = 1", "\tpx\t=1", "px=1\x00", "\x00px=1", "px=1\n", "px=1\r;x", "=octroi=AgEA", "octroi=AgEA"} {
		tab.truth(fmt.Sprintf(`(document.cookie = JSON.parse(%q), true)`, fmt.Sprintf(`"%s"`, strings.NewReplacer("\x00", `\u0000`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text))))
		assert.True(t, tab.truth(`!/px/.test(document.cookie) && document.cookie.split('octroi=').length === 2`), "%q", text)
	}
}

// Where the engine comes later than the page's first script, writes wait for it; where
// it cannot come, nothing is kept.
func TestWritesWaitForTheEngine(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	early := `<script>
		document.cookie = 'basket=1'; document.cookie = 'px=1'; localStorage.draft = 1; localStorage.setItem('px', 1);
		window.atOnce = document.cookie + Object.keys(localStorage);
	</script>`
	declaration := `<script type="application/json" id="octroi-config">` + keeping("") + `</script>`
	s.raw("/declaration.json", "application/json", func() string { return keeping("") })
	s.without("/alone/", "octroi.nowasm.js")
	_, tab := visit(t, s, "octroi: $.services[1].cookies[0].life: not a duration")
	for path, head := range map[string]string{
		"/split":  declaration + `<script src="/octroi/octroi.split.js"></script>` + early,
		"/fetch":  `<script src="/octroi/octroi.js" data-config="/declaration.json"></script>` + early,
		"/none":   `<script>delete window.WebAssembly;</script>` + declaration + `<script src="/alone/octroi.js"></script>` + early,
		"/plain":  `<script>delete window.WebAssembly;</script>` + declaration + dropIn + early,
		"/faulty": `<script type="application/json" id="octroi-config">` + strings.Replace(keeping(""), `"px*", "life": "13 months"`, `"px*", "life": "13 moons"`, 1) + `</script>` + dropIn + early,
	} {
		s.raw(path, "text/html", func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8">` + head + `</head><body></body>`
		})
		tab.anew().open(path)
		want := []string{"cookie basket", "local draft"}
		switch path {
		case "/none":
			want = []string{}
			assert.True(t, tab.truth(`octroi.state() === null`), path)
		case "/faulty":
		default:
			tab.until(`octroi.state()`)
			assert.True(t, tab.truth(`atOnce === ''`), "%s: held until it is judged", path)
		}
		assert.Equal(t, want, tab.kept(), path)
	}
}

func TestAnyBytesAndAnyLength(t *testing.T) {
	sampled(t, "what is read is the same code in each")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep").whole()
	assert.True(t, tab.truth(expression("any_bytes")))
	tab.press("accept")
	assert.True(t, tab.truth(`(document.cookie = 'px=1', /(^|; )px=1/.test(document.cookie))`), "the engine is as it was")
	tab.truth(`new Promise((done) => { octroi.on('change', done); octroi.refuseAll(); })`)
	assert.True(t, tab.truth(`!/(^|; )px/.test(document.cookie)`))
}

func TestARefusedCookieThatComesBackIsErased(t *testing.T) { // R7.26
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.pages.HandleFunc("GET /plant", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "px=1; Path=/; Max-Age=9999999")
		w.Header().Add("Set-Cookie", "pxdeep=1; Path=/plant")
	})
	_, tab := visit(t, s)
	tab.open("/keep").press("refuse")
	for range 3 {
		tab.truth(`fetch('/plant').then(() => true)`)
		// The page may not know yet that it is there.
		await(t, "the cookie is gone", func() bool {
			_, there := tab.jar()["px"]
			return !there && tab.truth(`!document.cookie.includes('px')`)
		})
	}
	if running != "webkit" { // whose driver tells what this page can see alone
		assert.Contains(t, tab.jar(), "pxdeep", "what this page cannot see")
	}
}

func TestEveryVariantIsErased(t *testing.T) { // R7.21
	s := newSite(t)
	s.keeper("/a/b/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.site.URL = strings.Replace(s.URL, "localhost", "www.shop.localhost", 1)
	tab.open("/a/b/keep")
	tab.truth(`octroi.acceptAll(), true`)
	planted := 0
	for _, domain := range []string{"", "; domain=www.shop.localhost", "; domain=shop.localhost"} {
		for _, path := range []string{"/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/keep"} {
			for _, kind := range []string{"", "; secure", "; secure; partitioned; samesite=none"} {
				tab.truth(fmt.Sprintf(`(document.cookie = 'px=1; max-age=9999; path=%s%s%s', true)`, path, domain, kind))
				planted++
			}
		}
	}
	tab.truth(`(document.cookie = '__Host-px=1; secure; path=/', document.cookie = '__Host-px=1; secure; path=/; partitioned', document.cookie = '__Secure-px=1; secure; path=/a', true)`)
	assert.GreaterOrEqual(t, len(tab.crumbs()), planted/3, "of %d planted", planted)
	tab.truth(`octroi.refuseAll(), true`)
	assert.Equal(t, []string{"octroi"}, tab.cookies())
	assert.True(t, tab.whole().truth(`octroi.report().survivors.length === 0`))
}

func TestAllThatAServiceKeepsIsErased(t *testing.T) { // R7.27
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.raw("/px-worker.js", "text/javascript", func() string { return "" })
	s.raw("/own-worker.js", "text/javascript", func() string { return "" })
	_, tab := visit(t, s)
	tab.open("/keep")
	tab.truth(`octroi.acceptAll(), true`)
	tab.truth(`(async () => {
		for (const name of ['px1', 'own']) {
			document.cookie = name + '=1';
			localStorage[name] = sessionStorage[name] = 1;
			await new Promise((done) => { indexedDB.open(name).onsuccess = ({ target }) => done(target.result.close()); });
			await caches.open(name);
		}
		await navigator.serviceWorker.register('/px-worker.js', { scope: '/px/' });
		await navigator.serviceWorker.register('/own-worker.js', { scope: '/own/' });
		return true;
	})()`)
	own := []string{"cache own", "cookie own", "database own", "local own", "session own", "worker /own-worker.js"}
	assert.Len(t, tab.kept(), 2*len(own))
	var change struct{ Erased, Survivors []string }
	tab.eval(`new Promise((done) => { octroi.on('change', done); octroi.refuseAll(); })`, &change)
	assert.Equal(t, own, tab.kept())
	slices.Sort(change.Erased)
	assert.Equal(t, []string{"/px-worker.js", "px1", "px1", "px1", "px1"}, change.Erased)
	assert.Empty(t, change.Survivors)
}

// server/erase is a page's endpoint: the browser's own store tells what is left.
func TestTheServerErasesWhatScriptCannot(t *testing.T) { // R1.45, R7.21
	paired(t, "firefox")
	s := newSite(t)
	declaration := strings.NewReplacer(
		`{"name": "px*", "life": "13 months"}`, `{"name": "px*"}, {"name": "uid", "httpOnly": true}, {"name": "t_*", "httpOnly": true}, {"name": "deep", "httpOnly": true, "path": "/account"}, {"name": "far", "domain": "ads.example"}`,
		`{"name": "csrf", "life": "1 day"}`, `{"name": "session", "httpOnly": true}, {"name": "t_login", "httpOnly": true}`,
	).Replace(keeping(`"erase": {"endpoint": "/erase"},`))
	parsed, err := consent.Parse([]byte(declaration))
	require.NoError(t, err)
	s.keeper("/keep", declaration, "")
	s.pages.Handle("/erase", erase.New(parsed))
	s.pages.HandleFunc("GET /plant", func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"uid", "t_1", "session", "t_login"} {
			for _, rest := range []string{"", "; Domain=www.shop.localhost", "; Domain=shop.localhost", "; Secure; Partitioned", "; Domain=shop.localhost; Secure; Partitioned"} {
				w.Header().Add("Set-Cookie", name+"=1; Path=/; HttpOnly; Max-Age=9999"+rest)
			}
		}
		for _, field := range []string{"deep=1; Path=/account", "deep=1; Path=/account/; Domain=shop.localhost"} {
			w.Header().Add("Set-Cookie", field+"; HttpOnly; Max-Age=9999")
		}
	})
	_, tab := visit(t, s)
	count := func() map[string]int {
		all := map[string]int{}
		for _, c := range tab.crumbs() {
			if strings.Contains(c.Domain, "shop.localhost") {
				all[c.Name]++
			}
		}
		delete(all, "octroi")
		return all
	}
	tab.away(strings.Replace(s.URL, "localhost", "www.shop.localhost", 1) + "/keep").press("accept")
	tab.truth(`fetch('/plant').then(() => true)`)
	planted := count()
	if running != "webkit" { // whose driver tells only what this page sees
		assert.Equal(t, 2, planted["deep"])
	}
	// WebKit has no Secure cookies of a loopback address.
	assert.GreaterOrEqual(t, planted["uid"], 3)
	var left []string
	tab.eval(`new Promise((done) => { octroi.on('change', ({ survivors }) => done(survivors)); octroi.refuseAll(); })`, &left)
	// Under load Firefox's driver may still list what the answer has just ended.
	kept := map[string]int{"session": planted["session"], "t_login": planted["t_login"]}
	await(t, "only what is essential is left", func() bool { return maps.Equal(kept, count()) })
	assert.Equal(t, []string{"far"}, left, "no server of this site can erase it, and nobody says that it has")
	assert.True(t, tab.whole().truth(`octroi.report().unreachable.join() === 'uid,t_*,deep,far'`))
}
