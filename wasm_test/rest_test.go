package wasmtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The rest of the engine comes when it is wanted: a visitor who accepts or refuses never
// loads it.
func TestTheRestComesWhenItIsWanted(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	s := newSite(t)
	const came = `Boolean(document.querySelector('script[src*="octroi.rest.js"]'))`
	for _, choice := range []string{"accept", "refuse"} {
		_, tab := visit(t, s)
		declaration := strings.Replace(s.measures(), `, "databases": [{"name": "px*"}], "caches": [{"name": "px*"}], "workers": [{"name": "/px-worker.js"}]`, "", 1)
		s.keeper("/"+choice, declaration, `<img data-octroi="pixel" data-src="`+s.Third+`/ads/image" alt="">`)
		tab.open("/" + choice)
		tab.press(choice)
		tab.truth(`(document.cookie = 'basket=1', document.cookie = 'px=1;max-age=999999999', true)`)
		tab.open("/" + choice)
		tab.until(`octroi.state().decided`)
		assert.False(t, tab.truth(came), choice)
		tab.click("#tab")
		tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
		assert.True(t, tab.truth(came))
		assert.True(t, tab.truth(`getComputedStyle(document.querySelector('.octroi-switch')).appearance === 'none'`), "with its styles")
		assert.True(t, tab.truth(`document.querySelector('.octroi-three').innerText.includes('This visit')`), "and its texts")
	}
}

// Without it nothing opens: accepting and refusing go on, what needs more is told as an
// error, and asked for again at the next wish.
func TestTheRestCannotBeHad(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	s := newSite(t)
	s.without("/lacking/", "octroi.rest.js")
	s.raw("/damaged/octroi.rest.js", "text/javascript", func() string { return `document.currentScript` })
	whole, err := os.ReadFile(filepath.Join(Dist, "octroi.js"))
	require.NoError(t, err)
	s.raw("/damaged/octroi.js", "text/javascript", func() string { return string(whole) })
	for _, folder := range []string{"/lacking/", "/damaged/"} {
		s.raw(folder+"page", "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>rest</title>` + watchErrors + `<script type="application/json" id="octroi-config">` + s.measures() +
				`</script><script src="` + folder + `octroi.js"></script></head><body><a href="#octroi" id="tab">Cookies</a><iframe data-octroi="pixel" data-src="` + s.Third + `/ads/frame" width="400" height="300"></iframe></body></html>`
		})
		s.Log.Clear()
		_, tab := visit(t, s, "octroi.rest.js")
		tab.open(folder + "page")
		tab.until(`wrong.some(({ reason }) => reason === 'rest')`)
		before := 0
		tab.eval(`wrong.length`, &before)
		tab.press("preferences")
		tab.until(fmt.Sprintf(`wrong.length > %d`, before))
		assert.True(t, tab.truth(`Boolean(document.querySelector('dialog.octroi-ask[open]')) && !octroi.allows('pixel') && octroi.report() === null`), folder)
		assert.Empty(t, tab.requests())
		tab.press("refuse")
		tab.until(`octroi.state().decided && !document.querySelector('dialog')`)
		tab.truth(`octroi.acceptAll()`)
		tab.arrived("/ads/frame")
	}
}

// A page that needs it from its first moment has it stand before the drop-in.
func TestTheRestStandsBefore(t *testing.T) {
	s := newSite(t)
	declaration := strings.Replace(s.measures(), `"site"`, `"inherit": [{"from": "klaro", "ids": {"pixel": "pixel"}}], "site"`, 1)
	s.raw("/before", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>rest</title><script type="application/json" id="octroi-config">` + declaration +
			`</script><script src="/octroi/octroi.rest.js"></script>` + dropIn + `<script>window.state = octroi.state(); window.report = octroi.report()</script></head><body></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/before")
	assert.True(t, tab.truth(`state.decided === false && report.inherit[0].from === 'klaro' && document.querySelectorAll('script[src*="octroi.rest.js"]').length === 1`))
}

// It comes from wherever the drop-in does, also where no service declares that host and
// what is unknown is refused.
func TestTheRestFromAnotherHost(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	host := httptest.NewServer(http.FileServer(http.Dir(Dist)))
	t.Cleanup(host.Close)
	declaration := strings.Replace(s.measures(), `"site"`, `"unknown": "block", "site"`, 1)
	s.raw("/hosted", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>rest</title><script type="application/json" id="octroi-config">` + declaration +
			`</script><script src="` + host.URL + `/octroi.js"></script></head><body><a href="#octroi" id="tab">Cookies</a></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/hosted")
	tab.whole().truth(`octroi.preferences()`)
	assert.True(t, tab.truth(`Boolean(document.querySelector('dialog.octroi-preferences[open]')) && octroi.report().hosts.length === 0`))
}
