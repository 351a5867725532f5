package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/locale"
)

// loan lets one element of the page load, though its services are shut.
type loan struct{ ids, token string }

// lend lets an element load once: on this page, until the visitor decides otherwise; on
// the next, where this page's policy does not let it.
//
//go:noinline
func (e *Engine) lend(ids, token string) {
	if gate.Decide(e.cfg, e.loads, ids) != gate.Hold {
		return
	}
	shut := false
	e.each(ids, func(n int) {
		if e.bound != nil && !e.bound[n] {
			e.wished[n], e.later, shut = true, false, true
		}
	})
	if shut {
		return
	}
	e.lent = append(e.lent, loan{ids, token})
	e.do(Gates)
}

// recall takes back what was lent of services that were just decided about.
func (e *Engine) recall() {
	for n := range e.wished {
		e.wished[n] = e.wished[n] && !e.scope[e.cfg.Services[n].Category]
	}
	kept := e.lent[:0]
	for _, l := range e.lent {
		decided := false
		e.places(l.ids, func(n int) { decided = decided || e.scope[e.category(n)] })
		if !decided {
			kept = append(kept, l)
		}
	}
	if len(kept) < len(e.lent) {
		e.lent = kept
		e.do(Gates)
	}
}

// places calls fn with the place of each category and service that ids name.
func (e *Engine) places(ids string, fn func(n int)) {
	for ids != "" {
		id, rest, _ := locale.Split(ids, " ")
		if n := e.cfg.Find(id); n >= 0 {
			fn(n)
		}
		ids = rest
	}
}

// always grants what an embed needs, as the visitor's choice.
//
//go:noinline
func (e *Engine) always(ids string, now int64) {
	if gate.Decide(e.cfg, e.open, ids) == gate.Unknown {
		return
	}
	e.all()
	clear(e.scope)
	e.places(ids, func(n int) {
		if i := e.category(n); !e.cfg.Categories[i].Required {
			e.scope[i] = true
			e.set(n, true)
		}
	})
	e.commit(consent.Select, now)
}

// embed draws what stands for a held embed; poster is a picture of its own, if any. Where
// the declaration is faulty, or an id is unknown, it opens for nobody.
func (e *Engine) embed(ids, poster string) string {
	if len(e.faults) > 0 || gate.Decide(e.cfg, e.open, ids) == gate.Unknown {
		v := banner.View{Config: e.cfg, Texts: e.texts}
		return v.Shut()
	}
	var services []int
	e.places(ids, func(n int) {
		if n >= len(e.cfg.Categories) {
			services = append(services, n-len(e.cfg.Categories))
			return
		}
		for k := e.cfg.Categories[n].From; k < e.cfg.Categories[n].To; k++ {
			services = append(services, k)
		}
	})
	if !config.Path(poster) {
		poster = ""
	}
	return e.view().Embed(services, poster)
}
