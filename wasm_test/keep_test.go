package wasmtest

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/headless"
)

// keeping is a declaration of one essential service and one that needs consent;
// both keep something in every area.
func keeping(more string) string {
	return `{` + more + `
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [
		{"id": "essential", "label": "Essential", "text": "Needed.", "required": true},
		{"id": "ads", "label": "Ads", "text": "Advertising.", "renewAfter": "13 months"}
	],
	"services": [
		{"id": "shop", "category": "essential", "name": "Shop", "provider": "Shop SAS", "purpose": "Works.",
			"cookies": [{"name": "basket", "life": "session"}, {"name": "lang", "life": "12 months"}, {"name": "csrf", "life": "1 day"}],
			"storage": [{"name": "draft", "life": "30 days"}, {"name": "step", "life": "session"}]},
		{"id": "pixel", "category": "ads", "name": "Pixel", "provider": "Ads Ltd", "purpose": "Measures.", "policy": "https://ads.example/privacy",
			"cookies": [{"name": "px*", "life": "13 months"}, {"name": "__Host-px"}, {"name": "__Secure-px"}],
			"storage": [{"name": "px*"}], "databases": [{"name": "px*"}], "caches": [{"name": "px*"}], "workers": [{"name": "/px-worker.js"}]}
	]}`
}

// keeper serves a page with a declaration of its own.
func (s *site) keeper(path, declaration, body string) {
	s.raw(path, "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>test</title>
<script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn + `</head><body><a href="#octroi" id="tab">Cookies</a>` + body + `</body></html>`
	})
}

// kept returns all that the origin keeps, as the browser tells it.
func (t *tab) kept() (names []string) {
	t.t.Helper()
	t.eval(`(async () => [
		...document.cookie.split('; ').filter(Boolean).map((pair) => 'cookie ' + pair.split('=')[0]),
		...Object.keys(localStorage).map((key) => 'local ' + key),
		...Object.keys(sessionStorage).map((key) => 'session ' + key),
		...(await indexedDB.databases()).map(({ name }) => 'database ' + name),
		...(await caches.keys()).map((name) => 'cache ' + name),
		...(await navigator.serviceWorker.getRegistrations()).map((one) => 'worker ' + new URL((one.active || one.waiting || one.installing).scriptURL).pathname),
	].filter((name) => !/ octroi$/.test(name)).sort())()`, &names)
	return names
}

// writes are all the ways in which a script can keep something under a name.
const writes = `async (name) => {
	const text = name + '=1;path=/;max-age=9999999';
	const tries = {
		cookie: () => { document.cookie = text; },
		setter: () => Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document, text),
		reflect: () => Reflect.set(document, 'cookie', text),
		store: () => cookieStore.set(name, '1'),
		options: () => cookieStore.set({ name, value: '1', expires: Date.now() + 1e9 }),
		item: () => localStorage.setItem(name, '1'),
		property: () => { localStorage[name] = '1'; },
		call: () => Storage.prototype.setItem.call(localStorage, name, '1'),
		assign: () => Object.assign(localStorage, { [name]: '1' }),
		define: () => Object.defineProperty(localStorage, name, { value: '1', writable: true, enumerable: true, configurable: true }),
		session: () => sessionStorage.setItem(name, '1'),
		index: () => { sessionStorage[name] = '1'; },
		database: () => new Promise((done) => {
			const request = indexedDB.open(name, 1);
			request.onupgradeneeded = () => request.result.createObjectStore('s');
			request.onsuccess = () => { request.result.close(); done(); };
			request.onerror = done;
		}),
		cache: () => caches.open(name).catch(() => {}),
	};
	const frame = () => document.body.appendChild(document.createElement('iframe'));
	tries.frame = () => new Promise((done) => {
		const inside = document.createElement('iframe');
		inside.src = '/bare';
		// Reading there waits for the write; elsewhere it may not be seen yet.
		inside.onload = () => { inside.contentDocument.cookie = text; done(inside.contentDocument.cookie); };
		document.body.append(inside);
	});
	tries.indexed = () => new Promise((done) => {
		const inside = document.createElement('iframe');
		inside.src = '/bare';
		inside.onload = () => { frames[frames.length - 1].document.cookie = text; done(inside.contentDocument.cookie); };
		document.body.append(inside);
	});
	tries.window = () => frame().contentWindow.localStorage.setItem(name, '1');
	tries.borrowed = () => Object.getOwnPropertyDescriptor(frame().contentWindow.Document.prototype, 'cookie').set.call(document, text);
	tries.mixed = () => frame().contentWindow.Storage.prototype.setItem.call(localStorage, name, '1');
	tries.inside = () => { const w = frame().contentWindow; w.sessionStorage[name] = '1'; };
	const done = {};
	for (const [key, attempt] of Object.entries(tries)) {
		try { await attempt(); } catch (error) { done[key] = String(error); }
		// document.cookie may lag behind what another document has just set.
		const left = [!!(await cookieStore.get(name)), name in localStorage, name in sessionStorage,
			(await indexedDB.databases()).some((d) => d.name === name), await caches.has(name)];
		if (left.includes(true)) done[key] = 'kept';
		document.cookie = name + '=;path=/;max-age=0';
		localStorage.removeItem(name);
		delete sessionStorage[name];
		await new Promise((r) => { const q = indexedDB.deleteDatabase(name); q.onsuccess = q.onerror = q.onblocked = r; });
		await caches.delete(name);
	}
	return done;
}`

func TestEveryWriteIsJudged(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep")
	var done map[string]string
	tab.eval("("+writes+")('px1')", &done)
	assert.Empty(t, done, "nothing is kept of what is not granted, and nothing thrown")
	assert.Empty(t, tab.kept())
	assert.Empty(t, tab.cookies())
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	_, bare := visit(t, s)
	bare.open("/bare")
	var every map[string]string
	bare.eval("("+writes+")('px1')", &every)
	assert.Greater(t, len(every), 16)
	for _, name := range []string{"own", "draft"} {
		tab.eval("("+writes+")('"+name+"')", &done)
		assert.Equal(t, every, done, "%s: what is essential or unknown is let through", name)
	}
	tab.truth(`octroi.acceptAll(), true`)
	tab.eval("("+writes+")('px1')", &done)
	assert.Equal(t, every, done)
	tab.truth(`octroi.refuseAll(), true`)
	clear(done)
	tab.eval("("+writes+")('px2')", &done)
	assert.Empty(t, done)
}

// What a script can see of the hooks, as JSON: the same with Octroi and without.
const looks = `(() => {
	const seen = {};
	const result = (name, fn) => {
		try { seen[name] = [typeof fn(), String(fn())]; } catch (error) { seen[name] = [error.constructor === window[error.name], error.name]; }
	};
	const look = (name, object, key) => {
		const d = Object.getOwnPropertyDescriptor(object, key);
		const fn = (f) => f && [typeof f, f.name, f.length, String(f), Object.getOwnPropertyNames(f).sort(), 'prototype' in f, Function.prototype.toString.call(f)];
		seen[name] = d && [d.configurable, d.enumerable, d.writable, fn(d.get), fn(d.set), typeof d.value === 'function' ? fn(d.value) : typeof d.value];
	};
	look('cookie', Document.prototype, 'cookie');
	for (const key of ['setItem', 'getItem', 'removeItem', 'clear', 'key', 'length']) look(key, Storage.prototype, key);
	for (const key of ['localStorage', 'sessionStorage', 'StorageEvent']) look(key, window, key);
	look('storageArea', StorageEvent.prototype, 'storageArea');
	look('initStorageEvent', StorageEvent.prototype, 'initStorageEvent');
	look('cookieStore.set', CookieStore.prototype, 'set');
	look('indexedDB.open', IDBFactory.prototype, 'open');
	look('caches.open', CacheStorage.prototype, 'open');
	look('contentWindow', HTMLIFrameElement.prototype, 'contentWindow');
	look('contentDocument', HTMLIFrameElement.prototype, 'contentDocument');
	look('toString', Function.prototype, 'toString');
	for (const kind of ['Script', 'Image', 'IFrame', 'Embed', 'Media', 'Source', 'Track', 'Input']) look(kind + '.src', window['HTML' + kind + 'Element'].prototype, 'src');
	look('srcset', HTMLImageElement.prototype, 'srcset');
	look('href', HTMLLinkElement.prototype, 'href');
	look('setAttribute', Element.prototype, 'setAttribute');
	look('setAttributeNS', Element.prototype, 'setAttributeNS');
	for (const [kind, ...names] of [['Node', 'appendChild', 'insertBefore', 'replaceChild'], ['Element', 'append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement', 'insertAdjacentHTML', 'innerHTML', 'outerHTML', 'setHTMLUnsafe'],
		['Document', 'append', 'write', 'writeln'], ['DocumentFragment', 'append'], ['CharacterData', 'before', 'after', 'replaceWith'], ['ShadowRoot', 'innerHTML'], ['Range', 'insertNode', 'surroundContents', 'createContextualFragment']]) {
		for (const name of names) look(kind + '.' + name, window[kind].prototype, name);
	}
	result('append child', () => { const d = document.createElement('div'), t = document.createTextNode('t'); return [d.appendChild(t) === t, d.append('a', 'b'), d.innerHTML, d.insertBefore(document.createElement('b'), t).localName, d.replaceChild(document.createTextNode('r'), t) === t, d.outerHTML]; });
	result('append nothing', () => document.body.appendChild());
	result('append null', () => document.body.appendChild(null));
	result('append to itself', () => document.body.appendChild(document.documentElement));
	result('inner', () => { const d = document.createElement('div'); d.innerHTML = '<IMG src=/x ALT="a>b"><script src="/y"><\/script><p>1 < 2'; return d.innerHTML; });
	result('inner null', () => { const d = document.createElement('div'); d.innerHTML = null; d.insertAdjacentHTML('beforeend', 7); return d.outerHTML; });
	result('adjacent', () => document.body.insertAdjacentHTML('nowhere', ''));
	result('fragment', () => document.createRange().createContextualFragment('<img src=/x>').firstChild.outerHTML);
	result('own cookie', () => Object.keys(Object.getOwnPropertyDescriptors(document)));
	result('assign', () => (document.cookie = 'lang=fr'));
	result('read', () => document.cookie);
	result('symbol', () => (document.cookie = Symbol()));
	result('throws', () => (document.cookie = { toString() { throw new RangeError(); } }));
	result('once', () => { let n = 0; document.cookie = { toString: () => 'lang=' + ++n }; return document.cookie; });
	result('stranger', () => Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call({}, 'lang=fr'));
	result('nothing', () => Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document));
	result('construct', () => new (Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set)());
	result('setItem', () => localStorage.setItem('draft', 1));
	result('too few', () => localStorage.setItem('draft'));
	result('stranger setItem', () => Storage.prototype.setItem.call({}, 'draft', 1));
	result('symbol key', () => localStorage.setItem(Symbol(), 1));
	result('quota', () => localStorage.setItem('draft', 'x'.repeat(6e6)));
	result('quota property', () => { 'use strict'; localStorage.draft = 'x'.repeat(6e6); });
	result('get', () => localStorage.getItem('draft') + localStorage.draft + localStorage['draft']);
	result('missing', () => [localStorage.getItem('no'), localStorage.no]);
	result('in', () => ['draft' in localStorage, 'no' in localStorage, 'setItem' in localStorage]);
	result('own', () => JSON.stringify(Object.getOwnPropertyDescriptor(localStorage, 'draft')));
	result('keys', () => Object.keys(localStorage).filter((key) => key !== 'octroi'));
	result('key', () => typeof localStorage.key(0));
	result('json', () => JSON.parse(JSON.stringify(localStorage)).draft);
	result('instance', () => [localStorage instanceof Storage, Object.prototype.toString.call(localStorage), Object.getPrototypeOf(localStorage) === Storage.prototype, localStorage.constructor === Storage]);
	result('same', () => [localStorage === window.localStorage, localStorage !== sessionStorage, localStorage.setItem === Storage.prototype.setItem]);
	result('method key', () => { localStorage.setItem('getItem', 1); const r = [typeof localStorage.getItem, localStorage.getItem('getItem')]; localStorage.removeItem('getItem'); return r; });
	result('delete', () => delete localStorage.draft && !('draft' in localStorage));
	result('length', () => typeof localStorage.length);
	result('expando', () => { const s = Symbol(); localStorage[s] = 1; return [s in localStorage, delete localStorage[s]]; });
	result('event', () => { const e = new StorageEvent('storage', { key: 'a', storageArea: localStorage }); return [e.storageArea === localStorage, e.key, e instanceof StorageEvent, e.constructor === StorageEvent]; });
	result('bad event', () => new StorageEvent('storage', { storageArea: {} }));
	result('options by getters', () => { class Options { get storageArea() { return localStorage; } get key() { return 'k'; } } const e = new StorageEvent('storage', new Options()); return [e.storageArea === localStorage, e.key]; });
	result('init event', () => { const e = document.createEvent('StorageEvent'); e.initStorageEvent('storage', true, false, 'k', 'o', 'n', 'u', localStorage); return [e.storageArea === localStorage, e.key, e.bubbles]; });
	result('init few', () => { const e = new StorageEvent('x'); e.initStorageEvent('storage'); return [e.type, e.storageArea, e.key]; });
	result('init wrong', () => new StorageEvent('x').initStorageEvent('storage', 1, 1, 'k', 'o', 'n', 'u', {}));
	result('extensible', () => [Object.isExtensible(localStorage), Reflect.preventExtensions(localStorage)]);
	result('derived', () => { const o = Object.create(localStorage); o.draft = 'd'; return [Object.hasOwn(o, 'draft'), localStorage.draft]; });
	result('clone', () => structuredClone(localStorage));
	result('no event', () => new StorageEvent());
	result('database', () => indexedDB.open());
	result('bad version', () => indexedDB.open('own', -1));
	result('stranger open', () => IDBFactory.prototype.open.call({}, 'own'));
	result('request', () => indexedDB.open('own', 1).constructor.name);
	result('frame', () => { const f = document.createElement('iframe'); return [f.contentWindow, f.contentDocument]; });
	result('src', () => { const i = new Image(); i.src = '/a b'; const a = [i.getAttribute('src'), new URL(i.src).pathname]; i.setAttribute('SRC', 'c'); return [...a, i.getAttribute('src'), i.attributes.length]; });
	result('src of anything', () => { const i = new Image(); i.src = null; i.srcset = undefined; i.alt = 1; return [i.getAttribute('src'), i.srcset, i.outerHTML]; });
	result('own src', () => { const s = document.createElement('script'); s.setAttribute('data-src', 'x'); s.src = ''; return s.outerHTML; });
	result('stranger src', () => Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').set.call({}, 'x'));
	result('wrong src', () => Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').set.call(document.body, 'x'));
	result('few attributes', () => document.body.setAttribute('src'));
	result('bad attribute', () => document.body.setAttribute('', 'x'));
	result('svg', () => { const e = document.createElementNS('http://www.w3.org/2000/svg', 'image'); e.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '#a'); e.setAttribute('href', '#b'); return e.outerHTML; });
	result('foreign src', () => { const i = new Image(); i.src = 'http://127.0.0.1:1/x'; return i.outerHTML; });
	result('for in', () => { let n = ''; for (const key in localStorage) n += key; return n.replace('octroi', ''); });
	result('toString of nothing', () => Function.prototype.toString.call(1));
	result('enumerable globals', () => Object.keys(window).filter((key) => /octroi/i.test(key)));
	return seen;
})()`

// Promises that hooked methods return settle as the originals'.
const settles = `(async () => {
	const seen = {};
	for (const [name, fn] of Object.entries({
		set: () => cookieStore.set('lang', 'fr'), options: () => cookieStore.set({ name: 'lang', value: 'fr', path: '/', sameSite: 'lax' }),
		none: () => cookieStore.set(), semicolon: () => cookieStore.set('lang', 'a;b'), equals: () => cookieStore.set('a=b', 'c'), empty: () => cookieStore.set('', ''),
		domain: () => cookieStore.set({ name: 'lang', value: '1', domain: 'other.example' }), missing: () => cookieStore.set({ name: 'lang' }),
		stranger: () => CookieStore.prototype.set.call({}, 'lang', 'fr'), nan: () => cookieStore.set({ name: 'lang', value: '1', expires: NaN }),
		detached: () => { const f = document.body.appendChild(document.createElement('iframe')); const own = f.contentWindow.cookieStore; f.remove(); return Promise.race([own.set('lang', 'fr'), new Promise((r) => setTimeout(r, 300, 'never'))]); },
		remove: () => cookieStore.delete('lang'), cache: async () => (await caches.open('own')).constructor.name, nocache: () => caches.open(),
	})) {
		try { seen[name] = String(await fn()); } catch (error) { seen[name] = error.name + (error instanceof Error || error instanceof DOMException); }
	}
	return seen;
})()`

func TestTheHooksLookAndBehaveAsTheOriginals(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	seen := map[string][2]map[string]any{}
	for i, path := range []string{"/bare", "/keep"} {
		_, tab := visit(t, s)
		tab.open(path)
		for name, js := range map[string]string{"looks": looks, "settles": settles} {
			var result map[string]any
			tab.eval(js, &result)
			both := seen[name]
			both[i] = result
			seen[name] = both
		}
	}
	assert.Greater(t, len(seen["looks"][0]), 50)
	for name, both := range seen {
		for key, want := range both[0] {
			assert.Equal(t, want, both[1][key], "%s: %s", name, key)
		}
		assert.Len(t, both[1], len(both[0]))
	}
}

func TestAPageThatReplacedThemFirstIsReported(t *testing.T) {
	s := newSite(t)
	s.raw("/late", "text/html", func() string {
		return `<!doctype html><html lang="en"><head><script>
			const d = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie'), set = Storage.prototype.setItem;
			Object.defineProperty(Document.prototype, 'cookie', { ...d, set(text) { d.set.call(this, text); } });
			Storage.prototype.setItem = function (key, value) { set.call(this, key, value); };
			</script><script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head>`
	})
	_, tab := visit(t, s)
	tab.open("/late")
	assert.True(t, tab.whole().truth(`octroi.report().replaced.join() === 'cookie,setItem'`))
	assert.True(t, tab.truth(`(document.cookie = 'px=1', localStorage.setItem('px', 1), !document.cookie && !('px' in localStorage))`), "and its own are judged")
	tab.open("/")
	assert.True(t, tab.whole().truth(`octroi.report().replaced.length === 0`))
}

// Thirteen months of weekly visits, each of which sets the cookie anew.
func TestThirteenMonthsOfWeeklyVisits(t *testing.T) { // R1.53
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	start := time.Now()
	_, tab := visit(t, s)
	tab.open("/keep")
	tab.truth(`octroi.acceptAll(), true`)
	first := start.Truncate(time.Minute)
	end := first.AddDate(0, 13, 0)
	week := 0
	for now := start; now.Before(end.Add(-time.Hour)); now = now.AddDate(0, 0, 7) {
		tab.at(now)
		tab.open("/keep")
		tab.truth(`(document.cookie = 'px=1;path=/;expires=' + new Date(Date.now() + 730 * 864e5).toUTCString(), localStorage.setItem('px', 1), true)`)
		// The page's clock is moved, the browser's is not: lives count from the latter.
		left := time.Until(time.UnixMilli(int64(tab.jar()["px"].Expires * 1000)))
		assert.WithinDuration(t, end, now.Add(left), time.Minute+stepTimeout, "week %d", week)
		week++
	}
	assert.Equal(t, 57, week)
	tab.at(end.Add(time.Minute))
	tab.open("/keep")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.kept(), "at the end it is erased")
	tab.truth(`(document.cookie = 'px=2;path=/', localStorage.setItem('px', 2), true)`)
	assert.Empty(t, tab.kept(), "and does not come back without an answer")
}

func TestWhatBrowsersMayReadOtherwise(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep")
	tab.truth(`octroi.acceptAll(), true`)
	long := strings.Repeat("x", 1025)
	for i, attributes := range []string{
		strings.Repeat("; a=b", 60) + "; max-age=999999999",
		"; max-age=999999999" + strings.Repeat("; a=b", 60) + "; max-age=0x",
		"; expires=Fri, 01 Jan 2038 00:00:00 GMT" + strings.Repeat(";", 300),
		"; max-age=99999999; max-age=" + long,
		"; MAX-AGE = 99999999 ; path = / ",
		";\tmax-age\t=\t99999999",
		"; max-age=+99; expires=Fri 01 Jan 2038 00:00:00",
		"; expires=1 Jan 38 0:0:0 GMT; secure",
		"; max-age=99999999; partitioned; secure; samesite=none",
	} {
		if running == "webkit" && strings.Contains(attributes, "secure") {
			continue // it takes no secure cookie over HTTP, not even on localhost
		}
		name := "csrf" // a day at most
		tab.truth(fmt.Sprintf(`(document.cookie = %q, true)`, name+"=1"+attributes))
		c, set := tab.jar()[name]
		if assert.True(t, set, "%d", i) {
			assert.Equal(t, strings.HasSuffix(attributes, "0x"), c.Session, "%d: the last counts", i)
			assert.LessOrEqual(t, time.Until(time.UnixMilli(int64(c.Expires*1000))), 24*time.Hour+time.Second, "%d", i)
		}
		tab.truth(`(document.cookie = 'csrf=;max-age=0', document.cookie = 'csrf=;max-age=0;secure;partitioned', true)`)
	}
	// The engine takes for a deletion only what browsers take for one.
	tab.truth(`(document.cookie = 'csrf=1; max-age=99999999' + '; a=b'.repeat(60) + '; max-age=0', true)`)
	assert.NotContains(t, tab.jar(), "csrf")
	// A name that is hidden from the grammar is refused all the same.
	tab.truth(`octroi.refuseAll(), true`)
	for _, text := range []string{"px=1", "=px=1", " px = 1", "\tpx\t=1", "px=1\x00", "\x00px=1", "px=1\n", "px=1\r;x", "=octroi=AgEA", "octroi=AgEA"} {
		tab.truth(fmt.Sprintf(`(document.cookie = JSON.parse(%q), true)`, fmt.Sprintf(`"%s"`, strings.NewReplacer("\x00", `\u0000`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text))))
		assert.True(t, tab.truth(`!/px/.test(document.cookie) && document.cookie.split('octroi=').length === 2`), "%q", text)
	}
}

// Where the engine comes later than the page's first script, writes wait for it; where
// it cannot come, nothing is kept.
func TestWritesWaitForTheEngine(t *testing.T) {
	s := newSite(t)
	early := `<script>
		document.cookie = 'basket=1'; document.cookie = 'px=1'; localStorage.draft = 1; localStorage.setItem('px', 1);
		window.atOnce = document.cookie + Object.keys(localStorage);
	</script>`
	declaration := `<script type="application/json" id="octroi-config">` + keeping("") + `</script>`
	s.raw("/declaration.json", "application/json", func() string { return keeping("") })
	s.without("/alone/", "octroi.nowasm.js")
	for path, head := range map[string]string{
		"/split":  declaration + `<script src="/octroi/octroi.split.js"></script>` + early,
		"/fetch":  `<script src="/octroi/octroi.js" data-config="/declaration.json"></script>` + early,
		"/none":   `<script>delete window.WebAssembly;</script>` + declaration + `<script src="/alone/octroi.js"></script>` + early,
		"/plain":  `<script>delete window.WebAssembly;</script>` + declaration + dropIn + early,
		"/faulty": `<script type="application/json" id="octroi-config">` + strings.Replace(keeping(""), `"px*", "life": "13 months"`, `"px*", "life": "13 moons"`, 1) + `</script>` + dropIn + early,
	} {
		s.raw(path, "text/html", func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8">` + head + `</head><body></body>`
		})
		_, tab := visit(t, s, "octroi: $.services[1].cookies[0].life: not a duration")
		tab.open(path)
		want := []string{"cookie basket", "local draft"}
		switch path {
		case "/none":
			want = []string{}
			assert.True(t, tab.truth(`octroi.state() === null`), path)
		case "/faulty":
		default:
			tab.until(`octroi.state()`)
			assert.True(t, tab.truth(`atOnce === ''`), "%s: held until it is judged", path)
		}
		assert.Equal(t, want, tab.kept(), path)
	}
}

func TestAnyBytesAndAnyLength(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep")
	assert.True(t, tab.truth(`(() => {
		let seed = 7;
		const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
		const parts = ['px', 'lang', 'octroi', '=', ';', ' ', '\t', 'max-age=', 'expires=', '9', '99999999999999', 'Fri, 01 Jan 2038', 'path=/', 'domain=', '\0', '\n', 'é', '\ud800', '😀', '%00', '"', ',', '__Host-', 'secure'];
		for (let i = 0; i < 3000; i++) {
			let text = '';
			for (let n = random(12); n--;) text += parts[random(parts.length)];
			document.cookie = text;
			if (text) localStorage[text] = 1;
			localStorage.removeItem(text);
		}
		for (const length of [4095, 4096, 4097, 1 << 18, 1 << 21, 5e6]) {
			document.cookie = 'px='.padEnd(length, 'x');
			document.cookie = 'lang=1; a='.padEnd(length, 'x');
			document.cookie = ';'.repeat(length);
			document.cookie = 'px' + '=1;max-age=9'.repeat(length / 20);
		}
		try { localStorage.setItem('px'.padEnd(3e6, 'x'), 1); } catch {}
		for (let i = 0; i < 400; i++) localStorage.setItem('k'.padEnd(5000, 'x') + i, 1);
		return octroi.state() && !octroi.allows('pixel') && octroi.report().survivors.length === 0 && !/(^|; )px/.test(document.cookie);
	})()`))
	tab.press("accept")
	assert.True(t, tab.truth(`(document.cookie = 'px=1', /(^|; )px=1/.test(document.cookie))`), "the engine is as it was")
	tab.truth(`new Promise((done) => { octroi.on('change', done); octroi.refuseAll(); })`)
	assert.True(t, tab.truth(`!/(^|; )px/.test(document.cookie)`))
}

func TestARefusedCookieThatComesBackIsErased(t *testing.T) { // R7.26
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.pages.HandleFunc("GET /plant", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "px=1; Path=/; Max-Age=9999999")
		w.Header().Add("Set-Cookie", "pxdeep=1; Path=/plant")
	})
	_, tab := visit(t, s)
	tab.open("/keep").press("refuse")
	for range 3 {
		tab.truth(`fetch('/plant').then(() => true)`)
		tab.until(`!document.cookie.includes('px')`)
		assert.NotContains(t, tab.jar(), "px")
	}
	if running != "webkit" { // whose driver tells what this page can see alone
		assert.Contains(t, tab.jar(), "pxdeep", "what this page cannot see")
	}
}

func TestEveryVariantIsErased(t *testing.T) { // R7.21
	s := newSite(t)
	s.keeper("/a/b/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.site.URL = strings.Replace(s.URL, "localhost", "www.shop.localhost", 1)
	tab.open("/a/b/keep")
	tab.truth(`octroi.acceptAll(), true`)
	planted := 0
	for _, domain := range []string{"", "; domain=www.shop.localhost", "; domain=shop.localhost"} {
		for _, path := range []string{"/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/keep"} {
			for _, kind := range []string{"", "; secure", "; secure; partitioned; samesite=none"} {
				tab.truth(fmt.Sprintf(`(document.cookie = 'px=1; max-age=9999; path=%s%s%s', true)`, path, domain, kind))
				planted++
			}
		}
	}
	tab.truth(`(document.cookie = '__Host-px=1; secure; path=/', document.cookie = '__Host-px=1; secure; path=/; partitioned', document.cookie = '__Secure-px=1; secure; path=/a', true)`)
	assert.GreaterOrEqual(t, len(tab.crumbs()), planted/3, "of %d planted", planted)
	tab.truth(`octroi.refuseAll(), true`)
	assert.Equal(t, []string{"octroi"}, tab.cookies())
	assert.True(t, tab.whole().truth(`octroi.report().survivors.length === 0`))
}

func TestAllThatAServiceKeepsIsErased(t *testing.T) { // R7.27
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.raw("/px-worker.js", "text/javascript", func() string { return "" })
	s.raw("/own-worker.js", "text/javascript", func() string { return "" })
	_, tab := visit(t, s)
	tab.open("/keep")
	tab.truth(`octroi.acceptAll(), true`)
	tab.truth(`(async () => {
		for (const name of ['px1', 'own']) {
			document.cookie = name + '=1';
			localStorage[name] = sessionStorage[name] = 1;
			await new Promise((done) => { indexedDB.open(name).onsuccess = ({ target }) => done(target.result.close()); });
			await caches.open(name);
		}
		await navigator.serviceWorker.register('/px-worker.js', { scope: '/px/' });
		await navigator.serviceWorker.register('/own-worker.js', { scope: '/own/' });
		return true;
	})()`)
	own := []string{"cache own", "cookie own", "database own", "local own", "session own", "worker /own-worker.js"}
	assert.Len(t, tab.kept(), 2*len(own))
	var change struct{ Erased, Survivors []string }
	tab.eval(`new Promise((done) => { octroi.on('change', done); octroi.refuseAll(); })`, &change)
	assert.Equal(t, own, tab.kept())
	slices.Sort(change.Erased)
	assert.Equal(t, []string{"/px-worker.js", "px1", "px1", "px1", "px1"}, change.Erased)
	assert.Empty(t, change.Survivors)
}

func TestTheServerErasesWhatScriptCannot(t *testing.T) { // R1.45
	s := newSite(t)
	declaration := strings.Replace(keeping(`"erase": {"endpoint": "/erase"},`), `{"name": "px*", "life": "13 months"}`, `{"name": "px*"}, {"name": "uid", "httpOnly": true}`, 1)
	s.keeper("/keep", declaration, "")
	s.pages.HandleFunc("GET /plant", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "uid", Value: "1", Path: "/", HttpOnly: true, MaxAge: 9999})
	})
	_, tab := visit(t, s)
	tab.open("/keep").press("accept")
	tab.truth(`fetch('/plant').then(() => true)`)
	assert.Contains(t, tab.cookies(), "uid")
	assert.True(t, tab.truth(`new Promise((done) => { octroi.on('change', ({ survivors }) => done(!survivors.length)); octroi.refuseAll(); })`))
	assert.Equal(t, []string{"octroi"}, tab.cookies())
	assert.True(t, tab.whole().truth(`octroi.report().unreachable.join() === 'uid'`))
}

func TestWhatLastsForTheVisitEndsWithIt(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), `<a id="out" href="about:blank" target="_blank">out</a>`)
	only(t, "only Chromium is started with a profile that is kept", "chromium")
	profile := t.TempDir()
	start := func(restore bool) *tab {
		// The headless mode that is the whole browser: it has tabs that can be hidden.
		browser, err := headless.Launch(profile, chromedp.Flag("headless", "new"), chromedp.Flag("restore-last-session", restore))
		require.NoError(t, err)
		_, tab := visitIn(t, s, browser)
		return tab
	}
	tab := start(false)
	tab.open("/keep")
	tab.truth(`(document.cookie = 'basket=1;max-age=99999', document.cookie = 'lang=fr;max-age=99999', localStorage.step = sessionStorage.step = 1, true)`)
	all := []string{"cookie basket", "cookie lang", "local step", "session step"}
	tab.open("/keep") // a link
	assert.Equal(t, all, tab.kept())
	tab.reload()
	assert.Equal(t, all, tab.kept())
	tab.open("/cookies") // elsewhere and back
	tab.back("/keep")
	assert.Equal(t, all, tab.kept())
	assert.True(t, tab.jar()["basket"].Session)
	// Behind another tab it is told that it is hidden, whatever comes. A browser that is
	// closed within the page's first second tells it nothing: that looks like a crash.
	tab.truth(`document.querySelector('#out').click()`)
	tab.until(`document.hidden`)
	require.NoError(t, chromedp.Cancel(tab.devtools("")))

	tab = start(true)
	tab = tab.restored("/keep")
	tab.until(`!document.cookie.includes('basket')`)
	assert.Equal(t, []string{"cookie lang"}, tab.kept(), "though the browser brought all of it back")
}

func TestTwoTabsAreOneVisit(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	v, one := visit(t, s)
	one.open("/keep")
	one.truth(`(document.cookie = 'basket=1', true)`)
	two := v.tab().open("/keep")
	one.away("about:blank")
	two.open("/keep")
	three := v.tab().open("/keep")
	assert.Equal(t, []string{"cookie basket"}, three.kept())
	for _, tab := range []*tab{two, three} {
		tab.away("about:blank")
	}
	four := v.tab().open("/keep")
	assert.Equal(t, []string{"cookie basket"}, four.kept(), "the tabs have the shop in their history")
}

func TestInactivityEndsAVisit(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(`"sessionIdle": "30 minutes",`), "")
	_, tab := visit(t, s)
	tab.before(`(() => { const real = Date.now; window.ahead = 0; Date.now = () => real() + ahead; })()`)
	tab.open("/keep")
	tab.truth(`(document.cookie = 'basket=1', localStorage.step = 1, true)`)
	tab.truth(`(ahead = 29 * 6e4, dispatchEvent(new Event('pointerdown')), true)`)
	tab.truth(`(ahead = 58 * 6e4, dispatchEvent(new Event('keydown')), true)`)
	assert.Equal(t, []string{"cookie basket", "local step"}, tab.kept())
	tab.truth(`(ahead = 89 * 6e4, dispatchEvent(new Event('pointerdown')), true)`)
	assert.Empty(t, tab.kept())
}

func TestAGrantForThisVisitOnly(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	v, tab := visit(t, s)
	tab.open("/keep").press("preferences")
	tab.click(`[data-octroi-switch="ads"]`)
	tab.click(`[data-octroi-switch="ads/visit"]`)
	tab.shot("preferences-visit")
	tab.press("save")
	tab.until(`octroi.allows('pixel') && octroi.state().categories.ads.visit`)
	tab.truth(`(document.cookie = 'px=1;max-age=99999', true)`)
	tab.open("/keep")
	assert.True(t, tab.truth(`octroi.allows('pixel')`))
	tab.away("about:blank")
	tab = v.tab().open("/keep")
	assert.True(t, tab.truth(`!octroi.allows('pixel') && document.querySelector('dialog.octroi-ask[open]')`))
	assert.Empty(t, tab.kept())
}

func TestTheVisitorSeesHowLong(t *testing.T) { // R1.57
	s := newSite(t)
	_, tab := visit(t, s)
	tab.open("/").press("accept")
	tab.arrived(onHome...)
	tab.open("/cookies")
	today := time.Now().UTC()
	date := func(at time.Time) string { return at.Format("2 January 2006") }
	tab.truth(`document.documentElement.lang = 'en-GB'`)
	tab.until(`/_fbp/.test(document.querySelector('[data-octroi-table] .octroi-policy')?.textContent)`)
	var rows map[string]string
	tab.eval(`Object.fromEntries([...document.querySelectorAll('.octroi-policy tbody tr')].map((row) => [row.cells[0].textContent, [...row.cells].slice(1).map((cell) => cell.innerText.replaceAll('\n', '; ')).join(' | ')]))`, &rows)
	assert.Contains(t, rows["_fbp"], "Ads Example Ltd")
	assert.Contains(t, rows["_fbp"], "persistent: 90 days; here since ")
	assert.Contains(t, rows["session"], "session: this visit")
	var days []string
	tab.eval(`[...[...document.querySelectorAll('.octroi-policy tbody tr')].find((row) => row.cells[0].textContent === '_fbp').querySelectorAll('time')].map((time) => time.dateTime)`, &days)
	assert.Equal(t, []string{today.Format(time.DateOnly), today.AddDate(0, 0, 90).Format(time.DateOnly)}, days, "%s", date(today))
	tab.truth(`document.querySelector('[data-octroi-table]').scrollIntoView()`)
	tab.shot("policy")
	tab.click(".foot .tab")
	tab.truth(`document.querySelectorAll('.octroi-preferences details').forEach((d) => (d.open = true))`)
	tab.truth(`document.querySelector('[data-octroi-switch="gtag"]').scrollIntoView()`)
	tab.shot("preferences-lives")
	assert.True(t, tab.truth(`/_ga_\*\s*persistent: 13 months\s*here since .*\s*ends /.test(document.querySelector('.octroi-preferences').innerText)`))
}

// Names in the wild that are kept for longer than 13 months, with their retention.
func longLived(t *testing.T) map[string]time.Duration {
	file, err := os.Open("../../shared/oracles/cookie-db/open-cookie-database.csv")
	if err != nil {
		t.Skip("no cookie database beside the repository:", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	names := map[string]time.Duration{}
	for _, row := range rows[1:] {
		name, retention, wildcard := row[3], row[6], row[9] == "1"
		var n int
		var unit string
		if _, err := fmt.Sscanf(retention, "%d %s", &n, &unit); err != nil || strings.ContainsAny(name, " ;=,") {
			continue
		}
		days := map[string]int{"year": 365, "month": 30, "day": 1}[strings.TrimSuffix(strings.ToLower(unit), "s")]
		life := time.Duration(n*days) * 24 * time.Hour
		if wildcard {
			name += "x"
		}
		if life > 397*24*time.Hour {
			names[name] = life
		}
	}
	return names
}

func TestRealNamesAreCutTo13Months(t *testing.T) {
	names := longLived(t)
	assert.Greater(t, len(names), 22)
	t.Logf("%d names", len(names))
	s := newSite(t)
	var cookies []string
	for name := range names {
		cookies = append(cookies, fmt.Sprintf(`{"name": %q}`, name))
	}
	s.keeper("/real", strings.Replace(keeping(""), `{"name": "px*", "life": "13 months"}`, strings.Join(cookies, ","), 1), "")
	_, tab := visit(t, s)
	tab.open("/real")
	tab.truth(`octroi.acceptAll(), true`)
	most := time.Now().AddDate(0, 13, 0).Add(stepTimeout)
	for name, life := range names {
		if running == "webkit" && strings.HasPrefix(name, "__") {
			continue // it takes no secure cookie over HTTP, not even on localhost
		}
		tab.truth(fmt.Sprintf(`(document.cookie = '%s=1;path=/' + (%q === 'webkit' ? '' : ';secure') + ';max-age=%d', true)`, name, running, int(life.Seconds())))
		c, set := tab.jar()[name]
		if assert.True(t, set, name) {
			assert.WithinDuration(t, most, time.UnixMilli(int64(c.Expires*1000)), 2*stepTimeout, "%s: asked for %s", name, life)
		}
		tab.truth(fmt.Sprintf(`(document.cookie = '%s=;path=/;max-age=0', document.cookie = '%[1]s=;path=/;secure;max-age=0', true)`, name))
	}
}
