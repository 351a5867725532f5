package wasmtest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// However the drop-in comes into the page, its files are found, or the console says how.
func TestItsFilesAreFound(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	code, err := os.ReadFile(filepath.Join(Dist, "octroi.js"))
	require.NoError(t, err)
	s := newSite(t)
	s.raw("/assets/app.js", "text/javascript", func() string { return "const mine = 1;\n" + string(code) })
	_, tab := visit(t, s, "octroi: ", "404")
	for i, c := range []struct {
		name, root, head string
		found            bool
	}{
		{name: "a module", head: `<script type="module" src="/octroi/octroi.js"></script>`, found: true},
		{name: "imported", head: `<script type="module">import '/octroi/octroi.js'</script>`, found: true},
		{name: "an async loader", head: `<script>{ const s = document.createElement('script'); s.async = true; s.src = '/octroi/octroi.js'; document.head.append(s); }</script>`, found: true},
		{name: "bundled, with data-base", root: `data-base="/octroi/"`, head: `<script src="/assets/app.js"></script>`, found: true},
		{name: "a bundled module, with data-base", root: `data-base="/octroi/"`, head: `<script type="module" src="/assets/app.js"></script>`, found: true},
		{name: "a bundled module, with a global", head: `<script>octroiBase = new URL('/octroi/', location).href</script><script type="module" src="/assets/app.js"></script>`, found: true},
		{name: "bundled, and nobody says", head: `<script type="module" src="/assets/app.js"></script>`},
		{name: "another origin's, by markup", root: `data-base="THIRD/octroi/"`, head: `<script type="module" src="/assets/app.js"></script>`},
		{name: "a global that markup makes", head: `<a id="octroiBase" href="THIRD/octroi/"></a><script type="module" src="/assets/app.js"></script>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := fmt.Sprintf("/from%d", i)
			s.pages.HandleFunc("GET "+path, serves(`<!doctype html><html lang="fr" `+c.root+`><head><meta charset="utf-8"><title>x</title><script type="application/json" id="octroi-config">`+s.Declaration()+`</script><script>window.said = ''; console.warn = console.error = (line) => { said += line; };</script>`+c.head+`</head><body><p>x</body></html>`, s.Third))
			tab.within(t)
			tab.open(path)
			tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
			if c.found {
				tab.until(`document.querySelector('dialog').lang === 'fr'`)
				tab.press("preferences")
				tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
				assert.True(t, tab.truth(`!said.includes('data-base')`))
			} else {
				tab.truth(`octroi.whole().then(() => true)`)
				tab.until(`said.includes('cannot be had') && said.includes('data-base')`)
			}
			assert.Empty(t, tab.requests())
		})
	}
}

func serves(markup, third string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, strings.ReplaceAll(markup, "THIRD", third))
	}
}
