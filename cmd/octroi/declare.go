package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/octroijson"
)

type declareCommand struct {
	File string `arg:"" optional:"" default:"octroi.json" help:"The declaration (${default}); - for standard input."`
	JSON bool   `name:"json" help:"Print the declaration, its faults and its hints as JSON."`
}

// Help is what --help says besides.
func (*declareCommand) Help() string {
	return `"use": {"google-analytics": "statistics"} names a known service and the declaration's own category for it. What is wrong goes to standard error.`
}

func (c *declareCommand) Run(s streams) error {
	text, err := read(c.File)
	if err != nil {
		return err
	}
	if c.JSON {
		return c.tell(s, text)
	}
	out, hints, err := declare(text)
	for _, hint := range hints {
		fmt.Fprintln(s.err, "declare: a hint:", hint)
	}
	if err != nil {
		return err
	}
	if declared, faults := config.Parse(string(out)); len(faults) == 0 {
		for _, note := range sentences(octroijson.Missing(declared)) {
			fmt.Fprintln(s.err, "declare:", note)
		}
	}
	_, err = s.out.Write(out)
	return err
}

// tell prints what is declared with all that is to be said of it.
func (c *declareCommand) tell(s streams, text []byte) error {
	found := check(text)
	found.file = c.File
	told := struct {
		Declaration json.RawMessage `json:"declaration"` // null where it has faults
		findings
	}{findings: found.findings()}
	if len(found.faults) == 0 {
		told.Declaration = found.text
	}
	if err := writeJSON(s.out, told); err != nil {
		return err
	}
	if len(found.faults) > 0 {
		return exit(1)
	}
	return nil
}

// declare writes out what a declaration uses, and says what is wrong with the outcome.
// Hints are what is seldom meant so.
func declare(text []byte) (out []byte, hints []string, err error) {
	x, err := octroijson.Expand(text)
	if err != nil {
		return nil, nil, err
	}
	if len(x.Faults) > 0 {
		return nil, nil, errors.New(strings.Join(sentences(x.Faults), "\n"))
	}
	declared, faults := x.Parse()
	if faults = append(faults, octroijson.DomainFaults(declared)...); len(faults) > 0 {
		return nil, nil, errors.New(strings.Join(sentences(faults), "\n"))
	}
	return append(x.Text, '\n'), sentences(append(x.Signals.Hints, declared.Hints()...)), nil
}

func sentences(faults []config.Fault) (texts []string) {
	for i := range faults {
		texts = append(texts, faults[i].String())
	}
	return texts
}
