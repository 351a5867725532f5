package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	cardText = `(document.querySelector('octroi-card')?.shadowRoot.querySelector('ol').innerText || '')`
	opening  = `<script type="application/json" id="octroi-config">`
)

// On localhost a card names each fault of a declaration, where it stands, and the line as it
// should be.
func TestTheOwnersCard(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.card = true
	declaration := strings.NewReplacer(`"name": "Shop"`, `"name": {"english": "Shop"}`, `"categories"`, `"languages": "fr",
	"layout": "barr", "unknown": "allow", "lifetimes": {"max": 90},
	"categories"`, `"revision": `, `"revision_": `, `"urls": ["`+s.Third+`/ads/"]`, `"urls": ["https://*.stats.example/(.*)"]`, `"required": true`, `"required": "yes"`).Replace(s.gated())
	s.keeper("/faulty", declaration, "<h1>Shop</h1>")
	_, tab := visit(t, s, "octroi: ")
	tab.size(1000, 900, false)
	tab.open("/faulty")
	tab.until(cardText)
	said := tab.said1(cardText)
	for _, part := range []string{
		`$.site.name.english, line `, `not a language tag`,
		`− "english": "Shop"`, `+ "en": "Shop"`,
		`− "languages": "fr"`, `+ "language": "fr"`,
		`− "layout": "barr"`, `+ "layout": "bar"`,
		`− "unknown": "allow"`, `+ "unknown": "report"`,
		`− "max": 90`, `+ "max": "6 months"`,
		`$.policy.revision, line `, `+ "revision": "…"`, `+ "revision": "`,
		`− "required": "yes"`, `+ "required": true`,
		`did you mean`,
	} {
		assert.Contains(t, said, part)
	}
	tab.shot("card")
	assert.True(t, tab.truth(`document.querySelector('octroi-card').parentNode === document.documentElement && !document.querySelector('body octroi-card')`), "outside of what an app renders")
	assert.True(t, tab.truth(`(document.querySelector('octroi-card').shadowRoot.querySelector('button').click(), !document.querySelector('octroi-card'))`))

	s.keeper("/comma", strings.Replace(s.gated(), `"categories": [`, `"categories": [,`, 1), "")
	tab.open("/comma")
	tab.until(cardText)
	said = tab.said1(cardText)
	assert.Contains(t, said, "not JSON")
	assert.Contains(t, said, "^")

	s.raw("/none", "text/html; charset=utf-8", func() string { return `<!doctype html><html lang="en"><head><title>none</title>` + dropIn })
	tab.open("/none")
	tab.until(cardText)
	assert.Contains(t, tab.said1(cardText), `write it into the page, before octroi.js: <script type="application/json" id="octroi-config">`)

	// Another host has the console alone.
	s.keeper("/elsewhere", strings.Replace(declaration, `"site"`, `"app": {}, "site"`, 1), "")
	tab.open("/elsewhere")
	tab.until(`octroi.state() && octroi.report()?.faults.length`)
	assert.True(t, tab.truth(`!document.querySelector('script[src$="?card"]')`))
}

// A tag that comes too late is told of, and how it should stand.
func TestATagThatComesTooLate(t *testing.T) {
	sampled(t, "what stands where is the page's markup")
	s := newSite(t)
	s.card = true
	_, tab := visit(t, s)
	tab.before(`window.warned = ''; { const { warn } = console; console.warn = (...lines) => { warned += lines; warn(...lines); }; }`)
	declared := opening + s.gated() + `</script>`
	for name, page := range map[string][2]string{
		"async":    {`<head>` + declared + `<script src="/octroi/octroi.js" async></script></head><body>`, "async"},
		"defer":    {`<head>` + declared + `<script src="/octroi/octroi.js" defer></script></head><body>`, "defer"},
		"module":   {`<head>` + declared + `<script src="/octroi/octroi.js" type="module"></script></head><body>`, "a module"},
		"body":     {`<head></head><body><p>text</p>` + declared + dropIn, "in body"},
		"behind":   {`<head><script src="/x.js"></script>` + declared + dropIn + `</head><body>`, "behind " + s.URL + "/x.js"},
		"loads":    {`<head><script>document.createElement('i')</script>` + declared + dropIn + `</head><body>`, "behind an inline script"},
		"ahead":    {`<head>` + dropIn + declared + `</head><body>`, "before its declaration"},
		"right":    {`<head><meta charset="utf-8"><script>window.theme = 'dark'</script>` + declared + `<script src="/octroi/octroi.rest.js"></script>` + dropIn + `<script src="/x.js"></script></head><body>`, ""},
		"deferred": {`<head><script defer src="/x.js"></script><script type="module">1</script>` + declared + dropIn + `</head><body>`, ""},
	} {
		s.raw("/"+name, "text/html; charset=utf-8", func() string { return `<!doctype html><html lang="en" data-base="/octroi/">` + page[0] })
		tab.open("/" + name)
		tab.until(`octroi.state()`)
		tab.whole()
		how := page[1]
		assert.Equal(t, how, tab.said1(`octroi.report().misplaced`), name)
		assert.Equal(t, how != "", tab.truth(`warned.includes('octroi.js comes too late to hold all (`+how+`)')`), name)
		if how == "" {
			assert.True(t, tab.truth(`!document.querySelector('script[src$="?card"]')`), name)
			continue
		}
		tab.until(cardText)
		said := tab.said1(cardText)
		assert.Contains(t, said, "too late to hold all ("+how+")", name)
		assert.Contains(t, said, `<script src="/octroi/octroi.js"></script>`, name)
	}
	tab.open("/async").until(cardText)
	tab.shot("card-tag")
}
