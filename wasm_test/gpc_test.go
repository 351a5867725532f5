package wasmtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// objecting is a shop whose advertising the browser's own no refuses, and that asks for
// something else besides.
func (s *site) objecting(others string) string {
	return strings.Replace(s.gated(), `{"id": "ads", "label"`, others+`{"id": "ads", "gpc": "refuse", "label"`, 1)
}

// A browser that says no for its visitor (Global Privacy Control) is heard until the visitor
// decides otherwise, and nothing is written for it.
func TestTheBrowserSaysNo(t *testing.T) { // R4.60
	paired(t, "webkit")
	for way, says := range map[string]string{
		"prototype": `Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true, configurable: true })`,
		"own":       `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true, configurable: true })`,
	} {
		t.Run(way, func(t *testing.T) {
			s := newSite(t)
			for path, others := range map[string]string{"/some": `{"id": "other", "label": "Other", "text": "Is asked for."}, `, "/all": ""} {
				s.raw(path, "text/html; charset=utf-8", func() string {
					return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script>` + says + `</script><script type="application/json" id="octroi-config">` + s.objecting(others) + `</script>` + dropIn +
						`</head><body><a href="#octroi" id="tab">Cookies</a><img data-octroi="pixel" data-src="` + s.Third + `/ads/gated" alt=""></body></html>`
				})
			}
			_, tab := visit(t, s)
			tab.open("/all").until(`octroi.state()`)
			assert.True(t, tab.truth(`octroi.state().decided && octroi.state().categories.ads.gpc === true && !document.querySelector('dialog')`), "nothing is left to ask")
			assert.Empty(t, tab.cookies(), "there is no record of it")
			assert.True(t, tab.truth(`localStorage.length === 0`))
			tab.preferences()
			tab.until(`document.querySelector('dialog.octroi-preferences[open]')?.textContent.includes('Your browser says no')`)
			assert.Empty(t, tab.requests())

			tab.open("/some").until(`document.querySelector('dialog.octroi-ask[open]')`)
			assert.True(t, tab.truth(`document.querySelector('dialog.octroi-ask').textContent.includes('Your browser says no: Ads')`))
			tab.shot("gpc")
			tab.press("accept")
			tab.until(`octroi.state().decided`)
			assert.True(t, tab.truth(`octroi.allows('other') && !octroi.allows('pixel')`), "accept all is about what is asked for")
			tab.truth(`(octroi.save({ pixel: true }), true)`)
			tab.arrived("/ads/gated")
			s.Log.Clear()
			tab.open("/some")
			tab.arrived("/ads/gated")
			assert.True(t, tab.truth(`!document.querySelector('dialog')`), "an explicit choice comes first")
		})
	}
}

// A value that is not true says nothing, nor does a getter that throws.
func TestABrowserThatSaysNothing(t *testing.T) { // R4.60
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	_, tab := visit(t, s)
	for i, value := range []string{`'1'`, `1`, `false`, `{ valueOf: () => true }`, `(() => { throw new Error('none') })()`} {
		path := fmt.Sprint("/says", i)
		s.raw(path, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script>Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => ` + value + `, configurable: true })</script><script type="application/json" id="octroi-config">` + s.objecting("") + `</script>` + dropIn + `</head><body></body></html>`
		})
		tab.open(path).until(`document.querySelector('dialog.octroi-ask[open]')`)
		assert.True(t, tab.truth(`!document.querySelector('dialog').textContent.includes('Your browser') && octroi.state().categories.ads.gpc === undefined`), value)
	}
}

// A site whose declaration hears the browser's own no says so at /.well-known/gpc.json.
func TestAStatementOfGlobalPrivacyControl(t *testing.T) { // R4.61
	s := newSite(t)
	for want, declaration := range map[string]string{
		"":                  s.gated(),
		"{\"gpc\": true}\n": s.objecting(""),
		"{\"gpc\": true, \"lastUpdate\": \"2026-11-01\"}\n": strings.Replace(s.objecting(""), `"revision": "1"`, `"revision": "1", "updated": "2026-11-01"`, 1),
	} {
		made, err := bundle.Build([]byte(declaration))
		require.NoError(t, err)
		assert.Equal(t, want, string(made.Files["gpc.json"]))
	}
}
