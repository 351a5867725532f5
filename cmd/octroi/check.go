package main

import (
	"fmt"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

type checkCommand struct {
	File string `arg:"" help:"The declaration; - for standard input."`
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
	faults, hints, declared := check(text)
	for _, f := range faults {
		fmt.Fprintf(s.out, "%s:%d:%d: %s: %s; %s\n", c.File, f.line, f.column, f.Path, f.Reason, f.Right)
	}
	for _, h := range hints {
		fmt.Fprintf(s.out, "%s:%d:%d: a hint: %s: %s; %s\n", c.File, h.line, h.column, h.Path, h.Reason, h.Right)
	}
	if len(faults) > 0 {
		return exit(1)
	}
	fmt.Fprintf(s.out, "%s: no fault; services: %d, categories: %d\n", c.File, len(declared.Services), len(declared.Categories))
	return nil
}

// located is a fault, or a hint, and where it stands in the file.
type located struct {
	config.Fault
	line, column int
}

// check reads a declaration as the engine does, with what it uses written out.
func check(text []byte) (faults, hints []located, declared *config.Config) {
	root, wrong := jsontext.Parse(string(text))
	if wrong != nil {
		line, column := lineAndColumn(text, wrong.Offset)
		return []located{{config.Fault{Path: "$", Reason: "not JSON: " + wrong.Reason, Right: "mend it here"}, line, column}}, nil, nil
	}
	p := findPlaces(text)
	var used []string
	if root.Get("use") != nil {
		expanded, known, unknown, err := expand(text)
		if err != nil || len(unknown) > 0 {
			return p.locate(unknown, nil), nil, nil
		}
		text, used = expanded, known
	}
	declared, found := config.Parse(string(text))
	if len(found) == 0 {
		found = engine.Faults(string(text))
	}
	if len(found) > 0 {
		return p.locate(found, used), nil, declared
	}
	return nil, p.locate(append(declared.Hints(), missing(declared)...), used), declared
}
