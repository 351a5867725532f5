package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
)

// act takes an action of the visitor's, or of the page's own code; of an embed, with
// its ids and its token.
//
//go:noinline
func (e *Engine) act(name string, page bool, ids, token string, now int64) {
	if e.site.cfg.OwnUI && e.callFor(name) {
		return
	}
	switch name {
	case banner.ActAccept, banner.ActRefuse:
		grant, how := name == banner.ActAccept, consent.Page
		if page {
			e.selectAll()
		} else if e.dialog.layer != asking && e.dialog.layer != preferences {
			return
		} else if how = consent.Refuse; grant {
			how = consent.Accept
		}
		lost := e.movedSwitches()
		for n := range e.dialog.draft {
			e.dialog.draft[n] = grant
		}
		if page && grant {
			// The page's own button does not say what the browser has said no to.
			for i, objected := range e.grants.objected {
				e.dialog.scope[i] = e.dialog.scope[i] && !objected
			}
		}
		if e.site.cfg.OwnUI && grant && !e.counts(true, now) {
			return
		}
		e.commit(how, now)
		e.dialog.lost = lost
	case banner.ActSame:
		if e.dialog.layer == asking && e.grants.asksAgain() && e.sameAsBefore() {
			e.commit(consent.Select, now)
		}
	case banner.ActSave:
		if e.dialog.layer == preferences {
			e.commit(consent.Select, now)
		}
	case banner.ActPreferences:
		// From the first layer the second one asks about the same; from the tab,
		// about everything.
		if e.dialog.layer != preferences {
			e.dialog.called = e.dialog.layer == nothing || e.dialog.called
			e.show(preferences)
		}
	case "show":
		e.dialog.called = true
		e.show(asking)
	case banner.ActOnce:
		e.allowOnce(ids, token)
	case banner.ActAlways:
		e.always(ids, now)
	case banner.ActReload:
		e.reload()
	case banner.ActUndo:
		e.undo(now)
	case banner.ActClose:
		// A page that waits is let go; what was asked stays asked.
		e.dialog.small = e.dialog.small || e.dialog.layer == asking && !e.dialog.called
		e.running.reloadLater = e.running.reloadLater || e.dialog.layer == staying
		e.dialog.layer = nothing
	default:
		e.actOnDevice(name)
	}
}

// sameAsBefore sets the switches as the choices had them that what is asked about was decided
// by, and reports whether there are such; a service that was added since stays off.
//
//go:noinline
func (e *Engine) sameAsBefore() bool {
	for i, in := range e.dialog.scope {
		c := e.choice(i)
		if in && c == nil {
			return false
		}
		if !in {
			continue
		}
		e.dialog.draft[i], e.dialog.once[i] = c.Granted, c.Visit != 0
		services := e.dialog.draft.ServicesOf(e.site.cfg, i)
		for k := range services {
			services[k] = c.Grants(e.site.terms[i].Services[k].ID)
		}
	}
	return true
}

// movedSwitches are those of the second layer, if the visitor has moved any: an answer for all may
// have been pressed in the place of the button that keeps them.
func (e *Engine) movedSwitches() *switches {
	d := &e.dialog
	if d.layer != preferences || !d.moved {
		return nil
	}
	return &switches{append(config.Grants(nil), d.draft...), append([]bool(nil), d.once...)}
}

// restoreSwitches opens the second layer with the switches that an answer for all has overruled.
func (e *Engine) restoreSwitches() {
	d := &e.dialog
	lost := d.lost
	if d.lost = nil; lost == nil {
		return
	}
	e.show(preferences)
	copy(d.draft, lost.draft)
	copy(d.once, lost.once)
	d.moved = true
}

// choose takes a selection by the page's code, in pairs from the third argument
// on. What it does not name stays as it is; a category is decided as a whole.
//
//go:noinline
func (e *Engine) choose(pairs []string, now int64) {
	e.selectAll()
	clear(e.dialog.scope)
	for p := 2; p+1 < len(pairs); p += 2 {
		n, on := e.site.cfg.Find(pairs[p]), pairs[p+1] == "1"
		switch i := e.site.cfg.Category(n); {
		case i < 0:
			e.do(Log, pairs[p]+unknown)
		case !e.site.cfg.Categories[i].Required:
			e.dialog.scope[i], e.dialog.once[i] = true, pairs[p+1] == "visit"
			e.draftAnswer(n, on || e.dialog.once[i])
		case !on:
			e.do(Log, pairs[p]+": essential, cannot be refused; passed over")
		}
	}
	if e.site.cfg.OwnUI && !e.counts(false, now) {
		return
	}
	e.commit(consent.Page, now)
}

// commit makes the drafted choice about everything in scope, closes the layer and
// begins to erase what was not granted.
func (e *Engine) commit(how consent.Method, now int64) {
	where := e.dialog.layer
	if e.Partial {
		e.own.overruled = e.own.waiting
	}
	e.dialog.layer, e.dialog.called, e.dialog.saying, e.dialog.lost = nothing, false, "", nil
	e.record.committed = now
	e.own.at, e.own.presses, e.own.told = 0, 0, "" // a press leads to one choice, and that to an event
	e.openRecord(now)
	before := e.record.rec.Copy()
	chosen := false
	var unreachable []string
	for i, in := range e.dialog.scope {
		if !in {
			continue
		}
		chosen = true
		old := e.choice(i)
		c := consent.Decide(&e.site.terms[i], e.dialog.draft.ServicesOf(e.site.cfg, i), e.dialog.draft[i], how, now)
		if e.dialog.once[i] && c.Any() {
			e.visit.followed = true
			if e.lives.ledger.Visit == 0 {
				e.visit.begin(&e.lives.ledger, &e.record.rec, now)
			}
			c.Visit = e.lives.ledger.Visit
		}
		if old != nil && old.Any() {
			unreachable = append(unreachable, e.site.unreachable(i, e.dialog.draft.ServicesOf(e.site.cfg, i))...)
		}
		e.record.rec.Put(c)
		e.lives.ended[i] = false
	}
	if chosen {
		e.record.undo = before
		e.prove(how, where, now)
		e.keepChoices(&change{say: how < consent.Page, unreachable: unreachable}, now)
	}
}

// keepChoices writes choices that have just been put into the record, and begins to erase
// what they do not grant.
func (e *Engine) keepChoices(said *change, now int64) {
	e.record.retain(e.site.terms)
	e.revokeAllowedOnce()
	e.record.rec.Serial++
	e.record.rec.Seen, e.record.rec.Since = now-now%calendar.Minute, e.lives.ledger.Since(now)
	e.record.held, e.record.kept = true, false
	if !e.announced {
		e.stores.dirty = true
		return
	}
	e.writeStores(true)
	if e.Partial && e.site.wantsReceipts() {
		e.do(LoadDeferred, "")
	}
	if e.inventory.pending != nil {
		said.ids = e.inventory.pending.ids
	}
	said.here = true
	e.inventory.pending = said
}

// undo brings back the choices that the last one has replaced, with the ends that they
// had: what was not decided before is asked for again.
//
//go:noinline
func (e *Engine) undo(now int64) {
	if e.record.undo == nil || e.dialog.layer != nothing {
		return
	}
	earlier := len(e.record.undo.Choices) > 0
	e.record.rec.Choices, e.record.undo = e.record.undo.Choices, nil
	e.prove(consent.Select, e.proof.layer, now)
	e.record.rec.Serial++
	e.record.rec.Seen = now - now%calendar.Minute
	e.record.held, e.record.kept = true, false
	e.grants.outdated = true
	e.writeStores(true)
	if earlier {
		e.say(e.language.texts.Get("undone"), 0, false)
	} else {
		e.do(Say, "") // the question says it
	}
	e.inventory.pending = &change{}
	e.restoreSwitches()
}
