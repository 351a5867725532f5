package inquiry

import (
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// evidence is what was met of services and of what they keep.
type evidence struct {
	configs map[string]bool         // declarations that are files, by address
	ids     map[string]bool         // services that were met
	known   map[string]bool         // known services that nobody declares
	hosts   map[string]bool         // hosts that nobody knows
	forms   map[string]bool         // paths of this site that forms are sent to
	kept    map[string]*report.Kept // by area and name
	order   []string
	texts   map[string]bool // of scripts, in which names may stand
	size    int
	loaded  map[string]bool // ids on pages that were loaded in each state
}

// maxTexts bounds the scripts' text that is kept to look for names in.
const maxTexts = 16 << 20

func (e *evidence) init() {
	e.configs, e.ids, e.known, e.hosts, e.forms = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	e.loaded, e.texts = map[string]bool{}, map[string]bool{}
	e.kept = map[string]*report.Kept{}
}

func (e *evidence) see(ids string) {
	for id := range strings.FieldsSeq(ids) {
		e.ids[id] = true
	}
}

// mentions keeps a script's text: names that it writes only on a click stand in it.
func (e *evidence) mentions(text string) {
	if e.size+len(text) <= maxTexts && text != "" && !e.texts[text] {
		e.size += len(text)
		e.texts[text] = true
	}
}

// mentioned reports whether the fixed part of a declared name stands in a script.
func (e *evidence) mentioned(name string) bool {
	longest := ""
	for part := range strings.SplitSeq(name, "*") {
		if len(part) > len(longest) {
			longest = part
		}
	}
	for text := range e.texts {
		if strings.Contains(text, longest) {
			return true
		}
	}
	return false
}

// areas are what a report calls those of the engine.
var areas = [config.Areas]string{"cookie", "key", "database", "cache", "worker"}

// keep notes something that was there in a state: end is Unix ms, 0 for the session's,
// -1 where the browser does not tell.
func (q *inquiry) keep(area config.Area, name string, end, now int64, at report.Place) {
	rule := gate.Of(q.cfg, q.shut, area, name)
	var ids []string
	q.items(area, name, func(s *config.Service, _ *config.Item) {
		ids = append(ids, s.ID)
		q.evidence.see(s.ID)
	})
	k := q.evidence.note(area, name)
	if k == nil {
		return
	}
	if !slices.Contains(k.States, string(at.State)) {
		k.States = append(k.States, string(at.State))
	}
	if end >= 0 {
		days := 0.0
		if end > 0 {
			days = max(.001, math.Round(float64(end-now)/float64(calendar.Day)*1000)/1000)
		}
		k.Days = max(k.Days, days)
	}
	declared, own := rule.Category >= 0, q.ownName(name)
	if own && !declared {
		k.Service, k.Declared = "octroi", span(calendar.Max)
		return
	}
	if !declared {
		if id := q.known.keeper(area, name); id != "" {
			ids = []string{id}
		}
	} else {
		k.Declared = span(rule.Life)
	}
	k.Service = strings.Join(ids, " ")
	subject, what := name, areas[area]+" "+quote(name)
	if area != config.Cookies {
		subject = areas[area] + " " + name
	}
	if q.declared && !declared {
		missing := undeclaredCookie
		if area != config.Cookies {
			missing = undeclaredKey
		}
		f := report.Finding{Service: k.Service, What: "The " + what + " is kept, and no service declares it.", Fix: "Declare it with the service that sets it:"}
		if k.Service != "" {
			f.What += " By its name it is one of " + q.known.services[k.Service].Name + "."
			q.evidence.known[k.Service] = true
		}
		f.Code = `"` + lists[area] + `": [{ "name": "` + name + `", "life": "` + q.proposed(k) + `" }]`
		q.find(missing, subject, f, at)
	}
	// What nobody declares and nobody knows may well be essential: that alone the owner can say.
	if !own && (declared && !rule.Open || !declared && k.Service != "") {
		q.mayNot(subject, what, k.Service, at)
	}
	if end <= 0 {
		return
	}
	if end > calendar.Add(now, calendar.Max)+calendar.Minute {
		q.find(lifeOverLaw, subject, report.Finding{Service: k.Service, What: "The " + what + " lasts " + days(end-now) + "; 13 months are the most.", Fix: "Set it with a Max-Age of at most 33955200 seconds (393 days), and do not renew it on later visits."}, at)
	} else if declared && end > calendar.Add(now, rule.Life)+calendar.Minute {
		q.find(lifeOverDeclared, subject, report.Finding{Service: k.Service, What: "The " + what + " lasts " + days(end-now) + ", and is declared to last " + k.Declared + ".",
			Fix: "Have it set for no longer, or declare how long it lasts:", Code: `{ "name": "` + name + `", "life": "` + q.proposed(k) + `" }`}, at)
	}
}

// mayNot notes what is kept in a state in which it must not be.
func (q *inquiry) mayNot(subject, what, service string, at report.Place) {
	f := report.Finding{Service: service, Fix: "Have whatever sets it wait for its grant: gate its script in the markup; where the server sets it, have it look for the grant first."}
	switch at.State {
	case report.Static, report.Undecided:
		f.What = "The " + what + " is there before any choice."
		q.find(keptBefore, subject, f, at)
	case report.Refused:
		if !q.also(keptBefore, subject, at) {
			f.What = "The " + what + " is there after everything was refused."
			q.find(keptRefused, subject, f, at)
		}
	case report.Withdrawn:
		if !q.also(keptBefore, subject, at) && !q.also(keptRefused, subject, at) {
			f.What = "The " + what + " is still there after everything was withdrawn."
			f.Fix = "Declare its path and domain as they are, so that it can be erased; what script cannot reach, have erase.endpoint erase on the server."
			q.find(keptWithdrawn, subject, f, at)
		}
	}
}

// ownName reports whether a name is Octroi's.
func (q *inquiry) ownName(name string) bool {
	return name == q.cfg.Name || strings.HasPrefix(name, q.cfg.Name+":")
}

func (e *evidence) note(area config.Area, name string) *report.Kept {
	key := areas[area] + " " + name
	if e.kept[key] == nil {
		if len(e.kept) >= maxListed {
			return nil
		}
		e.kept[key] = &report.Kept{Area: areas[area], Name: name, Days: -1, States: []string{}}
		e.order = append(e.order, key)
	}
	return e.kept[key]
}

// proposed is a life to declare for something that was seen.
func (q *inquiry) proposed(k *report.Kept) string {
	switch {
	case k.Days == 0:
		return "session"
	case k.Days < 0 || k.Days > 393:
		return "13 months"
	case k.Days < 1:
		return "1 day"
	}
	return report.Plural(int(math.Ceil(k.Days)), "day")
}

// lists are the declaration's names for the areas.
var lists = [config.Areas]string{"cookies", "storage", "databases", "caches", "workers"}

// unseen notes what is declared and was met nowhere, once all of the site was read. Names
// are judged where pages with their service were loaded with everything granted.
func (q *inquiry) unseen() {
	if !q.declared || len(q.out.Pages) == 0 || q.out.Ended != "" {
		return
	}
	at := report.Place{Page: q.start.String()}
	for i := range q.cfg.Services {
		s := &q.cfg.Services[i]
		if q.sent(s) {
			continue
		}
		category := q.cfg.Categories[s.Category].ID
		if !q.evidence.ids[s.ID] && !q.evidence.ids[category] {
			q.find(neverSeen, s.ID, report.Finding{Service: s.ID, What: "On none of the " + report.Plural(len(q.out.Pages), "page") + " that were read is anything of “" + s.ID + "”."}, at)
			continue
		}
		if !q.evidence.loaded[s.ID] && !q.evidence.loaded[category] && !q.required(s) || len(q.evidence.loaded) == 0 {
			continue
		}
		var names []string
		for area := range s.Items {
			for k := range s.Items[area] {
				item := &s.Items[area][k]
				if item.Domain == "" && !q.evidence.met(config.Area(area), item.Name) && !q.evidence.mentioned(item.Name) {
					names = append(names, areas[area]+" "+quote(item.Name))
				}
			}
		}
		if len(names) > 0 {
			q.find(neverSeen, "names of "+s.ID, report.Finding{Service: s.ID, What: "Declared for “" + s.ID + "”, not there on any page that was loaded, and in no script of the site: " + strings.Join(names, ", ") + "."}, at)
		}
	}
}

// sent reports whether forms of the site are sent to a service: it keeps what it keeps
// once they are, which an audit does not do.
func (q *inquiry) sent(s *config.Service) bool {
	for path := range q.evidence.forms {
		u := *q.start
		u.Path, u.RawQuery = path, ""
		if f := q.access(&u, true); slices.Contains(strings.Fields(f.IDs), s.ID) {
			return true
		}
	}
	return false
}

// met reports whether something was there under a name that a declared one fits.
func (e *evidence) met(area config.Area, pattern string) bool {
	for _, k := range e.kept {
		if k.Area == areas[area] && gate.Match(pattern, k.Name) {
			return true
		}
	}
	return false
}

// setCookies judges what the server's answers set, where the proxy tells it: browsers
// show it to no script.
func (q *inquiry) setCookies(one read) {
	text, err := url.QueryUnescape(one.Header.Get(SetCookies))
	if err != nil || text == "" {
		return
	}
	now := q.site.Now().UnixMilli()
	for line := range strings.SplitSeq(text, "\n") {
		q.setCookie(line, now, one.URL.String())
	}
}

// SetCookies is the header in which the proxy tells which cookies an answer sets: one a
// line, escaped as a query is.
const SetCookies = "Octroi-Set-Cookies"
