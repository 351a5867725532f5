package engine

import (
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/locale"
)

// When a policy stands, of [config.Enforcements].
const (
	refusal = "refusal"
	always  = "always"
)

// enforce has the browser itself hold what is shut, where the declaration wants it: the
// policy lists what is open. It is given again where something has shut since, for a
// policy can be narrowed; it cannot be widened, so what opens later lacks.
func (e *Engine) enforce() {
	if e.cfg.Enforce != always && !(e.cfg.Enforce == refusal && e.refused()) {
		return
	}
	services := e.open[len(e.cfg.Categories):]
	narrower := e.bound == nil
	for n, in := range e.bound {
		narrower = narrower || in && !e.may(services, n)
	}
	if !narrower {
		return
	}
	all := append([]bool{}, e.open...)
	for n := range services {
		all[len(e.cfg.Categories)+n] = e.may(services, n)
	}
	e.learn()
	e.do(Enforce, e.index.Policy(e.cfg, all, e.page))
	if e.bound == nil {
		e.bound = all[len(e.cfg.Categories):]
	}
	for n := range e.bound {
		e.bound[n] = e.bound[n] && e.may(services, n)
	}
	e.narrow()
}

// may reports whether a policy is to let a service load: one that calls no other host is
// never in its way.
func (e *Engine) may(services []bool, n int) bool {
	return services[n] || e.wished[n] || !gate.Abroad(&e.cfg.Services[n])
}

// refused reports whether a refusal stands of something that calls.
func (e *Engine) refused() bool {
	for i := range e.cfg.Categories {
		for k, open := range e.services(e.open, i) {
			if !open && e.ask[i] == consent.Settled && len(e.cfg.Services[e.cfg.Categories[i].From+k].URLs) > 0 {
				return true
			}
		}
	}
	return false
}

// narrow works out what loads on this page: of what is open, what its policy lets. The
// rest waits for another page, as if it were shut, and a category with what lacks.
func (e *Engine) narrow() {
	if e.bound == nil {
		return
	}
	e.loads = append(e.loads[:0:0], e.open...)
	for n := range e.bound {
		if e.lacks(n) {
			e.loads[len(e.cfg.Categories)+n], e.loads[e.cfg.Services[n].Category] = false, false
		}
	}
}

// lacks reports whether a service is open, or wanted once, and the page's policy shuts it.
func (e *Engine) lacks(n int) bool {
	return e.bound != nil && !e.bound[n] && (e.open[len(e.cfg.Categories)+n] || e.wished[n])
}

// lacking names the services that load on the next page only; none where there is no
// record that would tell it.
func (e *Engine) lacking() (names []string) {
	for n := range e.bound {
		if e.lacks(n) && e.kept {
			names = append(names, e.cfg.Services[n].Name.In(e.texts.Lang, e.cfg.Language))
		}
	}
	return names
}

// reloads reports whether something waits for the page to be loaded again, and the visitor
// may be asked for it.
func (e *Engine) reloads() bool {
	stale, _ := e.stale()
	return stale != nil || !e.later && e.lacking() != nil
}

// wish marks, among the ids that a Reload hands on, services of which the visitor wants
// something loaded once.
const wish = "!"

// wish takes them in.
func (e *Engine) wish(ids string) {
	for ids != "" {
		id, rest, _ := locale.Split(ids, " ")
		if len(id) > 1 && id[:1] == wish {
			e.each(id[1:], func(n int) { e.wished[n] = true })
		}
		ids = rest
	}
}
