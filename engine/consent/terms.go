package consent

import "github.com/octroi-consent/octroi/engine/calendar"

// Terms are what a category's visitors are asked today.
type Terms struct {
	Category      uint32
	Revision      uint32
	AskAgainAfter calendar.Span // how long a choice lasts
	Visit         int64         // start of the present visit, 0 where none is followed
	Services      []Service     // Granted is not read
}

// Reason says why a category has to be asked for.
type Reason uint8

// The reasons to ask, the strongest last.
const (
	Settled    Reason = iota // nothing to ask
	Ended                    // a cookie or key of a granted category has reached its end
	NewService               // a service was added to a granted category
	NewPurpose               // a granted service has another provider or purpose
	NewPolicy                // the policy has another revision
	Expired                  // the choice has reached its deadline
	Undecided                // never asked, or no record that can be trusted
)

// String is the reason as page code reads it; "" when settled.
func (r Reason) String() string {
	return [...]string{"", "ended", "service", "purpose", "policy", "expired", "undecided"}[r]
}

// Stand compares a choice (nil where there is none) with today's terms: why it
// has to be asked for, whether the whole category is granted, and, into open, which
// of its services are.
//
// A refusal is not asked again before its deadline, whatever was added: only what
// was granted can be stretched by a new revision, service or purpose (R1.32).
// Of a category with a new service the earlier grants hold; after a new revision,
// the deadline or the one visit it was for none does.
func Stand(c *Choice, t *Terms, now int64, open []bool) (ask Reason, granted bool) {
	clear(open)
	switch {
	case c == nil:
		return Undecided, false
	case now >= c.Until, c.Visit != 0 && c.Visit != t.Visit:
		return Expired, false
	case !c.Any():
		return Settled, false
	case c.Revision != t.Revision:
		return NewPolicy, false
	}
	granted = c.Granted
	for i := range t.Services {
		want := &t.Services[i]
		had := c.at(i, want.ID)
		switch {
		case had == nil:
			ask = max(ask, NewService)
		case had.Fingerprint != want.Fingerprint:
			ask = max(ask, NewPurpose)
		default:
			open[i] = had.Granted
		}
		granted = granted && open[i]
	}
	return ask, granted
}

// Until is when a choice that is made now ends.
func (t *Terms) Until(now int64) int64 {
	end := calendar.Add(now-now%calendar.Minute, t.AskAgainAfter)
	return end - end%calendar.Minute
}

// Decide makes the choice that a visitor takes now; granted holds one answer for
// each service of the terms, whole the answer for a category that has none. The
// deadline is fixed here and nothing moves it (R1.51). It outlasts visits: one that is for a
// visit alone is marked by who takes it.
func Decide(t *Terms, granted []bool, whole bool, how Method, now int64) *Choice {
	c := &Choice{
		Category: t.Category,
		How:      how,
		At:       now - now%calendar.Minute,
		Until:    t.Until(now),
		Revision: t.Revision,
		Granted:  whole || len(t.Services) > 0,
	}
	for i, s := range t.Services {
		s.Granted = granted[i]
		c.Granted = c.Granted && granted[i]
		c.Services = append(c.Services, s)
	}
	return c
}
