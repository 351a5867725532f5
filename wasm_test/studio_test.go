package wasmtest

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

// studio shows what an address asks for, and waits until both frames do.
func (t *tab) studio(query string) {
	t.t.Helper()
	t.open("/preview?" + query)
	t.until(`document.querySelector('#studio').dataset.state?.match(/shown|faulty/)`)
}

// chooses sets a control of the studio, with the focus on it, and waits until both frames show it.
func (t *tab) choosesStudio(name, value string) {
	t.t.Helper()
	t.truth(fmt.Sprintf(`(() => {
		const form = document.querySelector('#studio'), field = form.elements[%q];
		form.dataset.state = 'asked';
		field.focus();
		field.value = %q;
		for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
		return true;
	})()`, name, value))
	t.until(`document.querySelector('#studio').dataset.state.match(/shown|faulty/)`)
}

// turnsTo has the studio show a state, by keyboard.
func (t *tab) turnsStudio(state string) {
	t.t.Helper()
	t.truth(`(() => { document.querySelector('#studio').dataset.state = 'asked'; document.querySelector('#studio [value=` + state + `]').focus(); return true; })()`)
	t.key(" ")
	t.until(`document.querySelector('#studio').dataset.state.match(/shown|faulty/)`)
}

// both tells whether something holds in each frame, of whose document and window it is.
func (t *tab) both(holds string) bool {
	t.t.Helper()
	return t.truth(`[...document.querySelectorAll('iframe')].length === 2 && [...document.querySelectorAll('iframe')].every(({ contentDocument: document, contentWindow: window }) => {
		const seen = (selector) => [...document.querySelectorAll(selector)].some((element) => element.getClientRects().length);
		return ` + holds + `;
	})`)
}

// The studio shows each state of the interface on a phone and a desktop, in the real pages.
func TestTheStudio(t *testing.T) {
	sampled(t, "the studio's page is the demo's; the interface in it is tried elsewhere")
	s := newSite(t)
	_, tab := visit(t, s, "$.theme", "$.language", "$.layout", "Failed to fetch", "NetworkError", "Load failed")
	tab.size(1440, 1000, false)
	tab.before(`if (top === window) Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { if (window.refuses) throw new Error('closed'); window.copied = text; } } })`)
	tab.studio("")
	sizes := `window.innerWidth + ' ' + window.innerHeight`
	assert.True(t, tab.both(`['390 844', '1440 900'].includes(`+sizes+`)`))
	for _, state := range []struct{ id, holds string }{
		{"first", `seen('dialog.octroi-ask[open]') && !window.octroi.state().decided && !seen('.octroi-dated')`},
		{"second", `seen('dialog.octroi-preferences[open]') && !seen('.octroi-ask')`},
		{"standin", `seen('.octroi-embed [data-octroi-act=once]') && !seen('dialog') && !seen('.octroi-status') && window.scrollY > 0`},
		{"message", `seen('.octroi-status [data-octroi-act=undo]') && window.octroi.state().decided && !seen('dialog')`},
		{"policy", `seen('[data-octroi-declaration] .octroi-policy table') && !seen('dialog') && !seen('.octroi-status')`},
		{"again", `seen('dialog.octroi-ask[open]') && window.octroi.state().categories.audience.ask === 'expired' && !window.octroi.state().categories.memory.ask`},
		{"reload", `seen('[data-octroi-act=reload]') && Object.values(window.octroi.report().withdrawn).includes('asked')`},
	} {
		if !whole && (state.id == "second" || state.id == "message" || state.id == "policy" || state.id == "reload") {
			continue // each takes two pages, some 4 s
		}
		if state.id != "first" { // which it begins with
			tab.turnsStudio(state.id)
		}
		assert.True(t, tab.both(state.holds), state.id)
		assert.True(t, tab.truth(`document.querySelector('#status').textContent.startsWith('Both frames show')`), state.id)
		assert.True(t, tab.truth(`!frames[0].document.hasFocus() && !frames[1].document.hasFocus() && ['first', document.activeElement.value].includes('`+state.id+`')`), "the focus stays with the controls: %s", state.id)
		tab.shot("studio-" + state.id)
	}

	// What is chosen reaches both frames, and the address.
	scheme := "auto"
	if running == "webkit" { // whose frames do not take over a scheme
		scheme = "page"
	}
	tab.studio("shade=dark&scheme=" + scheme + "&lang=ar&theme=editorial&radius=21&font=Georgia,+serif")
	tab.choosesStudio("layout", "dialog")
	assert.True(t, tab.truth(`document.activeElement.name === 'layout' && !frames[0].document.hasFocus()`), "a dialog in a frame does not take the focus")
	tab.choosesStudio("dark.accent", "#ffe0aa")
	look := `(({ borderTopLeftRadius, fontFamily, backgroundColor }) => [borderTopLeftRadius, fontFamily, backgroundColor].join())(window.getComputedStyle(document.querySelector('dialog.octroi')))`
	chosen := `document.querySelector('dialog.octroi-modal[open]')?.lang === 'ar' && ` + look + ` === '21px,Georgia, serif,rgb(32, 26, 24)' && window.getComputedStyle(document.querySelector('[data-octroi-act=accept]')).backgroundColor === 'rgb(255, 224, 170)'`
	assert.True(t, tab.both(chosen))
	tab.shot("studio-dialog-dark")
	var query string
	tab.eval(`location.search.slice(1)`, &query)
	tab.studio(query)
	assert.True(t, tab.both(chosen), "the address has it all")

	// Its figures and what it copies are the engine's.
	assert.True(t, tab.truth(`document.querySelector('[data-copy=part]').click() || true`))
	tab.until(`document.querySelector('#copied').textContent === 'Copied.'`)
	var copied, style string
	tab.eval(`window.copied`, &copied)
	tab.eval(`document.querySelector('#style').textContent`, &style)
	assert.JSONEq(t, `{"language": "ar", "layout": "dialog", "theme": {"name": "editorial", "scheme": "`+scheme+`", "dark": {"accent": "#ffe0aa"}}}`, copied)
	assert.Equal(t, ":root {\n  --octroi-radius: 21px;\n  --octroi-font: Georgia, serif;\n  --octroi-title-font: Georgia, serif;\n}", style)
	d := map[string]any{}
	require.NoError(t, json.Unmarshal([]byte(s.Declaration()), &d))
	require.NoError(t, json.Unmarshal([]byte(copied), &d))
	b, err := json.Marshal(d)
	require.NoError(t, err)
	c, faults := config.Parse(string(b))
	assert.Empty(t, faults)
	assert.Equal(t, "#ffe0aa", c.Theme.Dark[4])
	var figures []string
	tab.eval(`[...document.querySelectorAll('.contrasts tbody tr')].map((row) => [...row.cells].slice(1).map((cell) => cell.innerText.match(/[\d.]+:1/)[0] + ' ' + cell.className).join())`, &figures)
	day, night := config.Contrasts(&c.Theme.Light), config.Contrasts(&c.Theme.Dark)
	require.Len(t, figures, len(day))
	for i := range day {
		var light, dark float64
		var rights [2]string
		_, err := fmt.Sscanf(strings.NewReplacer(":1", "", ",", " ").Replace(figures[i]), "%f %s %f %s", &light, &rights[0], &dark, &rights[1])
		require.NoError(t, err, figures[i])
		assert.InDelta(t, day[i].Ratio, light, .01)
		assert.InDelta(t, night[i].Ratio, dark, .01)
		assert.Equal(t, [2]string{"right", "right"}, rights)
	}
	tab.truth(`(window.refuses = true, document.querySelector('#copied').textContent = '', document.querySelector('[data-copy=part]').click(), true)`)
	tab.until(`document.querySelector('#copied').textContent.includes('selected')`)
	assert.True(t, tab.truth(`String(getSelection()) === document.querySelector('#part').textContent`), "where the clipboard is closed, what it has not taken is selected")

	// Its own page.
	if os.Getenv("OCTROI_NPM") != "" {
		var violations []string
		tab.eval(`(async () => { `+npm(t, "axe-core/axe.min.js")+`; const r = await axe.run(document, { iframes: false, resultTypes: ['violations'] }); return r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target + ' ' + n.failureSummary)); })()`, &violations)
		assert.Empty(t, violations, "axe-core on the studio")
	}
	tab.size(390, 844, false)
	tab.until(`document.documentElement.scrollWidth <= innerWidth`) // a phone scrolls down alone
	tab.shot("studio-phone")
	if running == "chromium" && pictured() {
		tab.studio("state=second&lang=de")
		tab.shot("studio-phone-opened")
		tab.truth(`scrollTo(0, document.querySelector('.bar').offsetTop) || true`)
		tab.shot("studio-phone-frames")
		tab.truth(`scrollTo(0, document.querySelector('.desktop').offsetTop) || true`)
		tab.shot("studio-phone-figures")
		tab.media("prefers-color-scheme", "dark")
		tab.size(1024, 900, false)
		tab.studio("shade=dark&layout=bar&theme=contrast")
		tab.shot("studio-tablet-dark")
		tab.size(1920, 1100, false)
		tab.studio("state=second&shade=dark&layout=bar&theme=contrast")
		tab.shot("studio-wide-dark")
		tab.media("", "")
		tab.studio("theme=plain")
		tab.shot("studio-plain")
	}

	// Faults stand at their controls, in the engine's words; the frames grant and ask nothing.
	tab.size(1440, 1000, false)
	tab.studio("lang=french&light.ink=%23aaaaaa&radius=150&layout=" + `"><script>window.bad=1</script>`)
	at := `(name) => document.getElementById('fault-' + name).innerText`
	assert.True(t, tab.truth(`((at) => at('lang').startsWith('Not a language tag') && at('light').startsWith('Ink on paper is too pale') && at('layout') && at('radius').startsWith('Write a number'))(`+at+`)`))
	assert.True(t, tab.truth(`document.querySelectorAll('[aria-invalid=true]').length === 5 && document.querySelector('td.wrong').innerText.includes('too pale') && !window.bad`))
	assert.True(t, tab.both(`!seen('dialog') && !window.bad && window.octroi.report().faults.length > 2`))
	tab.shot("studio-faults")
}
