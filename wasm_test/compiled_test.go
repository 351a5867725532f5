package wasmtest

import (
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// ownFiles are what octroi build makes, as a site serves them; what is withheld comes when it
// is let go.
type ownFiles struct {
	files    map[string][]byte
	withheld chan struct{}                      // closed once the engine may come
	missing  string                             // a part of the names of files that are not there
	answers  func(name string, r *http.Request) // called before an answer, if there is one
}

// built serves a site's own files of a declaration under /own/.
func (s *site) built(t *testing.T, declaration string) *ownFiles {
	t.Helper()
	made, err := bundle.Build([]byte(declaration))
	require.NoError(t, err)
	made.Inline("/own/")
	own := &ownFiles{files: made.Files, withheld: make(chan struct{})}
	s.pages.HandleFunc("GET /own/{file...}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		content, there := own.files[name]
		if !there || own.missing != "" && strings.Contains(name, own.missing) {
			http.NotFound(w, r)
			return
		}
		if own.answers != nil {
			own.answers(name, r)
		}
		if strings.HasPrefix(name, "engine.") {
			select {
			case <-own.withheld:
			case <-r.Context().Done():
				return
			}
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		w.Write(content)
	})
	return own
}

// compiledPage is a page that loads them.
func (s *site) compiledPage(path, body string) {
	s.raw(path, "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>test</title><script src="/own/octroi.js"></script></head><body><a href="#octroi" id="tab">Cookies</a>` + body + `</body></html>`
	})
}

// A first visit needs no engine: the layer is there, what must wait waits, what nobody
// declared goes on. A button that is pressed meanwhile looks so, and the engine answers it.
func TestTheFirstLayerIsThereAheadOfTheEngine(t *testing.T) { // R1.01, R1.10
	paired(t, "firefox")
	s := newSite(t)
	own := s.built(t, measuring("", `"urls": ["ads.localhost"],`))
	s.compiledPage("/ahead", `<script>
		const free = '`+s.Third+`', at = free.replace('127.0.0.1', 'ads.localhost');
		localStorage.setItem('theme', 'dark'); window.theme = localStorage.getItem('theme');
		document.cookie = 'plain=1'; window.plain = document.cookie.includes('plain=1');
		fetch(at + '/ads/call').catch(() => {});
		document.body.append(Object.assign(new Image(), { src: at + '/ads/picture' }), Object.assign(new Image(), { src: free + '/free/picture' }));
	</script>`)
	_, tab := visit(t, s, "octroi: held: ")
	tab.open("/ahead").until(`document.querySelector('dialog.octroi-ask[open]')`)
	s.reached("/free/picture")
	assert.Equal(t, []string{"/free/picture"}, tab.requests(), "unknown hosts pass, declared ones wait")
	assert.True(t, tab.truth(`theme === 'dark' && plain`), "what is written can be read at once")
	tab.shot("ahead")
	tab.truth(`(window.layer = document.querySelector('dialog.octroi-ask'), true)`)
	tab.press("refuse")
	tab.until(`layer.querySelector('[data-octroi-act=refuse]').getAttribute('aria-busy') === 'true' && getComputedStyle(layer.querySelector('[data-octroi-act=refuse]')).opacity === '0.6'`)
	assert.True(t, tab.truth(`layer.isConnected && !document.cookie.includes('octroi=')`), "nothing false is said")
	close(own.withheld)
	tab.until(`!document.querySelector('dialog.octroi-ask') && document.cookie.includes('octroi=')`)
	assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel')`))
	assert.Equal(t, []string{"/free/picture"}, tab.requests())
}

// What is pressed before the engine is there is answered in the page's language, whose texts come
// later still, and in words: each that the message needs is among the few that octroi.js brings.
func TestAPressAheadOfTheEngineIsAnsweredInThePagesLanguage(t *testing.T) { // R1.21
	paired(t, "webkit")
	s := newSite(t)
	own := s.built(t, s.Declaration())
	_, tab := visit(t, s)
	for lang, want := range map[string]string{"en": "All refused · until UndoDetails× Close", "fr": "Tout est refusé · jusqu’au AnnulerDétails× Fermer"} {
		own.withheld = make(chan struct{})
		s.raw("/pressed/"+lang, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="` + lang + `"><head><meta charset="utf-8"><title>test</title><script src="/own/octroi.js"></script></head><body>`
		})
		tab.anew().open("/pressed/" + lang).until(`document.querySelector('dialog.octroi-ask[open]')?.lang === '` + lang + `'`)
		tab.press("refuse")
		tab.until(`document.querySelector('[data-octroi-act=refuse]').getAttribute('aria-busy')`)
		close(own.withheld)
		tab.until(`document.querySelector('.octroi-status')`)
		var said string
		tab.eval(`(() => {
			const message = document.querySelector('.octroi-status').cloneNode(true);
			message.querySelector('time').remove();
			return message.innerText.replace(/\s+/g, ' ') + ' ' + message.querySelector('.octroi-close').ariaLabel;
		})()`, &said)
		assert.Equal(t, want, said)
		assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel') && document.querySelector('.octroi-status').lang === '`+lang+`'`))
	}
}

// Without a click the engine comes when the page is idle; the layer stays the element that it
// is, and answers.
func TestTheEngineComesWhenThePageIsIdle(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	own := s.built(t, s.gated())
	close(own.withheld)
	s.compiledPage("/idle", `<img data-octroi="pixel" data-src="`+s.Third+`/ads/gated" alt="">`)
	v, tab := visit(t, s)
	tab.before(`document.addEventListener('octroi:ready', () => { window.began = document.readyState; }, true)`)
	tab.open("/idle").until(`document.querySelector('dialog.octroi-ask[open]')`)
	tab.truth(`(window.layer = document.querySelector('dialog.octroi-ask'), true)`)
	tab.until(`window.began`)
	assert.True(t, tab.truth(`began === 'complete' && layer.isConnected && document.querySelectorAll('dialog.octroi-ask').length === 1`))
	tab.press("accept")
	s.reached("/ads/gated")
	assert.Equal(t, []string{"/ads/gated"}, tab.requests())

	// Who has decided has the engine before the page's first script runs.
	s.Log.Clear()
	s.compiledPage("/again", `<script>window.granted = octroi.allows('pixel'); fetch('`+s.Third+`/ads/first', { mode: 'no-cors' });</script>`)
	tab.open("/again")
	s.reached("/ads/first")
	assert.True(t, tab.truth(`granted`))
	_ = v
}

// Who has decided waits for no engine with a page that asks for nothing which hangs on the
// choice: what is gated runs once it is there, and what nobody declared goes on. A call that hangs on the choice has the engine first.
func TestTheEngineOfADecidedVisitorComesWhileThePageGoesOn(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	own := s.built(t, measuring("", `"urls": ["ads.localhost"],`))
	close(own.withheld)
	ads := strings.Replace(s.Third, "127.0.0.1", "ads.localhost", 1)
	s.compiledPage("/decides", "")
	goesOn, once := make(chan struct{}), sync.Once{}
	s.pages.HandleFunc("/goes-on", func(http.ResponseWriter, *http.Request) { once.Do(func() { close(goesOn) }) })
	s.compiledPage("/later", `<script type="text/plain" data-octroi="pixel">window.gatedRan = true</script>
		<img data-octroi="pixel" data-src="`+ads+`/ads/gated" alt=""><img src="`+s.Third+`/free/picture" alt="">
		<script>localStorage.setItem('theme', 'dark'); document.cookie = 'plain=1'; window.ahead = !window.gatedRan; fetch('/goes-on');</script>`)
	s.compiledPage("/asks", `<script>window.granted = octroi.allows('pixel'); fetch('`+ads+`/ads/asked', { mode: 'no-cors' }).catch(() => {});</script>`)
	_, tab := visit(t, s, "octroi: held: ")
	tab.open("/decides").press("accept")
	tab.until(`octroi.state()?.decided`)
	own.withheld = make(chan struct{})
	tab.open("/later")
	select {
	case <-goesOn:
	case <-time.After(stepTimeout):
		t.Fatal("the page waits for the engine")
	}
	s.reached("/free/picture")
	assert.NotContains(t, tab.requests(), "/ads/gated", "what hangs on the choice waits")
	close(own.withheld)
	tab.until(`window.gatedRan`)
	assert.True(t, tab.truth(`ahead && document.cookie.includes('plain=1') && localStorage.theme === 'dark'`))
	s.reached("/ads/gated")
	s.Log.Clear()
	tab.open("/asks")
	s.reached("/ads/asked")
	assert.True(t, tab.truth(`granted`))

	tab.truth(`(octroi.refuseAll(), true)`)
	tab.until(`!octroi.allows('pixel')`)
	s.Log.Clear()
	tab.open("/asks").until(`granted === false`)
	tab.open("/later").until(`document.readyState === 'complete' && octroi.state().decided`)
	s.reached("/free/picture")
	assert.NotContains(t, strings.Join(tab.requests(), " "), "/ads/", "a refusal holds with and without the engine")
	assert.True(t, tab.truth(`!window.gatedRan`))
}

// A visitor who decides in another tab before the engine is here is asked no longer.
func TestTheFirstLayerGoesWithADecisionElsewhere(t *testing.T) {
	only(t, "WebKit's driver opens no second page while the first waits for a file", "chromium", "firefox")
	s := newSite(t)
	own := s.built(t, s.gated())
	s.compiledPage("/waits", `<img data-octroi="pixel" data-src="`+s.Third+`/ads/gated" alt="">`)
	s.keeper("/decides", s.gated(), "")
	v, tab := visit(t, s)
	tab.open("/waits").until(`document.querySelector('dialog.octroi-ask[open]')`)
	other := v.tab().open("/decides")
	other.press("accept")
	close(own.withheld)
	tab.until(`!document.querySelector('dialog')`)
	tab.arrived("/ads/gated")
}

// Without its engine, and without the other one, all stays shut, and nothing is asked that
// nobody could answer.
func TestTheEngineOfASiteThatCannotBeHad(t *testing.T) { // R8.20
	paired(t, "webkit")
	s := newSite(t)
	own := s.built(t, s.gated())
	close(own.withheld)
	s.compiledPage("/lost", `<img data-octroi="pixel" data-src="`+s.Third+`/ads/gated" alt=""><script>document.body.append(Object.assign(new Image(), { src: '`+s.Third+`/ads/picture' }))</script>`)
	_, tab := visit(t, s, "octroi: held: ", "404", "engine.", "octroi.nowasm.js")
	t.Run("as JavaScript", func(t *testing.T) {
		tab.within(t)
		own.missing = "engine."
		tab.open("/lost").until(`document.querySelector('dialog.octroi-ask[open]')`)
		tab.press("refuse")
		tab.until(`octroi.state()?.decided`)
		assert.Empty(t, tab.requests())
	})
	t.Run("not at all", func(t *testing.T) {
		tab.within(t)
		own.missing = "wasm" // engine.….wasm, octroi.nowasm.js
		tab.anew().before(`document.addEventListener('octroi:error', ({ detail }) => { window.wrong = detail.reason; }, true)`)
		tab.open("/lost").until(`window.wrong === 'wasm'`)
		tab.until(`!document.querySelector('dialog.octroi-ask')`)
		tab.truth(`(document.body.append(Object.assign(new Image(), { src: '` + s.Third + `/free/picture' })), localStorage.late = 1, true)`)
		assert.Empty(t, tab.requests(), "what the table lets pass waits for an engine, too, once none can come")
		assert.True(t, tab.truth(`localStorage.late === undefined`))
	})
}

// Without the hooks, what needs them does nothing, nothing is asked, and the page goes on.
func TestTheHooksOfASiteThatCannotBeHad(t *testing.T) { // R8.20
	paired(t, "webkit")
	s := newSite(t)
	own := s.built(t, s.gated())
	own.missing = "hold"
	s.compiledPage("/unhooked", `<p id="p">x</p><script>
		window.steps = [];
		const third = '`+s.Third+`/ads/';
		const step = (name, act) => { try { act(); steps.push(name); } catch (error) { steps.push(name + ': ' + error); } };
		step('style', () => { p.style.background = 'url(' + third + 'style)'; });
		step('image', () => { document.body.append(Object.assign(new Image(), { src: third + 'image' })); });
		step('script', () => { document.head.appendChild(Object.assign(document.createElement('script'), { src: third + 'script' })).id = 'script'; });
		step('fetch', () => { fetch(third + 'fetch').catch(() => {}); });
		step('markup', () => { p.innerHTML = '<img src="' + third + 'markup">'; });
		step('sheet', () => { const s = new CSSStyleSheet(); s.cssRules.length; });
		step('own', () => { const own = document.createElement('b'); own.textContent = 'own'; p.append(own); });
	</script>`)
	_, tab := visit(t, s, "octroi: ", "404", "hold")
	tab.before(`document.addEventListener('octroi:error', ({ detail }) => { window.wrong = detail.reason; }, true)`)
	tab.open("/unhooked").until(`window.wrong === 'hold'`)
	tab.until(`!document.querySelector('dialog.octroi-ask')`)
	assert.True(t, tab.truth(`steps.join() === 'style,image,script,fetch,markup,sheet,own' && p.textContent === 'xown'`))
	assert.Empty(t, tab.requests())
}

// A policy that lets no inline script run, and has no nonce: the hooks are a second line.
func TestASiteUnderAPolicyWithoutInlineScripts(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	own := s.built(t, s.gated())
	close(own.withheld)
	s.raw("/strictly.js", "text/javascript", func() string {
		return `document.body.style.background = 'url(` + s.Third + `/ads/style)'; document.body.append(Object.assign(new Image(), { src: '` + s.Third + `/ads/image' })); window.went = true`
	})
	s.raw("/listen.js", "text/javascript", func() string {
		return `window.told = []; addEventListener('securitypolicyviolation', ({ blockedURI }) => told.push(blockedURI))`
	})
	s.raw("/strictly", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>strict</title><meta http-equiv="content-security-policy" content="script-src 'self' 'wasm-unsafe-eval'"><script src="/listen.js"></script><script src="/own/octroi.js"></script><script src="/own/octroi.hold.js"></script></head><body><p>x<img data-octroi="pixel" data-src="` + s.Third + `/ads/gated" alt=""><script src="/strictly.js"></script></body></html>`
	})
	_, tab := visit(t, s, "octroi: held: ")
	tab.open("/strictly").until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`went && !told.length`), "nothing is reported")
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.arrived("/ads/gated", "/ads/image", "/ads/style")
	assert.True(t, tab.truth(`!told.length`))
}

// From a file: no page of a file: may read another, so the engine comes as a script.
func TestASiteOfFiles(t *testing.T) {
	s := newSite(t)
	own := s.built(t, s.gated())
	folder := t.TempDir()
	for name, content := range own.files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, content, 0o666))
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, "page.html"), []byte(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>file</title><script src="octroi.js"></script></head><body><p>x<img data-octroi="pixel" data-src="`+s.Third+`/ads/gated" alt=""></body></html>`), 0o666))
	_, tab := visit(t, s, "octroi: ", "file:", "Cross-Origin", "CORS")
	page := "file://" + filepath.Join(folder, "page.html")
	tab.away(page).until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, s.paths(), "nothing before a choice")
	tab.press("accept")
	s.reached("/ads/gated")
	assert.True(t, tab.truth(`octroi.allows('pixel')`))
	s.Log.Clear()
	tab.away(page)
	s.reached("/ads/gated")
	assert.True(t, tab.truth(`octroi.allows('pixel') && !document.querySelector('dialog[open]')`), "kept, and read again")
}

// changedBy lists the members of the window, of its interfaces and of CSS that a script has
// changed since the page began.
const changedBy = `(() => {
	const look = () => {
		const all = new Map();
		const take = (path, object) => {
			for (const name of Object.getOwnPropertyNames(object)) {
				const descriptor = Object.getOwnPropertyDescriptor(object, name);
				for (const half of ['value', 'get', 'set']) if (typeof descriptor[half] === 'function') all.set(path + name + ' ' + half, descriptor[half]);
			}
		};
		take('', window);
		take('CSS.', CSS);
		for (const name of Object.getOwnPropertyNames(window)) {
			const { value } = Object.getOwnPropertyDescriptor(window, name);
			if (typeof value !== 'function') continue;
			take(name + '.', value);
			if (value.prototype && typeof value.prototype === 'object') take(name + '#', value.prototype);
		}
		return all;
	};
	const before = look();
	window.changed = () => [...look()].filter(([name, now]) => before.get(name) !== now).map(([name]) => name);
})()`

// What has a hook has a latch before the hook is there, but for these: getters whose values
// let nothing through, listeners and what remembers texts of blobs.
func TestEveryHookHasALatch(t *testing.T) {
	late := regexp.MustCompile(` get$|^(window\.)?(Blob|File) value|^(Blob|File)#\.?constructor|EventListener value|on(load|pageshow|readystatechange) set|ObjectURL value|XMLHttpRequest#send`)
	s := newSite(t)
	own := s.built(t, s.gated())
	own.missing = "hold"
	s.page("/hooked", dropIn, "")
	s.compiledPage("/latched", "")
	_, tab := visit(t, s, "octroi: ", "404", "hold")
	tab.before(changedBy)
	var hooked, latched []string
	tab.open("/hooked").eval(`changed()`, &hooked)
	tab.open("/latched").eval(`changed()`, &latched)
	assert.Greater(t, len(latched), 100)
	assert.Empty(t, slices.DeleteFunc(hooked, func(name string) bool { return late.MatchString(name) || slices.Contains(latched, name) }))
}

// A visitor who has decided gets the hooks next, and no latches ahead of them. If the hooks do not
// come, are of another build or break, the latches come before the page goes on.
func TestHooksThatDoNotComeNextLeaveAllShut(t *testing.T) { // R1.01
	s := newSite(t)
	own := s.built(t, measuring("", `"urls": ["`+s.Third+`/ads/"],`))
	close(own.withheld)
	s.compiledPage("/back", `<img data-octroi="pixel" data-src="`+s.Third+`/ads/gated" alt=""><script>
		new Image().src = '`+s.Third+`/ads/script';
		fetch('`+s.Third+`/ads/call').catch(() => {});
		window.went = true;
	</script>`)
	_, tab := visit(t, s, "octroi: ", "404", "hold", "broken", "SyntaxError")
	tab.before(`window.wrong = []; document.addEventListener('octroi:error', ({ detail }) => { wrong.push(detail.reason); }, true);`)
	tab.open("/back").press("accept")
	tab.arrived("/ads/gated", "/ads/script")
	s.Log.Clear()
	tab.open("/back")
	tab.arrived("/ads/gated", "/ads/script", "/ads/call")
	assert.True(t, tab.truth(`!wrong.length`), "as long as they come")

	hooks := own.files["octroi.hold.js"]
	build := regexp.MustCompile(`"[0-9a-f]{16}"`)
	for name, content := range map[string][]byte{
		"missing":          nil,
		"empty":            {},
		"of another build": build.ReplaceAll(hooks, []byte(`"0123456789abcdef"`)),
		"broken":           []byte(`throw new Error('broken')`),
		"cut":              hooks[:len(hooks)/2],
	} {
		t.Run(name, func(t *testing.T) {
			tab.within(t)
			s.Log.Clear()
			own.missing = ""
			if own.files["octroi.hold.js"] = content; content == nil {
				own.missing = "hold"
			}
			tab.open("/back").until(`window.went && wrong.includes('hold')`)
			assert.Empty(t, tab.requests(), "all stays shut")
		})
	}
	own.missing, own.files["octroi.hold.js"] = "", hooks
	tab.open("/back")
	tab.arrived("/ads/gated", "/ads/script", "/ads/call")
}

// Such a visitor's engine is fetched beside the hooks, and not behind them.
func TestTheEngineIsFetchedBesideTheHooks(t *testing.T) {
	s := newSite(t)
	own := s.built(t, measuring("", `"urls": ["`+s.Third+`/ads/"],`))
	close(own.withheld)
	s.compiledPage("/beside", `<img data-octroi="pixel" data-src="`+s.Third+`/ads/gated" alt="">`)
	_, tab := visit(t, s)
	tab.open("/beside").press("accept")
	tab.arrived("/ads/gated")
	s.Log.Clear()
	asked, once := make(chan struct{}), sync.Once{}
	own.answers = func(name string, r *http.Request) {
		if strings.HasPrefix(name, "engine.") {
			once.Do(func() { close(asked) })
		}
		if name != "octroi.hold.js" {
			return
		}
		select {
		case <-asked:
		case <-r.Context().Done():
		}
	}
	tab.open("/beside")
	tab.arrived("/ads/gated")
}
