package wasmtest

import (
	"fmt"
	"net"
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

// elsewhere serves one page on another site.
func elsewhere(t *testing.T, content string) (url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, content)
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return "http://" + l.Addr().String() + "/"
}

const inFrame = `document.querySelector('iframe#inner').contentWindow`

// In a frame of the same site the page around it asks, and its choice holds.
func TestAFrameOfTheSameSite(t *testing.T) {
	s := newSite(t)
	s.keeper("/inner", s.measures(), `<img data-octroi="pixel" data-src="THIRD/ads/inside" alt="">`)
	s.page("/outer", dropIn, `<iframe id="inner" src="/inner" width="500" height="300"></iframe>`)
	s.keeper("/outer-same", s.measures(), `<iframe id="inner" src="/inner" width="500" height="300"></iframe>`)
	_, tab := visit(t, s)
	tab.open("/outer-same")
	tab.until(inFrame + `.octroi?.state()`)
	assert.True(t, tab.truth(`document.querySelector('dialog.octroi-ask[open]') && !`+inFrame+`.document.querySelector('dialog, .octroi-tab')`), "one asks")
	assert.True(t, tab.truth(`!`+inFrame+`.octroi.allows('pixel') && !`+inFrame+`.octroi.state().decided`))
	tab.press("accept")
	tab.until(inFrame + `.octroi.allows('pixel') && ` + inFrame + `.document.querySelector('img').hasAttribute('src')`)
	tab.truth(`octroi.refuseAll()`)
	tab.until(`!` + inFrame + `.octroi.allows('pixel') && !` + inFrame + `.document.querySelector('img').hasAttribute('src')`)
	tab.truth(inFrame + `.octroi.acceptAll()`)
	tab.until(`octroi.allows('pixel')`)
	tab.truth(inFrame + `.octroi.preferences()`)
	assert.True(t, tab.truth(inFrame+`.document.querySelector('dialog.octroi-preferences[open]')`), "who looks for the choices in it finds them")
	_, alone := visit(t, s)
	alone.open("/inner")
	alone.until(`document.querySelector('dialog.octroi-ask[open]') && octroi.state()`) // where nobody else asks, it does
}

// What a page fills a frame of its own with waits there, and comes there.
func TestWhatAPageFillsItsFramesWith(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "<!doctype html><body>" })
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
	s.keeper("/frames", s.gated(), ``)
	fill := func(tab *tab, want ...string) []string {
		s.Log.Clear()
		tab.truth(call(t, "fill_frames", s.Third+"/ads/"))
		return asked(tab, "/ads/", want...)
	}
	_, bare := visit(t, s)
	want := fill(bare.open("/bare"))
	t.Log("asked for in "+running+":", len(want), strings.Join(want, " "))
	assert.Greater(t, len(want), 20)
	bare.open("/empty")

	// These stand for the visitor's choice, which nothing has without Octroi.
	gated := slices.Sorted(slices.Values(append(want, "template", "waiting")))
	_, tab := visit(t, s)
	tab.open("/frames")
	tab.until(`document.querySelector('dialog')`)
	assert.Empty(t, fill(tab), "undecided")
	tab.collect()
	s.Log.Clear()
	tab.press("accept")
	assert.Equal(t, gated, asked(tab, "/ads/", gated...), "released")
	assert.Equal(t, gated, fill(tab.open("/frames"), gated...), "granted")
	tab.truth(`octroi.refuseAll()`)
	assert.Empty(t, fill(tab), "withdrawn")
	tab.until(`[...document.querySelectorAll('iframe,object')].every((f) => !f.contentDocument?.querySelector('img[src], iframe[src]'))`)
}

// A sheet of the site's own that names another party's address is read once it has come,
// wherever it stands.
func TestSheetsOfTheSitesOwn(t *testing.T) {
	s := newSite(t)
	s.raw("/own.css", "text/css", func() string { return `p{background:url(` + s.Third + `/ads/own)}` })
	s.keeper("/sheets", s.gated(), `<main><div></div><div></div></main><iframe></iframe><script>
		const markup = '<link rel=stylesheet href=/own.css><p>x</p>';
		const [div, host] = document.querySelectorAll('main > div');
		const frame = document.querySelector('iframe').contentDocument;
		const shadow = host.attachShadow({ mode: 'closed' });
		const inside = frame.body.appendChild(frame.createElement('div')).attachShadow({ mode: 'closed' });
		const places = [div, shadow, frame.body.appendChild(frame.createElement('div')), inside];
		for (const place of places) place.innerHTML = markup;
		const all = (text) => places.every((place) => getComputedStyle(place.querySelector('p')).backgroundImage.includes(text));
	</script>`)
	_, tab := visit(t, s)
	tab.open("/sheets")
	tab.until(`all('about:invalid#octroi-')`)
	tab.press("accept")
	tab.until(`all('` + s.Third + `/ads/own')`)
	s.reached("/ads/own")
	tab.truth(`octroi.refuseAll()`)
	tab.until(`all('about:invalid#octroi-')`)
}

// In a frame of another site nothing is assumed, whatever was chosen here.
func TestAFrameInAnotherSite(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/inner", s.measures(), `<img data-octroi="pixel" data-src="THIRD/ads/inside" alt=""><script>
		const tell = () => parent.postMessage({ asks: Boolean(document.querySelector('dialog.octroi-ask[open]')), allows: octroi.allows('pixel') }, '*');
		addEventListener('load', () => setTimeout(tell, 300));
	</script>`)
	_, tab := visit(t, s)
	tab.open("/inner").press("accept")
	tab.until(`octroi.allows('pixel')`)
	tab.away(elsewhere(t, `<!doctype html><title>elsewhere</title><script>window.got = []; addEventListener('message', (e) => got.push(e.data))</script><iframe src="`+s.URL+`/inner" width="600" height="400"></iframe>`))
	tab.until(`got.length`)
	assert.True(t, tab.truth(`got[0].asks && !got[0].allows`))
}

// A page that is prerendered is seen by nobody: what was chosen until it is shown counts.
func TestPrerenderedPages(t *testing.T) {
	only(t, "only Chromium prerenders", "chromium")
	s := newSite(t)
	told := make(chan string, 9)
	hear := func() string {
		select {
		case what := <-told:
			return what
		case <-time.After(stepTimeout):
			return "nothing"
		}
	}
	s.pages.HandleFunc("POST /told", func(w http.ResponseWriter, r *http.Request) { told <- r.URL.RawQuery })
	hidden := make(chan struct{})
	s.pages.HandleFunc("POST /hidden", func(w http.ResponseWriter, r *http.Request) { <-hidden })
	// It prerenders nothing while it is driven, so the page does all that by itself.
	s.keeper("/start", s.measures(), `<script type="speculationrules">{"prerender": [{"urls": ["/next"], "eagerness": "immediate"}]}</script><a id="go" href="/next">next</a>
		<script>octroi.refuseAll(); fetch('/hidden', { method: 'POST' }).then(() => { octroi.acceptAll(); go.click(); })</script>`)
	s.keeper("/next", s.measures(), `<img data-octroi="pixel" data-src="`+s.Third+`/ads/next" alt=""><script>
		const tell = (what) => fetch('/told?' + what + '-' + Boolean(octroi.state()) + '-' + octroi.allows('pixel') + '-' + Boolean(document.querySelector('dialog')), { method: 'POST' });
		addEventListener('load', () => tell(document.prerendering ? 'hidden' : 'plain'));
		document.addEventListener('prerenderingchange', () => setTimeout(tell, 100, 'shown'));
	</script>`)
	_, stop, err := command(nil, wholeChromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), s.URL+"/start")
	require.NoError(t, err)
	t.Cleanup(stop)
	assert.Equal(t, "hidden-false-false-false", hear())
	assert.Empty(t, s.paths())
	close(hidden)
	assert.Equal(t, "shown-true-true-false", hear())
	for len(s.paths()) == 0 {
		<-s.Log.Changed()
	}
	assert.Equal(t, []string{"/ads/next"}, s.paths())
}

// A page that history brings back as it was hears of what was chosen meanwhile.
func TestAPageThatHistoryBringsBack(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/first", s.measures(), `<img data-octroi="pixel" data-src="`+s.Third+`/ads/first" alt=""><script>addEventListener('pageshow', (e) => (window.persisted = e.persisted))</script>`)
	s.keeper("/second", s.measures(), ``)
	_, tab := visit(t, s)
	tab.open("/first")
	tab.press("accept")
	tab.until(`octroi.allows('pixel')`)
	tab.open("/second")
	tab.truth(`octroi.refuseAll()`)
	tab.back("/first")
	tab.until(`octroi.state()?.decided && !octroi.allows('pixel') && !document.querySelector('img').hasAttribute('src')`)
	t.Logf("as it was: %v", tab.truth(`window.persisted`))
	tab.open("/second")
	tab.truth(`octroi.acceptAll()`)
	tab.back("/first")
	tab.until(`octroi.allows('pixel') && document.querySelector('img').hasAttribute('src')`)
}

// From a file there is no server, and in Chromium no cookie.
func TestFromAFile(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(folder, "octroi"), os.DirFS(Dist)))
	page := `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>file</title><script type="application/json" id="octroi-config">` + s.measures() + `</script><script src="octroi/octroi.js"></script></head>
<body><img data-octroi="pixel" data-src="` + s.Third + `/ads/file" alt=""></body></html>`
	require.NoError(t, os.WriteFile(filepath.Join(folder, "app.html"), []byte(page), 0o666))
	plain := strings.Replace(page, "<title>", "<script>delete window.WebAssembly</script><title>", 1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "plain.html"), []byte(plain), 0o666))
	_, tab := visit(t, s)
	tab.away("file://" + folder + "/app.html")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.site.paths())
	tab.press("refuse")
	tab.away("file://" + folder + "/app.html")
	assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel')`), "kept")
	tab.truth(`octroi.acceptAll()`)
	tab.arrived("/ads/file")
	tab.away("file://" + folder + "/plain.html")
	tab.until(`octroi.state()?.decided && octroi.allows('pixel')`)
}
