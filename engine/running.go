package engine

import (
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// running owns what runs on this page, which only its end can end.
type running struct {
	ran         []bool        // services whose scripts run on this page
	became      []string      // what became of each service that was denied on it, "" for nothing
	reloadLater bool          // the visitor does not want the page reloaded
	allowedOnce []allowedOnce // elements that load although their services are denied
}

// What became of a service that was denied on this page (R1.47): nothing of it runs any
// more; or a script of it had run, which ends with the page: the visitor was asked to
// reload it, or it was reloaded.
const (
	stopped  = "stopped"
	asked    = "asked"
	reloaded = "reloaded"
)

// noteRan notes services that have a script running on this page, which only the page's
// end stops.
func (e *Engine) noteRan(ids string) {
	e.site.eachService(ids, func(n int) {
		e.running.ran[n] = true
		if e.running.became[n] == stopped {
			e.serviceChanged(n, false)
		}
	})
}

// serviceChanged follows a service that was granted or denied.
func (e *Engine) serviceChanged(n int, open bool) {
	switch {
	case open:
		e.running.became[n] = ""
		e.running.reloadLater = e.running.reloadLater && !e.waitsForNextPage(n)
	case e.running.ran[n]:
		e.running.became[n], e.running.reloadLater = asked, false
	default:
		e.running.became[n] = stopped
	}
}

// staleServices returns the ids and the names of the services that end with the page only, as
// long as the visitor may be asked to reload it.
func (e *Engine) staleServices() (ids, names []string) {
	for n, became := range e.running.became {
		if became == asked && !e.running.reloadLater {
			ids = append(ids, e.site.cfg.Services[n].ID)
			names = append(names, e.site.cfg.Services[n].Name.In(e.language.texts.Lang, e.site.cfg.Language))
		}
	}
	return ids, names
}

// reload has the page loaded again, which ends what ran.
func (e *Engine) reload() {
	ids := ""
	for n, became := range e.running.became {
		if became == asked {
			ids += " " + e.site.cfg.Services[n].ID
		}
	}
	for n, wished := range e.grants.wished {
		if wished {
			ids += " " + wish + e.site.cfg.Services[n].ID
		}
	}
	e.do(Reload, e.site.cfg.Name, ids)
}

// withdrawnJSON writes what became of the services that were denied, as JSON.
func (e *Engine) withdrawnJSON() string {
	var w jsontext.Writer
	for n, became := range e.running.became {
		if became == "" {
			continue
		}
		w.Next()
		w.Put(`%:%`, e.site.cfg.Services[n].ID, became)
	}
	return w.String()
}
