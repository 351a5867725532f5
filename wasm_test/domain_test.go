package wasmtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// All hosts of a declared domain share the choice: the record's cookie is theirs, storage is not.
func TestHostsShareAChoice(t *testing.T) {
	s := newSite(t)
	declaration := strings.Replace(s.gated(), `"name": "Shop", "controller"`, `"name": "Shop", "domain": "shop.localhost", "controller"`, 1)
	s.keeper("/shared", declaration, `<img data-octroi="pixel" data-src="`+s.Third+`/ads/gated" alt="">`)
	s.keeper("/alone", s.gated(), "")
	s.keeper("/withdraws", declaration, `<script>octroi.refuseAll()</script>`)
	s.pages.HandleFunc("/forget", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "octroi", Path: "/", Domain: "shop.localhost", MaxAge: -1})
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<!doctype html><title>test</title>"))
	})
	on := func(host, path string) string {
		return strings.Replace(s.URL, "localhost", host+".shop.localhost", 1) + path
	}
	_, tab := visit(t, s, "octroi: $.site.domain")

	// A record of one host alone is joined.
	tab.away(on("www", "/alone")).press("accept")
	tab.until(`octroi.state().decided && document.cookie.includes('octroi=')`)
	tab.away(on("blog", "/shared")).until(`document.querySelector('dialog.octroi-ask[open]')`)
	tab.away(on("www", "/shared"))
	tab.arrived("/ads/gated")
	assert.True(t, tab.truth(`document.cookie.match(/octroi=/g).length === 1`), "one cookie is left")
	s.Log.Clear()
	tab.away(on("blog", "/shared"))
	tab.arrived("/ads/gated")
	assert.True(t, tab.truth(`octroi.state().decided && !document.querySelector('dialog') && document.cookie.includes('octroi=')`))

	// A withdrawal holds on the other host, also once the cookie has gone.
	tab.truth(`(octroi.refuseAll(), true)`)
	tab.until(`!octroi.allows('pixel')`)
	s.Log.Clear()
	tab.away(on("www", "/shared")).until(`octroi.state()?.decided`)
	assert.True(t, tab.truth(`!octroi.allows('pixel') && localStorage.octroi !== undefined`))
	tab.away(on("blog", "/shared")).until(`octroi.state()?.decided`)
	tab.truth(`(octroi.acceptAll(), true)`)
	tab.arrived("/ads/gated")
	tab.away(on("www", "/shared")).until(`octroi.allows('pixel')`)
	tab.away(on("blog", "/shared")).until(`octroi.state()?.decided`)
	tab.truth(`(octroi.refuseAll(), true)`)
	tab.until(`!octroi.allows('pixel')`)
	tab.away(on("www", "/forget"))
	s.Log.Clear()
	tab.away(on("www", "/shared")).until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`!octroi.allows('pixel')`), "what this host's storage holds was withdrawn elsewhere")
	assert.Empty(t, tab.requests())

	// What is granted for the visit holds on the other host, which leaves what it has set.
	tab.truth(`(octroi.save({ pixel: 'visit' }), document.cookie = 'px1=1; domain=shop.localhost; path=/', true)`)
	tab.until(`octroi.allows('pixel') && document.cookie.includes('px1=')`)
	tab.away(on("blog", "/shared")).until(`octroi.state()?.decided`)
	assert.True(t, tab.truth(`octroi.allows('pixel') && !document.querySelector('dialog')`), "the visit is the same")
	tab.until(`octroi.report()`)
	assert.True(t, tab.truth(`document.cookie.includes('px1=')`), "the other host was granted it")

	// A page of the other host withdraws: this one hears of it, or reads it when it is looked at.
	tab.truth(`(document.body.append(Object.assign(document.createElement('iframe'), { src: '` + on("www", "/withdraws") + `' })), true)`)
	tab.until(`!document.cookie.includes('px1=') && (window.cookieStore || dispatchEvent(new Event('focus'))) && !octroi.allows('pixel')`)

	// Elsewhere all is shut.
	tab.open("/shared").until(`octroi.state()`)
	assert.True(t, tab.truth(`!octroi.allows('pixel') && !document.querySelector('dialog')`))
}
