package inquiry

import (
	"cmp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
	"github.com/octroi-consent/octroi/internal/loads"
)

// Causes of several rules, or of a part of one.
const (
	lacking  = "declare"     // the declaration does not have it
	faulty   = "declaration" // the declaration is wrong
	unscript = "noscript"    // it stands where no script can hold it
)

// several are what a cause is called, and what mends it, where it has more than one finding and
// none of them says it for all. A title of "" is that of the first.
var several = map[string]struct{ title, mend string }{
	lacking:         {"The declaration lacks what is there", "Take what is missing from the declaration draft, and fill in what it calls TO DO."},
	faulty:          {"The declaration has faults", "Mend each as its finding says; octroi check names its line."},
	unscript:        {"Things in <noscript> load before there is a choice", "Take them out: who runs no script can grant nothing."},
	"life":          {"", "Set each for no longer than is declared, and for 13 months at most; do not renew it on later visits."},
	declarationHint: {"", "Look at each pattern, and write what is meant."},
	textMissing:     {"Texts are missing in languages of the pages", "Write what is missing, and build with these languages."},
	neverSeen:       {"", "Take out of the declaration what is gone for good."},
	connectBefore:   {"", "Take these hints out; the gated tag connects once it is granted."},
	signalsConflict: {"", "Mend each as its finding says, so that Octroi alone is heard."},
}

// unsaid are subjects that a title says already.
var unsaid = []string{"octroi.js", "#octroi", "declaration"}

// grouping puts a report's findings together by their causes.
type grouping struct {
	r          *report.Report
	manages    func(service string) bool // it brings other services
	names      map[string]string         // of services
	unguarded  map[string]string         // pages by the rule that their engine breaks
	tags       map[string][]string       // services of whose tags nothing keeps the parser, by page
	running    map[string][]string       // tag managers that run before consent, by page
	tagged     map[string]bool           // services with such a tag
	undeclared map[string]bool           // services that the declaration does not have
}

// causes groups a report's findings by what mends them, the weightiest first: what keeps the
// engine from most pages, then by level, then by how many findings it mends. Each finding has one
// cause.
func causes(r *report.Report, manages func(service string) bool) []report.Cause {
	g := &grouping{r: r, manages: manages, names: map[string]string{}, unguarded: map[string]string{}, tags: map[string][]string{}, running: map[string][]string{},
		tagged: map[string]bool{}, undeclared: map[string]bool{}}
	g.read()
	var order []string
	members := map[string][]int{}
	for i := range r.Findings {
		key := g.key(&r.Findings[i])
		if members[key] == nil {
			order = append(order, key)
		}
		members[key] = append(members[key], i)
	}
	slices.SortStableFunc(order, func(a, b string) int {
		x, y := members[a], members[b]
		return cmp.Or(g.stops(b)-g.stops(a), g.level(y).Weight()-g.level(x).Weight(), len(y)-len(x), g.places(y)-g.places(x), x[0]-y[0])
	})
	list := []report.Cause{}
	for _, key := range order {
		list = append(list, g.cause(key, members[key]))
	}
	return list
}

// read notes what pages and findings tell of services.
func (g *grouping) read() {
	for _, s := range g.r.Services {
		g.names[s.ID] = s.Name
	}
	for i := range g.r.Pages {
		p := &g.r.Pages[i]
		if p.Engine != "" {
			g.unguarded[p.URL] = p.Engine
		}
		for _, t := range p.Things {
			if t.Class != report.NotHeld && !(t.Class == report.Held && t.Requested) {
				continue
			}
			for id := range strings.FieldsSeq(t.Service) {
				g.tags[p.URL] = add(g.tags[p.URL], id)
				if script := t.Kind == string(loads.Script) || t.Kind == string(markup.Inline); script && t.Class == report.NotHeld && g.manages(id) {
					g.running[p.URL] = add(g.running[p.URL], id)
				}
			}
		}
	}
	for i := range g.r.Findings {
		f := &g.r.Findings[i]
		if isTag(f) {
			g.tagged[first(f.Service)] = true
		}
		if f.Rule == undeclaredService {
			g.undeclared[f.Service] = true
		}
	}
}

// isTag reports whether a finding is about a service's tag that is to be gated.
func isTag(f *report.Finding) bool {
	return f.Rule == requestBefore && f.Service != "" && f.Code != "" && stands(f)
}

// stands reports whether what a finding is about stands in a page's text.
func stands(f *report.Finding) bool {
	return slices.ContainsFunc(f.Places, func(p report.Place) bool { return p.State == report.Static })
}

// key names a finding's cause.
func (g *grouping) key(f *report.Finding) string {
	id := first(f.Service)
	if strings.HasPrefix(f.Subject, "$") && f.Rule != declarationHint {
		return faulty
	}
	switch f.Rule {
	case requestBefore:
		if stands(f) && f.Code == "" {
			return unscript
		}
		return g.runs(f, id)
	case requestRefused, requestWithdrawn, keptBefore, keptRefused, keptWithdrawn:
		return g.runs(f, id)
	case undeclaredService, undeclaredCookie, undeclaredKey:
		if g.tagged[id] && g.undeclared[id] {
			return "run " + id // its tag cannot be gated until it is declared
		}
		return lacking
	case unknownHost:
		return lacking
	case lifeOverLaw, lifeOverDeclared:
		return "life " + cmp.Or(id, f.Subject)
	case essentialThird, essentialKind:
		return "essential " + id
	case lessProminent, secondInterface:
		return "interface " + f.Subject
	case cspStops, cspSlows:
		return cspStops
	case signalsGrant, signalsMissing, signalsLate:
		vendor, _, _ := strings.Cut(f.Subject, ",")
		return "signals " + vendor
	case unknownID:
		return f.Rule + " " + f.Subject
	}
	return f.Rule
}

// runs tells what lets a service run without consent: its own tag; else a tag manager on each of
// the pages, which brings others; else the engine that is not there in time; else whatever of the
// service's has it run.
func (g *grouping) runs(f *report.Finding, id string) string {
	on := func(of map[string][]string, service string) func(report.Place) bool {
		return func(p report.Place) bool { return slices.Contains(of[p.Page], service) }
	}
	own := "run " + id
	if len(f.Places) == 0 || slices.ContainsFunc(f.Places, on(g.tags, id)) {
		return own
	}
	for _, manager := range g.running[f.Places[0].Page] {
		if every(f.Places, on(g.running, manager)) {
			return "run " + manager
		}
	}
	if stopped := g.unguarded[f.Places[0].Page]; stopped != "" && every(f.Places, func(p report.Place) bool { return g.unguarded[p.Page] != "" }) {
		return stopped
	}
	return own
}

func every[T any](list []T, fn func(T) bool) bool {
	return !slices.ContainsFunc(list, func(one T) bool { return !fn(one) })
}

// stops is 1 for what keeps the engine from doing its work on most pages, else 0.
func (g *grouping) stops(key string) int {
	on := 0
	for _, rule := range g.unguarded {
		if rule == key {
			on++
		}
	}
	if key == faulty || on > 0 && on*2 >= len(g.r.Pages) {
		return 1
	}
	return 0
}

func (g *grouping) level(members []int) (gravest report.Level) {
	for _, n := range members {
		if l := g.r.Findings[n].Level; l.Weight() > gravest.Weight() {
			gravest = l
		}
	}
	return gravest
}

func (g *grouping) places(members []int) (n int) {
	for _, i := range members {
		n += g.r.Findings[i].Count
	}
	return n
}

// cause writes one out; the finding that it is about goes first.
func (g *grouping) cause(key string, members []int) report.Cause {
	of, subject, _ := strings.Cut(key, " ")
	members = slices.Clone(members)
	slices.SortStableFunc(members, func(a, b int) int { return g.begins(key, a) - g.begins(key, b) })
	root := &g.r.Findings[members[0]]
	c := report.Cause{Title: root.Title, Subject: root.Subject, Level: g.level(members), Service: root.Service, Mend: root.Fix, Code: root.Code, Findings: members}
	if text, is := several[of]; is && len(members) > 1 {
		c = report.Cause{Title: cmp.Or(text.title, root.Title), Level: c.Level, Mend: text.mend, Findings: members}
	}
	switch name := cmp.Or(g.names[subject], subject, root.Subject); {
	case of == "run":
		c.Title, c.Subject, c.Service = name+" "+does(root), "", subject
		if isTag(root) {
			c.Title, c.Mend = name+" runs before there is a choice", "Gate its tag in the markup."
			if g.undeclared[subject] {
				c.Mend = "Declare it, and gate its tag in the markup."
			}
			if slices.ContainsFunc(members, func(n int) bool { return first(g.r.Findings[n].Service) != subject }) {
				c.Mend += " What it brings then waits with it."
			}
		}
	case of == "life" && len(members) > 1:
		c.Subject = name
	case len(members) > 1 && (of == root.Rule || subject != ""):
		c.Subject = subject
	}
	if slices.Contains(unsaid, c.Subject) {
		c.Subject = ""
	}
	c.Mend = strings.TrimSuffix(c.Mend, ":")
	if !strings.HasSuffix(c.Mend, ".") && !strings.HasSuffix(c.Mend, "?") {
		c.Mend += "."
	}
	return c
}

// begins is 0 for a finding that says what its cause is, else 1.
func (g *grouping) begins(key string, n int) int {
	f := &g.r.Findings[n]
	of, subject, _ := strings.Cut(key, " ")
	if f.Rule == key || of == "interface" && f.Rule == secondInterface || of == "run" && isTag(f) && first(f.Service) == subject {
		return 0
	}
	return 1
}

// does tells what a service does that has no tag.
func does(f *report.Finding) string {
	switch f.Rule {
	case requestBefore:
		return "is asked for before there is a choice"
	case keptBefore:
		return "keeps something before there is a choice"
	case requestRefused, keptRefused:
		return "goes on after a refusal"
	}
	return "goes on after a withdrawal"
}

// managesTags reports whether the catalogue knows a service as one that brings others.
func (q *inquiry) managesTags(id string) bool {
	s := q.known.services[id]
	return s != nil && s.Category == "tag-manager"
}
