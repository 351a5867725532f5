package wasmtest

import (
	"os/exec"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
)

// What the package has for React, rendered by a server and taken over in the browser: before a
// choice, with all granted, and where octroi.js never comes. React tells of nothing.
func TestThePackageInReact(t *testing.T) {
	only(t, "elements that React mounts, other tests try in each", "chromium")
	npm(t, "react/package.json")
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node.js that could render")
	}
	for _, version := range []string{"18", "19"} {
		t.Run(version, func(t *testing.T) {
			s := newSite(t)
			r := &react{version: version, third: s.Third}
			r.renders(t, "package-server.jsx", "development")
			rendered := r.parts["package"][0]
			assert.Contains(t, rendered, `<p id="stats">no</p>`)
			assert.Contains(t, rendered, `<p id="instead">`)
			assert.NotContains(t, rendered, `<script`)
			assert.NotContains(t, rendered, ` src=`)
			client := string(r.bundle(t, "package-client.jsx", "development", api.PlatformBrowser))
			s.raw("/package.js", "text/javascript; charset=utf-8", func() string { return client })
			body := `<div id="root">` + rendered + `</div><script src="/package.js"></script>`
			s.keeper("/package", s.gated(), body)
			s.raw("/blocked", "text/html; charset=utf-8", func() string {
				return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script src="/missing.js"></script></head><body>` + body + `</body></html>`
			})
			_, tab := visit(t, s)
			const (
				shut = `document.querySelector('#stats').textContent === 'no' && document.querySelector('#instead') && !document.querySelector('#only')`
				open = `document.querySelector('#stats').textContent === 'yes' && !document.querySelector('#instead') && document.querySelector('#only')`
			)
			quiet := func() {
				t.Helper()
				var said []string
				tab.eval(`said`, &said)
				assert.Empty(t, said)
			}

			tab.open("/package")
			tab.until(`document.querySelector('iframe + .octroi-embed')`)
			tab.hydratesPackage()
			assert.True(t, tab.truth(shut))
			assert.Empty(t, tab.requests())
			tab.press("accept")
			tab.until(open)
			tab.arrived("/ads/film", "/ads/tag.js")
			tab.truth(`(go.click(), true)`)
			tab.until(`!document.querySelector('section')`)
			tab.truth(`(go.click(), true)`)
			tab.until(open)
			tab.arrived("/ads/film", "/ads/film", "/ads/tag.js")
			assert.True(t, tab.truth(`inline.length === 1`), "a script comes once, however often its component does")
			quiet()

			s.Log.Clear()
			tab.open("/package") // a visitor who is back
			tab.arrived("/ads/film")
			tab.hydratesPackage()
			tab.until(open)
			tab.arrived("/ads/film", "/ads/tag.js")
			tab.truth(`octroi.withdraw()`)
			tab.until(shut + ` && !document.querySelector('iframe').getAttribute('src')`)
			quiet()

			s.Log.Clear()
			tab.open("/blocked")
			tab.hydratesPackage()
			tab.truth(`(go.click(), true)`)
			tab.until(`!document.querySelector('section')`)
			tab.truth(`(go.click(), true)`)
			tab.until(shut)
			assert.True(t, tab.truth(`!window.octroi`))
			assert.Empty(t, tab.requests())
			quiet()
		})
	}
}

// hydratesPackage lets React take over a page of the package's.
func (t *tab) hydratesPackage() {
	t.t.Helper()
	t.truth(`(hydrate(), true)`)
	t.until(`document.querySelector('main').dataset.hydrated === 'true'`)
}

// A visitor loads less than a kilobyte of each.
func TestAdaptersAreSmall(t *testing.T) {
	once(t)
	for _, name := range []string{"react.js", "vue.js", "svelte.js", "solid.js", "embed.js"} {
		bytes, err := adapterBytes(name)
		assert.NoError(t, err)
		t.Logf("%s: %d bytes", name, bytes)
		assert.Less(t, bytes, 1024, name)
	}
}
