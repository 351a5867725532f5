package wasmtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// poster serves a picture that stands for embeds.
func poster(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><rect width="16" height="9" fill="#7a8"/><circle cx="8" cy="4" r="3" fill="#fc6"/></svg>`))
}

func TestEmbedsHaveAStandIn(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.pages.HandleFunc("/poster.svg", poster)
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
	assert.True(t, tab.truth(`plain.nextElementSibling.querySelector('[role=group]').ariaLabel === 'A video' && plain.nextElementSibling.querySelector('.octroi-named[lang=en]').innerText === 'A video' && !wide.nextElementSibling.querySelector('.octroi-named')`), "called by its own title")
	assert.True(t, tab.truth(`film.nextElementSibling.querySelector('.octroi-button').innerText === 'Play once' && plain.nextElementSibling.querySelector('.octroi-button').innerText === 'Load once'`), "a video plays")
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

// standInFaults looks at each stand-in of a page: nothing is cut off, covered or too small to be
// hit, and who cannot see it is told all of it.
const standInFaults = `[...document.querySelectorAll('.octroi-embed')].flatMap((box) => {
	const frame = box.previousElementSibling, at = frame.getBoundingClientRect(), room = box.getBoundingClientRect();
	const name = frame.id + ' ' + box.dataset.octroiBrief, faults = [];
	const check = (ok, what) => ok || faults.push(name + ': ' + what);
	const within = (a, b, by = 0.6) => a.left >= b.left - by && a.right <= b.right + by && a.top >= b.top - by && a.bottom <= b.bottom + by;
	const apart = (a, b) => a.right <= b.left + 0.6 || b.right <= a.left + 0.6 || a.bottom <= b.top + 0.6 || b.bottom <= a.top + 0.6;
	check(Math.abs(at.width - room.width) + Math.abs(at.height - room.height) < 1, 'another size than its element');
	check(box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth, 'scrolls');
	const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && getComputedStyle(e).display !== 'none'; };
	const words = (e) => [...e.childNodes].filter((n) => n.nodeType === 3 && seen(e)).flatMap((n) => { const range = document.createRange(); range.selectNode(n); return [...range.getClientRects()]; });
	const buttons = [...box.querySelectorAll('button')], blocks = [...buttons, ...box.querySelectorAll('p, summary')].filter(seen);
	check(buttons.length === 2 && buttons.every(seen), 'a button is missing');
	const area = (e) => (e.localName === 'summary' ? words(e)[0] : e.getBoundingClientRect());
	blocks.forEach((one, i) => blocks.slice(i + 1).forEach((other) => check(apart(area(one), area(other)), one.innerText + ' lies on ' + other.innerText)));
	for (const button of buttons) {
		const r = button.getBoundingClientRect(), least = at.width >= 300 && at.height >= 150 ? 44 : 24;
		check(r.width >= least && r.height >= least, button.innerText + ' is too small: ' + r.width + ' × ' + r.height);
		check(within(r, room), button.innerText + ' is cut off');
		for (const part of [button, ...button.querySelectorAll('span, small')]) for (const line of words(part)) check(within(line, r), button.innerText + ' does not fit into its button');
	}
	box.scrollIntoView({ block: 'center' });
	for (const button of buttons) {
		const r = button.getBoundingClientRect();
		check(button.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)), button.innerText + ' is covered');
	}
	const told = [...buttons[1].childNodes].filter((e) => !e.ariaHidden).map((e) => e.textContent).join('');
	check(told.includes('Pixel Video') && told.includes(buttons[1].querySelector('time').textContent) && told.includes('('), 'read out as ' + told);
	check(buttons[0].innerText && buttons[1].innerText, 'a button says nothing');
	if (at.width > 150) check(words(box.querySelector('strong')).length, 'whose it is cannot be seen');
	return faults;
})`

// However small its element, a stand-in has both choices, whole, in any language.
func TestStandInsFitTheirElements(t *testing.T) {
	sampled(t, "what is left out is chosen by the same code in each")
	s := newSite(t)
	s.pages.HandleFunc("/poster.svg", poster)
	declaration := strings.NewReplacer(`"purpose": "Measures.",`, `"purpose": "Measures.", "plays": true,`, `"name": "Pixel"`, `"name": "Pixel Video"`, `"provider": "Ads Ltd"`, `"provider": "Ads and Measurement Ireland Limited"`).Replace(keeping(`"language": "en",`))
	body := `<style>body { margin: 12px; font: 16px sans-serif } #row { display: flex; flex-wrap: wrap; gap: 12px; align-items: start } iframe { border: 0 } .dark { color-scheme: dark; background: #111 }</style><div id="row">`
	for i, size := range []string{"120x60", "160x120", "200x200", "468x60", "300x150", "728x90", "300x250", "358x201", "300x600", "560x315", "640x360", "900x300"} {
		width, height, _ := strings.Cut(size, "x")
		more := ` title="How a gate at the edge of an old town works, and who keeps it"`
		if i%2 == 1 {
			more = ` data-octroi-poster="/poster.svg"`
		}
		body += `<div><iframe id="a` + size + `" width="` + width + `" height="` + height + `" data-octroi="pixel" data-src="` + s.Third + `/ads/frame"` + more + `></iframe></div>`
	}
	s.keeper("/sizes", declaration, body+`</div>`)
	_, tab := visit(t, s)
	tab.size(1440, 1900, false)
	tab.open("/sizes")
	tab.truth(`octroi.refuseAll()`)
	languages := []string{"de", "ar"} // the longest words, and from the right
	if whole {
		languages = append(languages, "en", "ja")
	}
	for _, lang := range languages {
		tab.truth(`(document.documentElement.lang = '` + lang + `', document.documentElement.dir = '` + lang + `' === 'ar' ? 'rtl' : 'ltr', true)`)
		tab.until(`document.querySelectorAll('.octroi-embed-body[lang=` + lang + `]').length === 12`)
		var faults []string
		tab.eval(standInFaults, &faults)
		assert.Empty(t, faults, lang)
		tab.truth(`(scrollTo(0, 0), document.querySelector('.octroi-status')?.remove(), true)`)
		tab.shot("stand-ins-" + lang)
	}
	tab.truth(`(document.documentElement.className = 'dark', document.documentElement.lang = 'en', document.documentElement.dir = 'ltr', true)`)
	tab.until(`document.querySelectorAll('.octroi-embed-body[lang=en]').length === 12`)
	tab.shot("stand-ins-dark")
	// The mark in the middle is its button, too.
	tab.truth(`document.querySelector('#a640x360').scrollIntoView({ block: 'center' }) || true`)
	var at []float64
	tab.eval(`(() => { const box = document.querySelector('#a640x360 + .octroi-embed'), r = box.getBoundingClientRect(); return [r.left + r.width / 2, (r.top + box.querySelector('.octroi-body').getBoundingClientRect().top) / 2]; })()`, &at)
	require.NoError(t, tab.pane.tap(at[0], at[1]))
	tab.until(`document.querySelectorAll('.octroi-embed').length === 11`)
	assert.True(t, tab.truth(`!document.querySelector('#a640x360 + .octroi-embed') && !octroi.allows('pixel')`), "this one, once")

	t.Run("axe", func(t *testing.T) { // R6.16
		var found []string
		tab.eval(`(async () => { `+npm(t, "axe-core/axe.min.js")+`; document.querySelectorAll('.octroi-embed, .octroi-embed-body').forEach((e) => delete e.nodeType); // it is to look at them
			const r = await axe.run('.octroi-embed', { rules: { 'label-content-name-mismatch': { enabled: true }, 'target-size': { enabled: true } } }); return r.passes.some((p) => p.id === 'button-name' && p.nodes.length === 22) ? r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html)) : ['buttons are not looked at']; })()`, &found)
		assert.Empty(t, found)
	})
}
