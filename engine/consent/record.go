// Package consent holds the record of a visitor's choice: what was granted and
// refused, when, how, against which revision and until when; how it is written
// into a cookie; and when it has to be asked for again.
package consent

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/packed"
)

// Method says how a choice was made.
type Method uint8

// The ways a choice can be made. Their numbers are part of the record's format.
const (
	Accept Method = 1 + iota // accept all
	Refuse                   // refuse all
	Select                   // a selection, saved
	Page                     // by the page's own code
	Other                    // with another manager, before
	App                      // in the app around the page
)

// Record is everything that is kept of a visitor's choices. It carries no
// identifier: its times are whole minutes, and nothing in it is random (R5.23).
type Record struct {
	Serial  uint32 // counts the choices made, so that the newer copy is known
	Seen    int64  // latest instant that was seen, Unix ms, whole minutes
	Since   int64  // when the oldest cookie or key was first seen, as known at the latest choice; likewise
	Choices []*Choice
}

// Choice is what was decided about one category.
type Choice struct {
	Category uint32 // [Hash] of the category's id
	Granted  bool   // the whole category
	How      Method
	At       int64  // instant of the choice, Unix ms, whole minutes
	Until    int64  // instant from which it no longer holds, Unix ms, whole minutes
	Visit    int64  // start of the one visit it holds for, likewise; 0 if it outlives visits
	Revision uint32 // [Hash] of the policy's revision
	Services []Service
}

// Service is what was decided about one service of a category.
type Service struct {
	ID          uint32 // [Hash] of the service's id
	Fingerprint uint32 // [Fingerprint] of what it was granted for
	Granted     bool
}

// Copy returns a record with the same choices. A choice is never changed, only replaced.
func (r *Record) Copy() *Record {
	c := *r
	c.Choices = append([]*Choice(nil), r.Choices...)
	return &c
}

// Find returns the choice about a category, or nil.
func (r *Record) Find(category uint32) *Choice {
	for _, c := range r.Choices {
		if c.Category == category {
			return c
		}
	}
	return nil
}

// Put replaces the choice about the same category, or adds it; choices stay in the
// order of their categories' hashes.
func (r *Record) Put(c *Choice) {
	i := 0
	for i < len(r.Choices) && r.Choices[i].Category < c.Category {
		i++
	}
	if i == len(r.Choices) || r.Choices[i].Category != c.Category {
		r.Choices = append(r.Choices, nil)
		copy(r.Choices[i+1:], r.Choices[i:])
	}
	r.Choices[i] = c
}

// Merge joins two copies of a record, or the records of two tabs: about each
// category the later choice holds. Where the order of the instants contradicts the
// order of the serials, or neither tells, no choice is kept: it is asked again.
func Merge(a, b *Record) (r Record) {
	r.Serial, r.Seen, r.Since = max(a.Serial, b.Serial), max(a.Seen, b.Seen), a.Since
	if a.Since == 0 || b.Since != 0 && b.Since < a.Since {
		r.Since = b.Since
	}
	for _, c := range a.Choices {
		if d := b.Find(c.Category); d != nil && c.text() != d.text() {
			newer, later := int64(b.Serial)-int64(a.Serial), d.At-c.At
			if newer == 0 && later == 0 || newer < 0 && later > 0 || newer > 0 && later < 0 {
				continue
			}
			if newer > 0 || later > 0 {
				c = d
			}
		}
		r.Put(c)
	}
	for _, c := range b.Choices {
		if a.Find(c.Category) == nil {
			r.Put(c)
		}
	}
	return r
}

// Narrow takes into a record what others may have written as well: its later choices
// until now that grant no more. One that grants less, of the same instant and serial, is
// no more certain than the record's own: neither is kept, and it is asked again.
func (r *Record) Narrow(other *Record, now int64) {
	var kept Record
	serial := r.Serial
	for _, c := range r.Choices {
		d := other.Find(c.Category)
		switch {
		case d == nil || d.At < c.At || d.At > now || !d.Within(c) || c.Within(d) && d.At == c.At || other.Serial < r.Serial:
			kept.Put(c)
		case d.At > c.At || other.Serial > r.Serial:
			kept.Put(d)
			serial = other.Serial
		}
	}
	r.Choices, r.Serial = kept.Choices, serial
}

// Concur settles what two tabs have chosen at the same time, not knowing of each other:
// about each category the choice of the later minute holds, and within one minute the
// one that grants less; where neither does, none is kept.
func (r *Record) Concur(other *Record) { r.meet(other, true) }

// Meet takes in what may have been chosen elsewhere since: of each category is kept
// what grants no more than either says.
func (r *Record) Meet(other *Record) {
	r.meet(other, false)
	if ahead := other.Serial - r.Serial; ahead < 1<<16 {
		r.Serial = other.Serial
	}
}

func (r *Record) meet(other *Record, timed bool) {
	var kept Record
	for _, c := range r.Choices {
		later := int64(0)
		d := other.Find(c.Category)
		if d != nil && timed {
			later = d.At - c.At
		}
		switch {
		case d == nil || later < 0 || later == 0 && c.Within(d):
			kept.Put(c)
		case later > 0 || d.Within(c):
			kept.Put(d)
		}
	}
	for _, d := range other.Choices {
		if r.Find(d.Category) == nil && (timed || !d.Any()) {
			kept.Put(d)
		}
	}
	r.Choices = kept.Choices
}

// Last returns the instant of the latest choice, 0 without one.
func (r *Record) Last() (at int64) {
	for _, c := range r.Choices {
		at = max(at, c.At)
	}
	return at
}

// End returns the instant after which nothing of the record is kept: 13 months
// after the latest choice, whatever visit comes in between.
func (r *Record) End() int64 { return calendar.Add(r.Last(), calendar.Max) }

// clockSlack is how far back the device's clock may step without a doubt about
// the record: time servers correct by less.
const clockSlack = calendar.Minute

// Doubtful reports whether the clock stands before an instant that the record
// has already seen: it was made in the future, or the clock was turned back.
func (r *Record) Doubtful(now int64) bool {
	return now+clockSlack < max(r.Seen, r.Last())
}

// Any reports whether the choice, in force or not, granted the category or any of
// its services.
func (c *Choice) Any() bool {
	for i := range c.Services {
		if c.Services[i].Granted {
			return true
		}
	}
	return c.Granted
}

// Within reports whether a choice grants nothing that another does not.
func (c *Choice) Within(other *Choice) bool {
	for i := range c.Services {
		if s := &c.Services[i]; s.Granted && !other.Grants(s.ID) {
			return false
		}
	}
	return other.Granted || !c.Granted
}

// Grants reports whether a service was granted.
func (c *Choice) Grants(id uint32) bool {
	s := c.service(id)
	return s != nil && s.Granted
}

// at finds a service that is most likely in place i.
func (c *Choice) at(i int, id uint32) *Service {
	if i < len(c.Services) && c.Services[i].ID == id {
		return &c.Services[i]
	}
	return c.service(id)
}

func (c *Choice) service(id uint32) *Service {
	for i := range c.Services {
		if c.Services[i].ID == id {
			return &c.Services[i]
		}
	}
	return nil
}

// Hash stands for an id or a revision.
func Hash(s string) uint32 { return packed.Hash(s) }

// Fingerprint is the lowest 23 bits of the FNV-1a hash of a provider and a purpose, so that
// a grant does not pass to another provider or purpose. It is no secret.
func Fingerprint(provider, purpose string) uint32 {
	return packed.Hashed(packed.Hashed(packed.Hash(provider), "\x00"), purpose) & fingerprintMask
}

const fingerprintMask = 1<<23 - 1
