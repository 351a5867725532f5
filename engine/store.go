package engine

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// seenStep is how far the record's latest instant may lag behind before it is
// written again: a clock turned back between two visits by less goes unnoticed.
const seenStep = 60 * calendar.Minute

// stored takes what the two stores hold: at the start, after a write, before a
// choice, and when another tab may have written.
func (e *Engine) stored(header, mirror string, now int64) {
	rec, ok, whole := joined(append(cookie.Values(header, e.cfg.Name), mirror))
	first := !e.ready
	e.ready = true
	switch {
	case e.held && !e.kept && !e.rec.Doubtful(now):
		// The latest choice could not be written, or is being read back. It holds for
		// the page's life, beside what was chosen elsewhere meanwhile.
		e.adopt(consent.Merge(&e.rec, &rec))
		e.kept = ok && e.rec.Same(&rec)
	case ok && now < rec.End():
		// What is stored is the truth, also where it is older than what this page
		// knows: it may have been cleared and chosen anew.
		e.adopt(rec)
		e.kept, e.storedSeen = true, rec.Seen
		if first && !whole {
			e.store()
		}
	case e.kept || ok:
		// The record was there and is gone: cleared by the visitor or by another tab,
		// or too old to be kept. What cannot be shown is not granted.
		if ok {
			e.do(Store, e.cfg.Name, e.assignment("", 0), "")
		}
		e.rec, e.held, e.kept = consent.Record{Serial: max(e.rec.Serial, rec.Serial)}, false, false
	}
	if first {
		e.weigh(now)
		copy(e.told, e.open)
		e.do(Gates)
		e.do(Emit, "ready", e.snapshot())
	}
}

// adopt takes a record as the page's own.
func (e *Engine) adopt(rec consent.Record) {
	if e.held && !rec.Same(&e.rec) {
		// Another tab's choice: whatever this one has running may have written again
		// what that one erased.
		e.pending = &change{}
	}
	rec.Seen = max(rec.Seen, e.rec.Seen)
	e.rec, e.held = rec, len(rec.Choices) > 0
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

// remember writes the record again when the instant it has seen lags behind; its
// deadlines stay. The stores must just have been read, lest an old copy comes back.
func (e *Engine) remember() {
	if e.held && e.kept && (e.rec.Seen-e.storedSeen >= seenStep || e.expiredSince(e.storedSeen)) {
		e.store()
	}
}

// expiredSince reports whether a deadline was passed that the store does not know
// of yet.
func (e *Engine) expiredSince(seen int64) bool {
	for _, c := range e.rec.Choices {
		if until := c.Until; until > seen && until <= e.rec.Seen {
			return true
		}
	}
	return false
}

// store has the record written; the cookie ends 13 months after the latest
// choice, so that the earlier answer can be shown when it is asked for again.
func (e *Engine) store() {
	text := e.rec.Encode()
	e.storedSeen = e.rec.Seen
	e.do(Store, e.cfg.Name, e.assignment(text, max(e.rec.End()-e.rec.Seen, 0)/1000), text)
}

func (e *Engine) assignment(text string, seconds int64) string {
	s := e.cfg.Name + "=" + text + ";Max-Age=" + jsontext.Int(seconds) + ";Path=/;SameSite=Lax"
	if e.secure {
		s += ";Secure"
	}
	return s
}
