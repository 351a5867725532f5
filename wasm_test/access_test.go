package wasmtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// npm reads a file of a package that ./build.sh test installs; where there is no npm,
// the test is skipped.
func npm(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("OCTROI_NPM")
	if root == "" {
		t.Skip("OCTROI_NPM names no folder of packages: there is no npm")
	}
	b, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(b)
}

// What assistive technology is told of each layer, reviewed as a text.
func TestTheAccessibilityTree(t *testing.T) {
	s := newSite(t)
	s.faces()
	_, tab := visit(t, s)
	ctx := tab.devtools("only DevTools tell the accessibility tree")
	tab.open("/face/corner/neutral")
	for _, layer := range []string{"ask", "preferences"} {
		if layer == "preferences" {
			tab.press("preferences")
			tab.until(`document.querySelector('.octroi-preferences')`)
		}
		_, err := chromedp.Call(ctx, accessibility.Enable, cdp.Empty{})
		require.NoError(t, err)
		tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		require.NoError(t, err)
		var b strings.Builder
		nodes := map[accessibility.NodeID]*accessibility.Node{}
		for i := range tree.Nodes {
			nodes[tree.Nodes[i].NodeID] = tree.Nodes[i]
		}
		text := func(v *accessibility.Value) string {
			if v == nil {
				return ""
			}
			return strings.Trim(v.Value.String(), `"`)
		}
		var walk func(n *accessibility.Node, depth int, inside bool)
		walk = func(n *accessibility.Node, depth int, inside bool) {
			role := text(n.Role)
			inside = inside || role == "dialog"
			if inside && !n.Ignored && role != "InlineTextBox" && role != "StaticText" && role != "generic" {
				fmt.Fprintf(&b, "%s%s %q", strings.Repeat("  ", depth), role, text(n.Name))
				for _, p := range n.Properties {
					if name := string(p.Name); name == "checked" || name == "modal" || name == "disabled" {
						fmt.Fprintf(&b, " %s=%s", name, text(p.Value))
					}
				}
				b.WriteString("\n")
				depth++
			}
			for _, id := range n.ChildIDs {
				if child := nodes[id]; child != nil {
					walk(child, depth, inside)
				}
			}
		}
		walk(tree.Nodes[0], 0, false)
		golden := "testdata/tree-" + layer + ".txt"
		if os.Getenv("OCTROI_REVIEW") != "" {
			require.NoError(t, os.MkdirAll("testdata", 0o777))
			require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o666))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), b.String(), "review it, and write it with OCTROI_REVIEW=1")
	}
}

// Each task with the keyboard alone (R6.05, R6.06, R6.17).
func TestWithTheKeyboardAlone(t *testing.T) {
	s := newSite(t)
	s.keeper("/keys", strings.Replace(keeping(""), `"label": "Ads"`, `"label": "Advertising"`, 1), `<p><a href="/">a link</a></p>`)
	_, tab := visit(t, s)
	tab.open("/keys")
	on := func() (text string) {
		tab.eval(`(document.activeElement.labels?.[0] ?? document.activeElement).innerText?.trim() || document.activeElement.id || document.activeElement.localName`, &text)
		return text
	}
	var stops []string
	for range 7 {
		tab.key("\t")
		stops = append(stops, on())
	}
	assert.Equal(t, []string{"Advertising", "1 service", "Cookie policy", "Refuse all", "Accept all", "Customise", "Cookies"}, stops, "the banner comes first, and neither answer is farther")
	tab.key("\x1b")
	assert.True(t, tab.truth(`document.querySelector('dialog[open]') && !octroi.state().decided`), "Escape grants nothing (R1.03)")
	tab.open("/keys")
	for range 6 {
		tab.key("\t")
	}
	tab.key("\r")
	tab.until(`document.querySelector('.octroi-preferences[open]') && document.activeElement.matches('.octroi-title')`)
	for on() != "Off" {
		tab.key("\t")
		if on() == "body" {
			t.Fatal("there is no switch on the way")
		}
	}
	tab.key(arrowRight + arrowRight)
	for on() != "Save my choices" {
		tab.key("\t")
	}
	tab.key("\r")
	tab.until(`!document.querySelector('dialog') && octroi.allows('pixel')`)
	tab.until(`document.querySelector('.octroi-status p')?.textContent.startsWith('All allowed · until ')`)
	for on() != "Undo" {
		tab.key("\t")
	}
	tab.key("\r")
	tab.until(`!octroi.allows('pixel') && document.querySelector('.octroi-ask[open]')`)

	// Who looks at the details and closes them is where they were.
	for on() != "Customise" {
		tab.key("\t")
	}
	tab.key("\r")
	tab.until(`document.querySelector('.octroi-preferences[open]')`)
	tab.key("\x1b")
	tab.until(`document.querySelector('.octroi-ask[open]')`)
	assert.Equal(t, "Customise", on(), "the focus returns to what opened it")
}

// What was done is said in one line, by a region that was there before, and lies over no choice.
func TestWhatWasDoneIsSaid(t *testing.T) { // R6.11
	s := newSite(t)
	s.keeper("/said", keeping(""), `<p><a href="/">a link</a></p>`)
	_, tab := visit(t, s)
	tab.open("/said").until(`document.querySelector('.octroi-ask[open]')`)
	tab.until(`document.querySelector('[role="status"]')?.textContent === document.querySelector('.octroi-title').textContent`)
	tab.truth(`(window.region = document.querySelector('[role="status"]'), true)`)
	tab.truth(`(document.querySelector('[data-octroi-act="refuse"]').focus(), true)`)
	tab.key("\r")
	tab.until(`document.querySelector('.octroi-status')`)
	const said = `document.querySelector('.octroi-status p').textContent`
	assert.True(t, tab.truth(`/^All refused · until .*\d{4}$/.test(`+said+`)`))
	tab.until(`region.isConnected && region.textContent === ` + said)
	assert.True(t, tab.truth(`region.lang === 'en' && region.dir === 'ltr' && document.querySelectorAll('[role="status"]').length === 1`))
	tab.key("\t")
	assert.True(t, tab.truth(`document.activeElement.dataset.octroiAct === 'undo'`), "one step from the answer")
	tab.key("\r")
	tab.until(`document.querySelector('.octroi-ask[open]')`)
	assert.True(t, tab.truth(`!document.querySelector('.octroi-status')`), "nothing lies over the question")
	tab.press("refuse")
	tab.until(`document.querySelector('.octroi-status')`)
	tab.click(".octroi-status .octroi-close")
	tab.until(`!document.querySelector('.octroi-status') && octroi.state().decided`)
}

// What has the focus is never entirely below a banner that the page does not wait for
// (R6.01).
func TestFocusIsNeverHidden(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	for _, layout := range []string{"corner", "bar"} {
		s.keeper("/long/"+layout, strings.Replace(s.Declaration(), `"site"`, `"layout": "`+layout+`", "site"`, 1), strings.Repeat(`<p><a href="/">a link</a></p>`, 40))
		_, tab := visit(t, s)
		tab.size(1000, 700, false)
		tab.open("/long/" + layout)
		outside := 0
		for range 48 {
			tab.key("\t")
			var hidden string
			tab.eval(`(() => {
				const e = document.activeElement, dialog = document.querySelector('dialog');
				if (dialog.contains(e) || e === document.body) return 'inside';
				const a = e.getBoundingClientRect(), d = dialog.getBoundingClientRect();
				return a.top >= d.top && a.bottom <= d.bottom && a.left >= d.left && a.right <= d.right ? 'hidden' : '';
			})()`, &hidden)
			assert.NotEqual(t, "hidden", hidden, layout)
			if hidden == "" {
				outside++
			}
		}
		assert.Greater(t, outside, 30, layout)
	}
}

// Visitors who space their texts, or write them twice as large, lose nothing (R6.03,
// R6.09, R6.10).
func TestSpacedAndLargeTexts(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.faces()
	for name, css := range map[string]string{
		"spaced": `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`,
		"large":  `.octroi { font-size: 32px !important }`,
	} {
		_, tab := visit(t, s)
		tab.before(`(() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('@layer visitor { ` + css + ` }'); document.adoptedStyleSheets = [sheet]; })()`)
		for i, viewport := range [][2]int64{{320, 480}, {390, 844}, {1280, 800}} {
			tab.size(viewport[0], viewport[1], viewport[0] < 1000)
			for j, path := range []string{"corner/neutral", "bar/editorial", "dialog/contrast"} {
				// Each layout on each screen in one engine; in the others each, and each screen, once.
				if running != "chromium" && i != j {
					continue
				}
				tab.open("/face/" + path)
				for _, layer := range []string{"first", "second"} {
					if layer == "second" {
						tab.preferences()
						tab.truth(`document.querySelectorAll('dialog details').forEach((d) => (d.open = true))`)
					}
					var lost []string
					tab.eval(`(() => {
						const dialog = document.querySelector('dialog');
						const lost = [...dialog.querySelectorAll('*')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' && e.clientWidth).map((e) => e.localName + '.' + e.className + ' is cut');
						const at = dialog.getBoundingClientRect();
						if (at.left < 0 || at.right > innerWidth || at.top < 0 || at.bottom > innerHeight + 1) lost.push('the dialog leaves the window');
						for (const b of dialog.querySelectorAll('.octroi-button')) {
							b.scrollIntoView({ block: 'nearest' });
							const r = b.getBoundingClientRect();
							if (b.scrollHeight > b.clientHeight + 1 || r.top < -1 || r.bottom > innerHeight + 1 || !b.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2))) lost.push(b.textContent + ' is out of reach');
						}
						return lost;
					})()`, &lost)
					assert.Empty(t, lost, "%s %v %s %s", name, viewport, path, layer)
				}
			}
		}
	}
}

// What a page's own style says of spacing does not reach the interface; what a visitor's
// bookmarklet says does (WCAG 2.2, 1.4.12), and nothing is cut off then.
func TestAVisitorSpacesTheTexts(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	_, tab := visit(t, s)
	s.keeper("/spaced", s.Declaration(), `<style>* { letter-spacing: 3px; word-spacing: 9px; line-height: 3 } p { margin-bottom: 90px }</style>`)
	const plain = `(() => { const s = getComputedStyle(document.querySelector('dialog p')); return s.letterSpacing === 'normal' && parseFloat(s.lineHeight) <= 1.51 * parseFloat(s.fontSize) && parseFloat(s.marginBottom) < parseFloat(s.fontSize) })()`
	for name, space := range map[string]string{
		"a style element":           `(() => { const s = document.createElement('style'); s.textContent = '* { line-height: 1.6 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }'; document.head.append(s); return true })()`,
		"every element's own style": `(() => { for (const e of document.querySelectorAll('*')) for (const [name, value] of [['line-height', '1.6'], ['letter-spacing', '.12em'], ['word-spacing', '.16em'], ...e.localName === 'p' ? [['margin-bottom', '2em']] : []]) e.style.setProperty(name, value, 'important'); return true })()`,
	} {
		for _, layer := range []string{"first", "second"} {
			tab.open("/spaced")
			tab.until(`document.querySelector('dialog .octroi-spacing')`)
			assert.True(t, tab.truth(plain), "the page's own: %s layer", layer)
			if layer == "second" {
				tab.preferences()
			}
			tab.truth(space)
			tab.until(`(() => { const p = document.querySelector('dialog p'), s = getComputedStyle(p), size = parseFloat(s.fontSize); return parseFloat(s.lineHeight) >= 1.6 * size - .1 && parseFloat(s.letterSpacing) >= .12 * size - .1 && parseFloat(s.wordSpacing) >= .16 * size - .1 && parseFloat(s.marginBottom) >= 2 * size - .1 })()`)
			var cut string
			tab.eval(`[...document.querySelectorAll('dialog :is(button, h2, summary)')].filter((e) => e.scrollWidth > e.clientWidth + 1 || e.clientHeight && e.scrollHeight > e.clientHeight + 1).map((e) => e.textContent).join()`, &cut)
			assert.Empty(t, cut, "%s, %s layer", name, layer)
		}
	}
}

// At 400 % of 1280 by 1024 the foot of a layer takes two fifths of the screen; what has the focus
// never lies under it (WCAG 2.2, 2.4.11), and is on the screen whole.
func TestNothingInALayerIsUnderItsFoot(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.faces()
	_, tab := visit(t, s)
	tab.size(320, 256, false)
	for _, path := range []string{"corner/neutral", "bar/editorial", "dialog/contrast"} {
		for _, layer := range []string{"first", "second"} {
			tab.open("/face/" + path)
			if layer == "second" {
				tab.preferences()
				tab.truth(`document.querySelectorAll('dialog details').forEach((d) => (d.open = true))`)
			}
			tab.truth(`(document.querySelector('dialog h2').focus(), true)`)
			stops := 0
			for on := true; on && stops < 80; stops++ {
				tab.key("\t")
				var under string
				tab.eval(`(() => {
					const e = document.activeElement, dialog = document.querySelector('dialog');
					if (!dialog.contains(e)) return 'outside';
					const foot = dialog.querySelector('.octroi-actions'), r = e.getBoundingClientRect();
					const over = foot.contains(e) ? innerHeight : foot.getBoundingClientRect().top;
					return r.top >= -1 && r.bottom <= over + 1 ? '' : e.outerHTML.slice(0, 80) + ' ' + [r.top, r.bottom, over];
				})()`, &under)
				if on = under != "outside"; on {
					assert.Empty(t, under, "%s, %s layer", path, layer)
				}
				if layer == "second" && tab.truth(`document.activeElement.matches('.octroi-select')`) {
					break // then the first one comes again
				}
			}
			assert.Greater(t, stops, 6, "%s, %s layer", path, layer)
		}
	}
}

// What stands on the page after the answer, with the keyboard alone: the message, the stand-ins and
// the tab, which has the focus again when what it opened is left; then the request to load anew.
func TestTheRestWithTheKeyboardAlone(t *testing.T) { // R6.05
	paired(t, "webkit")
	s := newSite(t)
	_, tab := visit(t, s)
	tab.open(s.showAll(t, face{"en", "corner", "neutral"}) + "/later").whole()
	tab.until(`document.querySelector('.octroi-ask[open]')`)
	is := func(selector string) bool { return tab.truth(`document.activeElement.matches('` + selector + `')`) }
	to := func(selector string) (stops []string) {
		t.Helper()
		for range 40 {
			tab.key("\t")
			var on string
			tab.eval(`document.activeElement.textContent?.trim() || document.activeElement.localName`, &on)
			stops = append(stops, on)
			if is(selector) {
				return stops
			}
		}
		require.Fail(t, "out of reach", "%s is none of %q", selector, stops)
		return nil
	}
	to(`.octroi-purposes summary`)
	tab.key("\r")
	tab.until(`document.activeElement.parentElement.open`)
	tab.key(" ")
	tab.until(`!document.activeElement.parentElement.open`)
	to(`[data-octroi-act=refuse]`)
	tab.key("\r")
	tab.until(`document.querySelector('.octroi-status')`)
	assert.Equal(t, []string{"Undo", "Details", "×"}, to(`.octroi-status .octroi-close`))
	tab.key("\r")
	tab.until(`!document.querySelector('.octroi-status')`)

	tab.until(`document.querySelectorAll('#frames .octroi-embed .octroi-button').length === 6 && document.querySelector('.octroi-tab')`)
	stops := to(`.octroi-tab`)
	var buttons []string
	tab.eval(`[...document.querySelectorAll('#frames .octroi-embed .octroi-button')].map((one) => one.textContent.trim())`, &buttons)
	assert.Subset(t, stops, buttons)
	for range 2 {
		tab.key("\r")
		tab.until(`document.querySelector('.octroi-preferences[open]') && document.activeElement.matches('.octroi-title')`)
		tab.key("\x1b")
		tab.until(`!document.querySelector('dialog')`)
		tab.until(`document.activeElement.matches('.octroi-tab')`)
	}

	tab.key("\r")
	tab.until(`document.querySelector('.octroi-preferences[open]')`)
	to(`[data-octroi-act=accept]`)
	tab.key("\r")
	tab.until(`window.ran && document.querySelector('.octroi-tab:focus')`)
	tab.key("\r")
	tab.until(`document.querySelector('.octroi-preferences[open]')`)
	to(`[data-octroi-act=refuse]`)
	tab.key("\r")
	tab.until(`document.querySelector('dialog [data-octroi-act=reload]')`)
	assert.Equal(t, []string{"Later"}, to(`[data-octroi-act=close]`))
	tab.key("\r")
	tab.until(`document.querySelector('.octroi-tab:focus')`)
}
