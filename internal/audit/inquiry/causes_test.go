package inquiry

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// grouped is a report's causes in short: level, heading, mend, and the findings beneath.
func grouped(r *report.Report) (list []string) {
	for i := range r.Causes {
		c := &r.Causes[i]
		line := string(c.Level) + " | " + c.Heading() + " | " + c.Mend
		for _, n := range c.Findings {
			line += " | " + r.Findings[n].Rule + " " + r.Findings[n].Subject
		}
		list = append(list, line)
	}
	return list
}

// found is a finding of a rule, at places as "/ 7 static" and "/a undecided".
func found(rule, subject, service, code string, places ...string) report.Finding {
	r, _ := byID(rule)
	f := report.Finding{Rule: rule, Title: r.title, Level: r.level, Subject: subject, Service: service, Fix: "Fix " + subject + ":", Code: code, Count: len(places)}
	for _, p := range places {
		page, state, _ := strings.Cut(p, " ")
		f.Places = append(f.Places, report.Place{Page: page, State: report.State(state)})
	}
	return f
}

// What mends findings is their cause, each finding has one, and the weightiest goes first.
func TestCauses(t *testing.T) {
	tag := func(id string, class report.Class) report.Thing {
		return report.Thing{Kind: "script", Service: id, Class: class, Requested: true}
	}
	for name, test := range map[string]struct {
		pages    []report.Page
		findings []report.Finding
		want     []string
	}{
		"a tag, its requests and its cookies": {
			[]report.Page{{URL: "/", Things: []report.Thing{tag("pixel", report.NotHeld)}}},
			[]report.Finding{
				found(requestBefore, "b.example/t", "pixel", "", "/ undecided", "/ refused"), found(requestBefore, "a.js", "pixel", "<script>", "/ static"),
				found(keptBefore, "_p", "pixel", "", "/ undecided"), found(undeclaredService, "pixel", "pixel", "{}", "/ static"), found(undeclaredCookie, "_p", "pixel", "{}", "/ undecided"),
			},
			[]string{"error | The Pixel runs before there is a choice | Declare it, and gate its tag in the markup. | request-before-consent a.js | request-before-consent b.example/t | kept-before-consent _p | undeclared-service pixel | undeclared-cookie _p"},
		},
		"a tag manager, and what it brings": {
			[]report.Page{{URL: "/", Things: []report.Thing{tag("manager", report.NotHeld)}}, {URL: "/a", Things: []report.Thing{tag("manager", report.NotHeld)}}},
			[]report.Finding{
				found(requestBefore, "m.js", "manager", "<script>", "/ static", "/a static"), found(requestBefore, "p.js", "pixel", "", "/a undecided", "/ undecided"),
				found(keptRefused, "_p", "pixel", "", "/b refused"), found(undeclaredService, "pixel", "pixel", "{}", "/ undecided"), found(unknownHost, "x.example", "", "{}", "/ undecided"),
			},
			[]string{
				"error | manager runs before there is a choice | Gate its tag in the markup. What it brings then waits with it. | request-before-consent m.js | request-before-consent p.js",
				"error | The declaration lacks what is there | Take what is missing from the declaration draft, and fill in what it calls TO DO. | undeclared-service pixel | unknown-host x.example",
				"error | The Pixel goes on after a refusal | Fix _p. | kept-after-refusal _p",
			},
		},
		"a tag that the guard holds brings nothing": {
			[]report.Page{{URL: "/", Things: []report.Thing{tag("manager", report.Held)}}},
			[]report.Finding{found(requestBefore, "p.js", "pixel", "", "/ undecided")},
			[]string{"error | The Pixel is asked for before there is a choice | Fix p.js. | request-before-consent p.js"},
		},
		"no engine on most pages goes before all": {
			[]report.Page{{URL: "/", Engine: engineMissing}, {URL: "/a", Engine: engineMissing}, {URL: "/b"}},
			[]report.Finding{
				found(requestBefore, "1", "pixel", "", "/ undecided"), found(requestBefore, "2", "other", "", "/b undecided", "/ undecided"), found(keptBefore, "_p", "pixel", "", "/b undecided"),
				found(lessProminent, "aside", "", "", "/b undecided"), found(engineMissing, "octroi.js", "", "<script>", "/", "/a"), found(secondInterface, "aside", "", "", "/b undecided"),
			},
			[]string{
				"error | A page without the engine | Fix octroi.js. | engine-missing octroi.js | request-before-consent 1",
				"error | Two consent interfaces at once: aside | Fix aside. | second-interface aside | refuse-less-prominent aside",
				"error | other is asked for before there is a choice | Fix 2. | request-before-consent 2",
				"error | The Pixel keeps something before there is a choice | Fix _p. | kept-before-consent _p",
			},
		},
		"a fault of the declaration goes before all": {
			nil,
			[]report.Finding{
				found(keptBefore, "_a", "a", "", "/ undecided"), found(keptBefore, "_b", "a", "", "/ undecided"), found(keptBefore, "_c", "a", "", "/ undecided"),
				found(lifeOverLaw, "$.services[0].cookies[0].life", "", "", "/"), found(declarationFault, "$.site", "", "", "/"), found(declarationHint, "$.services[1].urls[0]", "", "", "/"),
			},
			[]string{
				"error | The declaration has faults | Mend each as its finding says; octroi check names its line. | life-over-13-months $.services[0].cookies[0].life | declaration-fault $.site",
				"error | a keeps something before there is a choice | Fix _a. | kept-before-consent _a | kept-before-consent _b | kept-before-consent _c",
				"note | A pattern that is seldom meant so: $.services[1].urls[0] | Fix $.services[1].urls[0]. | declaration-hint $.services[1].urls[0]",
			},
		},
		"what is mended apart has causes apart": {
			[]report.Page{{URL: "/", Things: []report.Thing{tag("pixel", report.NotHeld)}}},
			[]report.Finding{
				found(requestBefore, "no.gif", "pixel", "", "/ static"), found(requestBefore, "a.js", "pixel", "<script>", "/ static"), found(lifeOverLaw, "_p", "pixel", "", "/ granted"), found(lifeOverLaw, "_q", "pixel", "", "/ granted"),
				found(essentialThird, "e x", "e", "", "/"), found(essentialKind, "e", "e", "", "/"), found(connectBefore, "p.example", "pixel", "", "/ static"), found(undeclaredCookie, "_r", "pixel", "{}", "/ granted"),
				found(signalsGrant, "google", "", "", "/ undecided"), found(signalsLate, "google", "", "", "/ undecided"), found(signalsMissing, "microsoft, update", "", "", "/ undecided"),
				found(unknownID, "x", "", "", "/ static"), found(unknownID, "y", "", "", "/ static"),
			},
			[]string{
				"error | A life of more than 13 months: The Pixel | Set each for no longer than is declared, and for 13 months at most; do not renew it on later visits. | life-over-13-months _p | life-over-13-months _q",
				"error | An essential service of a third party: e | Fix e x. | essential-third-party e x | essential-not-exempt e",
				"error | A vendor takes for granted what was not: google | Fix google. | signals-grant google | signals-late google",
				"error | A request before consent: no.gif | Fix no.gif. | request-before-consent no.gif",
				"error | The Pixel runs before there is a choice | Gate its tag in the markup. | request-before-consent a.js",
				"warning | A connection before consent: p.example | Fix p.example. | connect-before-consent p.example",
				"warning | A cookie that is not declared: _r | Fix _r. | undeclared-cookie _r",
				"warning | A vendor is not told of the choices: microsoft, update | Fix microsoft, update. | signals-missing microsoft, update",
				"warning | Gated for nobody: x | Fix x. | unknown-id x",
				"warning | Gated for nobody: y | Fix y. | unknown-id y",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := &report.Report{Pages: test.pages, Findings: test.findings, Services: []report.Service{{ID: "pixel", Name: "The Pixel"}}}
			r.Causes = causes(r, func(id string) bool { return id == "manager" })
			assert.Equal(t, test.want, grouped(r))
		})
	}
}

// Of every rule alone there is a cause that says what to do, in one line.
func TestEachRuleHasACause(t *testing.T) {
	for _, rule := range rules {
		for _, many := range []int{1, 2} {
			r := &report.Report{}
			for n := range many {
				r.Findings = append(r.Findings, found(rule.id, strings.Repeat("s", n+1), "pixel", "", "/ undecided"))
			}
			list := causes(r, func(string) bool { return false })
			var all []int
			for _, c := range list {
				assert.NotEmpty(t, c.Title, rule.id)
				assert.Regexp(t, `^[^\n]+[.?]$`, c.Mend, rule.id)
				assert.Equal(t, rule.level, c.Level)
				all = append(all, c.Findings...)
			}
			slices.Sort(all)
			assert.Equal(t, []int{0, 1}[:many], all, "%s: each finding once", rule.id)
		}
	}
}

// An audit of a shop whose tag manager nobody holds names that first, and its page knows it.
func TestAnAuditNamesTheCauses(t *testing.T) {
	const manager = `<script>(function(w,d,s,l,i){w[l]=w[l]||[];var j=d.createElement(s);j.src='https://www.googletagmanager.com/gtm.js?id='+i;d.head.append(j)})(window,document,'script','dataLayer','GTM-1')</script>`
	asked := func(state report.State) Observation {
		return Observation{State: state, At: now, Engine: true, HasReopenLink: true, Requests: []Request{
			{URL: "https://www.googletagmanager.com/gtm.js?id=GTM-1"}, {URL: "https://connect.facebook.net/en_US/fbevents.js"}, {URL: "https://www.facebook.com/tr?id=1"}}}
	}
	r := audit(t, world{
		pages:    map[string]string{"/": page(declared, manager)},
		observed: map[string][]Observation{"/": {asked(report.Undecided), asked(report.Refused), asked(report.Granted), asked(report.Withdrawn)}},
	}, Options{Live: 1})
	require.NotEmpty(t, r.Causes)
	assert.Equal(t, report.First{Title: "Mend these two", Count: 2}, r.First)
	assert.Equal(t, []string{
		"error | Google Tag Manager runs before there is a choice | Declare it, and gate its tag in the markup. What it brings then waits with it. | request-before-consent inline script of google-tag-manager | request-before-consent https://connect.facebook.net/en_US/fbevents.js | request-before-consent https://www.facebook.com/tr | request-before-consent https://www.googletagmanager.com/gtm.js | undeclared-service google-tag-manager",
		"error | A service that is not declared: meta-pixel | Declare it; ./build.sh declare writes it out from this line. | undeclared-service meta-pixel",
	}, grouped(r))
}
