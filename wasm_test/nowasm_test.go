package wasmtest

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/jsbridge"
)

// transcript is what machines were told and what they answered, for other machines to be
// told the same: for each call its number among the machines, a letter for its kind, its
// arguments, and the answer, all but the first two as 4 bytes of length and so many bytes.
type transcript struct {
	b        []byte
	machines byte
}

func (l *transcript) call(machine byte, kind byte, now int64, number byte, in, out []byte) {
	l.b = append(l.b, machine, kind, number)
	l.b = binary.LittleEndian.AppendUint64(l.b, math.Float64bits(float64(now)))
	for _, part := range [][]byte{in, out} {
		l.b = binary.LittleEndian.AppendUint32(l.b, uint32(len(part)))
		l.b = append(l.b, part...)
	}
}

// noted is the Go package, whose calls are written down.
type noted struct {
	engine.Engine
	log    *transcript
	number byte
}

func (l *transcript) machine() enginetest.Machine {
	l.machines++
	l.call(l.machines, 'n', 0, 0, nil, nil)
	return &noted{log: l, number: l.machines}
}

func (m *noted) Handle(ev engine.Event) []engine.Effect {
	effects := m.Engine.Handle(ev)
	m.log.call(m.number, 'h', ev.Now, byte(ev.Kind), jsbridge.AppendArgs(nil, ev.Args...), jsbridge.AppendEffects(nil, effects))
	return effects
}

func (m *noted) Decide(ids string, now int64) gate.Verdict {
	verdict := m.Engine.Decide(ids, now)
	m.log.call(m.number, 'd', now, 0, []byte(ids), []byte{byte(verdict)})
	return verdict
}

func (m *noted) Access(address string, own bool, now int64) (ids string, open bool) {
	ids, open = m.Engine.Access(address, own, now)
	number := map[bool]byte{true: 1}
	m.log.call(m.number, 'a', now, number[own], []byte(address), append([]byte{number[open]}, ids...))
	return ids, open
}

// player plays a transcript to a kind of machine, and tells the first answer that differs.
var player = `<!doctype html><html lang="en"><meta charset="utf-8"><title>player</title><script>` + script("player") + `</script>`

// Thousands of random sessions, told to the Go package, and then in the browser to the wasm
// and to what wasm2js made: each effect is the same, to the byte (R8.22).
func TestWithAndWithoutWebAssemblyTheSame(t *testing.T) {
	only(t, "both are the same JavaScript and WebAssembly in each; TestWithoutWebAssembly runs there", "chromium")
	const seeds = 10 // of about 50 sessions each; each engine plays others
	s := newSite(t)
	first := 5000 + seeds*slices.Index(engines, running)
	logs := make([][]byte, seeds)
	for seed := range seeds {
		log := &transcript{}
		enginetest.Walk(t, log.machine, uint64(first+seed), 60)
		logs[seed] = log.b
	}
	s.pages.HandleFunc("/transcript/{seed}", func(w http.ResponseWriter, r *http.Request) {
		var seed int
		fmt.Sscan(r.PathValue("seed"), &seed)
		w.Write(logs[seed])
	})
	s.pages.HandleFunc("GET /rest.wasm", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "../build/rest.wasm") })
	s.raw("/player", "text/html", func() string { return player })
	_, tab := visit(t, s)
	tab.open("/player")
	// That the wasm says the same is shown in wazero; here, that it does where it ships.
	for kind, seeds := range map[string]int{"wasm": 2, "javascript": seeds} {
		calls := 0
		for seed := range seeds {
			var got struct {
				Calls        int
				Wrong, Right string
			}
			tab.eval(fmt.Sprintf("play('%s', %d)", kind, seed), &got)
			require.Equal(t, got.Right, got.Wrong, "%s, seed %d", kind, first+seed)
			calls += got.Calls
		}
		t.Logf("%s: %d calls", kind, calls)
		assert.Greater(t, calls, 300*seeds)
	}
}

// without serves the drop-in and the files beside it once more, without what is missing.
func (s *site) without(folder string, missing ...string) {
	s.pages.HandleFunc("GET "+folder, func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, folder)
		for _, gone := range missing {
			if name == gone {
				http.NotFound(w, r)
				return
			}
		}
		http.ServeFile(w, r, filepath.Join(Dist, filepath.FromSlash(name)))
	})
}

// Where there is no WebAssembly, the engine comes as JavaScript: nothing before a choice,
// and the record is the one that the wasm reads (R8.05, R8.20, R8.21).
func TestWithoutWebAssembly(t *testing.T) {
	sampled(t, "the fallback is the same JavaScript in each")
	whole, err := os.ReadFile(filepath.Join(Dist, "octroi.js"))
	require.NoError(t, err)
	s := newSite(t)
	s.pages.HandleFunc("GET /charset/octroi.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=windows-1252")
		w.Write(whole)
	})
	s.raw("/damaged/octroi.js", "text/javascript; charset=utf-8", func() string {
		// A letter in the engine's data: a valid module all the same.
		return strings.Replace(string(whole), "undecided", "undecidee", 1)
	})
	for _, folder := range []string{"/charset/", "/damaged/", "/lacks/"} {
		s.without(folder, "octroi.wasm")
	}
	s.page("/with", dropIn, gatedBody)
	_, tab := visit(t, s)
	for name, row := range map[string]struct {
		head, script string
		both         bool // the record goes to the wasm and back
	}{
		"deleted":             {head: `<script>delete window.WebAssembly</script>`, script: "/octroi/octroi.js", both: true},
		"deleted, split":      {head: `<script>delete window.WebAssembly</script>`, script: "/octroi/octroi.split.js", both: true},
		"forbidden":           {head: `<meta http-equiv="content-security-policy" content="script-src 'unsafe-inline' 'self'">`, script: "/octroi/octroi.js"},
		"forbidden, split":    {head: `<meta http-equiv="content-security-policy" content="script-src 'unsafe-inline' 'self'">`, script: "/octroi/octroi.split.js"},
		"half of it":          {head: `<script>WebAssembly.Instance = function () { throw new WebAssembly.LinkError('no memory') }</script>`, script: "/octroi/octroi.js"},
		"another charset":     {script: "/charset/octroi.js"},
		"damaged":             {script: "/damaged/octroi.js"},
		"no such file, split": {script: "/lacks/octroi.split.js"},
		"memory refused":      {head: `<script>WebAssembly.Module = WebAssembly.compile = WebAssembly.compileStreaming = () => { throw new RangeError('out of memory') }</script>`, script: "/octroi/octroi.js"},
	} {
		t.Run(name, func(t *testing.T) {
			path := "/without/" + strings.ReplaceAll(name, " ", "-")
			s.page(path, row.head+watchErrors+`<script src="`+row.script+`"></script>`, gatedBody)
			tab.within(t)
			tab.anew().open(path)
			tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
			assert.Empty(t, tab.requests(), "nothing before a choice")
			assert.Empty(t, tab.cookies())
			assert.True(t, tab.truth(`window.ownCode && !wrong.length && document.querySelector('dialog').innerText.includes('“')`), "no text is garbled")
			tab.press("refuse")
			assert.Empty(t, tab.requests(), "refused")
			if !row.both {
				return // from here on it is the same JavaScript in all rows
			}
			tab.open(path)
			tab.until(`octroi.state()`)
			assert.True(t, tab.truth(`octroi.state().decided && !document.querySelector('dialog')`), "and kept")
			assert.Empty(t, tab.requests())
			tab.truth(`octroi.save({ share: true })`)
			tab.arrived("/social/video.html")
			tab.open("/with")
			assert.True(t, tab.truth(`octroi.state().decided && octroi.allows('share') && !octroi.allows('gtag')`), "the wasm reads it")
			tab.truth(`octroi.withdraw('share')`)
			tab.open(path)
			tab.until(`octroi.state()`)
			assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('share')`), "and the other way")
		})
	}
}

// Without either, everything is shut.
func TestWithoutAnyEngine(t *testing.T) {
	sampled(t, "the fallback is the same JavaScript in each")
	s := newSite(t)
	s.without("/alone/", "octroi.nowasm.js", "octroi.wasm")
	for _, script := range []string{"octroi.js", "octroi.split.js"} {
		s.page("/"+script, `<script>delete window.WebAssembly</script>`+watchErrors+`<script src="/alone/`+script+`"></script>`, gatedBody)
		_, tab := visit(t, s)
		closedAndUnharmed(t, tab.open("/"+script), "wasm")
	}
}

// Until a slow engine is there, nothing is let in.
func TestASlowEngine(t *testing.T) {
	s := newSite(t)
	let := make(chan struct{})
	s.pages.HandleFunc("GET /slow/octroi.wasm", func(w http.ResponseWriter, r *http.Request) {
		<-let
		w.Header().Set("Content-Type", "text/plain")
		http.ServeFile(w, r, filepath.Join(Dist, "octroi.wasm"))
	})
	s.without("/slow/")
	s.page("/slowly", watchErrors+`<script src="/slow/octroi.split.js"></script>`, gatedBody)
	_, tab := visit(t, s)
	tab.open("/slowly")
	assert.Empty(t, tab.requests())
	assert.True(t, tab.truth(`octroi.state() === null && !octroi.allows('share') && !document.querySelector('dialog')`))
	close(let)
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.until(`octroi.allows('share') && !wrong.length`)
}
