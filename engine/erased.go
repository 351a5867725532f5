package engine

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// unreachableCookies names the cookies of denied services that script cannot erase.
func (e *Engine) unreachableCookies() (names []string) {
	for i := range e.site.cfg.Categories {
		names = append(names, e.site.unreachable(i, e.grants.open.ServicesOf(e.site.cfg, i))...)
	}
	return names
}

// reportErased tells what a choice has erased; where something is left, the site's
// server is asked first, if it can be.
func (e *Engine) reportErased() {
	if left := append(e.leftovers(), e.site.ofOthers(e.inventory.pending.unreachable, false)...); e.site.cfg.Endpoint != "" && len(left) > 0 {
		e.do(Request, e.site.cfg.Endpoint, jsontext.Fill(`{"erase":#}`, list(left)))
		return
	}
	e.finish()
}

// serverAnswered takes the answer of the site's server: where it says that it is done, what
// script cannot see is taken for erased, other sites' cookies apart, and what it can see is looked
// for again.
//
//go:noinline
func (e *Engine) serverAnswered(done bool) {
	if e.inventory.pending == nil {
		return
	}
	if done {
		e.inventory.pending.unreachable = e.site.ofOthers(e.inventory.pending.unreachable, true)
	}
	e.finish()
	e.askInventory(watch)
}

// notErased names what the pending choice could not erase.
func (e *Engine) notErased() []string {
	return append(e.leftovers(), e.inventory.pending.unreachable...)
}

// leftovers names what is still there of denied services. Where nobody could tell, as
// without octroi.rest.js, that is all that is declared of those that were granted on this
// page.
func (e *Engine) leftovers() []string {
	var names []string
	for _, one := range e.inventory.survivors {
		names = append(names, one.name)
	}
	for n, became := range e.running.became {
		if became == "" {
			continue
		}
		for a := config.Databases; a < config.Areas; a++ {
			for _, item := range e.site.cfg.Services[n].Items[a] {
				if contains([]byte(e.inventory.unseen), '0'+byte(a)) && !contains(names, item.Name) {
					names = append(names, item.Name)
				}
			}
		}
	}
	return names
}

// finish tells the pending choice, to the page and to the visitor.
func (e *Engine) finish() {
	left, done := e.notErased(), e.inventory.pending
	e.inventory.pending = nil
	e.running.reloadLater = e.running.reloadLater && !(done.here && e.namesWaiting() != nil)
	reloads := e.reloads()
	switch {
	case reloads && (e.site.cfg.Reload || done.here && e.site.cfg.Enforce == gate.Always && e.namesWaiting() != nil):
		e.reload()
		e.running.reloadLater = true
	case reloads && done.say:
		e.dialog.saying = e.savedText(left, len(e.inventory.erased))
		e.do(Say, "") // of an earlier choice
	case done.say:
		e.sayChoice(left)
	}
	e.announce(done.ids, left)
	e.inventory.erased = nil
}
