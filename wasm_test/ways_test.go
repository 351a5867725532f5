package wasmtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ways are all the ways in which a page's script can reach another party. Each asks for
// place and its own name; "own" is a place of the site's own, for what a browser loads
// from nowhere else; "transport" and "peer" are hosts with ports.
const ways = `{
	script: (at) => on(make('script', { src: at })),
	module: (at) => on(make('script', { type: 'module', src: at })),
	inserted: (at) => { const s = on(make('script')); s.src = at; },
	iframe: (at) => on(make('iframe', { src: at })),
	srcdoc: (at) => on(make('iframe', { srcdoc: '<p>a</p><img src="' + at + '">' })),
	frame: (at) => on(make('frame', { src: at })),
	object: (at) => on(make('object', { data: at })),
	embed: (at) => on(make('embed', { src: at })),
	img: (at) => on(make('img', { src: at })),
	srcset: (at) => on(make('img', { srcset: '/empty 9x, ' + at + ' 1x' })),
	picture: (at) => { const p = make('picture'); p.append(make('source', { srcset: at }), make('img')); on(p); },
	image: (at) => { new Image().src = at; },
	input: (at) => on(make('input', { type: 'image', src: at })),
	background: (at) => { on(make('table')).setAttribute('background', at); },
	svg: (at) => { const s = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), i = document.createElementNS('http://www.w3.org/2000/svg', 'image'); i.setAttribute('href', at); s.append(i); on(s); },
	video: (at) => on(make('video', { src: at, preload: 'auto' })),
	poster: (at) => on(make('video', { poster: at })),
	audio: (at) => on(make('audio', { src: at, preload: 'auto' })),
	sound: (at) => { new Audio(at); },
	source: (at) => { const v = make('video', { preload: 'auto' }); v.append(make('source', { src: at })); on(v); },
	track: (at) => { const v = make('video', { crossOrigin: 'anonymous' }), t = make('track', { src: at, default: true }); v.append(t); on(v); t.track.mode = 'showing'; },
	stylesheet: (at) => on(make('link', { rel: 'stylesheet', href: at })),
	preload: (at) => on(make('link', { rel: 'preload', as: 'image', href: at })),
	imagesrcset: (at) => on(make('link', { rel: 'preload', as: 'image', imageSrcset: at })),
	prefetch: (at) => on(make('link', { rel: 'prefetch', href: at })),
	modulepreload: (at) => on(make('link', { rel: 'modulepreload', href: at })),
	node: (at) => { const i = on(make('img')), a = document.createAttribute('src'); a.value = at; i.setAttributeNode(a); },
	html: (at) => { on(make('div')).innerHTML = '<img src="' + at + '">'; },
	cloned: (at) => { const t = make('template'); t.innerHTML = '<img src="' + at + '">'; on(make('div')).append(t.content.cloneNode(true)); },
	styles: (at) => { on(make('p')).className = 'styles'; on(make('style', { textContent: '.styles { background: url("' + at + '") }' })); },
	imported: (at) => { const s = make('style'); s.append('@import "' + at + '";'); on(s); },
	sheettext: (at) => { on(make('p')).className = 'sheettext'; on(make('style')).textContent = ".sheettext { background: url( '" + at + "' ) }"; },
	textnode: (at) => { on(make('p')).className = 'textnode'; const t = document.createTextNode(''); on(make('style')).append(t); t.data += '.textnode { background: url(' + at + ') }'; },
	insertrule: (at) => { on(make('p')).className = 'insertrule'; on(make('style')).sheet.insertRule('@media all { .insertrule { background: image-set("' + at + '" 1x) } }'); },
	adopted: (at) => { on(make('p')).className = 'adopted'; const s = new CSSStyleSheet(); s.replaceSync('.adopted { background: url(' + at + ') }'); document.adoptedStyleSheets.push(s); },
	stylehtml: (at) => { on(make('p')).className = 'stylehtml'; on(make('div')).innerHTML = '<style>.stylehtml { background: url(' + at + ') }</style>'; },
	inline: (at) => { on(make('p')).style.background = 'url(' + at + ')'; },
	attribute: (at) => { on(make('p')).setAttribute('style', 'background: url(' + at + ')'); },
	font: (at) => { new FontFace('f', 'url(' + at + ')').load().catch(() => {}); },
	fetch: (at) => { fetch(at, { mode: 'no-cors' }).catch(() => {}); },
	xhr: (at) => { const x = new XMLHttpRequest(); x.open('GET', at); x.send(); },
	beacon: (at) => { navigator.sendBeacon(at); },
	later: (at) => { fetchLater(at, { activateAfter: 0 }); },
	eventsource: (at) => { const s = new EventSource(at); s.onerror = () => s.close(); },
	websocket: (at) => { new WebSocket(at.replace('http', 'ws')); },
	webtransport: (at, { transport }) => { const t = new WebTransport('https://' + transport + '/'); t.ready.catch(() => {}); t.closed.catch(() => {}); },
	peer: (at, { peer }) => { const p = new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + peer }] }); p.createDataChannel('a'); p.createOffer().then((o) => p.setLocalDescription(o)); setTimeout(() => p.close(), 1500); },
	worker: (at, { own }) => { new Worker(own + 'worker').onerror = (e) => e.preventDefault(); },
	sharedworker: (at, { own }) => { new SharedWorker(own + 'sharedworker'); },
	serviceworker: (at, { own }) => { navigator.serviceWorker.register(own + 'serviceworker').catch(() => {}); },
	form: (at) => { on(make('iframe', { name: 'sink-form' })); const f = make('form', { action: at, target: 'sink-form', method: 'post' }); on(f); f.requestSubmit(); },
	submit: (at) => { on(make('iframe', { name: 'sink-submit' })); const f = make('form', { action: at, target: 'sink-submit' }); f.append(make('input', { name: 'action' })); f.setAttribute('action', at); on(f); HTMLFormElement.prototype.submit.call(f); },
	button: (at) => { on(make('iframe', { name: 'sink-button' })); const f = make('form', { action: '/empty', target: 'sink-button' }), b = make('button', { formAction: at }); f.append(b); on(f); b.click(); },
	ping: (at) => { on(make('a', { href: '#ping', ping: 'data:, ' + at })).click(); },
	framed: (at) => { on(make('iframe')).contentWindow.fetch(at, { mode: 'no-cors' }).catch(() => {}); },
	written: (at) => { const d = on(make('iframe')).contentDocument; d.open(); d.write('<img src="' + at + '">'); d.close(); },
}`

// beyond are the ways that no script can close; the README names them.
const beyond = `{
	import: (at) => { import(at).catch(() => {}); },
}`

const waysOf = `((list, at, places) => {
	window.make ||= (tag, props) => Object.assign(document.createElement(tag), props);
	window.on ||= (e) => document.body.appendChild(e);
	for (const name in list) {
		try {
			list[name](at + name + '?' + places.visit, places);
		} catch (error) {
			if (!(error instanceof ReferenceError)) throw error; // not in this browser
			delete list[name];
		}
	}
	return Object.keys(list);
})`

// wayNames lists the names of ways.
func wayNames(ways string) string {
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^\t(\w+): \(`).FindAllStringSubmatch(ways, -1) {
		names = append(names, match[1])
	}
	return strings.Join(names, " ")
}

// deaf is a UDP port that answers nothing and counts what comes.
type deaf struct {
	net.PacketConn
	got atomic.Int32
}

func newDeaf(t *testing.T) *deaf {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	d := &deaf{PacketConn: conn}
	go func() {
		for {
			if _, _, err := conn.ReadFrom(make([]byte, 2000)); err != nil {
				return
			}
			d.got.Add(1)
		}
	}()
	return d
}

func TestEveryWayToAnotherPartyWaits(t *testing.T) { // R1.01, R1.30, R2.10 to R2.12
	s := newSite(t)
	// Who knocks in vain goes on knocking: each state has ports of its own.
	ports := map[string][2]*deaf{}
	urls := []string{`"` + s.Third + `/ads/"`, `"/own/"`}
	for _, state := range []string{"bare", "shut", "granted", "withdrawn"} {
		ports[state] = [2]*deaf{newDeaf(t), newDeaf(t)}
		for _, d := range ports[state] {
			urls = append(urls, `"`+d.LocalAddr().String()+`"`)
		}
	}
	var own sync.Mutex
	var mine []string
	s.pages.HandleFunc("/own/", func(w http.ResponseWriter, r *http.Request) {
		own.Lock()
		mine = append(mine, strings.TrimPrefix(r.URL.Path, "/own/"))
		own.Unlock()
		http.NotFound(w, r)
	})
	s.raw("/empty", "text/html", func() string { return "" })
	declaration := strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": [`+strings.Join(urls, ",")+`],`, 1)
	const body = ``
	s.keeper("/ways", declaration, body)
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` + body })

	// got tells which ways were gone by now.
	got := func(tab *tab, state string) (names []string) {
		tab.requests()
		seen := map[string]bool{}
		for _, path := range s.paths() {
			if name, found := strings.CutPrefix(path, "/ads/"); found {
				name, _, _ = strings.Cut(name, "?")
				seen[name] = true
			}
		}
		own.Lock()
		for _, name := range mine {
			seen[name] = true
		}
		own.Unlock()
		for i, name := range []string{"webtransport", "peer"} {
			if ports[state][i].got.Load() > 0 {
				seen[name] = true
			}
		}
		return slices.Sorted(maps.Keys(seen))
	}
	forget := func() {
		s.Log.Clear()
		own.Lock()
		mine = nil
		own.Unlock()
	}
	// all waits until these have come; and no others, where it is known what to expect.
	all := func(tab *tab, state string, want []string, why string) {
		t.Helper()
		deadline := time.Now().Add(stepTimeout)
		for len(got(tab, state)) < len(want) && time.Now().Before(deadline) {
			select {
			case <-s.Log.Changed():
			case <-time.After(50 * time.Millisecond): // the counters wake nobody
			}
		}
		if running == "chromium" {
			assert.Equal(t, want, got(tab, state), why)
		} else { // Firefox prefetches once nothing else loads, if ever
			assert.Subset(t, got(tab, state), want, why)
		}
	}
	visits := 0
	try := func(tab *tab, state, list string) (names []string) {
		visits++ // lest something comes out of a cache
		places, err := json.Marshal(map[string]string{"transport": ports[state][0].LocalAddr().String(), "peer": ports[state][1].LocalAddr().String(), "own": "/own/", "visit": fmt.Sprint(visits)})
		require.NoError(t, err)
		tab.eval(waysOf+"("+list+", '"+s.Third+"/ads/', "+string(places)+")", &names)
		return names
	}

	_, bare := visit(t, s)
	bare.open("/bare")
	want := try(bare, "bare", ways)
	slices.Sort(want)
	if running == "chromium" {
		all(bare, "bare", want, "without Octroi")
	} else {
		// Other engines ask for less: what they ask for is what must wait.
		asked := []string{}
		for still := 0; still < 20; still++ {
			bare.truth(`new Promise((done) => setTimeout(done, 100))`)
			if now := got(bare, "bare"); len(now) > len(asked) {
				asked, still = now, 0
			}
		}
		missing := slices.DeleteFunc(strings.Fields(wayNames(ways)), func(name string) bool { return slices.Contains(asked, name) })
		t.Logf("not in %s, which asks for nothing: %s", running, strings.Join(missing, ", "))
		assert.Greater(t, len(asked), 40)
		want = asked
	}

	_, tab := visit(t, s)
	forget()
	tab.open("/ways")
	try(tab, "shut", ways)
	tab.until(`document.querySelector('dialog')`)
	assert.Empty(t, got(tab, "shut"), "undecided")
	tab.press("refuse")
	try(tab, "shut", ways)
	tab.truth(`new Promise((done) => setTimeout(done, 1000))`) // connections to peers take their time
	assert.Empty(t, got(tab, "shut"), "refused")
	tab.open("/ways")
	try(tab, "shut", ways)
	assert.Empty(t, got(tab, "shut"), "refused, at the next page")

	// What was held is released; what was called has failed, and is called again.
	var released []string
	for _, name := range want {
		switch name {
		case "webtransport", "peer", "fetch", "xhr", "beacon", "later", "eventsource", "websocket", "worker", "sharedworker", "serviceworker", "form", "submit", "button", "framed", "written", "font", "ping":
		default:
			released = append(released, name)
		}
	}
	tab.truth(`octroi.acceptAll()`)
	all(tab, "shut", released, "released")
	forget()
	tab.open("/ways")
	try(tab, "granted", ways)
	all(tab, "granted", want, "granted")
	tab.truth(`octroi.refuseAll()`)
	forget()
	try(tab, "withdrawn", ways)
	assert.Empty(t, got(tab, "withdrawn"), "withdrawn")

	// No log hears of these.
	assert.True(t, tab.truth(`['preconnect', 'dns-prefetch', 'icon', 'manifest'].every((rel) => { const l = on(make('link', { rel, href: '`+s.Third+`/ads/' + rel })); return l.href && !l.hasAttribute('href'); })`))

	try(tab, "withdrawn", beyond)
	all(tab, "withdrawn", []string{"import"}, "what cannot be closed")
}
