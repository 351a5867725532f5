package wasmtest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The demo's log has what third parties got: with Octroi nothing before a choice, and what was
// granted after it; with others what their shop's page lets through.
func TestTheDemo(t *testing.T) {
	sampled(t, "its managers are tried elsewhere")
	s := newSite(t)
	documentation(t, s)
	_, tab := visit(t, s)
	tab.size(1280, 900, false)
	got := func() (lines []string) {
		tab.eval(`[...document.querySelectorAll('#log .got')].map((line) => line.textContent)`, &lines)
		slices.Sort(lines)
		return lines
	}
	shop := func(js string) {
		t.Helper()
		tab.until(`((document, window) => ` + js + `)(frames[0].document, frames[0])`)
	}
	asks := func(manager string) {
		t.Helper()
		tab.truth(`(document.getElementById('log').replaceChildren(), document.querySelector('[name=manager][value=` + manager + `]').click(), true)`)
		shop(`document.readyState === 'complete' && window.location.pathname.endsWith('/` + manager + `.html')`)
	}
	press := func(selector string) {
		t.Helper()
		shop(`document.readyState === 'complete' && [document.querySelector('` + selector + `')].some((button) => button?.getClientRects().length && (button.click(), true))`)
	}
	all := []string{"GET adverts.svg", "GET counter.js", "GET film.html", "POST counter/hit?page=home"}

	tab.open("/docs/demo/index.html").until(`!document.getElementById('demo').hidden`)
	shop(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, got(), "before a choice")
	press("[data-octroi-act=refuse]")
	press("[data-octroi-act=dismiss]")
	tab.truth(`(document.querySelector('[data-do=again]').click(), true)`)
	shop(`window.octroi?.state()?.decided && document.readyState === 'complete'`)
	assert.Empty(t, got(), "after a refusal")

	tab.truth(`(document.querySelector('[data-do=forget]').click(), true)`)
	press("dialog.octroi-ask[open] [data-octroi-act=accept]")
	tab.until(`document.querySelectorAll('#log .got').length >= 3`)
	tab.truth(`(document.getElementById('log').replaceChildren(), document.querySelector('[data-do=again]').click(), true)`)
	tab.until(`document.querySelectorAll('#log .got').length >= 4`)
	assert.Equal(t, all, got(), "what was granted starts on the next page")
	var told string
	tab.eval(`document.getElementById('log').innerText`, &told)
	assert.Contains(t, told, "The visitor comes again. Octroi asks.")
	tab.shot("demo")

	asks("none")
	tab.until(`document.querySelectorAll('#log .got').length >= 4`)
	assert.Equal(t, all, got(), "nobody asks")

	for manager, accept := range map[string]string{"vanilla": "#cc-main [data-role=all]", "klaro": "#klaro .cookie-notice .cm-btn-success"} {
		asks(manager)
		shop(`document.querySelector('` + accept + `')?.getClientRects().length`)
		tab.until(`document.querySelectorAll('#log .got').length >= 2`)
		assert.Equal(t, []string{"GET adverts.svg", "POST counter/hit?page=home"}, got(), "%s holds what is marked in the page", manager)
		press(accept)
		tab.until(`document.getElementById('log').textContent.includes('GET counter.js')`)
	}

	tab.size(390, 844, false)
	tab.until(`document.documentElement.scrollWidth <= innerWidth`)
}
