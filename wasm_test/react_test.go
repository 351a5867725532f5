package wasmtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// react serves pages that one version of React has rendered, and the script that hydrates them.
type react struct {
	version string
	third   string
	// client is the script, of the build that is tried.
	client atomic.Pointer[string]
	// pages are the properties of each, by its name.
	pages map[string]map[string]any
	// parts are the markup of each, as it comes.
	parts map[string][]string
	// late is awaited before all but the first part of a page is sent.
	late chan struct{}
}

// bundle makes one script of a source, with what it is to know.
func (r *react) bundle(t testing.TB, source string, build string, platform api.Platform) []byte {
	packages, err := filepath.Abs(os.Getenv("OCTROI_NPM"))
	require.NoError(t, err)
	if r.version == "18" {
		packages = filepath.Join(filepath.Dir(packages), "react18/node_modules")
	}
	pages, err := json.Marshal(r.pages)
	require.NoError(t, err)
	format := api.FormatIIFE
	if platform == api.PlatformNode {
		format = api.FormatESModule
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"testdata/react/" + source}, Bundle: true, Platform: platform, Format: format, JSX: api.JSXAutomatic,
		Define:    map[string]string{"process.env.NODE_ENV": `"` + build + `"`},
		Banner:    map[string]string{"js": "const third = " + fmt.Sprintf("%q", r.third) + ", pages = " + string(pages) + ";"},
		NodePaths: []string{packages},
	})
	require.Empty(t, result.Errors)
	return result.OutputFiles[0].Contents
}

// renders has a server make the parts of each page.
func (r *react) renders(t testing.TB, source, build string) {
	node := exec.Command("node", "--input-type=module", "-")
	node.Stdin = bytes.NewReader(append([]byte("import { createRequire } from 'node:module'; const require = createRequire(process.cwd() + '/');\n"), r.bundle(t, source, build, api.PlatformNode)...))
	node.Stderr = os.Stderr
	out, err := node.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &r.parts))
}

// react renders a site's pages on a server and serves them at /react/, by the name of each.
func (s *site) react(t testing.TB, version string, pages map[string]map[string]any) *react {
	t.Helper()
	r := &react{version: version, third: s.Third, pages: pages, late: make(chan struct{}, 1)}
	declaration := s.gated()
	s.keeper("/choose", declaration, "")
	for _, props := range pages {
		props["declaration"] = declaration
		if props["bootstrap"] == nil {
			props["entry"] = "/react.js"
		}
	}
	r.renders(t, "server.jsx", "production")
	s.pages.HandleFunc("GET /react.js", func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		fmt.Fprint(w, *r.client.Load())
	})
	s.pages.HandleFunc("GET /banner", func(http.ResponseWriter, *http.Request) {
		select {
		case r.late <- struct{}{}:
		default:
		}
	})
	s.pages.HandleFunc("GET /react/{page}", func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// A test's own script would stand in the server's markup.
		w.Header().Set("Content-Security-Policy", "media-src *")
		for i, part := range r.parts[q.PathValue("page")] {
			if i > 0 {
				select {
				case <-r.late:
				case <-time.After(time.Second): // WebKit shows nothing of so little
				case <-q.Context().Done():
				}
			}
			fmt.Fprint(w, part)
			w.(http.Flusher).Flush()
		}
	})
	return r
}

// hydratesBy has a build of React hydrate the pages.
func (r *react) hydratesBy(t testing.TB, build string) {
	client := string(r.bundle(t, "client.jsx", build, api.PlatformBrowser))
	r.client.Store(&client)
	select {
	case <-r.late: // of a page before
	default:
	}
}

// hydrates lets React take the page over, which must find all as its server has made it.
func (t *tab) hydrates(call string) {
	t.t.Helper()
	t.truth(`(window.before = [...document.querySelectorAll('main, main *')].filter((e) => !e.closest('.octroi')), ` + call + `)`)
	t.until(`document.querySelector('main').dataset.hydrated === 'true'`)
	var said []string
	t.eval(`said`, &said)
	assert.Empty(t.t, said)
	assert.True(t.t, t.truth(`before.length > 10 && before.every((e) => e.isConnected)`), "no tree is thrown away")
}

// What a server has rendered is hydrated with all that is ours in the page already, also
// while the rest of it is still coming; what is held loads when it is granted, once.
func TestReactHydrates(t *testing.T) {
	sampled(t, "what is asked of the page is the same code in each")
	npm(t, "react/package.json")
	npm(t, "../react18/node_modules/react/package.json")
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node.js that could render")
	}
	for _, version := range []string{"18", "19"} {
		t.Run(version, func(t *testing.T) {
			s := newSite(t)
			r := s.react(t, version, map[string]map[string]any{"container": {}, "document": {"whole": true}, "stream": {"bootstrap": "/react.js"}})
			_, tab := visit(t, s)
			for _, build := range []string{"development", "production"} {
				t.Run(build, func(t *testing.T) {
					most := "chromium"
					if version == "18" && build == "production" {
						most = "firefox" // alone: three of the four are enough for one engine
					}
					other := map[bool]string{true: "firefox", false: "webkit"}[(version == "18") == (build == "production")]
					only(t, "the two builds of a version do the same, and one says more of it", most, other)
					r.hydratesBy(t, build)
					tab.within(t)
					tab.anew().streams(r)
					t.Run("document", func(t *testing.T) {
						if build == "production" {
							t.Skip("the development's build does the same, and tells of every mismatch")
						}
						tab.within(t)
						tab.takes("document")
					})
					if build == "production" {
						tab.anew().takes("container")
					}
				})
			}
		})
	}
}

// takes has React take over a page before a choice, with what is granted, and refused.
func (t *tab) takes(page string) {
	const stands = `['gated', 'last', 'film', 'late', 'plain'].every((id) => document.querySelector('#' + id + ' + .octroi-embed'))`
	all := []string{"/ads/gated", "/ads/last", "/ads/late", "/ads/plain", "/ads/tag.js"}
	// Browsers may ask for a tag of the page's own before anything can hold it.
	shut := func() {
		for _, path := range t.requests() {
			assert.Equal(t.t, "/ads/plain", path)
		}
		t.site.Log.Clear()
	}
	t.site.Log.Clear()
	t.open("/react/" + page)
	t.until(`document.querySelector('dialog.octroi-ask[open]')`)
	t.until(stands)
	t.hydrates(`hydrate()`)
	assert.True(t.t, t.truth(`document.querySelectorAll('dialog').length === 1 && document.querySelector('[data-octroi-table]').textContent && `+stands))
	t.click("#go") // as a router goes on
	t.until(`document.querySelector('#soft + .octroi-embed') && document.querySelectorAll('.octroi-embed').length === 1`)
	t.click("#go")
	t.until(stands)
	shut()
	t.press("accept")
	t.arrived(all...)
	assert.True(t.t, t.truth(`!document.querySelector('dialog, .octroi-embed')`))

	t.site.Log.Clear()
	t.open("/react/" + page)
	t.site.reached(all...)
	t.hydrates(`hydrate()`)
	t.arrived(all...)

	t.truth(`octroi.refuseAll()`)
	t.site.Log.Clear()
	t.open("/react/" + page)
	t.until(stands)
	t.hydrates(`hydrate()`)
	shut()
}

// streams has React take over a page whose rest comes once the banner stands there.
func (t *tab) streams(r *react) {
	require.Len(t.t, r.parts["stream"], 2)
	t.open("/react/stream")
	// React puts what came late into its place in a frame of its own.
	t.until(`document.querySelector('main #late + .octroi-embed') && !document.querySelector('#fallback')`)
	t.hydrates(`true`)
	assert.True(t.t, t.truth(`document.querySelector('dialog.octroi-ask[open]') && !document.querySelector('#fallback')`))
}

// The page's rules and counts are as without us.
func TestNothingOfOursIsAmongBodysChildren(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/rules", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `
<style>body > :first-child { margin-top: 7px } body > :only-child { color: rgb(1, 2, 3) } body > :last-child { margin-bottom: 8px } body > * + * { display: none !important } body:empty { background: red }</style></head><body><main id="only">text</main></body></html>`
	})
	const whole = `(() => {
		const own = document.querySelector('main'), look = getComputedStyle(own), { body } = document;
		return body.children.length === 1 && body.firstElementChild === own && body.lastElementChild === own && look.marginTop + look.marginBottom + look.color === '7px8pxrgb(1, 2, 3)';
	})()`
	_, tab := visit(t, s)
	tab.open("/rules")
	tab.until(`document.querySelector('dialog[open]')`)
	assert.True(t, tab.truth(whole))
	tab.press("refuse")
	tab.until(`document.querySelector('.octroi-tab')`)
	assert.True(t, tab.truth(whole))
}

// Vue passes over nothing: there is nothing of ours in its markup until it has taken it over.
func TestVueHydrates(t *testing.T) {
	paired(t, "webkit")
	npm(t, "vue/package.json")
	const film = `<div><iframe width="300" height="150" data-octroi="pixel" data-src="/ads/film"></iframe><p>after</p><iframe width="300" height="150" data-octroi="pixel" data-src="/ads/last"></iframe></div>`
	s := newSite(t)
	packages, err := filepath.Abs(os.Getenv("OCTROI_NPM"))
	require.NoError(t, err)
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: "import { createSSRApp } from 'vue'; createSSRApp({ template: `" + film + "`, mounted: () => (window.hydrated = true) }).mount('#app');"},
		Bundle: true, Format: api.FormatIIFE,
		Define:    map[string]string{"process.env.NODE_ENV": `"production"`, "__VUE_OPTIONS_API__": "true", "__VUE_PROD_DEVTOOLS__": "false", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "true"},
		Alias:     map[string]string{"vue": "vue/dist/vue.esm-bundler.js"},
		NodePaths: []string{packages},
	})
	require.Empty(t, result.Errors)
	script := string(result.OutputFiles[0].Contents)
	s.raw("/vue.js", "text/javascript; charset=utf-8", func() string { return script })
	s.keeper("/vue", keeping(""), `<div id="app">`+film+`</div><script src="/octroi/octroi.rest.js"></script><script src="/vue.js" defer></script>`)
	_, tab := visit(t, s)
	tab.open("/vue")
	tab.until(`window.hydrated && document.querySelectorAll('iframe + .octroi-embed').length === 2`)
	assert.True(t, tab.truth(`document.querySelectorAll('iframe').length === 2 && document.querySelectorAll('#app p').length >= 1`))
}
