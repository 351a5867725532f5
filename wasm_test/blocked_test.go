package wasmtest

import (
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Where a filter list keeps octroi.js from loading, each recipe's page goes on, and
// nothing is granted.
func TestRecipesWithoutOctroi(t *testing.T) {
	only(t, "the recipes are markup whose gating other tests try in each", "chromium")
	s := newShop(t)
	s.pages.HandleFunc("GET /octroi/recipes/octroi.js", http.NotFound)
	_, tab := visit(t, s, "404")
	for _, id := range []string{"plain", "gtm", "react", "vue", "template", "wordpress"} {
		app := id == "react" || id == "vue"
		if app && os.Getenv("OCTROI_NPM") == "" {
			t.Log("without npm there is no " + id)
			continue
		}
		tab.open("/recipes/" + id)
		assert.True(t, tab.truth(`window.octroi === undefined`))
		if id == "gtm" {
			assert.True(t, tab.truth(`[...dataLayer].at(-1)[1] === 'update' && [...dataLayer].at(-1)[2].ad_storage === 'denied'`))
		}
		if app {
			tab.until(`document.querySelector('#says')?.textContent === 'Visits are not counted.'`)
			tab.click("#go")
			tab.until(`document.querySelector('iframe')`)
			tab.click("#go")
			tab.until(`document.querySelector('#says')`)
		}
		assert.Empty(t, tab.requests(), id)
	}
}
