package gate

import "github.com/octroi-consent/octroi/engine/config"

// Access judges an address that a page calls: a service's where it is open, the
// page's own, and what is on no host. What no service declares is as the declaration
// says. Ids name the services that hold it, none if nobody knows it; own tells that
// it is of the page's origin, open is as for [Decide].
func Access(c *config.Config, x *Index, open []bool, u *URL, own bool) (ids string, verdict Verdict) {
	found := false
	verdict = Allow
	x.Find(u, own, func(n int) {
		found = true
		if !open[len(c.Categories)+n] {
			verdict = Hold
		}
		if ids != "" {
			ids += " "
		}
		ids += c.Services[n].ID
	})
	if !found && !own && u.Host != "" {
		verdict = Unknown
	}
	return ids, verdict
}
