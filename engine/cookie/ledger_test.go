package cookie

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/packed"
)

var today = time.Date(2026, 11, 23, 12, 0, 31, 0, time.UTC).UnixMilli()

func first(l *Ledger, key uint32) int64 {
	at, _ := l.First(key)
	return at
}

func TestALedgerReadsBack(t *testing.T) {
	l := Ledger{Visit: today - today%calendar.Minute, Seen: today - today%100, State: Hidden}
	ga, key := Key(config.Cookies, "_ga"), Key(config.Storage, "_ga")
	assert.NotEqual(t, ga, key, "each area has names of its own")
	assert.True(t, new(Ledger).Empty())
	l.Note(ga, today-1000)
	l.Note(key, today-calendar.Day)
	l.Note(ga, today)
	got, ok := DecodeLedger(l.Encode(), today)
	require.True(t, ok)
	assert.Equal(t, today-1000, first(&got, ga), "the earlier instant is kept")
	assert.Equal(t, today-calendar.Day, got.Since(today))
	assert.Equal(t, []any{l.Visit, l.Seen, l.State}, []any{got.Visit, got.Seen, got.State})
	got.Drop(ga)
	got.Drop(ga)
	assert.Zero(t, first(&got, ga))
	assert.Equal(t, today-calendar.Day, first(&got, key))
	assert.Less(t, len(l.Encode()), 60)
}

func TestALedgerIsBounded(t *testing.T) {
	var l Ledger
	for i := range 1000 {
		l.Note(uint32(i), today+int64(i)*1000)
	}
	text := l.Encode()
	assert.Less(t, len(text), 3300)
	got, ok := DecodeLedger(text, today)
	require.True(t, ok)
	at, listed := got.First(999)
	assert.Equal(t, today+MaxEntries*1000, at, "what did not fit counts as old as the first that did not")
	assert.False(t, listed)
	_, listed = got.First(0)
	assert.True(t, listed)
	later := calendar.Add(got.Floor, calendar.Max)
	got, ok = DecodeLedger(got.Encode(), later)
	require.True(t, ok)
	assert.Zero(t, first(&got, 999), "all of that has ended 13 months later")
	got, ok = DecodeLedger(got.Encode(), calendar.Add(today, memory))
	require.True(t, ok)
	assert.Zero(t, first(&got, 0), "nothing is remembered for longer than 26 months")
}

func TestDamagedLedgersAreNone(t *testing.T) {
	var l Ledger
	l.Note(1, today)
	text := l.Encode()
	for i := range text {
		_, ok := DecodeLedger(text[:i], today)
		assert.False(t, ok)
		_, ok = DecodeLedger(text[:i]+"!"+text[i+1:], today)
		assert.False(t, ok)
	}
	for name, b := range map[string]string{"another version": "\x02\x00\x00\x00\x00", "no such state": "\x01\x00\x00\x04\x00", "cut": "\x01\x00\x00", "too many": "\x01\x00\x00\x00\x00" + strings.Repeat("abcd\x01", MaxEntries+1)} {
		var w packed.Writer
		w.Raw(b)
		_, ok := DecodeLedger(w.Encode(), 0)
		assert.False(t, ok, name)
	}
}

func FuzzLedger(f *testing.F) {
	f.Add("\x01\x00\x00\x00\x00abcd\x01")
	f.Fuzz(func(t *testing.T, b string) {
		var w packed.Writer
		w.Raw(b)
		l, ok := DecodeLedger(w.Encode(), 0)
		if !ok {
			return
		}
		before := l.Since(today)
		again, ok := DecodeLedger(l.Encode(), 0)
		require.True(t, ok)
		assert.Equal(t, before, again.Since(today))
		again.Note(7, today)
		assert.LessOrEqual(t, first(&again, 7), today)
	})
}

func TestTheNameThatReadersSee(t *testing.T) {
	for text, want := range map[string]string{"a=b": "a", "=a=b": "a", "=a=": "a", "= a =b": "a"} {
		c, ok := Parse(text, today)
		require.True(t, ok, text)
		name := ""
		for _, n := range Names(visible(&c)) {
			name = n
		}
		assert.Equal(t, want, c.Visible(), text)
		assert.Equal(t, want, name, "%q is read as %q", text, visible(&c))
	}
	for _, text := range []string{"a", "=a"} {
		c, ok := Parse(text, today)
		require.True(t, ok, text)
		assert.Equal(t, "a", c.Visible(), "Firefox has it as a=")
	}
}

// visible is what document.cookie returns of a cookie.
func visible(c *Cookie) string {
	if c.Name == "" {
		return c.Value
	}
	return c.Name + "=" + c.Value
}
