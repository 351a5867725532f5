package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arrival is when the last of so many bytes has come that were asked for at an instant, in ms.
func arrival(w *wire, bytes int, asked time.Duration) float64 {
	var last time.Time
	for ; bytes > 0; bytes -= packet {
		last = w.carry(min(packet, bytes), time.Unix(0, 0).Add(asked+roundTrip))
	}
	return float64(last.Sub(time.Unix(0, 0)).Microseconds()) / 1000
}

func TestAWireStartsSlowly(t *testing.T) {
	const each = packet / down * 1000 // ms
	for _, one := range []struct {
		packets int
		ms      float64
	}{
		{1, 150 + each},
		{10, 150 + 10*each},
		{11, 300 + 2*each}, // a round trip after the first had come
		{30, 300 + 21*each},
		{31, 450 + 3*each}, // twenty are not quite what the network holds
		{600, 450 + 572*each},
	} {
		var w wire
		w.connect()
		assert.InDelta(t, one.ms, arrival(&w, one.packets*packet, 0), 0.1, "%d packets", one.packets)
	}

	var w wire
	w.connect()
	assert.InDelta(t, 150+3*each, arrival(&w, 3*packet, 0), 0.1, "the page")
	assert.InDelta(t, 550+10*each, arrival(&w, 10*packet, 400*time.Millisecond), 0.1, "its script, in one flight")
}

func TestAnswersComeOverTheWire(t *testing.T) {
	var w wire
	w.connect()
	body := strings.Repeat("linen ", 20*packet/6)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) { io.WriteString(out, body) }))
	s.Listener = &wired{s.Listener, &w}
	s.Start()
	defer s.Close()
	began := time.Now()
	answer, err := http.Get(s.URL)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(began), roundTrip)
	got, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Equal(t, body, string(got))
	assert.GreaterOrEqual(t, time.Since(began), 2*roundTrip)
}

func TestWhoIsCompared(t *testing.T) {
	all := []manager{{name: "Octroi"}, {name: "Octroi, drop-in"}, {name: "klaro 0.7.22"}, {name: "orejime 3.2.1"}}
	for only, want := range map[string]string{
		"":                "Octroi; Octroi, drop-in; klaro 0.7.22; orejime 3.2.1",
		"Octroi":          "Octroi",
		"Octroi, klaro":   "Octroi; klaro 0.7.22",
		"drop-in,orejime": "Octroi, drop-in; orejime 3.2.1",
		"Oct":             "Octroi; Octroi, drop-in",
	} {
		var got []string
		for _, m := range all {
			if chosen(m.name, only, all) {
				got = append(got, m.name)
			}
		}
		assert.Equal(t, want, strings.Join(got, "; "), only)
	}
}

func TestAims(t *testing.T) {
	results := []result{
		{manager: &manager{name: "Octroi", gates: true}, first: []figures{{ahead: 11_900, banner: 500, early: 20, heap: 500, wasm: 100}}, again: []figures{{script: 50}}},
		{manager: &manager{name: "Octroi, drop-in", gates: true}, first: []figures{{}}, again: []figures{{}}},
		{manager: &manager{name: "vanilla", gates: true}, first: []figures{{ahead: 13_800, banner: 600, early: 19}}, again: []figures{{script: 50}}},
		{manager: &manager{name: "orejime", gates: true}, first: []figures{{ahead: 13_000, banner: 559}}, again: []figures{{}}},
		{manager: &manager{name: "cookieconsent"}, first: []figures{{}}, again: []figures{{}}},
	}
	text := aimed(results, []section{{aims: []aim{{"a decision", "3 µs", "–", false}}}})
	for _, row := range []string{
		"| at most 12.0 KB before the banner | 11.9 KB | 13 KB, orejime | met |",
		"| the banner 60 ms before the fastest | 500 ms | 559 ms, orejime | **missed** |",
		"| script until the banner, no more than vanilla-cookieconsent's | 20 ms | 19 ms, vanilla | **missed** |",
		"| script when the visitor comes again, no more than vanilla-cookieconsent's | 50 ms | 50 ms, vanilla | met |",
		"| a decision | 3 µs | – | **missed** |",
	} {
		assert.Contains(t, text, row+"\n")
	}
	assert.NotContains(t, text, "klaro", "who was not measured is not compared")
}

func TestAReport(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("docs", 0o777))
	var results []result
	for _, m := range managers() {
		results = append(results, result{&m, []figures{{banner: 1, bytes: 1, answered: 16}}, []figures{{released: 2}}, []figures{{}}})
	}
	decided := func(met bool, micros string) section {
		return section{decisionsTitle + micros + "\n", []aim{{"a decision", micros, "–", met}}}
	}
	require.NoError(t, report(results, 1, decided(false, "3 µs"), section{text: heavyTitle + "heavy\n"}, section{text: auditTitle + "audit\n"}))
	written, err := os.ReadFile("docs/bench.md")
	require.NoError(t, err)
	text := string(written)
	assert.Contains(t, text, "\n\n## The aims\n")
	assert.Contains(t, text, "\n| a decision | 3 µs | – | **missed** |\n\n## One decision\n\n3 µs\n\n## Heavy pages\n\nheavy\n\n## The owner's audit\n\naudit\n")
	assert.Contains(t, text, "≤ 16")
	assert.NotContains(t, text, "!(")

	again := renewed(text, decisionsTitle, decided(true, "2 µs"))
	assert.Equal(t, strings.NewReplacer("3 µs | – | **missed**", "2 µs | – | met", "3 µs", "2 µs").Replace(text), again)
	audited := renewed(text, auditTitle, section{text: auditTitle + "other\n"})
	assert.Equal(t, strings.TrimSuffix(text, "audit\n")+"other\n", audited)
	without := strings.Replace(text, heavyTitle+"heavy\n\n", "", 1)
	assert.True(t, strings.HasSuffix(renewed(without, heavyTitle, section{text: heavyTitle + "heavy\n"}), "audit\n\n## Heavy pages\n\nheavy\n"))
}
