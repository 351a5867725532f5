package wasmtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// <octroi-embed> has one frame, which is held and loads as gated markup: whatever becomes of its
// attributes, and wherever it is put.
func TestEmbedElement(t *testing.T) {
	only(t, "custom elements, the same in each", "chromium")
	s := newSite(t)
	s.facade()
	s.keeper("/embed", s.gated(), `<script type="module" src="/octroi-lib/embed.js"></script>
		<main><octroi-embed service="pixel" src="`+s.Third+`/ads/one" title="A film" width="400" height="220"></octroi-embed></main><aside></aside>`)
	_, tab := visit(t, s)
	tab.open("/embed").until(`document.querySelector('octroi-embed > .octroi-embed')`)
	tab.truth(`(window.embed = document.querySelector('octroi-embed'), window.frames_ = () => embed.querySelectorAll('iframe'), window.frame = frames_()[0], true)`)
	assert.True(t, tab.truth(`!embed.shadowRoot && frames_().length === 1 && frame.title === 'A film' && frame.width === '400' && !frame.hasAttribute('src')`))
	assert.True(t, tab.truth(`(embed.title = 'Another', embed.setAttribute('allow', 'fullscreen'), embed.removeAttribute('width'), frames_()[0] === frame && frame.title === 'Another' && frame.allow === 'fullscreen' && !frame.hasAttribute('width'))`), "changed in place")
	assert.True(t, tab.truth(`(embed.setAttribute('src', '`+s.Third+`/ads/two'), frames_().length === 1 && frames_()[0] !== frame)`), "another address is another frame")
	assert.Empty(t, tab.requests())

	tab.press("accept")
	tab.arrived("/ads/two")
	s.Log.Clear()
	assert.True(t, tab.truth(`(window.frame = frames_()[0], embed.remove(), embed.title = 'Away', document.querySelector('aside').append(embed), frames_().length === 1 && frames_()[0] === frame && frame.title === 'Away')`), "put elsewhere")
	tab.arrived("/ads/two")
	s.Log.Clear()
	assert.True(t, tab.truth(`(document.querySelector('main').append(embed.cloneNode(true)), document.querySelector('main').querySelectorAll('octroi-embed > iframe').length === 1)`), "a copy has a frame, and one")
	tab.arrived("/ads/two")
	s.Log.Clear()
	tab.truth(`(document.querySelector('main').replaceChildren(), embed.setAttribute('src', '` + s.Third + `/ads/three'), true)`)
	tab.arrived("/ads/three")
	s.Log.Clear()
	assert.True(t, tab.truth(`(embed.removeAttribute('service'), frames_().length === 0)`), "without a service nothing could be asked for")
	tab.truth(`(embed.setAttribute('service', 'pixel'), true)`)
	tab.arrived("/ads/three")

	s.Log.Clear()
	tab.truth(`(octroi.withdraw('pixel'), true)`)
	tab.until(`document.querySelector('aside > octroi-embed > .octroi-embed') && !frames_()[0].getAttribute('src')`)
	assert.Empty(t, tab.requests())
}
