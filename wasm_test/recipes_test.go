package wasmtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Each recipe of the demo: nothing before a choice nor after a refusal, just what it says
// once granted, and each by its own. They load what octroi build makes of their declaration.
func TestRecipes(t *testing.T) {
	only(t, "the recipes are markup whose gating other tests try in each", "chromium")
	matomo := []string{"/matomo/matomo.js", "/matomo/matomo.php"}
	analytics := []string{"/gtag/js", "/gtag/collect"}
	pixel := []string{"/ads/events.js", "/ads/tr"}
	film := []string{"/social/video.html"}
	s := newShop(t)
	_, tab := visit(t, s)
	for id, want := range map[string]struct{ all, statistics []string }{
		"plain":     {all: all(matomo, film), statistics: matomo},
		"gtm":       {all: all([]string{"/gtm.js"}, analytics, pixel), statistics: all([]string{"/gtm.js"}, analytics)},
		"react":     {all: matomo, statistics: matomo},
		"vue":       {all: matomo, statistics: matomo},
		"template":  {all: all(matomo, film), statistics: matomo},
		"wordpress": {all: all(matomo, pixel, film), statistics: matomo},
	} {
		t.Run(id, func(t *testing.T) {
			if id == "react" || id == "vue" {
				npm(t, id+"/package.json")
			}
			tab.within(t)
			tab.anew().open("/recipes/" + id)
			tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
			assert.True(t, tab.truth(`!document.querySelector('#octroi-config') && document.querySelector('script[src^="/octroi/recipes/octroi.js?v="]')`))
			assert.Empty(t, tab.requests(), "nothing before a choice")
			tab.press("refuse")
			assert.Empty(t, tab.requests(), "refused")
			tab.open("/recipes/" + id)
			assert.Empty(t, tab.requests(), "refused, at the next page")
			tab.truth(`octroi.save({ statistics: true })`)
			tab.arrived(want.statistics...)

			tab.anew().open("/recipes/" + id)
			tab.press("accept")
			tab.arrived(want.all...)
			if id == "gtm" {
				assert.True(t, tab.truth(`[...dataLayer].some(([a, b, c]) => a === 'consent' && b === 'default' && c.ad_storage === 'denied') && [...dataLayer].at(-1)[2].ad_storage === 'granted'`))
			}
			if id != "react" && id != "vue" {
				return
			}
			assert.True(t, tab.truth(`document.querySelector('#says').textContent === 'Visits are counted.'`))
			s.Log.Clear()
			tab.click("#go")
			tab.arrived(film...)
			tab.truth(`octroi.withdraw('video')`)
			tab.until(`!document.querySelector('iframe').hasAttribute('src') && document.querySelector('.octroi-embed')`)
			tab.click("#go")
			tab.until(`document.querySelector('#says') && !document.querySelector('.octroi-embed, iframe')`)
			tab.truth(`octroi.withdraw('statistics')`)
			tab.until(`document.querySelector('#says').textContent === 'Visits are not counted.'`)
		})
	}
}

// A recipe's page does the same with the drop-in.
func TestARecipeWithTheDropIn(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	_, tab := visit(t, s)
	tab.open("/recipes/plain")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`document.querySelector('#octroi-config + script[src="/octroi/octroi.js"]')`))
	assert.Empty(t, tab.requests(), "nothing before a choice")
	tab.press("accept")
	tab.arrived("/matomo/matomo.js", "/matomo/matomo.php", "/social/video.html")
}
