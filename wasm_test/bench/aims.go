package main

import (
	"cmp"
	"fmt"
	"strings"
)

// aim is a line of the report: what Octroi came to, what that is held against, and whether it
// is what was aimed at.
type aim struct {
	text, own, other string
	met              bool
}

func (a aim) start() string { return "| " + a.text + " |" }

func (a aim) row() string {
	return fmt.Sprintf("%s %s | %s | %s |\n", a.start(), a.own, a.other, map[bool]string{true: "met", false: "**missed**"}[a.met])
}

// goal is what makes an aim: a figure of the built form, beside that of the best other manager
// that gates, or of one that is named.
type goal struct {
	text   string
	of     func(*result) []figures
	column column
	unit   string
	rival  string // what its name begins with
	form   string // of Octroi's, "" for the first
	met    func(own, other float64) bool
}

func atMost(limit float64) func(own, other float64) bool {
	return func(own, _ float64) bool { return own <= limit }
}

func noMore(own, other float64) bool { return own <= other }

func muchSooner(own, other float64) bool { return other-own >= 60 }

func firstVisit(r *result) []figures { return r.first }

func nextVisit(r *result) []figures { return r.again }

var goals = []goal{
	{text: "at most 12.0 KB before the banner", of: firstVisit, column: ahead, unit: "KB", met: atMost(12)},
	{text: "at most 38 KB all in, with a choice", of: firstVisit, column: allIn, unit: "KB", met: atMost(38)},
	{text: "the banner 60 ms before the fastest", of: firstVisit, column: shown, unit: "ms", met: muchSooner},
	{text: "the same with TCP's slow start", of: firstVisit, column: slowly, unit: "ms", met: muchSooner},
	{text: "the banner 60 ms before the fastest, with octroi.js in the page", of: firstVisit, column: shown, unit: "ms", form: itselfName, met: muchSooner},
	{text: "the same with TCP's slow start", of: firstVisit, column: slowly, unit: "ms", form: itselfName, met: muchSooner},
	{text: "script until the banner, no more than vanilla-cookieconsent's", of: firstVisit, column: early, unit: "ms", rival: "vanilla", met: noMore},
	{text: "no long task before the banner", of: firstVisit, column: hurried, met: atMost(0)},
	{text: "script when the visitor comes again, no more than vanilla-cookieconsent's", of: nextVisit, column: script, unit: "ms", rival: "vanilla", met: noMore},
	{text: "tags released then, no later than with vanilla-cookieconsent", of: nextVisit, column: released, unit: "ms", rival: "vanilla", met: noMore},
	{text: "from the click until the banner is gone, the fastest", of: firstVisit, column: closes, unit: "ms", met: noMore},
	{text: "INP of that click at most 50 ms", of: firstVisit, column: answered, unit: "ms", met: atMost(50)},
	{text: "heap and WebAssembly's memory, no more than klaro's heap", of: firstVisit, column: held, unit: "KB", rival: "klaro", met: noMore},
}

// aimed sets Octroi's figures beside what was aimed at. An aim is left out whose managers were.
func aimed(results []result, sections []section) string {
	var rows strings.Builder
	for _, g := range goals {
		if a, told := g.aim(results); told {
			rows.WriteString(a.row())
		}
	}
	for _, s := range sections {
		for _, a := range s.aims {
			rows.WriteString(a.row())
		}
	}
	if rows.Len() == 0 {
		return ""
	}
	return "## The aims\n\nOctroi, as built, its tag in the page unless the aim says otherwise, beside the best other manager that gates in the same run, or the one that the aim names.\n\n| aim | Octroi | beside | result |\n|---|---:|---:|---|\n" + rows.String() + "\n"
}

func (g *goal) aim(results []result) (a aim, told bool) {
	var own, other float64
	who, there := "", false
	for i := range results {
		r := &results[i]
		v, _, _ := middle(g.of(r), g.column)
		switch name := r.manager.name; {
		case name == cmp.Or(g.form, "Octroi"):
			own, there = v, true
		case !r.manager.gates || strings.HasPrefix(name, "Octroi") || !strings.HasPrefix(name, g.rival):
		case who == "" || v < other:
			other, who = v, name
		}
	}
	measured := func(v float64) string { return strings.TrimSpace(number(v) + " " + g.unit) }
	return aim{g.text, measured(own), measured(other) + ", " + who, g.met(own, other)}, there && who != ""
}
