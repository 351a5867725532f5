package cookie

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/packed"
)

// Ledger is what is kept of lives: when each cookie and key was first seen, and
// how the visit stands. It holds hashes in place of names.
type Ledger struct {
	Visit int64 // start of the visit, Unix ms, whole minutes; 0 where none is followed
	Seen  int64 // latest sign of the visitor, Unix ms, whole tenths of seconds
	State State
	Floor int64 // since when names did not fit; 0 if all did

	entries []entry
}

// State is how the tab that spoke last stood.
type State uint8

// The states of a tab.
const (
	Here   State = iota // the visitor sees it
	Hidden              // it is in the background, or the browser was closed
	Gone                // it was closed, or shows another page
	Ask                 // it wants to know whether any other is there
	states
)

type entry struct {
	key   uint32
	first int64
}

// MaxEntries bounds the ledger: 256 names take up to 3.2 KB. What does not fit
// counts as first seen when that was so for the first time, and so ends early
// rather than late.
const MaxEntries = 256

// memory is how long an entry is kept: 13 months of life, and as long again to know
// that it has ended.
var memory = calendar.Span{Months: 26}

// Key stands for a name in an area.
func Key(area config.Area, name string) uint32 {
	return packed.Hashed(packed.Hash(string([]byte{byte(area)})), name)
}

func (l *Ledger) find(key uint32) *entry {
	for i := range l.entries {
		if l.entries[i].key == key {
			return &l.entries[i]
		}
	}
	return nil
}

// First returns when something was first seen, Unix ms, 0 if it never was; listed
// is false for what did not fit.
func (l *Ledger) First(key uint32) (first int64, listed bool) {
	if e := l.find(key); e != nil {
		return e.first, true
	}
	return l.Floor, l.Floor == 0
}

// Note enters when something was first seen. What is known already keeps the
// earlier instant.
func (l *Ledger) Note(key uint32, first int64) {
	e := l.find(key)
	switch {
	case e != nil:
		e.first = min(e.first, first)
	case len(l.entries) < MaxEntries:
		l.entries = append(l.entries, entry{key, first})
	case l.Floor == 0 || first < l.Floor:
		l.Floor = first
	}
}

// Drop forgets something: what comes under its name begins a life of its own.
func (l *Ledger) Drop(key uint32) {
	for i := range l.entries {
		if l.entries[i].key == key {
			last := len(l.entries) - 1
			l.entries[i] = l.entries[last]
			l.entries = l.entries[:last]
			return
		}
	}
}

// Fold takes in what another ledger knows to have been seen earlier, or at all.
func (l *Ledger) Fold(other *Ledger) {
	for _, e := range other.entries {
		l.Note(e.key, e.first)
	}
	if other.Floor != 0 && (l.Floor == 0 || other.Floor < l.Floor) {
		l.Floor = other.Floor
	}
}

// Since returns the earliest instant in the ledger, or now.
func (l *Ledger) Since(now int64) int64 {
	if l.Floor != 0 {
		now = min(now, l.Floor)
	}
	for _, e := range l.entries {
		now = min(now, e.first)
	}
	return now
}

// VisitAlone is a ledger of the visit, without what was seen in it.
func (l *Ledger) VisitAlone() *Ledger { return &Ledger{Visit: l.Visit, Seen: l.Seen, State: l.State} }

// Empty reports whether there is nothing to keep.
func (l *Ledger) Empty() bool { return len(l.entries) == 0 && l.Visit == 0 && l.Floor == 0 }

// The ledger's text is, in the form of package packed,
//
//	byte 0      format version
//	varint      Visit, minutes since 2020
//	varint      Seen, tenths of seconds since 2020
//	byte        State
//	varint      Floor, seconds since 2020
//	then for each name
//	  4 bytes   key
//	  varint    first seen, seconds since 2020
const ledgerVersion = 1

// Encode writes the ledger.
func (l *Ledger) Encode() string {
	w := packed.Writer{}
	w.Byte(ledgerVersion)
	w.Instant(l.Visit, packed.Minutes)
	w.Instant(l.Seen, packed.Tenths)
	w.Byte(byte(l.State))
	w.Instant(l.Floor, packed.Seconds)
	for _, e := range l.entries {
		w.Uint(e.key, 4)
		w.Instant(e.first, packed.Seconds)
	}
	return w.Encode()
}

// DecodeLedger reads a ledger at an instant: what is older than it remembers is
// dropped. What is damaged or of another version is not ok.
func DecodeLedger(text string, now int64) (l Ledger, ok bool) {
	r := packed.Decode(text, ledgerVersion)
	l.Visit, l.Seen, l.State = r.Instant(packed.Minutes), r.Instant(packed.Tenths), State(r.Byte())
	l.Floor = r.Instant(packed.Seconds)
	if now >= calendar.Add(l.Floor, calendar.Max) {
		l.Floor = 0 // all that did not fit has ended by now
	}
	for r.More() {
		if e := (entry{r.Uint(4), r.Instant(packed.Seconds)}); now < calendar.Add(e.first, memory) {
			l.entries = append(l.entries, e)
		}
	}
	if r.Bad || l.State >= states || len(l.entries) > MaxEntries {
		return Ledger{}, false
	}
	return l, true
}
