package inquiry

import (
	"net/url"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
	"github.com/octroi-consent/octroi/internal/loads"
)

// thing judges one thing of a page; listed is false for first-party
// resources, which the report leaves out.
func (q *inquiry) thing(page string, base *url.URL, t *markup.Thing, guarded bool) (out report.Thing, listed bool) {
	at := report.Place{Page: page, Line: t.Line, State: report.Static}
	guarded = guarded && t.After && !t.NoScript
	out = report.Thing{Kind: string(t.Kind), Line: t.Line, Markup: q.publicText(t.Markup), Class: report.Own}
	var u *url.URL
	var s script
	if t.Kind == markup.Inline {
		s = q.inline(t.Text, base)
	} else {
		if u = crawl.Resolve(base, t.Address); u == nil {
			return out, false // data:, about:, no address
		}
		out.Address = q.public(u.String())
	}
	if t.Gated {
		return q.gated(at, t, u, s, out), true
	}
	if u == nil {
		return q.inlineThing(at, t, s, guarded, out)
	}
	own := q.firstParty(u)
	if own && t.Kind == loads.Script {
		q.scripts.firstParty[u.String()] = true
	}
	if own && t.Kind == loads.Form {
		q.evidence.forms[u.Path] = true
	}
	f := q.access(u, own)
	switch {
	case f.IDs != "":
		out.Service = f.IDs
		out.Category = q.category(first(f.IDs))
		q.evidence.see(f.IDs)
		if f.Verdict == gate.Allow {
			q.third(at, f.IDs, u)
			q.calls.note("site", u.Host, f.IDs, report.Own, report.Static)
			return out, true
		}
	case own:
		return out, false
	default:
		out.Service = q.known.of(u)
		if out.Service != "" {
			out.Category = q.known.services[out.Service].Category
		}
	}
	out.Requested = t.Kind != loads.Form && t.Kind != loads.Ping && !t.NoScript
	if out.Class = report.NotHeld; guarded && (f.IDs != "" || q.cfg.Block) && (t.Kind != loads.Style || t.Attr == markup.Sheet) {
		out.Class = report.Held
	}
	q.calls.note("site", u.Host, out.Service, out.Class, report.Static)
	q.asks(at, t, u, &out, f.IDs != "")
	return out, true
}

// asks notes what is wrong with a thing that asks for an address that is not open.
func (q *inquiry) asks(at report.Place, t *markup.Thing, u *url.URL, out *report.Thing, declared bool) {
	address := short(u)
	id := first(out.Service)
	if !declared {
		q.undeclared(id, u.Host, at)
		if id == "" && t.Kind != loads.Connect {
			return
		}
	}
	if t.Kind == loads.Form || t.Kind == loads.Ping {
		return // only once the visitor sends or follows it
	}
	if id == "" {
		id = idOf(u.Host)
	}
	f := report.Finding{Service: out.Service}
	rule := requestBefore
	switch {
	case t.NoScript:
		f.What = "Visitors without JavaScript have it loaded at once: in <noscript> nothing can be held."
		f.Fix = "Take it out: who runs no script can grant nothing."
	case t.Kind == loads.Connect:
		rule = connectBefore
		f.What = "The page has the browser connect to " + u.Host + " before there is a choice."
		f.Fix = "Take it out; the gated tag connects once it is granted."
	case t.Kind == loads.Style:
		f.What = "A style has the browser ask for it before there is a choice, and no script can hold that."
		f.Fix = "Serve it from this site, or put the style into a gated template."
		f.Code = gatedTemplate(id)
	case out.Class == report.Held:
		f.What = "The guard keeps it from running, but the parser has asked for it already."
		f.Fix = "Gate it in the markup, which asks for nothing:"
		f.Code = gatedTag(t, id)
	default:
		f.What = "Nothing holds it: it is loaded, and runs, before there is a choice."
		f.Fix = "Gate it in the markup:"
		f.Code = gatedTag(t, id)
	}
	q.find(rule, address, f, at)
}

// undeclared notes a service, or a host that nobody knows, that no declaration has.
func (q *inquiry) undeclared(id, host string, at report.Place) {
	if id == "" {
		q.find(unknownHost, host, report.Finding{
			What: host + " is called, and neither the declaration nor the catalogue knows it." + q.stopped(),
			Fix:  "Find out who it is, and declare it; or take it out.",
			Code: "\"services\": [" + text(q.unknownService(host)) + "]",
		}, at)
		q.evidence.hosts[host] = true
		return
	}
	s := q.known.services[id]
	q.find(undeclaredService, id, report.Finding{
		Service: id,
		What:    s.Name + " of " + s.Provider + " is on the page, and the declaration does not have it." + q.stopped(),
		Fix:     "Declare it; ./build.sh declare writes it out from this line:",
		Code:    `"use": { "` + id + `": "` + q.categoryFor(s.Category) + `" }`,
	}, at)
	q.evidence.known[id] = true
}

// stopped tells what becomes of what nobody declares where a policy enforces the
// declaration; "" where none does.
func (q *inquiry) stopped() string {
	switch q.cfg.Enforce {
	case "refusal":
		return " Once a visitor has refused anything, the page's policy stops it, granted or not: \"enforce\" needs it declared."
	case "always":
		return " The page's policy stops it, granted or not: \"enforce\" needs it declared."
	}
	return ""
}

// gated judges what is gated in the markup.
func (q *inquiry) gated(at report.Place, t *markup.Thing, u *url.URL, s script, out report.Thing) report.Thing {
	out.Class, out.Manager, out.Service = report.Gated, t.Manager, t.IDs
	ids, mapped := t.IDs, true
	if t.Manager != "octroi" {
		ids, mapped = q.inherited(t.Manager, t.IDs)
	}
	switch {
	case !q.declared:
	case !mapped:
		q.find(unknownID, t.Manager+": "+t.IDs, report.Finding{What: "It is gated for " + t.Manager + ", and the declaration does not take over what that calls " + quote(t.IDs) + ".",
			Fix: "Map the name, or write data-octroi:", Code: `"inherit": [{ "from": "` + t.Manager + `", "ids": { ` + quote(t.IDs) + `: "…" } }]`}, at)
	case gate.Decide(q.cfg, q.shut, ids) == gate.Unknown:
		q.find(unknownID, ids, report.Finding{What: "It is gated for " + quote(ids) + ", and no category or service is called so.", Fix: "Write one of those that are declared: " + strings.Join(q.ids(), ", ") + "."}, at)
	default:
		out.Service, out.Category = ids, q.category(first(ids))
		q.evidence.see(ids)
		q.evidence.mentions(t.Text)
		if u != nil && !q.firstParty(u) {
			q.third(at, ids, u)
		}
	}
	if u != nil && !q.firstParty(u) {
		// Whoever it is gated for, its address may be somebody else's.
		f := q.access(u, false)
		if f.IDs == "" && q.declared {
			q.undeclared(q.known.of(u), u.Host, at)
		}
		q.evidence.see(f.IDs)
		class := report.Gated
		if gate.Decide(q.cfg, q.shut, ids) == gate.Allow {
			class = report.Own
		}
		q.calls.note("site", u.Host, ids, class, report.Static)
	}
	for id, host := range s.hosts {
		q.calls.note(first(ids), host, id, report.Gated, report.Static)
	}
	for _, id := range s.declared {
		q.evidence.see(id)
	}
	if q.declared {
		for _, id := range s.known {
			if !q.names(ids, id) {
				q.undeclared(id, "", at)
			}
		}
	}
	return out
}

// names reports whether ids have a service that may well be the known one called id.
func (q *inquiry) names(ids, id string) bool {
	return slices.Contains(strings.Fields(ids), id) || strings.Contains(ids, first(strings.ReplaceAll(id, "-", " ")))
}

// third notes an essential service that is on another origin.
func (q *inquiry) third(at report.Place, ids string, u *url.URL) {
	for id := range strings.FieldsSeq(ids) {
		if s := q.service(id); s != nil && q.required(s) && !q.firstParty(u) || s == nil && q.categoryRequired(id) && !q.firstParty(u) {
			q.find(essentialThird, id+" "+u.Host, report.Finding{Service: id, What: "“" + id + "” is essential, and loads " + short(u) + "."}, at)
		}
	}
}
