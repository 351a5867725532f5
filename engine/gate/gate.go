// Package gate decides what may run, load and be stored: which category or service an
// element, an address, a cookie or a storage key belongs to, and whether that is granted.
package gate

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
)

// Verdict says whether something may run or load.
type Verdict uint8

// The verdicts. Whatever is not Allow is blocked.
const (
	Hold    Verdict = iota // denied for now
	Allow                  // may run
	Unknown                // blocked, and no category or service has that id
)

// Decide answers for markup that names its ids, divided by white space. Markup
// with several purposes needs them all (R1.06). Open tells what is granted.
func Decide(c *config.Config, open config.Grants, ids string) Verdict {
	verdict, named := Allow, false
	for id, rest := ascii.Word(ids); id != ""; id, rest = ascii.Word(rest) {
		named = true
		if n := c.Find(id); n < 0 {
			return Unknown
		} else if !open[n] {
			verdict = Hold
		}
	}
	if !named {
		return Unknown
	}
	return verdict
}

// Required reports whether any of the ids is that of a required category, or of a service
// in one.
func Required(c *config.Config, ids string) bool {
	for id, rest := ascii.Word(ids); id != ""; id, rest = ascii.Word(rest) {
		if i := c.Category(c.Find(id)); i >= 0 && c.Categories[i].Required {
			return true
		}
	}
	return false
}

// Rule is what the declaration says about a name in an area.
type Rule struct {
	Own           bool          // the record itself, where its receipts wait, or what the service worker is and keeps
	Category      int           // of the first service that declares it; -1 if none does
	Open          bool          // may be written, and stay
	Life          calendar.Span // a zero Span is the session
	RenewSilently bool          // a new life may follow without asking
	Service       string        // whose denial blocks it, "" for none
	Item          string        // of that service
}

// Of finds the rule for a name. A name with several services needs them all to be
// open (R1.06), unless an essential one is among them: what is needed is never
// refused. The shortest of their lives holds. Open is as for [Decide].
func Of(c *config.Config, open config.Grants, area config.Area, name string) Rule {
	r := Rule{Category: -1, Open: true, Life: c.Max, RenewSilently: true}
	switch area {
	case config.Cookies:
		r.Own = name == c.Name
	case config.Storage, config.Databases:
		r.Own = name == c.Name && area == config.Storage || c.Receipts != "" && name == c.ReceiptStore()
	case config.Caches:
		r.Own = c.Worker.File != "" && name == config.Cache
	case config.Workers:
		r.Own = name == c.Worker.File
	}
	needed := false
	for i := range c.Services {
		s := &c.Services[i]
		for k := range s.Items[area] {
			if item := &s.Items[area][k]; Match(item.Name, name) {
				required, granted := c.Categories[s.Category].Required, open.Service(c, i)
				needed = needed || required && granted
				if !granted {
					r.Open, r.Service, r.Item = false, s.ID, item.Name
				}
				r.RenewSilently = r.RenewSilently && item.RenewSilently
				if r.Category < 0 || item.Life.Length() < r.Life.Length() {
					r.Life = item.Life
				}
				if r.Category < 0 || !required {
					r.Category = s.Category
				}
			}
		}
	}
	r.Open = r.Open || needed
	if r.Category < 0 {
		r.Open, r.Item = !c.Block, unknown
	}
	return r
}

// unknown stands for the declaration's "unknown" as a rule.
const unknown = "unknown"

// Match reports whether name fits pattern, in which "*" stands for any run of
// characters. It takes len(pattern) × len(name) steps at most.
func Match(pattern, name string) bool {
	p, n, star, mark := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && pattern[p] == name[n]:
			p++
			n++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
