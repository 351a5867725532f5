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

// stored takes what the two stores hold: at the start, after a write, and when
// another tab may have written.
func (e *Engine) stored(header, mirror string, now int64) {
	rec, ok, whole := newest(append(cookie.Values(header, e.cfg.Name), mirror))
	first := !e.ready
	e.ready = true
	switch {
	case ok && now >= rec.End():
		e.rec, e.held, e.kept = consent.Record{Serial: rec.Serial}, false, false
		e.do(Store, e.cfg.Name, e.assignment("", 0), "")
	case ok && (!e.held || rec.Serial >= e.rec.Serial):
		if e.held && rec.Serial > e.rec.Serial {
			// Another tab's choice: whatever this one has running may have written
			// again what that one erased.
			e.pending = &change{}
			if e.layer == asking {
				e.layer = nothing
			}
		}
		rec.Seen = max(rec.Seen, e.rec.Seen)
		e.rec, e.held, e.kept = rec, true, true
		e.storedSeen = rec.Seen
		if first && !whole {
			e.store()
		}
	case !ok && e.kept:
		// The record was there and is gone: cleared by the visitor, or by another
		// tab. What cannot be shown is not granted.
		e.rec, e.held, e.kept = consent.Record{Serial: e.rec.Serial}, false, false
	}
	if first {
		e.weigh(now)
		copy(e.told, e.open)
		e.do(Gates)
		e.do(Emit, "ready", e.snapshot())
	}
}

// newest picks the record among its copies: the one with the higher serial. Two
// that have the same serial and do not agree are none. Whole reports whether
// every copy agrees.
func newest(copies []string) (best consent.Record, ok, whole bool) {
	text, conflict := "", false
	whole = len(copies) > 1
	for _, copy := range copies {
		r, valid := consent.Decode(copy)
		if !valid {
			whole = false
			continue
		}
		seen := max(r.Seen, best.Seen)
		plain := r
		plain.Seen = 0
		body := plain.Encode()
		whole = whole && (text == "" || body == text)
		switch {
		case text == "" || r.Serial > best.Serial:
			best, text, conflict = r, body, false
		case r.Serial == best.Serial && body != text:
			conflict = true
		}
		best.Seen = seen
	}
	return best, text != "" && !conflict, whole
}

// remember writes the record again when the instant it has seen lags behind; its
// deadlines stay.
func (e *Engine) remember() {
	if e.held && e.kept && (e.rec.Seen-e.storedSeen >= seenStep || e.expiredSince(e.storedSeen)) {
		e.store()
	}
}

// expiredSince reports whether a deadline was passed that the store does not know
// of yet.
func (e *Engine) expiredSince(seen int64) bool {
	for i := range e.rec.Choices {
		if until := e.rec.Choices[i].Until; until > seen && until <= e.rec.Seen {
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
