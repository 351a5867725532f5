package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
)

// enforce gives the page a Content-Security-Policy, where the declaration wants it, so
// that the browser itself blocks what is denied: the policy lists what is granted. It is
// given again when something has been denied since. A policy can be narrowed, and never
// widened, so what is granted later waits for the next page.
// See https://www.w3.org/TR/CSP3/#multiple-policies.
func (e *Engine) enforce() {
	if !gate.Polices(e.site.cfg, e.grants.open, func(category int) bool { return e.grants.ask[category] == consent.Settled }) {
		return
	}
	services := e.grants.open.Services(e.site.cfg)
	narrower := e.grants.policy == nil
	for n, in := range e.grants.policy {
		narrower = narrower || in && !e.policyLets(services, n)
	}
	if !narrower {
		return
	}
	all := append(config.Grants{}, e.grants.open...)
	for n := range services {
		all[e.site.cfg.Place(n)] = e.policyLets(services, n)
	}
	e.do(Enforce, e.site.index().Policy(e.site.cfg, all, e.site.page))
	if e.grants.policy == nil {
		e.grants.policy = all.Services(e.site.cfg)
	}
	for n := range e.grants.policy {
		e.grants.policy[n] = e.grants.policy[n] && e.policyLets(services, n)
	}
	e.applyPolicy()
}

// policyLets reports whether a policy is to let a service load: one that calls no other host is
// never in its way.
func (e *Engine) policyLets(services []bool, n int) bool {
	return services[n] || e.grants.wished[n] || !gate.Abroad(&e.site.cfg.Services[n])
}

// applyPolicy works out what loads on this page: of what is granted, what its policy lets.
// The rest waits for the next page, as if it were denied, and with it its category.
func (e *Engine) applyPolicy() {
	if e.grants.policy == nil {
		return
	}
	e.grants.loads = append(e.grants.loads[:0:0], e.grants.open...)
	for n := range e.grants.policy {
		if e.waitsForNextPage(n) {
			e.grants.loads[e.site.cfg.Place(n)], e.grants.loads[e.site.cfg.Services[n].Category] = false, false
		}
	}
}

// waitsForNextPage reports whether a service is granted, or wanted once, and the page's
// policy blocks it.
func (e *Engine) waitsForNextPage(n int) bool {
	return e.grants.policy != nil && !e.grants.policy[n] && (e.grants.open.Service(e.site.cfg, n) || e.grants.wished[n])
}

// namesWaiting names the services that load on the next page only; none where there is no
// record that would tell it.
func (e *Engine) namesWaiting() (names []string) {
	for n := range e.grants.policy {
		if e.waitsForNextPage(n) && e.record.kept {
			names = append(names, e.site.cfg.Services[n].Name.In(e.language.texts.Lang, e.site.cfg.Language))
		}
	}
	return names
}

// reloads reports whether something waits for the page to be loaded again, and the visitor
// may be asked for it.
func (e *Engine) reloads() bool {
	stale, _ := e.staleServices()
	return stale != nil || !e.running.reloadLater && e.namesWaiting() != nil
}

// wish marks, among the ids that a Reload hands on, services of which the visitor wants
// something loaded once.
const wish = "!"

// readWishes reads them.
func (e *Engine) readWishes(ids string) {
	for id, rest := ascii.Word(ids); id != ""; id, rest = ascii.Word(rest) {
		if ascii.HasPrefix(id, wish) {
			e.site.eachService(id[len(wish):], func(n int) { e.grants.wished[n] = true })
		}
	}
}
