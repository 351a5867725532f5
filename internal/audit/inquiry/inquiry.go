// Package inquiry finds out what a site really does: it reads every page's text, has some
// of them loaded as a visitor would, and compares both with the declaration, by the rules
// that the visitor's engine decides by.
package inquiry

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/locale"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
	"github.com/octroi-consent/octroi/internal/loads"
)

// Options say how far to go.
type Options struct {
	Crawl       crawl.Options
	Live        int    // pages to load as a visitor; 10 where it is 0, none below
	Site        string // origin to tell of in place of the one that is asked, "" for that one
	Languages   string // that the interface has, divided by spaces
	Declaration string // to judge by where no page has one
}

// Progress tells what is being done.
type Progress struct {
	Doing string // "reading" or "loading"
	What  string // an address
	Done  int
	Of    int
}

// Site is how an inquiry reaches the site.
type Site struct {
	Fetch crawl.Fetch
	// Look loads a page in each state; nil where nothing can.
	Look func(ctx context.Context, address string) ([]Sight, error)
	// Progress is told what is being done, Wait returns when it may go on.
	Progress func(Progress)
	Wait     func(ctx context.Context)
	Now      func() time.Time
}

// Bounds on what is kept.
const (
	maxFindings = 2000
	maxScripts  = 300
	maxScript   = 4 << 20
	maxListed   = 500 // failures, things kept, calls
)

// inquiry is one audit on its way.
type inquiry struct {
	*declaration
	o        Options
	site     Site
	start    *url.URL
	shown    string // origin to tell of
	known    *known
	out      *report.Report
	found    map[string]*report.Finding
	order    []string
	declared bool // a declaration was found, or given
	waiting  []read
	pages    []seen
	texts    map[string]script // what inline scripts tell, by their text
	scripts  map[string]bool   // the site's own, by address
	passed   map[string]int    // index in out.Passed by why
	evidence evidence
	calls    map[string]*report.Call
	langs    map[string]string // of pages, with the first page of each
}

// read is a page whose text was read.
type read struct {
	*crawl.Page
	doc *markup.Page
}

// seen is what is kept of a page for loading it.
type seen struct {
	url    string
	at     int // in out.Pages
	things []string
	starts bool // the drop-in stands there, and no policy stops it
}

// Run audits a site from a start address on. What goes wrong on the way is in the report.
func Run(ctx context.Context, start *url.URL, o Options, site Site) (*report.Report, error) {
	k, err := catalogue()
	if err != nil {
		return nil, err
	}
	began := site.Now()
	q := &inquiry{
		declaration: declare(`{}`), o: o, site: site, start: start, known: k, found: map[string]*report.Finding{},
		texts: map[string]script{}, scripts: map[string]bool{}, passed: map[string]int{}, calls: map[string]*report.Call{}, langs: map[string]string{},
	}
	q.evidence.init()
	q.faults = nil
	if q.shown = o.Site; q.shown == "" {
		q.shown = start.Scheme + "://" + start.Host
	}
	q.out = &report.Report{Version: octroi.Version(), Site: q.shown, Start: q.tell(start.String()), At: began.UnixMilli(),
		Pages: []report.Page{}, Failed: []report.Failure{}, Passed: []report.Failure{}, Services: []report.Service{}, Kept: []report.Kept{}, Calls: []report.Call{}, Findings: []report.Finding{}}
	if o.Declaration != "" {
		q.take(o.Declaration, "", 0)
	}
	q.out.Ended, q.out.Bytes = crawl.Crawl(ctx, start, o.Crawl, site.Fetch, q)
	for _, one := range q.waiting {
		q.judge(one)
	}
	q.waiting = nil
	// As long again as reading may take.
	rest, cancel := context.WithTimeout(ctx, o.Crawl.Limit())
	q.readScripts(rest)
	q.beside(rest)
	q.languages(rest)
	q.live(rest)
	cancel()
	q.essentials()
	q.unseen()
	q.list()
	q.out.Draft = q.draft()
	q.out.Took = site.Now().Sub(began).Milliseconds()
	return q.out, nil
}

// tell writes an address as the site's own, where a proxy stands in for it.
func (q *inquiry) tell(address string) string {
	from := q.start.Scheme + "://" + q.start.Host
	if rest, own := strings.CutPrefix(address, from); own && (rest == "" || rest[0] == '/' || rest[0] == '?') {
		return q.shown + rest
	}
	return address
}

// retold does the same within a text.
func (q *inquiry) retold(text string) string {
	return strings.ReplaceAll(text, q.start.Scheme+"://"+q.start.Host, q.shown)
}

func (q *inquiry) own(u *url.URL) bool { return u.Scheme == q.start.Scheme && u.Host == q.start.Host }

// find notes a finding, or another place of one.
func (q *inquiry) find(rule, subject string, f report.Finding, at report.Place) {
	r, _ := byID(rule)
	f.Rule, f.Subject = rule, q.retold(subject)
	at.Page = q.tell(at.Page)
	had := q.found[f.Key()]
	if had == nil {
		if len(q.order) >= maxFindings {
			q.out.Ended = fmt.Sprintf("%d findings are enough", maxFindings)
			return
		}
		f.Title, f.Level, f.Requirement, f.Why = r.title, r.level, r.requirement, r.why
		f.Help = report.HelpFor(r.requirement)
		if f.Fix == "" {
			f.Fix = r.mend
		}
		f.What, f.Fix, f.Code = q.retold(f.What), q.retold(f.Fix), q.retold(f.Code)
		f.Places = []report.Place{}
		had = &f
		q.found[f.Key()] = had
		q.order = append(q.order, f.Key())
	}
	if slices.Contains(had.Places, at) {
		return
	}
	had.Count++
	if len(had.Places) < report.MaxPlaces {
		had.Places = append(had.Places, at)
	}
}

// also adds a place to a finding that is there already, and reports whether one is.
func (q *inquiry) also(rule, subject string, at report.Place) bool {
	f := report.Finding{Rule: rule, Subject: q.retold(subject)}
	if q.found[f.Key()] == nil {
		return false
	}
	q.find(rule, subject, f, at)
	return true
}

// Page judges a page once there is a declaration to judge it by.
func (q *inquiry) Page(p *crawl.Page) []string {
	doc := markup.Read(p.Text)
	p.Text = ""
	if doc.Base != "" {
		if base := crawl.Resolve(p.URL, doc.Base); base != nil {
			for i, link := range doc.Links {
				if u := crawl.Resolve(base, link); u != nil {
					doc.Links[i] = u.String()
				}
			}
		}
	}
	links := doc.Links
	doc.Links = nil
	if text, line := q.declares(p, doc); text != "" {
		switch {
		case !q.declared:
			q.take(text, p.URL.String(), line)
		case text != q.text && q.o.Declaration == "":
			q.find(declarationsVary, "declaration", report.Finding{What: "This page’s declaration is not that of the page where the audit found the first one."}, report.Place{Page: p.URL.String(), Line: line})
		}
	}
	one := read{p, doc}
	if q.declared {
		for _, w := range append(q.waiting, one) {
			q.judge(w)
		}
		q.waiting = nil
	} else {
		q.waiting = append(q.waiting, one)
	}
	return links
}

// declares returns a page's declaration, also where that is a file.
func (q *inquiry) declares(p *crawl.Page, doc *markup.Page) (text string, line int) {
	if doc.Declaration != "" {
		return strings.TrimSpace(doc.Declaration), doc.DeclarationLine
	}
	if doc.DropIn == nil || doc.DropIn.Config == "" {
		return "", 0
	}
	u := crawl.Resolve(p.URL, doc.DropIn.Config)
	if u == nil || q.declared && q.text != "" && q.evidence.configs[u.String()] {
		return "", 0
	}
	q.evidence.configs[u.String()] = true
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	file, err := crawl.Get(ctx, q.site.Fetch, u, config.MaxBytes+1)
	if err != nil || file.Status != 200 {
		q.find(fileMissing, u.String(), report.Finding{What: "The declaration that data-config names cannot be had.", Fix: "Put it there, or mend the address."}, report.Place{Page: p.URL.String(), Line: doc.DropIn.Line})
		return "", 0
	}
	return strings.TrimSpace(file.Text), doc.DropIn.Line
}

// take reads a declaration; its faults are findings.
func (q *inquiry) take(text, page string, line int) {
	q.declaration, q.declared = declare(text), true
	for i := range q.faults {
		f := &q.faults[i]
		rule := declarationFault
		switch {
		case strings.HasPrefix(f.Reason, "an essential service is first-party"):
			rule = essentialThird
		case f.Reason == "longer than 13 months":
			rule = lifeOverLaw
		}
		q.wrong(rule, f, page, line)
	}
	if len(q.faults) > 0 {
		return
	}
	for _, hint := range q.cfg.Hints() {
		q.wrong(declarationHint, &hint, page, line)
	}
}

// wrong is a finding about the declaration.
func (q *inquiry) wrong(rule string, f *config.Fault, page string, line int) {
	q.find(rule, f.Path, report.Finding{What: "In the declaration: " + f.Reason + ".", Fix: strings.ToUpper(f.Right[:1]) + strings.TrimSuffix(f.Right[1:], "?") + stop(f.Right)}, report.Place{Page: page, Line: line})
}

// stop is how a sentence ends.
func stop(text string) string {
	if strings.HasSuffix(text, "?") {
		return "?"
	}
	return "."
}

// Failed, Passed, Progress and Wait are what [crawl.Watcher] asks for.
func (q *inquiry) Failed(address, why string) {
	if len(q.out.Failed) < maxListed {
		q.out.Failed = append(q.out.Failed, report.Failure{URL: q.tell(address), Why: q.retold(why)})
	}
}

func (q *inquiry) Passed(address, why string) {
	at, had := q.passed[why]
	if !had {
		at = len(q.out.Passed)
		q.passed[why] = at
		q.out.Passed = append(q.out.Passed, report.Failure{URL: q.tell(address), Why: why})
	}
	q.out.Passed[at].Count++
}

func (q *inquiry) Progress(p crawl.Progress) {
	q.site.Progress(Progress{"reading", q.tell(p.Reading), p.Read, p.Known})
}

func (q *inquiry) Wait(ctx context.Context) { q.site.Wait(ctx) }

// judge reads a page against the declaration.
func (q *inquiry) judge(one read) {
	doc, page := one.doc, one.URL.String()
	base := one.URL
	if doc.Base != "" {
		if u := crawl.Resolve(one.URL, doc.Base); u != nil {
			base = u
		}
	}
	out := report.Page{URL: q.tell(page), Title: doc.Title, Lang: doc.Lang, Status: one.Status, Cut: one.Cut || doc.Cut, Things: []report.Thing{}}
	kept := seen{url: page, at: len(q.out.Pages)}
	guarded, stopped := q.engine(one)
	kept.starts = doc.DropIn != nil && !stopped
	q.setCookies(one)
	foreign := q.declared
	for i := range doc.Things {
		t := &doc.Things[i]
		thing, tells := q.thing(page, base, t, guarded)
		foreign = foreign || tells && thing.Class != report.Own
		if tells {
			out.Things = append(out.Things, thing)
			kept.things = append(kept.things, thing.Service+" "+thing.Kind+" "+string(thing.Class))
		}
	}
	if doc.DropIn == nil && foreign {
		q.find(engineMissing, "octroi.js", report.Finding{What: "No drop-in stands on the page.", Code: q.embed()}, report.Place{Page: page})
	}
	if doc.Lang != "" {
		if _, had := q.langs[doc.Lang]; !had {
			q.langs[doc.Lang] = page
		}
	}
	q.out.Pages = append(q.out.Pages, out)
	q.pages = append(q.pages, kept)
}

// engine judges whether Octroi stands in a page as it should; guarded is false where it
// holds nothing that comes after it, stopped tells that a policy keeps it from running.
func (q *inquiry) engine(one read) (guarded, stopped bool) {
	doc, page := one.doc, one.URL.String()
	if doc.DropIn == nil {
		if q.declared {
			q.back(page, doc)
		}
		return false, false
	}
	d := doc.DropIn
	if u := crawl.Resolve(one.URL, d.Src); u != nil && q.out.Engine == "" {
		q.out.Engine = u.String()
	}
	if d.Late != "" {
		q.find(engineLate, d.Late, report.Finding{What: "The drop-in’s tag has " + d.Late + ".", Code: `<script src="` + d.Src + `"></script>`}, report.Place{Page: page, Line: d.Line})
	} else if d.Scripts > 0 {
		q.find(engineLate, "scripts before it", report.Finding{What: fmt.Sprintf("Scripts that stand before the drop-in: %d.", d.Scripts)}, report.Place{Page: page, Line: d.Line})
	}
	stopped = q.policies(one)
	if q.cfg.NoTab {
		q.back(page, doc)
	}
	return d.Late == "" && !stopped, stopped
}

// back looks for a page's link to the choices.
func (q *inquiry) back(page string, doc *markup.Page) {
	if !doc.WayBack {
		q.find(noWayBack, "#octroi", report.Finding{What: "Nothing on the page leads to the visitor’s choices.", Code: `<a href="#octroi">Cookies</a>`}, report.Place{Page: page})
	}
}

func (q *inquiry) embed() string {
	src := "/octroi/octroi.js"
	if q.out.Engine != "" {
		src = q.out.Engine
	}
	return "<script type=\"application/json\" id=\"octroi-config\">{ … }</script>\n<script src=\"" + src + "\"></script>"
}

// thing judges one thing of a page; tells is false for what is of no account: the site's
// own pictures and the like.
func (q *inquiry) thing(page string, base *url.URL, t *markup.Thing, guarded bool) (out report.Thing, tells bool) {
	at := report.Place{Page: page, Line: t.Line, State: report.Static}
	guarded = guarded && t.After && !t.NoScript
	out = report.Thing{Kind: string(t.Kind), Line: t.Line, Markup: q.retold(t.Markup), Class: report.Own}
	var u *url.URL
	var s script
	if t.Kind == markup.Inline {
		s = q.inline(t.Text, base)
	} else {
		if u = crawl.Resolve(base, t.Address); u == nil {
			return out, false // data:, about:, no address
		}
		out.Address = q.tell(u.String())
	}
	if t.Gated {
		return q.gated(at, t, u, s, out), true
	}
	if u == nil {
		return q.inlineThing(at, t, s, guarded, out)
	}
	own := q.own(u)
	if own && t.Kind == loads.Script {
		q.scripts[u.String()] = true
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
			q.call("site", u.Host, f.IDs, report.Own, report.Static)
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
	q.call("site", u.Host, out.Service, out.Class, report.Static)
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
		if u != nil && !q.own(u) {
			q.third(at, ids, u)
		}
	}
	if u != nil && !q.own(u) {
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
		q.call("site", u.Host, ids, class, report.Static)
	}
	for id, host := range s.hosts {
		q.call(first(ids), host, id, report.Gated, report.Static)
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

// inherited are our ids for what another manager calls ids.
func (q *inquiry) inherited(manager, ids string) (ours string, all bool) {
	all = true
	for _, one := range strings.FieldsFunc(ids, func(r rune) bool { return r == ' ' || r == ',' }) {
		found := false
		for _, in := range q.cfg.Inherit {
			if in.From != manager {
				continue
			}
			if n := slices.Index(in.Names, one); n >= 0 {
				found = true
				ours = strings.TrimSpace(ours + " " + in.IDs[n])
			}
		}
		all = all && found
	}
	return ours, all
}

func (q *inquiry) ids() (ids []string) {
	for n := range len(q.cfg.Categories) + len(q.cfg.Services) {
		ids = append(ids, q.cfg.ID(n))
	}
	return ids
}

// third notes an essential service that is on another origin.
func (q *inquiry) third(at report.Place, ids string, u *url.URL) {
	for id := range strings.FieldsSeq(ids) {
		if s := q.service(id); s != nil && q.required(s) && !q.own(u) || s == nil && q.categoryRequired(id) && !q.own(u) {
			q.find(essentialThird, id+" "+u.Host, report.Finding{Service: id, What: "“" + id + "” is essential, and loads " + short(u) + "."}, at)
		}
	}
}

func (q *inquiry) categoryRequired(id string) bool {
	n := q.cfg.Find(id)
	return n >= 0 && n < len(q.cfg.Categories) && q.cfg.Categories[n].Required
}

// inline tells what a script's text is about; pages share most of theirs.
func (q *inquiry) inline(text string, base *url.URL) script {
	s, had := q.texts[text]
	if !had {
		s = q.read(text, base)
		if len(q.texts) < 10000 {
			q.texts[text] = s
		}
	}
	return s
}

// inlineThing judges an inline script that runs.
func (q *inquiry) inlineThing(at report.Place, t *markup.Thing, s script, guarded bool, out report.Thing) (report.Thing, bool) {
	q.evidence.mentions(t.Text)
	ids := append(slices.Clone(s.declared), s.known...)
	for id, host := range s.hosts {
		class := report.NotHeld
		if guarded && slices.Contains(s.declared, id) {
			class = report.Held
		}
		q.call("site", host, id, class, report.Static)
	}
	if len(ids) == 0 || len(s.known) == 0 && !s.shut {
		return out, len(ids) > 0
	}
	for _, id := range s.declared {
		q.evidence.see(id)
	}
	out.Service = strings.Join(ids, " ")
	if len(s.declared) > 0 {
		out.Category = q.category(s.declared[0])
	} else {
		out.Category = q.known.services[s.known[0]].Category
	}
	out.Class = report.NotHeld
	if guarded && (s.shut && len(s.known) == 0 || s.held) {
		out.Class = report.Held
		return out, true
	}
	for _, id := range s.known {
		q.undeclared(id, s.hosts[id], at)
	}
	q.find(requestBefore, "inline script of "+ids[0], report.Finding{Service: out.Service,
		What: "The snippet runs before there is a choice, and nothing holds it.", Fix: "Gate it in the markup:", Code: gatedTag(t, ids[0])}, at)
	return out, true
}

// readScripts reads the site's own scripts for what they bring.
func (q *inquiry) readScripts(ctx context.Context) {
	for n, address := range sorted(q.scripts) {
		if n >= maxScripts || ctx.Err() != nil {
			return
		}
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		q.site.Wait(ctx)
		q.site.Progress(Progress{"reading", q.tell(address), n, len(q.scripts)})
		one, cancel := context.WithTimeout(ctx, 20*time.Second)
		p, err := crawl.Get(one, q.site.Fetch, u, maxScript)
		cancel()
		if err != nil || p.Status != 200 {
			continue
		}
		q.out.Bytes += p.Bytes
		q.evidence.mentions(p.Text)
		s := q.read(p.Text, u)
		at := report.Place{Page: address, State: report.Static}
		for _, id := range s.declared {
			q.evidence.see(id)
			if host := s.hosts[id]; host != "" {
				q.call("site", host, id, report.Held, report.Static)
			}
		}
		for _, id := range s.known {
			if host := s.hosts[id]; host != "" {
				q.undeclared(id, host, at)
				q.call("site", host, id, report.NotHeld, report.Static)
			}
		}
	}
}

// beside looks whether what the drop-in loads stands beside it.
func (q *inquiry) beside(ctx context.Context) {
	if q.out.Engine == "" {
		return
	}
	engine, err := url.Parse(q.out.Engine)
	q.out.Engine = q.tell(q.out.Engine)
	if err != nil || !q.own(engine) {
		return
	}
	for file, without := range map[string]string{
		"octroi.rest.js":   "no visitor gets the second layer, and embeds have no stand-ins",
		"octroi.nowasm.js": "visitors whose browser runs no WebAssembly are not asked, and everything that is not essential stays shut",
	} {
		if u := crawl.Resolve(engine, file); !q.there(ctx, u) {
			q.find(fileMissing, file, report.Finding{What: u.Path + " is not there; without it, " + without + ".", Fix: "Copy it from dist/ to the folder of the drop-in."}, report.Place{Page: q.start.String()})
		}
	}
}

func (q *inquiry) there(ctx context.Context, u *url.URL) bool {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	p, err := crawl.Get(ctx, q.site.Fetch, u, 1<<20)
	return err == nil && p.Status == 200
}

// languages looks for texts that pages of a language lack.
func (q *inquiry) languages(ctx context.Context) {
	if !q.declared || len(q.cfg.Categories) == 0 {
		return
	}
	for lang, page := range q.langs {
		at := report.Place{Page: page}
		var paths []string
		lacks := func(path string, t config.Text) {
			if t.Lacks(lang) {
				paths = append(paths, path)
			}
		}
		lacks("site.name", q.cfg.Site.Name)
		for i := range q.cfg.Categories {
			c := &q.cfg.Categories[i]
			lacks("categories."+c.ID+".label", c.Label)
			lacks("categories."+c.ID+".text", c.Text)
		}
		for i := range q.cfg.Services {
			s := &q.cfg.Services[i]
			lacks("services."+s.ID+".name", s.Name)
			lacks("services."+s.ID+".purpose", s.Purpose)
		}
		if len(paths) > 0 {
			q.find(textMissing, "declaration "+lang, report.Finding{What: "The declaration lacks, in “" + lang + "”, which this page is in: " + strings.Join(paths, ", ") + ".",
				Fix: "Write these in that language too."}, at)
		}
		if q.o.Languages == "" {
			continue
		}
		file, _ := locale.Choose(lang, q.o.Languages, "")
		if file == "" {
			q.find(textMissing, "interface "+lang, report.Finding{What: "The interface has no texts in “" + lang + "”; visitors are asked in another language.", Fix: "Write locales/" + lang + ".json beside the drop-in’s others, and build with it."}, at)
			continue
		}
		engine, err := url.Parse(q.out.Engine)
		if file == "en" || err != nil || q.out.Engine == "" || !strings.HasPrefix(q.out.Engine, q.shown) {
			continue
		}
		if u := crawl.Resolve(q.start, crawl.Resolve(engine, "locales/"+file+".json").Path); !q.there(ctx, u) {
			q.find(textMissing, "locales/"+file+".json", report.Finding{What: u.Path + " is not there: visitors of pages in “" + lang + "” are asked in another language.", Fix: "Copy locales/ from dist/ to the folder of the drop-in."}, at)
		}
	}
}

// short is an address without its query: what a finding is about.
func short(u *url.URL) string {
	s := *u
	s.RawQuery, s.Fragment, s.RawFragment, s.ForceQuery = "", "", "", false
	return s.String()
}

func first(ids string) string {
	id, _, _ := strings.Cut(ids, " ")
	return id
}

func quote(s string) string { return `"` + s + `"` }

func sorted(set map[string]bool) []string {
	var list []string
	for one := range set {
		list = append(list, one)
	}
	slices.Sort(list)
	return list
}
