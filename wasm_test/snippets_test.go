package wasmtest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/internal/audit/headless"
)

const snippets = "../../shared/oracles/snippets"

// measured is what a page does without any gate.
type measured struct {
	Requests []struct{ URL, Type string }
	Cookies  []struct {
		Name string
		Days *float64
	}
}

// providers play every host of the world: each script of theirs sets the cookies that
// were measured on the page under test, and says that it was run.
type providers struct {
	mu       sync.Mutex
	requests []string
	cookies  string            // JavaScript
	scripts  map[string]string // the same, by host and path, where pages differ
}

func (p *providers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !strings.Contains(r.Referer(), "localhost:") {
		return // the browser's own
	}
	p.requests = append(p.requests, r.Host+r.URL.String())
	if r.Header.Get("Sec-Fetch-Dest") == "iframe" {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>embedded</title>")
		return
	}
	w.Header().Set("Content-Type", "text/javascript")
	fmt.Fprint(w, "window.executed = true;"+p.cookies+p.scripts[r.Host+r.URL.Path])
}

func (p *providers) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	requests := slices.Clone(p.requests)
	slices.Sort(requests)
	p.requests = nil
	return requests
}

// count is how many requests there are to take.
func (p *providers) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

func (p *providers) set(cookies string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cookies = cookies
}

// everyHost starts a Chromium that takes every host for the providers, but for this machine.
func everyHost(t *testing.T, p *providers) context.Context {
	t.Helper()
	plain, secure := httptest.NewServer(p), httptest.NewTLSServer(p)
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	port := func(s *httptest.Server) int { return s.Listener.Addr().(*net.TCPAddr).Port }
	ctx, err := headless.Launch("", chromedp.Flag("ignore-certificate-errors", true), chromedp.Flag("host-resolver-rules",
		fmt.Sprintf("MAP *:80 127.0.0.1:%d, MAP *:443 127.0.0.1:%d, EXCLUDE localhost", port(plain), port(secure))))
	require.NoError(t, err)
	t.Cleanup(func() { chromedp.Cancel(ctx) })
	return ctx
}

// tagged are the pages, by the service whose tag each has.
var tagged = map[string]string{"bing-uet": "microsoft-uet", "ga4-gtag": "google-analytics", "google-maps": "google-maps", "gtm": "google-tag-manager",
	"hotjar": "hotjar", "matomo": "matomo", "meta-pixel": "meta-pixel", "youtube": "youtube", "first-party-inline": "hints", "google-consent-mode-default": "google-analytics"}

// serveTagged serves the pages, as they are and with their tags in gated form.
func (s *site) serveTagged(t *testing.T) {
	t.Helper()
	declaration := realDeclaration(t)
	gate := strings.NewReplacer("<script async src=", `<script type="text/plain" data-octroi="ID" async data-src=`, "<script", `<script type="text/plain" data-octroi="ID"`, ` src="https://www.youtube`, ` data-octroi="ID" data-src="https://www.youtube`,
		` src="https://www.google.com/maps`, ` data-octroi="ID" data-src="https://www.google.com/maps`, ` type="text/javascript"`, "")
	head := `<script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn
	for name, service := range tagged {
		b, err := os.ReadFile(filepath.Join(snippets, "pages", name+".html"))
		require.NoError(t, err)
		text := string(b)
		require.Contains(t, text, "<!--ENGINE-->")
		gated := strings.ReplaceAll(gate.Replace(text), "ID", service)
		s.raw("/gated/"+name, "text/html", func() string { return strings.Replace(gated, "<!--ENGINE-->", head, 1) })
		s.raw("/plain/"+name, "text/html", func() string { return strings.Replace(text, "<!--ENGINE-->", head, 1) })
	}
}

// ownTag is the page whose inline script is the site's own: it sets its cookie by itself, and
// always runs.
const ownTag = "first-party-inline"

// tagTrial is one page with a real tag, and what it does without any gate.
type tagTrial struct {
	t         *testing.T
	providers *providers
	name      string
	requests  []string // by host and path
	cookies   []string // by name
}

// newTagTrial has the providers set the cookies that were measured on a page.
func newTagTrial(t *testing.T, p *providers, name string, want measured) *tagTrial {
	trial := &tagTrial{t: t, providers: p, name: name}
	script := ""
	for _, r := range want.Requests {
		_, address, _ := strings.Cut(r.URL, "://") // browsers upgrade http where they can
		trial.requests = append(trial.requests, address)
	}
	for _, c := range want.Cookies {
		trial.cookies = append(trial.cookies, c.Name)
		if name != ownTag {
			script += fmt.Sprintf("document.cookie = '%s=1; path=/; max-age=%d';", c.Name, int(*c.Days*86400))
		}
	}
	slices.Sort(trial.requests)
	p.set(script)
	p.take()
	return trial
}

// kept are the cookies of the site, but for the record.
func (r *tagTrial) kept(tab *tab) []string {
	return slices.DeleteFunc(tab.cookies(), func(name string) bool { return name == "octroi" })
}

// settled waits until the providers have got so many requests.
func (r *tagTrial) settled(tab *tab, count int) {
	for deadline := time.Now().Add(stepTimeout); ; {
		tab.requests() // two frames later
		if r.providers.count() >= count || time.Now().After(deadline) {
			return
		}
	}
}

// loadsNothing checks that a page with gated markup asks for nothing and keeps nothing.
func (r *tagTrial) loadsNothing(tab *tab, state string) {
	r.t.Helper()
	r.settled(tab, 0)
	assert.Empty(r.t, r.providers.take(), state)
	assert.Empty(r.t, r.kept(tab), state)
}

// asked waits until a page has asked for and kept what it does without any gate; it
// returns the requests.
func (r *tagTrial) asked(tab *tab) []string {
	r.t.Helper()
	r.settled(tab, len(r.requests))
	if len(r.cookies) > 0 {
		tab.until(fmt.Sprintf(`document.cookie.includes(%q + '=')`, r.cookies[len(r.cookies)-1]))
	}
	return r.providers.take()
}

// isAll checks that requests and cookies are those of the page without any gate.
func (r *tagTrial) isAll(tab *tab, requests []string, state string) {
	r.t.Helper()
	assert.ElementsMatch(r.t, r.requests, requests, state)
	assert.ElementsMatch(r.t, r.cookies, r.kept(tab), state)
}

// runsNothing checks that tags as they are do not run, though the parser may ask for them.
func (r *tagTrial) runsNothing(tab *tab, state string) {
	r.t.Helper()
	r.settled(tab, 0)
	if r.name == ownTag {
		assert.True(r.t, tab.truth(`window.__control === 1`), "the site's own runs")
	} else {
		assert.True(r.t, tab.truth(`!window.executed`), state)
		assert.Empty(r.t, r.kept(tab), state)
	}
	for _, address := range r.providers.take() {
		assert.Regexp(r.t, regexp.MustCompile(`/gtag/js|/maps/|/embed/`), address, "only what stands in the markup may be fetched before any script")
	}
}

// Real tags, in gated form and as they are.
func TestRealTags(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(snippets, "measured.json"))
	if os.IsNotExist(err) {
		t.Skip("the oracles beside the repository are not there")
	}
	require.NoError(t, err)
	var pages map[string]measured
	require.NoError(t, json.Unmarshal(b, &pages))
	require.Len(t, pages, 10)

	only(t, "only Chromium can be told that every host is this machine", "chromium")
	p := new(providers)
	world := everyHost(t, p)
	s := newSite(t)
	s.serveTagged(t)
	inner, cancel, err := headless.Tab(world, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	require.NoError(t, err)
	_, tab := visitIn(t, s, inner, "initMap", "UET is not defined")
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		t.Run(name, func(t *testing.T) {
			tab.within(t)
			tab.anew()
			r := newTagTrial(t, p, name, pages[name])

			tab.open("/gated/" + name)
			r.loadsNothing(tab, "gated, undecided")
			tab.press("refuse")
			tab.open("/gated/" + name)
			r.loadsNothing(tab, "gated, refused")
			tab.truth(`octroi.acceptAll()`)
			r.isAll(tab, r.asked(tab), "gated, granted")

			tab.anew().open("/plain/" + name)
			r.runsNothing(tab, "as they are, undecided")
			tab.truth(`octroi.refuseAll()`)
			tab.open("/plain/" + name)
			r.runsNothing(tab, "as they are, refused")
			tab.truth(`octroi.acceptAll()`)
			tab.open("/plain/" + name)
			requests := slices.Compact(r.asked(tab)) // the parser may have asked for a tag before
			r.isAll(tab, requests, "as they are, granted")
		})
	}
}

// realDeclaration names the tags' services as a site would, by the catalogue.
func realDeclaration(t *testing.T) string {
	known, err := catalog.Load()
	require.NoError(t, err)
	list := []any{
		map[string]any{"id": "matomo", "category": "all", "name": "Matomo", "provider": "Shop", "purpose": "Counts visits.", "policy": "/privacy",
			"urls": []string{"matomo.example"}, "cookies": []any{map[string]string{"name": "_pk_*"}}},
		map[string]any{"id": "hints", "category": "all", "name": "Hints", "provider": "Shop", "purpose": "Hints.", "policy": "/privacy"},
	}
	for _, s := range known {
		if slices.Contains([]string{"microsoft-uet", "google-analytics", "google-maps", "google-tag-manager", "hotjar", "meta-pixel", "youtube"}, s.ID) {
			list = append(list, s.Declare("all"))
		}
	}
	b, err := json.Marshal(map[string]any{
		"site":   map[string]string{"name": "Shop", "controller": "Shop SAS", "contact": "mailto:privacy@shop.example"},
		"policy": map[string]string{"url": "/cookies", "revision": "1"},
		"categories": []any{
			map[string]any{"id": "essential", "label": "Essential", "text": "Needed.", "required": true},
			map[string]any{"id": "all", "label": "All", "text": "All the rest."},
		},
		"services": list,
	})
	require.NoError(t, err)
	return string(b)
}
