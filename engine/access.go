package engine

import (
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Access judges an address at an instant, Unix ms: whole, as a browser writes it out,
// or "" for what is none; own tells that it is of the page's origin. Ids are those of
// its services; see [gate.Access].
func (e *Engine) Access(address string, own bool, now int64) (ids string, open bool) {
	if e.cfg == nil {
		return "", false
	}
	e.current(now)
	u := gate.ParseURL(address)
	f := e.find(&u, own)
	if f.Verdict == gate.Unknown && u.Host != "" && len(e.hosts) < maxNoted && !has(e.hosts, u.Host) {
		e.hosts = append(e.hosts, keep(u.Host))
	}
	return e.found(address, &f)
}

// learn makes the index of addresses.
func (e *Engine) learn() {
	if e.index == nil {
		e.index = gate.NewIndex(e.cfg)
	}
}

func (e *Engine) find(u *gate.URL, own bool) gate.Finding {
	e.learn()
	return gate.Access(e.cfg, e.index, e.loads, u, own)
}

// declared reports whether an address is that of a service that is granted.
func (e *Engine) declared(address string, own bool) bool {
	u := gate.ParseURL(address)
	f := e.find(&u, own)
	return f.IDs != "" && f.Verdict == gate.Allow
}

// found tells whether something may come in, and notes it where it may not.
func (e *Engine) found(what string, f *gate.Finding) (ids string, open bool) {
	open = f.Verdict == gate.Allow || f.Verdict == gate.Unknown && !e.cfg.Block
	if !open {
		e.hold(what, f.IDs, f.Rule)
	}
	return f.IDs, open
}

// hold notes for a report what was held, for which ids, and which rule said so.
func (e *Engine) hold(what, ids, rule string) {
	entry := noted{what[:min(len(what), 300)], ids, rule}
	if len(e.noted) < maxNoted && !has(e.noted, entry) {
		entry.what = keep(entry.what)
		e.noted = append(e.noted, entry)
	}
}

// noted is an entry of [Engine.hold].
type noted struct{ what, ids, rule string }

// heldThings writes the entries as JSON.
func (e *Engine) heldThings() string {
	var w jsontext.Writer
	for i, n := range e.noted {
		if i > 0 {
			w.Byte(',')
		}
		w.Put(`{"what":%,"ids":%,"rule":%}`, n.what, n.ids, n.rule)
	}
	return w.String()
}

// keep copies a text that is the caller's only until he calls again.
func keep(text string) string { return string(append([]byte{}, text...)) }

// maxNoted bounds what a report names of one sort.
const maxNoted = 100
