package inquiry

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// Request is what a page asked for.
type Request struct{ URL, Kind string }

// Observation is what a loaded page did in a state, as web/audit/observation.js tells it.
type Observation struct {
	State    report.State
	At       int64  // Unix ms
	Error    string // why it could not be loaded
	Engine   bool   // window.octroi has a state
	Requests []Request
	Cookies  []struct {
		Name string
		End  int64 // Unix ms; 0 with the session, -1 where the browser does not tell
	}
	Keys, Databases, Caches, Workers []string
	HasReopenLink                    bool // something visible leads to the choices
	ConsentUIs                       []ConsentUI
	Conflicts                        []string // over what vendors are told, as report() has them
	Told                             []string // what Octroi has told vendors is granted, as "google ad_storage" and "uetq ad_storage"
	Google                           *Google
	Microsoft                        *Microsoft
}

// live has pages loaded, those first that show what none before did.
func (q *inquiry) live(ctx context.Context) {
	most := q.o.Live
	if most == 0 {
		most = 10
	}
	if q.site.Load == nil || most < 0 {
		return
	}
	waiting := q.pages.judged
	met := map[string]bool{}
	total := min(most, len(waiting))
	for n := 0; n < total; n++ {
		q.site.Wait(ctx)
		if ctx.Err() != nil {
			q.out.Ended = crawl.Why(ctx.Err(), q.o.Crawl.Limit())
			return
		}
		best, fresh := 0, -1
		for i, p := range waiting {
			count := 0
			for j, t := range p.things {
				if !met[t] && !slices.Contains(p.things[:j], t) {
					count++
				}
			}
			if n > 0 && count > fresh {
				best, fresh = i, count
			}
		}
		one := waiting[best]
		waiting = slices.Delete(slices.Clone(waiting), best, best+1)
		for _, t := range one.things {
			met[t] = true
		}
		q.site.Progress(Progress{"loading", q.public(one.url), n, total})
		observed, err := q.site.Load(ctx, one.url)
		q.out.Pages[one.at].Live = "yes"
		if err != nil {
			q.out.Pages[one.at].Live = err.Error()
			q.Failed(one.url, "not loaded: "+err.Error())
			continue
		}
		q.observed(one, observed)
	}
}

// observed judges what a page did in each state.
func (q *inquiry) observed(one seen, observed []Observation) {
	whole := 0
	for _, s := range observed {
		at := report.Place{Page: one.url, State: s.State}
		if s.Error != "" {
			q.out.Pages[one.at].Live = s.Error
			q.Failed(one.url, "not loaded ("+string(s.State)+"): "+s.Error)
			continue
		}
		whole++
		if one.starts && !s.Engine && len(q.faults) == 0 {
			q.find(engineSilent, "octroi.js", report.Finding{What: "The page has the tag of octroi.js, and no engine is there after it was loaded.", Fix: "Look into the browser’s console on this page: the file may be missing, changed, or forbidden by a policy."}, at)
		}
		if s.State == report.Undecided {
			q.consentUIs(s.ConsentUIs, at)
		}
		// Before the answer the interface itself is the way.
		if s.State == report.Refused && !s.HasReopenLink {
			q.find(noReopenLink, "#octroi", report.Finding{What: "Nothing that can be seen on the page leads to the visitor’s choices.", Code: `<a href="#octroi">Cookies</a>`}, at)
		}
		for _, r := range s.Requests {
			q.request(r.URL, at)
		}
		q.signals(s, at)
		for _, c := range s.Cookies {
			q.keep(config.Cookies, c.Name, c.End, s.At, at)
		}
		for area, names := range map[config.Area][]string{config.Storage: s.Keys, config.Databases: s.Databases, config.Caches: s.Caches, config.Workers: s.Workers} {
			for _, name := range names {
				q.keep(area, name, -1, s.At, at)
			}
		}
	}
	if whole == len(report.States) {
		q.evidence.loaded["octroi"] = true
		for _, t := range one.things {
			for id := range strings.FieldsSeq(t) {
				q.evidence.loaded[id] = true
			}
		}
	}
}

// request judges an address that a loaded page asked for.
func (q *inquiry) request(address string, at report.Place) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return
	}
	own := q.firstParty(u)
	f := q.access(u, own)
	q.evidence.see(f.IDs)
	id := f.IDs
	if id == "" {
		if own {
			return
		}
		if engine, err := url.Parse(q.out.Engine); err == nil && engine.Host == u.Host {
			return // Octroi's own files, from where the site has put them
		}
		id = q.known.of(u)
	}
	class := report.NotHeld
	if at.State == report.Granted {
		class = report.Gated
	}
	if f.Verdict == gate.Allow {
		class = report.Own
		q.third(at, f.IDs, u)
	}
	q.calls.note(q.caller(u, id), u.Host, id, class, at.State)
	if f.Verdict == gate.Allow {
		return
	}
	switch {
	case f.IDs != "":
	case q.declared:
		q.undeclared(id, u.Host, at)
	case id != "": // with nothing declared, there is one finding for all; the draft has each
		q.evidence.known[id] = true
	default:
		q.evidence.hosts[u.Host] = true
	}
	if id == "" {
		return
	}
	subject := short(u)
	finding := report.Finding{Service: id, Fix: "Gate what asks for it in the markup; what a script asks for is held where the address is declared (urls)."}
	switch at.State {
	case report.Undecided:
		if q.also(connectBefore, subject, at) {
			return // it is only connected to
		}
		finding.What = "The loaded page asked for it before any choice."
		q.find(requestBefore, subject, finding, at)
	case report.Refused:
		if !q.also(requestBefore, subject, at) {
			finding.What = "The loaded page asked for it after everything was refused."
			q.find(requestRefused, subject, finding, at)
		}
	case report.Withdrawn:
		if !q.also(requestBefore, subject, at) && !q.also(requestRefused, subject, at) {
			finding.What = "The loaded page asked for it after everything was withdrawn."
			q.find(requestWithdrawn, subject, finding, at)
		}
	}
}

// caller tells who asks for an address, as far as markup and scripts tell it: what stands
// in neither is asked for by its own service's script.
func (q *inquiry) caller(u *url.URL, id string) string {
	if id == "" || q.calls.byKey["site "+u.Host+" "+id] != nil {
		return "site"
	}
	for _, c := range q.calls.byKey {
		if slices.Contains(strings.Fields(c.Service), first(id)) {
			return first(id)
		}
	}
	return "site"
}

// setCookie judges one that the server's answer sets.
func (q *inquiry) setCookie(line string, now int64, page string) {
	c, ok := cookie.Parse(line, now)
	if !ok || c.Persistent && c.End <= now {
		return
	}
	end := int64(0)
	if c.Persistent {
		end = c.End
	}
	q.keep(config.Cookies, c.Name, end, now, report.Place{Page: page, State: report.Static})
}

// essentials looks at services that are said to be essential.
func (q *inquiry) essentials() {
	for i := range q.cfg.Services {
		s := &q.cfg.Services[i]
		if !q.required(s) {
			continue
		}
		at := report.Place{Page: q.start.String()}
		var found []string
		if k := q.known.services[s.ID]; k != nil {
			found = append(found, s.ID)
		}
		for _, address := range s.URLs {
			if u := crawl.Resolve(q.start, pattern(address)); u != nil && !q.firstParty(u) {
				if id := q.known.of(u); id != "" {
					found = add(found, id)
				}
			}
		}
		for area := range s.Items {
			for _, item := range s.Items[area] {
				if item.Domain != "" {
					q.find(essentialThird, s.ID+" "+item.Name, report.Finding{Service: s.ID, What: "“" + s.ID + "” is essential, and its cookie " + quote(item.Name) + " is another site’s: " + item.Domain + "."}, at)
				}
				if id := q.known.keeper(config.Area(area), strings.ReplaceAll(item.Name, "*", "1")); id != "" {
					found = add(found, id)
				}
			}
		}
		for _, id := range found {
			k := q.known.services[id]
			if k.Category != "payment" { // invoicing what is bought is exempt (R1.60)
				q.find(essentialKind, s.ID, report.Finding{Service: s.ID, What: "“" + s.ID + "” is declared essential, and is " + k.Name + " by what it calls or keeps: " + strings.ToLower(k.Purpose["en"])}, at)
			}
		}
	}
}

// pattern makes an address of one of a declaration's urls.
func pattern(text string) string {
	text = strings.ReplaceAll(text, "*.", "any.")
	text = strings.ReplaceAll(text, "*", "any")
	if strings.HasPrefix(text, "/") || strings.Contains(text, "://") {
		return text
	}
	return "https://" + text
}

// span words a declared life.
func span(s calendar.Span) string {
	switch {
	case s.Session():
		return "the session"
	case s.Months > 0:
		return report.Plural(s.Months, "month")
	}
	return days(s.Seconds * 1000)
}

// days words a length in ms.
func days(ms int64) string {
	for _, unit := range []struct {
		name string
		ms   int64
	}{{name: "day", ms: calendar.Day}, {name: "hour", ms: 60 * calendar.Minute}, {name: "minute", ms: calendar.Minute}} {
		if ms >= unit.ms {
			return report.Plural(int((ms+unit.ms/2)/unit.ms), unit.name)
		}
	}
	return report.Plural(int(time.Duration(ms)*time.Millisecond/time.Second), "second")
}
