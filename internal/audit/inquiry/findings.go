package inquiry

import (
	"fmt"
	"slices"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// findings are what is wrong, each once with its places.
type findings struct {
	byKey     map[string]*report.Finding
	order     []string
	unguarded map[string]string // pages by the rule that their engine breaks
}

// engineStops are the rules by which a page has no engine, or none in time.
var engineStops = []string{engineMissing, engineLate, engineSilent, cspStops}

// find notes a finding, or another place of one.
func (q *inquiry) find(rule, subject string, f report.Finding, at report.Place) {
	r, _ := byID(rule)
	f.Rule, f.Subject = rule, q.publicText(subject)
	at.Page = q.public(at.Page)
	if slices.Contains(engineStops, rule) && q.findings.unguarded[at.Page] == "" {
		q.findings.unguarded[at.Page] = rule
	}
	had := q.findings.byKey[f.Key()]
	if had == nil {
		if len(q.findings.order) >= maxFindings {
			q.out.Ended = fmt.Sprintf("%d findings are enough", maxFindings)
			return
		}
		f.Title, f.Level, f.Requirement, f.Why = r.title, r.level, r.requirement, r.why
		f.Help = report.HelpForRule(r.id)
		if f.Fix == "" {
			f.Fix = r.mend
		}
		f.What, f.Fix, f.Code = q.publicText(f.What), q.publicText(f.Fix), q.publicText(f.Code)
		f.Places = []report.Place{}
		had = &f
		q.findings.byKey[f.Key()] = had
		q.findings.order = append(q.findings.order, f.Key())
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
	f := report.Finding{Rule: rule, Subject: q.publicText(subject)}
	if q.findings.byKey[f.Key()] == nil {
		return false
	}
	q.find(rule, subject, f, at)
	return true
}
