package wasmtest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainSites are pages of sites that look very unlike, with the theme that is made of their looks.
var plainSites = []string{"neon", "serif", "pastel", "bare"}

func (s *site) plain(t *testing.T) {
	declaration := strings.Replace(s.Declaration(), `"site"`, `"theme": {"name": "plain"}, "site"`, 1)
	for _, name := range plainSites {
		page, err := os.ReadFile("testdata/sites/" + name + ".html")
		require.NoError(t, err)
		style, body, _ := strings.Cut(string(page), "</style>")
		s.raw("/plain/"+name+".css", "text/css", func() string { return strings.TrimPrefix(style, "<style>") })
		s.keeper("/plain/"+name, declaration, `<link rel="stylesheet" href="/plain/`+name+`.css">`+body)
	}
}

// drawnFirst notes how a layer looked when it came.
const drawnFirst = `new MutationObserver((_, observer) => {
	const button = document.querySelector('dialog .octroi-button');
	if (!button) return;
	observer.disconnect();
	window.first = getComputedStyle(button).backgroundColor + ' ' + getComputedStyle(button).fontFamily + ' ' + getComputedStyle(button).borderTopLeftRadius;
}).observe(document, { childList: true, subtree: true })`

// The theme "plain" looks as the page does, from the first picture on, and can always be read.
func TestPlainLooksAsThePageDoes(t *testing.T) { // R6.08, R1.12
	paired(t, "webkit")
	s := newSite(t)
	s.plain(t)
	_, tab := visit(t, s)
	tab.before(drawnFirst)
	axe := os.Getenv("OCTROI_NPM") != "" && running == "chromium"
	if axe {
		tab.before(npm(t, "axe-core/axe.min.js"))
	}
	for name, want := range map[string]struct {
		button string // a selector of the page's own; "" where it has none that serves
		ground string
		accent string // as drawn; "" where it is the button's own
		radius string // likewise
	}{
		"neon":   {button: ".cta", ground: "rgb(11, 11, 18)"},
		"serif":  {button: "main button", ground: "rgb(251, 248, 241)"},
		"pastel": {button: ".btn", ground: "rgb(255, 245, 247)", accent: "rgb(255, 179, 199)", radius: "24px"},
		"bare":   {ground: "rgb(233, 236, 239)", accent: "rgb(24, 100, 171)", radius: "10px"},
	} {
		tab.anew().open("/plain/" + name)
		tab.until(`document.querySelector('dialog .octroi-button') && document.readyState === 'complete'`)
		for _, layer := range []string{"first", "second"} {
			if layer == "second" {
				tab.preferences()
				tab.until(`document.querySelector('.octroi-preferences')`)
				tab.truth(`document.querySelectorAll('dialog details').forEach((d) => (d.open = true))`)
			}
			where := fmt.Sprint(name, ", ", layer, " layer: ")
			var ours, site map[string]string
			tab.eval(`(() => { const of = (q) => getComputedStyle(document.querySelector(q)), button = of('dialog [data-octroi-act=accept]'), title = of('dialog h2'); return { ground: of('dialog').backgroundColor, accent: button.backgroundColor, radius: button.borderTopLeftRadius, font: button.fontFamily, text: of('dialog p').fontFamily, title: title.fontFamily, weight: title.fontWeight }; })()`, &ours)
			tab.eval(`(() => { const of = (q) => getComputedStyle(document.querySelector(q)), q = '`+want.button+`', button = q && of(q), texts = of('main, body:not(:has(main))'), title = of('body h1'); return { accent: button.backgroundColor, radius: button.borderTopLeftRadius, text: texts.fontFamily, title: title.fontFamily, weight: title.fontWeight }; })()`, &site)
			assert.Equal(t, want.ground, ours["ground"], where)
			assert.Equal(t, site["text"], ours["text"], where)
			assert.Equal(t, site["text"], ours["font"], where)
			assert.Equal(t, site["title"], ours["title"], where)
			assert.Equal(t, site["weight"], ours["weight"], where)
			if want.radius == "" {
				want.radius = site["radius"]
			}
			assert.Equal(t, want.radius, ours["radius"], where)
			if want.accent == "" {
				assert.True(t, tab.truth(`(() => { const rgb = (q) => { const c = document.createElement('canvas').getContext('2d', { willReadFrequently: true }); c.fillStyle = getComputedStyle(document.querySelector(q)).backgroundColor; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; }, ours = rgb('dialog [data-octroi-act=accept]'); return rgb('`+want.button+`').every((part, i) => Math.abs(part - ours[i]) < 3); })()`), where+"the button's own colour")
			} else {
				assert.Equal(t, want.accent, ours["accent"], where)
			}
			var pale []string
			tab.eval(paleTexts, &pale)
			assert.Empty(t, pale, where)
			if axe {
				tab.eval(`(async () => { document.querySelectorAll('.octroi').forEach((e) => delete e.nodeType); return (await axe.run('dialog', { runOnly: ['color-contrast'] })).violations.flatMap((v) => v.nodes.map((n) => n.failureSummary)); })()`, &pale)
				assert.Empty(t, pale, where)
			}
			if layer == "first" {
				assert.True(t, tab.truth(`first === '`+ours["accent"]+" "+strings.ReplaceAll(ours["font"], `"`, `\"`)+" "+ours["radius"]+`'`), where+"no other theme came first")
			}
		}
	}
	// A page that has become dark is followed as soon as a layer opens, before it is seen.
	tab.anew().open("/plain/bare").until(`document.querySelector('dialog')`)
	tab.truth(`(octroi.refuseAll(), document.documentElement.style.background = '#101418', document.body.style.color = '#dee2e6', document.querySelector('p a').style.color = '#74c0fc', document.querySelector('h1').style.fontWeight = 300, true)`)
	tab.until(`!document.querySelector('dialog')`)
	tab.preferences()
	tab.until(`document.querySelector('.octroi-preferences')`)
	assert.True(t, tab.truth(`(() => { const of = (q) => getComputedStyle(document.querySelector(q)), d = of('dialog'), b = of('.octroi-button'); return [d.backgroundColor, d.color, d.colorScheme, b.backgroundColor, b.color, of('h2').fontWeight].join('; ') === 'rgb(16, 20, 24); rgb(222, 226, 230); dark; rgb(116, 192, 252); rgb(16, 20, 24); 300'; })()`))
}

// A site's own octroi.js shows no other look while its engine is on the way, and asks all the same
// where that takes long; the engine then mends what is shown.
func TestPlainWaitsForItsEngineButNotForEver(t *testing.T) {
	sampled(t, "what waits is the same code in each")
	s := newSite(t)
	s.compiled = false
	own := s.built(t, strings.Replace(s.Declaration(), `"site"`, `"theme": {"name": "plain"}, "site"`, 1))
	s.compiledPage("/slow", `<style>body { background: #fbf8f1; font-family: Georgia } button { background: #7a1f1f; color: #fff; padding: 9px 20px }</style><button>Buy</button>`)
	_, tab := visit(t, s)
	tab.before(`window.at = 0; ` + strings.Replace(drawnFirst, "observer.disconnect();", "observer.disconnect(); window.at = performance.now();", 1))
	tab.open("/slow").until(`at`)
	assert.True(t, tab.truth(`at > 2900 && first.startsWith('rgb(28, 27, 26) system-ui')`), "long waited for, and readable")
	close(own.withheld)
	tab.until(`getComputedStyle(document.querySelector('dialog .octroi-button')).backgroundColor === 'rgb(122, 31, 31)'`)
	assert.True(t, tab.truth(`getComputedStyle(document.querySelector('dialog')).fontFamily === 'Georgia'`))
	tab.press("refuse")
	tab.until(`octroi.state().decided && !document.querySelector('dialog')`)
}

// paleTexts are texts of a layer with too little contrast on what they are drawn on, and switches,
// edges and marks likewise.
const paleTexts = `(() => {
	const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
	const luminance = (css) => { context.fillStyle = css; context.fillRect(0, 0, 1, 1); const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const ground = (e) => { for (; e; e = e.parentElement) { const { backgroundColor } = getComputedStyle(e); if (!/, 0\)|transparent/.test(backgroundColor)) return backgroundColor; } };
	const pale = [];
	const dialog = document.querySelector('dialog'), all = [...dialog.querySelectorAll(':not(.octroi-spacing)')].filter((e) => e.getClientRects().length);
	const judge = (e, what, a, b, least) => { const c = contrast(a, b); if (c < least) pale.push(e.localName + '.' + e.className + ' ' + what + ' ' + a + ' on ' + b + ': ' + c.toFixed(2)); };
	for (const e of all) {
		const style = getComputedStyle(e);
		if ([...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) judge(e, 'text', style.color, ground(e), 4.5);
		if (e.matches('.octroi-switch')) judge(e, 'edge', style.borderTopColor, ground(e.parentElement), 3);
		if (e.matches('.octroi-switch')) judge(e, 'knob', getComputedStyle(e, '::before').backgroundColor, style.backgroundColor, 3);
		if (e.matches('.octroi-select')) judge(e, 'edge', style.borderTopColor, ground(dialog), 3);
	}
	judge(dialog, 'edge', getComputedStyle(dialog).borderTopColor, ground(dialog), 3);
	return pale;
})()`
