package engine

import (
	"github.com/octroi-consent/octroi/engine/gate"
)

// Access judges an address at an instant, Unix ms: whole, as a browser writes it out,
// or "" for what is none; own tells that it is of the page's origin. Ids are those of
// its services; see [gate.Access].
func (e *Engine) Access(address string, own bool, now int64) (ids string, open bool) {
	if e.site.cfg == nil {
		return "", false
	}
	e.evaluate(now)
	u := gate.ParseURL(address)
	f := e.findURL(&u, own)
	if f.Verdict == gate.Unknown && u.Host != "" {
		e.report.noteHost(u.Host)
	}
	return e.judge(address, &f)
}

func (e *Engine) findURL(u *gate.URL, own bool) gate.Finding {
	return gate.Access(e.site.cfg, e.site.index(), e.grants.loads, u, own)
}

// declared reports whether an address is that of a service that is granted.
func (e *Engine) declared(address string, own bool) bool {
	u := gate.ParseURL(address)
	f := e.findURL(&u, own)
	return f.IDs != "" && f.Verdict == gate.Allow
}

// judge tells whether a page may load or run something, and notes for the report what it
// may not.
func (e *Engine) judge(what string, f *gate.Finding) (ids string, open bool) {
	open = f.Verdict == gate.Allow || f.Verdict == gate.Unknown && !e.site.cfg.Block
	if !open {
		e.report.noteBlocked(what, f.IDs, f.Rule)
	}
	return f.IDs, open
}
