package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What has run cannot be made not to have run: the visitor is asked to load the page
// again, or it is loaded again, and the report says which (R1.43, R1.47).
func TestWithdrawalOfWhatHasRun(t *testing.T) {
	s := newSite(t)
	declaration := s.gated()
	// A tag that goes on reading and telling.
	s.raw("/spy.js", "text/javascript", func() string {
		return `setInterval(() => { document.cookie = 'px=1;path=/'; new Image().src = '` + s.Third + `/ads/again'; }, 50); window.spied = (window.spied || 0) + 1;`
	})
	const body = `<script type="text/plain" data-octroi="pixel" data-src="/spy.js"></script><img data-octroi="pixel" data-src="THIRD/ads/image">`
	s.keeper("/ask", declaration, strings.ReplaceAll(body, "THIRD", s.Third))
	s.keeper("/reload", strings.Replace(declaration, `"site"`, `"onWithdraw": "reload", "site"`, 1), strings.ReplaceAll(body, "THIRD", s.Third))
	s.keeper("/image", declaration, `<img data-octroi="pixel" data-src="`+s.Third+`/ads/image">`)

	_, tab := visit(t, s)
	tab.open("/ask").press("accept")
	tab.until(`window.spied && document.cookie.includes('px=')`)
	s.reached("/ads/again")
	tab.click("#tab")
	tab.press("refuse")
	tab.until(`document.querySelector('[data-octroi-act="reload"]')`)
	tab.requests()
	s.Log.Clear()
	assert.True(t, tab.truth(`document.querySelector('dialog').innerText.includes('Pixel') && document.querySelector('dialog').innerText.includes('All refused') && document.activeElement.matches('.octroi-title')`))
	tab.truth(`new Promise((done) => setTimeout(done, 300))`) // six of its rounds
	assert.Empty(t, tab.requests(), "it asks in vain")
	assert.Equal(t, []string{"octroi"}, tab.cookies(), "it writes in vain")
	assert.True(t, tab.whole().truth(`octroi.report().withdrawn.pixel === 'asked'`))
	tab.shot("reload")
	tab.press("reload")
	tab.comes(`!window.spied && window.octroi?.state()?.decided`)
	assert.True(t, tab.whole().truth(`octroi.report().withdrawn.pixel === 'reloaded' && !sessionStorage.getItem('octroi:reload') && !document.querySelector('dialog')`))
	tab.open("/ask")
	assert.True(t, tab.whole().truth(`octroi.report().withdrawn.pixel === undefined`))

	tab.truth(`octroi.acceptAll()`)
	tab.until(`window.spied`)
	tab.open("/reload")
	tab.until(`window.spied`)
	tab.truth(`octroi.withdraw()`)
	tab.comes(`!window.spied && window.octroi?.report()?.withdrawn.pixel === 'reloaded'`)
	assert.Equal(t, []string{"octroi"}, tab.cookies())

	tab.open("/image").truth(`octroi.acceptAll()`)
	tab.until(`document.querySelector('img[src]')`)
	tab.truth(`octroi.withdraw()`)
	assert.True(t, tab.whole().truth(`octroi.report().withdrawn.pixel === 'stopped' && !document.querySelector('dialog')`), "nothing of it runs any more")
}
