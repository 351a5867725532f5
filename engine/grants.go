package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
)

// grants owns what follows from the record, the declaration and the clock: what is granted
// now, and what must be asked. [Engine.evaluate] alone works it out.
type grants struct {
	open  config.Grants // granted
	loads config.Grants // granted, and the page's policy lets it load
	told  config.Grants // granted, as the page was told last

	ask      []consent.Reason // of each category
	objected []bool           // categories that the browser's own no refuses, since nobody has decided

	policy []bool // services that the page's own policy lets load; nil where it has none
	wished []bool // services of which the visitor wants something loaded once, though the policy does not let it

	minute   int64 // of the latest evaluation, since 1970
	outdated bool  // the record, the visit or an end has changed since
}

// evaluate works out what is granted, and what must be asked, at an instant. It does
// nothing where that cannot have changed: deadlines, and what the record has seen, are
// whole minutes, and whatever changes the record, the visit or an end sets outdated.
func (e *Engine) evaluate(now int64) {
	if minute := now / calendar.Minute; e.grants.outdated || minute != e.grants.minute {
		e.grants.minute, e.grants.outdated = minute, false
		e.evaluateAnew(now)
	}
}

func (e *Engine) evaluateAnew(now int64) {
	trusted := e.record.held && len(e.site.faults) == 0 && now > 0 && !e.record.rec.Doubtful(now)
	if trusted {
		// Time never runs backwards within the slack, so that an expiry that was
		// seen stays.
		e.record.rec.Seen = max(e.record.rec.Seen, now-now%calendar.Minute)
		now = max(now, e.record.rec.Seen)
	}
	for i := range e.site.terms {
		var c *consent.Choice
		if trusted {
			c = e.choice(i)
		}
		services := e.grants.open.ServicesOf(e.site.cfg, i)
		e.site.terms[i].Visit = e.lives.ledger.Visit
		e.grants.ask[i], e.grants.open[i] = consent.Stand(c, &e.site.terms[i], now, services)
		if e.lives.ended[i] && e.grants.ask[i] == consent.Settled && c.Any() {
			e.grants.ask[i] = consent.Ended
		}
		cat := &e.site.cfg.Categories[i]
		// An explicit choice comes before what the browser says, as long as it holds.
		e.grants.objected[i] = e.site.objects && cat.Objectable && !cat.Required && e.grants.ask[i] >= consent.Expired
		if e.grants.objected[i] {
			e.grants.ask[i] = consent.Settled
		}
		if cat.Required {
			e.grants.ask[i], e.grants.open[i] = consent.Settled, !cat.Faulty
			for k := range services {
				services[k] = !cat.Faulty && !e.site.cfg.Services[cat.From+k].Faulty
			}
		}
	}
	e.applyPolicy()
}

// asking reports whether any category waits for the visitor's answer.
func (g *grants) asking() bool {
	for _, reason := range g.ask {
		if reason != consent.Settled {
			return true
		}
	}
	return false
}

// asksAgain reports whether anything is asked for that was decided before.
func (g *grants) asksAgain() bool {
	for _, ask := range g.ask {
		if ask > consent.Settled && ask < consent.Undecided {
			return true
		}
	}
	return false
}

// Decide answers for gated markup at an instant, Unix ms; see [gate.Decide]. Behind a "!"
// may stand an element's own token: the visitor may have let it alone load; or [anyElement],
// for what some element asks for. Before the ids
// stands a "?" where somebody else than the page's author may have written them: what
// is required is then no reason to open.
func (e *Engine) Decide(ids string, now int64) gate.Verdict {
	if e.site.cfg == nil {
		return gate.Hold
	}
	e.evaluate(now)
	injected := len(ids) > 0 && ids[0] == '?'
	if injected {
		ids = ids[1:]
	}
	ids, token, once := ascii.Cut(ids, "!")
	if once && (contains(e.running.allowedOnce, allowedOnce{ids, token}) || token == anyElement && e.running.allowedOnce != nil && e.allowedSomewhere(ids)) {
		return gate.Allow
	}
	if injected && gate.Required(e.site.cfg, ids) {
		return gate.Hold
	}
	return gate.Decide(e.site.cfg, e.grants.loads, ids)
}
