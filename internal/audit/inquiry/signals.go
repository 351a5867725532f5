package inquiry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// Google is what Google's scripts took from the page of the visitor's consent; nil where none ran.
type Google struct {
	Default bool     // a default was set
	Late    bool     // after a tag had asked
	Granted []string // kinds of consent that it takes for granted
}

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
	g := s.Google
	if g == nil {
		return
	}
	const mend = `Have Octroi tell it, in the declaration: "signals": {"google": {…}}, and put octroi.js before Google’s tag.`
	if !g.Default {
		q.find(signalsMissing, "google", report.Finding{What: "Google’s script ran, and nothing had told it that all is denied before a choice.", Fix: mend}, at)
	}
	if g.Late {
		q.find(signalsLate, "google", report.Finding{What: "A tag of Google’s read the consent before the default was set.", Fix: "Put octroi.js before Google’s tag, as a plain script in the page’s HTML."}, at)
	}
	if s.State != report.Granted && len(g.Granted) > 0 {
		granted := slices.Sorted(slices.Values(g.Granted))
		q.find(signalsGrant, "google", report.Finding{What: fmt.Sprintf("Google takes for granted: %s.", strings.Join(granted, ", ")), Fix: mend}, at)
	}
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
