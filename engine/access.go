package engine

import "github.com/octroi-consent/octroi/engine/gate"

// access judges an address that a page's script calls.
func (e *Engine) access(address string, own bool) {
	if e.index == nil {
		e.index = gate.NewIndex(e.cfg)
	}
	u := gate.ParseURL(address)
	ids, verdict := gate.Access(e.cfg, e.index, e.open, &u, own)
	switch {
	case verdict == gate.Hold || verdict == gate.Unknown && e.cfg.Block:
		e.do(Reply, ids, "")
		return
	case verdict == gate.Unknown:
		if len(e.hosts) < maxHosts && !has(e.hosts, u.Host) {
			e.hosts = append(e.hosts, u.Host)
		}
	}
	e.do(Reply, ids, "1")
}

// maxHosts bounds the unknown hosts that a report names.
const maxHosts = 100
