package wasmtest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inApp is a declaration of a page in an app.
func (s *site) inApp(more string) string {
	return strings.Replace(s.measures(), `"site"`, `"app": {`+more+`}, "site"`, 1)
}

// native is a message with the app's one choice, made now.
func native(granted bool) string {
	return fmt.Sprintf(`{ octroi: 1, type: 'state', time: Date.now(), revision: '1', complete: true, choices: { ads: { granted: %t, at: Date.now() } } }`, granted)
}

// bridges are the objects that apps put into their webviews; each notes what it gets.
var bridges = map[string]string{
	"WKWebView":               `window.webkit = { messageHandlers: { octroi: { postMessage: (text) => got.push(text) } } };`,
	"Android":                 `window.octroiApp = { postMessage: (text) => got.push(text) };`,
	"React Native":            `window.ReactNativeWebView = { postMessage: (text) => got.push(text) };`,
	"flutter_inappwebview":    `window.flutter_inappwebview = { callHandler: (name, text) => { if (name === 'octroi') got.push(text); } };`,
	"Capacitor":               `window.Capacitor = { Plugins: { Octroi: { message: ({ text }) => got.push(text) } } };`,
	"one that throws, and on": `window.webkit = { get messageHandlers() { throw new Error('no'); } }; window.octroiApp = { postMessage: (text) => got.push(text) };`,
}

// Whatever bridge an app has, what it has left stands before the first question, and each
// side hears of the other's choices at once; also where the page lacks the file that
// carries them, and the drop-in has to load it.
func TestBothSidesOfAnApp(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	_, tab := visit(t, s)
	for name, bridge := range bridges {
		for kind, prelude := range map[string]string{"at once": `<script src="/octroi/octroi.app.js"></script>`, "loaded": ``} {
			t.Run(name+" "+kind, func(t *testing.T) {
				if name != "WKWebView" && name != "one that throws, and on" {
					only(t, "a bridge is an object of the page's, of the same kind in each engine", "chromium")
				}
				path := "/page/" + strings.NewReplacer(" ", "", ",", "").Replace(name+kind)
				s.Log.Clear()
				s.raw(path, "text/html; charset=utf-8", func() string {
					return `<!doctype html><html lang="en"><meta charset="utf-8"><title>app</title><script>window.got = []; ` + bridge + ` window.octroiNative = JSON.stringify(` + native(true) + `)</script>
<script type="application/json" id="octroi-config">` + s.inApp(``) + `</script>` + prelude + dropIn + `<img data-octroi="pixel" data-src="` + s.Third + `/ads/app" alt="">`
				})
				tab.t = t
				tab.anew().open(path)
				tab.until(`octroi.allows('pixel') && !document.querySelector('dialog')`)
				tab.arrived("/ads/app")
				tab.until(`got.map(JSON.parse).some((m) => m.octroi === 1 && m.complete && m.choices.ads.granted)`)
				assert.True(t, tab.truth(`(octroi.refuseAll(), JSON.parse(got.at(-1)).choices.ads.granted === false)`), "told before the call is over")
				assert.True(t, tab.truth(`(octroi.native({ octroi: 1, type: 'show' }), Boolean(document.querySelector('dialog.octroi-preferences[open]')))`))
				assert.True(t, tab.truth(`(octroi.acceptAll(), octroi.allows('pixel') && (octroi.native({ octroi: 1, type: 'withdraw' }), !octroi.allows('pixel')))`))
				assert.True(t, tab.truth(`(octroi.native('nonsense'), JSON.parse(got.at(-1)).reason === 'malformed')`))
				for _, odd := range []string{`undefined`, `null`, `0`, `Symbol('s')`, `(() => { const a = {}; a.a = a; return a; })()`, `'x'.repeat(1e6)`, `document`} {
					assert.True(t, tab.truth(`(octroi.native(`+odd+`), !octroi.allows('pixel'))`), odd)
				}
			})
		}
	}
}

// The samples that can be read here are sound; each has all three of what an app needs.
func TestSamplesForApps(t *testing.T) {
	once(t)
	for name, loader := range map[string]api.Loader{"OctroiWebView.tsx": api.LoaderTSX, "capacitor.ts": api.LoaderTS, "WKWebView.swift": 0, "OctroiWebView.kt": 0, "octroi_webview.dart": 0} {
		b, err := os.ReadFile("../examples/webview/" + name)
		require.NoError(t, err)
		if loader != 0 {
			assert.Empty(t, api.Transform(string(b), api.TransformOptions{Loader: loader}).Errors, name)
		}
		for _, part := range []string{"octroiNative", "octroi.native(", "complete", "keys"} {
			assert.Contains(t, string(b), part, name)
		}
	}
}

// Messages of other windows are the app's only where their origin is declared, whatever
// they say; what a page makes itself never is.
func TestForgedMessages(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	grant := `JSON.stringify(` + native(true) + `)`
	s.keeper("/page", s.inApp(``), `<iframe id="same" src="/own"></iframe>`)
	s.raw("/own", "text/html", func() string { return `<script>parent.postMessage(` + grant + `, '*')</script>` })
	foreign := elsewhere(t, `<script>parent.postMessage(`+grant+`, '*'); top.postMessage(`+native(true)+`, '*')</script>`)
	s.keeper("/foreign", s.inApp(``), `<iframe src="`+foreign+`"></iframe>`)
	_, tab := visit(t, s)
	for _, path := range []string{"/page", "/foreign"} {
		tab.open(path)
		tab.truth(`(window.answers = [], octroi.on('app', (m) => answers.push(m)), true)`)
		tab.truth(`(postMessage(` + grant + `, '*'), dispatchEvent(new MessageEvent('message', { data: ` + grant + ` })), dispatchEvent(new StorageEvent('storage', { key: 'octroi', newValue: 'x' })), true)`)
		tab.truth(`new Promise((done) => setTimeout(done, 300))`)
		assert.True(t, tab.truth(`!octroi.allows('pixel') && Boolean(document.querySelector('dialog.octroi-ask[open]'))`), path)
	}
	assert.Empty(t, tab.requests())
}

// A page around this one, of an origin that is declared, speaks for the app: also for a
// shop's checkout on a host of its own.
func TestAPageOfADeclaredOrigin(t *testing.T) {
	s := newSite(t)
	around := elsewhere(t, `<!doctype html><title>around</title><script>
		window.got = [];
		addEventListener('message', ({ data, source, origin }) => {
			const message = JSON.parse(data);
			got.push(message);
			if (message.type === 'hello' && !message.choices) source.postMessage(JSON.stringify(`+native(true)+`), origin);
		});
	</script><iframe id="inner" src="`+s.URL+`/page" width="600" height="400"></iframe>`)
	s.keeper("/page", s.inApp(`"origins": ["`+strings.TrimSuffix(around, "/")+`"]`), `<img data-octroi="pixel" data-src="`+s.Third+`/ads/inside" alt="">`)
	_, tab := visit(t, s)
	tab.away(around)
	tab.until(`got.some((m) => m.complete && m.choices.ads.granted)`)
	for deadline := time.Now().Add(stepTimeout); len(s.paths()) == 0 && time.Now().Before(deadline); {
		<-s.Log.Changed()
	}
	assert.Equal(t, []string{"/ads/inside"}, s.paths())
	tab.truth(`document.querySelector('iframe').contentWindow.postMessage('{"octroi":1,"type":"withdraw"}', '*')`)
	tab.until(`got.at(-1).complete && !got.at(-1).choices.ads.granted`)
}

// An address carries a choice where that is declared and there is an app; it is removed.
func TestAChoiceInTheAddress(t *testing.T) {
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	app := `<script>window.octroiApp = { postMessage() {} }</script>`
	for path, row := range map[string]struct{ head, declared string }{
		"/app":     {head: app, declared: `"hash": true`},
		"/browser": {declared: `"hash": true`},
		"/unasked": {head: app},
	} {
		s.raw(path, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en"><meta charset="utf-8"><title>app</title>` + row.head + `<script type="application/json" id="octroi-config">` + s.inApp(row.declared) + `</script><script src="/octroi/octroi.app.js"></script>` + dropIn
		})
		_, tab := visit(t, s)
		tab.open("/empty")
		var hash string
		tab.eval(`'#octroi=' + encodeURIComponent(JSON.stringify(`+native(true)+`))`, &hash)
		tab.open(path + "?a=1" + hash)
		tab.comes(`window.octroi?.state()`) // Firefox takes what becomes of the address for the end of loading
		assert.Equal(t, path == "/app", tab.truth(`octroi.allows('pixel')`), path)
		assert.True(t, tab.truth(`location.hash === '' && location.search === '?a=1'`), path)
	}
}
