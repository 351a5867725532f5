package wasmfile

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
)

// small has an exported function that calls a second one, a third that only the second
// calls, and a fourth that nobody does. The second points to one text, the fourth and a
// table to others.
func small() []byte {
	vec := func(items ...[]byte) []byte {
		b := []byte{byte(len(items))}
		for _, item := range items {
			b = append(b, item...)
		}
		return b
	}
	sized := func(b ...byte) []byte { return append([]byte{byte(len(b))}, b...) }
	named := func(s string) []byte { return sized([]byte(s)...) }
	part := func(id byte, body []byte) []byte { return append([]byte{id, byte(len(body))}, body...) }
	segment := func(at byte, content string) []byte {
		return append([]byte{0, 0x41, 0x80 | at&0x7f, 1, 0x0b}, named(content)...) // at + 128
	}
	name := func(i byte, s string) []byte { return append([]byte{i}, named(s)...) }
	module := []byte("\x00asm\x01\x00\x00\x00")
	for _, s := range [][]byte{
		part(1, vec([]byte{0x60, 0, 0})),
		part(3, vec([]byte{0}, []byte{0}, []byte{0}, []byte{0})),
		part(5, vec([]byte{0, 1})),
		part(7, vec(append(named("first"), 0, 0), append(named("memory"), 2, 0))),
		part(10, vec(
			sized(0, 0x10, 1, 0x0b),                                     // calls the second
			sized(0, 0x41, 0x80, 1, 0x1a, 0x10, 2, 0x0b),                // points to 128, calls the third
			sized(0, 0x42, 0x84, 0x81, 0x80, 0x80, 0xc0, 0, 0x1a, 0x0b), // 132 and a length as one number
			sized(0, 0x0b),
		)),
		part(11, vec(segment(0, "abcd"), segment(4, "efgh"), segment(8, "ijkl"), segment(12, "mnop"), segment(16, "\x88\x00\x00\x00"))),
		part(0, append(named("name"), append(
			part(1, vec(name(0, "first"), name(1, "second"), name(2, "third"), name(3, "fourth"))),
			part(9, vec(name(0, "a$string"), name(1, "b$string"), name(2, "c$string"), name(3, "d$string"), name(4, "table")))...)...)),
	} {
		module = append(module, s...)
	}
	return module
}

func TestRead(t *testing.T) {
	m, err := Read(small())
	require.NoError(t, err)
	require.Len(t, m.Functions, 4)
	assert.Equal(t, "second", m.Functions[1].Name)
	assert.Equal(t, []int{2}, m.Functions[1].calls)
	assert.Contains(t, m.Functions[1].consts, int64(128))
	assert.Contains(t, m.Functions[2].consts, int64(132), "the lower half")
	require.Len(t, m.Segments, 5)
	assert.Equal(t, Segment{"b$string", 132, []byte("efgh")}, m.Segments[1])
	for n := range small() {
		_, _ = Read(small()[:n]) // never panics
	}
	_, err = Read([]byte("no module"))
	assert.Error(t, err)
}

func TestBeyond(t *testing.T) {
	m, err := Read(small())
	require.NoError(t, err)
	for roots, want := range map[string][]string{"second": {"second", "third", "fourth"}, "third": {"third", "fourth"}} {
		names, err := m.Beyond([]string{roots})
		require.NoError(t, err)
		assert.Equal(t, want, names, roots)
	}
	_, err = m.Beyond([]string{"fifth"})
	assert.ErrorContains(t, err, "fifth is no function of the module")
}

// Texts that code or a table points to stay.
func TestTexts(t *testing.T) {
	m, err := Read(small())
	require.NoError(t, err)
	assert.Equal(t, map[int64]bool{140: true}, m.Texts(), "d; c is in the table")
}

// What is written is a module again, with the holes filled where that is asked for.
func TestWith(t *testing.T) {
	m, err := Read(small())
	require.NoError(t, err)
	r := wazero.NewRuntime(context.Background())
	for gap, want := range map[int64]int{0: 2, 8: 1} {
		again, err := Read(m.With([]Segment{m.Segments[0], m.Segments[2]}, gap))
		require.NoError(t, err)
		assert.Len(t, again.Segments, want)
		assert.Equal(t, "third", again.Functions[2].Name)
		_, err = r.CompileModule(context.Background(), m.With(m.Segments, gap))
		require.NoError(t, err)
	}
}

// A module never has more segments than browsers take: what is between them is written, then.
func TestWithKeepsToTheLimit(t *testing.T) {
	m, err := Read(small())
	require.NoError(t, err)
	var list []Segment
	for i := range MaxSegments + 50_000 {
		hole := 20
		if i%2 == 0 {
			hole = 200
		}
		at := int64(128)
		if i > 0 {
			at = list[i-1].At + int64(hole)
		}
		list = append(list, Segment{At: at, Bytes: []byte{byte(i) | 1}})
	}
	again, err := Read(m.With(list, 8))
	require.NoError(t, err)
	assert.Len(t, again.Segments, len(list)/2)
	last := again.Segments[len(again.Segments)-1]
	assert.Equal(t, list[len(list)-1].At, last.At+int64(len(last.Bytes))-1)
	assert.Equal(t, list[len(list)-1].Bytes[0], last.Bytes[len(last.Bytes)-1])
}

// Four times as many segments take four times as much memory: none is copied for each that
// comes after it.
func TestWithCopiesASegmentOnce(t *testing.T) {
	taken := func(segments int) uint64 {
		m, err := Read(small())
		require.NoError(t, err)
		var list []Segment
		for i := range segments {
			list = append(list, Segment{At: int64(128 + 8*i), Bytes: []byte("abcd")})
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		written := m.With(list, 8)
		runtime.ReadMemStats(&after)
		again, err := Read(written)
		require.NoError(t, err)
		require.Len(t, again.Segments, 1)
		assert.Equal(t, "abcd\x00\x00\x00\x00abcd", string(again.Segments[0].Bytes[8*segments-16:]))
		return after.TotalAlloc - before.TotalAlloc
	}
	assert.Less(t, taken(8000), 6*taken(2000))
}
