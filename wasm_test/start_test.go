package wasmtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What an app, an extension or a driver runs before a document has any element.
func TestAtDocumentStart(t *testing.T) {
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
