package wasmtest

import (
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// Where two copies of octroi.js stand on one page, the first runs, whichever is the newer: nothing
// is held by halves or asked twice, and the console has a sentence of the other.
func TestOfTwoVersionsOnOnePageTheFirstRuns(t *testing.T) {
	const older, newer = "1.9.0", "3.0.0"
	s := newSite(t)
	declaration := measuring("", `"urls": ["`+s.Third+`/ads/"],`)
	made, err := bundle.Build([]byte(declaration))
	require.NoError(t, err)
	require.Contains(t, string(as(older, made.Files["octroi.js"])), older)
	for _, version := range []string{older, newer} {
		s.versioned(version, made.Files)
	}
	_, tab := visit(t, s, "octroi: held: ")
	tab.before(`window.said = []; const warn = console.warn; console.warn = function (line) { said.push(String(line)); return warn.apply(this, arguments); }`)
	for _, order := range []struct{ first, second, versions string }{
		{"drop/1.9.0", "drop/3.0.0", older + newer},
		{"drop/3.0.0", "drop/1.9.0", newer + older},
		{"built/1.9.0", "built/3.0.0", older + newer},
		{"built/3.0.0", "built/1.9.0", newer + older},
		{"built/1.9.0", "drop/3.0.0", older + newer},
	} {
		t.Run(order.first+" then "+order.second, func(t *testing.T) {
			tab.within(t)
			first, second := order.versions[:5], order.versions[5:]
			tag := func(file string) string { return `<script src="/` + file + `/octroi.js"></script>` }
			address := "/twice/" + order.first + "/" + order.second
			s.raw(address, "text/html; charset=utf-8", func() string {
				return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>
<script type="application/json" id="octroi-config">` + declaration + `</script>` + tag(order.first) + tag(order.second) + `</head><body>
<img data-octroi="pixel" data-src="` + s.Third + `/ads/gated" alt="">
<script>new Image().src = '` + s.Third + `/ads/script'; document.cookie = 'own=1';</script>` + tag(order.second) + `</body></html>`
			})
			tab.anew().open(address)
			tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
			tab.truth(`octroi.whole()`)
			assert.True(t, tab.truth(`octroi.version === '`+first+`'`))
			var said []string
			tab.eval(`said.filter((line) => line.includes('does nothing'))`, &said)
			line := "octroi: " + second + " does nothing on this page: " + first + " came first and runs. Keep one tag of octroi.js, the newer one’s."
			assert.Equal(t, []string{line, line}, said, "once for each copy")
			assert.True(t, tab.truth(`document.querySelectorAll('dialog.octroi-ask').length === 1`), "one asks")
			assert.Empty(t, tab.requests(), "and holds")

			tab.press("accept")
			tab.until(`octroi.allows('pixel') && !document.querySelector('dialog.octroi-ask')`)
			tab.arrived("/ads/gated", "/ads/script")
			assert.True(t, tab.truth(`document.cookie.split('; ').filter((pair) => pair.startsWith('octroi')).length === 1 && document.cookie.includes('own=1')`), "one record")
			tab.truth(`octroi.withdraw()`)
			s.Log.Clear()
			assert.True(t, tab.truth(`(new Image().src = '`+s.Third+`/ads/late', !octroi.allows('pixel'))`))
			tab.open(address)
			assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel') && !document.querySelector('dialog.octroi-ask')`))
			assert.Empty(t, tab.requests(), "withdrawn, here and on the next page")
		})
	}
}

// A page whose own variable has octroi's name is told so: nothing starts there.
func TestAPageWithAnOctroiOfItsOwnIsToldSo(t *testing.T) {
	only(t, "a sentence of the same code in each", "chromium")
	s := newSite(t)
	s.page("/mine", `<script>var octroi = { version: 7 }; window.said = []; console.warn = (line) => said.push(line);</script>`+dropIn, "")
	_, tab := visit(t, s)
	tab.open("/mine")
	assert.True(t, tab.truth(`said.join() === 'octroi: `+octroi.Version()+` does nothing on this page: window.octroi is something else. Give that another name.'`))
}

// versioned serves the drop-in and a site's own files as a version of that name has them.
func (s *site) versioned(version string, own map[string][]byte) {
	s.pages.HandleFunc("GET /{form}/"+version+"/{file...}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		content := own[name]
		if r.PathValue("form") == "drop" {
			content, _ = os.ReadFile(filepath.Join(Dist, filepath.FromSlash(name)))
		}
		if content == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		if path.Ext(name) == ".js" {
			content = as(version, content)
		}
		w.Write(content)
	})
}

// as is a shipped script with another version's name in it.
func as(version string, script []byte) []byte {
	return []byte(strings.ReplaceAll(string(script), octroi.Version(), version))
}
