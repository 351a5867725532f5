package crawl

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// watcher notes what a crawl meets, and follows every href.
type watcher struct {
	pages          []*Page
	failed, passed map[string]string
	wait           func()
	last           Progress
}

func (w *watcher) Page(p *Page) (links []string) {
	w.pages = append(w.pages, p)
	z := html.NewTokenizer(strings.NewReader(p.Text))
	for z.Next() != html.ErrorToken {
		for _, a := range z.Token().Attr {
			if a.Key == "href" {
				links = append(links, a.Val)
			}
		}
	}
	return links
}
func (w *watcher) Failed(address, why string) { w.failed[pathOf(address)] = why }
func (w *watcher) Passed(address, why string) { w.passed[pathOf(address)] = why }
func (w *watcher) Progress(p Progress)        { w.last = p }
func (w *watcher) Wait(context.Context) {
	if w.wait != nil {
		w.wait()
	}
}

func (w *watcher) paths() (list []string) {
	for _, p := range w.pages {
		list = append(list, p.URL.RequestURI())
	}
	slices.Sort(list)
	return list
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.RequestURI()
}

func fetch(ctx context.Context, address string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(r)
}

// crawl reads a site of handlers by path; what has none is not found.
func crawl(t *testing.T, o Options, site map[string]http.HandlerFunc) (w *watcher, ended string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := site[r.URL.Path]; h != nil {
			h(w, r)
		} else {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	w = &watcher{failed: map[string]string{}, passed: map[string]string{}}
	start, err := url.Parse(s.URL + "/")
	require.NoError(t, err)
	ended, _ = Crawl(context.Background(), start, o, fetch, w)
	return w, ended
}

func page(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, strings.ReplaceAll(text, "HERE", "http://"+r.Host))
	}
}

func links(list ...string) http.HandlerFunc {
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, `<a href="%s">x</a>`, l)
	}
	return page(b.String())
}

func TestLinksSitemapsAndRobots(t *testing.T) {
	w, ended := crawl(t, Options{}, map[string]http.HandlerFunc{
		"/":            links("/a", "b?x=1#part", "HERE/c", "https://elsewhere.invalid/", "mailto:a@b", "javascript:1", "/private/1", "/picture.JPG", "/gone", "//[", ""),
		"/a":           links("/", "/a", "./a", "/deep/"),
		"/b":           links(),
		"/c":           links(),
		"/deep/":       links("../a", "next"),
		"/deep/next":   links(),
		"/from-map":    links(),
		"/from-second": links(),
		"/sitemap.xml": page(`<?xml version="1.0"?><sitemapindex><sitemap><loc>HERE/second.xml</loc></sitemap><sitemap><loc>https://elsewhere.invalid/map.xml</loc></sitemap></sitemapindex>`),
		"/second.xml":  page(`<urlset><url><loc>HERE/from-second</loc></url><url><loc>https://elsewhere.invalid/</loc></url><url><loc>broken`),
		"/third.xml":   page(`<urlset><url><loc> HERE/from-map </loc></url></urlset>`),
		"/robots.txt": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "User-agent: *\nDisallow: /private/\nSitemap: http://%s/third.xml\n", r.Host)
		},
	})
	assert.Empty(t, ended)
	assert.Equal(t, []string{"/", "/a", "/b?x=1", "/c", "/deep/", "/deep/next", "/from-map", "/from-second"}, w.paths())
	assert.Equal(t, map[string]string{"/gone": "answers 404"}, w.failed)
	assert.Equal(t, map[string]string{"/private/1": "robots.txt does not want it read; a group for OctroiAudit there can allow it"}, w.passed)
	assert.Equal(t, 8, w.last.Read)
}

func TestRobotsMaySpeakToUsAlone(t *testing.T) {
	w, _ := crawl(t, Options{}, map[string]http.HandlerFunc{
		"/":  links("/a", "/b"),
		"/a": links(),
		"/b": links(),
		"/robots.txt": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "User-agent: *\nDisallow: /\n\nUser-agent: OctroiAudit\nDisallow: /b\n")
		},
	})
	assert.Equal(t, []string{"/", "/a"}, w.paths())

	w, _ = crawl(t, Options{}, map[string]http.HandlerFunc{
		"/":           links(),
		"/robots.txt": func(w http.ResponseWriter, r *http.Request) { http.Error(w, "broken", http.StatusServiceUnavailable) },
	})
	assert.Empty(t, w.pages, "RFC 9309, section 2.3.1.4")
	assert.Equal(t, "robots.txt answers 503, so nothing may be read", w.passed["/"])
}

// Everything that a site could have too much of is bounded, told, and never fatal.
func TestBadSites(t *testing.T) {
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	many := make([]string, 10000)
	for i := range many {
		many[i] = fmt.Sprintf("/many/%d", i)
	}
	stuck := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, c := range map[string]struct {
		o      Options
		site   map[string]http.HandlerFunc
		pages  int
		ended  string
		failed map[string]string
		passed map[string]string
	}{
		"10,000 links": {o: Options{Pages: 10}, site: map[string]http.HandlerFunc{"/": links(many...)}, pages: 1, ended: "1 of 192 known pages were read"},
		"more pages than wanted": {o: Options{Pages: 3}, site: map[string]http.HandlerFunc{"/": links("/a", "/b", "/c", "/d"), "/a": links(), "/b": links(), "/c": links()},
			pages: 3, ended: "3 of 5 known pages were read"},
		"redirects without end": {site: map[string]http.HandlerFunc{"/": links("/loop"), "/loop": redirect("/loop")}, pages: 1, failed: map[string]string{"/loop": "stopped after 10 redirects"}},
		"redirects back":        {site: map[string]http.HandlerFunc{"/": links("/back", "/again"), "/back": redirect("/"), "/again": redirect("/new"), "/new": links("/new")}, pages: 2},
		"redirects away":        {site: map[string]http.HandlerFunc{"/": links("/away"), "/away": redirect("http://elsewhere.invalid/")}, pages: 1, failed: map[string]string{"/away": "no such host"}},
		"no answer": {o: Options{PageTime: 50 * time.Millisecond}, site: map[string]http.HandlerFunc{"/": links("/stuck"), "/stuck": stuck}, pages: 1,
			failed: map[string]string{"/stuck": "no answer in time"}},
		"an answer without end": {o: Options{PageTime: 50 * time.Millisecond}, site: map[string]http.HandlerFunc{"/": links("/drip"), "/drip": func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte("<p>"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}}, pages: 1, failed: map[string]string{"/drip": "no answer in time"}},
		"an answer that breaks off": {site: map[string]http.HandlerFunc{"/": links("/half"), "/half": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("half"))
		}}, pages: 1, failed: map[string]string{"/half": "unexpected EOF"}},
		"a site that is never done": {o: Options{Time: 50 * time.Millisecond}, site: map[string]http.HandlerFunc{"/": links("/stuck"), "/stuck": stuck}, pages: 1, ended: "50ms had passed"},
		"too much":                  {o: Options{Bytes: 100, Parallel: 1}, site: map[string]http.HandlerFunc{"/": links("/a", "/b"), "/a": page(strings.Repeat("x", 200)), "/b": links()}, pages: 2, ended: "0 MiB were read"},
		"deep": {o: Options{Depth: 2}, site: map[string]http.HandlerFunc{"/": links("/1"), "/1": links("/2"), "/2": links("/3")}, pages: 3,
			passed: map[string]string{"/3": "more than 2 links from the start"}},
		"a calendar": {o: Options{Depth: 100}, site: map[string]http.HandlerFunc{"/": links("/day?n=1"), "/day": func(w http.ResponseWriter, r *http.Request) {
			var n int
			fmt.Sscan(r.FormValue("n"), &n)
			links(fmt.Sprintf("?n=%d", n+1))(w, r)
		}}, pages: 21},
		"no HTML": {site: map[string]http.HandlerFunc{"/": links("/data"), "/data": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte("{}"))
		}}, pages: 1, passed: map[string]string{"/data": "no HTML"}},
		"empty":         {site: map[string]http.HandlerFunc{"/": page("")}, pages: 1},
		"start missing": {site: map[string]http.HandlerFunc{}, failed: map[string]string{"/": "answers 404"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, ended := crawl(t, c.o, c.site)
			assert.Equal(t, c.ended, ended)
			assert.Len(t, w.pages, c.pages)
			for path, why := range c.failed {
				assert.Contains(t, w.failed[path], why, path)
			}
			for path, why := range c.passed {
				assert.Contains(t, w.passed[path], why, path)
			}
		})
	}
}

func TestHugePagesAreCut(t *testing.T) {
	w, _ := crawl(t, Options{PageBytes: 1000}, map[string]http.HandlerFunc{"/": page(`<a href="/a">` + strings.Repeat("<p>", 100000) + `<a href="/b">`), "/a": links(), "/b": links()})
	assert.Equal(t, []string{"/", "/a"}, w.paths())
	assert.True(t, w.pages[0].Cut)
	assert.Len(t, w.pages[0].Text, 1000)
}

func TestCharsets(t *testing.T) {
	for kind, body := range map[string]string{
		"text/html; charset=iso-8859-1": "<title>caf\xe9</title>",
		"text/html":                     "<meta charset=windows-1252><title>caf\xe9</title>",
		"text/html; charset=utf-8":      "<title>café</title>",
		"text/html; charset=nonsense":   "<title>café</title>",
		"text/html; charset=utf-16":     "\xff\xfe<\x00t\x00i\x00t\x00l\x00e\x00>\x00c\x00a\x00f\x00\xe9\x00",
	} {
		w, _ := crawl(t, Options{}, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, body)
		}})
		require.Len(t, w.pages, 1, kind)
		assert.Contains(t, w.pages[0].Text, "café", kind)
	}
	w, _ := crawl(t, Options{}, map[string]http.HandlerFunc{"/": page("<p>\xff\xfe\x00broken")})
	assert.Equal(t, "<p>��\x00broken", w.pages[0].Text, "bytes that are none of its charset")
}

func TestItCanBePausedAndStopped(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { links("/a", "/b", "/c")(w, r) }))
	t.Cleanup(s.Close)
	ctx, stop := context.WithCancel(context.Background())
	w := &watcher{failed: map[string]string{}, passed: map[string]string{}}
	turns := 0
	w.wait = func() {
		if turns++; turns == 2 {
			stop()
		}
	}
	start, _ := url.Parse(s.URL + "/")
	ended, _ := Crawl(ctx, start, Options{Parallel: 1}, fetch, w)
	assert.Equal(t, "it was stopped", ended)
	assert.Len(t, w.pages, 1)
}

func TestCrawlDelayIsKept(t *testing.T) {
	var mu sync.Mutex
	var at []time.Time
	w, _ := crawl(t, Options{}, map[string]http.HandlerFunc{
		"/": links("/a"),
		"/a": func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			at = append(at, time.Now())
			mu.Unlock()
		},
		"/robots.txt": func(w http.ResponseWriter, r *http.Request) {
			at = append(at, time.Now())
			fmt.Fprint(w, "User-agent: *\nCrawl-delay: 0.2\n")
		},
	})
	assert.Len(t, w.pages, 2)
	assert.GreaterOrEqual(t, at[1].Sub(at[0]), 200*time.Millisecond)
}

func FuzzResolve(f *testing.F) {
	base, _ := url.Parse("http://shop.example/a/b?c")
	for _, s := range []string{"", "/x", "//h/x", `\\h\x`, "http://[", "ht\ntp://a", "a b", "?q", "#f", "http://a:80/", "http://:80", "http://a:/", "http://:8/", "//:80", "//@/", "data:,x", "http://%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if u := Resolve(base, s); u != nil {
			if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") {
				t.Fatal(u)
			}
		}
	})
}
