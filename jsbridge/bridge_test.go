package jsbridge

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
)

func TestArgsReadBack(t *testing.T) {
	for _, args := range [][]string{nil, {""}, {"a", "", "é\x00"}, {strings.Repeat("x", 70_000)}} {
		got, ok := Args(AppendArgs(nil, args...))
		assert.True(t, ok)
		assert.Equal(t, args, got)
	}
	for _, b := range []string{"\x00", "\x01\x00\x00\x00", "\xff\xff\xff\xffab", "\x00\x00\x00\x00\x00"} {
		_, ok := Args([]byte(b))
		assert.False(t, ok, "%q", b)
	}
}

func TestEffectsReadBack(t *testing.T) {
	effects := []engine.Effect{{Kind: engine.Gates}, {Kind: engine.Store, Args: []string{"a", "", "c"}}}
	got, ok := Effects(AppendEffects(nil, effects))
	assert.True(t, ok)
	assert.Equal(t, effects, got)
	_, ok = Effects([]byte{3})
	assert.False(t, ok)
	_, ok = Effects([]byte{3, 1, 9, 0, 0, 0})
	assert.False(t, ok)
}

func TestTime(t *testing.T) {
	assert.Equal(t, int64(1_795_435_200_123), Time(1_795_435_200_123.9))
	for _, odd := range []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1), 1e300} {
		assert.Zero(t, Time(odd))
	}
}

// Both halves open with the same protocol, so that neither can be changed alone.
func TestBothHalvesOpenWithTheSameText(t *testing.T) {
	protocol := func(file string) (words []string) {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		_, text, found := strings.Cut(string(b), " PROTOCOL 4\n")
		require.True(t, found, file)
		text, _, found = strings.Cut(text, " END\n")
		require.True(t, found, file)
		for _, w := range strings.Fields(text) {
			if w != "//" && w != "*" {
				words = append(words, w)
			}
		}
		return words
	}
	assert.Equal(t, protocol("bridge.go"), protocol("bridge.js"))
	assert.Greater(t, len(protocol("bridge.go")), 100)
}

func FuzzArgs(f *testing.F) {
	f.Add(AppendArgs(nil, "a", "bc"))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		if args, ok := Args(b); ok {
			assert.Equal(t, b, append([]byte{}, AppendArgs(nil, args...)...))
		}
	})
}

func FuzzEffects(f *testing.F) {
	f.Add(AppendEffects(nil, []engine.Effect{{Kind: engine.Draw, Args: []string{"a", "b"}}, {Kind: engine.Gates}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if effects, ok := Effects(b); ok {
			assert.Equal(t, string(b), string(AppendEffects(nil, effects)))
		}
	})
}

// FuzzHandle gives the engine whatever a broken page half could send.
func FuzzHandle(f *testing.F) {
	f.Add(byte(1), 1.7e12, AppendArgs(nil, `{"categories":[]}`, "h", "", "1", "en", "en", "en", "{}"))
	f.Add(byte(2), 1.7e12, AppendArgs(nil, "octroi=x", ""))
	f.Fuzz(func(t *testing.T, kind byte, now float64, b []byte) {
		e := &engine.Engine{}
		if args, ok := Args(b); ok {
			for range 2 {
				e.Handle(engine.Event{Kind: engine.EventKind(kind), Now: Time(now), Args: args})
				e.Handle(engine.Event{Kind: engine.StoresRead, Now: Time(now)})
			}
			e.Decide("a b", Time(now))
			e.Access(string(b), kind&1 != 0, Time(now))
		}
	})
}

// The page's half calls each kind of event and effect, area and verdict by the engine's number.
func TestBothHalvesNumberAlike(t *testing.T) {
	kinds := func(file, pattern string) map[string]string {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		numbers := map[string]string{}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
			numbers[strings.ToUpper(strings.ReplaceAll(m[1], "_", ""))] = m[2]
		}
		return numbers
	}
	ours := kinds("../engine/kinds.go", `(?m)^\t(\w+) +E\w+Kind += (\d+)$`)
	assert.Greater(t, len(ours), 30)
	for name, number := range map[string]int{
		"AREACOOKIES": int(config.Cookies), "AREASTORAGE": int(config.Storage), "AREADATABASES": int(config.Databases),
		"AREACACHES": int(config.Caches), "AREAWORKERS": int(config.Workers), "ALLOWED": int(gate.Allow),
	} {
		ours[name] = strconv.Itoa(number)
	}
	assert.Equal(t, ours, kinds("kinds.js", `(?m)^export const ([A-Z_]+) = (\d+);$`))
}

func TestMoreArgumentsThanAKindTakesAreAFault(t *testing.T) {
	for _, m := range append(append([]Message{}, AllEvents...), AllQuestions...) {
		event := engine.Event{Kind: engine.EventKind(m.Number), Args: make([]string, len(m.Fields))}
		assert.True(t, event.Valid(), m.Name)
		event.Args = append(event.Args, "")
		many := len(m.Fields) > 0 && m.Fields[len(m.Fields)-1].Many
		assert.Equal(t, many, event.Valid(), m.Name)
	}
	for _, kind := range []engine.EventKind{0, 31, 200, 255} {
		assert.False(t, engine.Event{Kind: kind, Args: []string{""}}.Valid(), kind)
	}
}
