package wasmtest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A face is what a declaration says of how the interface is drawn, on a page in a language.
type face struct{ lang, layout, theme string }

func (f face) String() string { return f.lang + "/" + f.layout + "/" + f.theme }

// translated is a declaration whose purposes are named and explained in more languages.
func translated(t testing.TB, declaration string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/purposes.json")
	require.NoError(t, err)
	var languages map[string]map[string]string
	require.NoError(t, json.Unmarshal(b, &languages))
	for lang, texts := range languages {
		for english, text := range texts {
			declaration = strings.ReplaceAll(declaration, `"en": "`+english+`"`, `"`+lang+`": "`+text+`", "en": "`+english+`"`)
		}
	}
	return declaration
}

// showAll serves a page on which all that the interface has can be shown, and the same page once
// the policy has changed; the page's own markup has no faults.
func (s *site) showAll(t testing.TB, f face) (path string) {
	t.Helper()
	declaration := strings.NewReplacer(
		`"site"`, `"layout": "`+f.layout+`", "theme": {"name": "`+f.theme+`"}, "site"`,
		`"revision": "`, `"updated": "2026-11-20", "revision": "`,
	).Replace(translated(t, s.Declaration()))
	frame := func(width, height, title string) string {
		return `<iframe data-octroi="share" data-src="` + s.Third + `/social/video.html" title="` + title + `" width="` + width + `" height="` + height + `"></iframe>`
	}
	path = "/states/" + f.String()
	for path, end := range map[string]string{path: `<div id="declaration" data-octroi-declaration></div>`, path + "/later": ""} {
		revision := `"revision": "` + strings.TrimPrefix(path, "/")
		s.raw(path, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="` + f.lang + `"` + map[string]string{"ar": ` dir="rtl"`}[f.lang] + `><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Maison Lysandre</title>
<style>:root { color-scheme: light dark } body { margin: 0; font: 16px/1.5 sans-serif; background: Canvas; color: CanvasText } header, main { max-width: 60em; margin: auto; padding: 1em } iframe { display: block; max-width: 100%; margin: 0 0 1em; border: 0 }</style>
<script type="application/json" id="octroi-config">` + strings.Replace(declaration, `"revision": "`, revision, 1) + `</script>` + dropIn + `</head>
<body><header><p>Maison Lysandre</p></header><main><h1>Maison Lysandre</h1>
<section id="frames">` + frame("560", "315", "The workshop") + frame("240", "135", "The coat") + frame("150", "84", "The hat") + `</section>
` + end + `</main>
<script type="text/plain" data-octroi="matomo">window.ran = true</script></body></html>`
		})
	}
	return path
}

// everyState leads a new visitor through each state of the interface and stops at each; look is
// JavaScript that brings the state into sight, again where the window has another size.
func (t *tab) everyState(f face, stop func(state, look string)) {
	t.t.Helper()
	path := t.site.showAll(t.t, f)
	shows := func(selector string) { t.t.Helper(); t.until(`document.querySelector('` + selector + `')`) }
	open := func(path string) {
		t.open(path).whole()
		t.until(`document.querySelector('dialog.octroi-ask[open]')?.lang === '` + f.lang + `'`)
	}
	const top = `document.querySelector('dialog .octroi-body').scrollTo(0, 0)`
	t.anew()
	open(path)
	stop("ask", top)
	t.truth(`(document.querySelectorAll('.octroi-purposes summary')[1].click(), true)`)
	stop("purpose", `document.querySelector('.octroi-purposes [open] p').scrollIntoView({ block: 'nearest' })`)
	t.preferences()
	shows(`dialog.octroi-preferences[open]`)
	stop("preferences", top)
	t.truth(`(document.querySelectorAll('dialog details').forEach((one) => { one.open = true }), true)`)
	stop("opened", `document.querySelectorAll('.octroi-category')[1].scrollIntoView()`)
	stop("opened-end", `document.querySelector('dialog .octroi-body').scrollTo(0, 1e6)`)

	t.key("\x1b")
	shows(`dialog.octroi-ask[open]`)
	t.press("accept")
	shows(`.octroi-status p`)
	stop("status", `scrollTo(0, 0)`)
	t.until(`window.ran`)
	t.preferences()
	t.press("refuse")
	shows(`dialog [data-octroi-act=reload]`)
	stop("reload", `scrollTo(0, 0)`)
	t.press("close")
	shows(`iframe + .octroi-embed .octroi-button`)
	stop("frames", `document.querySelector('#frames').scrollIntoView()`)
	stop("policy", `document.querySelector('#declaration').scrollIntoView()`)
	stop("policy-end", `scrollTo(0, 1e6)`)

	t.truth(`(octroi.save({ audience: true, marketing: false, gtag: false }), true)`)
	t.until(`octroi.allows('matomo')`)
	open(path + "/later")
	stop("again", top)
	t.preferences()
	shows(`dialog.octroi-preferences[open]`)
	stop("again-preferences", `document.querySelectorAll('.octroi-category')[1].scrollIntoView()`)
	t.truth(`(octroi.refuseAll(), true)`)
	shows(`.octroi-tab`)
	stop("tab", `scrollTo(0, 0)`)
	t.truth(`(octroi.debug(), true)`)
	shows(`octroi-debug`)
	stop("debug", `scrollTo(0, 0)`)
}
