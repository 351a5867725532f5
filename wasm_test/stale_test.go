package wasmtest

import (
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// editions are two builds of a site: one that caches may still have, and the one that its server
// has now.
type editions struct {
	old, now *bundle.Site
	mu       sync.Mutex
	asked    []string          // addresses
	stale    func(string) bool // whether the old one answers for an address, "" for none
}

// answers sets what the old build answers for, and forgets what was asked for.
func (e *editions) answers(stale func(address string) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stale, e.asked = stale, nil
}

// asks are the addresses of a file that browsers have asked for, in order.
func (e *editions) asks(file string) (addresses []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, address := range e.asked {
		if strings.HasPrefix(address, file) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// editions serves both builds under /own/. The later one declares what its pages use; of the
// earlier one's pages some have a script that it did not know of.
func (s *site) editions(t *testing.T) *editions {
	made := func(more string) *bundle.Site {
		site, err := bundle.Build([]byte(measuring(more, `"urls": ["`+s.Third+`/ads/"],`)))
		require.NoError(t, err)
		return site
	}
	e := &editions{old: made(""), now: made(`"layout": "dialog",`)}
	require.NotEqual(t, e.old.Files["octroi.js"], e.now.Files["octroi.js"])
	s.pages.HandleFunc("GET /own/{file...}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		address := name
		if r.URL.RawQuery != "" {
			address += "?" + r.URL.RawQuery
		}
		e.mu.Lock()
		e.asked = append(e.asked, address)
		files := e.now.Files
		if e.stale != nil && e.stale(address) {
			files = e.old.Files
		}
		e.mu.Unlock()
		content, there := files[name]
		if !there {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		w.Header().Set("Cache-Control", "no-store")
		if e.stale == nil {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		w.Write(content)
	})
	lines := map[string]string{"/old": e.old.HTML("/own/")[0], "/now": e.now.HTML("/own/")[0]}
	e.old.Pin()
	lines["/pinned"] = e.old.HTML("/own/")[0]
	for name, line := range lines {
		s.raw(name, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>stale</title>` + line + `</head><body>
<img data-octroi="pixel" data-src="` + s.Third + `/ads/gated" alt=""><a href="#octroi">Cookies</a>
<script>new Image().src = '` + s.Third + `/ads/script'; window.went = true</script></body></html>`
		})
	}
	return e
}

// of tells whether an address is one of some files.
func of(files ...string) func(string) bool {
	return func(address string) bool {
		name, _, _ := strings.Cut(address, "?")
		for _, file := range files {
			if name == file {
				return true
			}
		}
		return false
	}
}

// A cache may have octroi.js of an earlier build, or a page of one. Neither lets anything through
// that the visitor has not allowed: what is asked for has its build in its address, a cache that
// heeds no query gives something that works by itself or leaves all shut, and browsers are told no
// hash by which they would refuse what is newer than the page.
func TestAStaleFileOpensNothing(t *testing.T) { // R8.20
	paired(t, "firefox")
	s := newSite(t)
	e := s.editions(t)
	const watch = `window.wrong = []; document.addEventListener('octroi:error', ({ detail }) => { wrong.push(detail.reason); }, true);`
	const asked = `document.querySelector('dialog.octroi-ask[open]')`
	// asks has a page ask, and does what the visitor says.
	asks := func(t *testing.T, at *tab) {
		t.Helper()
		at.until(`window.went`)
		assert.Empty(t, at.requests(), "nothing before a choice")
		at.until(asked)
		at.press("accept")
		at.arrived("/ads/gated", "/ads/script")
	}
	// shut has a page go on with all shut.
	shut := func(t *testing.T, at *tab, reason string) {
		t.Helper()
		at.until(`wrong.includes('` + reason + `')`)
		assert.True(t, at.truth(`went && !document.querySelector('dialog')`), "the page goes on, and asks what somebody can answer")
		assert.Empty(t, at.requests(), "closed")
	}

	_, tab := visit(t, s, "octroi: ", "404", "engine.", "hold", "rest", "nowasm")
	tab.before(watch)
	for name, row := range map[string]struct {
		stale func(string) bool
		page  string
		shut  string // the reason
		file  string // that is asked for twice
	}{
		"a page that a cache has, and newer files":          {stale: of(), page: "/old"},
		"a page that knows a hash, and whose file is kept":  {stale: of("octroi." + e.old.Version + ".js"), page: "/pinned", shut: "hold", file: "octroi.hold.js"},
		"a cache that heeds no query has all":               {stale: func(string) bool { return true }, page: "/now"},
		"a cache that heeds no query has octroi.js alone":   {stale: of("octroi.js"), page: "/now", shut: "hold", file: "octroi.hold.js"},
		"a cache has the hooks of an earlier build":         {stale: func(address string) bool { return of("octroi.hold.js")(address) && !strings.Contains(address, "&") }, page: "/now", file: "octroi.hold.js"},
		"a cache that heeds no query has the hooks as well": {stale: of("octroi.hold.js"), page: "/now", shut: "hold", file: "octroi.hold.js"},
	} {
		t.Run(name, func(t *testing.T) {
			tab.within(t)
			s.Log.Clear()
			e.answers(row.stale)
			tab.anew().open(row.page)
			if row.shut != "" {
				shut(t, tab, row.shut)
			} else {
				asks(t, tab)
			}
			if row.file != "" {
				assert.Greater(t, len(e.asks(row.file)), 1, "asked for once more")
				assert.Contains(t, e.asks(row.file)[len(e.asks(row.file))-1], "&", "past caches")
			}
		})
	}
	once := func(file string) func(string) bool {
		return func(address string) bool { return of(file)(address) && !strings.Contains(address, "&") }
	}
	for name, row := range map[string]struct {
		stale func(string) bool
		here  bool
	}{
		"of the rest, once":   {once("octroi.rest.js"), true},
		"of the rest, always": {of("octroi.rest.js"), false},
	} {
		t.Run(name, func(t *testing.T) {
			tab.within(t)
			s.Log.Clear()
			e.answers(row.stale)
			tab.anew().open("/now")
			tab.until(asked)
			tab.whole()
			tab.press("preferences")
			if row.here {
				tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
			} else {
				tab.until(`wrong.includes('rest')`)
				assert.True(t, tab.truth(`!document.querySelector('dialog.octroi-preferences')`))
			}
			assert.Empty(t, tab.requests())
			assert.Contains(t, e.asks("octroi.rest.js")[1], "&", "past caches")
		})
	}
	_, nowasm := visit(t, s, "octroi: ", "404", "engine.", "hold", "rest", "nowasm")
	nowasm.before(watch + `delete window.WebAssembly;`)
	for name, row := range map[string]struct {
		stale func(string) bool
		shut  string
	}{
		"of the engine as JavaScript, once":   {once("octroi.nowasm.js"), ""},
		"of the engine as JavaScript, always": {of("octroi.nowasm.js"), "wasm"},
	} {
		t.Run(name, func(t *testing.T) {
			nowasm.within(t)
			s.Log.Clear()
			e.answers(row.stale)
			nowasm.anew().open("/now")
			if row.shut != "" {
				shut(t, nowasm, row.shut)
			} else {
				asks(t, nowasm)
			}
			assert.Len(t, e.asks("octroi.nowasm.js"), 2)
		})
	}
	// Last: until then this browser has no file.
	t.Run("a browser has the file of an earlier page", func(t *testing.T) {
		tab.within(t)
		e.answers(nil)
		e.mu.Lock()
		now := e.now
		e.now = e.old
		e.mu.Unlock()
		tab.anew().open("/old")
		tab.until(asked)
		tab.open("/old").until(asked)
		assert.Len(t, e.asks("octroi.js"), 1, "kept, for a year")
		e.mu.Lock()
		e.now = now
		e.mu.Unlock()
		tab.open("/now")
		asks(t, tab)
		assert.Len(t, e.asks("octroi.js"), 2, "and the page's own is asked for")
	})
}

// The drop-in's files are of one build, too.
func TestTheDropInTakesNoFileOfAnotherBuild(t *testing.T) { // R8.20
	sampled(t, "what brings the files is the same code in each")
	s := newSite(t)
	var asked []string
	var mu sync.Mutex
	build := regexp.MustCompile(`"([0-9a-f]{16})"`)
	s.pages.HandleFunc("GET /mixed/{file...}", func(w http.ResponseWriter, r *http.Request) {
		file := r.PathValue("file")
		whole, err := os.ReadFile(filepath.Join(Dist, filepath.FromSlash(file)))
		assert.NoError(t, err)
		content := string(whole)
		if file == "octroi.js" {
			content = strings.ReplaceAll(content, build.FindStringSubmatch(content)[1], "0123456789abcdef")
		} else {
			mu.Lock()
			asked = append(asked, r.URL.RequestURI())
			mu.Unlock()
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(file)))
		w.Write([]byte(content))
	})
	s.raw("/mixed", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>mixed</title>` + watchErrors + `<script type="application/json" id="octroi-config">` + s.measures() +
			`</script><script src="/mixed/octroi.js"></script></head><body><a href="#octroi" id="tab">Cookies</a></body></html>`
	})
	_, tab := visit(t, s, "octroi.rest.js")
	tab.open("/mixed")
	tab.press("preferences")
	tab.until(`wrong.some(({ reason }) => reason === 'rest')`)
	assert.True(t, tab.truth(`Boolean(document.querySelector('dialog.octroi-ask[open]')) && !document.querySelector('dialog.octroi-preferences')`))
	mu.Lock()
	defer mu.Unlock()
	require.GreaterOrEqual(t, len(asked), 2)
	assert.Equal(t, "/mixed/octroi.rest.js?v=0123456789abcdef", asked[0])
	assert.Contains(t, asked[1], "/mixed/octroi.rest.js?v=0123456789abcdef&")
}

// A connection may break, and a page that is being left fails all that it asks for. What does not
// come is asked for once more, and nothing is said where it comes then.
func TestAFileThatDoesNotComeIsAskedForOnceMore(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	s := newSite(t)
	d := s.depot()
	declaration := s.proof("/proof", "/consent", "")
	var mu sync.Mutex
	asked := map[string]int{}
	s.pages.HandleFunc("GET /breaking/{file}", func(w http.ResponseWriter, r *http.Request) {
		file := r.PathValue("file")
		mu.Lock()
		asked[file]++
		breaks := asked[file] == 1 && file != "octroi.js"
		mu.Unlock()
		if breaks {
			w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(file)))
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte(" "))
			panic(http.ErrAbortHandler)
		}
		if file == "declaration.json" {
			w.Write([]byte(declaration))
			return
		}
		http.ServeFile(w, r, filepath.Join(Dist, file))
	})
	s.raw("/broken", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>broken</title>` + watchErrors + `<script src="/breaking/octroi.js" data-config="/breaking/declaration.json"></script></head><body><a href="#octroi" id="tab">Cookies</a></body></html>`
	})
	_, tab := visit(t, s)
	tab.before(`delete window.WebAssembly;`)
	tab.open("/broken").press("preferences")
	tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
	tab.press("accept")
	d.has(t, 1)
	assert.True(t, tab.truth(`!wrong.length`))
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, map[string]int{"octroi.js": 1, "declaration.json": 2, "octroi.nowasm.js": 2, "octroi.rest.js": 2, "octroi.receipts.js": 2}, asked)
}
