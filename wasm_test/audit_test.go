package wasmtest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/audit/proxy"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// audited puts the audit's proxy before a site, and returns the address of its page.
func audited(t testing.TB, site string) string {
	t.Helper()
	target, err := url.Parse(site)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	page, handler := proxy.At(l, target, os.DirFS(filepath.Join(Dist, "audit")))
	server := &http.Server{Handler: handler}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return page
}

// audit runs one in a tab, and waits for its report.
func (t *tab) audit(page, options string) *report.Report {
	t.t.Helper()
	t.away(page + "?auto=1&settle=100&" + options)
	return t.audited()
}

func (t *tab) audited() *report.Report {
	t.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for state := ""; state != "done"; {
		t.eval(`(async () => { await new Promise((done) => setTimeout(done, 100)); return document.documentElement.dataset.state + ''; })()`, &state)
		if state == "failed" {
			var why string
			t.eval(`document.getElementById('failure').textContent`, &why)
			require.Fail(t.t, why)
		}
		require.True(t.t, time.Now().Before(deadline), "the audit does not end")
	}
	var text string
	t.eval(`octroiReport`, &text)
	r := new(report.Report)
	require.NoError(t.t, json.Unmarshal([]byte(text), r))
	return r
}

func told(r *report.Report) []string {
	list := []string{}
	for _, f := range r.Findings {
		list = append(list, f.Rule+" "+f.Subject)
	}
	slices.Sort(list)
	return list
}

// The shop as it should be: nothing is found, whether its declaration stands in
// its pages or beside octroi.js.
func TestAuditOfTheShop(t *testing.T) {
	sampled(t, "the audit's program is one")
	inBothForms(t, auditOfTheShop)
}

func auditOfTheShop(t *testing.T, s *site) {
	// Without what these tests put into pages.
	shop := httptest.NewServer(s.Handler())
	t.Cleanup(shop.Close)
	page := audited(t, shop.URL+"/")
	_, tab := visit(t, s)

	// What is read from a page, Go reads, in each engine the same.
	if running == "chromium" {
		r := tab.audit(page, "live=0")
		assert.Empty(t, told(r))
		assert.Empty(t, r.Failed)
		assert.Len(t, r.Pages, 33)
		assert.Empty(t, s.Log.Requests(), "reading alone calls nobody")
	}

	r := tab.audit(page, "pages=6&live=2")
	assert.Empty(t, told(r))
	assert.Empty(t, r.Failed)
	live := 0
	for _, p := range r.Pages {
		if p.Live == "yes" {
			live++
		}
	}
	assert.Equal(t, 2, live)
	assert.True(t, slices.ContainsFunc(r.Services, func(one report.Service) bool { return one.ID == "gtag" && one.Declared && one.Seen }))
	assert.NotEmpty(t, s.Log.Requests(), "granted, services are called")
	kept := map[string]report.Kept{}
	for _, k := range r.Kept {
		kept[k.Area+" "+k.Name] = k
	}
	assert.Equal(t, []string{"granted"}, kept["cookie _ga"].States)
	assert.Equal(t, []string{"granted"}, kept["key crm_profile"].States)
	if running == "chromium" { // the others tell no ends
		assert.InDelta(t, 395, kept["cookie _ga"].Days, 2)
		assert.InDelta(t, 90, kept["cookie _fbp"].Days, .1)
		assert.Less(t, kept["cookie _pk_ses.7.1fff"].Days, .03)
	}
	assert.True(t, tab.truth(`document.querySelector('.clean') && !document.querySelector('.finding')`))
	var left string
	tab.eval(`document.cookie + Object.keys(localStorage)`, &left)
	assert.Equal(t, "octroi-audit", left)
	assert.True(t, tab.truth(`!document.querySelector('iframe') && !document.cookie && Object.keys(localStorage).join() === 'octroi-audit'`), "nothing is left of the visitor that it played")
}

// The audit's folder can be put on the site as it is.
func TestTheAuditOnTheSiteItself(t *testing.T) {
	only(t, "TestAuditOfTheShop runs the audit in each; what it finds is judged in Go", "chromium")
	s := newShop(t)
	_, tab := visit(t, s)
	r := tab.audit(s.URL+"/octroi/audit/", "start=/piece/coat&pages=2&live=1")
	assert.Empty(t, told(r))
	assert.Equal(t, s.URL, r.Site)
	assert.Equal(t, s.URL+"/piece/coat", r.Pages[0].URL)
	assert.Equal(t, "yes", r.Pages[0].Live)
}

// pages is a site whose pages wait until they are let go.
type pages struct {
	mu    sync.Mutex
	asked int
	gate  chan struct{}
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" || r.URL.Path == "/sitemap.xml" {
		http.NotFound(w, r)
		return
	}
	p.mu.Lock()
	p.asked++
	n := p.asked
	p.mu.Unlock()
	<-p.gate
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title><img src=x onerror="parent.hacked=1"></title><a href="/%d"></a><a href="/x%d"></a><img src="http://127.0.0.1:1/"><script>window.hacked=1</script>`, n, n)
}

func (p *pages) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// The page can pause and stop, compares with the last time, and shows what sites say as text.
func TestTheAuditsPage(t *testing.T) {
	sampled(t, "the audit's program is one")
	s := newSite(t)
	p := &pages{gate: make(chan struct{})}
	site := httptest.NewServer(p)
	t.Cleanup(site.Close)
	_, tab := visit(t, s, "ERR_UNSAFE_PORT", "127.0.0.1:1/")
	page := audited(t, site.URL+"/<img src=x onerror=hacked=1>")
	tab.away(page + "?settle=100&live=0&pages=9")
	tab.until(`document.documentElement.dataset.state === 'ready'`)
	tab.click("#go")
	await(t, "the first page", func() bool { return p.count() == 1 })
	tab.until(`document.getElementById('doing').textContent.includes('reading')`)
	tab.click("#pause")
	tab.until(`document.getElementById('pause').textContent === 'Go on'`)
	p.gate <- struct{}{}
	tab.until(`document.getElementById('doing').textContent.startsWith('1 of')`)
	assert.Equal(t, 1, p.count(), "it rests")
	tab.click("#pause")
	await(t, "the next page", func() bool { return p.count() > 1 })
	tab.click("#pause")
	tab.click("#stop")
	r := tab.audited()
	close(p.gate)
	assert.Equal(t, "it was stopped", r.Ended)
	assert.Len(t, r.Pages, 1)
	assert.Equal(t, "<img src=x onerror=\"parent.hacked=1\">", r.Pages[0].Title)
	assert.Nil(t, r.Compared)

	tab.click("#go")
	tab.until(`document.documentElement.dataset.state === 'running'`)
	assert.True(t, tab.truth(`document.getElementById('pause').textContent === 'Pause'`), "that the last one was paused is over")
	r = tab.audited()
	require.NotNil(t, r.Compared, "with what the last one found")
	assert.Zero(t, r.Compared.New)
	assert.NotEmpty(t, r.Findings)
	assert.True(t, tab.truth(`!window.hacked && !document.querySelector('#result img')`))
	assert.True(t, tab.truth(`document.querySelector('#result').textContent.includes('by Octroi `+octroi.Version()+`')`))
	assert.True(t, tab.truth(`/\/audit\/[a-z0-9-]+\.html$/.test(document.querySelector('#result a.requirement').href)`), "a finding leads to its rule's page")

	// Another site, behind a proxy at the same address, is none to compare with.
	tab.truth(`(localStorage['octroi-audit'] = localStorage['octroi-audit'].replace('` + site.URL + `', 'https://another.example'))`)
	tab.click("#go")
	tab.until(`document.documentElement.dataset.state === 'running'`)
	assert.Nil(t, tab.audited().Compared)
	assert.True(t, tab.truth(`JSON.parse(octroiAudit.sarif(octroiReport)).version === '2.1.0'`))
	assert.True(t, tab.truth(`octroiAudit.compare(octroiReport, 'nonsense') === '' && octroiAudit.sarif('{') === ''`))
}

// moves are what a loaded page may do against who looks at it.
var moves = map[string]string{
	"/top":    `try { top.location = '/many/1'; } catch {} try { parent.location = '/many/1'; } catch {} open('/many/1')`,
	"/dialog": `alert(1); confirm(1); prompt(1); print(); onbeforeunload = () => 1`,
	"/reload": `addEventListener('load', () => setTimeout(() => location.reload()))`,
	"/leaves": `location = 'THIRD/elsewhere'`,
	"/waits":  `document.write('<img src="/never.png">')`,
	"/wreck": `performance.getEntriesByType = document.querySelectorAll = Element.prototype.matches = () => { throw 1 };
		Object.defineProperty(document, 'cookie', { get() { throw 1 } }); window.octroi = { state() { throw 1 } }; cookieStore = null`,
	"/grows": `setInterval(() => { for (let i = 0; i < 50; i++) document.body.append(document.createElement('div'), 'cookie'); }, 20)`,
}

// Real tags, ungated: what was measured of each is found where it is loaded, too.
func TestAuditOfRealTags(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(snippets, "measured.json"))
	if os.IsNotExist(err) {
		t.Skip("the oracles beside the repository are not there")
	}
	require.NoError(t, err)
	only(t, "only Chromium can be told that every host is this machine", "chromium")
	var tags map[string]measured
	require.NoError(t, json.Unmarshal(b, &tags))
	p := &providers{scripts: map[string]string{}}
	s := newSite(t)
	head := `<script type="application/json" id="octroi-config">` + realDeclaration(t) + `</script>` + dropIn
	list := ""
	for name, tag := range tags {
		b, err := os.ReadFile(filepath.Join(snippets, "pages", name+".html"))
		require.NoError(t, err)
		s.raw("/tags/"+name, "text/html", func() string { return strings.Replace(string(b), "<!--ENGINE-->", head, 1) })
		list += `<a href="/tags/` + name + `">` + name + `</a>`
		for _, asked := range tag.Requests {
			u, err := url.Parse(asked.URL)
			require.NoError(t, err)
			for _, c := range tag.Cookies {
				p.scripts[u.Host+u.Path] += fmt.Sprintf("document.cookie = '%s=1; path=/; max-age=%d';", c.Name, int(*c.Days*86400))
			}
		}
	}
	s.raw("/tags/", "text/html", func() string { return `<html lang="en">` + head + list })
	text, err := headless.AuditIn(everyHost(t, p), audited(t, s.URL+"/tags/"), url.Values{"live": {"11"}, "settle": {"100"}}, func(string) {})
	require.NoError(t, err)
	r := new(report.Report)
	require.NoError(t, json.Unmarshal([]byte(text), r))
	assert.Len(t, r.Pages, 11)
	early := map[string]bool{}
	for _, f := range r.Findings {
		if f.Rule == "request-before-consent" {
			for _, at := range f.Places {
				early[strings.TrimPrefix(at.Page, s.URL+"/tags/")] = true
			}
		}
		assert.NotContains(t, []string{"undeclared-service", "unknown-host", "kept-before-consent", "kept-after-refusal", "kept-after-withdrawal"}, f.Rule, f.Subject)
	}
	for name, tag := range tags {
		for _, c := range tag.Cookies {
			at := slices.IndexFunc(r.Kept, func(k report.Kept) bool { return k.Name == c.Name })
			if assert.GreaterOrEqual(t, at, 0, c.Name) && name != "first-party-inline" {
				assert.Equal(t, []string{"granted"}, r.Kept[at].States, "held until then")
			}
		}
		for _, asked := range tag.Requests {
			u, err := url.Parse(asked.URL)
			require.NoError(t, err)
			assert.True(t, slices.ContainsFunc(r.Calls, func(c report.Call) bool { return c.To == u.Host && slices.Contains(c.States, report.Granted) }), asked.URL)
		}
		inMarkup := []string{"ga4-gtag", "google-maps", "gtm", "matomo", "meta-pixel", "youtube"} // or in its <noscript>
		assert.Equal(t, slices.Contains(inMarkup, name), early[name], name)
	}
}
