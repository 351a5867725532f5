package engine

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// write judges what a page's script wants to keep: an assignment to document.cookie,
// or a name in another area. Without a Let it is refused.
//
//go:noinline
func (e *Engine) write(area config.Area, text string, now int64) {
	name := text
	var c cookie.Cookie
	// Whether an end stands there: it is then written anew, since browsers read some
	// otherwise than we do.
	timed := false
	if area == config.Cookies {
		var ok bool
		if c, ok = cookie.Parse(text, now); !ok {
			return // browsers ignore it too
		}
		timed = cookie.Timed(text)
		name = c.Visible()
	}
	rule := gate.Of(e.cfg, e.open, area, name)
	if rule.Own {
		return // what writes the record could grant
	}
	if c.Persistent && c.End <= now && (rule.Open || cookie.Erases(text)) {
		e.let(text, 0) // erasing is never refused
		return
	}
	if !rule.Open {
		e.hold(name, rule.Service, rule.Item)
		return
	}
	key := cookie.Key(area, name)
	first, _ := e.ledger.First(key)
	if (first == 0 || first > now) && e.ready {
		if e.sought != key {
			// Another tab may know it.
			e.sought = key
			e.do(Read, e.cfg.Name)
			e.do(Again)
			if t := jsontext.Int(int64(area)) + name; !has(e.things, t) {
				e.things = append(e.things, t)
				if area == config.Cookies {
					e.novel = key
				}
			}
			return
		}
		// The stores were read for it, unless this comes from within another event. A
		// visit begins with another reading.
		e.fetched = e.read == key && e.edits == nil && (e.ledger.Visit != 0 || !rule.Life.Session())
		e.sought, e.read = 0, 0
	}
	e.grant(&rule, &c, key, text, timed, now)
	if e.fetched && e.edits != nil {
		e.edits = nil
		e.store()
		e.schedule(now)
	}
	e.fetched = false
}

// grant lets something be written that is open, for as long as it may last.
func (e *Engine) grant(rule *gate.Rule, c *cookie.Cookie, key uint32, text string, timed bool, now int64) {
	if rule.Life.Session() {
		e.note(key, now)
		if e.novel == key && e.cfg.Categories[rule.Category].Required {
			e.note(written(key), now)
		}
		e.follow = true
		if e.deadline != 0 {
			e.fresh = append(e.fresh, key)
		}
		if timed {
			e.let(text, cookie.Session)
		} else {
			e.do(Let)
		}
		return
	}
	end, listed := e.end(key, rule, now, now)
	if end < now+1000 { // cookies live for whole seconds
		switch {
		case !listed:
			return
		case !rule.Renew && !e.chosenSince(rule.Category, end):
			e.want(rule.Category)
			return
		}
		e.drop(key)
		end, _ = e.end(key, rule, now, now)
	}
	switch {
	case !timed:
		e.do(Let)
	case !c.Persistent, e.unkept && (rule.Category < 0 || !e.cfg.Categories[rule.Category].Required):
		// What could not be remembered to have begun does not outlast the session.
		e.let(text, cookie.Session)
	default:
		e.let(text, max((min(c.End, end)-now)/1000, 1))
	}
}

// let lets an assignment be written with a life of so many seconds, as [cookie.Anew]
// has them.
func (e *Engine) let(text string, seconds int64) {
	ends := ""
	if seconds != cookie.Session {
		ends = jsontext.Int(seconds)
	}
	e.do(Let, cookie.Anew(text, seconds), ends)
}

// end returns when something has to end that is seen now; unless the ledger knows
// it, it was seen first at since. Listed is false where the ledger was full.
func (e *Engine) end(key uint32, rule *gate.Rule, since, now int64) (end int64, listed bool) {
	first, listed := e.ledger.First(key)
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
		e.edit(edit{key, since - since%unit})
	}
	end = calendar.Add(first, rule.Life)
	if end > now && (e.next == 0 || end < e.next) {
		e.next = end
	}
	return end, listed
}

// chosenSince reports whether the visitor has decided about a category since an
// instant, 0 for none.
func (e *Engine) chosenSince(category int, at int64) bool {
	c := e.choice(category)
	return c != nil && c.At >= at
}

// want has a category asked for: something of it has ended, and would begin anew.
func (e *Engine) want(category int) {
	if !e.ended[category] {
		e.ended[category], e.wanted = true, true
	}
}

// edit is a change to the ledger that the store does not have yet: first is 0 to
// drop.
type edit struct {
	key   uint32
	first int64
}

// note enters what the ledger does not know yet.
func (e *Engine) note(key uint32, first int64) {
	if known, _ := e.ledger.First(key); known == 0 {
		e.edit(edit{key, first})
	}
}

func (e *Engine) drop(key uint32) {
	if known, _ := e.ledger.First(key); known != 0 {
		e.edit(edit{key: key})
	}
}

func (e *Engine) edit(change edit) {
	if e.ready && e.edits == nil && !e.fetched {
		// The stores are read before they are written: another tab may have noted
		// something.
		e.do(Read, e.cfg.Name)
	}
	e.edits = append(e.edits, change)
	e.apply(change)
}

func (e *Engine) apply(change edit) {
	if change.first == 0 {
		e.ledger.Drop(change.key)
	} else {
		e.ledger.Note(change.key, change.first)
	}
}
