package wasmtest

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The example of an interface that the page draws: its accept counts only where the refusal is as
// plain, and what it grants the third party tells.
func TestAnInterfaceOfThePagesOwn(t *testing.T) {
	paired(t, "webkit")
	text, err := os.ReadFile("../examples/own/index.html")
	require.NoError(t, err)
	s := newSite(t)
	page := strings.NewReplacer("https://stats.example/tag.js", s.Third+"/ours-ads/tag.js", `"https://stats.example/"`, `"`+s.Third+`/"`).Replace(string(text))
	require.Contains(t, page, s.Third+"/ours-ads/tag.js")
	s.raw("/example", "text/html; charset=utf-8", func() string { return page })
	_, tab := visit(t, s, "octroi: this grant does not count")
	tab.size(900, 800, false)
	tab.open("/example")
	const shown = `!document.querySelector('#consent').hidden`
	tab.until(shown)
	tab.shot("own-ui")
	assert.True(t, tab.truth(`!document.querySelector('.octroi-ask, .octroi-tab')`), "nothing of ours")
	assert.True(t, tab.truth(`document.querySelector('#consent-introduction').textContent.startsWith('My shop would like')`))

	// In one page, one bend after the other: none is counted, so the question stays.
	tab.truth(`(window.faults = [], document.addEventListener('octroi:ask', (e) => faults.push(e.detail.fault)), document.head.append(window.bend = document.createElement('style')))`)
	const accept, refuse = `[data-octroi-answer="accept"]`, `#consent [data-octroi-answer="refuse"]`
	bends := [][2]string{
		{`display: none`, "cannot be seen"},
		{`flex: none; width: 40px; min-height: 0; height: 20px; overflow: hidden`, "make it as large"},
		{`color: oklch(.9 0 0); background: oklch(1 0 0)`, "can hardly be read"},
		{`margin-top: 3000px`, "cannot be seen"},
		{`clip-path: inset(50%)`, "cannot be seen"},
		{`visibility: hidden`, "cannot be seen"},
		{`opacity: .05`, "cannot be seen"},
		{`position: fixed; left: -210px; width: 200px`, "cannot be seen"},
		{`position: absolute; left: -210px; width: 200px`, "cannot be seen"},
		{`translate: 0 -2000px`, "cannot be seen"},
		{`pointer-events: none`, "cannot be pressed"},
		{`font-size: 9px`, "letters of 9 px beside 16 px"},
		{`color: #bbb; background: #fff`, "#bbbbbb on #ffffff can hardly be read"},
		{`opacity: .3`, "can hardly be read"},
	}
	if running != "chromium" && !whole {
		bends = bends[:5] // what one engine measures, the others do
	}
	for _, bend := range bends {
		css, why := bend[0], bend[1]
		tab.truth("(faults.length = 0, bend.textContent = `" + refuse + " { " + css + " }`)")
		tab.click(accept)
		tab.until(`faults.length`)
		assert.True(t, tab.truth(`faults[0].includes("`+why+`")`), "%s: %s", css, tab.said1(`faults[0]`))
	}
	for code, why := range map[string]string{
		`document.querySelector('` + accept + `').click()`: "no visitor has pressed",
		`octroi.acceptAll()`:                "no visitor has pressed",
		`octroi.save({ statistics: true })`: "no visitor has pressed",
		`document.body.addEventListener('click', () => octroi.acceptAll(), {once: true})`: "accepts nothing",
	} {
		tab.truth("(faults.length = 0, bend.textContent = '', " + code + ", true)")
		if strings.Contains(code, "body") {
			tab.click("h1")
		}
		tab.until(`faults.length`)
		assert.True(t, tab.truth(`faults[0].includes("`+why+`")`), "%s: %s", code, tab.said1(`faults[0]`))
	}
	assert.True(t, tab.truth(shown+` && !octroi.state().decided && !document.cookie.includes('octroi=')`))
	assert.Empty(t, tab.requests(), "the third party's log")

	// A selection, purpose by purpose, needs no more than that.
	tab.truth("(faults.length = 0, bend.textContent = `" + refuse + " { display: none }`)")
	tab.click(`[name="advertising"]`)
	tab.click(`[data-octroi-answer="save"]`)
	tab.until(`octroi.state().decided`)
	assert.True(t, tab.truth(`octroi.allows('advertising') && !octroi.allows('statistics') && document.querySelector('#consent').hidden`))
	assert.Empty(t, tab.requests())

	// The visitor's way back, and the refusal as it should be: scrolled out of a small layer, not off it.
	tab.truth("(bend.textContent = '#consent { max-height: 120px } #consent footer { flex-direction: column } #consent button { flex: none }')")
	tab.click(`a[href="#octroi"]`)
	tab.until(shown + ` && document.querySelector('[name="advertising"]').checked`)
	tab.truth(`(document.querySelector('` + accept + `').scrollIntoView({ block: 'start' }), true)`)
	tab.click(accept)
	tab.arrived("/ours-ads/tag.js")
	assert.True(t, tab.truth(`octroi.allows('statistics advertising')`))
	tab.until(`document.querySelector('#consent').hidden`)
	s.Log.Clear()
	tab.open("/example")
	tab.until(`octroi.state()?.decided`)
	tab.arrived("/ours-ads/tag.js")
	assert.True(t, tab.truth(`document.querySelector('#consent').hidden`))
	tab.click(`a[href="#octroi"]`)
	tab.until(shown)
	tab.click(refuse)
	tab.until(`!octroi.allows('statistics')`)
}

// The audit judges the page's interface, and grants as a visitor can.
func TestTheAuditOfAnInterfaceOfThePagesOwn(t *testing.T) {
	sampled(t, "the audit's program is one")
	text, err := os.ReadFile("../examples/own/index.html")
	require.NoError(t, err)
	s := newSite(t)
	page := strings.NewReplacer("https://stats.example/tag.js", s.Third+"/ours-ads/tag.js", `"https://stats.example/"`, `"`+s.Third+`/"`,
		"position: fixed;", "", "</style>", `#consent [data-octroi-answer="refuse"] { opacity: .4 }</style>`).Replace(string(text))
	s.raw("/example", "text/html; charset=utf-8", func() string { return page })
	_, tab := visit(t, s, "octroi: this grant does not count")
	r := tab.audit(audited(t, s.URL+"/example"), "live=1&pages=1")
	assert.Equal(t, []string{"refuse-less-prominent #consent"}, told(r))
	granted := s.Log.Requests()
	require.Len(t, granted, 2, "once it is granted, on the page that comes then, and in no other state")
	assert.Contains(t, granted[1].URL, "/ours-ads/tag.js")
}

// The documentation's example works as it stands.
func TestTheDocumentedOwnInterface(t *testing.T) {
	sampled(t, "what it shows is the engine's")
	text, err := os.ReadFile("../docs/guides/own-interface.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(text), "```html\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```")
	s := newSite(t)
	s.keeper("/readme", strings.Replace(s.gated(), `"site"`, `"ui": "own", "site"`, 1), example)
	_, tab := visit(t, s)
	const shown, hidden = `!document.querySelector('#consent').hidden`, `document.querySelector('#consent').hidden`
	tab.open("/readme").until(shown)
	tab.click(`[data-octroi-answer="accept"]`)
	tab.until(`octroi.state().decided && octroi.allows('pixel') && ` + hidden)
	tab.click("#tab")
	tab.until(shown)
	tab.click(`[data-octroi-answer="refuse"]`)
	tab.until(`!octroi.allows('pixel') && ` + hidden)
	assert.True(t, tab.truth(`octroi.ask().then(({ show, categories }) => show === '' && categories.every(({ state, required }) => (state === 'on') === required))`))
}

// said1 evaluates a text.
func (t *tab) said1(js string) (text string) {
	t.eval(js, &text)
	return text
}

// The short interface that the documentation shows asks, refuses and accepts.
func TestAShortInterfaceOfThePagesOwn(t *testing.T) {
	sampled(t, "the longer example has the same ways")
	s := newSite(t)
	snippet := func(name string) string {
		text, err := os.ReadFile("../examples/snippets/" + name) // which the pages quote
		require.NoError(t, err)
		return strings.ReplaceAll(string(text), "https://stats.example/", s.Third+"/ours-ads/")
	}
	declaration := strings.Replace(snippet("first.json"), "{", `{"ui": "own",`, 1)
	s.raw("/short", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><script type="application/json" id="octroi-config">` + declaration +
			`</script><script src="/octroi/octroi.js"></script><title>shop</title>` + snippet("markup.html") + `</head><body><h1>Shop</h1>` + snippet("own.html") + `</body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/short").until(`!document.getElementById('consent').hidden`)
	assert.True(t, tab.truth(`document.querySelector('#introduction').textContent.includes('My shop')`))
	tab.click(`[data-octroi-answer="refuse"]`)
	tab.until(`document.getElementById('consent').hidden && octroi.state().decided`)
	assert.Empty(t, tab.requests())
	tab.truth(`(octroi.preferences(), true)`)
	tab.until(`!document.getElementById('consent').hidden`)
	tab.click(`[data-octroi-answer="accept"]`)
	tab.arrived("/ours-ads/tag.js")
}
