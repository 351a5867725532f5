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
var ways = expression("ways")

// beyond are the ways that no script can close; docs/limits.md names them.
const beyond = `{
	import: (at) => { import(at).catch(() => {}); },
}`

var waysOf = expression("try_ways")

// wayNames lists the names of ways.
func wayNames(ways string) string {
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^  (\w+): \(`).FindAllStringSubmatch(ways, -1) {
		names = append(names, match[1])
	}
	return strings.Join(names, " ")
}

// fewest is how many of the ways each engine takes, and more.
const fewest = 40

// lacks tells whether one of those that are wanted is missing.
func lacks(names, want []string) bool {
	return slices.ContainsFunc(want, func(name string) bool { return !slices.Contains(names, name) })
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

// wayStates are those in which the ways are tried. Who knocks in vain goes on knocking: each
// state has ports of its own.
var wayStates = []string{"bare", "shut", "granted", "withdrawn"}

// waySite is a site whose pages try the ways, and what hears of them.
type waySite struct {
	*site
	t      *testing.T
	ports  map[string]wayPorts
	mu     sync.Mutex
	own    []string // what the site itself was asked for
	visits int
}

// wayPorts are what WebTransport and peers ask in one state.
type wayPorts struct{ transport, peer *deaf }

func newWaySite(t *testing.T) *waySite {
	s := &waySite{site: newSite(t), t: t, ports: map[string]wayPorts{}}
	urls := []string{`"` + s.Third + `/ads/"`, `"/own/"`}
	for _, state := range wayStates {
		ports := wayPorts{newDeaf(t), newDeaf(t)}
		s.ports[state] = ports
		urls = append(urls, `"`+ports.transport.LocalAddr().String()+`"`, `"`+ports.peer.LocalAddr().String()+`"`)
	}
	s.pages.HandleFunc("/own/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.own = append(s.own, strings.TrimPrefix(r.URL.Path, "/own/"))
		s.mu.Unlock()
		http.NotFound(w, r)
	})
	s.raw("/empty", "text/html", func() string { return "" })
	s.keeper("/ways", measuring("", `"urls": [`+strings.Join(urls, ",")+`],`), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body>` })
	return s
}

// got tells which ways were gone by now.
func (s *waySite) got(tab *tab, state string) (names []string) {
	tab.requests()
	seen := map[string]bool{}
	for _, path := range s.paths() {
		if name, found := strings.CutPrefix(path, "/ads/"); found {
			name, _, _ = strings.Cut(name, "?")
			seen[name] = true
		}
	}
	s.mu.Lock()
	for _, name := range s.own {
		seen[name] = true
	}
	s.mu.Unlock()
	for name, d := range map[string]*deaf{"webtransport": s.ports[state].transport, "peer": s.ports[state].peer} {
		if d.got.Load() > 0 {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func (s *waySite) forget() {
	s.Log.Clear()
	s.mu.Lock()
	s.own = nil
	s.mu.Unlock()
}

// all waits until these have come; and no others, where it is known what to expect.
func (s *waySite) all(tab *tab, state string, want []string, why string) {
	s.t.Helper()
	want = sure(want)
	deadline := time.Now().Add(stepTimeout)
	for lacks(s.got(tab, state), want) && time.Now().Before(deadline) {
		select {
		case <-s.Log.Changed():
		case <-time.After(50 * time.Millisecond): // the counters wake nobody
		}
	}
	if running == "chromium" {
		assert.Equal(s.t, want, s.got(tab, state), why)
	} else {
		assert.Subset(s.t, s.got(tab, state), want, why)
	}
}

// try has a page try a list of ways, and returns those that this browser knows.
func (s *waySite) try(tab *tab, state, list string) (names []string) {
	s.t.Helper()
	s.visits++ // lest something comes out of a cache
	places, err := json.Marshal(map[string]string{"transport": s.ports[state].transport.LocalAddr().String(), "peer": s.ports[state].peer.LocalAddr().String(), "own": "/own/", "visit": fmt.Sprint(s.visits)})
	require.NoError(s.t, err)
	tab.eval(waysOf+"("+list+", '"+s.Third+"/ads/', "+string(places)+")", &names)
	return names
}

// without are the ways that lead to the other party where there is no Octroi.
func (s *waySite) without() []string {
	s.t.Helper()
	_, bare := visit(s.t, s.site)
	bare.open("/bare")
	want := s.try(bare, "bare", ways)
	slices.Sort(want)
	if running == "chromium" {
		s.all(bare, "bare", want, "without Octroi")
		return want
	}
	// Other engines ask for less: what they ask for is what must wait.
	asked := []string{}
	for still, deadline := 0, time.Now().Add(stepTimeout); still < 20 || len(asked) <= fewest && time.Now().Before(deadline); still++ {
		bare.truth(`new Promise((done) => setTimeout(done, 100))`)
		if now := s.got(bare, "bare"); len(now) > len(asked) {
			asked, still = now, 0
		}
	}
	missing := slices.DeleteFunc(strings.Fields(wayNames(ways)), func(name string) bool { return slices.Contains(asked, name) })
	s.t.Logf("not in %s, which asks for nothing: %s", running, strings.Join(missing, ", "))
	assert.Greater(s.t, len(asked), fewest)
	return asked
}

// A page with frames may lose its prefetch (whims): here is one without.
func TestAHeldPrefetchComesOnceItIsGranted(t *testing.T) {
	only(t, "WebKit has no prefetch", "chromium", "firefox")
	s := newWaySite(t)
	const prefetch = `{ prefetch: (at) => on(make('link', { rel: 'prefetch', href: at })) }`
	_, tab := visit(t, s.site)
	come := func(why string) {
		t.Helper()
		await(t, "the prefetch, "+why, func() bool { return slices.Equal(s.got(tab, "shut"), []string{"prefetch"}) })
		s.forget()
	}
	tab.open("/ways")
	s.try(tab, "shut", prefetch)
	tab.press("refuse")
	s.try(tab, "shut", prefetch)
	assert.Empty(t, s.got(tab, "shut"))
	tab.truth(`octroi.acceptAll()`)
	come("released")
	tab.open("/ways")
	s.try(tab, "granted", prefetch)
	come("granted")
}

// failing are ways that fail where they are not granted; what others ask for waits, and is
// released.
var failing = strings.Fields("webtransport peer fetch xhr beacon later eventsource websocket worker sharedworker serviceworker form submit button framed font ping")

func TestEveryWayToAnotherPartyWaits(t *testing.T) { // R1.01, R1.30, R2.10 to R2.12
	s := newWaySite(t)
	want := s.without()

	_, tab := visit(t, s.site)
	s.forget()
	tab.open("/ways")
	s.try(tab, "shut", ways)
	tab.until(`document.querySelector('dialog')`)
	assert.Empty(t, s.got(tab, "shut"), "undecided")
	tab.press("refuse")
	s.try(tab, "shut", ways)
	tab.truth(`new Promise((done) => setTimeout(done, 1000))`) // connections to peers take their time
	assert.Empty(t, s.got(tab, "shut"), "refused")
	tab.open("/ways")
	s.try(tab, "shut", ways)
	assert.Empty(t, s.got(tab, "shut"), "refused, at the next page")

	// What was held is released; what was called has failed, and is called again.
	released := slices.DeleteFunc(slices.Clone(want), func(name string) bool { return slices.Contains(failing, name) })
	tab.truth(`octroi.acceptAll()`)
	s.all(tab, "shut", released, "released")
	s.forget()
	tab.open("/ways")
	s.try(tab, "granted", ways)
	s.all(tab, "granted", want, "granted")
	tab.truth(`octroi.refuseAll()`)
	s.forget()
	s.try(tab, "withdrawn", ways)
	assert.Empty(t, s.got(tab, "withdrawn"), "withdrawn")

	// No log hears of these.
	assert.True(t, tab.truth(`['preconnect', 'dns-prefetch', 'icon', 'manifest'].every((rel) => { const l = on(make('link', { rel, href: '`+s.Third+`/ads/' + rel })); return l.href && !l.hasAttribute('href'); })`))

	s.try(tab, "withdrawn", beyond)
	s.all(tab, "withdrawn", []string{"import"}, "what cannot be closed")
}
