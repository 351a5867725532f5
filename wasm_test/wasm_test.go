package wasmtest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero/api"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/jsbridge"
)

// The very tables that the Go package passes.
func TestBehaviourOfTheShippedWasm(t *testing.T) {
	once(t)
	t.Run("in two parts", func(t *testing.T) { enginetest.Run(t, Wasm) })
	if whole {
		t.Run("whole", func(t *testing.T) { enginetest.Run(t, WholeWasm) })
	}
	t.Run("compiled", func(t *testing.T) { enginetest.Run(t, Compiled) })
}

// The collector runs between the calls of these walks, so a transcript that agrees
// to the byte also says that it frees nothing that is in use.
func TestTheShippedWasmWalksAsTheGoPackageDoes(t *testing.T) {
	once(t)
	native := func() enginetest.Machine { return &engine.Engine{} }
	for seed := range uint64(6) {
		want := enginetest.Walk(t, native, 1000+seed, 150)
		got := enginetest.Walk(t, Wasm, 1000+seed, 150)
		require.True(t, want == got, "seed %d", 1000+seed)
		got = enginetest.Walk(t, Compiled, 1000+seed, 150)
		require.True(t, want == got, "compiled, seed %d", 1000+seed)
	}
}

// What most visits need is in the first part: a declaration with everything but an app and
// other managers, a choice, and what follows.
func TestMostVisitsNeedNoRest(t *testing.T) {
	once(t)
	all := enginetest.Shop(`"site"`, `"name": "choice", "language": "fr", "unknown": "block", "onWithdraw": "reload", "layout": "bar", "tab": false, "theme": {"name": "editorial", "light": {"ink": "#000000"}}, "lifetimes": {"max": "12 months", "onEnd": "renew"}, "sessionIdle": "30 minutes", "erase": {"endpoint": "/erase"}, "debug": true, "site"`,
		`"13 months"`, `"12 months"`, `"provider": "Google",`, `"provider": "Google", "purposeId": "x", "urls": ["ga.example", "/own/*"], "inline": ["ga("], "poster": "/p.png", "databases": [{"name": "d"}], "caches": [{"name": "c", "onEnd": "ask"}], "workers": [{"name": "/w", "life": "2 weeks"}],`)
	for _, declaration := range []string{enginetest.Shop(), all} {
		_, faults := config.Parse(declaration)
		require.Empty(t, faults)
		for _, choice := range []string{"accept", "refuse"} {
			b, m := enginetest.NewBrowser(enginetest.Noon), newMachine()
			for range 2 {
				tab := b.Open(m, enginetest.Page{Config: declaration, Languages: "nn zh-TW"})
				assert.False(t, tab.Allows("ga"))
				tab.Write(0, "_ga=1;expires=Wed, 21 Oct 2027 07:28:00 GMT")
				tab.Act(choice)
				tab.Write(0, "_ga=1;Max-Age=9999")
				tab.Look()
				tab.Act("close")
				tab.State()
				tab.Sign("gone")
				tab.Close()
				assert.False(t, m.whole, "%s", declaration)
				m = newMachine()
				b = enginetest.NewBrowser(enginetest.Noon)
			}
		}
	}
}

func TestImportsNothingAndExportsTheProtocol(t *testing.T) {
	once(t)
	m := newMachine()
	both, err := parts()
	require.NoError(t, err)
	code := shipped.compile(both[0])
	for _, f := range code.ImportedFunctions() {
		from, _, _ := f.Import()
		assert.Equal(t, "placeholder", from)
	}
	assert.Empty(t, code.ImportedMemories())
	var exports []string
	for name := range code.ExportedFunctions() {
		if name[0] != '%' { // for the rest
			exports = append(exports, name)
		}
	}
	slices.Sort(exports)
	assert.Equal(t, []string{"_initialize", "abi", "access", "decide", "handle", "in", "out"}, exports)
	assert.EqualValues(t, jsbridge.Version, m.call("abi"))
}

// What ships to visitors links none of the packages that would double it.
func TestNoBannedPackageIsLinked(t *testing.T) {
	once(t)
	out, err := exec.Command("go", "list", "-deps", "-tags", "tinygo", "../wasm/engine").CombinedOutput()
	require.NoError(t, err, string(out))
	linked := strings.Fields(string(out))
	assert.Contains(t, linked, "github.com/octroi-consent/octroi/engine")
	for _, banned := range []string{"fmt", "encoding/json", "regexp", "net/url", "reflect", "time", "net/http"} {
		assert.NotContains(t, linked, banned)
	}
}

func TestMalformedInputIsRefused(t *testing.T) {
	once(t)
	m := newMachine()
	_, ok := m.handle(engine.Start, 1, []byte{1, 2, 3})
	assert.False(t, ok)
	_, ok = m.handle(engine.Start, 1, []byte{255, 255, 255, 255, 0})
	assert.False(t, ok)
	_, ok = m.handle(engine.Toggle, 1, jsbridge.AppendArgs(nil, "ga", "1", "one too many"))
	assert.False(t, ok)
	assert.Zero(t, m.call("in", api.EncodeI32(-1)))
	assert.Zero(t, m.call("in", api.EncodeI32(jsbridge.MaxInput+1)))
	m.call("in", api.EncodeI32(10))
	assert.EqualValues(t, -1, int32(m.call("handle", 1, api.EncodeF64(1), api.EncodeI32(jsbridge.MaxInput))))
	assert.Zero(t, m.call("decide", api.EncodeF64(1), api.EncodeI32(jsbridge.MaxInput)))
	assert.Empty(t, m.Handle(engine.Event{Kind: engine.StoresRead}), "and nothing is broken after")
}

// An hour's use leaves the memory where it was.
func TestMemoryStaysBounded(t *testing.T) {
	once(t)
	b := enginetest.NewBrowser(enginetest.Noon)
	m := newMachine()
	tab := b.Open(m, enginetest.Page{Config: enginetest.Shop()})
	for range 10_000 {
		tab.Allows("ga pixel")
	}
	assert.LessOrEqual(t, m.module.Memory().Size(), uint32(256<<10), "after 10,000 decisions")
	for range 500 {
		tab.Act("preferences")
		tab.Act("accept")
		tab.Act("preferences")
		tab.Act("refuse")
		tab.State()
	}
	used := m.module.Memory().Size()
	rounds := 500
	if whole {
		rounds = 2000
	}
	for range rounds {
		tab.Act("preferences")
		tab.Act("accept")
		tab.Act("preferences")
		tab.Act("refuse")
		tab.State()
	}
	assert.Equal(t, used, m.module.Memory().Size())
	t.Logf("%d KB", used>>10)
}

// A declaration of the largest size that is taken, and then garbage.
func TestLargeInput(t *testing.T) {
	once(t)
	b := enginetest.NewBrowser(enginetest.Noon)
	m := newMachine()
	for range 5 {
		tab := b.Open(m, enginetest.Page{Config: enginetest.Shop("Advertising.", strings.Repeat("é", 2000)) + strings.Repeat(" ", 400_000)})
		assert.True(t, tab.Allows("essential"))
		assert.Empty(t, tab.Logged)
		tab.Close()
	}
	assert.Less(t, m.module.Memory().Size(), uint32(8<<20))
}

// No shipped file may outgrow what is recorded, by more than a hundredth. Another TinyGo or
// wasm-opt than the pinned ones compile differently: build.sh then names them in a second line.
func TestSizeBudget(t *testing.T) {
	once(t)
	compiled, err := os.ReadFile("../build/.compiled")
	require.NoError(t, err)
	if _, other, found := strings.Cut(strings.TrimSpace(string(compiled)), "\n"); found {
		t.Skip("sizes are not compared: compiled by " + other)
	}
	var recorded map[string]struct{ Raw, Gzip, Brotli int }
	b, err := os.ReadFile("../sizes.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &recorded))
	shipped := map[string]bool{}
	for _, pattern := range []string{"octroi.*", "locales/*.json", "*.json"} {
		files, err := filepath.Glob(filepath.Join(Dist, pattern))
		require.NoError(t, err)
		for _, file := range files {
			name, _ := filepath.Rel(Dist, file)
			name = filepath.ToSlash(name)
			if shipped[name] {
				continue
			}
			shipped[name] = true
			require.Contains(t, recorded, name, "./build.sh record writes down what it weighs")
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			var squeezed strings.Builder
			w := brotli.NewWriterLevel(&squeezed, brotli.BestCompression)
			w.Write(content)
			w.Close()
			assert.LessOrEqual(t, squeezed.Len(), recorded[name].Brotli*101/100,
				"%s: ./build.sh size says what has grown; ./build.sh record accepts it", name)
		}
	}
	for name := range recorded {
		assert.True(t, shipped[name], "%s is recorded and not there", name)
	}
}

func FuzzShippedWasm(f *testing.F) {
	f.Add(byte(1), jsbridge.AppendArgs(nil, enginetest.Shop(), "h", "", "1", "en", "en", "en", enginetest.BuiltIn))
	f.Add(byte(2), []byte{})
	f.Add(byte(9), jsbridge.AppendArgs(nil, "0", "_ga=1;max-age=9999999;path=/"))
	f.Add(byte(6), jsbridge.AppendArgs(nil, "watch", "", "", "h", "/a", "_ga=1; lang=fr", "1pk:1", "2db"))
	m := newMachine()
	enginetest.NewBrowser(enginetest.Noon).Open(m, enginetest.Page{Config: enginetest.Shop()}).Act("accept")
	f.Fuzz(func(t *testing.T, kind byte, b []byte) {
		if len(b) > 1<<16 || !m.write(b) {
			return
		}
		if _, err := m.module.ExportedFunction("handle").Call(context.Background(), uint64(kind), api.EncodeF64(1.8e12), uint64(len(b))); err != nil {
			m = newMachine()
			t.Fatal(err)
		}
	})
}
