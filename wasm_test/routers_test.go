package wasmtest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// routers are what brings a site's next page into the one that is there: what a page loads
// of it, what leads from it, the event by which it tells that it is done, and where it is tried.
var routers = map[string]struct {
	file, visit, done string
	engines           []string
}{
	"turbo": {file: "@hotwired/turbo/dist/turbo.es2017-umd.js", visit: `Turbo.visit(%q)`, done: "turbo:load", engines: []string{"chromium", "firefox"}},
	"morph": {file: "@hotwired/turbo/dist/turbo.es2017-umd.js", visit: `Turbo.visit(%q, { action: 'replace' })`, done: "turbo:load", engines: []string{"chromium", "webkit"}},
	"htmx1": {file: "htmx1/dist/htmx.js", visit: `htmx.ajax('GET', %q, { target: 'main', select: 'main', swap: 'outerHTML' })`, done: "htmx:afterSettle", engines: []string{"chromium", "webkit"}},
	"htmx2": {file: "htmx2/dist/htmx.js", visit: `htmx.ajax('GET', %q, { target: 'main', select: 'main', swap: 'outerHTML' })`, done: "htmx:afterSettle", engines: []string{"chromium", "firefox"}},
	"astro": {file: "astro/dist/transitions/router.js", visit: `router.navigate(%q)`, done: "astro:page-load", engines: []string{"chromium", "firefox", "webkit"}},
}

// routed makes one script of a router.
func routed(t *testing.T, file string) string {
	npm(t, "../routers/node_modules/"+file)
	path, err := filepath.Abs(filepath.Join(os.Getenv("OCTROI_NPM"), "../routers/node_modules", file))
	require.NoError(t, err)
	if !strings.HasPrefix(file, "astro") {
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(source)
	}
	// What its own build would fill in.
	empty := api.Plugin{Name: "virtual", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: "^virtual:"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: args.Path, Namespace: "virtual"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "virtual"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			content := "export const internalFetchHeaders = {};"
			return api.OnLoadResult{Contents: &content}, nil
		})
	}}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{path}, Bundle: true, Format: api.FormatIIFE, GlobalName: "router", Plugins: []api.Plugin{empty},
		Define: map[string]string{"import.meta.env.SSR": "false", "import.meta.env.DEV": "false", "import.meta.env.PROD": "true"},
	})
	require.Empty(t, result.Errors)
	return string(result.OutputFiles[0].Contents) + "\n;router.init?.();"
}

// routedPage is number n of the pages of a folder: "bare" is without Octroi, "ours" is granted, "shut" is not.
func (s *site) routedPage(name string, n int, folder string) string {
	declaration := measuring("", `"urls": ["`+s.Third+`/ours-ads/", "`+s.Third+`/shut-ads/"], "inline": ["__px"],`)
	count := func(name string) string {
		return `window.runs = window.runs || {}; runs["` + name + `"] = (runs["` + name + `"] || 0) + 1;`
	}
	ours := folder != "bare"
	gated, source, drop := "", "src", ""
	if ours {
		gated, source, drop = `type="text/plain" data-octroi="pixel" `, "data-src", `<script type="application/json" id="octroi-config">`+declaration+`</script>`+dropIn
	}
	markup := `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>page</title><meta name="astro-view-transitions-enabled" content="true"><meta name="turbo-refresh-method" content="` + map[bool]string{true: "morph", false: "replace"}[name == "morph"] + `">DROP<script>window.arrived = 0; document.addEventListener("` + routers[name].done + `", () => arrived++)</script><script defer src="/NAME/router.js"></script>
		<script GATED SRC="THIRD/FOLDER-ads/head.js"></script><script GATED async SRC="THIRD/FOLDER-ads/async.js"></script><script GATED>HEADINLINE</script>
		<script src="THIRD/FOLDER-ads/plain.js"></script><script>/* __px */ HEADPLAIN</script><link rel="stylesheet" href="THIRD/FOLDER-ads/plain.css">
		</head><body><main><a href="#octroi">Cookies</a><p id="n">NUMBER</p><script GATED>BODYINLINE</script><script>/* __px */ BODYPLAIN</script>
		<img PICTURE SRC="THIRD/FOLDER-ads/picture.gif" alt="" width="9" height="9"></main></body></html>`
	picture := ""
	if ours {
		picture = `data-octroi="pixel"`
	}
	return strings.NewReplacer("NAME", name, "DROP", drop, "GATED ", gated, "GATED", strings.TrimSpace(gated), "SRC", source, "PICTURE", picture, "NUMBER", fmt.Sprint(n),
		"HEADINLINE", count("head"), "HEADPLAIN", count("headPlain"), "BODYINLINE", count("body"), "BODYPLAIN", count("bodyPlain"), "THIRD", s.Third, "FOLDER", folder).Replace(markup)
}

// A page that a router brings runs what it would run without Octroi, as often, once it is
// granted, and nothing of it before and after a refusal.
func TestRouters(t *testing.T) {
	sampled(t, "what is asked of the page is the same code in each")
	s := newSite(t)
	_, tab := visit(t, s, "")
	for name, r := range routers {
		t.Run(name, func(t *testing.T) {
			only(t, "a router's code is the same in all; what two have in common is tried by one of them", r.engines...)
			script := routed(t, r.file)
			s.raw("/"+name+"/router.js", "text/javascript; charset=utf-8", func() string { return script })
			for n := range 5 {
				for _, folder := range []string{"bare", "ours", "shut"} {
					s.raw(fmt.Sprintf("/%s/%s/%d", name, folder, n), "text/html; charset=utf-8", func() string { return s.routedPage(name, n, folder) })
				}
			}
			travel := func(folder string) {
				if !strings.HasPrefix(name, "htmx") { // which tells of no first page
					tab.until(`arrived > 0`)
				}
				for n := 1; n < 5; n++ {
					path := fmt.Sprintf("/%s/%s/%d", name, folder, n)
					if name == "morph" {
						path = "/" + name + "/" + folder + "/0"
					}
					tab.routes(r.done, fmt.Sprintf(r.visit, path))
				}
			}
			counts := func() (runs map[string]int) {
				tab.eval(`window.runs || {}`, &runs)
				return runs
			}
			// A sheet that stays is the one that was there.
			stays := func(folder string) bool {
				tab.open("/" + name + "/" + folder + "/0").truth(`(window.sheet = document.querySelector('link'), 1)`)
				travel(folder)
				return tab.truth(`document.querySelectorAll('link').length === 1 && document.querySelector('link') === sheet`)
			}
			tab.within(t)
			tab.anew().open("/" + name + "/shut/0")
			travel("shut")
			tab.truth(`octroi.refuseAll()`)
			travel("shut")
			assert.Empty(t, counts())
			tab.requests()
			for _, path := range s.paths() {
				// A browser's parser looks ahead for what stands plainly in the page.
				assert.False(t, strings.HasPrefix(path, "/shut-ads/") && !strings.HasPrefix(path, "/shut-ads/plain."), path)
			}
			tab.anew().open("/" + name + "/bare/0")
			travel("bare")
			want := counts()
			require.NotEmpty(t, want)
			tab.open("/" + name + "/ours/0")
			tab.press("accept")
			tab.until(`window.runs && runs.head && runs.bodyPlain`)
			travel("ours")
			tab.requests()
			assert.Equal(t, want, counts(), "runs of inline scripts")
			asked := map[string]int{}
			for _, e := range s.Log.Requests() {
				asked[e.URL]++
			}
			for _, file := range []string{"head.js", "async.js", "plain.js"} {
				most := max(1, asked["/bare-ads/"+file])
				if file == "plain.js" {
					most++ // the parser's look ahead
				}
				assert.LessOrEqual(t, asked["/ours-ads/"+file], most, file)
				assert.NotZero(t, asked["/ours-ads/"+file], file)
			}
			assert.Equal(t, stays("bare"), stays("ours"), "the granted sheet is the same element")
			tab.truth(`octroi.refuseAll()`)
			tab.until(`!document.querySelector('link').getAttribute('href')`) // shut again
			tab.truth(`octroi.acceptAll()`)
			tab.until(`document.querySelector('link').sheet`)
			assert.True(t, tab.truth(`document.querySelector('main img').src.endsWith('/ours-ads/picture.gif')`), "a granted picture is there after all")
		})
	}
}

// What htmx keeps of a page and brings back has no second banner and no stand-in that
// nobody listens to; what only has such a name stays.
func TestMarkupThatComesBack(t *testing.T) {
	paired(t, "webkit")
	for _, version := range []string{"htmx1", "htmx2"} {
		t.Run(version, func(t *testing.T) {
			script := routed(t, version+"/dist/htmx.js")
			s := newSite(t)
			s.raw("/router.js", "text/javascript; charset=utf-8", func() string { return script })
			declaration := s.gated()
			body := `<script src="/router.js"></script><div id="view"><b class="octroi-embed">mine</b><iframe src="` + s.Third + `/ads/frame.html" width="400" height="200"></iframe><button id="next" hx-get="/next" hx-target="#view" hx-push-url="true">next</button></div>`
			s.keeper("/first", declaration, body)
			s.raw("/next", "text/html; charset=utf-8", func() string { return "<p id=second>second</p>" })
			_, tab := visit(t, s, "")
			tab.open("/first")
			tab.until(`document.querySelector('.octroi.octroi-embed')`)
			tab.truth(`(document.querySelector('#next').click(), true)`)
			tab.until(`document.querySelector('#second')`)
			tab.press("refuse")
			tab.truth(`new Promise((done) => { addEventListener('htmx:historyRestore', () => done(true), { once: true }); document.body.addEventListener('htmx:historyRestore', () => done(true), { once: true }); history.back() })`)
			tab.until(`document.querySelectorAll('.octroi.octroi-embed').length === 1`)
			assert.True(t, tab.truth(`!document.querySelector('dialog') && document.querySelectorAll('b.octroi-embed').length === 1`))
			tab.truth(`(document.body.insertAdjacentHTML('beforeend', '<dialog open class="octroi octroi-ask octroi-corner"><button data-octroi-act="accept">Accept</button></dialog>'), document.body.append(document.querySelector('.octroi.octroi-embed').cloneNode(true)), true)`)
			tab.until(`!document.querySelector('dialog') && document.querySelectorAll('.octroi.octroi-embed').length === 1`)
		})
	}
}

// A router may take another body a thousand times: the banner waits for its answer.
func TestABodyThatIsTakenAway(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/body", keeping(""), "<p>page</p>")
	_, tab := visit(t, s)
	tab.open("/body")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`(async () => {
		for (let i = 0; i < 300; i++) {
			const body = document.createElement('body');
			body.innerHTML = '<p>page ' + i + '</p>';
			document.body.replaceWith(body);
			await new Promise((done) => setTimeout(done));
		}
		return true;
	})()`))
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	tab.press("refuse")
	tab.until(`document.querySelector('.octroi-tab')`)
}

// A gated script that still loads when the visitor goes on runs once, as it would without
// Octroi: what a router finds in the next page is the same.
func TestAScriptThatLoadsRunsOnce(t *testing.T) {
	paired(t, "webkit")
	for _, name := range []string{"turbo", "morph", "astro"} {
		t.Run(name, func(t *testing.T) {
			if name == "astro" && !pictured() {
				t.Skip("its view transitions end WebKit's page where no buffers are shared: with OCTROI_WHOLE")
			}
			r := routers[name]
			script := routed(t, r.file)
			s := newSite(t)
			s.raw("/router.js", "text/javascript; charset=utf-8", func() string { return script })
			asked, release := make(chan bool, 9), make(chan bool)
			s.pages.HandleFunc("GET /slow.js", func(w http.ResponseWriter, _ *http.Request) {
				asked <- true
				<-release
				w.Header().Set("Content-Type", "text/javascript")
				fmt.Fprint(w, "window.runs = (window.runs || 0) + 1")
			})
			for n := range 3 {
				s.raw(fmt.Sprint("/page/", n), "text/html; charset=utf-8", func() string {
					return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>page</title><meta name="astro-view-transitions-enabled" content="true"><script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn +
						`<script defer src="/router.js"></script><script type="text/plain" data-octroi="pixel" async data-src="/slow.js"></script></head><body><main><a href="#octroi">Cookies</a><p>` + fmt.Sprint(n) + `</p></main></body></html>`
				})
			}
			_, tab := visit(t, s, "")
			tab.open("/page/0")
			tab.press("accept")
			<-asked
			for n := 1; n < 3; n++ {
				tab.routes(r.done, fmt.Sprintf(r.visit, fmt.Sprint("/page/", n)))
			}
			close(release)
			tab.until(`window.runs`)
			tab.routes(r.done, fmt.Sprintf(r.visit, "/page/0"))
			assert.True(t, tab.truth(`runs === 1`))
			assert.Empty(t, asked, "asked for once")
		})
	}
}

// routes has a router bring another page, and returns once it tells that the page is there. WebKit's
// driver takes no answer from a document that is exchanged meanwhile: the page is asked again.
func (t *tab) routes(done, visit string) {
	t.t.Helper()
	t.truth(`(() => { window.went = false; document.addEventListener('` + done + `', () => (window.went = true), { once: true }); setTimeout(() => { ` + visit + ` }); return true })()`)
	t.comes(`window.went`)
}
