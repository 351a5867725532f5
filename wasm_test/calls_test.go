package wasmtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// asks are the ways in which a script asks the network for something; each tells how
// it ended. PLACE is an address, which each calls under its own name.
const asks = `async (place) => {
	const ws = place.replace(/^http/, 'ws');
	const end = (target, ...names) => new Promise((done) => names.forEach((name) => target.addEventListener(name, () => done(name))));
	const tries = {
		fetch: () => fetch(place + 'fetch', { mode: 'no-cors' }).then(() => 'load', (error) => error.constructor.name + (error instanceof TypeError)),
		url: () => fetch(new URL(place + 'url'), { mode: 'no-cors' }).then(() => 'load', (error) => error.constructor.name + (error instanceof TypeError)),
		request: () => fetch(new Request(place + 'request', { mode: 'no-cors' })).then(() => 'load', (error) => error.constructor.name + (error instanceof TypeError)),
		bound: () => window.fetch.call(undefined, place + 'bound', { mode: 'no-cors' }).then(() => 'load', (error) => error.constructor.name + (error instanceof TypeError)),
		xhr: () => { const x = new XMLHttpRequest(); x.open('GET', place + 'xhr'); const e = end(x, 'load', 'error', 'abort'); x.send(); return e; },
		sync: () => { const x = new XMLHttpRequest(); x.open('GET', place + 'sync', false); try { x.send(); return 'load'; } catch (error) { return error.name; } },
		beacon: () => String(navigator.sendBeacon(place + 'beacon')),
		source: () => { const s = new EventSource(place + 'source'); const e = end(s, 'open', 'error'); e.then(() => s.close()); return e; },
		socket: () => { const s = new WebSocket(ws + 'socket'); return end(s, 'open', 'error'); },
		frame: () => document.body.appendChild(document.createElement('iframe')).contentWindow.fetch(place + 'frame', { mode: 'no-cors' }).then(() => 'load', (error) => error.name),
	};
	const done = {};
	for (const name in tries) {
		try { done[name] = await tries[name](); } catch (error) { done[name] = 'thrown: ' + error; }
	}
	return done;
}`

func TestCallsWaitForTheirService(t *testing.T) { // R1.01, R2.10
	s := newSite(t)
	declaration := strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/", "*.ads.example"],`, 1)
	s.keeper("/calls", declaration, "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	_, bare := visit(t, s)
	bare.open("/bare")
	var want map[string]string
	bare.eval("("+asks+")('"+s.Third+"/ads/')", &want)
	paths := s.paths()
	assert.Len(t, paths, 10)

	_, tab := visit(t, s)
	s.Log.Clear()
	tab.open("/calls")
	held := map[string]string{"fetch": "TypeErrortrue", "url": "TypeErrortrue", "request": "TypeErrortrue", "bound": "TypeErrortrue", "xhr": "error", "sync": "NetworkError", "beacon": "true", "source": "error", "socket": "error", "frame": "TypeError"}
	ask := func(place string) (done map[string]string) {
		tab.eval("("+asks+")('"+place+"')", &done)
		return done
	}
	assert.Equal(t, held, ask(s.Third+"/ads/"), "undecided")
	tab.press("refuse")
	assert.Equal(t, held, ask(s.Third+"/ads/"), "refused")
	assert.Empty(t, tab.requests())
	assert.Equal(t, want, ask(s.Third+"/other/"), "what is not declared is let through")
	assert.True(t, tab.whole().truth(`octroi.report().hosts.join() === '127.0.0.1'`), "and told")
	tab.truth(`octroi.acceptAll(), true`)
	s.Log.Clear()
	assert.Equal(t, want, ask(s.Third+"/ads/"), "granted")
	assert.Equal(t, paths, s.paths())
	tab.truth(`octroi.refuseAll(), true`)
	s.Log.Clear()
	assert.Equal(t, held, ask(s.Third+"/ads/"), "withdrawn")
	assert.Empty(t, tab.requests())
}

// paths are what the third parties got.
func (s *site) paths() (paths []string) {
	for _, e := range s.Log.Requests() {
		paths = append(paths, e.URL)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// A page's own calls notice nothing.
func TestCallsLookAndBehaveAsTheOriginals(t *testing.T) {
	s := newSite(t)
	s.keeper("/calls", keeping(""), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	s.raw("/data", "text/plain", func() string { return "data" })
	js := `(async () => {
		const seen = {};
		const fn = (f) => [typeof f, f.name, f.length, String(f), Object.getOwnPropertyNames(f).sort()];
		for (const [object, key] of [[window, 'fetch'], [XMLHttpRequest.prototype, 'open'], [Navigator.prototype, 'sendBeacon'], [window, 'WebSocket'], [window, 'EventSource']]) {
			const d = Object.getOwnPropertyDescriptor(object, key);
			seen[key] = [d.configurable, d.enumerable, d.writable, ...fn(d.value)];
		}
		const result = async (name, run) => { try { seen['= ' + name] = String(await run()); } catch (error) { seen['= ' + name] = error.constructor === window[error.name] ? error.name : 'other ' + error.name; } };
		await result('text', async () => (await fetch('/data')).text());
		await result('nothing', () => fetch());
		await result('bad', () => fetch('http://['));
		await result('data', async () => (await fetch('data:,x')).text());
		await result('blob', async () => (await fetch(URL.createObjectURL(new Blob(['b'])))).text());
		await result('init', async () => (await fetch('/data', { method: 'HEAD' })).status);
		await result('abort', () => fetch('/data', { signal: AbortSignal.abort() }));
		await result('xhr', () => new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '/data'); x.onload = () => done(x.responseText + new URL(x.responseURL).pathname); x.send(); }));
		await result('few', () => new XMLHttpRequest().open('GET'));
		await result('bad xhr', () => new XMLHttpRequest().open('GET', 'http://['));
		await result('stranger', () => XMLHttpRequest.prototype.open.call({}, 'GET', '/data'));
		await result('beacon', () => navigator.sendBeacon('/data', 'x'));
		await result('bad beacon', () => navigator.sendBeacon('data:,x'));
		await result('socket', () => new WebSocket('bad'));
		await result('call', () => WebSocket('ws://localhost'));
		await result('none', () => new WebSocket());
		await result('constants', () => [WebSocket.OPEN, EventSource.CLOSED, WebSocket.prototype.constructor === WebSocket]);
		await result('subclass', () => { class S extends EventSource { more() { return this.url; } } const s = new S('/data'); s.close(); return new URL(s.more()).pathname + (s instanceof EventSource) + s.constructor.name; });
		return seen;
	})()`
	var seen [2]map[string]any
	for i, path := range []string{"/bare", "/calls"} {
		_, tab := visit(t, s)
		tab.open(path)
		tab.eval(js, &seen[i])
	}
	assert.Greater(t, len(seen[0]), 20)
	assert.Equal(t, seen[0], seen[1])
}
