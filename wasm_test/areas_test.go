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
	paired(t, "webkit")
	s, talk := newSite(t), newTalks(t)
	declaration := measuring("", `"urls": ["`+talk.URL+`/", "`+s.URL+`/own/"],`)
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
var doors = expression("doors")

// leftovers tells what the origin keeps under a name, wherever, and cleans it away.
var leftovers = script("leftovers")

func TestNoDoorLeadsPastTheVerdict(t *testing.T) {
	paired(t, "firefox")
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
	survivors := func() (names []string) {
		tab.eval(`octroi.report().survivors`, &names)
		return names
	}
	gone := func() {
		tab.until(`(async () => !(await ` + found + `).length)()`)
		// What was erased is read back before it is told.
		tab.whole()
		comesTo(t, survivors, "nothing is left", func(names []string) bool { return len(names) == 0 })
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

// A database goes once another tab has closed it, which takes a moment; a registration whose worker
// has gone already is none, and hides no other.
func TestWhatIsAboutToGoIsNotLeft(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.raw("/px-worker.js", "text/javascript", func() string { return "" })
	s.raw("/other", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
	v, tab := visit(t, s)
	tab.before(`(() => {
		if (!navigator.serviceWorker) return; // about:blank
		const { getRegistrations } = ServiceWorkerContainer.prototype;
		ServiceWorkerContainer.prototype.getRegistrations = async function () { return [{ active: null, waiting: null, installing: null }, ...(await getRegistrations.call(this))]; };
	})()`)
	tab.open("/keep").truth(`octroi.acceptAll(), true`)
	tab.truth(`navigator.serviceWorker.register('/px-worker.js', { scope: '/px/' }).then(() => true)`)
	v.tab().open("/other").truth(`new Promise((done) => {
		indexedDB.open('px').onsuccess = ({ target: { result } }) => {
			result.onversionchange = () => setTimeout(() => result.close(), 300);
			done(true);
		};
	})`)
	var change struct{ Survivors []string }
	tab.eval(`new Promise((done) => { octroi.on('change', done); octroi.withdraw(); })`, &change)
	assert.Empty(t, change.Survivors)
	assert.True(t, tab.truth(`indexedDB.databases().then((all) => !all.length)`))
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
