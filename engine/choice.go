package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/locale"
)

// act takes an action of the visitor's, or of the page's own code; of an embed, with
// its ids and its token.
//
//go:noinline
func (e *Engine) act(name string, page bool, ids, token string, now int64) {
	switch name {
	case banner.ActAccept, banner.ActRefuse:
		grant, how := name == banner.ActAccept, consent.Page
		if page {
			e.all()
		} else if e.layer != asking && e.layer != preferences {
			return
		} else if how = consent.Refuse; grant {
			how = consent.Accept
		}
		for n := range e.draft {
			e.draft[n] = grant
		}
		e.commit(how, now)
	case banner.ActSave:
		if e.layer == preferences {
			e.commit(consent.Select, now)
		}
	case banner.ActPreferences:
		// From the first layer the second one asks about the same; from the tab,
		// about everything.
		if e.layer != preferences {
			e.called = e.layer == nothing || e.called
			e.show(preferences)
		}
	case "show":
		e.called = true
		e.show(asking)
	case banner.ActOnce:
		e.lend(ids, token)
	case banner.ActAlways:
		e.always(ids, now)
	case banner.ActReload:
		e.reload()
	case banner.ActUndo:
		e.undo(now)
	case banner.ActClose:
		// A page that waits is let go; what was asked stays asked.
		e.small = e.small || e.layer == asking && !e.called
		e.later = e.later || e.layer == staying
		e.layer = nothing
	}
}

func (e *Engine) show(l layer) {
	e.layer, e.drawn = l, ""
	e.aim()
	e.called = true
}

// all aims at every category that can be chosen, as the second layer does when the
// visitor opens it; what is drawn stays until the choice is made.
func (e *Engine) all() {
	e.layer, e.called = preferences, true
	e.aim()
}

// toggle moves a switch of the second layer: a category's moves all its services. The
// box that grants it for this visit only grants it, where nothing of it is granted yet;
// without a grant there is none for a visit.
//
//go:noinline
func (e *Engine) toggle(id string, on bool) {
	id, _, once := locale.Split(id, banner.Once)
	n := e.cfg.Find(id)
	if once && (n < 0 || n >= len(e.once)) {
		return
	}
	i := e.category(n)
	if e.layer != preferences || i < 0 || !e.scope[i] {
		return
	}
	if once {
		e.once[i] = on
		if !on || banner.State(e.cfg, e.draft, i) != banner.Off {
			return
		}
	}
	e.set(n, on)
	state := banner.State(e.cfg, e.draft, i)
	e.do(Switch, e.cfg.ID(i), state)
	for k, up := range e.services(e.draft, i) {
		state := banner.Off
		if up {
			state = banner.On
		}
		e.do(Switch, e.cfg.Services[e.cfg.Categories[i].From+k].ID, state)
	}
	if e.once[i] && state == banner.Off {
		e.once[i] = false
		e.do(Switch, e.cfg.ID(i)+banner.Once, banner.Off)
	}
}

// category returns the category at a place or of the service there, -1 for none.
func (e *Engine) category(n int) int {
	if n >= len(e.cfg.Categories) {
		return e.cfg.Services[n-len(e.cfg.Categories)].Category
	}
	return n
}

// set drafts an answer: a category's is one for each of its services.
func (e *Engine) set(n int, on bool) {
	e.draft[n] = on
	if n < len(e.cfg.Categories) {
		services := e.services(e.draft, n)
		for k := range services {
			services[k] = on
		}
	}
}

// choose takes a selection by the page's code, in pairs from the third argument
// on. What it does not name stays as it is; a category is decided as a whole.
//
//go:noinline
func (e *Engine) choose(pairs []string, now int64) {
	e.all()
	clear(e.scope)
	for p := 2; p+1 < len(pairs); p += 2 {
		n, on := e.cfg.Find(pairs[p]), pairs[p+1] == "1"
		switch i := e.category(n); {
		case i < 0:
			e.do(Log, pairs[p]+unknown)
		case !e.cfg.Categories[i].Required:
			e.scope[i], e.once[i] = true, pairs[p+1] == "visit"
			e.set(n, on || e.once[i])
		case !on:
			e.do(Log, pairs[p]+": essential, cannot be refused; passed over")
		}
	}
	e.commit(consent.Page, now)
}

// commit makes the drafted choice about everything in scope, closes the layer and
// has what was not granted erased.
func (e *Engine) commit(how consent.Method, now int64) {
	e.layer, e.called, e.saying = nothing, false, ""
	e.committed = now
	if !e.held || e.rec.Doubtful(now) {
		e.rec = consent.Record{Serial: e.rec.Serial}
	}
	before := e.rec.Copy()
	chosen := false
	var beyond []string
	for i, in := range e.scope {
		if !in {
			continue
		}
		chosen = true
		old := e.choice(i)
		e.terms[i].Visit = 0
		c := consent.Decide(&e.terms[i], e.services(e.draft, i), e.draft[i], how, now)
		if e.once[i] && c.Any() {
			e.follow = true
			if e.ledger.Visit == 0 {
				e.begin(now)
			}
			c.Visit = e.ledger.Visit
		}
		if old != nil && old.Any() {
			beyond = append(beyond, e.unreachable(i, e.services(e.draft, i))...)
		}
		e.rec.Put(c)
		e.ended[i] = false
	}
	if chosen {
		e.before = before
		e.made(&change{say: how < consent.Page, beyond: beyond}, now)
	}
}

// made keeps choices that have just been put into the record, and has what they do not
// grant erased.
func (e *Engine) made(said *change, now int64) {
	e.forget()
	e.recall()
	e.rec.Serial++
	e.rec.Seen, e.rec.Since = now-now%calendar.Minute, e.ledger.Since(now)
	e.held, e.kept = true, false
	if !e.begun {
		e.dirty = true
		return
	}
	e.store()
	e.do(Read, e.cfg.Name)
	if e.pending != nil {
		said.ids = e.pending.ids
	}
	said.here = true
	e.pending = said
}

// undo brings back the choices that the last one has replaced, with the ends that they
// had: what was not decided before is asked for again.
//
//go:noinline
func (e *Engine) undo(now int64) {
	if e.before == nil || e.layer != nothing {
		return
	}
	e.rec.Choices, e.before = e.before.Choices, nil
	e.rec.Serial++
	e.rec.Seen = now - now%calendar.Minute
	e.held, e.kept = true, false
	e.store()
	e.do(Read, e.cfg.Name)
	e.do(Say, e.texts.Get("undone"), "")
	e.pending = &change{}
}

// forget drops choices about categories that are no longer declared.
func (e *Engine) forget() {
	var kept consent.Record
	for i := range e.terms {
		if c := e.choice(i); c != nil {
			kept.Put(c)
		}
	}
	e.rec.Choices = kept.Choices
}
