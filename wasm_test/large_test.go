package wasmtest

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

// large is a declaration of so many services, with 50,000 addresses among them, and of at
// least so many bytes.
func large(services, bytes int) string {
	var b strings.Builder
	each := 50_000 / services
	for i := range services {
		urls := make([]string, each)
		for k := range urls {
			urls[k] = fmt.Sprintf(`"*.host%d-%d.example/path/"`, i, k)
		}
		fmt.Fprintf(&b, `{"id": "service-%d", "category": "ads", "name": "Service %d", "provider": "Provider %d", "purpose": "Measures, as number %d.", "policy": "https://p%d.example/", "urls": [%s], "cookies": [{"name": "c%d_*", "life": "13 months"}]},`,
			i, i, i, i, i, strings.Join(urls, ","), i)
	}
	text := strings.Replace(keeping(""), `"services": [`, `"services": [`+b.String(), 1)
	return text + strings.Repeat(" ", max(bytes-len(text), 0))
}

// A declaration of 2 MB, 2,000 services and 50,000 addresses is asked about as any other,
// and the choice is kept, where a cookie does not take it in local storage.
func TestALargeDeclaration(t *testing.T) {
	only(t, "what is large is for the engine in Go, the same module in each", "chromium")
	s := newSite(t)
	s.keeper("/large", large(2000, 2<<20), `<script>window.own = performance.now()</script>`)
	s.keeper("/longer", large(100, 5<<20), ``)
	_, tab := visit(t, s, "octroi: $: longer than 4 MB")
	tab.open("/large")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	start := 0.0
	tab.eval(`new Promise((done) => {
		const began = performance.now(), frame = document.body.appendChild(document.createElement('iframe'));
		frame.onload = () => done(performance.now() - began);
		frame.src = '/large?again';
	})`, &start)
	t.Logf("a page of %d bytes loads within %.0f ms in a frame, engine and all", len(large(2000, 2<<20)), start)
	assert.True(t, tab.truth(`fetch('https://a.host1999-24.example/path/x').then(() => false, () => true) && !octroi.allows('service-1999')`))
	tab.press("accept")
	assert.True(t, tab.truth(`octroi.allows('service-0 service-1999 pixel') && octroi.state().decided && !/service/.test(document.cookie)`))
	tab.open("/large")
	assert.True(t, tab.truth(`octroi.allows('service-0 service-1999 pixel') && octroi.state().decided && !document.querySelector('dialog')`), "and kept")
	tab.truth(`(octroi.save({ 'service-7': false }), true)`)
	tab.open("/large")
	assert.True(t, tab.truth(`!octroi.allows('service-7') && octroi.allows('service-8') && octroi.state().decided`))
	tab.truth(`(octroi.refuseAll(), true)`)
	tab.open("/large")
	said := ""
	tab.eval(`octroi.allows('service-8') + ' ' + octroi.state().decided + ' ' + octroi.report()?.kept`, &said)
	assert.Regexp(t, "^false true", said, "refused, at the next page")
	if running != "chromium" {
		return // how long one may be the engine in Go says
	}
	tab.open("/longer")
	tab.whole().until(`octroi.report()`)
	assert.True(t, tab.truth(`octroi.report().faults.join() === '$: longer than 4 MB; declare less' && !octroi.allows('service-1')`))
}

// The engine of a site's own with as many is more than the 8 MB that Chromium makes an instance of
// at once on a page's main thread: it is made while the page goes on, and not exchanged for the
// one in JavaScript. Until then what it would hold is held.
func TestALargeSitesOwnEngine(t *testing.T) {
	only(t, "no other browser has a limit", "chromium")
	s := newSite(t)
	own := s.built(t, large(2000, 0))
	close(own.withheld)
	var engine, plain atomic.Int32
	own.answers = func(name string, _ *http.Request) {
		if strings.HasPrefix(name, "engine.") {
			engine.Add(1)
		} else if strings.Contains(name, "nowasm") {
			plain.Add(1)
		}
	}
	s.compiledPage("/large", `<script>fetch('https://a.host1999-24.example/path/x').catch((error) => (window.failed = true))</script>`)
	_, tab := visit(t, s, "octroi: held: ")
	tab.open("/large").until(`window.failed && document.querySelector('dialog.octroi-ask[open]')`)
	tab.press("accept")
	tab.until(`octroi.allows('service-0 service-1999 pixel') && octroi.state().decided`)
	tab.open("/large")
	tab.until(`octroi.allows('service-0 service-1999 pixel')`)
	assert.True(t, tab.truth(`(octroi.save({ 'service-7': false }), !octroi.allows('service-7'))`))
	assert.NotZero(t, engine.Load())
	assert.Zero(t, plain.Load(), "the one in JavaScript is not asked for")
}
