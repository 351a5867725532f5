package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sample() *Report {
	return &Report{Version: "1.2.3", Site: "https://shop.example", At: 1000, Pages: []Page{{URL: "https://shop.example/", Live: "yes"}, {URL: "https://shop.example/a"}}, Findings: []Finding{
		{Rule: "never-seen", Title: "Declared, and never seen", Level: Note, Requirement: "R1.19", Subject: "ghost", What: "w", Why: "y", Fix: "f", Count: 1},
		{Rule: "request-before-consent", Title: "A request", Level: Error, Requirement: "R1.01", Subject: "https://t.example/a.js", What: "What.", Why: "Why.", Fix: "Fix.", Code: "<script>\nline",
			Places: []Place{{Page: "https://shop.example/a?b=<c>", Line: 7, State: Static}, {Page: "https://shop.example/", State: Undecided}}, Count: 9},
	}, First: FirstOf(2), Causes: []Cause{
		{Title: "A tag runs", Level: Error, Mend: "Gate it.", Code: "<script>\nline", Findings: []int{1}},
		{Title: "Declared, and never seen", Subject: "ghost", Level: Note, Mend: "f", Findings: []int{0}},
	}}
}

func TestComparison(t *testing.T) {
	earlier, now := sample(), sample()
	earlier.Findings[0].Subject = "other"
	earlier.Findings[1].Places[0].Line = 99 // lines move
	now.Compare(earlier)
	assert.Equal(t, []bool{true, false}, []bool{now.Findings[0].New, now.Findings[1].New})
	assert.Equal(t, &Comparison{At: 1000, New: 1, Still: 1, Gone: []Finding{earlier.Findings[0]}}, now.Compared)
}

func TestFirst(t *testing.T) {
	for causes, want := range []First{{}, {"Mend this one", 1}, {"Mend these two", 2}, {"Mend these three first", 3}, {"Mend these three first", 3}} {
		assert.Equal(t, want, FirstOf(causes))
	}
}

func TestLevels(t *testing.T) {
	r := sample()
	assert.Equal(t, []int{1, 1, 2}, []int{r.Count(Error), r.Count(Warning), r.Count(Note)})
	assert.Zero(t, Level("fatal").Weight())
}

func TestKindsOfCalls(t *testing.T) {
	for _, row := range []struct {
		call Call
		want Kind
	}{
		{call: Call{Class: Own, States: []State{Undecided, Granted}}, want: Free},
		{call: Call{Class: NotHeld, States: []State{Static}}, want: Early},
		{call: Call{Class: Gated, States: []State{Static, Refused}}, want: Early},
		{call: Call{Class: Held, From: "site", States: []State{Undecided}}, want: Early},
		{call: Call{Class: Gated, States: []State{Granted, Withdrawn}}, want: Early},
		{call: Call{Class: Held, From: "site", States: []State{Static}}, want: Parsed},
		{call: Call{Class: Held, From: "site", States: []State{Static, Granted}}, want: Consented},
		{call: Call{Class: Held, From: "stats", States: []State{Static}}, want: Consented},
		{call: Call{Class: Gated, States: []State{Static}}, want: Consented},
	} {
		assert.Equal(t, row.want, row.call.Judge(), "%+v", row.call)
	}
}

// The log has what SARIF 2.1.0 requires, and says where.
func TestSARIF(t *testing.T) {
	b, err := sample().SARIF()
	require.NoError(t, err)
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name, Version string
					Rules         []struct{ ID, HelpURI string }
				}
			}
			OriginalURIBaseIDs map[string]struct{ URI string }
			Properties         struct {
				First  First
				Causes []Cause
			}
			Results []struct {
				RuleID, Level string
				Message       struct{ Text string }
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI, URIBaseID string }
						Region           *struct{ StartLine int }
					}
				}
				PartialFingerprints map[string]string
			}
		}
	}
	require.NoError(t, json.Unmarshal(b, &log))
	assert.Equal(t, "2.1.0", log.Version)
	require.Len(t, log.Runs, 1)
	run := log.Runs[0]
	assert.Equal(t, "Octroi audit", run.Tool.Driver.Name)
	assert.Equal(t, "1.2.3", run.Tool.Driver.Version)
	require.Len(t, run.Tool.Driver.Rules, 2)
	assert.Regexp(t, `^https://.*/audit/[a-z-]+\.html$`, run.Tool.Driver.Rules[0].HelpURI)
	assert.Equal(t, "https://shop.example/", run.OriginalURIBaseIDs["SITE"].URI)
	require.Len(t, run.Results, 2)
	assert.NotNil(t, run.Results[0].Locations)
	one := run.Results[1]
	assert.Equal(t, "request-before-consent", one.RuleID)
	assert.Equal(t, "error", one.Level)
	assert.Equal(t, "What. Fix.\n\n<script>\nline", one.Message.Text)
	assert.Equal(t, "./a?b=%3Cc%3E", one.Locations[0].PhysicalLocation.ArtifactLocation.URI)
	assert.Equal(t, 7, one.Locations[0].PhysicalLocation.Region.StartLine)
	assert.Equal(t, ".", one.Locations[1].PhysicalLocation.ArtifactLocation.URI)
	assert.Nil(t, one.Locations[1].PhysicalLocation.Region)
	assert.Equal(t, sample().Findings[1].Key(), one.PartialFingerprints["octroi/v1"])
	assert.Equal(t, sample().First, run.Properties.First)
	assert.Equal(t, sample().Causes, run.Properties.Causes)
}

func TestText(t *testing.T) {
	r := sample()
	r.Causes[0].Title += "\x1b[2J"
	r.Findings[1].What = "\x1b]0;owned\a\u202e\u009b31m"
	r.Failed = []Failure{{URL: "https://shop.example/\x1b[2J", Why: "answers 404"}}
	r.Ended = "it was stopped"
	r.Compare(&Report{At: 0})
	var b strings.Builder
	r.Text(&b)
	text := b.String()
	assert.Contains(t, text, "Octroi 1.2.3\n")
	assert.Contains(t, text, "https://shop.example: 2 pages read, 1 of them loaded as a visitor")
	assert.Contains(t, text, "stopped: it was stopped")
	assert.Contains(t, text, "\n\nMend these two:\n  1. A tag runs·[2J. Gate it. (1 finding)\n  2. Declared, and never seen: ghost. f (1 finding)\n\n  not read: ", "it begins with what to do first")
	assert.Contains(t, text, "\n1. A tag runs·[2J (error, 1 finding)\n   mend: Gate it.\n       <script>\n       line\n")
	assert.Contains(t, text, "   error request-before-consent (R1.01, new): https://t.example/a.js\n")
	assert.Contains(t, text, "     at https://shop.example/a?b=<c>:7\n     at https://shop.example/ (undecided)\n")
	assert.Contains(t, text, "1 error, 0 warnings, 1 note; since the audit of 1970-01-01 00:00: 2 new, 0 still there, 0 gone\n")
	assert.NotRegexp(t, "[\x00-\x09\x0b-\x1f\u0080-\u009f\u202e]", text, "nothing that a terminal obeys")
}
