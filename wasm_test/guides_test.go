package wasmtest

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/octroijson"
	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/erase"
)

// guide serves a page that a guide of the documentation quotes, at /page, with the files that
// octroi build makes of the declaration beside it. What it loads of others is our third party's.
func guide(t *testing.T, name string, others ...string) (*site, *ownFiles, *tab) {
	t.Helper()
	s := newSite(t)
	folder := filepath.Join("../examples/start", name)
	declared, err := os.ReadFile(filepath.Join(folder, "octroi.json"))
	require.NoError(t, err)
	expanded, err := octroijson.Expand(declared)
	require.NoError(t, err)
	page, err := os.ReadFile(filepath.Join(folder, "index.html"))
	require.NoError(t, err)
	for i := 0; i < len(others); i += 2 {
		require.Contains(t, string(page), others[i])
	}
	ours := strings.NewReplacer(append(others, "/octroi/embed.js", "/octroi-lib/embed.js", "/octroi/", "/own/")...)
	own := s.built(t, string(expanded.Text))
	close(own.withheld)
	s.facade()
	s.raw("/page", "text/html; charset=utf-8", func() string { return strings.ReplaceAll(ours.Replace(string(page)), "THIRD", s.Third) })
	_, tab := visit(t, s, "404", "octroi: held: ", "octroi.js", "octroi.hold.js", "engine.", "octroi.nowasm.js")
	return s, own, tab
}

// docs/guides/embeds.md: each embed has a stand-in that loads it alone, or its service for good;
// a withdrawal brings the stand-ins back.
func TestTheGuideToEmbeds(t *testing.T) {
	only(t, "stand-ins in each engine are TestEmbedsHaveAStandIn's", "chromium")
	s, _, tab := guide(t, "embeds", "https://www.youtube.com/embed/", "THIRD/film/", "https://www.openstreetmap.org/", "THIRD/map/")
	tab.open("/page").press("refuse")
	tab.until(`document.querySelectorAll('.octroi-embed').length === 3`)
	assert.True(t, tab.truth(`[...document.querySelectorAll('.octroi-embed .octroi-named')].map((e) => e.innerText).join() === 'How we bake bread,Where to find us,How we bake bread, once more'`), "headed by their titles")
	assert.True(t, tab.truth(`[...document.querySelectorAll('.octroi-embed')].map((e) => e.querySelector('.octroi-button').innerText).join() === 'Play once,Load once,Play once'`))
	assert.True(t, tab.truth(`!document.body.innerText.includes('from OpenStreetMap.\n') && !document.querySelector('template').nextElementSibling?.matches('p')`))
	assert.Empty(t, tab.requests())
	tab.click(`iframe[title="Where to find us"] + .octroi-embed [data-octroi-act="once"]`)
	tab.until(`document.querySelectorAll('.octroi-embed').length === 2`)
	s.reached("/map/export/embed.html?bbox=2,48,3,49")
	assert.True(t, tab.truth(`!octroi.allows('openstreetmap')`), "once is no choice")
	tab.click(`octroi-embed [data-octroi-act="always"]`)
	tab.until(`!document.querySelector('.octroi-embed') && octroi.allows('youtube')`)
	s.reached("/film/aqz-KE-bpKQ")
	tab.truth(`octroi.withdraw()`)
	tab.until(`document.querySelectorAll('.octroi-embed').length === 3`)
}

// docs/guides/withdrawal.md: what was declared is erased, and what no script can is named until
// the site's server has erased it.
func TestTheGuideToWithdrawal(t *testing.T) {
	only(t, "erasure in each engine is keep_test.go's", "chromium")
	s, own, tab := guide(t, "withdrawal")
	declaration, err := consent.Parse(own.files["declaration.json"])
	require.NoError(t, err)
	server := http.NotFoundHandler()
	s.pages.HandleFunc("/erase", func(w http.ResponseWriter, r *http.Request) { server.ServeHTTP(w, r) })
	s.pages.HandleFunc("/visit", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "visitor", Value: "1", Path: "/", HttpOnly: true})
	})
	tab.open("/page").until(`document.querySelector('dialog.octroi-ask[open]')`)
	for _, left := range []string{"visitor", ""} {
		tab.truth(`(octroi.acceptAll(), true)`)
		tab.until(`octroi.allows('counter')`)
		tab.truth(`(document.cookie = 'visits=1; max-age=9999', localStorage['counter:a'] = 1, fetch('/visit').then(() => true))`)
		tab.click("#stop")
		tab.until(`!octroi.allows('counter') && !log.textContent.includes('erased: ;') && log.textContent !== ''`)
		assert.Equal(t, "changed: statistics,counter; erased: visits,counter:a; still there: "+left, tab.said1(`log.textContent`))
		assert.Equal(t, strings.Fields("octroi "+left), tab.cookies())
		server = erase.New(declaration)
	}
}

// docs/guides/ad-blockers.md: without octroi.js, and without the file of its hooks, what is gated
// waits, and the page's own code goes on. The files work in another folder.
func TestTheGuideToBlockers(t *testing.T) {
	only(t, "files that are missing in each engine are compiled_test.go's", "chromium")
	s, own, tab := guide(t, "blocked", "https://cdn.matomo.cloud/shop/", "THIRD/stats/")
	for _, missing := range []string{"octroi.js", "hold", "wasm"} {
		own.missing = missing
		tab.anew().open("/page").until(`document.querySelector('#counted').textContent === 'no' && document.readyState === 'complete'`)
		assert.True(t, tab.truth(`window.octroi === undefined || octroi.state() === null`), missing)
		assert.Empty(t, tab.requests(), missing)
	}
	own.missing = ""
	tab.anew().open("/page").press("accept")
	tab.until(`document.querySelector('#counted').textContent === 'yes'`)
	s.reached("/stats/matomo.js")
}

// docs/guides/languages.md: a page asks in its own language, with the declaration's texts.
func TestTheGuideToLanguages(t *testing.T) {
	only(t, "languages in each engine are pages_test.go's", "chromium")
	_, _, tab := guide(t, "languages")
	tab.open("/page").until(`document.querySelector('dialog.octroi-ask[open]')?.lang === 'fr'`)
	assert.True(t, tab.truth(`['Ma boutique', 'Statistiques', 'Compte les visites.'].every((text) => document.querySelector('dialog').textContent.includes(text)) && document.querySelector('dialog a[href="/fr/cookies"]') !== null`))
}

// docs/guides/subdomains.md: a choice on one host holds on the other, which erases what is its
// own alone once one of its pages is opened.
func TestTheGuideToSubdomains(t *testing.T) {
	only(t, "a record of several hosts in each engine is TestHostsShareAChoice's", "chromium")
	s := newSite(t)
	declared, err := os.ReadFile("../examples/start/subdomains/octroi.json")
	require.NoError(t, err)
	expanded, err := octroijson.Expand([]byte(strings.ReplaceAll(string(declared), "shop.example", "shop.localhost")))
	require.NoError(t, err)
	s.keeper("/page", string(expanded.Text), "")
	_, tab := visit(t, s)
	on := func(host string) string {
		return strings.Replace(s.URL, "localhost", host+".shop.localhost", 1) + "/page"
	}
	tab.away(on("www")).press("accept")
	tab.until(`octroi.allows('matomo-cloud')`)
	tab.truth(`(document.cookie = '_pk_id.1=x; max-age=9999', document.cookie = '_pk_ref.1=x; max-age=9999; domain=shop.localhost; path=/', true)`)
	tab.away(on("blog")).until(`octroi.allows('matomo-cloud')`)
	assert.True(t, tab.truth(`document.cookie.includes('_pk_ref') && !document.cookie.includes('_pk_id')`), "each host has its own beside what is shared")
	tab.truth(`(octroi.withdraw(), true)`)
	tab.until(`!document.cookie.includes('_pk')`)
	left := map[string]bool{}
	for _, c := range tab.crumbs() {
		left[c.Name] = true
	}
	assert.True(t, left["_pk_id.1"] && !left["_pk_ref.1"], "the other host's own is out of reach: %v", left)
	tab.away(on("www")).until(`octroi.state()?.decided && !document.cookie.includes('_pk')`)
	assert.False(t, tab.truth(`octroi.allows('matomo-cloud')`))
}
