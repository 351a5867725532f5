package wasmtest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// facade serves what a page's code imports of the package, at /octroi-lib/.
func (s *site) facade() {
	s.pages.Handle("GET /octroi-lib/", http.StripPrefix("/octroi-lib/", http.FileServer(http.Dir("../npm/octroi/lib"))))
}

// asking is a page's code that asks the package at once, and tells what it has heard.
const asking = `<script type="module">
	import { allows, on, preferences, state, subscribe, when } from '/octroi-lib/index.js';
	window.heard = [allows('pixel') + ' ' + allows('essential') + ' ' + state()];
	subscribe(() => heard.push(String(allows('pixel'))));
	on('change', ({ changed }) => heard.push('changed ' + changed.includes('pixel')));
	when('pixel').then(() => heard.push('granted'));
	window.choices = preferences;
</script>`

// A first visit goes on without the hooks and the engine though the page's code asks what is
// granted; what comes later is heard.
func TestWhatAPageImportsMakesItWaitForNothing(t *testing.T) {
	s := newSite(t)
	s.facade()
	own := s.built(t, s.gated())
	own.missing = "hold"
	s.compiledPage("/asks", asking)
	_, tab := visit(t, s, "404", "octroi.hold.js")
	tab.open("/asks").until(`window.heard`)
	assert.True(t, tab.truth(`heard.join() === 'false false null'`), "the engine, which is withheld, is not waited for")

	own.missing = ""
	tab.anew().open("/asks").until(`window.heard && !Object.getOwnPropertyDescriptor(window, 'octroi').get`)
	assert.True(t, tab.truth(`heard.join() === 'false false null' && octroi.ready === false`))
	close(own.withheld)
	tab.until(`octroi.ready && heard.length === 2`)
	tab.press("accept")
	tab.until(`heard.includes('granted')`)
	assert.True(t, tab.truth(`heard.join() === 'false false null,false,true,changed true,granted'`))

	tab.open("/asks").until(`window.heard?.includes('granted')`)
	tab.truth(`(choices(), true)`)
	tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
}

// The drop-in may come later than the page's code, or not at all.
func TestWhatAPageImportsHearsOctroiThatComesLater(t *testing.T) {
	only(t, "events of the document, the same in each", "chromium")
	s := newSite(t)
	s.facade()
	s.page("/later", asking, `<div id="octroi"></div>`)
	_, tab := visit(t, s)
	tab.open("/later").until(`window.heard`)
	assert.True(t, tab.truth(`heard.join() === 'false false null' && (choices(), true)`), "an element of that name is not asked")
	tab.truth(`(octroi.remove(), document.head.append(Object.assign(document.createElement('script'), { src: '/octroi/octroi.js' })), true)`)
	tab.until(`heard.length === 2`)
	tab.press("accept")
	tab.until(`heard.includes('granted')`)
}
