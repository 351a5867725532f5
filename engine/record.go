package engine

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
)

// record owns what the visitor has chosen, as this page knows it.
type record struct {
	rec        consent.Record
	held       bool            // rec was read, or made on this page
	kept       bool            // rec is in a store
	storedSeen int64           // rec.Seen as the store has it, Unix ms
	committed  int64           // when the latest choice was made on this page, Unix ms
	undo       *consent.Record // what an undo brings back; nil for nothing
}

// seenStep is how far the record's latest instant may lag behind, in milliseconds, before
// it is written again: a clock turned back between two visits by less goes unnoticed.
const seenStep = 60 * calendar.Minute

// overlap is how long after a choice the stores may show one that was made in another
// tab before it knew of this one, in milliseconds.
const overlap = 10_000

// lags reports whether the record has to be written again because the instant it
// has seen lags behind; its deadlines stay.
func (r *record) lags() bool {
	return r.held && r.kept && (r.rec.Seen-r.storedSeen >= seenStep || r.expiredSince(r.storedSeen))
}

// expiredSince reports whether a deadline was passed that the store does not know
// of yet.
func (r *record) expiredSince(seen int64) bool {
	for _, c := range r.rec.Choices {
		if until := c.Until; until > seen && until <= r.rec.Seen {
			return true
		}
	}
	return false
}

// openRecord makes the record ready for choices: one that cannot be trusted is left behind.
func (e *Engine) openRecord(now int64) {
	r := &e.record
	if !r.held || r.rec.Doubtful(now) {
		r.rec = consent.Record{Serial: r.rec.Serial}
	}
	e.grants.outdated = true
}

// retain keeps the choices about the categories of terms, and no others.
func (r *record) retain(terms []consent.Terms) {
	var kept consent.Record
	for i := range terms {
		if c := r.rec.Find(terms[i].Category); c != nil {
			kept.Put(c)
		}
	}
	r.rec.Choices = kept.Choices
}

// choice returns the choice about category i, nil where none was made.
func (e *Engine) choice(i int) *consent.Choice { return e.record.rec.Find(e.site.terms[i].Category) }

// chosenSince reports whether the visitor has decided about a category since an
// instant, 0 for none.
func (e *Engine) chosenSince(category int, at int64) bool {
	c := e.choice(category)
	return c != nil && c.At >= at
}

// takeRecord takes what the stores hold of the record.
func (e *Engine) takeRecord(c *copies, first bool, now int64) {
	r, rec := &e.record, &c.rec
	switch {
	case r.held && !r.kept && !r.rec.Doubtful(now):
		// The latest choice could not be written, or is being read back. It holds for
		// the page's life, beside what was chosen elsewhere meanwhile.
		e.adoptRecord(consent.Merge(&r.rec, rec))
		r.kept = c.found && r.rec.Same(rec)
	case c.found && now < rec.End() && r.held && now-r.committed < overlap && rec.Serial == r.rec.Serial && !rec.Same(&r.rec):
		// Another tab has chosen at the same time as this one.
		both := *r.rec.Copy()
		both.Concur(rec)
		if !both.Same(rec) {
			both.Serial++
			e.stores.dirty = true
		}
		e.adoptRecord(both)
		r.kept = true
	case c.found && now < rec.End():
		// What is stored is the truth, also where it is older than what this page
		// knows: it may have been cleared and chosen anew.
		e.adoptRecord(*rec)
		r.kept, r.storedSeen = true, rec.Seen
		e.stores.dirty = e.stores.dirty || first && !c.agree
	case r.kept || c.found:
		// The record was there and is gone: cleared by the visitor or by another tab,
		// or too old to be kept. What cannot be shown is not granted.
		e.stores.dirty = e.stores.dirty || c.found
		r.rec, r.held, r.kept = consent.Record{Serial: max(r.rec.Serial, rec.Serial)}, false, false
	}
}

// adoptRecord takes a stored record as the page's own.
func (e *Engine) adoptRecord(rec consent.Record) {
	if e.record.held && !rec.Same(&e.record.rec) {
		// Another tab's choice: whatever this one has running may have written again
		// what that one erased.
		e.inventory.pending = &change{}
	}
	rec.Seen = max(rec.Seen, e.record.rec.Seen)
	e.record.rec, e.record.held = rec, len(rec.Choices) > 0
}

// joined reads the record from its copies; whole reports whether they all agree.
func joined(copies []string) (rec consent.Record, ok, whole bool) {
	whole = len(copies) > 1
	for _, text := range copies {
		r, valid := consent.Decode(text)
		switch {
		case !valid:
			whole = false
		case !ok:
			rec, ok = r, true
		default:
			whole = whole && r.Same(&rec) && r.Serial == rec.Serial
			rec = consent.Merge(&rec, &r)
		}
	}
	return rec, ok && len(rec.Choices) > 0, whole
}
