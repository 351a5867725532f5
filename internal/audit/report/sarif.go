package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// The parts of a SARIF log that are written (OASIS SARIF 2.1.0).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Bases   map[string]sarifURI `json:"originalUriBaseIds"`
		Results []sarifResult       `json:"results"`
		Bag     struct {
			First  First   `json:"first"`
			Causes []Cause `json:"causes"` // whose findings are places in results
		} `json:"properties"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string            `json:"id"`
		Short      sarifText         `json:"shortDescription"`
		Full       sarifText         `json:"fullDescription"`
		Help       string            `json:"helpUri"`
		Default    map[string]Level  `json:"defaultConfiguration"`
		Properties map[string]string `json:"properties"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		Level        Level             `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifURI struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact sarifURI     `json:"artifactLocation"`
			Region   *sarifRegion `json:"region,omitempty"`
		} `json:"physicalLocation"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
)

// SARIF writes the findings for a build pipeline, as SARIF 2.1.0: a page is an artifact
// below the site.
func (r *Report) SARIF() ([]byte, error) {
	var run sarifRun
	run.Tool.Driver = sarifDriver{Name: "Octroi audit", Version: r.Version, Rules: []sarifRule{}}
	run.Bases = map[string]sarifURI{"SITE": {URI: r.Site + "/"}}
	run.Results = []sarifResult{}
	run.Bag.First, run.Bag.Causes = r.First, append([]Cause{}, r.Causes...)
	told := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if !told[f.Rule] {
			told[f.Rule] = true
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{f.Rule, sarifText{f.Title}, sarifText{f.Why}, HelpForRule(f.Rule),
				map[string]Level{"level": f.Level}, map[string]string{"requirement": f.Requirement}})
		}
		text := f.What + " " + f.Fix
		if f.Code != "" {
			text += "\n\n" + f.Code
		}
		result := sarifResult{f.Rule, f.Level, sarifText{text}, []sarifLocation{}, map[string]string{"octroi/v1": f.Key()}}
		for _, p := range f.Places {
			var l sarifLocation
			l.Physical.Artifact = sarifURI{below(p.Page), "SITE"}
			if p.Line > 0 {
				l.Physical.Region = &sarifRegion{p.Line}
			}
			result.Locations = append(result.Locations, l)
		}
		run.Results = append(run.Results, result)
	}
	return json.MarshalIndent(sarifLog{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run}}, "", "  ")
}

// below is a page's address relative to its site.
func below(page string) string {
	u, err := url.Parse(page)
	if err != nil {
		return "."
	}
	if rest := strings.TrimPrefix(u.RequestURI(), "/"); rest != "" {
		return "./" + stray.ReplaceAllStringFunc(rest, func(c string) string { return fmt.Sprintf("%%%02X", c[0]) })
	}
	return "."
}

// stray is what browsers leave in a query, and a URI must not have (RFC 3986).
var stray = regexp.MustCompile(`["<>\\^` + "`" + `{|}\x00-\x20]`)
