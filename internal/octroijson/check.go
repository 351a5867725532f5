// Package octroijson reads a declaration as its owner writes it, octroi.json: it writes out what
// is used of the catalogue, and tells what is wrong with the outcome, and where in the file.
package octroijson

import (
	"bytes"
	"slices"

	"golang.org/x/net/publicsuffix"

	"github.com/octroi-consent/octroi/catalog/signals"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Located is a fault, or a hint, and where it stands in the file.
type Located struct {
	config.Fault
	Position
}

// Checked is what a look at a declaration found.
type Checked struct {
	Faults, Hints []Located
	Declared      *config.Config // nil where it could not be read
	Text          []byte         // with what it uses written out; nil where it has faults
	Places        *Places        // nil where it has faults
	Used          []string       // ids of the services it uses
}

// Check reads a declaration as the engine does, with what it uses written out.
func Check(text []byte) Checked {
	root, wrong := jsontext.Parse(string(text))
	if wrong != nil {
		start := newCursor(text)
		return Checked{Faults: []Located{{config.Fault{Path: "$", Reason: "not JSON: " + wrong.Reason, Right: "mend it here"}, start.to(wrong.Offset)}}}
	}
	p := FindPlaces(text)
	if newer := newerThanThis(root); newer != nil {
		return Checked{Faults: p.Locate(newer, nil)}
	}
	x := &Expanded{Text: text, Signals: new(signals.Expanded)}
	if told := root.Get("signals"); root.Get("use") != nil || told != nil && told.Kind == jsontext.Object || advertises(root) {
		var err error
		if x, err = Expand(bytes.TrimPrefix(text, []byte(Mark))); err != nil {
			return Checked{Faults: p.Locate([]config.Fault{{Path: "$", Reason: err.Error(), Right: "mend it"}}, nil)}
		}
		if len(x.Faults) > 0 {
			return Checked{Faults: p.Locate(x.Faults, nil)}
		}
	}
	declared, found := x.Parse()
	found = append(found, DomainFaults(declared)...)
	if len(found) > 0 {
		return Checked{Faults: p.Locate(found, x.Added), Declared: declared}
	}
	return Checked{Hints: p.Locate(slices.Concat(x.Signals.Hints, declared.Hints(), Missing(declared)), x.Added), Declared: declared, Text: bytes.TrimPrefix(x.Text, []byte(Mark)), Places: p, Used: x.Added}
}

// DomainFaults tells of a domain that is not a site's own: browsers let nobody set cookies for a
// public suffix (https://publicsuffix.org), under which anybody may have a site.
func DomainFaults(declared *config.Config) []config.Fault {
	domain := declared.Site.Domain
	if domain == "" {
		return nil
	}
	suffix, _ := publicsuffix.PublicSuffix(domain)
	if suffix != domain {
		return nil
	}
	return []config.Fault{{Path: "$.site.domain", Reason: domain + " is a public suffix, under which anybody may have a site", Right: `write the site's own, as "shop.` + domain + `"`}}
}
