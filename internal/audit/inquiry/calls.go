package inquiry

import (
	"slices"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// calls are who calls whom.
type calls struct {
	home  string // the site's host, whose calls to itself are of no account
	byKey map[string]*report.Call
	order []*report.Call
}

// note notes that somebody calls a host.
func (l *calls) note(from, host, service string, class report.Class, state report.State) {
	if host == "" || host == l.home {
		return
	}
	key := from + " " + host + " " + service
	c := l.byKey[key]
	if c == nil {
		if len(l.byKey) >= maxListed {
			return
		}
		c = &report.Call{From: from, To: host, Service: service, Class: class, States: []report.State{}}
		l.byKey[key] = c
		l.order = append(l.order, c)
	}
	if graver(class, c.Class) {
		c.Class = class
	}
	if !slices.Contains(c.States, state) {
		c.States = append(c.States, state)
	}
	c.Count++
}

// graver reports whether a class holds less than another.
func graver(a, b report.Class) bool {
	order := []report.Class{report.Own, report.Gated, report.Held, report.NotHeld}
	return slices.Index(order, a) > slices.Index(order, b)
}
