package wasmtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEmbedsHaveAStandIn(t *testing.T) {
	s := newSite(t)
	s.pages.HandleFunc("/poster.svg", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><rect width="16" height="9" fill="#7a8"/><circle cx="8" cy="4" r="3" fill="#fc6"/></svg>`))
	})
	declaration := strings.NewReplacer(`"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/"], "poster": "/poster.svg",`, `"name": "Pixel"`, `"name": "Pixel Video"`).Replace(keeping(""))
	body := strings.ReplaceAll(`
<style>body { font-family: serif; margin: 20px; max-width: 900px } .wide { position: relative; padding-top: 40%; margin: 10px 0 } .wide iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0 } .row { display: flex; gap: 10px } .row > * { flex: 1 } .box { overflow: auto; height: 200px } #thing { min-width: 120px }</style>
<p id="above">text</p>
<p>words <iframe id="plain" width="560" height="315" data-octroi="pixel" data-src="THIRD/ads/plain" title="A video"></iframe> and words</p>
<div class="wide"><iframe id="wide" src="THIRD/ads/wide"></iframe></div>
<div class="row"><video id="film" controls height="240" data-octroi="pixel" data-src="THIRD/ads/film" data-octroi-poster="https://evil.example/x.png"></video><object id="thing" width="200" height="150" data-octroi="pixel" data-data="THIRD/ads/thing"></object></div>
<div class="box"><div style="height: 150px">above</div><iframe id="scrolled" width="300" height="150" data-octroi="pixel" data-src="THIRD/ads/scrolled"></iframe><div style="height: 900px">below</div></div>
<iframe id="dot" width="1" height="1" data-octroi="pixel" data-src="THIRD/ads/dot"></iframe>
<p id="below">text</p>`, "THIRD", s.Third)
	s.keeper("/embeds", declaration, body)
	v, tab := visit(t, s)
	tab.size(1000, 900, false)
	tab.open("/embeds")
	tab.truth(`octroi.refuseAll()`)
	// over tells whether each stand-in lies over its element, to the pixel.
	const over = `['plain', 'wide', 'film', 'thing', 'scrolled'].every((id) => {
		const e = document.getElementById(id), a = e.getBoundingClientRect(), b = e.nextElementSibling?.getBoundingClientRect();
		return e.nextElementSibling?.className === 'octroi octroi-embed' && a.width > 100 && Math.max(...['left', 'top', 'width', 'height'].map((k) => Math.abs(a[k] - b[k]))) < 1;
	})`
	tab.until(over)
	assert.True(t, tab.truth(`getComputedStyle(dot.nextElementSibling).display === 'none'`), "a frame that only counts has no room for words")
	assert.True(t, tab.truth(`film.nextElementSibling.querySelector('img').getAttribute('src') === '/poster.svg' && !document.querySelector('img[src*=evil]')`), "a poster is the site's own")
	tab.requests()
	assert.NotContains(t, strings.Join(s.paths(), " "), "/ads/plain", "held")
	s.Log.Clear()
	assert.True(t, tab.truth(`(() => { const s = getComputedStyle(document.querySelector('.octroi-embed .octroi-button')), b = getComputedStyle(document.querySelector('.octroi-embed .octroi-body')); return s.backgroundColor === 'rgb(28, 27, 26)' && s.color === 'rgb(255, 255, 255)' && b.backgroundColor === 'rgb(255, 255, 255)'; })()`), "in the theme's colours")
	tab.shot("embeds")

	// The page moves, grows and scrolls; they stay where they are.
	tab.truth(`(above.style.height = '77px', document.querySelector('.box').scrollTop = 60)`)
	tab.until(over)
	tab.truth(`(document.querySelector('.box').scrollTop = 20, true)`)
	tab.until(over)
	tab.size(420, 800, true)
	tab.until(over)
	tab.shot("embeds-phone")
	tab.size(1000, 900, false)
	tab.until(over)

	// With the keyboard: this one, once.
	tab.truth(`(window.rect = (id) => { const r = document.getElementById(id).getBoundingClientRect(); return [r.x, r.y + scrollY, r.width, r.height].join(); }, window.rects = ['plain', 'wide', 'film', 'below'].map(rect), window.shifts = [], new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: false }), true)`)
	tab.truth(`(document.querySelector('#tab').focus(), true)`)
	tab.key("\t")
	assert.True(t, tab.truth(`document.activeElement.localName === 'summary'`), "what it sets, on demand")
	tab.key("\t")
	tab.key("\r")
	tab.arrived("/ads/plain")
	assert.True(t, tab.truth(`document.activeElement.id === 'plain' && !plain.nextElementSibling && octroi.allows('pixel') === false`), "focus goes into it")
	tab.click(`#film + .octroi-embed [data-octroi-act="always"]`)
	s.reached("/ads/film", "/ads/thing", "/ads/wide", "/ads/scrolled", "/ads/dot")
	assert.Contains(t, strings.Join(s.paths(), " "), "/ads/wide")
	assert.True(t, tab.truth(`!document.querySelector('.octroi-embed') && octroi.allows('pixel')`))
	assert.True(t, tab.truth(`['plain', 'wide', 'film', 'below'].every((id, i) => rects[i] === rect(id))`), "nothing has moved")
	assert.True(t, tab.truth(`shifts.filter((s) => !s.hadRecentInput).length === 0`))
	s.Log.Clear()
	tab.open("/embeds")
	s.reached("/ads/plain", "/ads/wide")
	assert.True(t, tab.truth(`!document.querySelector('.octroi-embed')`), "for good")

	// Withdrawn, the stand-ins are back; a page that takes its elements away takes them.
	tab.truth(`octroi.withdraw()`)
	tab.until(over)
	tab.truth(`(plain.remove(), document.querySelector('.row').replaceChildren(document.querySelector('#wide')), true)`)
	tab.until(`document.querySelectorAll('.octroi-embed').length === 3`)
	assert.True(t, tab.truth(`wide.nextElementSibling.className === 'octroi octroi-embed'`))

	french := v.tab()
	french.before(`{ const set = () => { if (document.documentElement && document.documentElement.lang !== 'fr') document.documentElement.lang = 'fr'; }; set(); new MutationObserver(set).observe(document, { childList: true }); }`)
	french.open("/embeds")
	french.until(`document.querySelector('.octroi-embed')?.innerText.includes('Charger une fois')`)
}
