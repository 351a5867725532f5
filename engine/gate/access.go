package gate

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
)

// Finding tells which services something belongs to, and the verdict.
type Finding struct {
	IDs     string // its services, divided by spaces; "" if nobody knows it
	Rule    string // one of the declared texts that say so
	Verdict Verdict
}

// add takes in another service; all of them must be open.
func (f *Finding) add(c *config.Config, open config.Grants, n int, rule string) {
	if !open.Service(c, n) {
		f.Verdict = Hold
	}
	f.Rule = rule
	if id := c.Services[n].ID; f.IDs == "" {
		f.IDs = id
	} else {
		f.IDs += " " + id
	}
}

// Access judges an address that a page loads, calls or sends to, by whatever element
// or call: a service's where it is open, the page's own, and what is on no host. What
// no service declares, and what is no address, is Unknown. Own tells that it is of the
// page's origin, open is as for [Decide].
func Access(c *config.Config, x *Index, open config.Grants, u *URL, own bool) Finding {
	f := Finding{Verdict: Allow}
	for _, found := range x.Find(u, own) {
		f.add(c, open, found.Service, found.Rule)
	}
	if f.IDs == "" && !own && (u.Host != "" || u.Scheme == "") {
		f.Rule, f.Verdict = unknown, Unknown
	}
	return f
}

// Inline judges a script by its text: it is a service's that declares a part of it.
func Inline(c *config.Config, open config.Grants, text string) Finding {
	f := Finding{Verdict: Allow}
	for n := range c.Services {
		for _, part := range c.Services[n].Inline {
			if _, _, found := ascii.Cut(text, part); found {
				f.add(c, open, n, part)
				break
			}
		}
	}
	return f
}
