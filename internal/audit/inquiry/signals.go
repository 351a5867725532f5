package inquiry

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// Google is what Google's scripts took from the page of the visitor's consent; nil where none ran.
type Google struct {
	Default, Update bool            // it was told a default, and an update
	Late            bool            // after a tag had asked
	Types           map[string]bool // the kinds of consent that it was told of: whether granted
}

// Microsoft is what UET took; nil where it did not run.
type Microsoft struct {
	Told    bool // of consent, at all
	Granted bool // it stores
}

// googleTypes are the kinds of consent that Google asks for. One that it was never told of
// counts as granted.
var googleTypes = []string{"ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"}

// signals judges what vendors were told on a page.
func (q *inquiry) signals(s Observation, at report.Place) {
	for _, conflict := range s.Conflicts {
		what, fix, _ := strings.Cut(conflict, ": ")
		// Where in its queue it stands changes with the visitor's state.
		queue, rest, _ := strings.Cut(what, "[")
		_, rest, _ = strings.Cut(rest, "]")
		subject, _, _ := strings.Cut(queue+rest, ",")
		q.find(signalsConflict, subject, report.Finding{What: sentence(what), Fix: sentence(fix)}, at)
	}
	q.google(s, at)
	q.microsoft(s, at)
	q.requestsTell(s, at)
}

const (
	tellGoogle    = `Have Octroi tell it, in the declaration: "signals": {"google": {…}}, and put octroi.js before Google’s tag.`
	tellMicrosoft = `Have Octroi tell it, in the declaration: "signals": {"microsoft": {…}}, and put octroi.js before Microsoft’s tag.`
)

func (q *inquiry) google(s Observation, at report.Place) {
	g := s.Google
	if g == nil {
		return
	}
	var granted, unset []string
	for _, kind := range slices.Sorted(maps.Keys(g.Types)) {
		if g.Types[kind] && s.unasked("google", kind) {
			granted = append(granted, kind)
		}
	}
	for _, kind := range googleTypes {
		if _, told := g.Types[kind]; !told && g.Default {
			unset = append(unset, kind)
		}
	}
	if len(granted) > 0 {
		q.find(signalsGrant, "google", report.Finding{What: fmt.Sprintf("Google takes for granted: %s.", strings.Join(granted, ", ")), Fix: tellGoogle}, at)
	}
	if unset != nil {
		q.find(signalsGrant, "google, never told", report.Finding{What: fmt.Sprintf("Google was never told of %s, and takes that for granted.", strings.Join(unset, ", ")), Fix: `Name all four kinds in the default; "signals": {"google": {…}} does.`}, at)
	}
	if !g.Default {
		q.find(signalsMissing, "google", report.Finding{What: "Google’s script ran, and nothing had told it that all is denied before a choice.", Fix: tellGoogle}, at)
	} else if s.State != report.Undecided && !g.Update {
		q.find(signalsMissing, "google, update", report.Finding{What: "The visitor has chosen, and Google was told of no update.", Fix: tellGoogle}, at)
	}
	if g.Late {
		q.find(signalsLate, "google", report.Finding{What: "A tag of Google’s read the consent before the default was set.", Fix: "Put octroi.js before Google’s tag, as a plain script in the page’s HTML."}, at)
	}
}

func (q *inquiry) microsoft(s Observation, at report.Place) {
	m := s.Microsoft
	if m == nil {
		return
	}
	if !m.Told {
		q.find(signalsMissing, "microsoft", report.Finding{What: "Microsoft’s UET ran, and nothing had told it of the visitor’s consent.", Fix: tellMicrosoft}, at)
	}
	if m.Granted && s.unasked("uetq", "ad_storage") {
		q.find(signalsGrant, "microsoft", report.Finding{What: "Microsoft’s UET takes for granted: ad_storage.", Fix: tellMicrosoft}, at)
	}
}

// requestsTell judges what Google's requests say of the visitor's consent: gcs=G1, a digit for
// ad_storage and one for analytics_storage, "-" for what was never told.
func (q *inquiry) requestsTell(s Observation, at report.Place) {
	for _, r := range s.Requests {
		u, err := url.Parse(r.URL)
		if err != nil {
			continue
		}
		gcs := u.Query().Get("gcs")
		if len(gcs) != 4 || gcs[:2] != "G1" {
			continue
		}
		for i, kind := range googleTypes[:2] {
			if gcs[2+i] != '0' && s.unasked("google", kind) {
				q.find(signalsGrant, "google, requests", report.Finding{What: fmt.Sprintf("A request to %s says that %s is granted: gcs=%s.", u.Host, kind, gcs), Fix: tellGoogle}, at)
			}
		}
	}
}

// unasked reports whether a grant of a kind that a vendor takes is nobody's in this state: the
// visitor has not agreed, and it is none that is always there.
func (s *Observation) unasked(vendor, kind string) bool {
	return s.State != report.Granted && !slices.Contains(s.Told, vendor+" "+kind)
}

// sentence begins with a capital and ends with a full stop, unless it begins with code.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	if first, _, _ := strings.Cut(text, " "); !strings.ContainsAny(first, "[(._") {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return text + "."
}
