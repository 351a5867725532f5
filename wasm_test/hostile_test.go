package wasmtest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// probes are what must not get through while nothing is granted.
var probes = script("probes")

// A page that bends the language after the engine has come can break what it sees; it gets
// nothing granted, and nothing but what it threw itself (R1.01).
func TestOverwrittenPrototypes(t *testing.T) {
	only(t, "what is bent is JavaScript, the same in each; TestWhateverIsBentLetsNothingThrough tries it there", "chromium")
	s := newSite(t)
	s.keeper("/hostile", s.measures(), `<script>
		const THIRD = '`+s.Third+`', read = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').get, keysOf = Object.keys;
		`+probes+bend+`
	</script>`)
	_, tab := visit(t, s, "bent", "Uncaught (in promise)", "octroi: ", "TypeError")
	tab.open("/hostile")
	tab.press("refuse")
	// Each engine tries another third.
	bent, parts, part := 0, len(engines), slices.Index(engines, running)
	if os.Getenv("OCTROI_WHOLE") != "" {
		parts, part = 1, 0
	}
	for from := 0; from >= 0; {
		var said struct {
			Next, Bent int
			Bad        []string
		}
		tab.open("/hostile")
		tab.eval(fmt.Sprintf(`bend(%d, %d, %d)`, from, parts, part), &said)
		for _, line := range said.Bad {
			t.Error(line)
		}
		from, bent = said.Next, bent+said.Bent
	}
	t.Logf("%d ways to bend it, part %d of %d", bent, part, parts)
	assert.Greater(t, bent, 1000/parts)
	tab.requests()
	for _, e := range s.Log.Requests() {
		if !strings.HasPrefix(e.URL, "/mark") {
			t.Error(e.URL)
		}
	}
	assert.NotContains(t, strings.Join(tab.cookies(), " "), "px")
	tab.open("/hostile")
	assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel')`))
}

// bend replaces one method of the language after the other while it probes, until the
// engine, which may break by that, is dead.
var bend = script("bend")

// Names in markup that hide the document's own (DOM clobbering) grant nothing and break
// nothing that is not theirs.
func TestClobberedNames(t *testing.T) {
	sampled(t, "what is asked of the page is the same code in each")
	clobbering := []string{"octroi", "octroi-config", "octroiNative", "body", "head", "documentElement", "cookie", "querySelector", "querySelectorAll", "getElementById",
		"createElement", "createComment", "createDocumentFragment", "importNode", "addEventListener", "dispatchEvent", "readyState", "adoptedStyleSheets", "activeElement", "hidden", "currentScript", "defaultView", "baseURI", "styleSheets", "prerendering", "visibilityState"}
	s := newSite(t)
	pages := func(size int) (paths []string) {
		for names := range slices.Chunk(clobbering, size) {
			path, body := "/clobbered-"+strings.Join(names, "-"), ""
			for _, name := range names {
				body += `<form id="` + name + `"><input name="dataset"><input name="src"></form><img name="` + name + `">`
			}
			s.keeper(path, s.measures(), body+`<a id="octroi" href="https://evil.example/"></a>
				<script type="text/plain" data-octroi="pixel">window.ran = true</script><img data-octroi="pixel" data-src="`+s.Third+`/ads/image" alt="">`)
			paths = append(paths, path)
		}
		return paths
	}
	several := pages(4)
	undecided := several
	if running == "chromium" { // each name alone; names hide the same in all engines
		undecided = pages(1)
	}
	_, tab := visit(t, s)
	for _, path := range undecided {
		tab.open(path)
		assert.True(t, tab.truth(`!window.ran && !octroi.allows('pixel')`), path)
		tab.until(`Document.prototype.querySelector.call(document, 'dialog.octroi-ask[open]')`)
	}
	assert.Empty(t, tab.requests())
	tab.truth(`octroi.acceptAll()`)
	for _, path := range several {
		tab.open(path)
		tab.until(`window.ran`)
	}
}

// A script that takes the banner away, as often as it comes, has no answer given.
func TestADeletedBanner(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/once", s.measures(), ``)
	s.keeper("/always", s.measures(), `<script>
		window.taken = 0;
		new MutationObserver(() => { for (const d of document.querySelectorAll('dialog')) { taken++; d.remove(); } }).observe(document, { childList: true, subtree: true });
	</script><button id="own" onclick="window.clicked = true">own</button>`)
	_, tab := visit(t, s)
	tab.open("/once")
	tab.truth(`document.querySelector('dialog').remove()`)
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`!octroi.state().decided`), "it comes back")
	tab.open("/always")
	tab.truth(`document.body.append('more')`)
	tab.click("#own")
	assert.True(t, tab.truth(`window.clicked && taken > 0 && !octroi.state().decided && !octroi.allows('pixel')`))
	assert.Empty(t, tab.requests())
	assert.Empty(t, tab.cookies())
}

// Too much of everything: told, bounded, shut.
func TestTooMuchOfEverything(t *testing.T) {
	only(t, "the bounds are those of the engine in Go", "chromium")
	s := newSite(t)
	services := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"id": "s%d", "category": "ads", "name": "S%d", "provider": "P%d", "purpose": "Advertises.", "policy": "https://p%d.example/", "urls": ["https://p%d.example/"], "cookies": [{"name": "c%d_*", "life": "13 months"}]},`, i, i, i, i, i, i)
		}
		return strings.Replace(s.measures(), `"services": [`, `"services": [`+b.String(), 1)
	}
	s.keeper("/many", services(2600), ``)
	s.keeper("/most", services(290), ``)
	s.keeper("/names", s.measures(), ``)
	_, tab := visit(t, s, "octroi: $.services")
	tab.open("/many?octroi={}&config=https://evil.example/&octroi-config=%7B%7D#octroi=%7B%7D")
	assert.True(t, tab.whole().truth(`!octroi.allows('pixel') && octroi.report().faults.length > 0`), "2,600 services are told, and shut")
	tab.open("/most").press("accept")
	assert.True(t, tab.truth(`octroi.allows('s289') && octroi.state().decided`))
	tab.open("/most")
	assert.True(t, tab.truth(`octroi.allows('s289') && octroi.state().decided`), "and kept")
	tab.truth(`octroi.refuseAll()`)

	tab.open("/names")
	tab.truth(`octroi.acceptAll()`)
	// WebKit drops none of them, and takes the longer for each, the more there are.
	for n := range map[string]int{"chromium": 40, "firefox": 10, "webkit": 4}[running] {
		assert.True(t, tab.truth(fmt.Sprintf(`(() => {
			for (let i = %d00; i < %d00; i++) {
				document.cookie = 'px' + i + '=1;max-age=9';
				if (i %% 10 === 0) localStorage['px' + i] = 1;
				document.cookie = 'other' + i + '=1;max-age=9';
			}
			return octroi.state().decided && octroi.allows('pixel') && octroi.report();
		})()`, n, n+1)))
	}
	tab.truth(`octroi.refuseAll()`)
	assert.True(t, tab.truth(`!octroi.allows('pixel')`))
	tab.until(`!/(^|; )px/.test(document.cookie) && !Object.keys(localStorage).some((k) => k.startsWith('px'))`)
	tab.open("/names")
	assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel')`))
}
