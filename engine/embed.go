package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
)

// allowedOnce is one element of the page that loads, though its services are denied.
type allowedOnce struct{ ids, token string }

// anyElement stands for the token of any element.
const anyElement = "*"

// allowedSomewhere reports whether some element loads, of each of these services, though they
// are denied. None does before [Engine.allowOnce] is there.
//
//go:noinline
func (e *Engine) allowedSomewhere(ids string) bool {
	all, named := true, false
	e.site.eachService(ids, func(n int) {
		some := false
		for _, one := range e.running.allowedOnce {
			e.site.eachPlace(one.ids, func(place int) {
				some = some || place == e.site.cfg.Place(n) || place == e.site.cfg.Services[n].Category
			})
		}
		all, named = all && some, true
	})
	return all && named
}

// allowOnce lets an element load once: on this page, until the visitor decides otherwise; on
// the next, where this page's policy does not let it.
//
//go:noinline
func (e *Engine) allowOnce(ids, token string) {
	if gate.Decide(e.site.cfg, e.grants.loads, ids) != gate.Hold {
		return
	}
	blocked := false
	e.site.eachService(ids, func(n int) {
		if e.grants.policy != nil && !e.grants.policy[n] {
			e.grants.wished[n], e.running.reloadLater, blocked = true, false, true
		}
	})
	if blocked {
		e.grants.outdated = true
		return
	}
	e.running.allowedOnce = append(e.running.allowedOnce, allowedOnce{ids, token})
	e.do(Gates)
}

// revokeAllowedOnce blocks again the elements that were allowed once, of services that were just decided about.
func (e *Engine) revokeAllowedOnce() {
	for n := range e.grants.wished {
		e.grants.wished[n] = e.grants.wished[n] && !e.dialog.scope[e.site.cfg.Services[n].Category]
	}
	kept := e.running.allowedOnce[:0]
	for _, l := range e.running.allowedOnce {
		decided := false
		e.site.eachPlace(l.ids, func(n int) { decided = decided || e.dialog.scope[e.site.cfg.Category(n)] })
		if !decided {
			kept = append(kept, l)
		}
	}
	if len(kept) < len(e.running.allowedOnce) {
		e.running.allowedOnce = kept
		e.do(Gates)
	}
}

// always grants what an embed needs, as the visitor's choice.
//
//go:noinline
func (e *Engine) always(ids string, now int64) {
	if gate.Decide(e.site.cfg, e.grants.open, ids) == gate.Unknown {
		return
	}
	e.selectAll()
	clear(e.dialog.scope)
	e.site.eachPlace(ids, func(n int) {
		if i := e.site.cfg.Category(n); !e.site.cfg.Categories[i].Required {
			e.dialog.scope[i] = true
			e.draftAnswer(n, true)
		}
	})
	e.commit(consent.Select, now)
	e.proof.layer = embedded
}

// embed draws what stands for a held embed. Where the declaration is faulty, or an id is unknown,
// it opens for nobody.
func (e *Engine) embed(arg *arguments, now int64) string {
	ids, c := arg[0], e.site.cfg
	if len(e.site.faults) > 0 || gate.Decide(c, e.grants.open, ids) == gate.Unknown {
		v := banner.View{Config: c, Texts: e.language.texts}
		return v.Shut()
	}
	var places []int
	e.site.eachPlace(ids, func(n int) { places = append(places, n) })
	one := banner.Embed{Title: arg[2], Lang: arg[3], Video: arg[4] != "", Until: e.until(places, now)}
	for _, n := range places {
		if service := c.Service(n); service >= 0 {
			one.Services = append(one.Services, service)
			continue
		}
		for k := c.Categories[n].From; k < c.Categories[n].To; k++ {
			one.Services = append(one.Services, k)
		}
	}
	if config.Path(arg[1]) {
		one.Poster = arg[1]
	}
	return e.view().Embed(&one)
}

// until is when a choice that always allows these places would end: the first of their
// categories' ends; 0 where one of them is for the visit only.
func (e *Engine) until(places []int, now int64) (end int64) {
	for _, n := range places {
		i := e.site.cfg.Category(n)
		if e.site.cfg.Categories[i].Required {
			continue
		}
		if e.forVisit(i) {
			return 0
		}
		if its := e.site.terms[i].Until(now); end == 0 || its < end {
			end = its
		}
	}
	return end
}
