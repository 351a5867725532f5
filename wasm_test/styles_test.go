package wasmtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// styleWays are the ways of CSS to another party. Each asks for place and its own name;
// "p" makes a paragraph of a class, "css" a style element with a text, "rule" a sheet's
// rule, "svg" an SVG's content.
var styleWays = expression("style_ways")

// styleTools are what the ways make things with.
var styleTools = expression("style_tools")

// collect has what nothing holds go: some engines give out another object then for what is still
// the same rule, animation or font. Only Chromium can be told to; of others so much is wanted
// until an element has gone that has grown as old as these.
func (t *tab) collect() {
	t.t.Helper()
	if p, is := t.pane.(*chromiumPane); is {
		t.truth(`(window.gone = new WeakRef(document.createElement('b')), true)`)
		_, err := chromedp.Call(p.ctx, heapprofiler.CollectGarbage, cdp.Empty{})
		require.NoError(t.t, err)
		require.True(t.t, t.truth(`!gone.deref()`), "what nothing holds has gone")
		return
	}
	t.truth(`(async () => {
		let old = document.createElement('b');
		const gone = new WeakRef(old);
		for (let i = 0; i < 30 && gone.deref(); i++) {
			if (i === 3) old = undefined;
			const all = [];
			for (let j = 0; j < 3e5; j++) all.push({ j, s: 'x' + j });
			await new Promise((done) => setTimeout(done));
		}
		return true;
	})()`)
}

// asked waits until nothing new comes, nor is wanted, and lists what of a folder the third
// party was asked for. A busy machine draws late, and what is drawn is what loads; Chromium
// asks for an image that does not come again in each frame of an animation.
func asked(t *tab, folder string, want ...string) (names []string) {
	t.t.Helper()
	seen := map[string]bool{}
	deadline := time.Now().Add(stepTimeout)
	for still, before := 0, 0; still < 5 || len(seen) < len(want) && time.Now().Before(deadline); still++ {
		t.truth(`new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))`)
		for _, e := range t.site.Log.Requests() {
			if name, found := strings.CutPrefix(e.URL, folder); found {
				name, _, _ = strings.Cut(name, "?")
				seen[name] = true
			}
		}
		if len(seen) > before {
			before, still = len(seen), 0
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func TestEveryWayOfCSSWaits(t *testing.T) { // R2.10
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "" })
	s.keeper("/styles", s.gated(), ``)
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
	visits := 0
	try := func(tab *tab, want ...string) []string {
		visits++
		s.Log.Clear()
		var names []string
		tools, err := json.Marshal(fmt.Sprint(visits))
		require.NoError(t, err)
		tab.eval(`((list, tools) => {
			window.make ||= (tag, props) => Object.assign(document.createElement(tag), props);
			window.on ||= (e) => document.body.appendChild(e);
			const missing = [];
			for (const name in list) {
				try {
					list[name]('`+s.Third+`/ads/' + name + '?' + `+string(tools)+`, tools);
				} catch (error) {
					missing.push(name + ': ' + error);
				}
			}
			return missing;
		})(`+styleWays+`, `+styleTools+`)`, &names)
		if len(names) > 0 {
			t.Log("not in "+running+":", strings.Join(names, ", "))
		}
		return asked(tab, "/ads/", want...)
	}
	_, bare := visit(t, s)
	want := try(bare.open("/bare"))
	t.Log("asked for in "+running+":", len(want), strings.Join(want, " "))
	assert.Greater(t, len(want), 60)
	tab := bare.anew()
	assert.Empty(t, try(tab.open("/styles")), "undecided")
	tab.until(`document.querySelector('dialog')`)
	tab.press("refuse")
	assert.Empty(t, try(tab), "refused")
	assert.Empty(t, try(tab.open("/styles")), "refused, at the next page")

	// What stands in the page comes back; what a call has been given stays what it was.
	never := []string{"fontFace", "fontFaceObject", "registered", "canvasFilter", "adoptedBase"}
	// Chromium writes what was appended so that it cannot read it again.
	never = append(never, "styleMapAppend")
	released := slices.DeleteFunc(slices.Clone(want), func(name string) bool { return slices.Contains(never, name) })
	tab.collect() // animations, sheets and rules that no script keeps a hold of
	tab.truth(`octroi.acceptAll()`)
	assert.Equal(t, released, asked(tab, "/ads/", released...), "released")
	assert.Equal(t, want, try(tab.open("/styles"), want...), "granted")
	// What was granted on this page may be asked for late, where the machine is busy.
	tab.open("/styles").truth(`octroi.refuseAll()`)
	// A property that was registered stays so.
	assert.Empty(t, slices.DeleteFunc(try(tab), func(name string) bool { return name == "registered" }), "withdrawn")
}

// parts serves the page half's own files as modules.
func (s *site) parts() {
	s.pages.Handle("GET /web/", http.StripPrefix("/web/", http.FileServer(http.Dir("../web"))))
	s.raw("/parts", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
}

func TestCSSIsReadInOnePass(t *testing.T) { // R6
	only(t, "what is scanned, and how often, is the same code in each", "chromium")
	s := newSite(t)
	s.parts()
	_, tab := visit(t, s)
	tab.open("/parts")
	parts := []string{"url(", "url(a)", "\"", "\"\n", "(", "a(", "\\", "\\a", "\\000061", "/*", "/**/", "a", "é", "url(a\"", "url( ", "@import \"a\";", "image-set(\"a\"", "--a:\"b\";", "@", "#", "{", "([{", ")", "<!", "-", ";", " "}
	for _, part := range parts {
		quoted, err := json.Marshal(part)
		require.NoError(t, err)
		var took [2]float64 // milliseconds for 32 times 16 KiB, and for 512 KiB
		tab.eval(`import('/web/core/css.js').then(({ edits }) => {
			const part = `+string(quoted)+`;
			return [1 << 14, 1 << 19].map((length) => {
				const text = part.repeat(length / part.length) + "'";
				let best = 1 / 0;
				for (let i = 0; i < 2; i++) {
					const from = performance.now();
					for (let done = 0; done < 1 << 19; done += length) edits(text, false, () => undefined);
					best = Math.min(best, performance.now() - from);
				}
				return best;
			});
		})`, &took)
		// On a machine that has other things to do.
		assert.False(t, took[1] > 100 && took[1] > 10*took[0], "%q: %v ms, %v ms", part, took[0], took[1])
	}
}

func TestCSSIsReadAsTheBrowserReadsIt(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.parts()
	s.raw("/t.example", "image/svg+xml", func() string { return `<svg xmlns="http://www.w3.org/2000/svg"/>` })
	_, tab := visit(t, s)
	tab.open("/parts")
	var found struct {
		Through, Changed []string
		Live, Texts      int
	}
	tab.eval(`import('/web/core/css.js').then(({ edits, edited }) => {
		let seed = 16;
		const random = (n) => ((seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0) >>> 8) % n;
		const at = location.origin + '/t.example';
		const parts = ['url(', 'URL(', 'u', 'rl(', '\\75rl(', 'ur\\6c (', '1', '-', '--', '--x', '#', '@', '<!--', '-->', '"', "'", '\\', '\\\n', '\n', '\r\n', ' ', '/*', '*/', '(', ')', '[', ']', '{', '}', ';', ':', ',', '.', '+', '%', 'é', '\0', 'image-set(', '-webkit-image-set(', 'type(', 'var(--x', 'background:', 'background-image:', 'cursor:', '--x:', '.a{', 'p{', '@media all{', 'color:red', ' 1x', '@namespace', 'content:', 'list-style:', 'U+', 'e', at, at, 'background-image:url(' + at, 'cursor:url("' + at + '"),auto', '--x:image-set(', '--x:"' + at, 'url(' + at + ')', 'url("' + at + '")', '"' + at + '"', "'" + at + "'"];
		const sheet = new CSSStyleSheet(), using = new CSSStyleSheet();
		using.replaceSync('.v{background-image:var(--x)!important}.w{background-image:image-set(var(--x) 1x)!important}');
		document.adoptedStyleSheets = [sheet, using];
		document.body.innerHTML = '<p class=a><b class=v></b><b class=w></b></p>';
		const elements = [...document.querySelectorAll('p, b')];
		const blank = 'about:invalid#o';
		// What the browser would ask for, and all that it has understood.
		const read = (text) => { sheet.replaceSync(text); return elements.map((e) => { const s = getComputedStyle(e); return [s.backgroundImage, s.cursor, s.content, s.listStyleImage, s.color].join(); }).join('\n'); };
		const live = (text) => /url\("[^"]*t\.example/.test(text);
		const out = { Through: [], Changed: [], Live: 0, Texts: 0 };
		for (const start = performance.now(); performance.now() < start + (out.Live > 20 ? 4000 : 60000); out.Texts++) {
			let text = '.a{';
			for (let i = 3 + random(12); i > 0; i--) text += parts[random(parts.length)];
			const now = edited(text, edits(text, false, (address) => (address.includes('t.example') ? blank : undefined)));
			const before = read(text);
			if (live(before)) out.Live++;
			// What is blanked is all that is live, and nothing else is another.
			const after = read(now);
			if (live(after) && out.Through.length < 9) out.Through.push(text + ' → ' + now + ' → ' + after);
			// What is not closed is closed, in a custom property.
			if (!live(before) && before !== after && !edits(text, false, () => undefined).length && out.Changed.length < 9) out.Changed.push(text + ' → ' + now);
		}
		return out;
	})`, &found)
	t.Log(found.Texts, "texts,", found.Live, "of them with an address")
	assert.Greater(t, found.Live, 20)
	assert.Empty(t, found.Through)
	assert.Empty(t, found.Changed)
}

// TestEveryPropertyThatTakesAnAddressIsHeld asks the browser which do, so that new ones are
// missed by none.
func TestEveryPropertyThatTakesAnAddressIsHeld(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/styles", s.gated(), ``)
	_, tab := visit(t, s)
	tab.open("/styles")
	tab.until(`octroi.state()`)
	var found struct{ Through, Held []string }
	tab.eval(call(t, "style_properties", s.Third), &found)
	assert.Empty(t, found.Through)
	assert.Greater(t, len(found.Held), 30)
	t.Log(len(found.Held), "in", running+":", strings.Join(found.Held, " "))
}

func TestSheetsOfTheSiteAndInstructionsAreHeld(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "" })
	s.raw("/own.css", "text/css", func() string {
		return `@font-face{font-family:o;src:url(` + s.Third + `/ads/ownfont)} .later{background:url(` + s.Third + `/ads/ownlater)} @media all{.later{list-style:url(` + s.Third + `/ads/ownmedia)}}`
	})
	s.keeper("/styles", s.gated(), `<link rel="stylesheet" href="/own.css"><style>@import "/own.css?imported";</style>`)
	_, tab := visit(t, s)
	tab.open("/styles")
	tab.until(`document.querySelector('dialog')`)
	tab.press("refuse")
	s.Log.Clear()
	tab.truth(call(t, "style_sheets", s.Third))
	assert.Empty(t, asked(tab, "/ads/"))
	tab.truth(`octroi.acceptAll()`)
	got := asked(tab, "/ads/", "ownlater", "ownfont")
	for _, name := range []string{"ownlater", "ownfont"} {
		assert.Contains(t, got, name)
	}
}

func TestAStylesTextsStayWhatTheyAre(t *testing.T) {
	s := newSite(t)
	s.keeper("/styles", s.gated(), ``)
	_, tab := visit(t, s)
	tab.open("/styles")
	tab.until(`octroi.state()`)
	var failed []string
	tab.eval(call(t, "style_texts", s.Third), &failed)
	assert.Empty(t, failed)
}

// BenchmarkStyles tells what hot paths cost, against a page without Octroi.
func BenchmarkStyles(b *testing.B) {
	s := newSite(b)
	s.keeper("/styles", keeping(""), ``)
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
	measure := expression("styles_bench")
	_, tab := visit(b, s)
	for b.Loop() {
		var bare, ours map[string]float64 // ns
		tab.open("/bare").eval(measure, &bare)
		tab.open("/styles").until(`octroi.state()`)
		tab.eval(measure, &ours)
		for _, name := range slices.Sorted(maps.Keys(bare)) {
			b.Logf("%s: %s %.0f ns, bare %.0f ns: × %.1f", running, name, ours[name], bare[name], ours[name]/bare[name])
		}
	}
}

// styleEntrances are the ways to a style object and to what sets its properties, each ahead of
// any other.
var styleEntrances = expression("style_entrances")

// A script may take what sets a property before it has touched any style, and may come to its
// first style in any way.
func TestTheFirstStyleIsHeldWhicheverWayAScriptComesToIt(t *testing.T) { // R2.10
	paired(t, "firefox")
	s := newSite(t)
	enter := func(which string) string {
		return `<script>{ const all = ` + styleEntrances + `; for (const name of ` + which + `) try { all[name]('` + s.Third + `/ads/' + name) } catch (error) { (window.thrown ||= []).push(name + ': ' + error) } }</script>`
	}
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` + enter("Object.keys(all)") })
	_, bare := visit(t, s)
	want := asked(bare.open("/bare"), "/ads/")
	t.Log("asked for in "+running+":", len(want), strings.Join(want, " "))
	assert.Greater(t, len(want), 20)
	declaration := s.gated()
	for _, name := range want {
		s.keeper("/enter/"+name, declaration, enter(`['`+name+`']`))
	}
	tab := bare.anew()
	s.Log.Clear()
	for _, name := range want {
		tab.open("/enter/" + name).until(`document.querySelector('dialog')`)
		if got := ""; name != "frozen" && name != "unextended" {
			tab.eval(`String(window.thrown || '')`, &got)
			assert.Empty(t, got)
		}
		tab.truth(`new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0, true)))`)
	}
	assert.Empty(t, asked(tab, "/ads/"))
}
