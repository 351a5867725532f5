package wasmtest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// stranger is another party, which notes what it is asked for.
type stranger struct {
	*httptest.Server
	mu    sync.Mutex
	paths []string
}

func newStranger(t testing.TB) *stranger {
	o := &stranger{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.paths = append(o.paths, r.URL.Path)
		o.mu.Unlock()
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case strings.HasSuffix(r.URL.Path, ".js"):
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprintf(w, "(window.ran ||= []).push(%q)", r.URL.Path)
		case strings.HasSuffix(r.URL.Path, ".css"):
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, "body { --from-stranger: 1 }")
		case strings.HasSuffix(r.URL.Path, ".svg"):
			w.Header().Set("Content-Type", "image/svg+xml")
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
		default:
			w.Header().Set("Content-Type", "text/html")
		}
	}))
	t.Cleanup(o.Close)
	return o
}

// forget empties what was noted.
func (o *stranger) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paths = nil
}

// asked tells what the other party was asked for, but for what a browser may ask for
// ahead, before any script.
func (o *stranger) asked() (paths []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, path := range o.paths {
		if !strings.HasPrefix(path, "/plain/") {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// body is a page whose markup and whose scripts, declared nowhere or as a service's, want
// something of the other party's, and of the page's own origin.
func (o *stranger) body() string {
	return strings.ReplaceAll(`<script src="OTHER/plain/tag.js"></script><img src="OTHER/plain/tag.svg" alt=""><script src="OTHER/plain/ads/tag.js"></script>
<script src="/mine.js"></script><script>
	window.own = ['inline'];
	const done = (one) => {
		own.push(one);
		if (own.includes('fetch') && own.includes('picture')) fetch('/checked', { method: 'POST', body: String(!window.ran && !octroi.allows('pixel')) });
	};
	window.seen = [];
	const add = (tag, props) => document.body.appendChild(Object.assign(document.createElement(tag), props));
	add('script', { src: 'OTHER/made/tag.js', async: false });
	add('script', { src: 'OTHER/ads/made.js' });
	add('img', { src: 'OTHER/made/tag.svg', onload: () => seen.push('picture') });
	window.loose = Object.assign(new Image(), { src: 'OTHER/made/loose.svg', onload: () => seen.push('loose') });
	add('div', { innerHTML: '<img src="OTHER/made/markup.svg"><iframe src="OTHER/made/frame"></iframe>' });
	const css = add('style', {}); css.textContent = '#styled { background: url(OTHER/made/style.svg) }';
	add('p', { id: 'styled', textContent: 'x' });
	window.calls = fetch('OTHER/called/fetch', { mode: 'no-cors' }).then(() => 'got', () => 'failed');
	const x = new XMLHttpRequest(); x.open('GET', 'OTHER/called/xhr'); x.onerror = () => {}; x.send();
	navigator.sendBeacon('OTHER/called/beacon');
	document.cookie = 'tracked=1; max-age=999';
	localStorage.setItem('tracked', 1);
	fetch('/mine.json').then((r) => r.json()).then(() => done('fetch'));
	new WebSocket(location.origin.replace('http', 'ws') + '/mine-socket');
	add('script', { src: '/mine.js?made' });
	add('img', { src: '/mine.svg', onload: () => done('picture') });
</script>`, "OTHER", o.URL)
}

// unready serves pages with that body; head is what stands before it.
func (o *stranger) unready(t *testing.T, s *site, path, head string) {
	s.raw(path, "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>unready</title>` + watchErrors + head + `</head><body>` + o.body() + `</body></html>`
	})
}

// serveOwn serves what such a page wants of its own origin.
func (s *site) serveOwn() (sockets func() (since bool)) {
	s.raw("/mine.js", "text/javascript", func() string { return `(window.own ||= []).push('script')` })
	s.raw("/mine.json", "application/json", func() string { return `{}` })
	s.raw("/mine.svg", "image/svg+xml", func() string {
		return `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`
	})
	var mu sync.Mutex
	asked := false
	s.pages.HandleFunc("GET /mine-socket", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = true
		http.Error(w, "none", http.StatusNotFound)
	})
	return func() bool {
		mu.Lock()
		defer mu.Unlock()
		was := asked
		asked = false
		return was
	}
}

// declares is a declaration in which the other party's /ads/ is a service's.
func (o *stranger) declares(more string) string {
	return measuring(more, `"urls": ["`+o.URL+`/ads/", "`+o.URL+`/plain/ads/"],`)
}

// shutButOwn asserts that the page has had nothing of the other party's, and all of its own.
func (o *stranger) shutButOwn(t *testing.T, tab *tab) {
	t.Helper()
	tab.until(`own.filter((one) => one === 'script').length >= 1 && own.includes('fetch') && own.includes('picture') && document.readyState === 'complete'`)
	assert.True(t, tab.truth(`calls.then((end) => end === 'failed')`), "a call")
	assert.Empty(t, o.asked())
	assert.True(t, tab.truth(`!window.ran && !seen.length`))
	var kept []string
	tab.eval(`[...document.cookie.split("; ").filter((one) => /tracked/.test(one)), ...Object.entries(localStorage).map((pair) => pair.join('='))]`, &kept)
	assert.Empty(t, kept)
}

// Without a declaration that is valid third parties stay shut, and the page's own works.
func TestWithoutAValidDeclaration(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	o, s := newStranger(t), newSite(t)
	sockets := s.serveOwn()
	s.without("/lacking/", "octroi.rest.js")
	_, tab := visit(t, s, "octroi: ", "octroi.rest.js", "WebSocket", "mine-socket")
	element := func(text string) string {
		return `<script type="application/json" id="octroi-config">` + text + `</script>`
	}
	which := 0
	for name, declaration := range map[string]string{
		"syntax":         element(`{"site": {`),
		"empty":          element(``),
		"missing":        ``,
		"null":           element(`null`),
		"a list":         element(`[]`),
		"wrong category": element(strings.Replace(o.declares(""), `"category": "ads"`, `"category": "adds"`, 1)),
		"trailing comma": element(strings.Replace(o.declares(""), `]}`+"\n\t]}", "]},\n\t]}", 1)),
		"two services":   element(strings.Replace(o.declares(""), `"id": "pixel"`, `"id": "shop"`, 1)),
	} {
		for _, rest := range []string{"", "missing"} {
			t.Run(name+" "+rest, func(t *testing.T) {
				// What is wrong the engine in Go says.
				if running != "chromium" && !slices.Contains([]string{"syntax ", "missing ", "two services ", "syntax missing", "a list missing"}, name+" "+rest) {
					t.Skip("in chromium only: to the page half a fault is a fault")
				}
				tab.within(t)
				tab.anew()
				o.forget()
				sockets()
				script, reason := dropIn, "config"
				if rest != "" {
					script, reason = `<script src="/lacking/octroi.js"></script>`, "rest"
				}
				which++
				path := fmt.Sprint("/unready-", which)
				o.unready(t, s, path, declaration+script)
				tab.open(path)
				tab.until(`wrong.length`)
				assert.True(t, tab.truth(`wrong[0].reason === '`+reason+`'`))
				o.shutButOwn(t, tab)
				await(t, "a socket to the page's own host", sockets)
				tab.truth(`(octroi.acceptAll(), true)`)
				o.shutButOwn(t, tab)
			})
		}
	}
}

// Nor is anything let through while the declaration or the engine is on its way; what is
// nobody's loads when both are there, and what is a service's when that is granted.
func TestBeforeTheEngineIsThere(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	o, s := newStranger(t), newSite(t)
	sockets := s.serveOwn()
	var checked atomic.Value // what the page at work is told of
	checked.Store(func(string) {})
	s.pages.HandleFunc("POST /checked", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		checked.Load().(func(string))(string(b))
	})
	says := []string{"octroi: ", "octroi.rest.js", "octroi.nowasm.js", "octroi.wasm", "declaration.json", "WebSocket", "mine-socket"}
	_, tab := visit(t, s, says...)
	which := 0
	config := `<script type="application/json" id="octroi-config">` + o.declares("") + `</script>`
	for name, row := range map[string]struct {
		head string
		slow string // the file that is on its way
	}{
		"declaration": {head: `<script src="/slow/octroi.js" data-config="/slow/declaration.json"></script>`, slow: "declaration.json"},
		"wasm":        {head: config + `<script src="/slow/octroi.split.js"></script>`, slow: "octroi.wasm"},
		"nowasm":      {head: config + `<script>delete window.WebAssembly</script><script src="/slow/octroi.js"></script>`, slow: "octroi.nowasm.js"},
		"rest":        {head: strings.Replace(config, `"site"`, `"app": {"origins": ["https://app.example"]}, "site"`, 1) + `<script src="/slow/octroi.js"></script>`, slow: "octroi.rest.js"},
	} {
		for _, comes := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s %v", name, comes), func(t *testing.T) {
				if running == "firefox" && which > 0 { // it keeps what pages of a visitor have drawn
					_, tab = visit(t, s, says...)
				} else {
					tab.within(t)
					tab.anew()
				}
				o.forget()
				sockets()
				let, said, asked := make(chan struct{}), make(chan string, 1), make(chan []string, 1)
				checked.Store(func(text string) {
					time.Sleep(300 * time.Millisecond) // for what else is on its way
					said <- text
					asked <- o.asked()
					close(let)
				})
				which++
				folder := fmt.Sprintf("/slow/%d/", which) // no cache has its files
				s.pages.HandleFunc("GET "+folder, func(w http.ResponseWriter, r *http.Request) {
					file := strings.TrimPrefix(r.URL.Path, folder)
					if file == row.slow {
						<-let
						if !comes {
							http.NotFound(w, r)
							return
						}
					}
					if file == "declaration.json" {
						fmt.Fprint(w, o.declares(""))
						return
					}
					http.ServeFile(w, r, filepath.Join(Dist, filepath.FromSlash(file)))
				})
				path := fmt.Sprint("/unready-", which)
				o.unready(t, s, path, strings.ReplaceAll(row.head, "/slow/", folder))
				tab.open(path)
				assert.Equal(t, "true", <-said, "nothing has run")
				assert.Empty(t, <-asked, "on its way")
				if !comes {
					if name == "wasm" {
						// The engine in JavaScript serves.
						tab.until(`octroi.state()`)
						return
					}
					tab.until(`wrong.length`)
					o.shutButOwn(t, tab)
					await(t, "a socket to the page's own host", sockets)
					return
				}
				tab.until(`document.querySelector('dialog.octroi-ask[open]') && window.ran?.length >= 2 && seen.length >= 2`)
				assert.True(t, tab.truth(`ran.join() === '/plain/tag.js,/made/tag.js'`), "in their order")
				tab.until(`!!getComputedStyle(document.querySelector('#styled')).backgroundImage.match(/made.style/)`)
				await(t, "all that the page asks for", func() bool {
					return slices.Equal([]string{"/made/frame", "/made/loose.svg", "/made/markup.svg", "/made/style.svg", "/made/tag.js", "/made/tag.svg"}, slices.DeleteFunc(o.asked(), func(path string) bool { return strings.HasPrefix(path, "/favicon") }))
				})
				tab.until(`/tracked/.test(document.cookie)`)
				tab.press("refuse")
				assert.True(t, tab.truth(`!ran.some((path) => path.includes('/ads/'))`), "refused")
				tab.truth(`(octroi.acceptAll(), true)`)
				tab.until(`ran.includes('/plain/ads/tag.js') && ran.includes('/ads/made.js')`)
			})
		}
	}
}

// On a strict page what waited for the engine alone runs by its own nonce; what has none
// gains nothing by looking as if it had waited.
func TestAStrictPageWaitsForItsDeclaration(t *testing.T) {
	paired(t, "firefox")
	s, o := newSite(t), newStranger(t)
	let := make(chan struct{})
	s.pages.HandleFunc("GET /declaration.json", func(w http.ResponseWriter, r *http.Request) {
		<-let
		fmt.Fprint(w, o.declares(""))
	})
	r := s.strictly(strictPage{path: "/strict", policy: s.strictest("octroi"), head: `<script NONCE src="/octroi/octroi.js" data-config="/declaration.json"></script>`, body: strings.ReplaceAll(`
<script NONCE src="OTHER/plain/tag.js"></script><script NONCE src="OTHER/plain/ads/tag.js"></script>
<script type="text/plain" data-octroi="" data-octroi-unknown="" data-src="OTHER/made/evil.js"></script>
<script NONCE>window.own = true</script>`, "OTHER", o.URL)})
	_, tab := visit(t, s, "no service that is granted declares the address")
	tab.open("/strict")
	assert.True(t, tab.truth(`own && ran.length === 0`))
	close(let)
	tab.until(`ran.join() === '/plain/tag.js' && document.querySelector('dialog.octroi-ask[open]')`)
	tab.truth(`(octroi.acceptAll(), true)`)
	tab.until(`ran.join() === '/plain/tag.js,/plain/ads/tag.js'`)
	assert.Empty(t, o.asked())
	assert.Empty(t, r.all())
}
