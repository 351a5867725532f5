package main

import (
	"bytes"
	"fmt"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

type checkCommand struct {
	File   string `arg:"" help:"The declaration; - for standard input."`
	Format string `enum:"text,github,sarif" default:"text" help:"text; github, for its workflows to show at the line; or sarif."`
}

// Help is what --help says besides.
func (*checkCommand) Help() string {
	return `Each fault has a line of its own: FILE:LINE:COLUMN: where in the declaration, what is wrong; what would be right. Hints are what is seldom meant so. What stands under "use" is looked at as octroi declare writes it out. It ends with 1 on faults, with 2 where the file cannot be read.`
}

func (c *checkCommand) Run(s streams) error {
	text, err := read(c.File)
	if err != nil {
		return err
	}
	found := check(text)
	if err := found.write(s.out, c.Format, c.File); err != nil {
		return err
	}
	if len(found.faults) > 0 {
		return exit(1)
	}
	if c.Format == "text" {
		fmt.Fprintf(s.out, "%s: no fault; services: %d, categories: %d\n", c.File, len(found.declared.Services), len(found.declared.Categories))
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
	faults, hints []located
	declared      *config.Config // nil where it could not be read
	text          []byte         // with what it uses written out
}

// check reads a declaration as the engine does, with what it uses written out.
func check(text []byte) checked {
	root, wrong := jsontext.Parse(string(text))
	if wrong != nil {
		start := newCursor(text)
		return checked{faults: []located{{config.Fault{Path: "$", Reason: "not JSON: " + wrong.Reason, Right: "mend it here"}, start.to(wrong.Offset)}}}
	}
	p := findPlaces(text)
	var used []string
	if root.Get("use") != nil {
		expanded, known, unknown, err := expand(text)
		if err != nil || len(unknown) > 0 {
			return checked{faults: p.locate(unknown, nil)}
		}
		text, used = expanded, known
	}
	declared, found := config.Parse(string(text))
	if len(found) == 0 {
		found = engine.Faults(string(text))
	}
	if len(found) > 0 {
		return checked{faults: p.locate(found, used), declared: declared}
	}
	return checked{hints: p.locate(append(declared.Hints(), missing(declared)...), used), declared: declared, text: bytes.TrimPrefix(text, []byte(mark))}
}
