package gate

import "github.com/octroi-consent/octroi/engine/config"

// Access judges an address that a page loads, calls or sends to, by whatever element
// or call: a service's where it is open, the page's own, and what is on no host. What
// no service declares, and what is no address, is Unknown. Ids name the services that
// hold it, none if nobody knows it, and rule is a pattern that says so; own tells that
// it is of the page's origin, open is as for [Decide].
func Access(c *config.Config, x *Index, open []bool, u *URL, own bool) (ids, rule string, verdict Verdict) {
	verdict = Allow
	x.Find(u, own, func(n int, pattern string) {
		if !open[len(c.Categories)+n] {
			verdict = Hold
		}
		rule = pattern
		if id := c.Services[n].ID; ids == "" {
			ids = id
		} else {
			ids += " " + id
		}
	})
	if ids == "" && !own && (u.Host != "" || u.Scheme == "") {
		rule, verdict = unknown, Unknown
	}
	return ids, rule, verdict
}
