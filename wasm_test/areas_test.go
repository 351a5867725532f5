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
