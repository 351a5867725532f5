package engine

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
)

// lives owns when each stored item was first set and when it must end: the ledger, and
// what this page has changed in it.
type lives struct {
	ledger       cookie.Ledger
	edits        []edit // of the ledger, not yet in a store
	wrote        bool   // the ledger was written
	lost         bool   // there is a record without its ledger
	ledgerMisses int    // consecutive store reads without a ledger; see maxMisses
	unkept       bool   // the ledger fits into neither store
	nextEnd      int64  // when the next item ends, Unix ms; 0 if none does
	ended        []bool // categories with an item that has ended, and would begin a new life

	// A first write reads the stores before it is allowed; these are keys of the ledger, 0
	// for none.
	sought  uint32 // what the stores are being read for
	readFor uint32 // what they were read for since
	brought uint32 // what was not there before a script wrote it
	fetched bool   // the stores were read for what is being written
}

// edit is a change to the ledger that the store does not have yet.
type edit struct {
	key   uint32
	first int64 // when the item was first set, Unix ms; 0 to forget it
}

func (l *lives) apply(change edit) {
	if change.first == 0 {
		l.ledger.Drop(change.key)
	} else {
		l.ledger.Note(change.key, change.first)
	}
}

// reconcile takes the stored ledger for the truth, and what this page has changed
// since. One that is gone or damaged is written again from what is known here.
func (e *Engine) reconcile(c *copies) {
	l := &e.lives
	if c.known {
		l.ledger = c.ledger
	}
	if v := c.visit; v != nil {
		l.ledger.Visit, l.ledger.Seen, l.ledger.State = v.Visit, v.Seen, v.State
	}
	for _, change := range l.edits {
		l.apply(change)
	}
	e.stores.dirty = e.stores.dirty || l.edits != nil || !c.known && e.stores.ready && !l.ledger.Empty()
	l.edits = nil
	if !c.known && l.wrote && l.ledgerMisses < maxMisses {
		l.ledgerMisses, e.stores.dirty = l.ledgerMisses+1, true
	}
}

// endOf returns when an item has to end that is seen now, Unix ms; unless the ledger knows
// it, it was seen first at since. Listed is false where the ledger was full.
func (e *Engine) endOf(key uint32, rule *gate.Rule, since, now int64) (end int64, listed bool) {
	first, listed := e.lives.ledger.First(key)
	if first > now {
		since = now // the clock was turned back
	}
	if first == 0 || first > now {
		// To the minute is near enough for an hour, and singles nobody out (R5.23). The
		// first time counts to the millisecond: who asks for no more than was declared
		// gets it unchanged.
		unit := int64(1000)
		if rule.Life.Length() >= 60*calendar.Minute {
			unit = calendar.Minute
		}
		first = since
		e.editLedger(edit{key, since - since%unit})
	}
	end = calendar.Add(first, rule.Life)
	if end > now && (e.lives.nextEnd == 0 || end < e.lives.nextEnd) {
		e.lives.nextEnd = end
	}
	return end, listed
}

// askForRenewal asks for a category again: an item of it has ended, and would begin anew.
func (e *Engine) askForRenewal(category int) {
	if !e.lives.ended[category] {
		e.lives.ended[category], e.grants.outdated = true, true
	}
}

// noteFirst enters when an item was first set, Unix ms, unless the ledger knows it.
func (e *Engine) noteFirst(key uint32, first int64) {
	if known, _ := e.lives.ledger.First(key); known == 0 {
		e.editLedger(edit{key, first})
	}
}

// forgetFirst removes an item from the ledger.
func (e *Engine) forgetFirst(key uint32) {
	if known, _ := e.lives.ledger.First(key); known != 0 {
		e.editLedger(edit{key: key})
	}
}

// editLedger enters a change, which the next Store brings into the stores.
func (e *Engine) editLedger(change edit) {
	if e.stores.ready && e.lives.edits == nil && !e.lives.fetched {
		// The stores are read before they are written: another tab may have noted
		// something.
		e.do(Read, e.site.cfg.Name)
	}
	e.lives.edits = append(e.lives.edits, change)
	e.lives.apply(change)
}

// itemLife returns, of the items under a declared name, when the oldest was first set and
// when the first of them ends, Unix ms; 0 where none is there, or none ends.
//
//go:noinline
func (e *Engine) itemLife(area config.Area, declared *config.Item) (first, end int64) {
	for _, one := range e.inventory.items {
		if one.area != area || !gate.Match(declared.Name, one.name) {
			continue
		}
		rule := gate.Of(e.site.cfg, e.grants.open, area, one.name)
		at, over := e.lifeOf(one, &rule)
		if at == 0 {
			continue
		}
		if first == 0 || at < first {
			first = at
		}
		if end == 0 || over < end {
			end = over
		}
	}
	return first, end
}

// lifeOf returns when an item was first set and when it ends, Unix ms; 0 where the one is not
// known, and where it ends with the visit.
func (e *Engine) lifeOf(one item, rule *gate.Rule) (first, end int64) {
	if rule.Own {
		return e.record.rec.Last(), e.record.rec.End()
	}
	first, _ = e.lives.ledger.First(cookie.Key(one.area, one.name))
	if first == 0 || rule.Life.Session() {
		return first, 0
	}
	return first, calendar.Add(first, rule.Life)
}
