package wasmtest

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a service has on the page's own host is held in every spelling, and by sockets too.
func TestAnOwnPathInEverySpelling(t *testing.T) {
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	var mu sync.Mutex
	var asked []string
	note := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.RequestURI)
		http.NotFound(w, r)
	}
	heard := func() (count int) {
		mu.Lock()
		defer mu.Unlock()
		return len(asked)
	}
	s.pages.HandleFunc("/own-tracker/", note)
	s.pages.HandleFunc("/other/", note)
	spellings := []string{"/own-tracker/", "/%6fwn-tracker/", "/own%2dtracker/", "//own-tracker/", "///own-tracker//", "/own-tracker%2f", "/x/%2e%2e/own-tracker/", "/.%2fown-tracker/"}
	declaration := measuring("", `"urls": ["/own-tracker/"],`)
	s.keeper("/own", declaration, `<script>
		window.tryAll = (spellings) => Promise.all(spellings.map((path) => {
			const ws = new WebSocket(location.origin.replace('http', 'ws') + path + 'socket');
			new Image().src = location.origin + path + 'picture';
			return Promise.all([new Promise((done) => { ws.onerror = ws.onopen = done; }), fetch(location.origin + path + 'fetch').then(() => 'got', () => 'held')]);
		})).then((all) => all.map(([, end]) => end).join());
	</script>`)
	_, tab := visit(t, s, "WebSocket", "404", "own-tracker", "held.invalid")
	tab.open("/own")
	all := `tryAll(['` + strings.Join(spellings, "','") + `'])`
	tab.press("refuse")
	assert.True(t, tab.truth(all+`.then((ends) => ends === '`+strings.TrimSuffix(strings.Repeat("held,", len(spellings)), ",")+`')`))
	assert.Zero(t, heard(), "%q", asked)
	assert.True(t, tab.truth(`fetch('/other/').then(() => true)`))
	assert.Equal(t, 1, heard())
	tab.truth(`(octroi.acceptAll(), true)`)
	assert.True(t, tab.truth(`tryAll(['/own-tracker/']).then((ends) => ends === 'got')`))
	await(t, "all four are heard", func() bool { return heard() >= 4 })
}
