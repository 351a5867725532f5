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

// foreign tells the record's cookie from one of the same name that another host of the
// site has set for all of them: only what this host has set is gone once it is erased for
// this host alone. It has that done where no mirror, which other hosts cannot write,
// shows which is which, and reports whether what the stores hold has to be read again;
// what was seen of the visitor is handed on then.
func (e *Engine) foreign(arg *arguments) bool {
	values := cookie.Values(arg[0], e.cfg.Name)
	if e.suspects != nil {
		e.strange, e.mine = values, ""
		for _, v := range e.suspects {
			if count(e.suspects, v) > count(values, v) {
				e.mine, e.dirty = v, true
				arg[0] += ";" + e.cfg.Name + "=" + v
			}
		}
		e.suspects = nil
		copy(arg[2:7], e.sign[:])
		return false
	}
	record, _, _ := locale.Split(arg[1], ".")
	if _, ok := consent.Decode(record); ok {
		return false
	}
	for _, v := range values {
		if v != "" && v != e.mine && !has(e.strange, v) {
			e.suspects = values
			copy(e.sign[:], arg[2:7])
			e.do(Cookie, e.cookie("", 0))
			e.do(Read, e.cfg.Name)
			return true
		}
	}
	return false
}

func count(list []string, one string) (n int) {
	for _, other := range list {
		if other == one {
			n++
		}
	}
	return n
}

// cookie is an assignment to the record's cookie, which ends after so many seconds.
func (e *Engine) cookie(value string, seconds int64) string {
	text := e.cfg.Name + "=" + value + ";Max-Age=" + jsontext.Int(seconds) + ";Path=/;SameSite=Lax"
	if e.secure {
		text += ";Secure"
	}
	return text
}

// overlap is how long after a choice the stores may show one that was made in another
// tab before it knew of this one, in milliseconds.
const overlap = 10_000

// stored takes what the two stores hold: at the start, after a write, before a
// choice, and when another tab may have written. Each copy is a record, and the
// ledger behind a "."; either may be missing.
func (e *Engine) stored(header, mirror string, now int64) {
	texts := []string{mirror}
	record, _, _ := locale.Split(mirror, ".")
	var others []string
	for _, v := range cookie.Values(header, e.cfg.Name) {
		if same, _, _ := locale.Split(v, "."); v == e.mine || same == record && same != "" {
			e.mine = v
			texts = append(texts, v)
		} else if !has(e.strange, v) {
			others = append(others, v)
		}
	}
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
	doubtful := false
	for _, text := range others {
		text, rest, _ := locale.Split(text, ".")
		if l, valid := cookie.DecodeLedger(rest, now); valid && !known {
			e.ledger.Fold(&l)
		}
		if other, valid := consent.Decode(text); valid {
			whole = false
			if own := ok; own {
				rec.Narrow(&other, now)
			} else {
				// Before a choice there is no time to tell them apart.
				e.rec.Meet(&other)
				rec, doubtful = e.rec, e.held
			}
		}
	}
	ok = ok || doubtful
	first := !e.ready
	e.ready, e.read = true, e.sought
	switch {
	case e.held && !e.kept && !e.rec.Doubtful(now):
		// The latest choice could not be written, or is being read back. It holds for
		// the page's life, beside what was chosen elsewhere meanwhile.
		e.adopt(consent.Merge(&e.rec, &rec))
		e.kept = ok && e.rec.Same(&rec)
	case ok && now < rec.End() && e.held && now-e.committed < overlap && rec.Serial == e.rec.Serial && !rec.Same(&e.rec):
		// Another tab has chosen at the same time as this one.
		both := *e.rec.Copy()
		both.Concur(&rec)
		if !both.Same(&rec) {
			both.Serial++
			e.dirty = true
		}
		e.adopt(both)
		e.kept = true
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
		e.enforce()
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
	if len(text) > consent.MaxText {
		value, seconds = "", 0 // storage alone takes it
	}
	e.unkept = false
	if e.misses == maxMisses {
		// Local storage is full, or denied: the record comes first, and the ledger goes
		// with the cookie, or is one.
		mirror = text
		if e.unkept = len(text)+len(ledger) > consent.MaxText; !e.unkept {
			value += ledger
		}
		if text == "" && value != "" {
			seconds = calendar.Max.Length() / 1000
		}
	}
	e.mine = value
	e.do(Store, e.cfg.Name, e.cookie(value, seconds), mirror, text)
	if ledger == "" {
		e.wrote = false // so none is missed
	} else if !e.wrote || e.misses == maxMisses-1 {
		e.wrote = true
		e.do(Read, e.cfg.Name) // whether it was taken
	}
	e.storedSeen, e.dirty = e.rec.Seen, false
}
