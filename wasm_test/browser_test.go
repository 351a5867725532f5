package wasmtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/examples/shop"
)

// stepTimeout ends a wait for something that does not come.
const stepTimeout = 45 * time.Second

// site is the demo's two origins on free ports, with room for pages of a test's own.
type site struct {
	*shop.Shop
	URL      string
	pages    *http.ServeMux
	compiled bool // pages load what octroi build makes of their declarations
	busy     bool // the engine may come after a press
	card     bool // the owner is shown what is wrong with a page
	// What runs before each page's own scripts, and what the pages threw, where the engine
	// can do neither by itself.
	mu       sync.Mutex
	inserted string
	thrown   []string
}

func newSite(t testing.TB) *site {
	t.Helper()
	return serveSite(t, (*shop.Shop).Handler)
}

// newShop is the demo as it is served: its own pages load what octroi build makes of their
// declarations.
func newShop(t testing.TB) *site {
	t.Helper()
	s := serveSite(t, func(s *shop.Shop) http.Handler {
		require.NoError(t, s.Compile())
		return s.Handler()
	})
	s.busy = true
	return s
}

// inBothForms runs a test on the demo as it is served, and on the one with the drop-in.
func inBothForms(t *testing.T, test func(*testing.T, *site)) {
	t.Helper()
	if form != "" {
		t.Skip("it runs in both forms anyway")
	}
	t.Run("compiled", func(t *testing.T) { test(t, newShop(t)) })
	t.Run("drop-in", func(t *testing.T) { test(t, newSite(t)) })
}

func serveSite(t testing.TB, handler func(*shop.Shop) http.Handler) *site {
	t.Helper()
	if why := leftOut(t.Name()); why != "" {
		t.Skip(why)
	}
	s := &site{Shop: &shop.Shop{Dist: Dist, Log: shop.NewLog()}, pages: http.NewServeMux(), compiled: form == "compiled", busy: form == "compiled"}
	serve := func(host string, h http.Handler) string {
		l := listenAnew(t)
		server := &http.Server{Handler: h}
		go server.Serve(l)
		t.Cleanup(func() { server.Close() })
		return fmt.Sprintf("http://%s:%d", host, l.Addr().(*net.TCPAddr).Port)
	}
	third := s.ThirdParties()
	s.Third = serve("127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store") // each use is a request
		third.ServeHTTP(w, r)
	}))
	s.pages.Handle("/", handler(s.Shop))
	s.raw("/anew", "text/html; charset=utf-8", func() string { return anew })
	s.raw("/left", "text/html; charset=utf-8", func() string { return `<!doctype html><html lang="en"><title>left</title>` })
	s.pages.HandleFunc("GET /forgets", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Clear-Site-Data", `"cookies", "storage"`)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="en"><title>forgets</title><script>name = ''</script>`)
	})
	s.URL = serve("localhost", s)
	return s
}

// ports are those that sites had: an origin that was there before is known to browsers.
var ports = map[int]bool{}

// listenAnew listens at a port that no site has had.
func listenAnew(t testing.TB) net.Listener {
	for {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		if port := l.Addr().(*net.TCPAddr).Port; !ports[port] {
			ports[port] = true
			return l
		}
		defer l.Close()
	}
}

// insert has JavaScript run in each page from now on.
func (s *site) insert(js string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inserted += "<script>{" + js + "\n}</script>"
}

// errors are those that pages have told of.
func (s *site) errors() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.thrown
}

// tells has a page tell what it throws. Telling throws nothing itself, which would be told
// of again without end: a browser refuses what outlives its page beyond 64 KiB at a time.
const tells = `<script>{
	const send = fetch, { then } = Promise.prototype;
	const tell = (body) => {
		const again = () => send('/thrown', { method: 'POST', body });
		then.call(then.call(send('/thrown', { method: 'POST', body, keepalive: true }), undefined, again), undefined, () => {});
	};
	addEventListener('error', ({ message, target }) => target === window && message && tell(message));
	addEventListener('unhandledrejection', ({ reason }) => tell('Uncaught (in promise) ' + reason));
	const say = console.error;
	console.error = (...lines) => { tell(lines.join('')); say(...lines); };
}</script>`

// ServeHTTP serves the site's pages. WebKit's driver neither tells of errors nor runs
// scripts before a page's own: there both stand in the page.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/thrown" {
		b, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.thrown = append(s.thrown, string(b))
		s.mu.Unlock()
		return
	}
	if r.URL.RawQuery == "card" && !s.card {
		w.Header().Set("Content-Type", "text/javascript")
		return // what is wrong with a test's page is its own
	}
	if s.serveMade(w, r) {
		return
	}
	if s.compiled {
		w = &compiler{w, "http://" + r.Host + r.URL.RequestURI()}
	}
	if running == "webkit" {
		w = &inserter{ResponseWriter: w, site: s}
	}
	s.pages.ServeHTTP(w, r)
}

// inserter puts what a site inserts behind a page's doctype.
type inserter struct {
	http.ResponseWriter
	site *site
	done bool
}

// WriteHeader takes the length away that a file's server has told of a page: it will be longer.
func (w *inserter) WriteHeader(code int) {
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		w.Header().Del("Content-Length")
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *inserter) Write(b []byte) (int, error) {
	if !w.done && len(b) > 0 {
		w.done = true
		const doctype = "<!doctype html>"
		h := w.Header()
		if strings.HasPrefix(strings.ToLower(string(b)), doctype) && h.Get("Content-Security-Policy") == "" && !strings.Contains(string(b), "http-equiv=") {
			w.site.mu.Lock()
			extra := tells + w.site.inserted
			w.site.mu.Unlock()
			h.Del("Content-Length")
			if _, err := w.ResponseWriter.Write([]byte(doctype + extra)); err != nil {
				return 0, err
			}
			n, err := w.ResponseWriter.Write(b[len(doctype):])
			return n + len(doctype), err
		}
	}
	return w.ResponseWriter.Write(b)
}

func (w *inserter) Flush() { w.ResponseWriter.(http.Flusher).Flush() }

func (w *inserter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// page serves a page of a test's own: the drop-in with the shop's declaration, and
// the given markup.
func (s *site) page(path, head, body string) {
	s.raw(path, "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>
<script type="application/json" id="octroi-config">` + s.Declaration() + `</script>` + head +
			`</head><body><a href="#octroi" id="tab">Cookies</a>` + strings.ReplaceAll(body, "THIRD", s.Third) + `</body></html>`
	})
}

const dropIn = `<script src="/octroi/octroi.js"></script>`

func (s *site) raw(path, kind string, content func() string) {
	s.pages.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, content())
	})
}

// visitor is a browser profile; it can have several tabs.
type visitor struct {
	t     testing.TB
	site  *site
	first pane
	// Thrown are exceptions and console errors that the pages met.
	mu     sync.Mutex
	thrown []string
}

// tab is one page of a visitor's.
type tab struct {
	*visitor
	pane pane
}

// visit opens a fresh profile on the site; mayLog are parts of what the console may say.
func visit(t testing.TB, s *site, mayLog ...string) (*visitor, *tab) {
	t.Helper()
	v := newVisitor(t, s, mayLog)
	p, err := newcomer(t, s, v.met)
	require.NoError(t, err)
	return v, v.listen(p)
}

func newVisitor(t testing.TB, s *site, may []string) *visitor {
	v := &visitor{t: t, site: s}
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, line := range append(v.thrown, s.errors()...) {
			if !slices.ContainsFunc(may, func(may string) bool { return strings.Contains(line, may) }) {
				t.Errorf("the page met: %s", line)
			}
		}
	})
	return v
}

// met is told what a page threw, or said in the console of errors.
func (v *visitor) met(line string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.thrown = append(v.thrown, line)
}

// console waits for so many lines that the pages have said or thrown, and returns all.
func (v *visitor) console(lines int) []string {
	v.t.Helper()
	var said []string
	await(v.t, "the console", func() bool {
		v.mu.Lock()
		defer v.mu.Unlock()
		said = append(append([]string{}, v.thrown...), v.site.errors()...)
		return len(said) >= lines
	})
	return said
}

// tab opens another tab of the same profile.
func (v *visitor) tab() *tab {
	v.t.Helper()
	p, err := v.first.another()
	require.NoError(v.t, err)
	return v.listen(p)
}

func (v *visitor) listen(p pane) *tab {
	if inserts, ok := p.(*webkitPane); ok {
		inserts.site = v.site
	}
	if v.first == nil {
		v.first = p
	}
	return &tab{v, p}
}

// before has JavaScript run in every page before anything else.
func (t *tab) before(script string) {
	t.t.Helper()
	t.pane.life().odd = true
	require.NoError(t.t, t.pane.before(script))
}

// at moves the clock of the pages loaded from now on.
func (t *tab) at(now time.Time) {
	t.t.Helper()
	t.before(fmt.Sprintf(`(() => { const real = Date.now, from = real(); Date.now = () => %d + real() - from; })()`, now.UnixMilli()))
}

// open loads a page and waits for its load event.
func (t *tab) open(path string) *tab {
	t.t.Helper()
	return t.away(t.site.URL + path)
}

// anew is a page without Octroi that takes away all that its origin keeps.
const anew = `<!doctype html><html lang="en"><title>anew</title><script>
function forget() {
	for (const [name] of document.cookie.split('; ').map((pair) => pair.split('='))) {
		for (const domain of ['', ';domain=' + location.hostname]) document.cookie = name + '=;path=/;max-age=0' + domain;
	}
	localStorage.clear();
	sessionStorage.clear();
}
forget();
</script>`

// anew makes the visitor one whom the site has never seen, and forgets what third parties
// got; a browser of its own would cost more than a page.
func (t *tab) anew() *tab {
	t.t.Helper()
	t.open("/anew")
	// The page before may write as late as it is hidden, which some browsers have it do meanwhile.
	t.until(`(forget(), !document.cookie && !localStorage.length)`)
	t.site.Log.Clear()
	return t
}

// within has a part of the test answer for what the visitor does, until it ends.
func (v *visitor) within(part testing.TB) {
	whole := v.t
	v.t = part
	part.Cleanup(func() { v.t = whole })
}

// reload loads the page again, as a person would.
func (t *tab) reload() {
	t.t.Helper()
	_, err := t.pane.evaluate(`(window.old = 1, location.reload(), '')`)
	require.NoError(t.t, err)
	t.comes(`!window.old && document.readyState === 'complete'`)
}

// away loads any page, as open does.
func (t *tab) away(url string) *tab {
	t.t.Helper()
	if !strings.HasPrefix(url, t.site.URL) {
		t.first.life().odd = true // another host knows the visitor
	}
	require.NoError(t.t, t.pane.navigate(url))
	return t
}

// back goes back in the tab's history, until the page at a path is there.
func (t *tab) back(path string) {
	t.t.Helper()
	// In a task of its own: a browser may go at once, and then answers nothing.
	_, err := t.pane.evaluate(`(setTimeout(() => history.back()), '')`)
	require.NoError(t.t, err)
	t.comes(`document.readyState + location.pathname === 'complete` + path + `'`)
}

// eval evaluates JavaScript; a promise is awaited.
func (t *tab) eval(js string, result any) {
	t.t.Helper()
	text, err := t.pane.evaluate(`(async () => JSON.stringify(await (` + js + `)) ?? 'null')()`)
	require.NoError(t.t, err, js)
	require.NoError(t.t, json.Unmarshal([]byte(text), result), js)
}

// comes waits for a condition to hold, also in the page that comes next.
func (t *tab) comes(js string) {
	t.t.Helper()
	await(t.t, js, func() bool {
		// Between two pages there is none to ask.
		text, err := t.pane.evaluate("String(Boolean(" + js + "))")
		return err == nil && text == "true"
	})
}

func (t *tab) truth(js string) bool {
	t.t.Helper()
	var b bool
	t.eval("Boolean(await ("+js+"))", &b)
	return b
}

// until waits for a condition to hold in the page, also where it is not in front.
func (t *tab) until(js string) {
	t.t.Helper()
	await(t.t, js, func() bool {
		text, err := t.pane.evaluate("String(Boolean(" + js + "))")
		if errors.Is(err, errGone) {
			return false // the one that comes is asked
		}
		require.NoError(t.t, err, js)
		return text == "true"
	})
}

// press clicks one of the interface's buttons, as a person would, with the mouse.
func (t *tab) press(action string) {
	t.t.Helper()
	t.click(`[data-octroi-act="` + action + `"]`)
	if t.site.busy {
		// The engine, which may have to come first, has answered.
		t.until(`!document.querySelector('.octroi [aria-busy=true]')`)
	}
}

// click clicks something of the page's.
func (t *tab) click(selector string) {
	t.t.Helper()
	x, y, err := center(t.pane, selector)
	require.NoError(t.t, err)
	require.NoError(t.t, t.pane.tap(x, y))
}

// key presses a key, as a person would.
func (t *tab) key(keys string) {
	t.t.Helper()
	require.NoError(t.t, t.pane.keys(keys))
}

// whole brings the rest of the engine, for what answers at once only then.
func (t *tab) whole() *tab {
	t.truth(`octroi.whole().then(() => true)`)
	return t
}

// preferences opens the second layer, as the page's code.
func (t *tab) preferences() { t.whole().truth(`octroi.preferences()`) }

// flip clicks a switch of the second layer.
func (t *tab) flip(id string) {
	t.t.Helper()
	t.truth(`document.querySelectorAll('.octroi-preferences details').forEach((d) => (d.open = true))`)
	place := `:is([type="checkbox"], [value="on"])`
	if t.truth(`!!document.querySelector('` + placeOf(id, "on") + `:checked')`) {
		place = `[value=""]`
	}
	t.click(`[data-octroi-switch="` + id + `"]` + place)
}

// placeOf selects a place of the switch of a purpose: "", "visit" or "on".
func placeOf(id, place string) string {
	return `[data-octroi-switch="` + id + `"][value="` + place + `"]`
}

// requests returns what the third parties got, once all that the page had asked
// for so far has come: a last request of the test's own marks the end, unless that is
// held as well.
func (t *tab) requests() []string {
	t.t.Helper()
	paths := []string{}
	mark := fmt.Sprintf("/mark?%d", time.Now().UnixNano())
	t.truth(`new Promise((done) => { const i = new Image(); i.onerror = done; setTimeout(() => setTimeout(() => { i.src = '` + t.site.Third + mark + `'; if (!i.hasAttribute('src')) setTimeout(done, 200); })); })`)
	for _, e := range t.site.Log.Requests() {
		if !strings.HasPrefix(e.URL, "/mark?") {
			path, _, _ := strings.Cut(e.URL, "?")
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// arrived waits until the third parties got just these, in any order, and nothing
// else.
func (t *tab) arrived(want ...string) {
	t.t.Helper()
	slices.Sort(want)
	deadline := time.After(stepTimeout)
	for {
		changed := t.site.Log.Changed()
		got := []string{}
		for _, e := range t.site.Log.Requests() {
			if path, _, _ := strings.Cut(e.URL, "?"); path != "/mark" {
				got = append(got, path)
			}
		}
		slices.Sort(got)
		if len(got) >= len(want) {
			require.Equal(t.t, want, got)
			break
		}
		select {
		case <-changed:
		case <-deadline:
			require.Equal(t.t, want, got, "the third parties wait in vain")
		}
	}
	require.Equal(t.t, want, t.requests(), "and nothing comes after")
}

// jar returns the browser's own store by name; where several cookies share one, the
// last.
func (t *tab) jar() map[string]crumb {
	t.t.Helper()
	jar := map[string]crumb{}
	for _, c := range t.crumbs() {
		jar[c.Name] = c
	}
	return jar
}

// cookies returns the names that the browser's own store has of this site.
func (t *tab) cookies() (names []string) {
	t.t.Helper()
	for _, c := range t.crumbs() {
		if c.Domain != "127.0.0.1" {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (t *tab) crumbs() []crumb {
	t.t.Helper()
	t.truth(`(document.cookie, true)`) // waits for what the page has set before
	list, err := t.pane.jar()
	require.NoError(t.t, err)
	return list
}

func (t *tab) size(width, height int64, phone bool) {
	t.t.Helper()
	t.pane.life().odd = true
	require.NoError(t.t, t.pane.size(width, height, phone))
}

// shot writes a picture into the ignored folder shots/.
func (t *tab) shot(name string) {
	t.t.Helper()
	if !pictured() {
		return
	}
	png, err := t.pane.picture()
	require.NoError(t.t, err)
	folder := "../shots"
	if running != "chromium" {
		folder += "/" + running
	}
	require.NoError(t.t, os.MkdirAll(folder, 0o777))
	require.NoError(t.t, os.WriteFile(filepath.Join(folder, name+".png"), png, 0o666))
}
