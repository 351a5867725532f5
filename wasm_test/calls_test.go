package wasmtest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// asks are the ways in which a script asks the network for something; each tells how
// it ended. PLACE is an address, which each calls under its own name.
var asks = expression("asks")

func TestCallsWaitForTheirService(t *testing.T) { // R1.01, R2.10
	s := newSite(t)
	declaration := measuring("", `"urls": ["`+s.Third+`/ads/", "*.ads.example"],`)
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
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/calls", keeping(""), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	s.raw("/data", "text/plain", func() string { return "data" })
	js := expression("calls")
	var seen [2]map[string]any
	for i, path := range []string{"/bare", "/calls"} {
		_, tab := visit(t, s)
		tab.open(path)
		tab.eval(js, &seen[i])
	}
	assert.Greater(t, len(seen[0]), 20)
	assert.Equal(t, seen[0], seen[1])
}
