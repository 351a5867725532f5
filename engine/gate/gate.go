// Package gate decides who may run: which category or service an element, a
// cookie or a storage key belongs to, and whether that is open.
package gate

import "github.com/octroi-consent/octroi/engine/config"

// Verdict is the answer to whoever wants in.
type Verdict uint8

// The verdicts. Only Allow opens.
const (
	Hold    Verdict = iota // shut for now
	Allow                  // may run
	Unknown                // shut, and no category or service has that id
)

// Decide answers for markup that names its ids, divided by white space. Markup
// with several purposes needs them all (R1.06). Open tells what is open: each
// category of the declaration, then each service.
func Decide(c *config.Config, open []bool, ids string) Verdict {
	verdict, named := Allow, false
	for start := 0; start < len(ids); {
		end := start
		for end < len(ids) && !space(ids[end]) {
			end++
		}
		if end > start {
			named = true
			if n := c.Find(ids[start:end]); n < 0 {
				return Unknown
			} else if !open[n] {
				verdict = Hold
			}
		}
		start = end + 1
	}
	if !named {
		return Unknown
	}
	return verdict
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// Area is a place where names are kept.
type Area uint8

// The areas that a declaration names.
const (
	Cookies Area = iota
	Storage
)

// Erasable returns those of names that a service which is not open declares, and
// that no essential service declares too: what is needed is never erased. Open is
// as for [Decide].
func Erasable(c *config.Config, open []bool, area Area, names []string) (erase []string) {
	for _, name := range names {
		shut, needed := false, name == c.Name
		for i := range c.Services {
			s := &c.Services[i]
			items := s.Cookies
			if area == Storage {
				items = s.Storage
			}
			for _, item := range items {
				if Match(item.Name, name) {
					shut = shut || !open[len(c.Categories)+i]
					needed = needed || c.Categories[s.Category].Required
				}
			}
		}
		if shut && !needed {
			erase = append(erase, name)
		}
	}
	return erase
}

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
