package wasmtest

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kinds are pages of the documentation, one of each kind: start and guide, table and code, made of
// the schema, the API, the catalogue, the migrations, the audit's rules, and the two programs.
var kinds = []string{
	"index", "start/html", "guides/declaration", "server/worker", "frameworks/react", "migrate/klaro", "reference/declaration/services",
	"reference/api", "catalogue/youtube", "audit/request-before-consent", "compare/bench", "law/requirements", "configurator/index", "demo/index",
}

// everyPage lists the pages of the documentation's site.
func everyPage(t *testing.T) (pages []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(os.Getenv("OCTROI_SITE")), ".", func(name string, d fs.DirEntry, err error) error {
		// Below these is no documentation: files that pages link to, what Octroi ships, the demo's shop.
		if d.IsDir() && (name == "files" || name == "octroi" || name == "pagefind" || name == "demo/shop" || name == "demo/peers") {
			return fs.SkipDir
		}
		if page, found := strings.CutSuffix(name, ".html"); found && name != "configurator/frame.html" {
			pages = append(pages, page)
		}
		return err
	})
	require.NoError(t, err)
	return pages
}

// On each page, in both schemes, axe finds nothing; and nothing is wider than a phone.
func TestPagesOfTheDocumentation(t *testing.T) {
	sampled(t, "the pages are plain HTML")
	s := newSite(t)
	documentation(t, s)
	s.raw("/axe.js", "text/javascript", func() string { return npm(t, "axe-core/axe.min.js") })
	pages := kinds
	if whole {
		pages = everyPage(t)
	}
	_, tab := visit(t, s)
	for _, page := range pages {
		tab.media("prefers-color-scheme", "light")
		tab.size(320, 640, false)
		tab.open("/docs/" + page + ".html")
		assert.True(t, tab.truth(`document.documentElement.scrollWidth <= 320`), "%s is wider than a phone", page)
		tab.truth(`(document.head.append(Object.assign(document.createElement('script'), { src: '/axe.js' })), true)`)
		tab.until(`window.axe`)
		assert.Empty(t, tab.axe(), "%s, light", page)
		tab.media("prefers-color-scheme", "dark")
		assert.Empty(t, tab.axe(), "%s, dark", page)
	}
}

// axe is what axe finds on the page, which has loaded it.
func (t *tab) axe() (found string) {
	t.t.Helper()
	t.truth(`(delete window.found, axe.run({ iframes: false }).then(({ violations }) => (window.found = violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target).join(' ')).join('\n'))), true)`)
	t.until(`typeof window.found === 'string'`)
	t.eval(`window.found`, &found)
	return found
}
