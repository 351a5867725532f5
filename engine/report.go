package engine

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// report owns what was blocked on this page and what is declared nowhere, for the
// developer.
type report struct {
	hosts     []string // that were called and no service declares
	blocked   []blocked
	misplaced string // how the tag of octroi.js comes too late, "" where it does not
}

// blocked is something that was not done: what it was, for which ids, and the declared text
// that says so.
type blocked struct{ what, ids, rule string }

// maxNoted bounds what a report names of one sort.
const maxNoted = 100

// noteHost enters a host that no service declares.
func (r *report) noteHost(host string) {
	if len(r.hosts) < maxNoted && !contains(r.hosts, host) {
		r.hosts = append(r.hosts, clone(host))
	}
}

// noteBlocked enters something that was blocked.
func (r *report) noteBlocked(what, ids, rule string) {
	entry := blocked{what[:min(len(what), 300)], ids, rule}
	if len(r.blocked) < maxNoted && !contains(r.blocked, entry) {
		entry.what = clone(entry.what)
		r.blocked = append(r.blocked, entry)
	}
}

// blockedJSON writes the entries as JSON, without the brackets of their list.
func (r *report) blockedJSON() string {
	var w jsontext.Writer
	for _, b := range r.blocked {
		w.Next()
		w.Put(`{"what":%,"ids":%,"rule":%}`, b.what, b.ids, b.rule)
	}
	return w.String()
}

// clone copies a text whose bytes the caller reuses after the call.
func clone(text string) string { return string(append([]byte{}, text...)) }

// query answers a question about what is open now.
//
//go:noinline
func (e *Engine) query(question EventKind, arg *arguments, now int64) {
	first, second := arg[0], arg[1]
	switch question {
	case State:
		e.reply(e.stateJSON(), false)
	case Script:
		open := second == "" || e.declared(first, second == "own")
		if !open {
			e.reportUnsigned(first)
		}
		e.reply("", open)
	case Inline:
		f := gate.Inline(e.site.cfg, e.grants.loads, first)
		e.reply(e.judge("inline script", &f))
	default:
		e.answerDeferred(question, arg, now)
	}
}

// reply answers a question.
func (e *Engine) reply(text string, open bool) {
	may := ""
	if open {
		may = "1"
	}
	e.do(Reply, text, may)
}

// observe takes in what became of markup, which opens and shuts nothing.
//
//go:noinline
func (e *Engine) observe(kind EventKind, text string) {
	switch kind {
	case Held:
		e.report.noteBlocked("data-octroi", text, text)
		if text != "" && len(e.site.faults) == 0 && gate.Decide(e.site.cfg, e.grants.open, text) == gate.Unknown {
			e.do(Log, `data-octroi="`+text+`"`+unknown)
		}
	case Ran:
		e.noteRan(text)
	case Debug:
		e.answerDeferred(kind, &arguments{text}, 0)
	case Colored:
		e.colored(text)
	case Measured:
		e.dialog.look = clone(text)
		e.restyle()
	case Misplaced:
		e.report.misplaced = clone(text)
		e.do(Log, "octroi.js comes too late to hold all ("+text+"); put its tag first in <head>, behind the declaration, without async, defer or a module", "warn")
		e.showCard()
	}
}

// reportUnsigned tells the developer of a script that a page with a nonce does not vouch
// for. See https://www.w3.org/TR/CSP3/#security-nonces.
func (e *Engine) reportUnsigned(address string) {
	what, right := address, `: not run: this page has a nonce, and no service that is granted declares the address; write it into the "urls" of one`
	if address == "" {
		what, right = "inline script", ": not run: it lacks the page's nonce"
	}
	e.report.noteBlocked(what, "", "nonce")
	e.do(Log, what+right)
}

// answerDeferred answers what a page wants once in a while.
//
//go:noinline
func (e *Engine) answerDeferred(kind EventKind, arg *arguments, now int64) {
	switch kind {
	case Debug:
		if len(e.site.faults) > 0 || e.site.showsDeveloper(arg[0]) {
			e.do(Load, "octroi.debug.js")
		} else {
			e.do(Log, `the overlay is for localhost; write "debug": true to have it here`)
		}
	case Ask:
		if len(e.site.faults) == 0 {
			e.reply(e.asking(e.layerDue()), false)
		}
	case Embed:
		e.reply(e.embed(arg, now), false)
	case Report:
		e.reply(jsontext.Fill(`{"faults":#,"hints":#,"survivors":#,"unreachable":#,"undeclared":#,"hosts":#,"held":[#],"withdrawn":{#},"inherit":[#],"alive":[#],"kept":#,"misplaced":%}`,
			list(texts(e.site.faults)), list(texts(e.site.cfg.Hints())), list(e.leftovers()), list(e.unreachableCookies()), list(e.undeclaredNames()), list(e.report.hosts), e.report.blockedJSON(), e.withdrawnJSON(), e.vendorNames(), e.itemLivesJSON(), truth(e.record.kept), e.report.misplaced), false)
	case Policy, Declaration:
		// What the page itself says there is more than a faulty declaration tells.
		if len(e.site.faults) > 0 {
			return
		}
		v := e.view()
		if kind == Policy {
			e.reply(v.Policy(), false)
		} else {
			e.reply(v.Declaration(), false)
		}
	}
}

// showCard shows the owner what is wrong with the page, on the owner's own machine alone: an app
// may have its pages from there, too.
func (e *Engine) showCard() {
	if e.site.cfg.App == nil && loopback(e.site.page.Name()) {
		e.do(Load, "octroi.debug.js?card")
	}
}

// logHints tells the developer, and no visitor, of what is seldom meant so.
//
//go:noinline
func (e *Engine) logHints() {
	if e.site.showsDeveloper(e.site.page.Name()) {
		for _, text := range texts(e.site.cfg.Hints()) {
			e.do(Log, text, "info")
		}
	}
}

func texts(faults []config.Fault) (list []string) {
	for i := range faults {
		list = append(list, faults[i].String())
	}
	return list
}

// itemLivesJSON writes the items that are there as JSON, with the instants since when and
// until when they are, Unix ms; 0 for an end with the visit.
func (e *Engine) itemLivesJSON() string {
	var w jsontext.Writer
	for _, one := range e.inventory.items {
		rule := gate.Of(e.site.cfg, e.grants.open, one.area, one.name)
		first, end := e.lifeOf(one, &rule)
		w.Next()
		w.Put(`{"name":%,"area":#,"since":#,"until":#}`, one.name, digit(one.area), jsontext.Int(first), jsontext.Int(end))
	}
	return w.String()
}

// undeclaredNames names what is there and no service declares.
func (e *Engine) undeclaredNames() (names []string) {
	for _, one := range e.inventory.items {
		if rule := gate.Of(e.site.cfg, e.grants.open, one.area, one.name); rule.Category < 0 && !rule.Own && !contains(names, one.name) {
			names = append(names, one.name)
		}
	}
	return names
}

// unknown is what the developer is told of an id.
const unknown = ": no category or service has this id; passed over"
