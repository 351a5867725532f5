package consent

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	record "github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
)

// Reason says why something has to be asked for.
type Reason string

// The reasons to ask, the strongest last.
const (
	Settled    Reason = ""          // it has not
	NewService Reason = "service"   // a service was added to a granted category
	NewPurpose Reason = "purpose"   // a granted service has another provider or purpose
	NewPolicy  Reason = "policy"    // the policy has another revision
	Expired    Reason = "expired"   // the choice has ended, or it is for one visit
	Undecided  Reason = "undecided" // there is no choice, or no record that can be trusted
)

// State is how a visitor's choices stand at one moment. The zero State grants nothing.
type State struct {
	d     *Declaration
	open  config.Grants
	asked []asked // of each category
}

// asked is whether a category is asked for, and when the choice about it ends.
type asked struct {
	why   record.Reason
	until int64 // Unix ms; 0 where no choice is in force
}

// mostText bounds the records of one request, in characters: no browser sends as much, and reading
// it would keep a core busy.
const mostText = 1 << 16

// FromCookies reads the visitor's choices from a Cookie header, at a moment. With gpc the request
// has "Sec-GPC: 1": what nobody has decided and the declaration lets the browser refuse is then
// not asked for. The caller answers for the header Vary: see [Declaration.AddVary].
func (d *Declaration) FromCookies(cookies string, gpc bool, now time.Time) State {
	var s State
	length := 0
	for value := range d.values(cookies) {
		text, _, _ := strings.Cut(value, ".")
		r, ok := record.Decode(text)
		if ok {
			length += len(text)
		}
		switch {
		case !ok:
		case length > mostText:
			return d.undecided[0]
		case s.d == nil:
			s = d.stands(&r, now.UnixMilli())
		default:
			s.meet(d.stands(&r, now.UnixMilli()))
		}
	}
	switch {
	case s.d == nil && gpc:
		return d.undecided[1]
	case s.d == nil:
		return d.undecided[0]
	case gpc && d.objects:
		s.object()
	}
	return s
}

// values are those of the record's cookies. The engine reads each pair that has their name in it.
func (d *Declaration) values(cookies string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			at := strings.Index(cookies, d.cfg.Name)
			if at < 0 {
				return
			}
			pair, rest, _ := strings.Cut(cookies[at:], ";")
			pair = cookies[strings.LastIndexByte(cookies[:at], ';')+1 : at+len(pair)]
			for _, value := range cookie.Values(pair, d.cfg.Name) {
				if !yield(value) {
					return
				}
			}
			cookies = rest
		}
	}
}

// stands is how a record, nil for none, stands at an instant (Unix ms).
func (d *Declaration) stands(r *record.Record, now int64) State {
	s := State{d, make(config.Grants, d.cfg.Places()), make([]asked, len(d.terms))}
	trusted := r != nil && now > 0 && !r.Doubtful(now) && now < r.End()
	if trusted {
		now = max(now, r.Seen) // within the slack that a clock is given
	}
	for i := range d.terms {
		services, category := s.open.ServicesOf(d.cfg, i), &s.asked[i]
		if d.cfg.Categories[i].Required {
			s.open[i] = true
			for k := range services {
				services[k] = true
			}
			continue
		}
		var c *record.Choice
		if trusted {
			c = r.Find(d.terms[i].Category)
		}
		// The terms are of no visit: a choice that is for one has expired.
		if category.why, s.open[i] = record.Stand(c, &d.terms[i], now, services); category.why < record.NewPolicy {
			category.until = c.Until
		}
	}
	return s
}

// meet leaves what another record grants as well: another host of the site can set a cookie of the
// same name.
func (s State) meet(other State) {
	for n := range s.open {
		s.open[n] = s.open[n] && other.open[n]
	}
	for i := range s.asked {
		s.asked[i].why = max(s.asked[i].why, other.asked[i].why)
		s.asked[i].until = min(s.asked[i].until, other.asked[i].until)
	}
}

// object has the browser's own no refuse what nobody has decided.
func (s State) object() {
	for i := range s.asked {
		if s.asked[i].why >= record.Expired && s.d.cfg.Categories[i].Objectable {
			s.asked[i] = asked{}
		}
	}
}

// place is that of an id, -1 where nothing has it, which is told.
func (s State) place(id string) int {
	if s.d == nil {
		return -1
	}
	n, known := s.d.places[id]
	if !known {
		s.d.tellUnknown(id)
		return -1
	}
	return n
}

// Allows reports whether all of some ids, of categories or services, are granted. One text may
// hold several, divided by spaces, as in markup. An id that nothing has is not granted, and told
// to the Logger once; nor is anything where no id is given.
func (s State) Allows(ids ...string) bool {
	named := false
	for _, text := range ids {
		for id, rest := ascii.Word(text); id != ""; id, rest = ascii.Word(rest) {
			named = true
			if n := s.place(id); n < 0 || !s.open[n] {
				return false
			}
		}
	}
	return named
}

// Decided reports whether nothing waits for the visitor's answer. What the page alone knows can
// still have it ask.
func (s State) Decided() bool {
	for i := range s.asked {
		if s.asked[i].why != record.Settled {
			return false
		}
	}
	return s.d != nil
}

// Ask returns why a category, or that of a service, has to be asked for.
func (s State) Ask(id string) Reason {
	if n := s.place(id); n >= 0 {
		return Reason(s.asked[s.d.cfg.Category(n)].why.String())
	}
	return Settled
}

// Asked returns what has to be asked for: the ids of the categories and why, by their order in the
// declaration.
func (s State) Asked() (list []Asked) {
	for i := range s.asked {
		if why := s.asked[i].why; why != record.Settled {
			list = append(list, Asked{s.d.cfg.Categories[i].ID, Reason(why.String())})
		}
	}
	return list
}

// Asked is a category that has to be asked for.
type Asked struct {
	Category string
	Why      Reason
}

// Until returns when the choice about a category, or about that of a service, ends; the zero Time
// where none is in force, as of what is essential.
func (s State) Until(id string) (end time.Time) {
	if n := s.place(id); n >= 0 {
		if at := s.asked[s.d.cfg.Category(n)].until; at != 0 {
			end = time.UnixMilli(at).UTC()
		}
	}
	return end
}

// Granted returns the ids of the services that are granted, essential ones too, by category.
func (s State) Granted() (ids []string) {
	for n := range s.open {
		if s.d.cfg.Service(n) >= 0 && s.open[n] {
			ids = append(ids, s.d.cfg.ID(n))
		}
	}
	return ids
}

// Grants returns what is granted at each place of the declaration, for this module's other
// packages.
func (s State) Grants() config.Grants { return slices.Clone(s.open) }
