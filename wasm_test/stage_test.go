package wasmtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Only what a key gives the focus is moved from below the banner, and only what can then be
// seen whole (R6.01).
func TestThePageStaysWhereItIs(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/app", keeping(`"layout": "bar",`), `<style>body { margin: 0 } #widget { position: fixed; left: 0; bottom: 0; height: 30px }
		#box { height: 300px; overflow: auto }</style>
		<button id="go">go</button><main tabindex="-1"><h1 id="top">title</h1><p style="height: 2500px">text</p><a id="last" href="/x">the last link</a></main><div id="widget"><button>chat</button></div>`)
	_, tab := visit(t, s)
	tab.size(1000, 700, false)
	tab.open("/app")
	tab.until(`document.querySelector('dialog[open]')`)
	tab.click("#top")
	assert.True(t, tab.truth(`scrollY === 0 && !document.querySelector('.octroi-room')`), "a click into what is larger than the screen")
	tab.truth(`(document.querySelector('main').focus({ preventScroll: true }), last.focus({ preventScroll: true }), 1)`)
	assert.True(t, tab.truth(`scrollY === 0`), "a script's focus after a click")
	tab.truth(`(document.activeElement.blur(), 1)`)
	tab.key("x")
	tab.truth(`(document.querySelector('main').focus({ preventScroll: true }), 1)`)
	assert.True(t, tab.truth(`scrollY === 0`), "what would not be seen whole")
	tab.truth(`(window.moves = [], addEventListener('scroll', () => moves.push(scrollY)), document.querySelector('#widget button').focus(), 1)`)
	assert.True(t, tab.truth(`scrollY === 0 && !document.querySelector('.octroi-room') && moves.length === 0`), "what no scrolling moves")
	tab.truth(`(go.focus(), 1)`)
	tab.key("\t")
	assert.True(t, tab.truth(`document.activeElement === last`))
	tab.until(`last.getBoundingClientRect().bottom <= document.querySelector('dialog').getBoundingClientRect().top + 1`)
}

// covers tells whether a part of the interface is what a visitor would press at its place.
const covers = `(selector) => {
	const e = document.querySelector(selector), r = e.getBoundingClientRect();
	const hit = document.elementFromPoint(r.x + r.width / 2, Math.min(r.y + r.height / 2, innerHeight - 2));
	return r.width > 20 && r.height > 10 && r.x >= 0 && r.bottom <= innerHeight + 1 && r.top >= 0 && e.contains(hit);
}`

// What a page does to its body moves nothing of the interface out of sight.
func TestWhatContainsTheBody(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	bodies := []string{"transform: translateY(300px)", "filter: blur(0)", "perspective: 9px", "contain: paint", "contain: strict", "will-change: transform", "backdrop-filter: blur(1px)", "container-type: inline-size", "overflow: hidden; position: relative; z-index: 0; isolation: isolate; clip-path: inset(0)", "translate: 0 50px; opacity: 0.01"}
	for i, body := range bodies {
		s.raw(fmt.Sprint("/body/", i), "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en" style="` + strings.ReplaceAll(body, "strict", "paint") + `"><head><meta charset="utf-8"><title>test</title><style>body { margin: 0; height: 3000px; ` + body + ` } [popover] { display: none } ::backdrop { background: red }</style>
<script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head><body><input id="first" autofocus><p>text</p></body></html>`
		})
	}
	_, tab := visit(t, s)
	tab.size(1000, 700, false)
	for i, body := range bodies {
		tab.anew().open(fmt.Sprint("/body/", i))
		tab.until(`document.querySelector('dialog[open]')`)
		assert.True(t, tab.truth(`(`+covers+`)('dialog')`), body)
		assert.True(t, tab.truth(`!document.querySelector('dialog').contains(document.activeElement)`), "the focus stays: "+body)
		if i == 0 {
			tab.shot("contained")
		}
		tab.truth(`octroi.refuseAll()`)
		tab.until(`document.querySelector('.octroi-tab')`)
		assert.True(t, tab.truth(`(`+covers+`)('.octroi-tab')`), body)
	}
}

// A modal dialog of the page's, and what fills its screen, stay in front.
func TestThePagesOwnDialogStaysInFront(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/modal", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + keeping("") + `</script></head><body>
<dialog id="own" style="width: 900px; height: 600px"><button id="in" onclick="this.closest('dialog').close()">close</button></dialog><div id="host"></div><script>
	if (location.search) host.attachShadow({ mode: 'open' }).innerHTML = '<dialog style="width: 900px; height: 600px"><button>close</button></dialog>';
	(host.shadowRoot?.querySelector('dialog') || own).showModal();
</script>` + dropIn + `</body></html>`
	})
	_, tab := visit(t, s)
	tab.size(1000, 700, false)
	tab.open("/modal")
	tab.until(`document.querySelector('dialog.octroi[open]')`)
	assert.True(t, tab.truth(`document.querySelector('dialog.octroi').matches(':not(:popover-open)')`), "it lies below what alone can be pressed")
	tab.click("#in")
	tab.until(`(` + covers + `)('dialog.octroi')`)
	tab.until(`document.querySelector('dialog.octroi').matches('[open]:popover-open:not([inert])')`)
	tab.truth(`(own.showModal(), 1)`)
	assert.True(t, tab.truth(`own.contains(document.elementFromPoint(innerWidth / 2, innerHeight / 2)) && own.contains(document.activeElement)`))
	tab.truth(`(own.close(), 1)`)
	assert.True(t, tab.truth(`(`+covers+`)('dialog.octroi')`))
	tab.open("/modal?shadow")
	tab.until(`document.querySelector('dialog.octroi[open]')`)
	assert.True(t, tab.truth(`document.querySelector('dialog.octroi').matches(':not(:popover-open)')`), "in a shadow root")
}

// What prints is the page.
func TestWhatPrintsIsThePage(t *testing.T) {
	s := newSite(t)
	s.keeper("/print", keeping(""), `<h1>Invoice</h1><iframe id="frame" width="500" height="300" data-octroi="pixel" data-src="`+s.Third+`/ads/a"></iframe><p style="height: 1500px">text</p><a id="last" href="/x">last</a>`)
	_, tab := visit(t, s)
	ctx := tab.devtools("only DevTools print")
	printed := func(name string) string {
		pdf, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PrintBackground: new(true)})
		require.NoError(t, err)
		return onPaper(t, name, pdf.Data)
	}
	tab.open("/print")
	tab.until(`document.querySelector('.octroi-embed .octroi-button')`)
	text := printed("banner")
	assert.Contains(t, text, "Invoice")
	assert.NotRegexp(t, "Refuse|Accept|Load once", text)
	tab.preferences()
	assert.NotRegexp(t, "Save my|Refuse|Accept", printed("second-layer"))
	tab.truth(`octroi.refuseAll()`)
	tab.truth(`(document.querySelector('#tab').remove(), 1)`)
	tab.until(`document.querySelector('.octroi-tab')`)
	assert.Equal(t, 0, strings.Count(printed("tab"), "Cookies"))
	assert.True(t, tab.truth(`(() => { const a = frame.getBoundingClientRect(), b = frame.nextElementSibling.getBoundingClientRect(); return Math.abs(a.left - b.left) < 1 && Math.abs(a.top - b.top) < 1; })()`), "on the screen it stands as it did")
}

// Whoever rewrites the page's texts, as translators do, has the last word.
func TestATranslatedTextStays(t *testing.T) {
	sampled(t, "the texts and what follows the page's language are the same in each")
	s := newSite(t)
	s.raw("/translated", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head><body>
<iframe data-octroi="pixel" data-src="` + s.Third + `/ads/a" width="500" height="300"></iframe><div data-octroi-table></div>
<script>
	window.wrote = 0;
	const words = (text) => text.replace(/[A-Za-z]{3,}/g, 'mot');
	const translate = () => {
		const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT), all = [];
		while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('script, style') && /[A-Za-z]{3,}/.test(walk.currentNode.data)) all.push(walk.currentNode);
		for (const node of all) {
			if (words(node.data) === node.data) continue;
			wrote++;
			const font = document.createElement('font');
			font.textContent = words(node.data);
			node.replaceWith(font);
		}
		for (const one of document.querySelectorAll('.octroi, .octroi *')) if (!one.title) one.title = 'mot';
		// An autolinker, or one that puts a mark behind each frame.
		for (const one of document.querySelectorAll('iframe')) if (one.nextElementSibling?.localName !== 'mark') one.after(document.createElement('mark'));
	};
	new MutationObserver(translate).observe(document, { childList: true, subtree: true, characterData: true });
</script></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/translated")
	const told = `['dialog .octroi-title', '.octroi-embed .octroi-button', '.octroi-policy caption'].every((at) => { const text = document.querySelector(at)?.innerText; return /mot/.test(text) && !/[A-Za-z]{3}/.test(text.replace(/mot/g, '')); })`
	tab.until(told)
	tab.truth(`octroi.refuseAll()`)
	tab.until(`/^mot$/.test(document.querySelector('.octroi-tab')?.innerText)`)
	tab.truth(`new Promise((done) => setTimeout(() => { window.before = [wrote, document.querySelectorAll('mark').length]; setTimeout(done, 1300); }, 300))`)
	assert.True(t, tab.truth(`wrote === before[0] && document.querySelectorAll('mark').length - before[1] < 99`), "nothing is written back")
	assert.True(t, tab.truth(`document.querySelector('.octroi-tab').innerText === 'mot' && /^mot/.test(document.querySelector('.octroi-policy caption').innerText)`))
	tab.click(".octroi-tab font")
	tab.until(`document.querySelector('.octroi-preferences[open]')`)
}

// The tab is there as long as nothing of the page's own leads to the choices, whatever way
// that comes and goes.
func TestTheTabMakesRoom(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/room", keeping(""), noOpener+`<main></main><a id="later" href="/room?a=1#octroi">of another page</a>`)
	_, tab := visit(t, s)
	tab.open("/room")
	tab.press("refuse")
	const there = `document.querySelector('.octroi-tab')`
	tab.until(there)
	for _, way := range []struct{ comes, goes string }{
		{`view.innerHTML = '<p><b><a href="#octroi">choices</a></b></p>'`, `view.innerHTML = ''`},
		{`view.innerHTML = '<p><button>choices</button></p>'; view.querySelector('button').dataset.octroiOpen = ''`, `view.replaceChildren()`},
		{`view.innerHTML = '<a>choices</a>'; requestAnimationFrame(() => setTimeout(() => view.firstChild.setAttribute('href', '#octroi')))`, `view.firstChild.href = '#other'`},
		{`history.pushState(null, '', '/room?a=1'); view.append('x', document.createElement('p'))`, `history.pushState(null, '', '/room'); view.append(document.createElement('p'))`},
		{`view.innerHTML = '<a href="#octroi">one</a><a href="#octroi">two</a>'; view.firstChild.remove()`, `view.firstChild.remove()`},
	} {
		tab.truth(`(() => { const view = document.querySelector('main'); ` + way.comes + ` })()`)
		tab.until(`!` + there)
		tab.truth(`(() => { const view = document.querySelector('main'); ` + way.goes + ` })()`)
		tab.until(there)
	}
	assert.True(t, tab.truth(`(async () => {
		const host = document.querySelector('main').appendChild(document.createElement('div'));
		host.attachShadow({ mode: 'open' }).innerHTML = '<a href="#octroi">nobody finds it from outside</a>';
		await new Promise((done) => setTimeout(done));
		return !!`+there+`;
	})()`))
}

// A copy of Octroi's own elements goes, even one that gets its class later.
func TestCopiesGo(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/copies", keeping(""), `<main></main>`)
	_, tab := visit(t, s)
	tab.open("/copies")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	for _, way := range []string{
		`view.innerHTML = '<p><div class="octroi octroi-embed" id="copy"></div></p>'`,
		`view.innerHTML = '<div class="octroi octroi-status" id="copy"></div>'`,
		`view.append(Object.assign(document.createElement('button'), { className: 'octroi octroi-tab', id: 'copy' }))`,
	} {
		assert.True(t, tab.truth(`(async () => { const view = document.querySelector('main'); `+way+`; await 0; await 0; return !document.querySelector('#copy'); })()`), way)
	}
	tab.truth(`(() => { const late = document.querySelector('main').appendChild(document.createElement('div')); late.id = 'copy'; setTimeout(() => (late.className = 'octroi octroi-ask')); })()`)
	tab.until(`!document.querySelector('#copy')`)
	assert.True(t, tab.truth(`document.querySelectorAll('dialog.octroi-ask[open]').length === 1`))
}

// Each way in which a page can call its link to the choices leads to them.
func TestWaysToTheChoices(t *testing.T) {
	sampled(t, "the interface's tree and its openers are the same in each")
	s := newSite(t)
	s.raw("/ways/page", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head><body>
<a id="plain" href="#octroi">plain</a> <a id="full" href="` + s.URL + `/ways/page?a=1#octroi">full</a> <a id="path" href="/ways/page?a=1#octroi">path</a> <a id="relative" href="./page?a=1#octroi">relative</a>
<a id="query" href="?a=1#octroi">query</a> <a id="wrapped" href="#octroi"><b id="inside">wrapped</b></a> <button id="button" data-octroi-open>button</button>
<svg width="60" height="20"><a id="svg" href="#octroi"><rect id="rect" width="60" height="20"/></a></svg><svg width="60" height="20"><a xlink:href="#octroi"><rect id="xlink" width="60" height="20"/></a></svg>
<map name="m"><area id="area" shape="default" href="#octroi"></map><img id="image" usemap="#m" width="40" height="40" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">
<div id="stops" onclick="event.stopPropagation()"><a id="stopped" href="#octroi">stopped</a></div>
<style>#open, #closed, #slotted { display: inline-block }</style><div id="open"></div> <div id="closed"></div> <div id="slotted"><a id="light" href="#octroi">light</a></div>
<p><a id="other" href="/ways/other#octroi">another page</a></p>
<script>
	const link = '<a href="#octroi"><i>within</i></a>';
	document.getElementById('open').attachShadow({ mode: 'open' }).innerHTML = link;
	const root = document.getElementById('closed').attachShadow({ mode: 'closed' });
	root.innerHTML = link;
	window.within = { open: document.getElementById('open').shadowRoot.querySelector('i'), closed: root.querySelector('i') };
	document.getElementById('slotted').attachShadow({ mode: 'open' }).innerHTML = '<slot></slot>';
</script></body></html>`
	})
	s.keeper("/ways/other", keeping(""), `<p>other</p>`)
	_, tab := visit(t, s)
	tab.size(1000, 700, false)
	tab.open("/ways/page?a=1")
	tab.whole().truth(`octroi.refuseAll()`)
	tab.until(`!document.querySelector('dialog')`)
	assert.True(t, tab.truth(`!document.querySelector('.octroi-tab')`), "the page has ways of its own")
	comes := func(way string) {
		t.Helper()
		tab.until(`document.querySelector('.octroi-preferences[open]')`)
		assert.True(t, tab.truth(`location.pathname + location.search === '/ways/page?a=1'`), way)
		tab.key("\x1b")
		tab.until(`!document.querySelector('.octroi-preferences')`)
	}
	for _, way := range []string{"plain", "full", "path", "relative", "query", "inside", "button", "rect", "xlink", "area", "stopped", "open", "closed", "light"} {
		if way == "area" {
			tab.truth(`(area.click(), 1)`)
		} else {
			tab.click("#" + way)
		}
		comes(way)
	}
	for _, way := range []string{`location.hash = '#octroi'`, `location.hash = 'octroi'`, `history.pushState(null, '', '#octroi')`, `history.replaceState(null, '', location.href + '#octroi')`, `location.href = location.href.replace(/#.*/, '') + '#octroi'`} {
		tab.truth(`(` + way + `, 1)`)
		comes(way)
		assert.True(t, tab.truth(`location.hash === ''`), "and can be taken again: "+way)
	}
	tab.truth(`new Promise((done) => { addEventListener('hashchange', () => setTimeout(() => done(location.hash = '#octroi')), { once: true }); location.hash = '#/route'; })`)
	comes("a router's own hash")
	assert.True(t, tab.truth(`location.hash === '#/route'`), "which comes back")
	tab.truth(`(other.click(), 1)`)
	tab.comes(`location.pathname === '/ways/other' && document.querySelector('.octroi-preferences[open]')`)
}

// onPaper writes a PDF into the ignored folder shots/ and returns its text.
func onPaper(t *testing.T, name string, pdf []byte) string {
	t.Helper()
	require.NoError(t, os.MkdirAll("../shots", 0o777))
	file := filepath.Join("../shots", "print-"+name+".pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o666))
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext, of poppler-utils, reads what was printed")
	}
	text, err := exec.Command(program, file, "-").Output()
	require.NoError(t, err)
	return string(text)
}

// A page that renders itself may change its language at any time, with its root or by it.
func TestTheLanguageTurns(t *testing.T) {
	sampled(t, "the texts and what follows the page's language are the same in each")
	s := newSite(t)
	s.keeper("/turns", strings.Replace(keeping(""), `"revision": "1"`, `"revision": "1", "updated": "2026-02-03"`, 1), `<iframe data-octroi="pixel" data-src="`+s.Third+`/ads/a" width="500" height="300"></iframe><div data-octroi-declaration></div>`)
	_, tab := visit(t, s)
	tab.before(`Object.defineProperty(navigator, 'languages', { get: () => ['en'] })`)
	tab.open("/turns")
	type texts struct{ language, refuse, once, date string }
	shows := func(want texts) {
		t.Helper()
		tab.until(`document.querySelector('[data-octroi-act="refuse"]')?.innerText === '` + want.refuse + `' && document.querySelector('.octroi-embed .octroi-button')?.innerText === '` + want.once + `' && document.querySelector('.octroi-policy')?.innerText.includes('` + want.date + `') && document.querySelector('dialog').lang === '` + want.language + `'`)
	}
	english := texts{language: "en", refuse: "Refuse all", once: "Load once", date: "Feb 3, 2026"}
	shows(english)
	for _, step := range []struct {
		does string
		want texts
	}{
		{does: `document.documentElement.lang = 'en-GB'`, want: texts{language: "en-GB", refuse: "Refuse all", once: "Load once", date: "3 Feb 2026"}},
		{does: `document.documentElement.setAttribute('lang', 'fr_FR')`, want: texts{language: "fr-FR", refuse: "Tout refuser", once: "Charger une fois", date: "3 févr. 2026"}},
		{does: `(document.documentElement.lang = 'ja', document.documentElement.lang = 'de')`, want: texts{language: "de", refuse: "Alle ablehnen", once: "Einmal laden", date: "03.02.2026"}},
		{does: `document.documentElement.removeAttribute('lang')`, want: english},
		{does: `(() => { const fresh = document.createElement('html'); fresh.lang = 'fr'; fresh.append(...document.documentElement.childNodes); document.replaceChild(fresh, document.documentElement); })()`, want: texts{language: "fr", refuse: "Tout refuser", once: "Charger une fois", date: "3 févr. 2026"}},
	} {
		tab.truth(`(` + step.does + `, 1)`)
		shows(step.want)
	}
	tab.press("refuse")
	tab.truth(`(document.querySelectorAll('#tab, [data-octroi-declaration]').forEach((one) => one.remove()), document.documentElement.lang = 'nl', 1)`)
	tab.until(`document.querySelector('.octroi-embed .octroi-button')?.innerText === 'Eén keer laden' && document.querySelector('.octroi-tab')`)
}

// What stands in a shadow root looks as it does elsewhere.
func TestStandInsInShadowRoots(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/shadows", keeping(""), `<div id="open"></div><div id="closed"></div><script>
	const markup = '<style>:host { display: block } p { margin: 0 }</style><iframe data-octroi="pixel" data-src="`+s.Third+`/ads/a" width="500" height="300"></iframe><p>below</p>';
	window.within = {};
	for (const mode of ['open', 'closed']) {
		const root = within[mode] = document.getElementById(mode).attachShadow({ mode });
		root.innerHTML = markup;
		if (mode === 'open') root.adoptedStyleSheets = [new CSSStyleSheet()];
	}
</script>`)
	_, tab := visit(t, s)
	tab.size(1000, 900, false)
	tab.open("/shadows")
	for _, mode := range []string{"open", "closed"} {
		tab.until(`(() => {
			const frame = within.` + mode + `.querySelector('iframe'), box = frame.nextElementSibling, p = within.` + mode + `.querySelector('p');
			if (box.className !== 'octroi octroi-embed') return false;
			const a = frame.getBoundingClientRect(), b = box.getBoundingClientRect(), button = getComputedStyle(box.querySelector('.octroi-button'));
			return Math.max(...['left', 'top', 'width', 'height'].map((k) => Math.abs(a[k] - b[k]))) < 1 && p.getBoundingClientRect().top - a.bottom < 30 && button.backgroundColor === 'rgb(28, 27, 26)' && getComputedStyle(frame).visibility === 'hidden';
		})()`)
	}
	tab.truth(`octroi.refuseAll()`)
	tab.until(`!document.querySelector('dialog')`)
	tab.shot("shadows")
	tab.truth(`(within.closed.querySelector('[data-octroi-act="once"]').click(), 1)`)
	tab.arrived("/ads/a")
}

// A faulty declaration tells visitors nothing: the page's own words stay.
func TestAFaultyDeclarationKeepsThePage(t *testing.T) {
	sampled(t, "what brings the files is the same code in each")
	s := newSite(t)
	for name, declaration := range map[string]string{"wrong": strings.Replace(keeping(""), `"category": "ads"`, `"category": "nowhere"`, 1), "none": "{"} {
		s.raw("/faulty/"+name, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn + `</head><body>
<iframe id="frame" data-octroi="pixel" data-src="` + s.Third + `/ads/a" width="500" height="300"></iframe><div data-octroi-table><p>our own words</p></div><div data-octroi-declaration>and more</div></body></html>`
		})
		_, tab := visit(t, s, "octroi: ")
		tab.open("/faulty/" + name)
		tab.until(`frame.nextElementSibling?.innerText.trim() === 'Ce contenu n’est pas disponible pour le moment.'`)
		assert.True(t, tab.truth(`!frame.nextElementSibling.querySelector('button') && document.querySelector('[data-octroi-table]').innerHTML === '<p>our own words</p>' && document.querySelector('[data-octroi-declaration]').innerHTML === 'and more'`), name)
		tab.shot("faulty")
		assert.Empty(t, tab.requests(), name)
	}
}

// The policy tells of the record itself, unless the site does.
func TestThePolicyListsTheRecord(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/own", keeping(`"name": "choices",`), `<div data-octroi-declaration></div>`)
	s.keeper("/told", strings.Replace(keeping(`"name": "choices",`), `{"name": "basket"`, `{"name": "choices", "life": "13 months"}, {"name": "basket"`, 1), `<div data-octroi-table></div>`)
	_, tab := visit(t, s)
	tab.open("/own")
	const rows = `[...document.querySelectorAll('.octroi-policy tr')].map((row) => [...row.children].map((cell) => cell.innerText.replace(/\n/g, ' ')).join(' | ')).filter((row) => row.startsWith('choices'))`
	tab.until(`document.querySelector('.octroi-policy')`)
	var got []string
	tab.eval(rows, &got)
	assert.Equal(t, []string{"choices | Cookie, Web Storage | Shop Shop SAS Keeps your choices about cookies. | persistent: 13 months", "choices | Web Storage | Shop Shop SAS Keeps your choices about cookies. | session: this visit"}, got)
	tab.open("/told")
	tab.until(`document.querySelector('.octroi-policy')`)
	tab.eval(rows, &got)
	assert.Equal(t, []string{"choices | Cookie | Shop Shop SAS Works. | persistent: 13 months"}, got)
}

// What a page undoes at once each time is not done for ever; what it undoes now and then,
// however often, is done again.
func TestWhatIsUndoneNowAndThenIsDoneAgain(t *testing.T) {
	only(t, "how often a part comes back is counted by the same code in each", "chromium")
	s := newSite(t)
	s.raw("/keep", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script>{ let time = Date.now(); Date.now = () => time; window.later = () => { time += 2000; }; }</script>
<script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head><body><main><iframe width="400" height="300" data-octroi="pixel" data-src="/held"></iframe></main></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/keep").until(`document.querySelector('dialog') && document.querySelector('.octroi-embed')`)
	for _, part := range []struct {
		what, selector string
		most           int // in a row
	}{{what: "banner", selector: "dialog", most: 100}, {what: "stand-in", selector: ".octroi-embed", most: 20}} {
		undone := func(rounds int, clock string) (back int) {
			tab.eval(fmt.Sprintf(`(async () => {
				let back = 0;
				for (let i = 0; i < %d; i++) {
					const one = document.querySelector('%s');
					if (one) back++;
					one?.remove();
					%s
					document.body.append(document.createElement('i'));
					await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
				}
				return back;
			})()`, rounds, part.selector, clock), &back)
			return back
		}
		assert.Equal(t, part.most+9, undone(part.most+9, "later();"), "%s: now and then", part.what)
		assert.Less(t, undone(part.most+9, ""), part.most+5, "%s: each time at once", part.what)
		undone(1, "later();")
		assert.Equal(t, 9, undone(9, "later();"), "%s: once it is calm", part.what)
	}
}

// A page that removes a layer which waits for an answer gets it back, before itself, and no error.
func TestAModalLayerThatThePageRemoves(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/removes", keeping(`"layout": "dialog",`), `<p>text</p>`)
	_, tab := visit(t, s)
	tab.open("/removes").until(`document.querySelector('dialog.octroi-ask:modal')`)
	tab.truth(`(window.layer = document.querySelector('dialog.octroi-ask'), layer.remove(), true)`)
	tab.until(`layer.isConnected && layer.matches(':modal')`)
	tab.press("refuse")
	tab.until(`octroi.state().decided && !layer.isConnected`)
}
