package engine

import (
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// What became of a service that was shut on this page (R1.47): nothing of it runs any
// more; or a script of it had run, which ends with the page: the visitor was asked to
// reload it, or it was reloaded.
const (
	stopped  = "stopped"
	asked    = "asked"
	reloaded = "reloaded"
)

// run notes services of which something runs on this page that only its end ends.
func (e *Engine) run(ids string) {
	e.each(ids, func(n int) {
		e.ran[n] = true
		if e.became[n] == stopped {
			e.turn(n, false)
		}
	})
}

// each calls fn with the place of each service that ids name, among the services.
func (e *Engine) each(ids string, fn func(n int)) {
	e.places(ids, func(n int) {
		if n -= len(e.cfg.Categories); n >= 0 {
			fn(n)
		}
	})
}

// turn follows a service that has opened or shut.
func (e *Engine) turn(n int, open bool) {
	switch {
	case open:
		e.became[n] = ""
		e.later = e.later && !e.lacks(n)
	case e.ran[n]:
		e.became[n], e.later = asked, false
	default:
		e.became[n] = stopped
	}
}

// stale returns the ids and the names of the services that end with the page only, as
// long as the visitor may be asked to reload it.
func (e *Engine) stale() (ids, names []string) {
	for n, became := range e.became {
		if became == asked && !e.later {
			ids = append(ids, e.cfg.Services[n].ID)
			names = append(names, e.cfg.Services[n].Name.In(e.texts.Lang, e.cfg.Language))
		}
	}
	return ids, names
}

// reload has the page loaded again, which ends what ran.
func (e *Engine) reload() {
	ids := ""
	for n, became := range e.became {
		if became == asked {
			ids += " " + e.cfg.Services[n].ID
		}
	}
	for n, wished := range e.wished {
		if wished {
			ids += " " + wish + e.cfg.Services[n].ID
		}
	}
	e.do(Reload, e.cfg.Name, ids)
}

// withdrawn writes what became of the services that were shut, as JSON.
func (e *Engine) withdrawn() string {
	var w jsontext.Writer
	for n, became := range e.became {
		if became == "" {
			continue
		}
		if len(w.B) > 0 {
			w.Byte(',')
		}
		w.Put(`%:%`, e.cfg.Services[n].ID, became)
	}
	return w.String()
}
