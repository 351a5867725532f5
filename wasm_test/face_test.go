package wasmtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/locale"
)

// media has the page's media features emulated, as in "prefers-color-scheme: dark".
func (t *tab) media(name, value string) {
	t.t.Helper()
	params := emulation.SetEmulatedMediaParams{}
	if name != "" {
		params.Features = []*emulation.MediaFeature{{Name: name, Value: value}}
	}
	_, err := chromedp.Call(t.devtools("media features are emulated over DevTools"), emulation.SetEmulatedMedia, params)
	require.NoError(t.t, err)
}

// faces serves the shop's declaration in each layout and theme.
func (s *site) faces() {
	for _, layout := range []string{"corner", "bar", "dialog"} {
		for _, theme := range []string{"neutral", "editorial", "contrast"} {
			s.keeper("/face/"+layout+"/"+theme, strings.Replace(s.Declaration(), `"site"`, `"layout": "`+layout+`", "theme": {"name": "`+theme+`"}, "site"`, 1),
				`<main><h1>Maison</h1><p>text <a href="/">link</a></p><div data-octroi-declaration></div></main>`)
		}
	}
}

// Stylesheets that sites have, and that nobody should have.
var hostile = map[string]string{
	"reset":       `*, *::before, *::after { margin: 0; padding: 0; border: 0; box-sizing: content-box; font: inherit; vertical-align: baseline; list-style: none } table { border-collapse: separate; border-spacing: 9px }`,
	"unset":       `* { all: unset }`,
	"huge":        `html { font-size: 40px } body { font-size: 3em; line-height: 3; letter-spacing: 1em; word-spacing: 1em; text-transform: uppercase }`,
	"tiny root":   `html { font-size: 62.5% }`,
	"no buttons":  `button { display: none; opacity: 0; transform: scale(0.1) } dialog { display: none }`,
	"red":         `div, p, li, a, strong, h2, button, dialog { color: red; background: yellow; border: 9px dashed red; float: right }`,
	"refuse":      `[data-octroi-act="refuse"] { opacity: 0.1; font-size: 6px; color: #eee; background: #fff; order: 9; visibility: hidden; width: 10px }`,
	"positions":   `dialog, dialog * { position: absolute; inset: 40px; max-width: 90px; overflow: hidden; z-index: -1; filter: blur(9px); clip-path: inset(20%) }`,
	"transitions": `:not(html, body) { animation: spin 9s infinite; transition: all 9s } @keyframes spin { to { rotate: 1turn } }`,
}

// The interface looks the same among them all.
func TestHostileStylesheets(t *testing.T) {
	only(t, "parts of a page are pictured over DevTools", "chromium")
	s := newSite(t)
	sheets := map[string]string{}
	for name, css := range hostile {
		sheets[name] = css
	}
	if os.Getenv("OCTROI_NPM") != "" {
		sheets["bootstrap"] = npm(t, "bootstrap/dist/css/bootstrap.min.css")
		sheets["tailwind"] = strings.NewReplacer("theme('borderColor.DEFAULT', currentColor)", "red", "theme('fontFamily.sans', ui-sans-serif, system-ui, sans-serif, \"Apple Color Emoji\", \"Segoe UI Emoji\", \"Segoe UI Symbol\", \"Noto Color Emoji\")", "serif").Replace(npm(t, "tailwindcss/src/css/preflight.css"))
	}
	s.keeper("/none", s.Declaration(), `<p>text</p>`)
	for name, css := range sheets {
		s.keeper("/"+strings.ReplaceAll(name, " ", "-"), s.Declaration(), `<style>`+css+`</style><p>text</p>`)
	}
	_, tab := visit(t, s)
	tab.size(1000, 900, false)
	type looks struct {
		pixels []uint32
		rects  []string
	}
	picture := func() looks {
		tab.truth(`document.activeElement?.blur()`)
		var box struct{ X, Y, Width, Height float64 }
		tab.eval(`(({ x, y, width, height }) => ({ x, y, width, height }))(document.querySelector('dialog').getBoundingClientRect())`, &box)
		var rects []string
		tab.eval(`[...document.querySelectorAll('dialog, dialog *')].map((e) => { const r = e.getBoundingClientRect(); return e.className + [r.x, r.y, r.width, r.height].map(Math.round); })`, &rects)
		shot, err := chromedp.Call(tab.devtools("parts of a page are pictured over DevTools"), page.CaptureScreenshot, page.CaptureScreenshotParams{Clip: &page.Viewport{X: box.X, Y: box.Y, Width: box.Width, Height: box.Height, Scale: 1}})
		require.NoError(t, err)
		img, err := png.Decode(bytes.NewReader(shot.Data))
		require.NoError(t, err)
		var pixels []uint32
		b := img.Bounds()
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				r, g, bl, _ := img.At(x, y).RGBA()
				pixels = append(pixels, r>>8<<16|g>>8<<8|bl>>8)
			}
		}
		return looks{pixels, rects}
	}
	layers := func(name string) [2]looks {
		tab.open("/" + strings.ReplaceAll(name, " ", "-"))
		ask := picture()
		tab.preferences()
		return [2]looks{ask, picture()}
	}
	want := layers("none")
	for name := range sheets {
		for i, got := range layers(name) {
			layer, want := []string{"ask", "preferences"}[i], want[i]
			require.Greater(t, len(want.pixels), 10_000)
			require.Equal(t, want.rects, got.rects, "%s: %s", layer, name)
			require.Len(t, got.pixels, len(want.pixels), "%s: %s", layer, name)
			other := 0
			for i := range want.pixels {
				if want.pixels[i] != got.pixels[i] {
					other++
				}
			}
			assert.Less(t, other*200, len(want.pixels), "%s among %s: more than the corners differ", layer, name)
		}
	}
}

// DuckDuckGo's helper refuses for the visitor, by its heuristic alone: it has no rule for us.
func TestAutoconsentRefuses(t *testing.T) {
	sampled(t, "the interface's tree and its openers are the same in each")
	code, err := json.Marshal(npm(t, "@duckduckgo/autoconsent/dist/autoconsent.playwright.js"))
	require.NoError(t, err)
	s := newSite(t)
	_, tab := visit(t, s)
	forms := map[bool][]string{
		false: {"en corner", "fr bar", "de dialog", "es corner", "it bar", "nl dialog", "pl corner", "sv bar"},
		true:  {"it corner"},
	}
	if form == "compiled" {
		delete(forms, false)
	}
	for compiled, faces := range forms {
		s.compiled, s.busy = compiled, compiled
		for _, face := range faces {
			lang, layout, _ := strings.Cut(face, " ")
			declaration := strings.Replace(s.Declaration(), `"site"`, `"layout": "`+layout+`", "site"`, 1)
			if lang == "sv" {
				// It knows how a Swedish button refuses, but no Swedish text of a dialog: there a
				// purpose, declared in English, tells it what the dialog is.
				declaration = strings.Replace(declaration, "Audience statistics", "Statistics, by means such as cookies", 1)
			}
			path := fmt.Sprint("/helped/", compiled, "/", lang)
			s.raw(path, "text/html; charset=utf-8", func() string {
				return `<!doctype html><html lang="` + lang + `"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn +
					`</head><body><iframe data-octroi="share" data-src="` + s.Third + `/social/video.html"></iframe><img data-octroi="pixel" data-src="` + s.Third + `/ads/pixel.gif">`
			})
			tab.anew().open(path)
			tab.until(`document.querySelector('dialog.octroi-ask[open]')?.lang === '` + lang + `'`)
			tab.truth(`(window.autoconsentSendMessage = async (message) => {
				const answer = message.type === 'init' ? { type: 'initResp', rules: { autoconsent: [] }, config: { enabled: true, autoAction: 'optOut', disabledCmps: [], enablePrehide: false, enableCosmeticRules: false, enableGeneratedRules: false, enableFilterList: false, detectRetries: 20, isMainWorld: true, enableHeuristicDetection: true, enableHeuristicAction: true, heuristicMode: 'reject', prehideTimeout: 2000, performanceLoggingEnabled: false, logs: {} } }
					: message.type === 'eval' ? { type: 'evalResp', id: message.id, result: (0, eval)(message.code) } : undefined;
				if (answer) setTimeout(() => autoconsentReceiveMessage(answer));
			}, true)`)
			tab.truth(`((0, eval)(` + string(code) + `), true)`)
			tab.until(`!document.querySelector('dialog')`)
			record, ok := consent.Decode(tab.jar()["octroi"].Value)
			require.True(t, ok, "%s %s: nothing is kept", path, layout)
			assert.Len(t, record.Choices, 6, path)
			for _, choice := range record.Choices {
				assert.Equal(t, consent.Refuse, choice.How, path)
				assert.False(t, choice.Any(), path)
			}
			assert.Empty(t, tab.requests(), path)
		}
	}
}

// Lists that hide such dialogs leave the page usable, and refused.
func TestHiddenByAList(t *testing.T) {
	sampled(t, "the interface's tree and its openers are the same in each")
	s := newSite(t)
	for _, layout := range []string{"corner", "dialog"} {
		s.keeper("/hidden/"+layout, strings.Replace(s.Declaration(), `"site"`, `"layout": "`+layout+`", "site"`, 1),
			`<button id="b" onclick="window.clicked = 1">own</button><iframe data-octroi="share" data-src="`+s.Third+`/social/video.html"></iframe>`)
		_, tab := visit(t, s)
		// Of important rules those of the first layer win, as a filter list's do.
		tab.before(`(() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('@layer filter { .octroi, dialog { display: none !important } }'); document.adoptedStyleSheets = [sheet]; })()`)
		tab.open("/hidden/" + layout)
		assert.True(t, tab.truth(`document.querySelector('dialog').getClientRects().length === 0`))
		tab.click("#b")
		assert.True(t, tab.truth(`window.clicked === 1 && getComputedStyle(document.body).overflow === 'visible'`), layout)
		assert.Empty(t, tab.requests(), layout)
	}
}

// The plural forms are those of the browser's own Unicode data, in every language.
func TestPluralsAreUnicodes(t *testing.T) {
	s := newSite(t)
	s.raw("/bare", "text/html", func() string { return "<!doctype html>" })
	_, tab := visit(t, s)
	tab.open("/bare")
	files, err := filepath.Glob(Dist + "/locales/*.json")
	require.NoError(t, err)
	require.Len(t, files, 36)
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		var want []int
		tab.eval(`(() => { const rules = new Intl.PluralRules('`+lang+`'), all = Array.from({ length: 1000 }, (_, n) => rules.select(n)); const order = ['zero', 'one', 'two', 'few', 'many', 'other'].filter((c) => all.includes(c)); return all.map((c) => order.indexOf(c)); })()`, &want)
		texts, ok := locale.Parse(lang, `{"n": "0|1|2|3|4|5"}`)
		require.True(t, ok)
		for n, form := range want {
			require.Equal(t, fmt.Sprint(form), texts.Count("n", n), "%s: %d", lang, n)
		}
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		own, ok := locale.Parse(lang, string(b))
		require.True(t, ok)
		forms := 0
		for _, form := range want {
			forms = max(forms, form+1)
		}
		for _, key := range []string{"services", "months", "days", "hours", "minutes", "seconds"} {
			if n := strings.Count(own.Get(key), "|") + 1; n != 1 {
				assert.Equal(t, forms, n, "%s: %s", lang, key)
			}
		}
	}
}

// Each language comes when the page is in it, and is mirrored where it is written from
// the right.
func TestThePagesLanguage(t *testing.T) {
	sampled(t, "the texts and what follows the page's language are the same in each")
	s := newSite(t)
	_, tab := visit(t, s)
	tab.size(1000, 800, false)
	for tag, want := range map[string]struct{ refuse, direction string }{
		"de-AT": {refuse: "Alle ablehnen", direction: "ltr"},
		"ar":    {refuse: "رفض الكل", direction: "rtl"},
		"zh-TW": {refuse: "全部拒絕", direction: "ltr"},
		"no":    {refuse: "Avvis alle", direction: "ltr"},
		"xx":    {refuse: "Refuse all", direction: "ltr"},
	} {
		s.raw("/in/"+tag, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="` + tag + `"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + s.Declaration() + `</script>` + dropIn + `<body><p>text</p>`
		})
		tab.open("/in/" + tag)
		tab.until(`document.querySelector('.octroi-button[data-octroi-act="refuse"]')?.innerText === '` + want.refuse + `'`)
		assert.True(t, tab.truth(`document.querySelector('dialog').dir === '`+want.direction+`' && (document.querySelector('dialog').getBoundingClientRect().left > 300) === `+fmt.Sprint(want.direction == "rtl")), tag)
		var fetched []string
		tab.eval(`performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((p) => p.includes('locales'))`, &fetched)
		if tag == "xx" {
			assert.Empty(t, fetched)
		} else {
			assert.Len(t, fetched, 1, "only the page's own")
		}
	}
}

// The banner moves nothing.
func TestNoLayoutShift(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.faces()
	_, tab := visit(t, s)
	for _, layout := range []string{"corner", "bar", "dialog"} {
		tab.open("/face/" + layout + "/neutral")
		assert.True(t, tab.truth(`new Promise((done) => { let sum = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => (sum += e.value))).observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum === 0), 300); })`), layout)
	}
}

// Without JavaScript nothing gated runs.
func TestWithoutJavaScript(t *testing.T) {
	s := newSite(t)
	_, tab := visit(t, s)
	_, err := chromedp.Call(tab.devtools("scripts are switched off over DevTools"), emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	for _, path := range []string{"/", "/piece/coat", "/cookies"} {
		tab.open(path)
	}
	_, err = chromedp.Call(tab.devtools("scripts are switched off over DevTools"), emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
	require.NoError(t, err)
	tab.open("/cookies")
	assert.Empty(t, tab.requests())
	assert.Empty(t, tab.cookies())
}

// Colours that a site sets by custom property are read when they are drawn: what nobody could
// read is replaced by the theme's own, and the owner is told (R6.08, R1.12).
func TestColoursThatCannotBeRead(t *testing.T) {
	paired(t, "firefox")
	inBothForms(t, func(t *testing.T, s *site) {
		_, tab := visit(t, s, "octroi: colours set as --octroi-")
		const drawn = `(() => { const parts = (q) => getComputedStyle(document.querySelector(q)), a = parts('[data-octroi-act=accept]'), d = parts('dialog'); return [a.color, a.backgroundColor, d.color, d.backgroundColor, d.borderTopColor].join(' ') })()`
		const neutral = "rgb(255, 255, 255) rgb(28, 27, 26) rgb(28, 27, 26) rgb(255, 255, 255) rgb(138, 134, 128)"
		for name, c := range map[string]struct{ css, want string }{
			"white on white":           {`:root { --octroi-accent: #fff; --octroi-on-accent: white }`, neutral},
			"in another notation":      {`:root { --octroi-accent: hsl(0 0% 90%); --octroi-on-accent: oklch(0.99 0.01 90) }`, neutral},
			"texts":                    {`html { --octroi-ink: #999 }`, neutral},
			"edges":                    {`html { --octroi-line: #eee }`, neutral},
			"of another scheme":        {`html { color-scheme: dark; --octroi-dark-paper: #888; --octroi-dark-ink: #777 }`, "rgb(28, 27, 26) rgb(243, 241, 238) rgb(243, 241, 238) rgb(29, 28, 27) rgb(138, 134, 128)"},
			"what can be read stays":   {`:root { --octroi-accent: rgb(91 35 51); --octroi-on-accent: hsl(0 0% 100%) }`, "rgb(255, 255, 255) rgb(91, 35, 51) rgb(28, 27, 26) rgb(255, 255, 255) rgb(138, 134, 128)"},
			"not what it is not":       {`:root { --octroi-accent: nonsense(1); --octroi-radius: 3px }`, ""},
			"dark without its scheme":  {`body { background: #111 }`, "rgb(28, 27, 26) rgb(243, 241, 238) rgb(243, 241, 238) rgb(29, 28, 27) rgb(138, 134, 128)"},
			"a page in its own scheme": {`html { color-scheme: light; background: #111 }`, neutral},
		} {
			path := "/" + strings.ReplaceAll(name, " ", "-")
			s.keeper(path, s.Declaration(), `<style>`+c.css+`</style>`)
			tab.open(path)
			tab.until(`document.querySelector('dialog .octroi-spacing')`)
			if c.want == "" {
				assert.True(t, tab.truth(`document.querySelector('dialog[open]').getClientRects().length === 1`), name)
				continue
			}
			tab.until(drawn + ` === '` + c.want + `'`)
		}
	})
}

// The first layer takes half of a phone's screen at most, and names every purpose; each opens its
// text, and refuse, accept and customise are in sight all the while (R1.10, R1.11).
func TestTheFirstLayerLeavesThePageInSight(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	_, tab := visit(t, s)
	for _, face := range []string{"en corner", "fr corner", "de corner", "ar corner", "ja corner", "fr bar", "de dialog"} {
		lang, layout, _ := strings.Cut(face, " ")
		path := "/sight/" + lang + "/" + layout
		declaration := strings.Replace(s.Declaration(), `"site"`, `"layout": "`+layout+`", "site"`, 1)
		s.raw(path, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="` + lang + `"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn + `<body><h1>Maison Lysandre</h1>`
		})
		for _, screen := range [][2]int64{{390, 844}, {1440, 900}} {
			tab.size(screen[0], screen[1], screen[0] < 1000)
			tab.open(path)
			tab.until(`document.querySelector('dialog')?.lang === '` + lang + `'`)
			var height float64
			const layer = `document.querySelector('dialog').getBoundingClientRect()`
			tab.eval(layer+`.height`, &height)
			most := 422.0
			if screen[0] > 1000 {
				most = 450 // half of it; in English and French 420
				if lang == "en" || lang == "fr" {
					most = 420
				}
			}
			assert.LessOrEqual(t, height, most, "%s %v", face, screen)
			assert.True(t, tab.truth(`document.querySelectorAll('.octroi-purposes summary').length === 6`), "every purpose is named")
			var lost []string
			tab.eval(`[...document.querySelectorAll('.octroi-purposes details')].flatMap((d) => {
				d.querySelector('summary').click();
				const text = d.querySelector('p'), foot = [...document.querySelectorAll('.octroi-actions button')];
				text.scrollIntoView({ block: 'nearest' });
				const lost = foot.filter((b) => { const r = b.getBoundingClientRect(); return r.top < 0 || r.bottom > innerHeight || !b.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)) }).map((b) => b.textContent);
				if (!text.getClientRects().length) lost.push(text.textContent);
				d.querySelector('summary').click();
				return lost;
			})`, &lost)
			assert.Empty(t, lost, "%s %v", face, screen)
		}
	}
}
