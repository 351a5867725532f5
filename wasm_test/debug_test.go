package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The overlay is the same with the drop-in and with what octroi build makes.
func TestTheDevelopersOverlay(t *testing.T) {
	sampled(t, "the interface's tree and its openers are the same in each")
	s := newSite(t)
	declaration := s.gated()
	const page = `<img src="THIRD/ads/image"><script type="text/plain" data-octroi="ads">1</script>`
	s.keeper("/debug", declaration, strings.ReplaceAll(page, "THIRD", s.Third))
	close(s.built(t, declaration).withheld)
	s.compiledPage("/debug/compiled", strings.ReplaceAll(page, "THIRD", s.Third))
	for _, path := range []string{"/debug", "/debug/compiled"} {
		t.Run(path, func(t *testing.T) { overlay(t, s, path) })
	}
}

func overlay(t *testing.T, s *site, path string) {
	_, tab := visit(t, s)
	tab.size(1100, 900, false)
	tab.open(path).whole()
	assert.True(t, tab.truth(`!document.querySelector('octroi-debug')`))
	tab.truth(`(octroi.refuseAll(), document.cookie = '_ga=1', document.cookie = 'mine=1;max-age=999999', document.cookie = 'px=1', document.cookie = 'basket=1', localStorage.setItem('draft', 1), fetch('` + s.Third + `/elsewhere', { mode: 'no-cors' }).catch(() => {}), octroi.debug(), true)`)
	const text = `[...(document.querySelector('octroi-debug')?.shadowRoot.children || [])].map((e) => e.innerText).join('\n')`
	tab.until(`(` + text + `).includes('Google Analytics')`)
	var said string
	tab.eval(text, &said)
	for _, part := range []string{
		s.Third + "/ads/image", "px*", "data-octroi", // what was held, and by which rule
		`<img data-octroi="pixel" data-src="` + s.Third + `/ads/image">`, // the markup that would
		`"urls":["127.0.0.1"]`,                   // an unknown host, ready to declare
		`"id":"google-analytics"`,                // a known cookie's service
		`"cookies":[{"name":"mine","life":"…"}]`, // an unknown one's
		"draft", "the visit’s end",
	} {
		assert.Contains(t, said, part)
	}
	tab.shot("debug")
	assert.True(t, tab.truth(`(document.querySelector('octroi-debug').shadowRoot.querySelector('button').click(), !document.querySelector('octroi-debug'))`))
	tab.open(path + "?a=1&octroi=debug")
	tab.until(`(` + text + `).includes('Held')`)
}
