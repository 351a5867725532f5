package engine

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// signals owns what vendors were told on this page.
type signals struct {
	told []string // by signal: a digit for each of its types, "1" for granted; "" before the first
}

// tellDefaults tells each vendor that all is denied, before anything of it may run.
func (e *Engine) tellDefaults() {
	e.signals.told = make([]string, len(e.site.cfg.Signals))
	for i := range e.site.cfg.Signals {
		if s := &e.site.cfg.Signals[i]; s.Default != "[]" {
			e.do(Signal, s.Vendor, "default", filled(s, s.Default, ""), "")
		}
	}
}

// signal tells each vendor how its types stand, where that is not what it was told. It comes
// before what is granted is let run, and before what is denied is erased. Whoever has not
// decided about any of a vendor's categories leaves it with the default. As a page begins,
// vendors who count repeats are told nothing: they know.
func (e *Engine) signal(begins bool) {
	watched := false
	for i := range e.site.cfg.Signals {
		s := &e.site.cfg.Signals[i]
		standing := e.standing(s)
		if told := e.signals.told[i]; told == standing || told == "" && !e.decides(s) {
			continue
		}
		e.signals.told[i] = standing
		if calls := callsFor(s, standing); calls != "[]" && !(begins && s.OnChange) {
			e.do(Signal, s.Vendor, "state", calls, callsFor(s, ""))
		}
		watched = true
	}
	if (begins || watched) && len(e.site.cfg.Signals) > 0 && e.site.showsDeveloper(e.site.page.Name()) {
		e.do(WatchSignals)
	}
}

// standing is how a vendor's types stand, a digit for each.
func (e *Engine) standing(s *config.Signal) string {
	digits := make([]byte, len(s.Types))
	for i := range s.Types {
		t := &s.Types[i]
		digits[i] = '0'
		if t.Always || gate.Decide(e.site.cfg, e.grants.open, t.IDs) == gate.Allow {
			digits[i] = '1'
		}
	}
	return string(digits)
}

// decides reports whether the visitor has decided about something that a vendor is told of.
// Where a category is asked for again because of a new service, others in it stay granted.
func (e *Engine) decides(s *config.Signal) (any bool) {
	for i := range s.Types {
		e.site.eachPlace(s.Types[i].IDs, func(n int) {
			i := e.site.cfg.Category(n)
			any = any || (e.grants.open[n] || e.grants.ask[i] == consent.Settled) && !e.site.cfg.Categories[i].Required
		})
	}
	return any
}

// callsFor lists what a vendor is told when its types stand so; with no digits all is denied.
func callsFor(s *config.Signal, standing string) string {
	if standing == "" || contains([]byte(standing), '0') {
		return filled(s, s.Denied, standing)
	}
	return filled(s, s.Granted, standing)
}

// filled writes the words for how the types stand into calls.
func filled(s *config.Signal, calls, standing string) string {
	var w jsontext.Writer
	for i := range len(calls) {
		switch c := calls[i]; {
		case c >= ' ':
			w.Byte(c)
		case standing != "" && standing[c-1] == '1':
			w.Raw(s.Words[1])
		default:
			w.Raw(s.Words[0])
		}
	}
	return w.String()
}
