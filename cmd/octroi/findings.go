package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	root "github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/config"
)

// writeFindings tells what was found in files, as text, in the words of GitHub's workflows, or as SARIF.
func writeFindings(to io.Writer, format string, files ...checked) error {
	out := bufio.NewWriter(to)
	switch format {
	case "github":
		each(files, func(file string, f *located, hint bool) {
			level := map[bool]string{false: "error", true: "notice"}[hint]
			fmt.Fprintf(out, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", level, inCommand(file, ":,"), f.Line, f.Column, inCommand(f.Path, ":,"), inCommand(f.Reason+"; "+f.Right, ""))
		})
	case "sarif":
		b, err := sarif(files)
		if err != nil {
			return err
		}
		out.Write(append(b, '\n'))
	default:
		each(files, func(file string, f *located, hint bool) {
			fmt.Fprintf(out, "%s:%d:%d: %s%s: %s; %s\n", file, f.Line, f.Column, map[bool]string{true: "a hint: "}[hint], f.Path, f.Reason, f.Right)
		})
	}
	return out.Flush() // which tells of errors before it
}

// findings is a file's, as --json prints it.
type findings struct {
	File       string    `json:"file"`
	Faults     []finding `json:"faults"`
	Hints      []finding `json:"hints"`
	Services   int       `json:"services"` // 0 where it has faults
	Categories int       `json:"categories"`

	Contrasts []contrast `json:"contrasts"` // of its theme's colours; none where it could not be read
}

// contrast is a pair of a theme's colours, and what it comes to by day and by night: 0 for what is
// not judged.
type contrast struct {
	Pair  string  `json:"pair"` // "ink on paper"
	Least float64 `json:"least"`
	Light judged  `json:"light"`
	Dark  judged  `json:"dark"`
}

type judged struct {
	Ratio   float64 `json:"ratio"`
	Legible bool    `json:"legible"`
	Upon    string  `json:"upon"` // the colours themselves
	Ground  string  `json:"ground"`
}

// contrasts are those of a declaration's theme.
func contrasts(t *config.Theme) []contrast {
	day, night := config.Contrasts(&t.Light), config.Contrasts(&t.Dark)
	list := make([]contrast, len(day))
	at := func(set *[6]string, c config.Contrast) judged {
		color := func(name string) string { return set[slices.Index(config.Colors[:], name)] }
		return judged{c.Ratio, c.Legible, color(c.Upon), color(c.Ground)}
	}
	for i := range day {
		list[i] = contrast{day[i].Upon + " on " + day[i].Ground, day[i].Least, at(&t.Light, day[i]), at(&t.Dark, night[i])}
	}
	return list
}

// finding is a fault or a hint; lines and columns count from 1, columns in characters.
type finding struct {
	Path    string `json:"path"`
	Reason  string `json:"reason"`
	Right   string `json:"right"`
	Message string `json:"message"` // all three
	Line    int    `json:"line"`
	Column  int    `json:"column"`
}

func (c *checked) findings() findings {
	list := func(all []located) []finding {
		told := make([]finding, len(all))
		for i := range all {
			f := &all[i]
			told[i] = finding{f.Path, f.Reason, f.Right, f.String(), f.Line, f.Column}
		}
		return told
	}
	told := findings{File: c.file, Faults: list(c.faults), Hints: list(c.hints), Contrasts: []contrast{}}
	if c.declared != nil {
		told.Contrasts = contrasts(&c.declared.Theme)
	}
	if c.declared != nil && len(c.faults) == 0 {
		told.Services, told.Categories = len(c.declared.Services), len(c.declared.Categories)
	}
	return told
}

// each calls fn with all faults of a file, then all its hints, file by file.
func each(files []checked, fn func(file string, f *located, hint bool)) {
	for i := range files {
		c := &files[i]
		for k := range c.faults {
			fn(c.file, &c.faults[k], false)
		}
		for k := range c.hints {
			fn(c.file, &c.hints[k], true)
		}
	}
}

var commandEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

// inCommand escapes a text for a workflow's command, and these characters besides
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
func inCommand(text, besides string) string {
	text = commandEscapes.Replace(text)
	for _, c := range besides {
		text = strings.ReplaceAll(text, string(c), fmt.Sprintf("%%%02X", c))
	}
	return text
}

// sarif writes the findings as SARIF 2.1.0 (OASIS).
func sarif(files []checked) ([]byte, error) {
	type object = map[string]any
	results := []object{}
	each(files, func(file string, f *located, hint bool) {
		results = append(results, object{
			"ruleId": map[bool]string{false: "fault", true: "hint"}[hint], "level": map[bool]string{false: "error", true: "note"}[hint],
			"message": object{"text": f.Path + ": " + f.Reason + "; " + f.Right},
			"locations": []object{{"physicalLocation": object{
				"artifactLocation": object{"uri": filepath.ToSlash(file)},
				"region":           object{"startLine": f.Line, "startColumn": f.Column},
			}}},
		})
	})
	rules := []object{
		{"id": "fault", "shortDescription": object{"text": "The declaration is wrong here: nothing is built of it."}},
		{"id": "hint", "shortDescription": object{"text": "What is seldom meant so."}},
	}
	return json.MarshalIndent(object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "version": "2.1.0",
		"runs": []object{{
			// Columns count characters, not UTF-16 units.
			"columnKind": "unicodeCodePoints",
			"tool":       object{"driver": object{"name": "Octroi check", "version": root.Version(), "rules": rules}},
			"results":    results,
		}},
	}, "", "  ")
}
