package engine

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// write judges what a page's script wants to store: an assignment to document.cookie,
// or a name in another area. Without a [AllowWrite] it is blocked.
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
	rule := gate.Of(e.site.cfg, e.grants.open, area, name)
	if rule.Own {
		// A script that could write the record could forge consent: always blocked. That the
		// declared worker is registered is what the site wants.
		if area == config.Workers {
			e.do(AllowWrite)
		}
		return
	}
	if c.Persistent && c.End <= now && (rule.Open || cookie.Erases(text)) {
		e.allowWrite(text, 0) // erasing is never refused
		return
	}
	if !rule.Open {
		e.report.noteBlocked(name, rule.Service, rule.Item)
		return
	}
	key := cookie.Key(area, name)
	first, _ := e.lives.ledger.First(key)
	if (first == 0 || first > now) && e.stores.ready {
		if e.lives.sought != key {
			// Another tab may know it.
			e.lives.sought = key
			e.do(Read, e.site.cfg.Name)
			e.do(RetryWrite)
			if one := (item{area, name}); !contains(e.inventory.items, one) {
				e.inventory.items = append(e.inventory.items, one)
				if area == config.Cookies {
					e.lives.brought = key
				}
			}
			return
		}
		// The stores were read for it, unless this comes from within another event. A
		// visit begins with another reading.
		e.lives.fetched = e.lives.readFor == key && e.lives.edits == nil && (e.lives.ledger.Visit != 0 || !rule.Life.Session())
		e.lives.sought, e.lives.readFor = 0, 0
	}
	e.grant(&rule, &c, key, text, timed, now)
	if e.lives.fetched && e.lives.edits != nil {
		e.lives.edits = nil
		e.writeStores(false)
		e.schedule(now)
	}
	e.lives.fetched = false
}

// grant lets something be written that is open, for as long as it may last.
func (e *Engine) grant(rule *gate.Rule, c *cookie.Cookie, key uint32, text string, timed bool, now int64) {
	if rule.Life.Session() {
		e.noteFirst(key, now)
		if e.lives.brought == key && e.site.cfg.Categories[rule.Category].Required {
			e.noteFirst(written(key), now)
		}
		e.visit.followed = true
		if e.visit.answersUntil != 0 {
			e.visit.fresh = append(e.visit.fresh, key)
		}
		if timed {
			e.allowWrite(text, cookie.Session)
		} else {
			e.do(AllowWrite)
		}
		return
	}
	end, listed := e.endOf(key, rule, now, now)
	if end < now+1000 { // cookies live for whole seconds
		switch {
		case !listed:
			return
		case !rule.RenewSilently && !e.chosenSince(rule.Category, end):
			e.askForRenewal(rule.Category)
			return
		}
		e.forgetFirst(key)
		end, _ = e.endOf(key, rule, now, now)
	}
	switch {
	case !timed:
		e.do(AllowWrite)
	case !c.Persistent, e.lives.unkept && (rule.Category < 0 || !e.site.cfg.Categories[rule.Category].Required):
		// What could not be remembered to have begun does not outlast the session.
		e.allowWrite(text, cookie.Session)
	default:
		e.allowWrite(text, max((min(c.End, end)-now)/1000, 1))
	}
}

// allowWrite lets an assignment be written with a life of so many seconds, as [cookie.Anew]
// has them.
func (e *Engine) allowWrite(text string, seconds int64) {
	ends := ""
	if seconds != cookie.Session {
		ends = jsontext.Int(seconds)
	}
	e.do(AllowWrite, cookie.Anew(text, seconds), ends)
}
