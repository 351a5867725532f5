package engine

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

// maxMisses is how often local storage may lack the ledger, one reading after the
// other: once where the page has cleared it.
const maxMisses = 2

// seenStep is how far the record's latest instant may lag behind before it is
// written again: a clock turned back between two visits by less goes unnoticed.
const seenStep = 60 * calendar.Minute

// stored takes what the two stores hold: at the start, after a write, before a
// choice, and when another tab may have written. Each copy is a record, and the
// ledger behind a "."; either may be missing.
func (e *Engine) stored(header, mirror string, now int64) {
	texts := append([]string{mirror}, cookie.Values(header, e.cfg.Name)...)
	ledger, known := cookie.Ledger{}, false
	for i, text := range texts {
		record, rest, _ := locale.Split(text, ".")
		texts[i] = record
		if known {
			continue
		}
		if ledger, known = cookie.DecodeLedger(rest, now); known {
			e.misses = 0
			if i > 0 {
				e.misses = maxMisses // with the cookie, since storage does not take it
			}
		}
	}
	rec, ok, whole := joined(texts)
	first := !e.ready
	e.ready, e.read = true, e.sought
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
		e.dirty = e.dirty || first && !whole
	case e.kept || ok:
		// The record was there and is gone: cleared by the visitor or by another tab,
		// or too old to be kept. What cannot be shown is not granted.
		e.dirty = e.dirty || ok
		e.rec, e.held, e.kept = consent.Record{Serial: max(e.rec.Serial, rec.Serial)}, false, false
	}
	if first && !ok && now > 0 && e.cfg.Inherit != nil {
		e.inherit(header, now)
	}
	e.reconcile(ledger, known)
	if first {
		for _, l := range e.mail {
			e.hear(l, now)
		}
		e.mail, e.begun = nil, true
		e.lost = e.held && !known
		e.weigh(now)
		copy(e.told, e.open)
		e.due = true
		e.do(Gates)
		e.do(Emit, "ready", e.snapshot())
	}
}

// reconcile takes the stored ledger for the truth, and what this page has changed
// since. One that is gone or damaged is written again from what is known here.
func (e *Engine) reconcile(ledger cookie.Ledger, known bool) {
	if known {
		e.ledger = ledger
	}
	for _, change := range e.edits {
		e.apply(change)
	}
	e.dirty = e.dirty || e.edits != nil || !known && e.ready && !e.ledger.Empty()
	e.edits = nil
	if !known && e.wrote && e.misses < maxMisses {
		e.misses, e.dirty = e.misses+1, true
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

// lags reports whether the record has to be written again because the instant it
// has seen lags behind; its deadlines stay.
func (e *Engine) lags() bool {
	return e.held && e.kept && (e.rec.Seen-e.storedSeen >= seenStep || e.expiredSince(e.storedSeen))
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

// store has the record and the ledger written, which must just have been read lest
// an old copy comes back. The cookie ends 13 months after the latest choice, so that
// the earlier answer can be shown when it is asked for again.
func (e *Engine) store() {
	text, ledger, seconds := "", "", int64(0)
	if e.held {
		text, seconds = e.rec.Encode(), max(e.rec.End()-e.rec.Seen, 0)/1000
	}
	// With a record it is there even if it is empty: a record without one has lost it.
	if e.held || !e.ledger.Empty() {
		ledger = "." + e.ledger.Encode()
	}
	value, mirror := text, text+ledger
	if e.misses == maxMisses {
		// Local storage is full, or denied: the record comes first, and the ledger goes
		// with the cookie.
		mirror = text
		if text != "" && len(text)+len(ledger) <= consent.MaxText {
			value += ledger
		}
	}
	assignment := e.cfg.Name + "=" + value + ";Max-Age=" + jsontext.Int(seconds) + ";Path=/;SameSite=Lax"
	if e.secure {
		assignment += ";Secure"
	}
	e.do(Store, e.cfg.Name, assignment, mirror, text)
	if ledger != "" && (!e.wrote || e.misses == maxMisses-1) {
		e.wrote = true
		e.do(Read, e.cfg.Name) // whether it was taken
	}
	e.storedSeen, e.dirty = e.rec.Seen, false
}
