package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a theme has besides its colours reaches each part: radius, type and edges.
func TestThemesHoldThroughout(t *testing.T) {
	sampled(t, "the style sheet is the same in each")
	s := newSite(t)
	s.faces()
	_, tab := visit(t, s)
	for theme, want := range map[string]struct{ button, knob, title, weight, edge, hair string }{
		"neutral":   {button: "10px", knob: "10px", title: "system-ui, sans-serif", weight: "650", edge: "2px", hair: "1px"},
		"editorial": {button: "0px", knob: "0px", title: `Didot, "Bodoni MT", "Playfair Display", Georgia, serif`, weight: "400", edge: "1px", hair: "1px"},
		"contrast":  {button: "4px", knob: "4px", title: "system-ui, sans-serif", weight: "700", edge: "3px", hair: "2px"},
	} {
		all := func(property, value string, selectors ...string) {
			t.Helper()
			for _, selector := range selectors {
				var got []string
				selector, pseudo := selector, ""
				if at := strings.Index(selector, "::"); at >= 0 {
					selector, pseudo = selector[:at], selector[at:]
				}
				tab.eval(`[...new Set([...document.querySelectorAll('`+selector+`')].map((e) => getComputedStyle(e, '`+pseudo+`').`+property+`))]`, &got)
				assert.Equal(t, []string{value}, got, "%s: %s of %s", theme, property, selector)
			}
		}
		tab.size(1440, 900, false)
		tab.anew().open("/face/corner/" + theme)
		tab.until(`document.querySelector('dialog.octroi-ask')`)
		all("fontFamily", want.title, ".octroi-title", ".octroi-purposes strong")
		all("fontWeight", want.weight, ".octroi-title", ".octroi-purposes strong")
		all("borderTopWidth", want.edge, "dialog", ".octroi-button")
		all("borderTopWidth", want.hair, ".octroi-purposes li")
		all("borderTopLeftRadius", want.button, ".octroi-button")
		tab.size(390, 844, true)
		all("borderTopWidth", want.edge, "dialog")
		tab.preferences()
		tab.until(`document.querySelector('.octroi-preferences tbody tr')`)
		tab.truth(`document.querySelectorAll('dialog details').forEach((d) => (d.open = true))`)
		all("fontFamily", want.title, "dialog :is(h2, h3, h4)")
		all("fontWeight", want.weight, "dialog :is(h2, h3, h4)")
		all("borderTopWidth", want.hair, ".octroi-category", ".octroi-service", "dialog tbody tr")
		all("borderTopLeftRadius", want.button, ".octroi-category", ".octroi-close")
		all("borderTopLeftRadius", want.knob, ".octroi-switch::before")
		assert.Equal(t, theme == "neutral", tab.truth(`parseFloat(getComputedStyle(document.querySelector('.octroi-switch')).borderTopLeftRadius) >= 14`), "%s: only where buttons are round, switches are", theme)
		tab.press("save")
		tab.until(`document.querySelector('.octroi-status p')?.textContent`)
		all("borderTopWidth", want.edge, ".octroi-status")
		all("borderTopLeftRadius", want.button, ".octroi-status .octroi-close")
	}
}
