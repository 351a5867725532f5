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
	ctx := everyHost(t, p)

	s := newSite(t)
	s.serveTagged(t)
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		t.Run(name, func(t *testing.T) {
			want := pages[name]
			var requests, cookies []string
			script := ""
			for _, r := range want.Requests {
				_, address, _ := strings.Cut(r.URL, "://") // browsers upgrade http where they can
				requests = append(requests, address)
			}
			for _, c := range want.Cookies {
				cookies = append(cookies, c.Name)
				if name == "first-party-inline" {
					continue // by the page itself
				}
				script += fmt.Sprintf("document.cookie = '%s=1; path=/; max-age=%d';", c.Name, int(*c.Days*86400))
			}
			slices.Sort(requests)
			p.set(script)
			fresh := func() *tab {
				inner, cancel, err := headless.Tab(ctx, chromedp.WithNewBrowserContext())
				t.Cleanup(cancel)
				require.NoError(t, err)
				_, tab := visitIn(t, s, inner, "initMap", "UET is not defined")
				return tab
			}
			left := func(tab *tab) []string {
				return slices.DeleteFunc(tab.cookies(), func(name string) bool { return name == "octroi" })
			}
			settled := func(tab *tab, count int) {
				deadline := time.Now().Add(stepTimeout)
				for {
					tab.requests() // two frames later
					p.mu.Lock()
					n := len(p.requests)
					p.mu.Unlock()
					if n >= count || time.Now().After(deadline) {
						return
					}
				}
			}

			p.take()
			tab := fresh()
			tab.open("/gated/" + name)
			settled(tab, 0)
			assert.Empty(t, p.take(), "gated, undecided")
			assert.Empty(t, left(tab), "gated, undecided")
			tab.press("refuse")
			tab.open("/gated/" + name)
			settled(tab, 0)
			assert.Empty(t, p.take(), "gated, refused")
			assert.Empty(t, left(tab), "gated, refused")
			tab.truth(`octroi.acceptAll()`)
			settled(tab, len(requests))
			if len(cookies) > 0 {
				tab.until(fmt.Sprintf(`document.cookie.includes(%q + '=')`, cookies[len(cookies)-1]))
			}
			assert.ElementsMatch(t, requests, p.take(), "gated, granted")
			assert.ElementsMatch(t, cookies, left(tab), "gated, granted")

			// As they are: what stands in the markup may be asked for, and does not run.
			tab = fresh()
			for _, state := range []string{"undecided", "refused"} {
				tab.open("/plain/" + name)
				settled(tab, 0)
				if name == "first-party-inline" {
					assert.True(t, tab.truth(`window.__control === 1`), "the site's own runs")
				} else {
					assert.True(t, tab.truth(`!window.executed`), state)
					assert.Empty(t, left(tab), state)
				}
				for _, r := range p.take() {
					assert.Regexp(t, regexp.MustCompile(`/gtag/js|/maps/|/embed/`), r, "only what stands in the markup may be fetched before any script")
				}
				tab.truth(`octroi.refuseAll()`)
			}
			tab.truth(`octroi.acceptAll()`)
			tab.open("/plain/" + name) // a visitor who has granted
			settled(tab, len(requests))
			if len(cookies) > 0 {
				tab.until(fmt.Sprintf(`document.cookie.includes(%q + '=')`, cookies[len(cookies)-1]))
			}
			assert.ElementsMatch(t, requests, slices.Compact(p.take()), "as they are, granted")
			assert.ElementsMatch(t, cookies, left(tab), "as they are, granted")
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
