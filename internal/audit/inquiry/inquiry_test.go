package inquiry

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

const (
	origin = "http://shop.example"
	dropIn = `<script src="/octroi/octroi.js"></script>`
	now    = 1795478400000 // 2026-11-24
)

// declared is what the tests' pages declare, for tests to spoil.
const declared = `{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:a@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [
		{"id": "essential", "required": true, "label": {"en": "Essential", "fr": "Essentiels"}, "text": {"en": "Needed.", "fr": "Nécessaires."}},
		{"id": "stats", "label": {"en": "Statistics", "fr": "Statistiques"}, "text": {"en": "Counts.", "fr": "Compte."}}
	],
	"services": [
		{"id": "basket", "category": "essential", "name": "Basket", "provider": "Shop SAS", "purpose": "Holds.", "urls": ["/basket"], "cookies": [{"name": "basket", "life": "30 days"}]},
		{"id": "counter", "category": "stats", "name": "Counter", "provider": "Count SA", "purpose": "Counts.", "policy": "/cookies",
			"urls": ["*.count.example"], "inline": ["countMe("], "cookies": [{"name": "_c*", "life": "13 months"}], "storage": [{"name": "c:*", "life": "session"}]}
	]
}`

// world is a site of files, and what its pages do when they are loaded.
type world struct {
	pages    map[string]string
	headers  map[string]http.Header
	observed map[string][]Observation
}

func (w *world) fetch(_ context.Context, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	h := w.headers[u.Path].Clone()
	if h == nil {
		h = http.Header{}
	}
	text, has := w.pages[u.Path]
	r := &http.Response{StatusCode: 200, Header: h, Request: &http.Request{URL: u}}
	if !has {
		r.StatusCode = 404
		switch u.Path {
		case "/octroi/octroi.rest.js", "/octroi/octroi.nowasm.js", "/octroi/locales/fr.json":
			r.StatusCode = 200
		}
	}
	r.Body = io.NopCloser(strings.NewReader(text))
	return r, nil
}

// audit runs one over a world.
func audit(t testing.TB, w world, o Options) *report.Report {
	t.Helper()
	start, err := url.Parse(origin + "/")
	require.NoError(t, err)
	if o.Languages == "" {
		o.Languages = "en fr"
	}
	site := Site{Fetch: w.fetch, Progress: func(Progress) {}, Wait: func(context.Context) {}, Now: func() time.Time { return time.UnixMilli(now) }}
	if w.observed != nil {
		site.Load = func(_ context.Context, address string) ([]Observation, error) {
			u, _ := url.Parse(address)
			return w.observed[u.Path], nil
		}
	}
	r, err := Run(context.Background(), start, o, site)
	require.NoError(t, err)
	return r
}

// page is one of the tests' with the drop-in and a declaration.
func page(declaration, body string) string {
	return `<!doctype html><html lang="en"><head>
<script type="application/json" id="octroi-config">` + declaration + `</script>
` + dropIn + `
` + body + "\n" + used
}

// used has both services seen, so that they are no findings.
const used = `<a href="#octroi">Cookies</a><form action="/basket"></form><script type="text/plain" data-octroi="counter">countMe('_c', 'c:')</script>`

// told are the findings in short, without those of the rules that are left out.
func told(r *report.Report, but ...string) []string {
	list := []string{}
	for _, f := range r.Findings {
		if !slices.Contains(but, f.Rule) {
			list = append(list, f.Rule+" "+f.Subject)
		}
	}
	slices.Sort(list)
	return list
}

func TestACleanSiteHasNoFinding(t *testing.T) {
	r := audit(t, world{pages: map[string]string{"/": page(declared, `<img src="/own.png"><script src="/own.js"></script><link rel=stylesheet href="/own.css">`), "/own.js": "document.title"}}, Options{})
	assert.Empty(t, r.Findings)
	assert.Len(t, r.Pages, 1)
	assert.Equal(t, origin+"/octroi/octroi.js", r.Engine)
}

// What stands in a page's text, and what is said of it.
func TestMarkupIsJudged(t *testing.T) {
	for body, want := range map[string][]string{
		`<script async src="https://count.example/c.js?v=1"></script>`:                             {"request-before-consent https://count.example/c.js"},
		`<iframe src="//count.example/frame"></iframe>`:                                            {"request-before-consent http://count.example/frame"},
		`<img data-octroi="counter" src="https://count.example/p.gif">`:                            {"request-before-consent https://count.example/p.gif"},
		`<noscript><img src="https://count.example/p.gif"></noscript>`:                             {"request-before-consent https://count.example/p.gif"},
		`<p style="background: url(https://count.example/p.gif)">`:                                 {"request-before-consent https://count.example/p.gif"},
		`<link rel="preconnect" href="https://count.example">`:                                     {"connect-before-consent https://count.example"},
		`<form action="https://count.example/send"></form>`:                                        {},
		`<script>countMe(1)</script>`:                                                              {},
		`<script>load('https://count.example/c.js')</script>`:                                      {},
		`<script src="https://connect.facebook.net/en_US/fbevents.js"></script>`:                   {"request-before-consent https://connect.facebook.net/en_US/fbevents.js", "undeclared-service meta-pixel"},
		`<script>!function(f){}(window); fbq("init", '1')</script>`:                                {"request-before-consent inline script of meta-pixel", "undeclared-service meta-pixel"},
		`<script>var s = "https:\/\/static.hotjar.com\/c\/hotjar-"</script>`:                       {"request-before-consent inline script of hotjar", "undeclared-service hotjar"},
		`<script>see('https://www.w3.org/2000/svg', 'https://nobody.example/')</script>`:           {},
		`<img src="https://nobody.example/p.gif">`:                                                 {"unknown-host nobody.example"},
		`<script src="/bundle.js"></script>`:                                                       {"undeclared-service google-analytics"},
		`<script type="text/plain" data-octroi="count"></script><i data-octroi="count">`:           {},
		`<script type="text/plain" data-octroi="count">1</script>`:                                 {"unknown-id count"},
		`<script type="text/plain" data-octroi="counter count">1</script>`:                         {"unknown-id counter count"},
		`<script type="text/plain" data-octroi="basket" data-src="https://b.example/b.js">`:        {"essential-third-party basket b.example", "unknown-host b.example"},
		`<script type="text/plain" data-name="count" data-src="https://count.example/c"></script>`: {"unknown-id klaro: count"},
		`<template data-octroi="counter"><img data-src="https://count.example/p"></template>`:      {},
		`<img src="data:,x"><img src="about:blank"><img src="http://[">`:                           {},
	} {
		r := audit(t, world{pages: map[string]string{"/": page(declared, body), "/bundle.js": `i("https://www.googletagmanager.com/gtag/js?id=G-1")`}}, Options{})
		assert.Equal(t, want, told(r), body)
		for _, f := range r.Findings {
			if f.Rule != textMissing && f.Rule != undeclaredService {
				assert.Positive(t, f.Places[0].Line, "%s: %s", body, f.Rule)
			}
			assert.NotEmpty(t, f.Why, f.Rule)
			assert.NotEmpty(t, f.Fix+f.Code, f.Rule)
			assert.Regexp(t, `^R\d\.\d\d$`, f.Requirement, f.Rule)
			assert.Equal(t, report.HelpForRule(f.Rule), f.Help, f.Rule)
		}
	}
}

// A tag's change is written out, ready to be copied.
func TestTheChangeIsExact(t *testing.T) {
	for tag, want := range map[string]string{
		`<script async src="https://count.example/c.js">`:                         `<script type="text/plain" data-octroi="counter" async data-src="https://count.example/c.js">`,
		`<script type='text/javascript' SRC = https://count.example/c.js>`:        `<script type="text/plain" data-octroi="counter" data-SRC = https://count.example/c.js>`,
		`<script type="module" src="https://count.example/c.js">`:                 `<script type="text/plain" data-octroi="counter" data-type="module" data-src="https://count.example/c.js">`,
		`<iframe title="a" src="https://count.example/f">`:                        `<iframe data-octroi="counter" title="a" data-src="https://count.example/f">`,
		`<img src="https://count.example/p" srcset="https://count.example/q 2x">`: `<img data-octroi="counter" data-src="https://count.example/p" data-srcset="https://count.example/q 2x">`,
		`<link rel="stylesheet" href="https://count.example/s.css">`:              `<link data-octroi="counter" rel="stylesheet" data-href="https://count.example/s.css">`,
		`<object data="https://count.example/o">`:                                 `<template data-octroi="counter"> … </template>`,
	} {
		r := audit(t, world{pages: map[string]string{"/": page(declared, tag+"</script>")}}, Options{})
		require.NotEmpty(t, r.Findings, tag)
		assert.Equal(t, want, r.Findings[0].Code, tag)
	}
}

// Each thing falls in one of four classes.
func TestClasses(t *testing.T) {
	r := audit(t, world{pages: map[string]string{"/": page(declared, `<script src="https://count.example/early.js"></script>
<script type="text/plain" data-octroi="counter" data-src="https://count.example/gated.js"></script>
<script>countMe()</script>
<img src="https://nobody.example/p.gif">
<noscript><img src="https://count.example/noscript.gif"></noscript>
<a href="/basket"></a><img src="/basket/p.gif">`)}}, Options{})
	var got []string
	for _, thing := range r.Pages[0].Things {
		got = append(got, fmt.Sprint(thing.Class, " ", thing.Requested, " ", thing.Kind, " ", thing.Service, " ", thing.Category))
	}
	assert.Equal(t, []string{
		"held true script counter stats",
		"gated false script counter stats",
		"held false inline script counter stats",
		"not held true image  ",
		"not held false image counter stats",
		"own false image basket essential",
		"own false form basket essential",
		"gated false inline script counter stats",
	}, got)

	blocking := strings.Replace(declared, `"site"`, `"unknown": "block", "site"`, 1)
	r = audit(t, world{pages: map[string]string{"/": page(blocking, `<img src="https://nobody.example/p.gif">`)}}, Options{})
	assert.Equal(t, report.Held, r.Pages[0].Things[0].Class, "what nobody declares is refused")
	for enforce, want := range map[string]string{"": "Once a visitor has refused anything", `"enforce": "always", `: "The page's policy stops it", `"enforce": "hooks", `: ""} {
		text := strings.Replace(blocking, `"site"`, enforce+`"site"`, 1)
		r = audit(t, world{pages: map[string]string{"/": page(text, `<iframe data-octroi="counter" data-src="https://nobody.example/f"></iframe>`)}}, Options{})
		at := slices.IndexFunc(r.Findings, func(f report.Finding) bool { return f.Rule == unknownHost })
		require.GreaterOrEqual(t, at, 0)
		assert.Contains(t, r.Findings[at].What, want)
		assert.Equal(t, want != "", strings.Contains(r.Findings[at].What, "\"enforce\" needs it declared"))
		assert.Contains(t, r.Findings[at].Code, `"urls":["nobody.example"]`, "ready to paste")
	}
}

func TestThePageIsJudged(t *testing.T) {
	noTab := strings.Replace(declared, `"site"`, `"tab": false, "site"`, 1)
	french := func(text string) string { return strings.Replace(text, `lang="en"`, `lang="fr"`, 1) }
	for name, c := range map[string]struct {
		page string
		want []string
	}{
		"no engine":             {page: `<html lang=en><img src="https://nobody.example/p">`, want: []string{"engine-missing octroi.js"}},
		"no engine, own alone":  {page: `<html lang=en><img src="/p">`, want: []string{}},
		"a script before":       {page: `<html lang=en><script>early()</script>` + page(declared, ""), want: []string{"engine-late scripts before it"}},
		"async":                 {page: strings.Replace(page(declared, ""), `<script src="/oct`, `<script async src="/oct`, 1), want: []string{"engine-late async"}},
		"a link is there":       {page: page(noTab, ""), want: []string{}},
		"no link":               {page: strings.Replace(page(noTab, ""), `<a href="#octroi">Cookies</a>`, "", 1), want: []string{"no-way-back #octroi"}},
		"no link, but the tab":  {page: strings.Replace(page(declared, ""), `<a href="#octroi">Cookies</a>`, "", 1), want: []string{}},
		"French":                {page: french(page(declared, "")), want: []string{}},
		"a text missing":        {page: french(page(strings.Replace(declared, `, "fr": "Compte."`, "", 1), "")), want: []string{"text-missing declaration fr"}},
		"no such language":      {page: strings.Replace(page(declared, ""), `lang="en"`, `lang="eu"`, 1), want: []string{"text-missing declaration eu", "text-missing interface eu"}},
		"a fault":               {page: page(strings.Replace(declared, `"revision"`, `"revison"`, 1), ""), want: []string{"declaration-fault $.policy.revision", "declaration-fault $.policy.revison"}},
		"no JSON":               {page: page("{", ""), want: []string{"declaration-fault $", "unknown-id counter"}},
		"essential elsewhere":   {page: page(strings.Replace(declared, `["/basket"]`, `["https://b.example/"]`, 1), ""), want: []string{"essential-third-party $.services[0].urls[0]", "never-seen basket"}},
		"a life of 2 years":     {page: page(strings.Replace(declared, `"13 months"`, `"2 years"`, 1), ""), want: []string{"life-over-13-months $.services[1].cookies[0].life"}},
		"another's cookie":      {page: page(strings.Replace(declared, `"30 days"`, `"30 days", "domain": "b.example"`, 1), ""), want: []string{"essential-third-party basket basket"}},
		"not exempt by cookie":  {page: page(strings.Replace(declared, `"name": "basket"`, `"name": "_ga_*"`, 1), ""), want: []string{"essential-not-exempt basket"}},
		"not exempt by address": {page: page(strings.Replace(declared, `["/basket"]`, `["/basket", "https://static.hotjar.com/"]`, 1), ""), want: []string{"essential-not-exempt basket", "essential-third-party $.services[0].urls[1]"}},
		"never seen":            {page: strings.Replace(strings.Replace(page(declared, ""), `data-octroi="counter"`, `data-octroi="basket"`, 1), "countMe", "other", 1), want: []string{"never-seen counter"}},
		"no base of its own":    {page: page(declared, `<base href="https://count.example/"><img src="p.gif">`), want: []string{"never-seen basket", "request-before-consent https://count.example/p.gif"}},
	} {
		r := audit(t, world{pages: map[string]string{"/": c.page}}, Options{})
		assert.Equal(t, c.want, told(r, unknownHost), name)
	}

	r := audit(t, world{pages: map[string]string{"/": page(declared, `<a href="/a">`), "/a": page(strings.Replace(declared, `"Shop"`, `"Other"`, 1), "")}}, Options{})
	assert.Equal(t, []string{"declarations-differ declaration"}, told(r))
	r = audit(t, world{pages: map[string]string{"/": `<html lang=en><script src="/octroi/octroi.js" data-config="/d.json"></script>` + used, "/d.json": declared}}, Options{})
	assert.Empty(t, told(r), "a declaration of its own file")
	r = audit(t, world{pages: map[string]string{"/": `<html lang=en><script src="/octroi/octroi.js" data-config="/gone.json"></script>`}}, Options{})
	assert.Equal(t, []string{"file-missing http://shop.example/gone.json"}, told(r))
	r = audit(t, world{pages: map[string]string{"/": `<html lang=en><script src="/octroi/octroi.js"></script>` + used, "/octroi/declaration.json": declared}}, Options{})
	assert.Empty(t, told(r), "a site's own files, by octroi build")
	r = audit(t, world{pages: map[string]string{"/": `<html lang=en><script src="/octroi/octroi.js"></script><a href="#octroi">Cookies</a>`, "/octroi/declaration.json": "<!doctype html>"}}, Options{})
	assert.Empty(t, told(r), "a server that answers with a page for whatever is not there")
	r = audit(t, world{pages: map[string]string{"/": strings.ReplaceAll(page(declared, ""), "/octroi/octroi.js", "/elsewhere/octroi.js")}}, Options{})
	assert.Equal(t, []string{"file-missing octroi.nowasm.js", "file-missing octroi.rest.js"}, told(r))
}

// What octroi build makes is looked for as its manifest says, and the line that it prints is what
// pages are to have.
func TestWhatOctroiBuildMakes(t *testing.T) {
	const script = "'the guard'"
	sum := sha512.Sum384([]byte(script))
	line := `<script src="/octroi/octroi.js?v=0123456789abcdef"></script>`
	now := ` integrity="sha384-` + base64.StdEncoding.EncodeToString(sum[:]) + `"`
	checked := strings.NewReplacer(`"></script>`, `"`+now+`></script>`)
	site := func(change func(pages map[string]string)) []report.Finding {
		w := world{pages: map[string]string{
			"/":                        `<!doctype html><html lang="en">` + line + used,
			"/octroi/octroi.js":        script,
			"/octroi/declaration.json": declared,
			"/octroi/manifest.json":    `{"languages": ["fr", "en"], "files": {"octroi.js": {}, "octroi.rest.js": {}, "octroi.hold.js": {}, "octroi.debug.js": {}, "catalog.json": {}, "engine.12ab.wasm": {}, "locales/en.json": {}}}`,
			"/octroi/octroi.hold.js":   "", "/octroi/engine.12ab.wasm": "", "/octroi/locales/en.json": "",
		}}
		change(w.pages)
		return audit(t, w, Options{Languages: "de en fr"}).Findings
	}
	french := strings.NewReplacer(`lang="en"`, `lang="fr"`)
	for name, c := range map[string]struct {
		change func(map[string]string)
		want   string // rule, subject, fix, code
	}{
		"as it is":        {change: func(map[string]string) {}},
		"a file missing":  {change: func(p map[string]string) { delete(p, "/octroi/octroi.hold.js") }, want: "file-missing octroi.hold.js: Run octroi build again, and put all that it writes into the folder of octroi.js. "},
		"no engine":       {change: func(p map[string]string) { delete(p, "/octroi/engine.12ab.wasm") }, want: "file-missing engine.12ab.wasm: Run octroi build again, and put all that it writes into the folder of octroi.js. "},
		"its first texts": {change: func(p map[string]string) { p["/"] = french.Replace(p["/"]) }},
		"others missing":  {change: func(p map[string]string) { delete(p, "/octroi/locales/en.json") }, want: "text-missing locales/en.json: Run octroi build again, and put all that it writes into the folder of octroi.js. "},
		"never built": {change: func(p map[string]string) {
			p["/"] = strings.Replace(p["/"], `lang="en"`, `lang="de"`, 1)
			p["/octroi/declaration.json"] = regexp.MustCompile(`\{"en": ("[^"]*")[^}]*\}`).ReplaceAllString(declared, "$1")
		}, want: "text-missing interface de: Build with octroi build --lang de. "},
		"a text lacking": {change: func(p map[string]string) { p["/"] = strings.Replace(p["/"], `lang="en"`, `lang="de"`, 1) }, want: "text-missing declaration de: Write these in that language too. "},
		"an old line":    {change: func(p map[string]string) { p["/"] = strings.Replace(p["/"], "0123", "4567", 1) }},
		"an old hash": {change: func(p map[string]string) {
			p["/"] = strings.Replace(p["/"], line, checked.Replace(line), 1)
			p["/octroi/octroi.js"] += ";"
		}, want: "engine-does-not-start integrity: Take it out: " + line},
		"a hash": {change: func(p map[string]string) { p["/"] = strings.Replace(p["/"], line, checked.Replace(line), 1) },
			want: "engine-may-be-refused integrity: Take it out, or write the line that octroi build prints with --integrity: " + line},
		"two hashes, and a name that stays": {change: func(p map[string]string) {
			p["/octroi/octroi.0123456789abcdef.js"] = p["/octroi/octroi.js"]
			p["/"] = strings.Replace(p["/"], line, `<script src="/octroi/octroi.0123456789abcdef.js"`+strings.Replace(now, `="sha384-`, `="sha384-AAAA sha384-`, 1)+`></script>`, 1)
		}},
		"a page without": {change: func(p map[string]string) { p["/"] += `<a href="/a">`; p["/a"] = `<html lang=en><a href="#octroi">` }, want: `engine-missing octroi.js: Put octroi.js first into the page’s <head>. <script src="http://shop.example/octroi/octroi.js?v=0123456789abcdef"></script>`},
		"late": {change: func(p map[string]string) { p["/"] = strings.Replace(p["/"], "<script src", "<script defer src", 1) },
			want: "engine-late defer: Put octroi.js before every other script, as a plain script: no async, no defer, no module. " + line},
		"elsewhere": {change: func(p map[string]string) {
			p["/octroi/manifest.json"] = `{"files": {"https://other.example/a.js": {}, "//other.example/b.js": {}, "../../x": {}}}`
			p["/x"] = ""
		}},
	} {
		var got []string
		for _, f := range site(c.change) {
			got = append(got, f.Rule+" "+f.Subject+": "+f.Fix+" "+f.Code)
		}
		assert.Equal(t, c.want, strings.Join(got, "\n"), name)
	}

	// The drop-in's pages have its line.
	r := audit(t, world{pages: map[string]string{"/": page(declared, `<a href="/a">`), "/a": `<html lang=en><a href="#octroi">`}}, Options{})
	require.Equal(t, []string{"engine-missing octroi.js"}, told(r))
	assert.Contains(t, r.Findings[0].Code, `id="octroi-config"`)
}

// Where octroi.js stands in the page itself, a policy names its text, and what it loads.
func TestPoliciesOfPagesThatHaveItThemselves(t *testing.T) {
	const text = `run()`
	sum := sha512.Sum384([]byte(text))
	hash := "'sha384-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	for policy, want := range map[string][]string{
		"script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'":      {},
		"script-src 'self' 'wasm-unsafe-eval' " + hash:              {},
		"script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'":  {},
		"script-src 'self' 'wasm-unsafe-eval'":                      {"csp-stops-engine script-src inline: script-src 'self' 'wasm-unsafe-eval' " + hash},
		"script-src 'self' 'unsafe-inline' 'nonce-m' 'unsafe-eval'": {"csp-stops-engine script-src inline: script-src 'self' 'unsafe-inline' 'nonce-m' 'unsafe-eval' " + hash},
		"script-src 'wasm-unsafe-eval' " + hash:                     {"csp-stops-engine script-src: script-src 'wasm-unsafe-eval' " + hash + " 'self'"},
	} {
		nonce := ""
		if strings.Contains(policy, "'nonce-n'") {
			nonce = ` nonce="n"`
		}
		page := strings.Replace(page(declared, ""), `<script src="/octroi/octroi.js">`, `<script data-base="/octroi/"`+nonce+`>`+text, 1)
		got := []string{}
		for _, f := range audit(t, world{pages: map[string]string{"/": page}, headers: map[string]http.Header{"/": {"Content-Security-Policy": {policy}}}}, Options{}).Findings {
			got = append(got, f.Rule+" "+f.Subject+": "+f.Code)
		}
		assert.Equal(t, want, got, policy)
	}
}

func TestPolicies(t *testing.T) {
	for policy, want := range map[string][]string{
		"": {},
		"default-src 'none'; script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types octroi": {},
		"script-src 'self' 'wasm-unsafe-eval'":                             {},
		"script-src http://shop.example/octroi/ 'wasm-unsafe-eval'":        {},
		"script-src *.example 'unsafe-eval'":                               {},
		"img-src 'none', style-src 'none'":                                 {},
		"script-src 'sha384-abc' 'wasm-unsafe-eval'":                       {},
		"script-src 'self'":                                                {"csp-forbids-wasm script-src 'wasm-unsafe-eval': script-src 'self' 'wasm-unsafe-eval'"},
		"default-src 'self'":                                               {"csp-forbids-wasm default-src 'wasm-unsafe-eval': script-src 'self' 'wasm-unsafe-eval'"},
		"script-src https://cdn.example 'wasm-unsafe-eval'":                {"csp-stops-engine script-src: script-src https://cdn.example 'wasm-unsafe-eval' 'self'"},
		"script-src 'none'":                                                {"csp-forbids-wasm script-src 'wasm-unsafe-eval': script-src 'wasm-unsafe-eval'", "csp-stops-engine script-src: script-src 'self'"},
		"script-src 'nonce-other' 'wasm-unsafe-eval'":                      {`csp-stops-engine script-src: <script nonce="…" src="/octroi/octroi.js"></script>`},
		"script-src 'strict-dynamic' 'self' 'wasm-unsafe-eval'":            {`csp-stops-engine script-src: <script nonce="…" src="/octroi/octroi.js"></script>`},
		"script-src-elem 'none'; script-src 'self' 'wasm-unsafe-eval'":     {"csp-stops-engine script-src-elem: script-src-elem 'self'"},
		"script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'":         {"csp-stops-engine connect-src: connect-src 'self'"},
		"require-trusted-types-for 'script'; trusted-types other":          {"csp-stops-engine trusted-types: trusted-types other octroi"},
		"sandbox allow-forms":                                              {"csp-stops-engine sandbox: sandbox allow-forms allow-scripts allow-same-origin"},
		"frame-src 'none', script-src 'self' 'wasm-unsafe-eval' 'self' x:": {},
		";;; ,,, script-src":                                               {"csp-forbids-wasm script-src 'wasm-unsafe-eval': script-src 'wasm-unsafe-eval'", "csp-stops-engine script-src: script-src 'self'"},
	} {
		text := page(declared, "")
		if strings.Contains(policy, "nonce-n'") {
			text = strings.Replace(text, `<script src=`, `<script nonce="n" src=`, 1)
		}
		if strings.Contains(policy, "sha384-abc") {
			text = strings.Replace(text, `<script src=`, `<script integrity="sha384-abc" src=`, 1)
		}
		for _, meta := range []bool{false, true} {
			w := world{pages: map[string]string{"/": text}, headers: map[string]http.Header{"/": {"Content-Security-Policy": {policy}}}}
			if meta {
				if strings.Contains(policy, ",") {
					continue
				}
				w = world{pages: map[string]string{"/": strings.Replace(text, "<head>", `<head><meta http-equiv="Content-Security-Policy" content="`+policy+`">`, 1)}}
			}
			got := []string{}
			for _, f := range audit(t, w, Options{}).Findings {
				got = append(got, f.Rule+" "+f.Subject+": "+f.Code)
			}
			slices.Sort(got)
			assert.Equal(t, want, got, "%s (meta: %v)", policy, meta)
		}
	}
}

// observed are four that are as they should be, for tests to spoil.
func observed(spoil func(map[report.State]*Observation)) map[string][]Observation {
	by := map[report.State]*Observation{}
	for _, state := range report.States {
		by[state] = &Observation{State: state, At: now, Engine: true, HasReopenLink: true}
	}
	spoil(by)
	list := []Observation{}
	for _, state := range report.States {
		list = append(list, *by[state])
	}
	return map[string][]Observation{"/": list}
}

func cookies(s *Observation, name string, end int64) {
	s.Cookies = append(s.Cookies, struct {
		Name string
		End  int64
	}{name, end})
}

func asks(s *Observation, address string) {
	s.Requests = append(s.Requests, struct{ URL, Kind string }{address, "script"})
}

func TestLoadedPagesAreJudged(t *testing.T) {
	const year = 365 * calendar.Day
	for name, c := range map[string]struct {
		spoil func(map[report.State]*Observation)
		want  []string
	}{
		"as it should be": {spoil: func(s map[report.State]*Observation) {
			asks(s[report.Undecided], origin+"/own.js")
			asks(s[report.Granted], "https://count.example/c.js")
			cookies(s[report.Undecided], "basket", now+30*calendar.Day)
			cookies(s[report.Granted], "_c1", now+year)
			cookies(s[report.Refused], "octroi", now+year/2)
			s[report.Granted].Keys = []string{"octroi", "octroi:reload", "c:1"}
		}, want: []string{}},
		"a request before": {spoil: func(s map[report.State]*Observation) {
			asks(s[report.Undecided], "https://count.example/c.js?1")
			asks(s[report.Refused], "https://count.example/c.js?2")
		}, want: []string{"request-before-consent https://count.example/c.js"}},
		"a request after": {spoil: func(s map[report.State]*Observation) {
			asks(s[report.Refused], "https://count.example/c.js")
			asks(s[report.Withdrawn], "https://count.example/d.js")
		}, want: []string{"request-after-refusal https://count.example/c.js", "request-after-withdrawal https://count.example/d.js"}},
		"unknown": {spoil: func(s map[report.State]*Observation) {
			asks(s[report.Granted], "https://nobody.example/")
			asks(s[report.Granted], "https://bat.bing.com/bat.js")
			asks(s[report.Granted], "::")
		}, want: []string{"undeclared-service microsoft-uet", "unknown-host nobody.example"}},
		"cookies": {spoil: func(s map[report.State]*Observation) {
			cookies(s[report.Undecided], "_c1", 0)
			cookies(s[report.Refused], "_c2", 0)
			cookies(s[report.Withdrawn], "_c3", 0)
			for _, state := range report.States {
				cookies(s[state], "_c4", 0)
			}
		}, want: []string{"kept-after-refusal _c2", "kept-after-withdrawal _c3", "kept-before-consent _c1", "kept-before-consent _c4"}},
		"undeclared": {spoil: func(s map[report.State]*Observation) {
			cookies(s[report.Undecided], "mystery", 0)
			cookies(s[report.Undecided], "_fbp", now+calendar.Day)
			s[report.Undecided].Keys = []string{"draft"}
			s[report.Undecided].Databases = []string{"db"}
			s[report.Undecided].Caches = []string{"v1"}
			s[report.Undecided].Workers = []string{"/sw.js"}
		}, want: []string{"kept-before-consent _fbp", "undeclared-cookie _fbp", "undeclared-cookie mystery", "undeclared-key cache v1", "undeclared-key database db", "undeclared-key key draft", "undeclared-key worker /sw.js"}},
		"lives": {spoil: func(s map[report.State]*Observation) {
			cookies(s[report.Granted], "_c1", calendar.Add(now, calendar.Max))
			cookies(s[report.Granted], "_c2", calendar.Add(now, calendar.Max)+calendar.Day)
			cookies(s[report.Granted], "basket", now+31*calendar.Day)
			cookies(s[report.Granted], "mystery", now+400*calendar.Day)
			cookies(s[report.Granted], "_c3", -1)
		}, want: []string{"life-over-13-months _c2", "life-over-13-months mystery", "life-over-declared basket", "undeclared-cookie mystery"}},
		"signals": {spoil: func(s map[report.State]*Observation) {
			all := map[string]bool{"ad_storage": false, "analytics_storage": true, "ad_user_data": false, "ad_personalization": false}
			s[report.Undecided].Google = &Google{Types: map[string]bool{"ad_storage": true}}
			s[report.Refused].Google = &Google{Default: true, Late: true, Types: all}
			s[report.Refused].Told = []string{"google analytics_storage"}
			s[report.Granted].Google = &Google{Default: true, Update: true, Types: map[string]bool{"ad_storage": true, "analytics_storage": true, "ad_personalization": true}}
			s[report.Granted].Requests = []Request{{URL: "https://google.example/g/collect?gcs=G111"}}
			s[report.Granted].Microsoft = &Microsoft{Told: true, Granted: true}
			s[report.Withdrawn].Requests = []Request{{URL: "https://google.example/g/collect?gcs=G100"}, {URL: "https://google.example/g/collect?gcs=G1-0"}, {URL: "https://google.example/g/collect?gcs=G"}}
			s[report.Withdrawn].Microsoft = &Microsoft{Granted: true}
			s[report.Withdrawn].Conflicts = []string{"dataLayer[1] is a consent update of somebody else, and the last one counts: leave it to Octroi"}
		}, want: []string{"signals-conflict dataLayer is a consent update of somebody else", "signals-grant google", "signals-grant google, never told", "signals-grant google, requests", "signals-grant microsoft", "signals-late google", "signals-missing google", "signals-missing google, update", "signals-missing microsoft", "unknown-host google.example"}},
		"never":       {spoil: func(s map[report.State]*Observation) {}, want: []string{}},
		"no engine":   {spoil: func(s map[report.State]*Observation) { s[report.Undecided].Engine = false }, want: []string{"engine-does-not-start octroi.js"}},
		"no way back": {spoil: func(s map[report.State]*Observation) { s[report.Refused].HasReopenLink = false }, want: []string{"no-way-back #octroi"}},
	} {
		r := audit(t, world{pages: map[string]string{"/": page(declared, "")}, observed: observed(c.spoil)}, Options{})
		assert.Equal(t, c.want, told(r), name)
		assert.Equal(t, "yes", r.Pages[0].Live, name)
	}

	// What is never met, once pages were loaded with everything granted.
	mute := strings.Replace(page(declared, ""), `countMe('_c', 'c:')`, "1", 1)
	r := audit(t, world{pages: map[string]string{"/": mute}, observed: observed(func(map[report.State]*Observation) {})}, Options{})
	assert.Equal(t, []string{"never-seen names of counter"}, told(r))
	r = audit(t, world{pages: map[string]string{"/": mute}}, Options{})
	assert.Empty(t, told(r), "no page was loaded")

	broken := map[string][]Observation{"/": {{State: report.Undecided, Error: "it cannot be framed"}}}
	r = audit(t, world{pages: map[string]string{"/": page(declared, "")}, observed: broken}, Options{})
	assert.Equal(t, "it cannot be framed", r.Pages[0].Live)
	assert.Equal(t, []report.Failure{{URL: origin + "/", Why: "not loaded (undecided): it cannot be framed"}}, r.Failed)
}

func TestCookiesOfAnswers(t *testing.T) {
	lines := []string{"_c1=1; Max-Age=34560000; HttpOnly", "basket=1; Max-Age=60", "basket=; Max-Age=0", "lang=\x01"}
	r := audit(t, world{pages: map[string]string{"/": page(declared, "")}, headers: map[string]http.Header{"/": {SetCookies: {url.QueryEscape(strings.Join(lines, "\n"))}}}}, Options{})
	assert.Equal(t, []string{"kept-before-consent _c1", "life-over-13-months _c1"}, told(r))
}

func TestFaces(t *testing.T) {
	good := Button{Text: "Tout accepter", Tag: "button", Seen: true, Width: 100, Height: 40, Size: 16, Weight: 600, Opacity: 1, Ratio: 12, Filled: true}
	refuse := func(spoil func(*Button)) []ConsentUI {
		b := good
		b.Text = "Continuer sans accepter"
		spoil(&b)
		return []ConsentUI{{"#banner", []Button{b, good}}}
	}
	for name, c := range map[string]struct {
		faces []ConsentUI
		want  string
	}{
		"equal":         {faces: refuse(func(*Button) {})},
		"no refusal":    {faces: []ConsentUI{{"#banner", []Button{good}}}, want: "“Tout accepter” has no refusal beside it"},
		"out of sight":  {faces: refuse(func(b *Button) { b.Seen = false }), want: "cannot be seen"},
		"a link":        {faces: refuse(func(b *Button) { b.Tag = "a" }), want: "is a <a> beside the <button>"},
		"small letters": {faces: refuse(func(b *Button) { b.Size = 12 }), want: "has letters of 12 px beside the 16 px"},
		"thin letters":  {faces: refuse(func(b *Button) { b.Weight = 400 }), want: "has thinner letters"},
		"small":         {faces: refuse(func(b *Button) { b.Height = 20 }), want: "is 100 × 20 px"},
		"narrow":        {faces: refuse(func(b *Button) { b.Width = 60 }), want: "is 60 × 40 px"},
		"pale":          {faces: refuse(func(b *Button) { b.Opacity = .5 }), want: "is paler"},
		"low contrast":  {faces: refuse(func(b *Button) { b.Ratio = 4 }), want: "has a contrast of 4.0:1"},
		"no background": {faces: refuse(func(b *Button) { b.Filled = false }), want: "has no background"},
		"not asking":    {faces: []ConsentUI{{"#chat", []Button{{Text: "Write to us", Tag: "button", Seen: true}}}}},
		"hidden":        {faces: []ConsentUI{{"#banner", []Button{{Text: "Accept", Tag: "button"}}}}},
	} {
		r := audit(t, world{pages: map[string]string{"/": page(declared, "")}, observed: observed(func(s map[report.State]*Observation) { s[report.Undecided].ConsentUIs = c.faces })}, Options{})
		if c.want == "" {
			assert.Empty(t, told(r), name)
		} else if assert.Equal(t, []string{"refuse-less-prominent #banner"}, told(r), name) {
			assert.Contains(t, r.Findings[0].What, c.want, name)
		}
	}
	two := append(refuse(func(*Button) {}), refuse(func(*Button) {})...)
	two[1].What = "#other"
	r := audit(t, world{pages: map[string]string{"/": page(declared, "")}, observed: observed(func(s map[report.State]*Observation) { s[report.Undecided].ConsentUIs = two })}, Options{})
	assert.Equal(t, []string{"second-interface #other"}, told(r))
}

// The draft is a declaration, whatever was found, and names all of it.
func TestTheDraftIsADeclaration(t *testing.T) {
	body := `<script src="https://connect.facebook.net/en_US/fbevents.js"></script><img src="https://nobody.example:8443/p"><script src="https://bat.bing.com/bat.js"></script>`
	spoil := observed(func(s map[report.State]*Observation) {
		for _, name := range []string{"mystery", "***", "a b", "*", "x\u00a0y", strings.Repeat("n", 2000)} {
			cookies(s[report.Granted], name, now+calendar.Day)
			s[report.Granted].Keys = append(s[report.Granted].Keys, name)
		}
	})
	for name, text := range map[string]string{"a declaration": page(declared, body), "none": `<html lang=en>` + body} {
		r := audit(t, world{pages: map[string]string{"/": text}, observed: spoil}, Options{})
		b, err := json.Marshal(r.Draft)
		require.NoError(t, err)
		c, faults := config.Parse(string(b))
		for i := range faults {
			t.Errorf("%s: %s", name, faults[i].String())
		}
		for _, id := range []string{"meta-pixel", "microsoft-uet", "nobody-example-8443", "unsorted-names"} {
			assert.GreaterOrEqual(t, c.Find(id), 0, "%s: %s", name, id)
		}
	}
}

// Real tags, as they were measured: whatever they ask for, or the snippet that asks for
// it, is found with its service.
func TestRealTagsAreFound(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "..", "shared", "oracles", "snippets")
	b, err := os.ReadFile(filepath.Join(folder, "measured.json"))
	if os.IsNotExist(err) {
		t.Skip("the oracles beside the repository are not there")
	}
	require.NoError(t, err)
	var pages map[string]struct{ Requests []struct{ URL string } }
	require.NoError(t, json.Unmarshal(b, &pages))
	var manifest []struct {
		Page     string
		Category string `json:"expected_category"`
	}
	b, err = os.ReadFile(filepath.Join(folder, "manifest.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &manifest))
	require.Len(t, manifest, 10)
	categories := map[string]string{}
	for _, m := range manifest {
		categories[m.Page] = m.Category
	}
	// What the manifest expects, in the catalogue's words.
	words := map[string]string{"statistics": "analytics", "advertising": "marketing", "tag-manager": "tagmanager", "video": "functional", "maps": "functional"}
	services := map[string]string{"bing-uet": "microsoft-uet", "ga4-gtag": "google-analytics", "google-maps": "google-maps", "gtm": "google-tag-manager",
		"hotjar": "hotjar", "matomo": "matomo-cloud", "meta-pixel": "meta-pixel", "youtube": "youtube"}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		b, err := os.ReadFile(filepath.Join(folder, "pages", name+".html"))
		require.NoError(t, err)
		r := audit(t, world{pages: map[string]string{"/": strings.Replace(string(b), "<!--ENGINE-->", `<script type="application/json" id="octroi-config">`+declared+`</script>`+dropIn, 1)}}, Options{})
		found := map[string]report.Thing{}
		for _, thing := range r.Pages[0].Things {
			for id := range strings.FieldsSeq(thing.Service) {
				found[id] = thing
			}
		}
		want, expected := services[name]
		if !expected {
			assert.Empty(t, r.Pages[0].Things, "%s asks for nothing", name)
			assert.Empty(t, pages[name].Requests, name)
			continue
		}
		require.Contains(t, found, want, name)
		assert.Contains(t, categories[name], words[found[want].Category], name)
		assert.NotEqual(t, report.Gated, found[want].Class, name)
		for _, asked := range pages[name].Requests {
			u, err := url.Parse(asked.URL)
			require.NoError(t, err)
			called := slices.ContainsFunc(r.Calls, func(c report.Call) bool { return c.To == u.Host && c.Service != "" })
			assert.True(t, called || name == "matomo", "%s: %s", name, asked.URL) // its host is put together by the script
		}
		assert.Contains(t, told(r), "undeclared-service "+want, name)
	}
}

// Where nothing is declared, the draft has what only the loaded page called.
func TestTheDraftHasWhatIsSeenLoaded(t *testing.T) {
	w := world{pages: map[string]string{"/": `<!doctype html><html lang="en"><title>t</title>`}, observed: map[string][]Observation{"/": {{State: report.Undecided, At: now,
		Requests: []Request{{origin + "/own.js", "script"}, {"https://www.google-analytics.com/g/collect", "ping"}, {"https://x.unknown.example/call", "fetch"}}}}}}
	r := audit(t, w, Options{})
	var ids []string
	for _, s := range r.Draft.(map[string]any)["services"].([]any) {
		ids = append(ids, s.(map[string]any)["id"].(string))
	}
	assert.Equal(t, []string{"google-analytics", "x-unknown-example"}, ids)
}
