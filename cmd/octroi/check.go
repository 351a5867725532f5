package main

import (
	"fmt"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/octroijson"
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
type located = octroijson.Located

// checked is what a look at a declaration's file found.
type checked struct {
	file          string
	faults, hints []located
	declared      *config.Config // nil where it could not be read
	text          []byte         // with what it uses written out
	places        *octroijson.Places
	used          []string // ids of the services it uses
}

// check reads a declaration as the engine does, with what it uses written out.
func check(text []byte) checked {
	c := octroijson.Check(text)
	return checked{faults: c.Faults, hints: c.Hints, declared: c.Declared, text: c.Text, places: c.Places, used: c.Used}
}
