package inquiry

import (
	"cmp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// list writes out what was met.
func (q *inquiry) list() {
	for _, c := range q.calls.order {
		c.Kind = c.Judge()
		q.out.Calls = append(q.out.Calls, *c)
	}
	for _, key := range q.evidence.order {
		q.out.Kept = append(q.out.Kept, *q.evidence.kept[key])
	}
	hosts := func(id string) []string {
		list := []string{}
		for _, c := range q.out.Calls {
			if slices.Contains(strings.Fields(c.Service), id) {
				list = add(list, c.To)
			}
		}
		return list
	}
	for i := range q.cfg.Services {
		s := &q.cfg.Services[i]
		_, known := q.known.services[s.ID]
		q.out.Services = append(q.out.Services, report.Service{ID: s.ID, Name: s.Name.In("en", q.cfg.Language), Provider: s.Provider,
			Category: q.cfg.Categories[s.Category].ID, Declared: true, Known: known, Seen: q.evidence.ids[s.ID] || q.sent(s), Hosts: hosts(s.ID)})
	}
	for _, id := range sorted(q.evidence.known) {
		s := q.known.services[id]
		q.out.Services = append(q.out.Services, report.Service{ID: id, Name: s.Name, Provider: s.Provider, Category: s.Category, Known: true, Seen: true, Hosts: hosts(id)})
	}
	for _, host := range sorted(q.evidence.hosts) {
		q.out.Services = append(q.out.Services, report.Service{ID: idOf(host), Name: host, Seen: true, Hosts: []string{host}})
	}
	for _, key := range q.findings.order {
		q.out.Findings = append(q.out.Findings, *q.findings.byKey[key])
	}
	slices.SortStableFunc(q.out.Findings, func(a, b report.Finding) int {
		_, m := byID(a.Rule)
		_, n := byID(b.Rule)
		return cmp.Or(b.Level.Weight()-a.Level.Weight(), m-n, strings.Compare(a.Subject, b.Subject))
	})
	for i := range q.out.Pages {
		q.out.Pages[i].Engine = q.findings.unguarded[q.out.Pages[i].URL]
	}
	q.out.Causes = causes(q.out, q.managesTags)
	q.out.First = report.FirstOf(len(q.out.Causes))
}
