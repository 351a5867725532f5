package wasmtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// What an app, an extension or a driver runs before a document has any element.
func TestAtDocumentStart(t *testing.T) {
	paired(t, "webkit")
	code, err := os.ReadFile(filepath.Join(Dist, "octroi.js"))
	require.NoError(t, err)
	s := newSite(t)
	body := `<script>sessionStorage.early = String(!!window.octroi)</script><script src="` + s.Third + `/ads/events.js"></script>
		<script type="text/plain" data-octroi="pixel" data-src="` + s.Third + `/ads/events.js"></script>`
	s.raw("/bare", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="fr" data-base="/octroi/"><head><title>x</title><script type="application/json" id="octroi-config">` + s.Declaration() + `</script></head><body>` + body + `</body></html>`
	})
	s.raw("/empty", "text/html; charset=utf-8", func() string { return `<!doctype html><p>none` })
	_, tab := visit(t, s, "octroi: ")
	tab.before(strings.ReplaceAll("window.began = String(document.documentElement);\n"+string(code), "</script", `<\/script`))
	tab.open("/bare")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`sessionStorage.early === 'true'`))
	tab.until(`document.querySelector('dialog')?.lang === 'fr'`)
	assert.NotContains(t, tab.requests(), "/ads/tr")
	tab.press("accept")
	tab.until(`octroi.allows('pixel')`)
	assert.Contains(t, tab.cookies(), "octroi")
	tab.open("/bare")
	tab.until(`octroi.allows('pixel') && !document.querySelector('dialog')`)
	tab.open("/empty")
	tab.until(`!octroi.allows('pixel')`)
	assert.True(t, running != "chromium" || tab.truth(`began === 'null'`), "there was no element")
}

// The smallest declaration of the documentation works as it stands, and so does the drop-in in its place.
func TestTheSmallestDeclaration(t *testing.T) {
	sampled(t, "the interface's tree and its openers are the same in each")
	s := newSite(t)
	own := strings.NewReplacer("https://stats.example/tag.js", s.Third+"/ours-ads/tag.js", "https://stats.example/", s.Third+"/")
	snippet := func(name string) string {
		text, err := os.ReadFile("../examples/snippets/" + name) // which the pages quote
		require.NoError(t, err)
		return own.Replace(string(text))
	}
	declaration, example, dropIn := snippet("first.json"), snippet("first.html"), snippet("drop-in.html")
	tag := regexp.MustCompile(`<script src="/octroi/octroi\.js[^>]*></script>`).FindString(example)
	require.NotEmpty(t, tag)

	files := s.built(t, declaration)
	close(files.withheld)
	line := (&bundle.Site{Files: files.files}).HTML("/own/")[0]
	for name, head := range map[string]string{
		"built":   strings.Replace(example, tag, line, 1),
		"drop-in": strings.Replace(example, "<meta charset=\"utf-8\" />\n"+tag+"\n", dropIn, 1),
	} {
		s.raw("/readme/"+name, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en"><head>` + head + `<title>shop</title></head><body><h1>Shop</h1></body></html>`
		})
		t.Run(name, func(t *testing.T) {
			_, tab := visit(t, s)
			tab.open("/readme/" + name)
			tab.until(`document.querySelector('dialog[open]')`)
			assert.True(t, tab.whole().truth(`octroi.report().faults.length === 0`))
			assert.NotContains(t, strings.Join(tab.requests(), " "), "-ads/")
			tab.press("accept")
			tab.arrived("/ours-ads/tag.js")
			s.Log.Clear()
			tab.open("/readme/" + name).until(`document.querySelector('.octroi-tab')`)
			tab.arrived("/ours-ads/tag.js")
			s.Log.Clear()
		})
	}
}
