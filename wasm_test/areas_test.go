package wasmtest

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// talks is a server of connections that stay until the page ends them.
type talks struct {
	URL  string
	mu   sync.Mutex
	open map[string]int // by path
	ever []string
}

func newTalks(t *testing.T) *talks {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	talk := &talks{URL: "http://" + l.Addr().String(), open: map[string]int{}}
	server := &http.Server{Handler: talk}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return talk
}

func (talk *talks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	add := func(n int) {
		talk.mu.Lock()
		defer talk.mu.Unlock()
		if talk.open[path] += n; n > 0 {
			talk.ever = append(talk.ever, path)
		}
	}
	add(1)
	defer add(-1)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if path == "/socket" {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err == nil {
			c.Read(r.Context()) // until it closes
		}
		return
	}
	line := "data: again\n\n"
	w.Header().Set("Content-Type", "text/event-stream")
	if strings.HasPrefix(path, "/sound") {
		w.Header().Set("Content-Type", "audio/wav")
		// Mono, 8 bits, 8,000 a second, for a day.
		fmt.Fprint(w, "RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\xff\xff\xff\x7e")
		line = strings.Repeat("\x80", 8000)
	}
	for r.Context().Err() == nil {
		fmt.Fprint(w, line)
		w.(http.Flusher).Flush()
		time.Sleep(50 * time.Millisecond)
	}
}

// going lists what is still open.
func (talk *talks) going() (paths []string) {
	talk.mu.Lock()
	defer talk.mu.Unlock()
	for path, n := range talk.open {
		if n > 0 {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// What a service has begun ends with its consent, and what cannot be ended is told.
func TestWhatGoesOnEndsWithItsService(t *testing.T) {
	s, talk := newSite(t), newTalks(t)
	declaration := strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+talk.URL+`/", "`+s.URL+`/own/"],`, 1)
	beats := 0
	var mu sync.Mutex
	s.raw("/own/beat", "text/plain", func() string { mu.Lock(); defer mu.Unlock(); beats++; return "" })
	s.raw("/own/worker.js", "text/javascript", func() string {
		return `const beat = () => fetch('/own/beat'); setInterval(beat, 20); self.onconnect = () => {}`
	})
	s.keeper("/page", declaration, `<audio data-octroi="pixel" data-src="`+talk.URL+`/sound" preload="auto"></audio>`)
	_, tab := visit(t, s, "EventSource", "WebSocket")
	tab.open("/page").truth(`octroi.acceptAll()`)
	tab.until(`document.querySelector('audio').src`)
	const begin = `(() => {
		const at = 'AT';
		window.all = [
			new EventSource(at + '/source'), new WebSocket(at.replace('http', 'ws') + '/socket'), new Worker('/own/worker.js'),
			Object.assign(new Audio(at + '/sound/loose'), { preload: 'auto' }),
		];
		const sent = new XMLHttpRequest();
		sent.open('GET', at + '/sent');
		sent.send();
		window.later = new XMLHttpRequest();
		later.open('GET', at + '/later');
		return all.push(sent);
	})()`
	tab.truth(strings.ReplaceAll(begin, "AT", talk.URL) + " > 0")
	want := []string{"/sent", "/socket", "/sound", "/sound/loose", "/source"}
	await(t, `all is open`, func() bool { return slices.Equal(talk.going(), want) })
	await(t, `the worker beats`, func() bool { mu.Lock(); defer mu.Unlock(); return beats > 0 })
	tab.truth(`octroi.withdraw()`)
	await(t, `nothing goes on`, func() bool { return len(talk.going()) == 0 })
	assert.True(t, tab.truth(`(later.send(), new Promise((done) => { later.onloadend = () => done(later.status === 0); }))`), "what was opened before and is sent now fails")
	mu.Lock()
	before := beats
	mu.Unlock()
	tab.truth(`new Promise((done) => setTimeout(done, 300))`) // fifteen of its rounds
	mu.Lock()
	assert.LessOrEqual(t, beats, before+1, "a worker beats on")
	mu.Unlock()
	talk.mu.Lock()
	assert.NotContains(t, talk.ever, "/later")
	talk.mu.Unlock()
	assert.True(t, tab.whole().truth(`octroi.report().withdrawn.pixel === 'stopped'`))

	// Granted anew, all begins anew; what no script can end is told.
	tab.truth(`octroi.acceptAll()`)
	tab.truth(strings.ReplaceAll(begin, "AT", talk.URL) + " > 0")
	await(t, `all is open again`, func() bool { return slices.Equal(talk.going(), want) })
	tab.truth(`!!window.SharedWorker && !!new SharedWorker('/own/worker.js')`)
	tab.truth(`octroi.withdraw()`)
	assert.True(t, tab.whole().truth(`octroi.report().withdrawn.pixel === (window.SharedWorker ? 'asked' : 'stopped')`))
}

// doors are ways to a name past what the hooks of setItem and of plain properties see.
const doors = `async (name) => {
	const { defineProperty, create } = Object;
	const frame = (own) => {
		const inside = document.body.appendChild(document.createElement('iframe')).contentWindow;
		if (own) inside.octroi = own;
		return inside;
	};
	const bent = (object, key, value, run) => {
		const before = Object.getOwnPropertyDescriptor(object, key);
		defineProperty(object, key, { configurable: true, writable: true, ...before, value });
		try { return run(); } finally { if (before) defineProperty(object, key, before); else delete object[key]; }
	};
	const opened = (q) => new Promise((done) => { q.onsuccess = () => { q.result.close(); done(); }; q.onerror = done; });
	const text = name + '=1;path=/;max-age=9999999';
	const tries = {
		writable: () => defineProperty(localStorage, name, { writable: true }),
		generic: () => defineProperty(localStorage, name, { enumerable: true }),
		empty: () => defineProperty(localStorage, name, {}),
		accessor: () => defineProperty(localStorage, name, { get: () => '1', set() {}, configurable: true }),
		reflect: () => Reflect.defineProperty(sessionStorage, name, { configurable: true, enumerable: true }),
		properties: () => Object.defineProperties(localStorage, { [name]: { writable: true } }),
		receiver: () => Reflect.set({}, name, '1', localStorage),
		crossed: () => Reflect.set(localStorage, name, '1', sessionStorage),
		derived: () => { create(localStorage)[name] = '1'; },
		field: () => { class Base { constructor() { return localStorage; } } new (class extends Base { [name] = '1'; })(); },
		push: () => { with_(localStorage, name); },
		getter: () => { defineProperty(Storage.prototype, 'leak', { configurable: true, get() { return this; } }); localStorage.leak[name] = '1'; },
		setter: () => { const s = Symbol(); let raw; defineProperty(Storage.prototype, s, { configurable: true, set(v) { raw = this; } }); localStorage[s] = 1; raw[name] = '1'; },
		proto: () => { let raw; Object.setPrototypeOf(localStorage, { __proto__: Storage.prototype, get leak() { return this; } }); raw = localStorage.leak; Object.setPrototypeOf(localStorage, Storage.prototype); raw[name] = '1'; },
		event: () => { const e = new StorageEvent('storage', { storageArea: localStorage }); e.storageArea[name] = '1'; },
		init: () => { const e = new StorageEvent('storage'); e.initStorageEvent('storage', true, true, 'k', null, 'v', 'u', localStorage); e.storageArea[name] = '1'; },
		other: () => { const w = frame(); w.Storage.prototype.setItem.call(localStorage, name, '1'); },
		otherGet: () => { const w = frame(); Object.getOwnPropertyDescriptor(w, 'localStorage').get.call(window)[name] = '1'; },
		one: () => { frame(1).document.cookie = text; },
		api: () => { frame(octroi_).document.cookie = text; },
		key: () => { frame(1).localStorage.setItem(name, '1'); },
		property: () => { frame(1).sessionStorage[name] = '1'; },
		store: () => { const w = frame(1); return w.cookieStore?.set(name, '1'); },
		framed: () => opened(frame(1).indexedDB.open(name, 1)),
		framedCache: () => frame(1).caches.open(name),
		floor: () => bent(Math, 'floor', () => undefined, () => { document.cookie = text; localStorage.setItem(name, 1); }),
		now: () => bent(Date, 'now', () => 0, () => { document.cookie = text; localStorage[name] = 1; }),
		mapGet: () => bent(Map.prototype, 'get', () => NaN, () => { localStorage[name] = 1; }),
		setHas: () => bent(Set.prototype, 'has', () => true, () => { localStorage[name] = 1; }),
		exec: () => bent(RegExp.prototype, 'exec', () => ['x'], () => cookieStore_.set(name, '1')),
		iterator: () => bent(Array.prototype, Symbol.iterator, function* () { yield ''; yield 'draft'; }, () => { document.cookie = text; localStorage[name] = 1; }),
		typed: () => bent(Object.getPrototypeOf(Uint8Array.prototype), 'set', () => {}, () => { document.cookie = text; localStorage[name] = 1; }),
		subarray: () => bent(Object.getPrototypeOf(Uint8Array.prototype), 'subarray', () => new Uint8Array([15, 0]), () => { localStorage[name] = 1; }),
		bytes: () => bent(window, 'Uint8Array', class extends Uint8Array { constructor() { super([15, 0]); } }, () => { document.cookie = text; localStorage[name] = 1; }),
		length: () => { const p = Object.getPrototypeOf(Uint8Array.prototype), d = Object.getOwnPropertyDescriptor(p, 'length'); defineProperty(p, 'length', { configurable: true, get: () => 0 }); try { localStorage[name] = 1; } finally { defineProperty(p, 'length', d); } },
		index: () => { for (let i = 0; i < 3; i++) defineProperty(Array.prototype, i, { configurable: true, get: () => '1', set() {} }); try { document.cookie = text; localStorage[name] = 1; } finally { for (let i = 0; i < 3; i++) delete Array.prototype[i]; } },
		json: () => bent(Object.prototype, 'get', () => {}, () => { localStorage[name] = 1; }),
		wellFormed: () => bent(String.prototype, 'toWellFormed', () => { let n = 0; return { toString: () => (n++ ? text : 'basket=1'), length: 1 }; }, () => { document.cookie = text; }),
		listener: () => bent(EventTarget.prototype, 'addEventListener', () => {}, () => opened(indexedDB.open(name, 1))),
		abort: () => bent(IDBTransaction.prototype, 'abort', () => {}, () => opened(indexedDB.open(name, 1))),
		files: async () => { const root = await navigator.storage.getDirectory(); await root.getFileHandle(name, { create: true }); },
		folder: async () => { const root = await navigator.storage.getDirectory(); await root.getDirectoryHandle(name, { create: true }); },
	};
	const with_ = (storage, key) => Array.prototype.push.call(new Proxy(storage, { set: (t, k, v) => Reflect.set(t, k === 'length' ? 'draft' : key, v) }), '1');
	const octroi_ = octroi, cookieStore_ = window.cookieStore || { set() {} };
	if (navigator.storageBuckets) {
		tries.bucket = async () => { const b = await navigator.storageBuckets.open('bucket'); await opened(b.indexedDB.open(name, 1)); };
		tries.bucketCache = async () => (await navigator.storageBuckets.open('bucket')).caches.open(name);
		tries.bucketFile = async () => (await (await navigator.storageBuckets.open('bucket')).getDirectory()).getFileHandle(name, { create: true });
	}
	const done = [];
	for (const [key, attempt] of Object.entries(tries)) {
		const late = setTimeout(() => done.push(key + ' hangs'), 2000);
		try { await Promise.race([attempt(), new Promise((r) => setTimeout(r, 2100))]); } catch {}
		clearTimeout(late);
		if ((await left(name)).length) done.push(key + ': ' + (await left(name)));
		await clean(name);
	}
	return done;
}`

// leftovers tells what the origin keeps under a name, wherever, and cleans it away.
const leftovers = `
	const places = async () => [window, ...await Promise.all(((await navigator.storageBuckets?.keys()) || []).map((name) => navigator.storageBuckets.open(name)))];
	const rootOf = (place) => (place === window ? navigator.storage?.getDirectory?.() : place.getDirectory())?.catch(() => {});
	window.left = async (name) => {
		const found = [];
		if (document.cookie.split('; ').some((pair) => pair.split('=')[0] === name)) found.push('cookie');
		for (const s of ['localStorage', 'sessionStorage']) if (Object.keys(window[s]).includes(name)) found.push(s);
		for (const place of await places()) {
			const at = place === window ? '' : 'bucket ';
			if ((await place.indexedDB.databases()).some((d) => d.name === name)) found.push(at + 'database');
			if (await place.caches.has(name)) found.push(at + 'cache');
			const root = await rootOf(place);
			if (root) for await (const one of root.keys()) if (one === name) found.push(at + 'file');
		}
		return found;
	};
	window.clean = async (name) => {
		document.cookie = name + '=;path=/;max-age=0';
		localStorage.removeItem(name); sessionStorage.removeItem(name);
		for (const place of await places()) {
			await new Promise((r) => { const q = place.indexedDB.deleteDatabase(name); q.onsuccess = q.onerror = q.onblocked = r; });
			await place.caches.delete(name);
			await (await rootOf(place))?.removeEntry(name).catch(() => {});
		}
	};
`

func TestNoDoorLeadsPastTheVerdict(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "<script>"+leftovers+"window.doors = "+doors+"</script>")
	_, tab := visit(t, s, "Uncaught", "octroi: ")
	tab.open("/keep")
	try := func() (done []string) {
		tab.truth(`(setTimeout(async () => { window.done = await doors('px1'); }), true)`)
		tab.until(`window.done`)
		tab.eval(`window.done`, &done)
		return done
	}
	done := try()
	assert.Empty(t, done, "before a choice")
	tab.open("/keep").truth(`octroi.refuseAll(), true`)
	done = try()
	assert.Empty(t, done, "refused")
	if running == "webkit" {
		return // its driver cannot read a page while some of these doors stand open
	}
	tab.open("/keep").truth(`octroi.acceptAll(), true`)
	done = try()
	assert.Greater(t, len(done), 25, "granted, they lead somewhere: %v", done)
}

// What is kept in buckets, in private files and by workers is listed and erased, too.
func TestWhatIsKeptElsewhereIsErased(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "<script>"+leftovers+"</script>")
	s.raw("/px-worker.js", "text/javascript", func() string { return `self.onfetch = () => {}` })
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body><script>` + leftovers + `</script></body>` })
	_, tab := visit(t, s, "octroi: ")
	const keep = `(async () => {
		window.stored = false;
		const opened = (q) => new Promise((done) => { q.onsuccess = done; q.onerror = done; });
		const inside = document.body.appendChild(document.createElement('iframe')).contentWindow;
		await inside.caches.open('px-frame');
		await opened(inside.indexedDB.open('px-frame', 1));
		const root = await navigator.storage.getDirectory?.().catch(() => {});
		if (root) (await root.getDirectoryHandle('px-files', { create: true }));
		if (navigator.storageBuckets) {
			const bucket = await navigator.storageBuckets.open('any');
			await opened(bucket.indexedDB.open('px-bucket', 1));
			await bucket.caches.open('px-bucket');
			await (await bucket.getDirectory()).getFileHandle('px-bucket', { create: true });
		}
		await navigator.serviceWorker?.register('/px-worker.js').catch(() => {});
		window.stored = true;
	})().catch(() => { window.stored = true; })`
	const found = `(async () => (await Promise.all(['px-frame', 'px-files', 'px-bucket'].map(left))).flat().concat((await navigator.serviceWorker?.getRegistrations() || []).map(() => 'worker')))()`
	hold := func() (names []string) {
		tab.truth(keep + `, true`)
		tab.until(`window.stored`)
		tab.eval(found, &names)
		return names
	}
	gone := func() {
		tab.until(`(async () => !(await ` + found + `).length)()`)
		// What was erased is read back before it is told.
		tab.whole().until(`octroi.report().survivors.length === 0`)
	}
	tab.open("/keep")
	assert.Empty(t, hold(), "before a choice")
	tab.truth(`octroi.refuseAll(), true`)
	assert.Empty(t, hold(), "refused")
	tab.truth(`octroi.acceptAll(), true`)
	assert.GreaterOrEqual(t, len(hold()), 2, "granted")
	tab.truth(`octroi.withdraw(), true`)
	gone() // withdrawn

	// A page without Octroi has kept them: the next with it erases what is refused.
	tab.open("/bare")
	assert.GreaterOrEqual(t, len(hold()), 2)
	tab.open("/keep")
	gone() // at the next page
}

// Without the file that lists what takes time, what is there is unknown, not nothing.
func TestWhatNobodyCanListIsNotCalledErased(t *testing.T) {
	s := newSite(t)
	s.pages.HandleFunc("GET /octroi/octroi.rest.js", http.NotFound)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s, "octroi", "404")
	tab.open("/keep").truth(`octroi.acceptAll(), true`)
	tab.truth(`(indexedDB.open('px', 1), caches.open('px').then(() => true))`)
	tab.truth(`new Promise((done) => { octroi.on('change', (detail) => done(window.told = detail)); octroi.withdraw(); })`)
	assert.True(t, tab.truth(`['px*', '/px-worker.js'].every((name) => told.survivors.includes(name))`))
}
