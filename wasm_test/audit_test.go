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

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/config"
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

// The shop as it should be: nothing is found, in any engine.
func TestAuditOfTheShop(t *testing.T) {
	s := newSite(t)
	// Without what these tests put into pages.
	shop := httptest.NewServer(s.Handler())
	t.Cleanup(shop.Close)
	page := audited(t, shop.URL+"/")
	_, tab := visit(t, s)

	r := tab.audit(page, "live=0")
	assert.Empty(t, told(r))
	assert.Empty(t, r.Failed)
	assert.Len(t, r.Pages, 33)
	assert.Empty(t, s.Log.Requests(), "reading alone calls nobody")

	r = tab.audit(page, "pages=6&live=2")
	assert.Empty(t, told(r))
	assert.Empty(t, r.Failed)
	live := 0
	for _, p := range r.Pages {
		if p.Live == "yes" {
			live++
		}
	}
	assert.Equal(t, 2, live)
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
	only(t, "these tests put scripts into WebKit's pages, which the audit tells", "chromium", "firefox")
	s := newSite(t)
	_, tab := visit(t, s)
	r := tab.audit(s.URL+"/octroi/audit/", "start=/piece/coat&pages=2&live=1")
	assert.Empty(t, told(r))
	assert.Equal(t, s.URL, r.Site)
	assert.Equal(t, s.URL+"/piece/coat", r.Pages[0].URL)
	assert.Equal(t, "yes", r.Pages[0].Live)
}

// Its bad twin: each kind of finding, and no other.
func TestAuditOfTheTwin(t *testing.T) {
	only(t, "the ends of cookies, which some findings are about, only Chromium tells", "chromium")
	s := newSite(t)
	twin := httptest.NewServer(s.Twin())
	t.Cleanup(twin.Close)
	_, tab := visit(t, s, "Refused to", "violates the following Content Security Policy", "octroi.nowasm.js", "locales/fr.json", "404", "$.", "data-octroi=")
	tab.size(1280, 900, false)
	r := tab.audit(audited(t, twin.URL+"/"), "live=20")
	host := strings.TrimPrefix(s.Third, "http://")
	assert.Equal(t, []string{
		"connect-before-consent THIRD",
		"csp-forbids-wasm script-src 'wasm-unsafe-eval'",
		"csp-stops-engine script-src",
		"declaration-hint $.services[5].urls[0]",
		"declarations-differ declaration",
		"engine-does-not-start octroi.js", // for want of octroi.nowasm.js
		"engine-late async",
		"engine-missing octroi.js",
		"essential-not-exempt heatmap",
		"essential-third-party choices HOST",
		"essential-third-party heatmap partner",
		"file-missing octroi.nowasm.js",
		"kept-after-refusal _fbp",
		"kept-after-withdrawal _hjSessionUser_1",
		"kept-before-consent _gid",
		"kept-before-consent _pk_id.7.1fff",
		"kept-before-consent _pk_ses.7.1fff",
		"kept-before-consent visitor",
		"life-over-13-months visitor",
		"life-over-declared lang",
		"never-seen ghost",
		"never-seen heatmap",
		"never-seen names of counter",
		"no-way-back #octroi",
		"refuse-less-prominent aside",
		"refuse-less-prominent dialog.octroi.octroi-ask",
		"request-after-refusal THIRD/ads/tr",
		"request-after-withdrawal THIRD/ads/pixel.gif",
		"request-before-consent THIRD/ads/noscript.gif",
		"request-before-consent THIRD/gtag/js",
		"request-before-consent inline script of meta-pixel",
		"second-interface aside",
		"text-missing declaration eu",
		"text-missing declaration fr",
		"text-missing interface eu",
		"text-missing locales/fr.json",
		"undeclared-cookie _fbp",
		"undeclared-cookie _gid",
		"undeclared-cookie _hjSessionUser_1",
		"undeclared-cookie _pk_id.7.1fff",
		"undeclared-cookie _pk_ses.7.1fff",
		"undeclared-cookie device_id",
		"undeclared-cookie zz_mystery",
		"undeclared-key key zz_granted",
		"undeclared-key key zz_key",
		"undeclared-service meta-pixel",
		"unknown-host HOST",
		"unknown-id klaro: matomo",
		"unknown-id nobody",
	}, func() (list []string) {
		for _, one := range told(r) {
			list = append(list, strings.ReplaceAll(strings.ReplaceAll(one, s.Third, "THIRD"), host, "HOST"))
		}
		slices.Sort(list)
		return list
	}())
	assert.Equal(t, []report.Failure{{URL: twin.URL + "/gone", Why: "answers 404"}}, r.Failed)
	assert.Equal(t, []report.Failure{{URL: twin.URL + "/hidden", Why: "robots.txt does not want it read; a group for OctroiAudit there can allow it", Count: 1}}, r.Passed)

	// The third parties say the same.
	var asked []string
	for _, e := range s.Log.Requests() {
		asked = append(asked, e.URL)
	}
	for _, address := range []string{"/gtag/js?id=G-TWIN", "/ads/tr?refused", "/ads/pixel.gif?withdrawn"} {
		assert.Contains(t, asked, address)
	}
	assert.NotContains(t, asked, "/ads/noscript.gif")

	b, err := json.Marshal(r.Draft)
	require.NoError(t, err)
	draft, faults := config.Parse(string(b))
	assert.Empty(t, faults)
	assert.GreaterOrEqual(t, draft.Find("meta-pixel"), 0)

	tab.click("summary")
	tab.shot("audit-1-closed")
	tab.click("summary")
	tab.truth(`document.querySelector('.finding').open = true`)
	tab.shot("audit-2-findings")
	tab.truth(`scrollTo(0, document.querySelector('.picture').getBoundingClientRect().top + scrollY - 60) || true`)
	tab.shot("audit-3-picture")
	tab.truth(`[...document.querySelectorAll('.section, .page')].forEach((one) => (one.open = one.className === 'page' || !/Findings|Who/.test(one.innerText))) || scrollTo(0, 300) || true`)
	tab.shot("audit-4-tables")
	tab.media("prefers-color-scheme", "dark")
	tab.size(390, 844, true)
	tab.truth(`[...document.querySelectorAll('.section')].forEach((one, i) => (one.open = i === 0)) || scrollTo(0, 900) || true`)
	tab.shot("audit-5-phone-dark")
	tab.media("", "")
	tab.size(800, 1100, false)
	_, err = chromedp.Call(tab.devtools("media are emulated over DevTools"), emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	require.NoError(t, err)
	tab.truth(`scrollTo(0, 0) || true`)
	tab.shot("audit-6-print")
	tab.media("", "")

	count := func(selector string) (n int) {
		tab.eval(`document.querySelectorAll('`+selector+`').length`, &n)
		return n
	}
	assert.Equal(t, len(r.Findings), count(".finding"))
	tab.truth(`document.querySelectorAll('.filters select')[0].value = 'note', document.querySelectorAll('.filters select')[0].onchange() || true`)
	assert.Equal(t, r.Count(report.Note)-r.Count(report.Warning), count(".finding"))
	tab.truth(`document.querySelectorAll('.filters select')[0].value = '', document.querySelector('.filters input').value = '/piece', document.querySelector('.filters input').oninput() || true`)
	of := 0
	for _, f := range r.Findings {
		if slices.ContainsFunc(f.Places, func(p report.Place) bool { return strings.HasSuffix(p.Page, "/piece") }) {
			of++
		}
	}
	assert.Equal(t, of, count(".finding"), "those of one page")

	var found []string
	if os.Getenv("OCTROI_NPM") != "" {
		tab.eval(`(async () => { `+npm(t, "axe-core/axe.min.js")+`; const r = await axe.run({ resultTypes: ['violations'] }); return r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target + ' ' + n.failureSummary)); })()`, &found)
		assert.Empty(t, found, "axe-core on the audit's own page")
	}
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
	assert.True(t, tab.truth(`/\/requirements\.md#r\d\.\d\d$/.test(document.querySelector('#result a.requirement').href)`), "a finding leads to its requirement")

	// Another site, behind a proxy at the same address, is none to compare with.
	tab.truth(`(localStorage['octroi-audit'] = localStorage['octroi-audit'].replace('` + site.URL + `', 'https://another.example'))`)
	tab.click("#go")
	tab.until(`document.documentElement.dataset.state === 'running'`)
	assert.Nil(t, tab.audited().Compared)
	assert.True(t, tab.truth(`JSON.parse(octroiAudit.sarif(octroiReport)).version === '2.1.0'`))
	assert.True(t, tab.truth(`octroiAudit.compare(octroiReport, 'nonsense') === '' && octroiAudit.sarif('{') === ''`))
}

// badSite does all that a site can do wrong. What it holds back it lets go at the end.
func badSite(t *testing.T, third string) *httptest.Server {
	mux := http.NewServeMux()
	held := make(chan struct{})
	hold := func(http.ResponseWriter, *http.Request) { <-held }
	html := func(path, text string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, text)
		})
	}
	raw := func(path, answer string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				fmt.Fprint(conn, answer)
				conn.Close()
			}
		})
	}
	var start strings.Builder
	for _, path := range []string{"huge", "loop", "away", "stuck", "drip", "half", "reset", "latin", "soup", "down"} {
		fmt.Fprintf(&start, `<a href="/%s">`, path)
	}
	for i := range 10000 {
		fmt.Fprintf(&start, `<a href="/many/%d">`, i)
	}
	html("/{$}", start.String())
	html("/many/{n}", "")
	html("/huge", "<title>Huge</title>"+strings.Repeat("<p>All of it.", 1<<18))
	mux.Handle("GET /loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.Handle("GET /away", http.RedirectHandler(third+"/elsewhere", http.StatusFound))
	mux.HandleFunc("GET /stuck", hold)
	mux.HandleFunc("GET /drip", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>")
		w.(http.Flusher).Flush()
		hold(w, r)
	})
	raw("/half", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>half")
	raw("/reset", "")
	raw("/latin", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1\r\nConnection: close\r\n\r\n<title>caf\xe9</title>")
	html("/soup", "<title>Soup</title><p\x00<<a href='/many/1'<b =\"><script src=/a></scr<!--<img src=\"\xff\">")
	mux.HandleFunc("GET /down", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "down", http.StatusInternalServerError) })

	// What pages do where they are loaded.
	mux.HandleFunc("GET /never.png", hold)
	for path, script := range moves {
		html(path, `<!doctype html><html lang="en"><title>Bad</title><body><script>`+strings.ReplaceAll(script, "THIRD", third)+`</script>`)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(held) })
	return server
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
	"/grows": `setInterval(() => { for (let i = 0; i < 50; i++) document.body.append(document.createElement('div'), 'cookie'); })`,
}

// Whatever a site does, the audit ends, and tells.
func TestAuditOfABadSite(t *testing.T) {
	s := newSite(t)
	bad := badSite(t, s.Third)
	_, tab := visit(t, s, "500", "502", "404", "NetworkError", "Load failed")
	page := audited(t, bad.URL+"/")
	r := tab.audit(page, "live=0&pages=15&seconds=4")
	failed := map[string]string{}
	for _, f := range r.Failed {
		failed[strings.TrimPrefix(f.URL, bad.URL)] = f.Why
	}
	for path, why := range map[string]string{
		"/loop":  "redirects without end|no answer in time", // after 20 of them
		"/away":  "redirects to " + strings.TrimPrefix(s.Third, "http://"),
		"/stuck": "no answer in time",
		"/drip":  "no answer in time",
		"/half":  "its answer breaks off",
		"/reset": "the site does not answer",
		"/down":  "answers 500",
	} {
		assert.Regexp(t, why, failed[path], path)
	}
	assert.Len(t, failed, 7)
	assert.Contains(t, r.Ended, "8 of 294 known pages were read")
	titles := map[string]report.Page{}
	for _, p := range r.Pages {
		titles[p.Title] = p
	}
	assert.True(t, titles["Huge"].Cut)
	assert.Contains(t, titles, "café")
	assert.Contains(t, titles, "Soup")

	for path, want := range map[string]string{"/top": "yes", "/dialog": "yes", "/reload": "yes", "/grows": "yes",
		"/leaves": "it cannot be framed here, or leads to another site", "/waits": "not loaded within 1 s", "/wreck": "the page threw"} {
		seconds := 4
		if path == "/waits" {
			seconds = 1 // which it takes up whole
		}
		r := tab.audit(page, fmt.Sprintf("live=1&pages=1&seconds=%d&start=%s", seconds, path))
		require.Len(t, r.Pages, 1, path)
		assert.Contains(t, r.Pages[0].Live, want, path)
		assert.Less(t, r.Took, int64(20000), path)
	}
}

// A page that keeps the browser busy for ever ends the command all the same.
func TestAuditOfABusyPage(t *testing.T) {
	only(t, "the command drives Chromium", "chromium")
	s := newSite(t)
	s.raw("/busy", "text/html", func() string { return `<!doctype html><html lang="en"><script>for (;;);</script>` })
	patience := headless.Patience
	headless.Patience = 8 * time.Second
	defer func() { headless.Patience = patience }()
	_, err := headless.Audit(audited(t, s.URL+"/busy"), url.Values{"pages": {"1"}}, func(string) {})
	assert.ErrorContains(t, err, "loading "+s.URL+"/busy. A page that keeps its browser busy does that")
}

// A page that changes itself thousands of times while it comes stops neither a test nor an
// audit.
func TestATabThatTellsMuch(t *testing.T) {
	s := newSite(t)
	s.raw("/restless", "text/html", func() string {
		return `<!doctype html><html lang="en"><body><script>
			for (let i = 0; i < 700; i++) { const f = document.createElement('iframe'); document.body.append(f); f.remove(); }
			window.done = true;
		</script>`
	})
	_, tab := visit(t, s)
	tab.open("/restless").until(`window.done`)
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
