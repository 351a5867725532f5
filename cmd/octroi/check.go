package main

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/net/publicsuffix"

	"github.com/octroi-consent/octroi/catalog/signals"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

type checkCommand struct {
	Files  []string `arg:"" name:"file" optional:"" default:"octroi.json" help:"The declaration (${default}), or all of a site's, one per language; - for standard input."`
	Format string   `enum:"text,github,sarif" default:"text" help:"text; github, for its workflows to show at the line; or sarif."`
	JSON   bool     `name:"json" help:"Print what was found as JSON."`
}

// Help is what --help says besides.
func (*checkCommand) Help() string {
	return `Each fault has a line of its own: FILE:LINE:COLUMN: where in the declaration, what is wrong; what would be right. Hints are what is seldom meant so. What stands under "use" and "signals" is looked at as octroi declare writes it out. Of several files it tells besides what would have visitors asked again who go from one to another. It ends with 1 on faults, with 2 where a file cannot be read.`
}

func (c *checkCommand) Run(s streams) error {
	files := make([]checked, len(c.Files))
	for i, name := range c.Files {
		text, err := read(name)
		if err != nil {
			return err
		}
		files[i] = check(text)
		files[i].file = name
	}
	compare(files)
	if c.JSON {
		c.Format = "json"
		list := make([]findings, len(files))
		for i := range files {
			list[i] = files[i].findings()
		}
		if err := writeJSON(s.out, map[string]any{"files": list}); err != nil {
			return err
		}
	} else if err := writeFindings(s.out, c.Format, files...); err != nil {
		return err
	}
	faulty := false
	for i := range files {
		if f := &files[i]; len(f.faults) > 0 {
			faulty = true
		} else if c.Format == "text" {
			fmt.Fprintf(s.out, "%s: no fault; services: %d, categories: %d\n", f.file, len(f.declared.Services), len(f.declared.Categories))
		}
	}
	if faulty {
		return exit(1)
	}
	return nil
}

// located is a fault, or a hint, and where it stands in the file.
type located struct {
	config.Fault
	position
}

// checked is what a look at a declaration found.
type checked struct {
	file          string
	faults, hints []located
	declared      *config.Config // nil where it could not be read
	text          []byte         // with what it uses written out
	places        *places
	used          []string // ids of the services it uses
}

// check reads a declaration as the engine does, with what it uses written out.
func check(text []byte) checked {
	root, wrong := jsontext.Parse(string(text))
	if wrong != nil {
		start := newCursor(text)
		return checked{faults: []located{{config.Fault{Path: "$", Reason: "not JSON: " + wrong.Reason, Right: "mend it here"}, start.to(wrong.Offset)}}}
	}
	p := findPlaces(text)
	if newer := newerThanThis(root); newer != nil {
		return checked{faults: p.locate(newer, nil)}
	}
	x := &expanded{text: text, signals: new(signals.Expanded)}
	if told := root.Get("signals"); root.Get("use") != nil || told != nil && told.Kind == jsontext.Object || advertises(root) {
		var err error
		if x, err = expand(bytes.TrimPrefix(text, []byte(mark))); err != nil {
			return checked{faults: p.locate([]config.Fault{{Path: "$", Reason: err.Error(), Right: "mend it"}}, nil)}
		}
		if len(x.faults) > 0 {
			return checked{faults: p.locate(x.faults, nil)}
		}
	}
	declared, found := x.parse()
	found = append(found, domainFaults(declared)...)
	if len(found) > 0 {
		return checked{faults: p.locate(found, x.added), declared: declared}
	}
	return checked{hints: p.locate(slices.Concat(x.signals.Hints, declared.Hints(), missing(declared)), x.added), declared: declared, text: bytes.TrimPrefix(x.text, []byte(mark)), places: p, used: x.added}
}

// domainFaults tells of a domain that is not a site's own: browsers let nobody set cookies for a
// public suffix (https://publicsuffix.org), under which anybody may have a site.
func domainFaults(declared *config.Config) []config.Fault {
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
