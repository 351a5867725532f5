package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// closedAndUnharmed asserts that a page whose engine cannot work shuts everything,
// says so once, and goes on.
func closedAndUnharmed(t *testing.T, tab *tab, reason string) {
	t.Helper()
	tab.until(`window.wrong?.length`)
	assert.True(t, tab.truth(`wrong.length === 1 && wrong[0].reason === '`+reason+`'`))
	assert.True(t, tab.truth(`!octroi.allows('gtag') && window.ownCode === true`))
	tab.truth(`(octroi.acceptAll(), octroi.save({ gtag: true }), octroi.preferences(), octroi.when('gtag'), octroi.withdraw(), octroi.show())`)
	assert.True(t, tab.truth(`!octroi.allows('gtag') && !document.querySelector('dialog')`))
	assert.Empty(t, tab.requests())
}

const watchErrors = `<script>window.wrong = []; document.addEventListener('octroi:error', (e) => wrong.push(e.detail));</script>`

const gatedBody = `<iframe data-octroi="share" data-src="THIRD/social/video.html"></iframe>
	<script type="text/plain" data-octroi="gtag" data-src="THIRD/gtag/js"></script><script>window.ownCode = true</script>`

// Engines before Chrome 114 refuse to compile on the main thread.
func TestWithoutSynchronousCompilation(t *testing.T) {
	s := newSite(t)
	s.page("/async", `<script>{ const M = WebAssembly.Module; WebAssembly.Module = function (b) { throw new RangeError('too large'); }; WebAssembly.Module.prototype = M.prototype; }</script>`+dropIn, gatedBody)
	_, tab := visit(t, s)
	tab.open("/async")
	tab.until(`document.querySelector('dialog')`)
	assert.Empty(t, tab.requests())
	tab.truth(`octroi.save({ share: true })`)
	tab.arrived("/social/video.html")
}

func TestABadDeclaration(t *testing.T) {
	s := newSite(t)
	s.raw("/bad", "text/html; charset=utf-8", func() string {
		declaration := strings.Replace(s.Declaration(), `"3 months"`, `"3 years"`, 1)
		declaration = strings.Replace(declaration, `"category": "social"`, `"category": "sociable"`, 1)
		return `<!doctype html><html lang="en">` + watchErrors + `<script>window.ran = []</script><script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn +
			strings.ReplaceAll(gatedBody, "THIRD", s.Third) + `<script type="text/plain" data-octroi="basket">ran.push('essential')</script>`
	})
	v, tab := visit(t, s, "octroi: ")
	tab.open("/bad")
	closedAndUnharmed(t, tab, "config")
	assert.True(t, tab.truth(`ran.join() === 'essential'`), "what is essential works")
	assert.ElementsMatch(t, []string{
		`octroi: $.categories[6].renewAfter: longer than 13 months; write "13 months" or less`,
		`octroi: $.services[9].category: no such category; use one of: essential audience display marketing memory social fraud`,
	}, v.console(2))
}

// The engine's exports throw when the page's test says so, as a trap would.
const traps = `<script>{
	const Instance = WebAssembly.Instance;
	window.instances = 0;
	WebAssembly.Instance = function (module, imports) {
		if (!imports.primary) instances++; // those are the rest's
		if (window.noMore) throw new RangeError('out of memory');
		const real = new Instance(module, imports).exports, exports = {};
		for (const name in real) exports[name] = typeof real[name] === 'function' ? (...args) => {
			if (window.trap) { window.trap--; throw new WebAssembly.RuntimeError('unreachable'); }
			return real[name](...args);
		} : real[name];
		return { exports };
	};
}</script>`

func TestAfterATrapTheEngineIsRebuiltOnce(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.page("/trap", traps+watchErrors+dropIn, gatedBody)
	_, tab := visit(t, s)
	tab.open("/trap")
	tab.truth(`octroi.save({ share: true })`)
	tab.arrived("/social/video.html")
	tab.truth(`(window.trap = 1, octroi.state())`)
	assert.True(t, tab.truth(`instances === 2 && wrong.length === 0 && octroi.allows('share') && !octroi.allows('gtag')`), "from the record")
	assert.True(t, tab.truth(`octroi.state().services.share`))
	tab.truth(`(window.trap = 1, octroi.allows('share'))`)
	s.Log.Clear()
	closedAndUnharmed(t, tab, "trap")
	assert.True(t, tab.truth(`instances === 2 && !document.querySelector('iframe').src`), "then all is shut")
}

func TestAfterATrapTheEngineCannotBeRebuilt(t *testing.T) {
	s := newSite(t)
	s.page("/trap", traps+watchErrors+dropIn, gatedBody)
	_, tab := visit(t, s)
	tab.open("/trap")
	tab.truth(`octroi.save({ share: true })`)
	tab.arrived("/social/video.html")
	tab.truth(`(window.noMore = true, window.trap = 1, octroi.state())`)
	s.Log.Clear()
	closedAndUnharmed(t, tab, "wasm")
	assert.True(t, tab.truth(`!document.querySelector('iframe').src`), "what was let through is shut")
}

func TestStorageDenied(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	_, tab := visit(t, s, "SecurityError") // in the other party's frame, where its process is the page's
	tab.before(`
		for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
		Object.defineProperty(Document.prototype, 'cookie', { get() { throw new DOMException('denied', 'SecurityError'); }, set() { throw new DOMException('denied', 'SecurityError'); } });
	`)
	s.page("/denied", dropIn, `<iframe data-octroi="share" data-src="THIRD/social/video.html"></iframe>`)
	tab.open("/denied").press("accept")
	tab.arrived("/social/video.html")
	assert.True(t, tab.whole().truth(`octroi.report().kept === false && octroi.allows('gtag')`))
	tab.click("#tab")
	tab.press("refuse")
	assert.True(t, tab.truth(`!octroi.allows('gtag')`))
	tab.open("/denied")
	assert.True(t, tab.truth(`document.querySelector('dialog.octroi-ask[open]')`))
}

// An opaque origin, as sandboxed frames have: storage is not there at all.
func TestSandboxedFrame(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.page("/inner", watchErrors+dropIn, gatedBody+`<script>
		addEventListener('message', () => { octroi.save({ share: true }); parent.postMessage(octroi.allows('share') && !octroi.allows('gtag') && !wrong.length, '*'); });
		parent.postMessage(Boolean(document.querySelector('dialog') || octroi.state()), '*');
	</script>`)
	s.raw("/outer", "text/html", func() string {
		return `<script>window.got = []; addEventListener('message', (e) => got.push(e.data))</script><iframe sandbox="allow-scripts" src="/inner"></iframe>`
	})
	_, tab := visit(t, s, "SecurityError") // in the other party's frame, where its process is the page's
	tab.open("/outer")
	tab.until(`got.length === 1 && got[0]`)
	tab.truth(`(document.querySelector('iframe').contentWindow.postMessage('', '*'), true)`)
	tab.until(`got.length === 2 && got[1]`)
	tab.arrived("/social/video.html")
}

// A banner that a filter list hides leaves the page usable and everything refused.
func TestAHiddenBanner(t *testing.T) {
	s := newSite(t)
	s.page("/hidden", dropIn+`<style>dialog { display: none !important }</style>`, gatedBody+`<button id="own" onclick="window.clicked = true">own</button>`)
	_, tab := visit(t, s)
	tab.open("/hidden")
	// The build's own !important in a layer comes before the page's; a list's style
	// sheet is the user's and comes before both.
	tab.truth(`document.querySelector('dialog').style.setProperty('display', 'none', 'important')`)
	tab.preferences()
	tab.truth(`document.querySelector('dialog').close()`)
	tab.click("#own")
	assert.True(t, tab.truth(`window.clicked && getComputedStyle(document.body).overflow !== 'hidden'`))
	assert.Empty(t, tab.requests())
}

// What a page has of its own before a late drop-in keeps that from nothing: a clock that
// stands, as in tests, or is wrong, as on a device without one, and names in the markup.
func TestItBeginsBehindOddPages(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	for name, before := range map[string]string{
		"clock": `<script>Date.now = () => 5</script>`,
		"names": `<img name="createElement"><form name="querySelector"></form><a id="defaultView"></a>`,
	} {
		s.raw("/odd/"+name, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>odd</title></head><body><a href="#octroi">Cookies</a>` + before +
				`<script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</body></html>`
		})
		_, tab := visit(t, s)
		tab.open("/odd/" + name)
		tab.until(`window.octroi && octroi.state()`)
		assert.False(t, tab.truth(`octroi.allows('pixel')`), name)
		tab.until(`Document.prototype.querySelector.call(document, 'dialog.octroi-ask[open]')`)
	}
}
