package wasmtest

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// networkWays are more ways to another party, in the terms of the oracle's, by family: what
// is asked for by values that are read twice or are not what they seem, by scripts beside
// the page, by forms, and by frames.
var networkWays = []struct{ name, file, code string }{
	// Requests, and what is none.
	{name: "requestSubclass", file: "json", code: `class R extends Request { get url() { return '/empty' } }; fetch(new R(at)).catch(() => {})`},
	{name: "requestOfFrame", file: "json", code: `const W = on(make('iframe')).contentWindow; const r = new W.Request(at); Object.defineProperty(r, 'url', { value: '/empty' }); fetch(r).catch(() => {})`},
	{name: "requestProxy", file: "json", code: `fetch(new Proxy({}, { get: (t, k) => k === 'url' ? '/empty' : k === Symbol.toPrimitive ? () => at : undefined })).catch(() => {})`},
	{name: "stringObject", file: "json", code: `const s = new String('/empty'); s.toString = () => at; fetch(s).catch(() => {})`},
	{name: "urlBent", file: "json", code: `const u = new URL(at); Object.defineProperty(u, 'href', { value: '/empty' }); fetch(u).catch(() => {})`},
	{name: "arrayOfOne", file: "json", code: `fetch([at]).catch(() => {})`},
	{name: "frameFetch", file: "json", code: `const W = on(make('iframe')).contentWindow; W.fetch.call(W, { url: '/empty', toString: () => at }).catch(() => {})`},
	{name: "frameBase", file: "json", code: `const W = on(make('iframe')).contentWindow; const b = W.document.createElement('base'); b.href = T + '/p/'; W.document.head.append(b); W.fetch('frameBase.json').catch(() => {})`},
	{name: "xhrBase", file: "json", code: `const W = on(make('iframe')).contentWindow; const b = W.document.createElement('base'); b.href = T + '/p/'; W.document.head.append(b); const x = new W.XMLHttpRequest(); x.open('GET', 'xhrBase.json'); x.send()`},
	{name: "xhrReopened", file: "json", code: `const x = new XMLHttpRequest(); x.open('GET', '/empty'); x.open('GET', at); x.send()`},
	{name: "beaconURL", file: "json", code: `navigator.sendBeacon({ url: '/empty', toString: () => at })`},
	{name: "laterURL", file: "json", code: `fetchLater({ url: '/empty', toString: () => at }, { activateAfter: 0 })`},
	{name: "cacheAddAll", file: "json", code: `caches.open('own').then((c) => c.addAll(['/empty', { toString: () => at }])).catch(() => {})`},
	{name: "cacheAddRequest", file: "json", code: `caches.open('own').then((c) => { const r = new Request(at); Object.defineProperty(r, 'url', { value: '/empty' }); return c.add(r) }).catch(() => {})`},
	{name: "cacheIterator", file: "json", code: `let n = 0; caches.open('own').then((c) => c.addAll({ [Symbol.iterator]() { return [n++ ? '/empty' : at][Symbol.iterator]() } })).catch(() => {})`},
	// Sockets.
	{name: "socketObject", file: "ws", code: `new WebSocket({ toString: () => at.replace('http', 'ws') })`},
	{name: "sourceObject", file: "json", code: `new EventSource({ url: '/empty', toString: () => at })`},
	{name: "socketStream", file: "ws", code: `new WebSocketStream(at.replace('http', 'ws')).opened.catch(() => {})`},
	// Scripts beside the page.
	{name: "workerData", file: "js", code: `new Worker('data:text/javascript,importScripts("' + at + '")')`},
	{name: "workerEscaped", file: "json", code: `new Worker(URL.createObjectURL(new Blob(['fetch("\\x68ttp' + at.slice(4).replaceAll('/', '\\/') + '", { mode: "no-cors" })'])))`},
	{name: "workerTemplate", file: "json", code: "new Worker(URL.createObjectURL(new Blob(['/* \" */ const r = /[\"/]/; fetch(`' + at + '?${1 + 1}`)'])))"},
	{name: "workerFile", file: "json", code: `new Worker(URL.createObjectURL(new File(['fetch("' + at + '")'], 'w.js')))`},
	{name: "workerBytes", file: "json", code: `new Worker(URL.createObjectURL(new Blob([new TextEncoder().encode('fetch("' + at + '")')])))`},
	{name: "workerFetched", file: "json", code: `new Response('fetch("' + at + '")').blob().then((b) => new Worker(URL.createObjectURL(b)))`},
	{name: "workerSocket", file: "ws", code: `new Worker(URL.createObjectURL(new Blob(['new WebSocket("' + at.replace('http', 'ws') + '")'])))`},
	{name: "workerRevoked", file: "json", code: `const u = URL.createObjectURL(new Blob(['fetch("' + at + '")'])); new Worker(u); URL.revokeObjectURL(u)`},
	{name: "workerIterator", file: "json", code: `const i = Array.prototype[Symbol.iterator]; let b; Array.prototype[Symbol.iterator] = function () { return i.call(this[0] === '//' ? ['fetch("' + at + '")'] : this) }; try { b = new Blob(['//']) } finally { Array.prototype[Symbol.iterator] = i }; new Worker(URL.createObjectURL(b))`},
	{name: "sharedData", file: "json", code: `new SharedWorker('data:text/javascript,fetch("' + at + '")')`},
	{name: "sharedModule", file: "js", code: `new SharedWorker(URL.createObjectURL(new Blob(['import "' + at + '"'])), { type: 'module' })`},
	{name: "workletBlob", file: "js", code: `new AudioContext().audioWorklet.addModule(URL.createObjectURL(new Blob(['import "' + at + '"'], { type: 'text/javascript' }))).catch(() => {})`},
	{name: "workletObject", file: "js", code: `new AudioContext().audioWorklet.addModule({ toString: () => at }).catch(() => {})`},
	// Forms.
	{name: "formTarget", file: "html", code: `on(make('iframe', { name: 'nt1' })); const f = make('form', { action: '/empty', target: 'nt1' }); f.addEventListener('submit', (e) => { f.setAttribute('action', at); e.stopImmediatePropagation() }); on(f); f.requestSubmit()`},
	{name: "formClobbered", file: "html", code: `on(make('iframe', { name: 'nt2' })); const f = make('form', { target: 'nt2' }); f.setAttribute('action', at); for (const name of ['action', 'method', 'getAttribute', 'parentNode', 'ownerDocument', 'baseURI', 'submit', 'target', 'isConnected', 'nextSibling']) f.append(make('input', { name })); on(f); HTMLFormElement.prototype.submit.call(f)`},
	{name: "formShadowClick", file: "html", code: `on(make('iframe', { name: 'nt3' })); const r = on(make('div')).attachShadow({ mode: 'closed' }); r.innerHTML = '<form target="nt3"><button>x</button></form>'; r.querySelector('button').formAction = at; r.querySelector('button').click()`},
	{name: "formOfFrame", file: "html", code: `const W = on(make('iframe')).contentWindow; on(make('iframe', { name: 'nt4' })); const f = make('form', { target: 'nt4', action: at }); on(f); W.HTMLFormElement.prototype.requestSubmit.call(f)`},
	{name: "formInput", file: "html", code: `on(make('iframe', { name: 'nt5' })); const f = make('form', { target: 'nt5', action: '/empty' }); const b = make('input', { type: 'image', formAction: at, alt: 'x' }); f.append(b); on(f); b.click()`},
	{name: "formOutside", file: "html", code: `on(make('iframe', { name: 'nt6' })); const f = make('form', { target: 'nt6', action: '/empty', id: 'nt6f' }); on(f); const b = make('button', { formAction: at }); b.setAttribute('form', 'nt6f'); on(b); b.click()`},
	{name: "formLateShadow", file: "html", code: `on(make('iframe', { name: 'nt7' })); const r = on(make('div')).attachShadow({ mode: 'open' }); const f = make('form', { target: 'nt7', action: '/empty' }); r.append(f); f.onsubmit = () => { f.action = at }; f.requestSubmit()`},
	{name: "formLateStopped", file: "html", code: `on(make('iframe', { name: 'nt8' })); const f = make('form', { target: 'nt8', action: '/empty' }); on(f); f.addEventListener('submit', (e) => { e.stopPropagation(); f.action = at }); f.requestSubmit()`},
	// Frames and windows.
	{name: "frameAssign", file: "html", code: `on(make('iframe')).contentWindow.location.assign(at)`},
	{name: "frameByIndex", file: "html", code: `on(make('iframe')); const W = window[window.length - 1]; on(W.document ? make('i') : make('b')); document.querySelectorAll('iframe')[document.querySelectorAll('iframe').length - 1].contentWindow.location = at`},
	{name: "frameOwn", file: "html", code: `const f = make('iframe', { src: '/own' }); on(f); await new Promise((r) => f.addEventListener('load', r, { once: true })); await new Promise((r) => setTimeout(r, 200)); f.contentWindow.location.replace(at)`},
	{name: "frameSrcdocMove", file: "html", code: `const f = make('iframe', { srcdoc: '<p>x' }); on(f); await new Promise((r) => f.addEventListener('load', r, { once: true })); await new Promise((r) => setTimeout(r, 200)); f.contentWindow.location.href = at`},
	{name: "frameInnerLink", file: "html", code: `const W = on(make('iframe')).contentWindow; const a = W.document.createElement('a'); a.href = at; W.document.body.append(a); a.click()`},
	{name: "frameLoneLink", file: "html", code: `on(make('iframe', { name: 'nf3' })); const a = make('a', { href: at, target: 'nf3' }); a.click()`},
	{name: "frameLinkEvent", file: "html", code: `on(make('iframe', { name: 'nf4' })); on(make('a', { href: at, target: 'nf4' })).dispatchEvent(new MouseEvent('click', { bubbles: false, cancelable: true }))`},
	{name: "frameArea", file: "html", code: `on(make('iframe', { name: 'nf5' })); const m = on(make('map')); m.append(make('area', { href: at, target: 'nf5' })); m.firstChild.click()`},
	{name: "frameBaseTarget", file: "html", code: `const W = on(make('iframe')).contentWindow; const b = W.document.createElement('base'); b.target = '_self'; W.document.head.append(b); const a = W.document.createElement('a'); a.href = at; W.document.body.append(a); a.click()`},
	{name: "frameOpenSelf", file: "html", code: `const W = on(make('iframe')).contentWindow; W.open(at, '_self')`},
	{name: "frameShadowLink", file: "html", code: `on(make('iframe', { name: 'nf6' })); const r = on(make('div')).attachShadow({ mode: 'closed' }); r.innerHTML = '<a target="nf6">x</a>'; r.firstChild.href = at; r.firstChild.click()`},
	{name: "windowOpen", file: "html", code: `const w = window.open(at); w && setTimeout(() => w.close(), 2000)`},
	{name: "windowObject", file: "html", code: `let n = 0; const w = window.open({ toString: () => n++ ? '/empty' : at }, '_blank'); w && setTimeout(() => w.close(), 2000)`},
	{name: "linkBlank", file: "html", code: `on(make('a', { href: at, target: '_blank' })).click()`},
}

// beyondCalls are those that get through all the same, by engine.
var beyondCalls = map[string][]string{
	"chromium": {},
	"firefox":  {},
	"webkit":   {"frameOwn", "frameSrcdocMove"}, // it does not tell where a frame goes that has shown something
}

func networkList() (list []way) {
	only := strings.Fields(os.Getenv("OCTROI_WAYS")) // names of some, to look into
	for _, w := range networkWays {
		if len(only) > 0 && !slices.Contains(only, w.name) {
			continue
		}
		list = append(list, way{w.name, w.file, w.code})
	}
	return list
}

func networkDeclaration() string {
	return measuring("", `"urls": ["ads.localhost", "*.ads.localhost"],`)
}

func TestMoreCallsWaitForTheirService(t *testing.T) { // R1.01, R2.10
	paired(t, "firefox")
	pages := slices.Collect(slices.Chunk(networkList(), 24))
	state := func(t *testing.T, declaration, before string, want ...string) []string {
		p := newParty(t, declaration)
		p.raw("/own", "text/html", func() string { return "<!doctype html><p>own</p>" })
		return slices.Sorted(maps.Keys(p.try(t, pages, before, want)))
	}
	bare := state(t, "", "")
	t.Logf("%d of %d without Octroi", len(bare), len(networkWays))
	for name, before := range map[string]string{"undecided": "", "refused": `octroi.refuseAll()`} {
		t.Run(name, func(t *testing.T) {
			if name == "refused" {
				only(t, "the engine in Go tells it from undecided, the page half does not", "chromium")
			}
			assert.ElementsMatch(t, beyondCalls[running], state(t, networkDeclaration(), before, beyondCalls[running]...))
		})
	}
	// A blob has what its list has, whatever the page has made of iterators.
	want := slices.DeleteFunc(bare, func(name string) bool { return name == "workerIterator" })
	granted := state(t, networkDeclaration(), `octroi.acceptAll()`, want...)
	assert.Empty(t, slices.DeleteFunc(want, func(name string) bool { return slices.Contains(granted, name) }), "granted, and not there")
}

// What a page asks of itself goes on as ever, also before a choice.
func TestOwnCallsGoOn(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/calls", declaration, `<iframe name="named"></iframe>`)
	s.raw("/bare", "text/html", func() string {
		return `<!doctype html><html lang="en"><body><iframe name="named"></iframe></body>`
	})
	for _, name := range []string{"one", "two", "three"} {
		s.raw("/"+name, "text/html", func() string { return "<!doctype html><p>" + name })
	}
	s.raw("/work.js", "text/javascript", func() string { return "postMessage(1)" })
	js := expression("own_calls")
	var seen [2]map[string]any
	for i, path := range []string{"/bare", "/calls"} {
		_, tab := visit(t, s, "Failed", "error", "Error")
		tab.open(path)
		tab.eval(js, &seen[i])
	}
	assert.Greater(t, len(seen[0]), 40)
	assert.Equal(t, seen[0], seen[1])
}

func TestPeersAreNotMetWhereNothingMayBeSent(t *testing.T) {
	only(t, "the others ask a peer's host for nothing unless a camera is shared", "chromium")
	s := newSite(t)
	var ports [3]*deaf
	var urls []string
	for i := range ports {
		ports[i] = newDeaf(t)
		urls = append(urls, `"`+ports[i].LocalAddr().String()+`"`)
	}
	s.keeper("/peers", measuring("", `"urls": [`+strings.Join(urls, ",")+`],`), "")
	js := call(t, "peers", ports[0].LocalAddr().String(), ports[1].LocalAddr().String(), ports[2].LocalAddr().String())
	got := func() (n [3]bool) {
		for i, d := range ports {
			n[i] = d.got.Load() > 0
		}
		return n
	}
	_, tab := visit(t, s)
	tab.open("/peers")
	tab.truth(js)
	assert.Equal(t, [3]bool{}, got(), "undecided")
	tab.truth(`octroi.acceptAll(), true`)
	tab.truth(js)
	await(t, "all are asked, once granted", func() bool { return got() == [3]bool{true, true, true} })
}

func TestWhatIsOpenedAndSentLater(t *testing.T) {
	s := newSite(t)
	s.keeper("/calls", s.gated(), "")
	_, tab := visit(t, s, "Failed", "error")
	tab.open("/calls")
	tab.truth(`octroi.acceptAll(), true`)
	tab.truth(`window.x = new XMLHttpRequest(), x.open('GET', '` + s.Third + `/ads/later'), octroi.refuseAll(), true`)
	s.Log.Clear()
	assert.True(t, tab.truth(`new Promise((done) => { x.onerror = () => done(true); x.onload = () => done(false); x.send(); })`))
	assert.Empty(t, tab.requests())
	assert.True(t, tab.truth(`(() => {
		if (!window.MediaMetadata) return true;
		const m = new MediaMetadata({ artwork: [{ src: '`+s.Third+`/ads/a' }, { src: '/own' }] });
		const one = m.artwork.length;
		m.artwork = [{ src: '`+s.Third+`/ads/a' }];
		return one === 1 && !m.artwork.some(({ src }) => src.includes('/ads/'));
	})()`), "pictures of what plays")
}

func TestTextsThatAddressesStandIn(t *testing.T) {
	sampled(t, "what is read is the same code in each")
	s := newSite(t)
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	s.pages.Handle("/web/", http.StripPrefix("/web/", http.FileServer(http.Dir("../web"))))
	_, tab := visit(t, s)
	tab.open("/bare")
	var seen map[string][]string
	tab.eval(`(async () => {
		const { imports, maps, speculates, literals } = await import('/web/core/scripts-text.js');
		const { local } = await import('/web/intercept/local.js');
		const all = (script) => { const found = []; literals(script, (text, before) => { found.push(before + '|' + text); }); return found; };
		const blob = (...parts) => URL.createObjectURL(new Blob(parts));
		const text = (...addresses) => addresses.map((a) => { const found = local(a); return found ? found.type + '|' + found.text : 'none'; });
		const times = {};
		const slow = [];
		for (const [name, script] of Object.entries({ comments: '/*'.repeat(5e5), quotes: "'".repeat(1e6), templates: '`+"`${"+`'.repeat(3.3e5), slashes: '"' + '\\'.repeat(1e6), escapes: ('"' + '\\x41'.repeat(2000) + '"').repeat(120), words: 'a '.repeat(5e5), one: '"' + 'x'.repeat(1e6) + '"', divisions: '/ '.repeat(5e5), short: '"a"'.repeat(3.3e5), deep: '{'.repeat(1e6) })) {
			const start = performance.now();
			imports(script);
			if (performance.now() - start > 15000) slow.push(name); // a busy machine's; quadratic ones take minutes
		}
		return {
			slow,
			imports: Array.from(imports('import "https://a/1"; import x from \'https://a/2\';import*as y from"https://a/3";export*from\'./b\'; import("https://a/4"); import(/* "no" */ `+"`https://a/5`"+`); import \'react\'; // import "https://no"\n/* import "https://no" */ const s = "import \'https://no\'"; x.from("https://no"); importScripts(\'https://a/6\'); import.meta.url; import.source("https://a/7"); f("no/"); import {a as b} from "\\x68ttps://a/8"; import"\\u{68}ttps:\\/\\/a/9"')),
			literals: all('a = /"/; b = "x"; c = d / e; f("y") / 2; `+"`t${ {a: `in${\"z\"}`} }end`"+`; "w"; return /[/"]/.test("v")'),
			maps: Array.from(maps('{"imports":{"x":"https://a/","r":"./z","n":null},"scopes":{"/s/":{"q":"https://b/"}},"integrity":{"https://c/":"sha384-abc"}}')),
			rules: Array.from(speculates('{"prefetch":[{"source":"list","urls":["p/x.html","https://a/"],"tag":"t"}],"prerender":[{"where":{"href_matches":"/*"}}]}')),
			none: Array.from(speculates('{"urls')),
			data: text('data:,a%20b%2', ' DaTa:text/html;base64,PGlt%5AyBzcmM9eD4%3D#f', 'data:text/html;charset=utf-16le,h%00i%00', 'data:text/html,%FE%FF%00h%00i', 'data:;charset=iso-8859-1,%E9', 'data:text/plain,é', 'data:;base64,!!', 'data:xx', 'http://x/', '?'),
			blob: text(blob('x', 'é'), blob(new Uint8Array([0xff, 0xfe, 104, 0])), blob('x') + '#a', blob('x'.repeat(2e6)), 'blob:' + location.origin + '/1', blob('y')),
		};
	})()`, &seen)
	assert.Equal(t, map[string][]string{
		"slow":     {},
		"imports":  {"https://a/1", "https://a/2", "https://a/3", "./b", "https://a/4", "https://a/5", "https://a/6", "https://a/7", "https://a/8", "https://a/9"},
		"literals": {"|x", "|y", "|t", "|in", "|z", "|w", "|v"},
		"maps":     {"https://a/", "./z", "https://b/"},
		"rules":    {"p/x.html", "https://a/"},
		"none":     {},
		"data":     {"text/plain|a b%2", "text/html|<img src=x>", "text/html;charset=utf-16le|hi", "text/html|hi", "text/plain;charset=iso-8859-1|é", "text/plain|é", "none", "none", "none", "none"},
		"blob":     {"|xé", "|h", "|x", "none", "none", "|y"},
	}, seen)
}
